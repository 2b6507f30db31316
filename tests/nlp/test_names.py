"""Whose name it is: names on record inside longer ones, people without a form of address, things that are no names."""

from __future__ import annotations

import pytest

from bot.nlp.book import Book
from bot.nlp.segment import fallback
from tests.nlp.support import read

RECORD = Book.of(customers=["明远", "明远精密", "明远精密机械(常州)", "宏图", "宏图物流"], products=["ERP二期"])


@pytest.mark.parametrize(
    ("said", "customer"),
    [
        pytest.param("上午见了明远精密仪器的孙总", "明远精密仪器", id="more-trade-words"),
        pytest.param("拜访了明远重工的李总", "明远重工", id="another-trade"),
        pytest.param("宏图运输的王总来电", "宏图运输", id="goods-word-before-a-person"),
        pytest.param("徐州宏图科技有限公司来访", "徐州宏图科技有限公司", id="place-in-front"),
        pytest.param("明远ERP二期申请85折", "明远", id="product-behind"),
        pytest.param("明远那边说下周付款", "明远", id="cue-behind"),
        pytest.param("明远张总嫌贵", "明远", id="person-behind"),
        pytest.param("去宏图送样", "宏图", id="verb-behind"),
        pytest.param("宏图设备坏了，去修", "宏图", id="what-they-have"),
        pytest.param("宏图公司签了", "宏图", id="the-word-company"),
    ],
)
def test_a_known_name_stands_unless_the_text_goes_on_with_a_longer_one(said: str, customer: str) -> None:
    found = read(said, RECORD).customer

    assert found is not None
    assert found.text == customer


def test_a_known_name_that_is_longer_than_the_text_is_not_found() -> None:
    assert read("去了宏", Book.of(customers=["宏图", "宏"])).customer is None


@pytest.mark.parametrize(
    ("said", "customer"),
    [
        pytest.param("和新希望乳业谈了半天", "新希望乳业", id="verb-inside"),
        pytest.param("佳和物业的消防维保到期", "佳和物业", id="conjunction-inside"),
        pytest.param("拜访福满楼餐饮管理公司", "福满楼餐饮管理公司", id="chain-of-trades"),
        pytest.param("资料发给华阳置业了", "华阳置业", id="behind-a-verb"),
        pytest.param("陪老板去了一趟凯旋酒店", "凯旋酒店", id="behind-a-measure-word"),
        pytest.param("下午去滨江物流园见了顺捷货运的曾总", "顺捷货运", id="a-park-is-a-place"),
    ],
)
def test_firms_never_seen_are_cut_at_the_right_place(said: str, customer: str) -> None:
    found = read(said, None).customer

    assert found is not None
    assert found.text == customer


@pytest.mark.parametrize(
    "said",
    [
        "刘工关心和现有设备的接口能不能打通",
        "聊了新厂房的进度",
        "他们系统的接口要改",
        "新地址在高新区科技路88号",
        "要回去申请",
    ],
)
def test_what_somebody_has_is_no_customer(said: str) -> None:
    assert read(said, None).customer is None


def test_goods_are_no_customer_beside_a_surer_one() -> None:
    note = read("刚跟利民药房黄店长通完电话，阿胶的货月底之前到", None)

    assert note.customer is not None
    assert (note.customer.text, note.others) == ("利民药房", ())
    assert [c.name for c in note.contacts] == ["黄店长"]


@pytest.mark.parametrize(
    ("said", "name", "title"),
    [
        pytest.param("今天拜访了恒信机械的王芳，想看样机", "王芳", None, id="behind-de"),
        pytest.param("拜访了恒信机械的王芳采购总监 13800138000", "王芳", "采购总监", id="title-behind"),
        pytest.param("和陈晓东聊了报价", "陈晓东", None, id="three-characters"),
        pytest.param("恒信机械李敏说要降价", "李敏", None, id="behind-a-firm"),
        pytest.param("给恒信机械的孙丽发了报价", "孙丽", None, id="verb-that-sticks-to-the-name"),
        pytest.param("见到采购主管程志远，想换机组", "程志远", "采购主管", id="given-name-of-two"),
        pytest.param("采购何姐加了微信", "何姐", "采购", id="address-behind-a-title"),
        pytest.param("聚鑫五金张老板打款了", "张老板", None, id="firm-that-ends-in-a-family-name"),
        pytest.param("工程总监Leo嫌能耗高", "Leo", "工程总监", id="latin-behind-a-title"),
    ],
)
def test_people_need_no_form_of_address(said: str, name: str, title: str | None) -> None:
    assert [(c.name, c.title) for c in read(said, None).contacts] == [(name, title)]


@pytest.mark.parametrize(
    "said", ["等法务盖章", "谈了方案的价格", "我们和安排的时间", "两家都做，我们做一期", "派小孙去安装"]
)
def test_words_that_begin_like_a_family_name_are_no_people(said: str) -> None:
    assert read(said, None).contacts == ()


def test_without_rjieba_the_words_are_cut_all_the_same() -> None:
    words = fallback()

    assert words.cut("今天拜访了医院") == ["今天", "拜访", "了", "医院"]
    assert words.tag("医院") == "n"
    assert words.tag("曾强强强") == ""


def test_what_somebody_did_is_no_part_of_the_name() -> None:
    said = read("远山机械的王芳来电话，样册收到了")

    assert [c.name for c in said.contacts] == ["王芳"]
