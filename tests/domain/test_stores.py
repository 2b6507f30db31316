"""What the engines are made with, where it shows only when something far away goes wrong."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import text

from config.clock import SystemClock
from domain.database import Database


@asynccontextmanager
async def over_tcp(url: str) -> AsyncIterator[str]:
    """The address under which a server that listens on a socket of the file system is reached over the network."""
    parts = urlsplit(url)
    path = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"postgresql://genjin@127.0.0.1:{port}{parts.path}"


async def test_a_database_server_that_is_gone_without_a_word_is_noticed_soon(postgres_url: str) -> None:
    async with over_tcp(postgres_url) as url:
        database = Database(url, SystemClock())
        try:
            async with database.engine().connect() as connection:
                assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
                raw = await connection.get_raw_connection()
                wire = raw.driver_connection._transport.get_extra_info("socket")  # type: ignore[union-attr]
                silence = [wire.getsockopt(socket.IPPROTO_TCP, n) for n in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)]
                assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert silence[0] + silence[1] * wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) <= 30
                assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
        finally:
            await database.close()
