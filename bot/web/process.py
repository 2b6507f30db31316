"""What the HTTP side has to know of the process that it serves."""

from __future__ import annotations

from typing import Protocol

from config.clock import Clock
from config.settings import Settings
from domain.database import Database
from scheduler.coordination import Coordination


class Process(Protocol):
    """`stopping` is true from the moment on at which it is to end."""

    settings: Settings
    clock: Clock
    database: Database
    coordination: Coordination
    stopping: bool
