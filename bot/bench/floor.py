"""The bare floor of the benches: what this machine needs at least to take a note safely and answer it.

Signature, decryption, both XMLs, the duplicate check, five rows in a durable commit that all who wait share, one cut
into words, an encrypted answer: each once, with nothing around it, in the same language and on the same disk. Run as
a process of its own: `python -m bot.bench.floor FILE` prints its address.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import queue
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass

import rjieba
from aiohttp import web
from defusedxml.ElementTree import fromstring

from bot.bench.load import APP
from bot.commands.serving import told_to_stop
from bot.messenger.crypto import Seal, signature

ROWS = ("activity", "task", "outbox", "audit")  # and the inbox, whose key is the duplicate check
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")  # as genjin opens its own
_INNER = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{corp}]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{said}]]></Content></xml>"
)
_OUTER = (
    "<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
    "<TimeStamp>{at}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A note that waits for its commit."""

    message_id: str
    sender: str
    text: str
    durable: asyncio.Future[None]


class Committer(threading.Thread):
    """Commits all that wait together, beside the event loop."""

    def __init__(self, path: str) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._waiting: queue.SimpleQueue[Taken] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()

    async def commit(self, message_id: str, sender: str, text: str) -> None:
        """Return when the note is durable, once, however often it comes."""
        taken = Taken(message_id, sender, text, self._loop.create_future())
        self._waiting.put(taken)
        await taken.durable

    def run(self) -> None:
        database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in _PRAGMAS:
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE inbox (message_id TEXT PRIMARY KEY, sender TEXT, text TEXT, at REAL)")
        for table in ROWS:
            database.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, message_id TEXT, sender TEXT, text TEXT)")
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            _store(database, batch)
            self._loop.call_soon_threadsafe(_settle, batch)


def _store(database: sqlite3.Connection, batch: list[Taken]) -> None:
    database.execute("BEGIN IMMEDIATE")
    once, now = "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?)", time.time()
    new = [t for t in batch if database.execute(once, (t.message_id, t.sender, t.text, now)).rowcount]
    rows = [(taken.message_id, taken.sender, taken.text) for taken in new]
    for table in ROWS:
        database.executemany(f"INSERT INTO {table} (message_id, sender, text) VALUES (?, ?, ?)", rows)  # noqa: S608
    database.execute("COMMIT")


def _settle(batch: list[Taken]) -> None:
    for taken in batch:
        if not taken.durable.done():
            taken.durable.set_result(None)


async def serve(path: str) -> None:
    """Serve on a port of the system's choice, which is printed, until the process is ended."""
    seal, committer = Seal(APP.aes_key), Committer(path)
    committer.start()

    async def take(request: web.BaseRequest) -> web.Response:
        query, body = request.query, await request.read()
        sealed = fromstring(body, forbid_dtd=True).findtext("Encrypt") or ""
        signed = signature(APP.token, query["timestamp"], query["nonce"], sealed)
        if not hmac.compare_digest(signed, query["msg_signature"]):
            return web.Response(status=403)
        inner = fromstring(seal.open(sealed, APP.corp_id), forbid_dtd=True)
        message_id, sender, text = (inner.findtext(name) or "" for name in ("MsgId", "FromUserName", "Content"))
        words = rjieba.cut(text)
        await committer.commit(message_id, sender, text)
        return web.Response(text=_answer(seal, sender, f"已记录 · {words[-1]}", query["nonce"]))

    runner = web.ServerRunner(web.Server(take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"floor listens on http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await told_to_stop()
    await runner.cleanup()


def _answer(seal: Seal, to: str, said: str, nonce: str) -> str:
    at = str(int(time.time()))
    inner = _INNER.format(to=to, corp=APP.corp_id, at=at, said=said)
    sealed = seal.close(inner, APP.corp_id, prefix=os.urandom(16))
    return _OUTER.format(sealed=sealed, signed=signature(APP.token, at, nonce, sealed), at=at, nonce=nonce)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
