"""The load of `genjin bench path`: callbacks sealed beforehand, and a WeCom that takes every answer and notes when.

It is written on the simulator's side of the wire: it knows of genjin only the address of its callback.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.messenger.crypto import Seal, signature
from bot.messenger.events import Events, cdata, element
from bot.messenger.model import AppCredentials

APP = AppCredentials(
    "wwbench000000001", 1000010, "secret-of-the-bench", "benchTok2026", "YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoMTI"
)
PATIENCE = 30.0  # seconds until an answer that has not come counts as missing


@dataclass(frozen=True, slots=True)
class Callback:
    """One note on its way: whose, and the request that WeCom would make."""

    sender: str
    query: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Tally:
    """Seconds from the callback to its acknowledgement and to the answer's arrival, and how long it all took."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    missing: int = 0
    seconds: float = 0.0


def callbacks(notes: Iterator[tuple[str, str]], count: int) -> list[Callback]:
    """So many callbacks of (sender, text), each with an id of its own, sealed and signed now."""
    seal, events, first = Seal(APP.aes_key), Events(APP), time.time_ns()
    made = []
    for number, (sender, text) in enumerate(itertools.islice(notes, count)):
        now = datetime.now(UTC)
        inner = events.text(sender, now, text, str(first + number))
        sealed = seal.close(inner, APP.corp_id, prefix=b"%016d" % number)
        stamp, nonce = str(int(now.timestamp())), str(number)
        signed = signature(APP.token, stamp, nonce, sealed)
        outer = element("ToUserName", APP.corp_id) + element("AgentID", str(APP.agent_id))
        body = f"<xml>{outer}<Encrypt>{cdata(sealed)}</Encrypt></xml>".encode()
        made.append(Callback(sender, {"msg_signature": signed, "timestamp": stamp, "nonce": nonce}, body))
    return made


class WeCom:
    """Gives a token, takes every message, and wakes whoever waits for one to that member."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._numbers = itertools.count(1)

    def expect(self, userid: str) -> asyncio.Future[float]:
        """The moment at which the next message to this member comes in."""
        self._waiting[userid] = coming = asyncio.get_running_loop().create_future()
        return coming

    def application(self) -> web.Application:
        site = web.Application()
        site.add_routes([web.get("/cgi-bin/gettoken", self._token), web.post("/cgi-bin/{path:.+}", self._take)])
        return site

    async def _token(self, _request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": "bench", "expires_in": 7200})

    async def _take(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        body = json.loads(await request.read())
        if (coming := self._waiting.pop(str(body.get("touser")), None)) is not None and not coming.done():
            coming.set_result(now)
        number = next(self._numbers)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": f"m{number}", "response_code": f"c{number}"})


async def press(url: str, waiting: list[Callback], at_a_time: int, seconds: float, wecom: WeCom | None) -> Tally:
    """Keep so many notes in flight for so long, or until none is left; without `wecom` no answer is waited for."""
    tally, left = Tally(), iter(waiting)
    begun = time.perf_counter()
    async with _client() as http:

        async def hand() -> None:
            for callback in left:
                await _one(http, url, callback, wecom, tally)
                if time.perf_counter() - begun > seconds:
                    return

        await asyncio.gather(*(hand() for _ in range(at_a_time)))
    tally.seconds = time.perf_counter() - begun
    return tally


async def _one(http: aiohttp.ClientSession, url: str, callback: Callback, wecom: WeCom | None, tally: Tally) -> None:
    coming = wecom.expect(callback.sender) if wecom is not None else None
    begun = time.perf_counter()
    try:
        async with http.post(url, params=callback.query, data=callback.body) as answer:
            taken = answer.status == 200
        if not taken:
            tally.missing += 1
            return
        tally.acknowledged.append(time.perf_counter() - begun)
        if coming is not None:
            tally.answered.append(await asyncio.wait_for(coming, PATIENCE) - begun)
    except (aiohttp.ClientError, TimeoutError):
        tally.missing += 1


@asynccontextmanager
async def _client() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        yield http
