"""HTTP mode from the platform's side (protocol reference 2.3, 3, 6.6): robot messages and taps are signed and posted,
events are sealed, and taken only if the sealed word `success` comes back in time.

An event that is not taken is tried again, a message of the robot is not: how often DingTalk does is not published.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json

import aiohttp
from yarl import URL

from bot.messenger.crypto import BadSeal, Seal, signature
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, Push
from bot.messenger.model import Ids, JSONObject
from config.clock import Clock


class DingTalkCalls:
    """Knocks at the app's callback URL. `close` it when done. `log` has each attempt with its status; `names` are the
    addresses behind those that the app has in the world."""

    def __init__(self, credentials: DingTalkCredentials, clock: Clock, quirks: DingTalkQuirks, ids: Ids) -> None:
        self._credentials, self._clock, self._quirks, self._ids = credentials, clock, quirks, ids
        self._session: aiohttp.ClientSession | None = None
        self.url: str | None = None
        self.names: dict[str, str] = {}
        self.log: list[JSONObject] = []

    async def tell(self, body: JSONObject, message_id: str) -> Push:
        """Post what somebody said to the robot."""
        stamp, secret = self._stamp(), self._credentials.client_secret
        digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
        headers = {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
        status, _ = await self._post(self.url or "", body, body, headers, {})
        return Push(message_id=message_id, heard=status == 200, ack={"code": status} if status else None)

    async def happen(self, body: JSONObject) -> Push:
        """Post an event until it is taken, three times at most."""
        text = json.dumps(body, ensure_ascii=False)
        for _ in range(3):
            stamp, nonce, prefix = self._stamp(), self._ids("nonce"), self._ids("prefix").encode()[:16].rjust(16, b"0")
            sealed = Seal(self._credentials.aes_key).close(text, self._credentials.client_id, prefix=prefix)
            signed = signature(self._credentials.token, stamp, nonce, sealed)
            query = {"msg_signature": signed, "signature": signed, "timestamp": stamp, "nonce": nonce}
            status, said = await self._post(self.url or "", body, {"encrypt": sealed}, {}, query)
            if status == 200 and self._opened(said) == "success":
                return Push(message_id=nonce, heard=True, ack={"code": status})
        return Push(message_id=nonce, heard=False)

    async def tap(self, url: str, secret: str, body: JSONObject) -> Push:
        """Post a tap on a card, whose answer is what it changes."""
        stamp = self._stamp()
        digest = base64.b64encode(hmac.digest(secret.encode(), stamp.encode(), hashlib.sha256)).decode()
        headers = {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": digest} if secret else {}
        status, said = await self._post(url, body, body, headers, {})
        if status != 200:
            return Push(message_id=stamp, heard=False)
        answer = f'{{"response": {said.decode("utf-8", "replace")}}}'
        return Push(message_id=stamp, heard=True, ack={"code": status, "data": answer})

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _post(
        self, url: str, about: JSONObject, body: JSONObject, headers: dict[str, str], query: dict[str, str]
    ) -> tuple[int, bytes]:
        entry: JSONObject = {"body": about, "status": 0}
        self.log.append(entry)
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        for name, address in self.names.items():
            url = url.replace(name, address)
        target = URL(url).extend_query(query)
        try:
            async with (
                asyncio.timeout(self._quirks.event_seconds),
                self._session.post(target, json=body, headers=headers, allow_redirects=False) as answer,
            ):
                entry["status"] = answer.status
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError):
            return 0, b""

    def _opened(self, raw: bytes) -> str:
        """What the answer says; empty where it is not sealed as it must be."""
        try:
            said = json.loads(raw)
            signed = signature(self._credentials.token, said["timeStamp"], said["nonce"], said["encrypt"])
            if said["msg_signature"] != signed or not isinstance(said["timeStamp"], str):
                return ""
            return Seal(self._credentials.aes_key).open(said["encrypt"], self._credentials.client_id)
        except (ValueError, KeyError, TypeError, AttributeError, BadSeal):
            return ""

    def _stamp(self) -> str:
        return str(int(self._clock.now().timestamp() * 1000))
