"""`genjin serve`: one process for everything, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from bot.app import listening, running
from config.settings import Settings
from domain.migrate import OutdatedSchema

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    try:
        async with running(settings) as app, listening(app.web, settings.host, settings.port) as port:
            sys.stdout.write(f"genjin listens on http://{settings.host}:{port}\n")
            sys.stdout.flush()
            await told_to_stop()
    except (OutdatedSchema, OSError) as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        return 2
    return 0


async def told_to_stop() -> None:
    """Return at the first SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
