"""Customers that no list and no record holds, by what stands beside them; and words that stand there and are none."""

from __future__ import annotations

import pytest

from tests.nlp.support import read

NAMES = ("蓝鲸咖啡", "沐川玉石", "启明星托福", "森林狼户外", "海岸线潜水")
SAYINGS = (
    "给{}演示了电子秤，他们挺满意",
    "{}的采购钱芳说今年预算砍了",
    "{}欠的尾款3万拖了两个月",
    "昨天陪{}的童校长看了样机",
    "去{}送了两台样机",
    "{}说设备不换了，明年再看",
    "{}打样过了，首单5000个",
    "和{}签了一年合同，12万",
    "{}要订200套工作服",
    "跟{}的运营总监聊了两小时",
    "上午跑了一趟{}，没见着人",
)


@pytest.mark.parametrize("saying", SAYINGS)
def test_a_customer_nobody_has_heard_of_is_told_by_what_stands_beside_it(saying: str) -> None:
    found = {name: read(saying.format(name), None).customer for name in NAMES}

    assert {name: words.text if words else None for name, words in found.items()} == {name: name for name in NAMES}


@pytest.mark.parametrize(
    "text",
    [
        "这批样品打样过了",
        "和老客户签了一年",
        "给大客户演示了新品",
        "第三期的尾款还没给",
        "要换三台设备",
        "说明书打样没过",
        "对面的老板说再等等",
        "下午去总部开会",
        "明天去工地送样",
        "仓库的主任说先不急",
    ],
)
def test_what_is_no_name_is_no_customer_where_one_could_stand(text: str) -> None:
    assert read(text, None).customer is None


@pytest.mark.parametrize("name", ["泰州维拓", "青岛海纳", "绍兴联创", "合肥明川", "盐城德纳"])
@pytest.mark.parametrize(
    "saying",
    [
        "今天去了趟{}，见了孙科长",
        "拜访了{}，周总很热情",
        "昨天到{}那边看了现场",
        "刚从{}出来，老板不在",
        "给{}寄了样品",
    ],
)
def test_a_place_and_a_name_of_its_own_are_a_customer(saying: str, name: str) -> None:
    found = read(saying.format(name), None).customer

    assert found is not None
    assert found.text == name


@pytest.mark.parametrize(
    "text",
    [
        "去了趟苏州工厂，见了王工",
        "去深圳出差，见了王总",
        "拜访了杭州客户，聊了聊",
        "到了深圳机场",
        "去了南京新区，看了场地",
    ],
)
def test_a_place_and_a_common_word_are_none(text: str) -> None:
    assert read(text, None).customer is None


def test_what_begins_a_thought_and_is_no_word_is_a_name_in_front_of_a_common_ending() -> None:
    assert [w.text for text in ("九鼎冷库空压机漏油", "进口阀门漏油") if (w := read(text, None).customer)] == [
        "九鼎冷库"
    ]


@pytest.mark.parametrize(
    ("text", "rivals"),
    [
        ("项目被佳丽座椅拿走了", ["佳丽座椅"]),
        ("样品被客户拿走了", []),
        ("他们比的是海天和伊之密", ["海天", "伊之密"]),
    ],
)
def test_who_takes_an_order_away_and_who_is_compared_is_a_rival(text: str, rivals: list[str]) -> None:
    assert [said.text for said in read(text, None).competitors] == rivals
