"""What `genjin bench path` found, in relation to the floor of the same round, and against the bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bot.bench import mixed
from bot.bench.figures import Bar, at_least, at_most, table, verdicts

ACKNOWLEDGED, ANSWERED, TWO = 0.5, 0.10, 0.9
ACK_MS, ACK_FLOORS, ACK_MOST_MS = 30.0, 4.0, 2500.0
Figures = Mapping[str, Any]


def ratios(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each contender and load the medians over the rounds of its share of what the floor did in the same round."""
    floors = {(line["round"], line["at_a_time"]): line for line in lines if line["contender"] == "floor"}
    found = []
    for name, at_a_time in dict.fromkeys((line["contender"], line["at_a_time"]) for line in lines):
        pairs = [
            (line, floors[line["round"], at_a_time])
            for line in lines
            if (line["contender"], line["at_a_time"]) == (name, at_a_time)
        ]
        found.append(
            {
                "contender": name,
                "at_a_time": at_a_time,
                "acknowledged": _share(pairs, "acknowledged_per_second"),
                "answered": _share(pairs, "per_second"),
                "cpu": _share(pairs, "cpu_ms"),
            }
        )
    return found


def _share(pairs: Sequence[tuple[Figures, Figures]], name: str) -> float | None:
    known = [ours[name] / floors[name] for ours, floors in pairs if ours[name] is not None and floors[name]]
    return round(median(known), 3) if known else None


def bars(found: Figures) -> list[Bar]:
    return [*_of_lines(found), *_of_even_load(found), *_of_burst(found), *mixed.bars(found.get("mixed", ()))]


def _of_lines(found: Figures) -> Iterator[Bar]:
    """At 1, 20 and 100 at a time on one SQLite process; two PostgreSQL workers against one at 20 and 100."""
    for ratio in found["ratios"]:
        if ratio["contender"] == "sqlite":
            load = f"sqlite, {ratio['at_a_time']} at a time"
            yield at_least(f"{load}: acknowledged, of the floor", ratio["acknowledged"] or 0, ACKNOWLEDGED)
            yield at_least(f"{load}: answered, of the floor", ratio["answered"] or 0, ANSWERED)
    for at_a_time in (20, 100):
        one, two = (_rates(found["lines"], name, at_a_time) for name in ("postgresql", "postgresql x2"))
        if one and two:
            share = median(b / a for a, b in zip(one, two, strict=True))
            yield at_least(f"two PostgreSQL workers, {at_a_time} at a time: answered, of one", share, TWO)


def _rates(lines: list[dict[str, Any]], name: str, at_a_time: int) -> list[float]:
    return [line["per_second"] for line in lines if (line["contender"], line["at_a_time"]) == (name, at_a_time)]


def _of_even_load(found: Figures) -> Iterator[Bar]:
    for line in found.get("even", ()):
        name, took = f"{line['contender']}, {line['per_second']} a second", line["acknowledged_ms"]
        if took is None or line["floor_ms"] is None:
            yield Bar(f"{name}: acknowledged", "nothing", met=False)
            continue
        most = max(ACK_MS, ACK_FLOORS * line["floor_ms"]["p99"])
        yield at_most(f"{name}: 99th percentile of the acknowledgement", took["p99"], most, " ms")
        yield at_most(f"{name}: slowest acknowledgement", took["max"], ACK_MOST_MS, " ms")
        yield at_most(f"{name}: missing", line["missing"], 0)


def _of_burst(found: Figures) -> Iterator[Bar]:
    for line in found.get("burst", ()):
        lost = {name: line[name] for name in _LOSSES if line[name]}
        said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in lost.items()) or "nothing"
        yield Bar(
            f"{line['contender']}, {line['notes']} notes at {line['per_second']} a second lose nothing", said, not lost
        )


_LOSSES = ("not_acknowledged", "not_recorded", "recorded_twice", "not_answered")


def text(found: Figures, reached: list[Bar]) -> str:
    parts = [_lines(found), _ratios(found), _even(found), _burst(found), mixed.text(found.get("mixed", ()))]
    parts += [_memory(found), *found["without"]]
    parts += [
        verdicts(reached),
        f"{found['cores']} cores; times in ms; medians over the rounds, each against its floor",
    ]
    return "\n\n".join(part for part in parts if part)


def _lines(found: Figures) -> str:
    head = (
        "",
        "round",
        "at a time",
        "answered/s",
        "acked/s",
        "ack p50",
        "p99",
        "answer p50",
        "p99",
        "CPU",
        "load's",
        "missing",
    )
    rows = [
        (
            line["contender"],
            line["round"],
            line["at_a_time"],
            line["per_second"],
            line["acknowledged_per_second"],
            *_times(line["acknowledged_ms"], "p50", "p99"),
            *_times(line["answered_ms"], "p50", "p99"),
            line["cpu_ms"],
            line["load_cpu_ms"],
            line["missing"],
        )
        for line in sorted(found["lines"], key=lambda line: (line["round"], line["at_a_time"]))
    ]
    return table(head, rows) if rows else ""


def _times(times: Mapping[str, float] | None, *names: str) -> list[float | None]:
    return [times[name] if times else None for name in names]


def _ratios(found: Figures) -> str:
    head = ("of the floor", "at a time", "acknowledged", "answered", "CPU a note")
    names = ("contender", "at_a_time", "acknowledged", "answered", "cpu")
    rows = [[ratio[name] for name in names] for ratio in found["ratios"] if ratio["contender"] != "floor"]
    return table(head, rows) if rows else ""


def _even(found: Figures) -> str:
    head = (
        "even load",
        "a second",
        "notes",
        "ack p50",
        "p99",
        "max",
        "floor p99",
        "max",
        "answer p50",
        "p99",
        "CPU",
        "load's",
        "again",
        "missing",
    )
    rows = [
        (
            line["contender"],
            line["per_second"],
            line["notes"],
            *_times(line["acknowledged_ms"], "p50", "p99", "max"),
            *_times(line["floor_ms"], "p99", "max"),
            *_times(line["answered_ms"], "p50", "p99"),
            line["cpu_ms"],
            line["load_cpu_ms"],
            line["called_again"],
            line["missing"],
        )
        for line in found.get("even", ())
    ]
    return table(head, rows) if rows else ""


def _burst(found: Figures) -> str:
    head = ("burst", "a second", "notes", "ack p50", "p99", "max", "all answered after", "again", "lost")
    rows = [
        (
            line["contender"],
            line["per_second"],
            line["notes"],
            *_times(line["acknowledged_ms"], "p50", "p99", "max"),
            f"{line['all_answered_after_s']} s",
            line["called_again"],
            sum(line[name] for name in _LOSSES),
        )
        for line in found.get("burst", ())
    ]
    return table(head, rows) if rows else ""


def _memory(found: Figures) -> str:
    rows = [(name, held["start_mb"], held["end_mb"], held["others"]) for name, held in found["processes"].items()]
    return table(("processes", "MB at the start", "at the end", "other messages"), rows) if rows else ""
