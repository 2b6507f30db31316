from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cards import words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai, a Wednesday
TODAY = date(2026, 11, 25)


def local(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        ("800000", "80万"),
        ("204000", "20.4万"),
        ("123400", "12.34万"),
        ("120000000", "1.2亿"),
        ("3500", "3,500元"),
        ("9999.99", "9,999.99元"),
        ("10000", "1万"),
        ("123456", "123,456元"),
        ("123456789", "123,456,789元"),
        ("102345000", "10234.5万"),
        ("100000000", "1亿"),
        ("0", "0元"),
        ("-20000", "-2万"),
    ],
)
def test_money_is_said_short_and_never_rounded(yuan: str, said: str) -> None:
    assert words.money(int(Decimal(yuan) * 100)) == said


def test_a_guess_and_a_range_of_money_say_so() -> None:
    assert words.money(80_000_000, about=True) == "约80万"
    assert words.money_range(50_000_000, 60_000_000) == "50到60万"
    assert words.money_range(900_000, 1_200_000, about=True) == "约9,000元到1.2万"
    assert words.change("80万", "68万") == "80万→68万"


@pytest.mark.parametrize(
    ("share", "said"),
    [("0.85", "85折"), ("0.9", "9折"), ("0.90", "9折"), ("0.855", "85.5折"), ("0.05", "0.5折"), ("1", "不打折")],
)
def test_a_discount_is_the_share_that_is_left(share: str, said: str) -> None:
    assert words.discount(Decimal(share)) == said


def test_percentages_have_no_trailing_zeros() -> None:
    assert [words.percent(Decimal(share)) for share in ("0.3", "0.185", "1", "0.10")] == ["30%", "18.5%", "100%", "10%"]


@pytest.mark.parametrize(
    ("that", "said"),
    [
        (date(2026, 11, 25), "今天"),
        (date(2026, 11, 26), "明天"),
        (date(2026, 11, 24), "昨天"),
        (date(2026, 11, 27), "周五(11-27)"),
        (date(2026, 12, 2), "周三(12-02)"),
        (date(2026, 12, 3), "12-03(周四)"),
        (date(2026, 12, 9), "12-09(周三)"),
        (date(2027, 3, 1), "2027-03-01"),
        (date(2026, 11, 18), "11-18"),
        (date(2025, 11, 18), "2025-11-18"),
    ],
)
def test_a_day_is_said_by_how_far_it_is(that: date, said: str) -> None:
    assert words.day(that, TODAY) == said


def test_plans_put_the_date_first() -> None:
    assert words.deadline(date(2026, 12, 2), TODAY) == "12-02(周三)前"
    assert words.deadline(date(2026, 11, 26), TODAY) == "明天前"
    assert words.deadline(TODAY, TODAY) == "今天"
    assert words.at(local(12, 1, 9), NOW, ZONE) == "12-01(周二) 09:00"
    assert words.at(local(11, 27, 10), NOW, ZONE) == "11-27(周五) 10:00"
    assert words.at(local(11, 25, 18), NOW, ZONE) == "今天 18:00"
    assert words.at(local(3, 1, 9, year=2027), NOW, ZONE) == "2027-03-01 09:00"


def test_what_passed_is_said_by_the_clock_of_its_day() -> None:
    assert words.when(local(11, 25, 10, 12), NOW, ZONE) == "10:12"
    assert words.when(local(11, 24, 10, 12), NOW, ZONE) == "昨天 10:12"
    assert words.when(local(11, 18, 10, 12), NOW, ZONE) == "11-18 10:12"


def test_the_day_is_that_of_the_zone_not_of_utc() -> None:
    midnight = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)  # 00:30 on the 26th in Shanghai

    assert words.at(midnight, NOW, ZONE) == "明天 00:30"
    assert words.at(midnight, NOW, UTC) == "今天 16:30"


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=5), "1分钟"),
        (timedelta(minutes=20), "20分钟"),
        (timedelta(hours=4), "4小时"),
        (timedelta(hours=47), "47小时"),
        (timedelta(hours=96), "4天"),
        (timedelta(days=15), "半个月"),
        (timedelta(days=41), "41天"),
    ],
)
def test_durations_are_in_the_unit_one_would_use(time: timedelta, said: str) -> None:
    assert words.lasting(time) == said


@pytest.mark.parametrize("say", [words.dated, words.day])
def test_next_year_is_named(say: Callable[[date, date], str]) -> None:
    assert say(date(2027, 1, 5), date(2026, 12, 20)) == "2027-01-05"
