"""Which customer a wording means: matches that nobody would ask back about, and questions where somebody would."""

from __future__ import annotations

import pytest

from domain.naming import Found, Named, NameIndex

HUAXING = Named(id=1, full="江苏朗星精工股份有限公司", short="朗星精工", others=("朗星机械",), place="江苏")
HENGYUAN = Named(id=2, full="苏州恒垚电子科技有限公司", place="江苏")
BAOLING = Named(id=3, full="宝棱钢铁股份有限公司", place="上海")
YUNHE_SOUTH = Named(id=4, full="广东云禾食品有限公司", short="云禾食品", place="广东")
YUNHE_NORTH = Named(id=5, full="云禾化工(山东)有限公司", place="山东")
MOLI = Named(id=6, full="墨砺(集团)股份有限公司")
LATIN = Named(id=7, full="KDW智能装备有限公司", place="深圳")
NAMES = (HUAXING, HENGYUAN, BAOLING, YUNHE_SOUTH, YUNHE_NORTH, MOLI, LATIN)


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(NAMES)


def offered(found: Found) -> list[int | str]:
    return [identity for identity, _, _ in found.candidates]


@pytest.mark.parametrize(
    ("wording", "customer"),
    [
        ("江苏朗星精工股份有限公司", HUAXING),
        ("江苏朗星精工", HUAXING),
        ("朗星精工", HUAXING),
        ("朗星", HUAXING),
        ("朗星股份", HUAXING),
        ("朗星机械", HUAXING),
        ("「朗星 精工」", HUAXING),
        ("江苏朗星精工股份公司", HUAXING),
        ("恒垚", HENGYUAN),
        ("恒垚电子", HENGYUAN),
        ("恒垚科技", HENGYUAN),
        ("苏州的恒垚", HENGYUAN),
        ("恒垚电子（苏州）", HENGYUAN),
        ("宝钢", BAOLING),
        ("宝棱股份", BAOLING),
        ("上海宝棱钢铁", BAOLING),
        ("云禾化工（山东）有限公司", YUNHE_NORTH),
        ("云禾化工", YUNHE_NORTH),
        ("墨砺集团", MOLI),
        ("墨砺股份有限公司", MOLI),
        ("ｋｄｗ智能", LATIN),
    ],
)
def test_parts_of_a_name_in_order_mean_the_customer(index: NameIndex, wording: str, customer: Named) -> None:
    assert index.find(wording).match == customer.id


@pytest.mark.parametrize(
    "wording",
    [
        "朗星那边",
        "去朗星那边",
        "朗星的王总",
        "朗星精工王总",
        "约了朗星设备部的小孙",
        "朗星会计老何",
        "客户朗星精工",
        "朗星他们",
    ],
)
def test_forms_of_address_around_a_name_do_not_matter(index: NameIndex, wording: str) -> None:
    assert index.find(wording).match == HUAXING.id


@pytest.mark.parametrize(
    "wording", ["郎星精工", "朗兴精工", "朗星金工", "郎兴", "langxing", "Lang Xing Jing Gong", "LXJG"]
)
def test_dictation_and_pinyin_mean_the_customer_who_alone_sounds_so(index: NameIndex, wording: str) -> None:
    assert index.find(wording).match == HUAXING.id


def test_short_initials_are_asked_about(index: NameIndex) -> None:
    found = index.find("lx")
    assert found.match is None
    assert offered(found) == [HUAXING.id]


@pytest.mark.parametrize(
    ("wording", "customer"),
    [("朗新精工", HUAXING), ("朗垦精工", HUAXING), ("恒垚电了", HENGYUAN)],
)
def test_one_slip_puts_the_customer_first_among_the_candidates(index: NameIndex, wording: str, customer: Named) -> None:
    assert offered(index.find(wording))[0] == customer.id


def test_a_slip_in_a_short_name_is_asked_about(index: NameIndex) -> None:
    assert index.find("恒垚电了").match is None
    assert index.find("云采食品").match is None


@pytest.mark.parametrize(
    "wording",
    [
        "朗星集团",
        "朗星产业集团有限公司",
        "朗星(常州)有限公司",
        "常州朗星进出口有限公司",
        "江苏朗星精工股份有限公司无锡分公司",
        "朗星精工上海办事处",
        "浙江朗星精工",
        "浙江朗星精工股份有限公司",
        "朗星火锅店",
        "朗星洗衣连锁有限公司",
    ],
)
def test_a_relative_or_namesake_that_is_not_on_the_list_is_no_match_but_offered(index: NameIndex, wording: str) -> None:
    found = index.find(wording)
    assert found.match is None
    assert offered(found)[0] == HUAXING.id


