"""Money, numbers, shares, phones and addresses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.nlp import contacts, counts, money, numbers
from tests.nlp.support import doc


@pytest.mark.parametrize(
    ("said", "value", "top", "currency"),
    [
        pytest.param("80万", 800_000, None, "CNY", id="wan"),
        pytest.param("36.8w", 368_000, None, "CNY", id="w"),
        pytest.param("3.5k", 3_500, None, "CNY", id="k"),
        pytest.param("1.2个亿", 120_000_000, None, "CNY", id="yi"),
        pytest.param("5万八", 58_000, None, "CNY", id="shorthand-tail"),
        pytest.param("一百零五万六千", 1_056_000, None, "CNY", id="han"),
        pytest.param("两千来万", 20_000_000, None, "CNY", id="about-two-thousand-wan"),
        pytest.param("五六十万", 500_000, 600_000, "CNY", id="two-digits-side-by-side"),
        pytest.param("10-15万", 100_000, 150_000, "CNY", id="range-with-one-unit"),
        pytest.param("50到60万", 500_000, 600_000, "CNY", id="range-with-dao"),
        pytest.param("US$8,400", 8_400, None, "USD", id="dollars"),
        pytest.param("３００美元", 300, None, "USD", id="full-width"),
    ],
)
def test_money_is_read_in_yuan_unless_said_otherwise(said: str, value: int, top: int | None, currency: str) -> None:
    (found,) = money.find(doc(said))

    assert (found.value, found.value_max, found.currency) == (value, top, currency)
    assert (found.start, found.end) == (0, len(said))


def test_an_upper_limit_has_no_lower_value() -> None:
    (found,) = money.find(doc("不超过15个W"))

    assert (found.value, found.value_max) == (None, 150_000)


@pytest.mark.parametrize("said", ["5万台", "三百吨", "1.2万平米", "8000人"])
def test_counts_are_no_money(said: str) -> None:
    assert list(money.find(doc(said))) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        pytest.param("一百二", 120, id="hundred-and-twenty"),
        pytest.param("两万五", 25_000, id="twenty-five-thousand"),
        pytest.param("一千零五", 1_005, id="zero-between"),
        pytest.param("一七二零", 1_720, id="digit-by-digit"),
        pytest.param("三点五", "3.5", id="decimal"),
        pytest.param("2万亿", 2 * 10**12, id="wan-yi"),
    ],
)
def test_figures_are_read_as_spoken(said: str, value: int | str) -> None:
    assert numbers.read(said) == Decimal(value)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("85折", 85),
        ("八五折", 85),
        ("8.5折", 85),
        ("9折", 90),
        ("三成", 30),
        ("三成半", 35),
        ("千分之二", "0.2"),
        ("百分之八十", 80),
        ("15%", 15),
        ("3个点", 3),
    ],
)
def test_shares_are_in_per_cent(said: str, share: int | str) -> None:
    assert [f.value for f in numbers.find_percents(doc(said))] == [Decimal(share)]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        pytest.param("电话13900002222", "13900002222", id="mobile-behind-a-word"),
        pytest.param("+86 139 0000 2222", "13900002222", id="country-code-and-gaps"),
        pytest.param("座机0571-88321234", "057188321234", id="landline"),
        pytest.param("010-62345678转8012", "010623456788012", id="extension"),
    ],
)
def test_phones_are_digits_only(said: str, digits: str) -> None:
    assert [r.value for r in contacts.find_phones(doc(said))] == [digits]


@pytest.mark.parametrize("said", ["订单A13900002222B", "1234567890123456", "2026-11-25"])
def test_other_digits_are_no_phones(said: str) -> None:
    assert list(contacts.find_phones(doc(said), abroad=False)) == []


def test_an_address_is_lower_case() -> None:
    assert [r.value for r in contacts.find_emails(doc("邮箱Li.Hong@Example.com.cn谢谢"))] == ["li.hong@example.com.cn"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("3万4000", 34_000),
        ("25万6千", 256_000),
        ("1千零20", 1_020),
        ("五百余万", 5_000_000),
        ("二十几万", 200_000),
        ("一百 五十 二", 152),
        ("负十", -10),
    ],
)
def test_numbers_in_mixed_writing_are_one_number(said: str, value: int) -> None:
    assert [f.value for f in counts.find_numbers(doc(said))] == [Decimal(value)]


def test_hong_kong_dollars_stay_so_before_yuan() -> None:
    (found,) = money.find(doc("港币两千九百六十元"))

    assert (found.value, found.currency) == (2_960, "HKD")


@pytest.mark.parametrize("said", ["9兆亿亿亿亿", "九" * 60 + "亿", "千万亿兆兆兆亿"])
def test_more_than_anybody_counts_is_no_figure(said: str) -> None:
    assert numbers.read(said) is None
