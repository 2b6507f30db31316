"""Times people say, resolved at Wednesday 2026-11-25 16:00."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.nlp import times, times_days_table
from bot.nlp.doc import Doc
from bot.nlp.due import due
from tests.nlp.support import ZONE, doc
from tests.nlp.test_own_notes import NOTES
from tests.nlp.test_said import cases


@pytest.mark.parametrize(
    ("said", "value"),
    [
        pytest.param("明天", "2026-11-26", id="tomorrow"),
        pytest.param("大前天", "2026-11-22", id="three-days-ago"),
        pytest.param("下周三", "2026-12-02", id="weekday-of-next-week"),
        pytest.param("上周五", "2026-11-20", id="weekday-of-last-week"),
        pytest.param("下下周一", "2026-12-07", id="week-after-next"),
        pytest.param("周一", "2026-11-30", id="bare-weekday-is-to-come"),
        pytest.param("3月6号", "2027-03-06", id="over-the-year"),
        pytest.param("12月31日", "2026-12-31", id="this-year"),
        pytest.param("8号", "2026-12-08", id="day-that-has-passed-is-next-month"),
        pytest.param("下个月5号", "2026-12-05", id="day-of-next-month"),
        pytest.param("三周后", "2026-12-16", id="weeks-on"),
        pytest.param("11月最后一天", "2026-11-30", id="last-day"),
        pytest.param("元旦", "2027-01-01", id="fixed-festival"),
        pytest.param("明年春节", "2027-02-06", id="lunar-festival"),
        pytest.param("十月第一个星期一", "2026-10-05", id="nth-weekday"),
        pytest.param("周五上午十点半", "2026-11-27T10:30:00", id="weekday-with-clock"),
        pytest.param("今晚八点", "2026-11-25T20:00:00", id="tonight"),
        pytest.param("明早九点", "2026-11-26T09:00:00", id="tomorrow-morning"),
        pytest.param("后天15：30", "2026-11-27T15:30:00", id="full-width-digital"),
        pytest.param("半小时后", "2026-11-25T16:30:00", id="half-an-hour"),
        pytest.param("晚上12点", "2026-11-26T00:00:00", id="midnight-is-the-next-day"),
        pytest.param("月底前", [None, "2026-12-01"], id="before-the-end-of-the-month"),
        pytest.param("下周", ["2026-11-30", "2026-12-07"], id="week"),
        pytest.param("明年Q1", ["2027-01-01", "2027-04-01"], id="quarter"),
        pytest.param("今晚八点到九点", ["2026-11-25T20:00:00", "2026-11-25T21:00:00"], id="span-of-clocks"),
        pytest.param("3到6个月", ["P3M", "P6M"], id="span-of-durations"),
        pytest.param("一个半小时", "PT90M", id="one-and-a-half-hours"),
        pytest.param("每周一早上十点", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0", id="weekly"),
        pytest.param("每月5号", "FREQ=MONTHLY;BYMONTHDAY=5", id="monthly"),
    ],
)
def test_a_wording_has_one_meaning(said: str, value: object) -> None:
    found = times.find(doc(said))

    assert [(t.start, t.end) for t in found] == [(0, len(said))]
    assert found[0].value == value


@pytest.mark.parametrize(
    ("said", "when"),
    [
        pytest.param("周五前", date(2026, 11, 27), id="before-friday-is-that-friday"),
        pytest.param("月底前", date(2026, 11, 30), id="end-of-month"),
        pytest.param("两周内", date(2026, 12, 9), id="within-two-weeks"),
        pytest.param("今天下班前", date(2026, 11, 25), id="close-of-business"),
        pytest.param("明早九点前", datetime(2026, 11, 26, 9), id="before-a-clock"),
        pytest.param("明天下午", date(2026, 11, 26), id="a-part-of-a-day-is-a-day"),
        pytest.param("下周", None, id="a-week-names-no-day"),
        pytest.param("八月份", None, id="a-month-names-no-day"),
    ],
)
def test_a_deadline_ends_with_its_span(said: str, when: date | None) -> None:
    assert due(times.find(doc(said))[0], doc(said).local) == when


@pytest.mark.parametrize(
    ("said", "when"),
    [
        pytest.param("明天三点", datetime(2026, 11, 26, 15), id="nobody-is-called-on-at-night"),
        pytest.param("明天凌晨三点", datetime(2026, 11, 26, 3), id="but-when-it-is-said"),
        pytest.param("周五四点半前", datetime(2026, 11, 27, 16, 30), id="nor-at-its-end"),
        pytest.param("明天九点", datetime(2026, 11, 26, 9), id="a-working-hour"),
        pytest.param("四点半", datetime(2026, 11, 25, 16, 30), id="the-next-one"),
        pytest.param("九点", datetime(2026, 11, 25, 21), id="the-next-one-in-the-evening"),
        pytest.param("三点", datetime(2026, 11, 26, 15), id="the-next-one-tomorrow"),
        pytest.param("十二点", datetime(2026, 11, 26, 12), id="the-next-noon"),
    ],
)
def test_a_clock_is_the_one_at_which_people_work(said: str, when: datetime) -> None:
    now = datetime(2026, 11, 25, 16, 3, tzinfo=ZONE)
    asked = Doc(said, now)

    assert due(times.find(asked)[0], asked.local) == when


@pytest.mark.parametrize("said", ["预算80万", "3个客户", "第一医院", "一看就懂", "10-15万", "电话13800138000"])
def test_what_is_no_time_is_left_alone(said: str) -> None:
    assert [t for t in times.find(doc(said)) if t.kind in ("datetime", "range")] == []


def test_the_make_up_calendar_decides_the_first_day_back() -> None:
    found = times.find(Doc("国庆回来第一天上午十点", datetime(2026, 9, 29, 9, tzinfo=ZONE)))

    assert found[0].value == "2026-10-08T10:00:00"


def test_a_wording_is_found_by_its_first_two_characters_as_it_is_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row of the table says what may follow its first character; none is passed over for it."""
    texts = [text for text, *_ in cases()] + [row["text"] for row in NOTES]
    quickly = [times.find(doc(text)) for text in texts]

    def by_the_first(char: str, _then: str) -> times_days_table.Readers:
        digit = "0" if char.isdecimal() else char
        return [(pattern, reader) for heads, _, pattern, reader in times_days_table._all() if digit in heads]

    monkeypatch.setattr(times, "readers", by_the_first)
    assert [times.find(doc(text)) for text in texts] == quickly
    assert sum(map(len, quickly)) > 200
