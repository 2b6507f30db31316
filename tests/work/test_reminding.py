"""When a promise is reminded of, and what putting off means. Now is Wednesday, 2026-11-25 16:00."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain import reminding
from domain.when import Local

ZONE = ZoneInfo("Asia/Shanghai")


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZONE)


def local(said: str = "2026-11-25T16:00") -> Local:
    return Local(at(said).astimezone(UTC), ZONE)


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        pytest.param("2026-12-02", "2026-11-25T16:00", "2026-12-01T09:00", id="the-day-before"),
        pytest.param("2026-11-30", "2026-11-25T16:00", "2026-11-27T09:00", id="friday-before-a-monday"),
        pytest.param("2026-11-29", "2026-11-25T16:00", "2026-11-27T09:00", id="friday-before-a-sunday"),
        pytest.param("2026-10-08", "2026-09-28T16:00", "2026-09-30T09:00", id="before-the-holidays"),
        pytest.param("2026-11-26", "2026-11-25T16:00", "2026-11-26T09:00", id="tomorrow-said-in-the-afternoon"),
        pytest.param("2026-11-25", "2026-11-25T16:00", "2026-11-25T17:00", id="today"),
        pytest.param("2026-11-25", "2026-11-25T17:30", None, id="today-too-late"),
        pytest.param("2026-11-20", "2026-11-25T16:00", None, id="past"),
    ],
)
def test_a_promised_day_is_reminded_of_on_a_working_morning_before_it(day: str, now: str, expected: str | None) -> None:
    found = reminding.reminding(date.fromisoformat(day), None, local(now))

    assert found == (at(expected) if expected else None)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-11-25T18:00", "2026-11-25T17:30", id="half-an-hour-before"),
        pytest.param("2026-11-25T16:20", "2026-11-25T16:20", id="too-near-for-that"),
        pytest.param("2026-11-25T15:00", None, id="past"),
    ],
)
def test_a_promised_moment_is_reminded_of_half_an_hour_before(moment: str, expected: str | None) -> None:
    assert reminding.reminding(None, at(moment), local()) == (at(expected) if expected else None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-11-25T16:00", "2026-11-25T17:00", id="in-the-afternoon"),
        pytest.param("2026-11-25T17:00", "2026-11-25T18:00", id="just-before-the-evening"),
        pytest.param("2026-11-25T17:20", "2026-11-26T09:00", id="in-the-evening"),
        pytest.param("2026-11-27T17:20", "2026-11-30T09:00", id="on-friday-evening"),
        pytest.param("2026-11-25T23:30", "2026-11-26T09:00", id="over-midnight"),
    ],
)
def test_an_hour_later_stays_within_the_working_day(now: str, expected: str) -> None:
    assert reminding.in_an_hour(local(now)) == at(expected)


def test_tomorrow_is_the_next_working_day_at_the_same_time() -> None:
    assert reminding.next_day(at("2026-11-25T10:00"), local()) == at("2026-11-26T10:00")
    assert reminding.next_day(at("2026-11-27T10:00"), local("2026-11-27T10:05")) == at("2026-11-30T10:00")


def test_next_monday_and_the_follow_up_skip_what_is_no_working_day() -> None:
    assert reminding.next_monday(local()) == at("2026-11-30T09:00")
    assert reminding.next_monday(local("2026-11-29T12:00")) == at("2026-11-30T09:00")
    assert reminding.following(local()) == at("2026-11-27T10:00")
    assert reminding.following(local("2026-11-26T12:00")) == at("2026-11-30T10:00")
