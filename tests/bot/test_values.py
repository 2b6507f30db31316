"""What a field is changed to: the words of an order as the record keeps them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot import values
from domain.services.fields import FIELDS
from tests.nlp.support import NOW


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("level", "VIP", "A"),
        ("level", "重点客户", "B"),
        ("level", "D", None),
        ("stage", "报价", "方案报价"),
        ("stage", "报价阶段", "方案报价"),
        ("stage", "量产", None),
        ("status", "老客户", "合作客户"),
        ("role", "拍板人", "决策人"),
        ("amount", "60万", 60_000_000),
        ("amount", "一百二十万", 120_000_000),
        ("amount", "5万美元", None),
        ("amount", "随便", None),
        ("mobile", "139 1111 2222", "13911112222"),
        ("mobile", "1391111222", None),
        ("email", "li@qihang.cn", "li@qihang.cn"),
        ("email", "li", None),
        ("credit_code", "91310000MA1K4ABC0X", "91310000MA1K4ABC0X"),
        ("expected_on", "下周三", date(2026, 12, 2)),
        ("expected_on", "以后", None),
        ("industry", " 纺织。", "纺织"),
        ("industry", "", None),
    ],
)
def test_a_value_is_read_as_its_field_keeps_it(field: str, words: str, value: object) -> None:
    assert values.read(FIELDS[field], words, NOW) == value


def test_every_word_for_a_field_names_one_that_can_be_changed() -> None:
    words = ("行业", "手机号", "预计签约日期", "公司地址", "金额")

    assert [values.key_of(word) for word in words] == ["industry", "mobile", "expected_on", "address", "amount"]
    assert values.key_of("天气") == ""


@pytest.mark.parametrize(
    ("words", "length"),
    [("一小时", timedelta(hours=1)), ("两天", timedelta(days=2)), ("半小时", timedelta(minutes=30)), ("很久", None)],
)
def test_a_length_of_time_is_read(words: str, length: timedelta | None) -> None:
    assert values.duration(words, NOW) == length


def test_a_day_or_a_moment_is_read_from_words_and_from_a_button() -> None:
    assert values.moment("周五", NOW) == date(2026, 11, 27)
    assert values.moment("周五下午三点", NOW) == datetime(2026, 11, 27, 15)
    assert values.moment("2026-11-30", NOW) == date(2026, 11, 30)
    assert values.moment("再说", NOW) is None
