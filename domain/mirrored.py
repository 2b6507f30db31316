"""A task as a messenger's own list of to-dos may show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """`key` is the same for the same task; `due_at` is None where it has no day. What is `gone` was called off, taken
    back or given to somebody else."""

    key: str
    text: str
    due_at: datetime | None
    state: Literal["open", "done", "gone"]
