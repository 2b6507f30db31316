"""A task as a messenger's own list of to-dos, or its calendar, may show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Place: TypeAlias = Literal["todos", "calendar"]
State: TypeAlias = Literal["open", "done", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """`key` is the same for the same task; `due_at` is None where it has no day. What is `gone` was called off, taken
    back or given to somebody else. `shown` is the state in which this list has it from us, empty where it has it not.
    """

    task: int
    text: str
    due_at: datetime | None
    state: State
    shown: State | Literal[""] = ""

    @property
    def key(self) -> str:
        return f"genjin-task-{self.task}"


@dataclass(frozen=True, slots=True)
class Stands:
    """How it stands there now: `item` is the messenger's own id, empty where it is there no more. `ticked`: its owner
    has ticked it there, of which we knew nothing."""

    item: str
    ticked: bool = False
