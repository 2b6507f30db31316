"""What `genjin bench due` found, and against the bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bench.figures import Bar, at_most, milliseconds, table, verdicts

__all__ = ["bars", "milliseconds", "text"]

IDLE_MS, CLAIM_MS, LATE_MS = 10.0, 250.0, 1500.0
Figures = Mapping[str, Any]


def bars(found: Figures) -> list[Bar]:
    reached = []
    for line in found["lines"]:
        name = f"{line['database']}, {line['rows']} rows"
        late = line["late_ms"]["p99"] if line["late_ms"] else float("inf")
        reached += [
            at_most(f"{name}: CPU of an idle tick", line["idle_tick_cpu_ms"], IDLE_MS, " ms"),
            at_most(f"{name}: {line['claimed']} due at once claimed in", line["claim_ms"], CLAIM_MS, " ms"),
            at_most(f"{name}: 99th percentile from due to API call", late, LATE_MS, " ms"),
            at_most(f"{name}: missing or twice", line["missing"] + line["rate_missing"] + line["twice"], 0),
        ]
    return reached


def text(found: Figures, reached: list[Bar]) -> str:
    parts = [_lines(found), _idle(found), _jobstore(found), *found["without"], verdicts(reached)]
    return "\n\n".join(part for part in parts if part)


def _lines(found: Figures) -> str:
    head = ("", "rows", "idle tick CPU", "due at once", "claimed in", "first at API", "last", "late p50", "p99", "max")
    rows = [
        (
            line["database"],
            line["rows"],
            f"{line['idle_tick_cpu_ms']} ms",
            line["at_once"],
            f"{line['claim_ms']} ms",
            f"{line['first_s']} s",
            f"{line['delivered_s']} s",
            *[f"{line['late_ms'][name]} ms" if line["late_ms"] else None for name in ("p50", "p99", "max")],
        )
        for line in found["lines"]
    ]
    return table(head, rows) if rows else ""


def _idle(found: Figures) -> str:
    rows = [
        (line["database"], *[f"{line['idle_claim_ms'][name]} ms" for name in ("inbox", "outbox", "due")])
        for line in found["lines"]
    ]
    return table(("a claim that finds nothing", "inbox", "outbox", "due"), rows) if rows else ""


def _jobstore(found: Figures) -> str:
    line = found.get("jobstore")
    if line is None:
        return ""
    head = ("APScheduler's job store", "jobs", "idle tick CPU", "due at once", "read in", "read and removed in")
    took = (f"{line['read_ms']} ms", f"{line['removed_ms']} ms")
    return table(head, [("sqlite", line["jobs"], f"{line['idle_tick_cpu_ms']} ms", line["due"], *took)])
