"""What operators ask a running process: is it up, is it ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from bot.app import App


def application(app: App) -> web.Application:
    """The process's HTTP side; adapters add their callbacks."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        try:
            async with app.database.read() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return web.Response(status=503, text="the database does not answer\n")
        if not await app.coordination.healthy():
            return web.Response(status=503, text="Redis does not answer\n")
        return web.Response(text="ready\n")

    site = web.Application(client_max_size=64 * 1024)
    site.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    return site
