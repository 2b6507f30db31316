"""The bare floor of `genjin bench path`: signature, decryption, XML, one durable commit, the answer, and nothing else.

What this machine needs at least to take a note safely, in the same language and on the same disk; run as a process of
its own: `python -m bot.bench.floor FILE` prints its address.
"""

from __future__ import annotations

import asyncio
import hmac
import sqlite3
import sys

from aiohttp import web
from defusedxml.ElementTree import fromstring

from bot.app import listening
from bot.bench.load import APP
from bot.commands.serving import told_to_stop
from bot.messenger.crypto import Seal, signature

_INSERT = "INSERT OR IGNORE INTO inbox (message_id, sender, text) VALUES (?, ?, ?)"


def application(path: str) -> web.Application:
    """One handler over one SQLite file, opened with WAL and synchronous=FULL as genjin opens its own."""
    seal, database = Seal(APP.aes_key), sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
        database.execute(statement)
    database.execute("CREATE TABLE inbox (message_id TEXT PRIMARY KEY, sender TEXT, text TEXT)")

    async def take(request: web.Request) -> web.Response:
        query, body = request.query, await request.read()
        sealed = fromstring(body, forbid_dtd=True).findtext("Encrypt") or ""
        signed = signature(APP.token, query["timestamp"], query["nonce"], sealed)
        if not hmac.compare_digest(signed, query["msg_signature"]):
            return web.Response(status=403)
        inner = fromstring(seal.open(sealed, APP.corp_id), forbid_dtd=True)
        database.execute(_INSERT, tuple(inner.findtext(name) for name in ("MsgId", "FromUserName", "Content")))
        return web.Response()

    site = web.Application()
    site.router.add_post("/wecom/callback", take)
    return site


async def serve(path: str) -> None:
    """Serve on a port of the system's choice, which is printed, until the process is ended."""
    async with listening(application(path), "127.0.0.1", 0) as port:
        sys.stdout.write(f"floor listens on http://127.0.0.1:{port}\n")
        sys.stdout.flush()
        await told_to_stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
