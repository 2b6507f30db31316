"""What one process does of the whole: `genjin serve --role`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings


class Role(StrEnum):
    """`all` is what a process does that is told nothing else."""

    ALL = "all"
    WEB = "web"  # takes callbacks into the inbox, and works on nothing
    WORKER = "worker"  # works on the queues, and takes no callbacks

    @property
    def receives(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.WEB


def objection(role: Role, settings: Settings) -> str | None:
    """Why this role makes no sense with these settings."""
    if role is Role.WEB and settings.wecom is None and not _called(settings):
        return "--role web has nothing to take in, because no messenger is configured: set GENJIN_WECOM__…"
    return None


def advice(role: Role, settings: Settings) -> str | None:
    """What the operator of several processes should know about these settings."""
    if role is Role.ALL:
        return None
    if settings.database.startswith("sqlite:"):
        return "several processes share a SQLite file on one machine only; use PostgreSQL for more"
    if settings.redis_url is None:
        return "without GENJIN_REDIS_URL processes do not wake each other: a message waits up to a second"
    return None


def _called(settings: Settings) -> bool:
    """Whether a messenger besides WeCom's app calls us."""
    return any(group.calls_back for group in settings.two_ways.values())
