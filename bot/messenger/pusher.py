"""Callbacks: signed, sealed and posted, tried three times, five seconds each; and the check of the URL, one second.

Each attempt is a fresh request (timestamp, nonce, random prefix), while what is inside stays the same to the byte.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.messenger.crypto import Seal, signature
from bot.messenger.events import cdata, element
from bot.messenger.faults import Faults, Trick
from bot.messenger.model import AppCredentials, Delivery, Ids
from bot.messenger.quirks import Quirks
from config.clock import Clock

DTD = '<!DOCTYPE xml [<!ENTITY who "wecom">]>'
_MESSAGE_ID = re.compile(r"<MsgId>\d+</MsgId>")
NOBODY = "wwsomebodyelse000"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: the query that WeCom adds to the URL, and the body."""

    query: dict[str, str]
    body: str


class Pusher:
    """Knocks at the app's callback URL. `close` it when done."""

    def __init__(self, app: AppCredentials, clock: Clock, quirks: Quirks, faults: Faults, ids: Ids) -> None:
        self._app, self._clock, self._quirks, self._faults, self._ids = app, clock, quirks, faults, ids
        self._seal = Seal(app.aes_key)
        self._session: aiohttp.ClientSession | None = None
        self.url: str | None = None

    async def verify(self) -> bool:
        """The GET of an administrator who presses save: 200 and the decrypted echo to the byte, within a second."""
        if self.url is None:
            return False
        echo = self._ids("echo")
        sealed = self._seal.close(echo, self._app.corp_id, prefix=self._prefix())
        target = URL(self.url).extend_query({**self._signed(sealed, self._app.token), "echostr": sealed})
        try:
            async with (
                asyncio.timeout(self._quirks.verify_timeout),
                self._http().get(target, allow_redirects=False) as answer,
            ):
                return answer.status == 200 and await answer.read() == echo.encode()
        except (aiohttp.ClientError, OSError):  # TimeoutError is an OSError
            return False

    async def push(
        self, inner: str, message_id: str = "", on_reply: Callable[[bytes], None] = lambda body: None
    ) -> Delivery:
        """Deliver the inner XML; `on_reply` gets the body of the answer that accepted it."""
        if self.url is None:
            return Delivery(accepted=False, attempts=0, message_id=message_id)
        trick = self._faults.next_trick()
        if trick is Trick.CONCURRENTLY:
            both = await asyncio.gather(*(self._deliver(inner, trick, on_reply) for _ in range(2)))
            runs = list(both)
        else:
            runs = [await self._deliver(inner, trick, on_reply)]
            if trick in (Trick.TWICE, Trick.RENAMED):
                again = inner if trick is Trick.TWICE else self._renamed(inner)
                runs.append(await self._deliver(again, trick, on_reply))
        statuses = tuple(status for _, tried in runs for status in tried)
        accepted = any(taken for taken, _ in runs)
        return Delivery(accepted=accepted, attempts=len(statuses), message_id=message_id, statuses=statuses)

    async def close(self) -> None:
        """End the connections; a later push opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _deliver(
        self, inner: str, trick: Trick | None, on_reply: Callable[[bytes], None]
    ) -> tuple[bool, list[int]]:
        statuses: list[int] = []
        first = self._attempt(inner, trick)
        for number in range(self._quirks.attempts):
            if number:
                await asyncio.sleep(self._quirks.retry_interval)
            fresh = number and self._quirks.fresh_attempts
            status, body = await self._post(self._attempt(inner, trick) if fresh else first)
            statuses.append(status)
            if status == 200:
                on_reply(body)
                return True, statuses
            if status and not self._quirks.retry_on_status:
                break
        return False, statuses

    def _renamed(self, inner: str) -> str:
        return _MESSAGE_ID.sub(f"<MsgId>{self._ids('message')}</MsgId>", inner)

    async def _post(self, attempt: Attempt) -> tuple[int, bytes]:
        target = URL(self.url or "").extend_query(attempt.query)
        headers = {"Content-Type": self._quirks.callback_content_type}
        data = attempt.body.encode()
        try:
            async with (
                asyncio.timeout(self._quirks.callback_timeout),
                self._http().post(target, data=data, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError):
            return 0, b""

    def _attempt(self, inner: str, trick: Trick | None) -> Attempt:
        receiver = NOBODY if trick is Trick.WRONG_RECEIVER else self._app.corp_id
        token = "not" + self._app.token if trick is Trick.WRONG_SIGNATURE else self._app.token
        spoiled = trick is Trick.BAD_PADDING
        sealed = self._seal.close(inner, receiver, prefix=self._prefix(), spoil_padding=spoiled)
        head = DTD if trick is Trick.DOCTYPE else ""
        outer = element("ToUserName", self._app.corp_id) + element("AgentID", str(self._app.agent_id))
        body = f"{head}<xml>{outer}<Encrypt>{cdata(sealed)}</Encrypt></xml>"
        return Attempt(self._signed(sealed, token), body)

    def _signed(self, sealed: str, token: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock.now().timestamp())), self._ids("nonce")
        signed = signature(token, timestamp, nonce, sealed)
        return {"msg_signature": signed, "timestamp": timestamp, "nonce": nonce}

    def _prefix(self) -> bytes:
        return self._ids("prefix").encode()[:16].rjust(16, b"0")

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))
        return self._session
