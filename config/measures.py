"""What a process counts while it works, for `/metrics`: plain numbers, so that no layer needs to know who reads them.

A `Count` only grows, a `Spread` says how durations or sizes are spread. Labels are few and known values; should one
come from outside (an errcode that a messenger makes up), what is over `MOST` combinations is counted as "other". All
counting happens in the thread of the event loop.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

MOST = 200
OTHER = "other"

_INSTANT = (0.001, 0.0025, 0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 2.5, 5.0)
_PATIENT = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Count:
    """How often; `name` is without the suffix `_total`."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: dict[tuple[str, ...], float] = field(default_factory=dict)

    def add(self, *labels: str, by: float = 1) -> None:
        key = labels if labels in self.values or len(self.values) < MOST else (OTHER,) * len(labels)
        self.values[key] = self.values.get(key, 0) + by


@dataclass(frozen=True, slots=True)
class Level:
    """How it stands now: 1 or 0."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: dict[tuple[str, ...], float] = field(default_factory=dict)

    def stands(self, up: bool, *labels: str) -> None:
        self.values[labels] = float(up)


@dataclass(slots=True)
class Bars:
    """How many values fell below each bound and not below the one before, the last bar being for all beyond."""

    bars: list[int]
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How long or how large: values counted by the upper bounds that they stay below or reach."""

    name: str
    help: str
    bounds: tuple[float, ...]
    labels: tuple[str, ...] = ()
    values: dict[tuple[str, ...], Bars] = field(default_factory=dict)

    def saw(self, value: float, *labels: str) -> None:
        key = labels if labels in self.values or len(self.values) < MOST else (OTHER,) * len(labels)
        seen = self.values.get(key)
        if seen is None:
            seen = self.values[key] = Bars([0] * (len(self.bounds) + 1))
        seen.bars[bisect_left(self.bounds, value)] += 1
        seen.total += value


CALLBACKS = Count(
    "genjin_callbacks",
    "Callbacks of a messenger: accepted, repeated (known already), ignored (concerns no conversation), refused, or "
    "failed (not stored; the messenger is to call again).",
    ("channel", "result"),
)
REFUSED = Count("genjin_callbacks_refused", "Callbacks refused, by what was wrong.", ("channel", "reason"))
ACKNOWLEDGED = Spread(
    "genjin_acknowledge_seconds",
    "From a callback's headers to its answer, in seconds.",
    _INSTANT,
    ("channel",),
)
HANDLED = Count("genjin_messages_handled", "Messages and taps handled, by outcome.", ("outcome",))
ANSWERED = Spread(
    "genjin_answer_seconds",
    "From when a message came in (cause inbox), or a job was due (cause due), until the messenger took what it "
    "caused, in seconds.",
    _PATIENT,
    ("cause",),
)
DELIVERED = Count("genjin_deliveries", "Deliveries that the messenger took.", ("channel",))
PACED = Count("genjin_pace_waits", "Times that a delivery was put back to keep a recipient's limit.", ("channel",))
HELD = Count("genjin_call_waits", "Calls that waited for their turn to keep a messenger's limit.", ("channel",))
FAILED = Count("genjin_failures", "Attempts at a row that failed: tried again, or dead.", ("queue", "result"))
LEASES_LOST = Count("genjin_leases_lost", "Rows that another worker took over from a living one.", ("queue",))
COMMITTED = Spread(
    "genjin_commit_units", "Units of work that shared one commit (SQLite).", (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
)
COMMITTING = Spread("genjin_commit_seconds", "How long the disk took for a commit (SQLite), in seconds.", _INSTANT)
CALLS = Count(
    "genjin_messenger_calls",
    "Calls to a messenger's API, by errcode: its own, or no_answer, garbage, http_NNN.",
    ("channel", "call", "errcode"),
)
CALLED = Spread(
    "genjin_messenger_call_seconds", "How long a messenger's API took to answer, in seconds.", _PATIENT, ("channel",)
)
CONNECTED = Level(
    "genjin_messenger_connected",
    "1 while this process holds the messenger's long connection. One process of all has it.",
    ("channel",),
)
FEEDBACK = Count("genjin_feedback", "What people think of answers, by verdict.", ("channel", "verdict"))

SECOND_READINGS = Count(
    "genjin_second_readings",
    "Questions to the large model: read, empty (it added nothing), late, failed, or malformed.",
    ("result",),
)

COUNTS = (CALLBACKS, REFUSED, HANDLED, DELIVERED, PACED, HELD, FAILED, LEASES_LOST, CALLS, FEEDBACK, SECOND_READINGS)
LEVELS = (CONNECTED,)
SPREADS = (ACKNOWLEDGED, ANSWERED, COMMITTED, COMMITTING, CALLED)
