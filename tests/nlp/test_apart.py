"""Figures that name two neighbours for what lies between them: 十五六万, 一百二三十台, 二十七八号."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.nlp.entities import entities
from bot.nlp.numbers import apart, read
from bot.nlp.pipeline import parse

NOW = datetime(2026, 11, 25, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("五六十万", 500_000, 600_000),
        ("十五六万", 150_000, 160_000),
        ("二十七八万", 270_000, 280_000),
        ("一百二三十万", 1_200_000, 1_300_000),
        ("一百五六万", 1_500_000, 1_600_000),
        ("两百一二十万", 2_100_000, 2_200_000),
        ("一千二三百万", 12_000_000, 13_000_000),
        ("一万七八", 17_000, 18_000),
        ("一亿二三千万", 120_000_000, 130_000_000),
        ("三四个亿", 300_000_000, 400_000_000),
        ("三五百", 300, 500),
    ],
)
def test_neighbours_are_the_ends_of_a_span(said: str, low: int, high: int) -> None:
    assert apart(said) == (low, high)
    assert read(said) is None, "it has no one value"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("一七二零", 1720),
        ("一八五万", 1_850_000),
        ("二五万", 250_000),
        ("一百二", 120),
        ("九十八万", 980_000),
        ("一二三", 123),
    ],
)
def test_digits_one_by_one_are_one_figure(said: str, value: int) -> None:
    assert apart(said) is None
    assert read(said) == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("报价一百五六十万", "money", {"value": 1_500_000, "value_max": 1_600_000, "currency": "CNY"}),
        ("大概四五百来万", "money", {"value": 4_000_000, "value_max": 5_000_000, "currency": "CNY"}),
        ("也就百十来万", "money", {"value": 1_000_000, "value_max": None, "currency": "CNY"}),
        ("工期十五六天", "duration", ["P15D", "P16D"]),
        ("质保一两年了，设备用了十五六年", "duration", ["P15Y", "P16Y"]),
        ("下月十五六号过去", "range", ["2026-12-15", "2026-12-17"]),
        ("二十七八号给答复", "range", ["2026-11-27", "2026-11-29"]),
        ("12月十五六号开标", "range", ["2026-12-15", "2026-12-17"]),
        ("明年三四月上线", "range", ["2027-03-01", "2027-05-01"]),
        ("十一二月最忙", "range", ["2026-11-01", "2027-01-01"]),
        ("明天晚上十一二点到", "range", ["2026-11-26T23:00:00", "2026-11-27"]),
    ],
)
def test_values_between_neighbours(text: str, kind: str, value: object) -> None:
    found = [entity.value for entity in entities(text, NOW) if entity.kind == kind]

    assert value in found


@pytest.mark.parametrize("text", ["来了三四个人", "员工三十五六岁", "让利百分之十五六", "一百二三十台"])
def test_what_has_no_one_value_is_no_number(text: str) -> None:
    assert not [entity for entity in entities(text, NOW) if entity.kind in ("number", "percent")]


def test_a_quantity_between_neighbours_has_both_ends() -> None:
    [said] = parse("华星要采购电机一百二三十台", NOW).quantities

    assert (said.value, said.value_max) == (Decimal(120), Decimal(130))
