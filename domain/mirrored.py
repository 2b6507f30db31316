"""A task as a messenger's own list of to-dos, or its calendar, may show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Place: TypeAlias = Literal["todos", "calendar"]
State: TypeAlias = Literal["open", "done", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """`due_at` is None where it has no day. What is `gone` was called off, taken
    back or given to somebody else. `shown` is the state in which this list has it from us, empty where it has it not.
    """

    task: int
    text: str
    due_at: datetime | None
    state: State
    shown: State | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What is to be done at a moment, in somebody's calendar. `at` and `until` are in the company's zone. `item` is the
    messenger's own id where it is there, `times` how often it was there before; `gone`: it is to be there no more."""

    task: int
    text: str
    at: datetime
    until: datetime
    item: str = ""
    times: int = 0
    gone: bool = False

    def key(self, times: int) -> str:
        """The same for each try to put it there for the so-manieth time."""
        return f"genjin-appointment-{self.task}-{times}"


@dataclass(frozen=True, slots=True)
class Stands:
    """How it stands there now: `item` is the messenger's own id, empty where it is there no more. `ticked`: its owner
    has ticked it there, of which we knew nothing."""

    item: str
    ticked: bool = False
