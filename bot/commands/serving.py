"""`genjin serve`: one process for everything, or for its part of it, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App, listening, running
from bot.roles import Role, advice, objection
from config.settings import Settings
from domain.migrate import OutdatedSchema

log = logging.getLogger(__name__)


async def serve(settings: Settings, role: Role = Role.ALL) -> int:
    """Run until SIGTERM or SIGINT, then finish what is in hand; returns the exit code."""
    if wrong := objection(role, settings):
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    if word := advice(role, settings):
        sys.stderr.write(f"genjin: {word}\n")
    try:
        async with running(settings, role=role) as app, door(app) as what:
            stop = stop_asked()
            sys.stdout.write(f"genjin {what}\n")
            sys.stdout.flush()
            tidying = asyncio.create_task(tidy(app))
            await stop.wait()
            tidying.cancel()
            hurry(settings.stop_seconds)
            await app.drain()
    except (OutdatedSchema, OSError) as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    return 0


async def tidy(app: App) -> None:
    """Once all that lasts has been read, leave it out of what the garbage collector walks over and over: with the names
    of a large company each full round takes a tenth of a second, and nothing of it ever goes."""
    await app.warm()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def door(app: App) -> AsyncIterator[str]:
    """The process's HTTP side, and in words what it does; a worker has one only where GENJIN_BIND asks for it."""
    settings = app.settings
    if not app.role.receives and "bind" not in settings.model_fields_set:
        yield "works"
        return
    async with listening(app.web, settings.host, settings.port) as port:
        yield f"listens on http://{settings.host}:{port}"


def hurry(seconds: float) -> None:
    """From now on a signal, or so many seconds, end the process where it stands, with exit code 1.

    What it had in hand is then as after a kill: its leases run out, and another process takes it up.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _leave)
    loop.call_later(seconds, _leave)


def _leave() -> None:
    log.warning("ended with work in hand; another process takes it up")
    os._exit(1)


async def told_to_stop() -> None:
    """Return at the first SIGTERM or SIGINT."""
    await stop_asked().wait()


def stop_asked() -> asyncio.Event:
    """From now on SIGTERM and SIGINT end nothing by themselves, but set this."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
