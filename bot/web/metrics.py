"""`/metrics`: what one needs to know at night, in Prometheus' text format.

The figures tell how much a company talks and about what not, so they are for the machine itself, or for whoever has
the token. The queues are looked at every few seconds at most, however many ask.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.process import Process
from domain.backlog import Backlog, backlogs

log = logging.getLogger(__name__)

_FRESH = timedelta(seconds=3)  # so long, what was found in the database is given out again
_PATIENCE = 5.0  # seconds that the database may take, well below the ten of a scrape
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class Night:
    """How things stand outside of this process; None is for what could not be asked, or is not there to ask."""

    queues: tuple[Backlog, ...] | None
    redis_up: bool | None
    disk_free: int | None


class Metrics:
    """The handler; one for each process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._night = Night(None, None, None)
        self._seen_at: datetime | None = None
        self._looking = asyncio.Lock()

    async def get(self, request: web.Request) -> web.Response:
        """200 with the figures, also while the database is down; 403 for whoever may not see them."""
        token = self._process.settings.metrics_token
        if not (_from_here(request) if token is None else _shows(request, token.get_secret_value())):
            return web.Response(status=403, text="metrics are for this machine, or for whoever has the token\n")
        # The library is loaded when somebody asks: many never do.
        exposition = await asyncio.to_thread(import_module, "bot.web.exposition")
        night = await self._look()
        return web.Response(body=exposition.text(night), headers={"Content-Type": exposition.CONTENT_TYPE})

    async def _look(self) -> Night:
        async with self._looking:
            now = self._process.clock.now()
            if self._seen_at is None or abs(now - self._seen_at) >= _FRESH:
                self._night = Night(await self._queues(now), await self._redis(), _disk_free(self._process))
                self._seen_at = now
            return self._night

    async def _queues(self, now: datetime) -> tuple[Backlog, ...] | None:
        try:
            async with asyncio.timeout(_PATIENCE), self._process.database.read() as session:
                return tuple(await backlogs(session, now))
        except (SQLAlchemyError, OSError, TimeoutError):
            log.warning("the database does not answer", exc_info=True)
            return None

    async def _redis(self) -> bool | None:
        if self._process.settings.redis_url is None:
            return None
        return await self._process.coordination.healthy()


def _disk_free(process: Process) -> int | None:
    """Bytes left where the data is; None where it is not on this machine."""
    settings = process.settings
    kept = settings.database.partition("sqlite:///")[2]
    try:
        return shutil.disk_usage(Path(kept).parent if kept else settings.data).free
    except OSError:
        return None


def _from_here(request: web.Request) -> bool:
    """Whether the machine itself asks, and not a proxy on it that passes on what a stranger asked."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if isinstance(peer, str):
        return True  # a socket in the file system
    try:
        return isinstance(peer, tuple) and ip_address(peer[0]).is_loopback
    except ValueError:
        return False


def _shows(request: web.Request, token: str) -> bool:
    shown = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(shown, f"Bearer {token}".encode())
