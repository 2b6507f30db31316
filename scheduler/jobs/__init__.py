"""Due rows: which function runs each kind. A new job is one function with `@job`, and its module's name in
`MODULES`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

from cards.registry import Moment
from domain.tables import Due
from domain.uow import UnitOfWork

MODULES = ("attachments", "binding", "deadlines", "directory", "mirror", "outside", "receipts", "reminders", "upkeep")
Job = Callable[[UnitOfWork, Due, Moment], Awaitable[None]]
_JOBS: dict[str, Job] = {}


def job(kind: str) -> Callable[[Job], Job]:
    """Register the function that handles due rows of this kind."""

    def register(function: Job) -> Job:
        _JOBS[kind] = function
        return function

    return register


def load_jobs() -> None:
    for name in MODULES:
        import_module(f"scheduler.jobs.{name}")


def job_for(kind: str) -> Job:
    return _JOBS[kind]
