"""Names taken apart, their sound, and people as they are spoken of."""

from __future__ import annotations

import pytest

from domain.naming import Core, brand, normal, person_core, same_person, sound


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("朗星（集团）", "朗星集团"),
        ("ＫＤＷ 智能", "kdw智能"),
        ("“朗星”", "朗星"),
        ("朗·星", "朗星"),
        ("朗星\u3000精工", "朗星精工"),
    ],
)
def test_width_case_brackets_spaces_and_quotes_do_not_tell_names_apart(written: str, compared: str) -> None:
    assert normal(written) == compared


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("江苏朗星精工股份有限公司", "朗星"),
        ("江苏省苏州市恒垚电子科技有限公司", "恒垚"),
        ("墨砺(集团)股份有限公司", "墨砺"),
        ("云禾化工(山东)有限公司", "云禾"),
        ("朗星", "朗星"),
        ("中国石油化工", ""),
        ("科技有限公司", ""),
        ("上海", ""),
        ("", ""),
    ],
)
def test_a_brand_is_what_form_place_and_trade_leave(name: str, core: str) -> None:
    assert brand(name) == core


def test_names_that_dictation_mixes_up_have_one_sound() -> None:
    assert sound("朗星") == sound("兰新") == sound("郎兴")
    assert sound("智能") == sound("自冷")
    assert sound("朗星") != sound("朗桥")


@pytest.mark.parametrize(
    ("mention", "core"),
    [
        ("张总", Core("张", "", "总")),
        ("老张", Core("张", "", "")),
        ("欧阳晓工程师", Core("欧阳", "晓", "工程师")),
        ("李经理", Core("李", "", "经理")),
        ("王志科", Core("王", "志科", "")),
        ("王科", Core("王", "", "科")),
    ],
)
def test_a_mention_is_taken_apart(mention: str, core: Core) -> None:
    assert person_core(mention) == core


@pytest.mark.parametrize(
    ("mention", "name", "title"),
    [
        ("张总", "张伟", None),
        ("张总", "张伟", "采购总监"),
        ("张经理", "张伟", "采购经理"),
        ("张工", "张伟", "高级工程师"),
        ("老张", "张伟", "总经理"),
        ("张伟", "张伟", None),
        ("张炜", "张伟", None),
        ("章伟", "张伟", None),
        ("张伟总", "张伟", "副总"),
        ("张先生", "张伟", "总经理"),
        ("伟哥", "张伟", None),
        ("张总", "张总", None),
    ],
)
def test_a_contact_may_be_meant(mention: str, name: str, title: str | None) -> None:
    assert same_person(mention, name, title)


@pytest.mark.parametrize(
    ("mention", "name", "title"),
    [
        ("王总", "张伟", None),
        ("张工", "张伟", "采购总监"),
        ("张处", "张伟", "采购经理"),
        ("张强", "张伟", None),
        ("强哥", "张伟", None),
        ("张总", "张工", None),
        ("老板", "张伟", None),
        ("", "张伟", None),
    ],
)
def test_somebody_else_is_not_meant(mention: str, name: str, title: str | None) -> None:
    assert not same_person(mention, name, title)
