"""Figures mean what they say, and a promise that was not kept is said so."""

from __future__ import annotations

from typing import Any

import pytest

from bot.bench import memory_report, path_report
from bot.bench.figures import at_least, at_most, milliseconds, table, verdicts


def line(contender: str, number: int, per_second: float, acknowledged: float, cpu: float = 1.0) -> dict[str, Any]:
    return {
        "contender": contender,
        "round": number,
        "at_a_time": 20,
        "per_second": per_second,
        "acknowledged_per_second": acknowledged,
        "cpu_ms": cpu,
    }


def test_percentiles_are_those_of_the_ranked_times() -> None:
    assert milliseconds([n / 1000 for n in range(101)]) == {"p50": 50.0, "p99": 99.0, "max": 100.0}
    assert milliseconds([]) is None


def test_each_round_is_compared_with_the_floor_of_that_round() -> None:
    lines = [
        *(line("floor", n, rate, rate) for n, rate in enumerate((1000, 100, 400))),
        *(line("sqlite", n, rate, 5 * rate, cpu=8) for n, rate in enumerate((100, 20, 60))),
    ]

    (ours,) = [ratio for ratio in path_report.ratios(lines) if ratio["contender"] == "sqlite"]

    assert (ours["answered"], ours["acknowledged"], ours["cpu"]) == (0.15, 0.75, 8.0)


def test_half_of_the_floor_keeps_the_promise_and_less_does_not() -> None:
    lines = [line("floor", 1, 1000, 1000), line("sqlite", 1, 99, 500)]

    acknowledged, answered = path_report.bars({"ratios": path_report.ratios(lines), "lines": lines})

    assert (acknowledged.met, answered.met) == (True, False)


def test_two_workers_are_compared_with_one_in_the_same_round() -> None:
    lines = [line("postgresql", 1, 100, 1), line("postgresql x2", 1, 89, 1)]

    (bar,) = path_report.bars({"ratios": [], "lines": lines})

    assert (bar.found, bar.met) == ("0.89", False)


def test_a_burst_that_lost_something_says_what() -> None:
    lost = {"not_acknowledged": 0, "not_recorded": 2, "recorded_twice": 0, "not_answered": 3}
    found = {"contender": "sqlite", "per_second": 500, "notes": 5000, **lost}

    (bar,) = path_report.bars({"ratios": [], "lines": [], "burst": [found]})

    assert (bar.found, bar.met) == ("2 not recorded, 3 not answered", False)


@pytest.mark.parametrize(
    ("floor", "took", "met"),
    [
        pytest.param(2.0, 30.0, True, id="thirty-ms-are-always-good"),
        pytest.param(2.0, 31.0, False, id="above"),
        pytest.param(20.0, 80.0, True, id="four-floors-on-a-slow-disk"),
    ],
)
def test_an_acknowledgement_may_take_thirty_ms_or_four_floors(floor: float, took: float, met: bool) -> None:
    even = {"contender": "sqlite", "per_second": 100, "missing": 0, "floor_ms": {"p99": floor}}
    even["acknowledged_ms"] = {"p50": 1.0, "p99": took, "max": took}

    assert path_report.bars({"ratios": [], "lines": [], "even": [even]})[0].met is met


def test_the_slope_is_bytes_a_note() -> None:
    assert memory_report.slope([0, 1000, 2000], [100, 101, 102]) == 1048.6
    assert memory_report.slope([0, 1000, 2000], [100, 100, 100]) == 0


def test_bars_are_met_at_their_border() -> None:
    assert [at_least("x", 0.5, 0.5).met, at_least("x", 0.49, 0.5).met] == [True, False]
    assert [at_most("x", 2.5, 2.5).met, at_most("x", 2.51, 2.5).met] == [True, False]
    assert verdicts([at_most("late", 3, 2, " ms")]) == "NOT MET  late at most 2 ms: 3 ms"


def test_columns_stand_below_each_other() -> None:
    assert table(("", "a"), [("long", None), ("x", 12.5)]) == "         a\nlong     -\nx     12.5"
