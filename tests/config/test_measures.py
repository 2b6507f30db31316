"""What a process counts by: numbers that only grow, and no more of them than anybody wants to look at."""

from __future__ import annotations

from config.measures import MOST, OTHER, Count, Spread


def test_values_made_up_outside_are_counted_together_once_there_are_too_many() -> None:
    calls = Count("calls", "", ("call", "errcode"))
    for errcode in range(MOST + 50):
        calls.add("send", str(errcode))
    calls.add("send", "0")

    assert calls.values["send", "0"] == 2
    assert calls.values[OTHER, OTHER] == 50
    assert len(calls.values) == MOST + 1


def test_a_duration_falls_into_the_bar_whose_bound_it_reaches() -> None:
    spread = Spread("seconds", "", (0.1, 1.0), ("cause",))
    for seconds in (0.05, 0.1, 0.5, 1.0, 7.0):
        spread.saw(seconds, "inbox")

    assert spread.values[("inbox",)].bars == [2, 2, 1]
    assert spread.values[("inbox",)].total == 8.65