def test_a_brand_that_two_customers_share_is_asked_about(index: NameIndex) -> None:
    found = index.find("云禾")
    assert found.match is None
    assert {*offered(found)} == {YUNHE_SOUTH.id, YUNHE_NORTH.id}


def test_a_place_decides_between_two_of_one_brand(index: NameIndex) -> None:
    assert index.find("山东云禾").match == YUNHE_NORTH.id
    assert index.find("广东的云禾").match == YUNHE_SOUTH.id


def test_a_name_that_differs_by_an_unlike_character_is_somebody_else(index: NameIndex) -> None:
    assert index.find("朗桥精工").match is None
    assert index.find("恒禾电子").match is None


@pytest.mark.parametrize(
    "wording",
    [
        "客户那边",
        "杭州那家公司",
        "王总",
        "老孙",
        "做阀门的那家",
        "上次那个客户",
        "集团",
        "股份有限公司",
        "科技公司",
        "甲方",
        "",
        " ",
        "？",
    ],
)
def test_a_wording_without_a_name_means_nobody(index: NameIndex, wording: str) -> None:
    assert index.find(wording).match is None


def test_two_customers_that_sound_the_same_are_asked_about_unless_one_is_written() -> None:
    index = NameIndex([Named("a", "朗星精工有限公司"), Named("b", "郎兴精工有限公司")])
    assert index.find("朗星精工").match == "a"
    found = index.find("琅星精工")
    assert found.match is None
    assert {*offered(found)} == {"a", "b"}


def test_two_customers_of_one_name_in_two_cities_are_told_apart_by_the_city() -> None:
    index = NameIndex([Named("a", "无锡朗星精工有限公司"), Named("b", "常州朗星精工有限公司")])
    assert index.find("朗星精工").match is None
    assert index.find("常州朗星").match == "b"
    assert index.find("镇江朗星精工").match is None


def test_a_city_fits_a_customer_of_which_only_the_province_is_known() -> None:
    index = NameIndex([Named("a", "朗星精工有限公司", place="江苏省")])
    assert index.find("苏州的朗星精工").match == "a"
    assert index.find("杭州的朗星精工").match is None
    assert index.find("朗星精工(苏州)有限公司").match is None


def test_a_branch_on_record_is_found_by_its_name() -> None:
    name = "江苏朗星精工股份有限公司无锡分公司"
    index = NameIndex([HUAXING, Named("branch", name)])
    assert index.find(name).match == "branch"


def test_pinyin_that_fits_two_customers_is_asked_about() -> None:
    index = NameIndex([Named("a", "朗星精工有限公司"), Named("b", "郎兴食品有限公司")])
    assert index.find("langxing").match is None
    assert index.find("langxingshipin").match == "b"


def test_the_second_reading_of_a_character_is_heard_too() -> None:
    index = NameIndex([Named("a", "重岳机械有限公司")])
    assert index.find("众岳机械").match == "a"
    assert index.find("崇岳机械").match == "a"


def test_the_company_form_is_no_part_of_what_a_name_sounds_like() -> None:
    index = NameIndex([Named("a", "浙江郎鑫精密机械有限公司")])
    assert index.find("朗心精工").match is None


def test_a_customer_can_be_added_changed_and_removed() -> None:
    index = NameIndex()
    assert index.find("朗星精工") == Found(None, 0.0, ())
    index.add(HUAXING)
    assert index.find("郎星精工").match == HUAXING.id
    index.add(Named(id=HUAXING.id, full="江苏天漠软件有限公司"))
    assert len(index) == 1
    assert index.find("朗星精工").match is None
    assert index.find("天漠").match == HUAXING.id
    index.remove(HUAXING.id)
    index.remove(HUAXING.id)
    assert len(index) == 0
    assert index.find("天漠") == Found(None, 0.0, ())


def test_the_score_says_how_sure_the_match_is(index: NameIndex) -> None:
    whole, brand, spoken, asked = (index.find(w).score for w in ("朗星精工", "朗星", "郎星", "朗星集团"))
    assert 1 >= whole > brand > spoken > asked > 0


@pytest.mark.parametrize(
    "wording",
    ["朗" * 3000, "a" * 3000, "的" * 500, "((((", "\x00\ud800朗", "xian" * 60, "xian" * 4000],
)
def test_odd_wordings_mean_nobody(index: NameIndex, wording: str) -> None:
    assert index.find(wording).match is None
