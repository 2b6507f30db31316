"""What operators ask a running process: is it up, is it ready, how is it doing."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.edge import site
from bot.web.leaving import leaving
from bot.web.metrics import Metrics
from bot.web.process import Process
from bot.web.watch import watched
from domain import migrate
from domain.migrations import HEAD

log = logging.getLogger(__name__)

_PATIENCE = 5.0  # seconds that the database may take to answer


def application(process: Process) -> web.Application:
    """The process's HTTP side; adapters add their callbacks."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        if (wrong := await _database(process)) is not None:
            return web.Response(status=503, text=f"{wrong}\n")
        if not await process.coordination.healthy():
            return web.Response(status=503, text="Redis does not answer\n")
        return web.Response(text="ready\n")

    served = site()
    served.middlewares.insert(0, watched)
    served.middlewares.append(leaving(process))
    metrics = Metrics(process).get
    served.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return served


async def _database(process: Process) -> str | None:
    """What is wrong with the database; None where it answers and is at this release's schema."""
    try:
        async with asyncio.timeout(_PATIENCE), process.database.read() as session:
            at = await migrate.revision(session)
    except (SQLAlchemyError, OSError, TimeoutError):
        log.warning("the database does not answer", exc_info=True)
        return "the database does not answer"
    return None if at == HEAD else "the database is at another schema"
