"""The smart robot by callbacks as a channel: it can only answer (protocol reference 5.2).

An answer is offered to the call of its message, which waits for it or asks again. What no call takes goes by a
response_url that is left of the last hour; it is good for one message. Where none is left, nobody can be reached.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import aiohttp

from bot.adapters.bodies import whole
from bot.adapters.task_ids import task_id_of
from bot.adapters.wecom.answers import code, decoded
from bot.adapters.wecom.errors import failure
from bot.adapters.wecom_robot import passive
from bot.adapters.wecom_robot.channel import LIMITS
from bot.adapters.wecom_robot.read import CHANNEL
from cards.model import Card, Receipt, Recipient
from config import measures
from domain import replies
from domain.actor import JSON, ReplyHandle
from domain.database import Database
from domain.errors import AlreadySent, ChannelError, NotUpdatable, Rejected, Unreachable

_CALL = "aibot/response"
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONGEST = 64 << 10  # bytes of an answer
_LOOK = 0.05  # seconds between two looks whether the answer was taken
_WAIT = 4.0  # seconds: WeCom asks about a stream once a second


class CalledRobotChannel:
    """`name` lets it stand in for the app where there is none."""

    limits = LIMITS

    def __init__(self, database: Database, http: aiohttp.ClientSession, *, name: str = CHANNEL) -> None:
        self.name = name
        self._database, self._http = database, http

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        if card.file is not None:
            raise Unreachable("the robot by callbacks sends no files")
        said = passive.offered(card, key)
        reply = self._living(handle)
        if reply is None or not await self._offered(reply, said):
            await self._push(to, said, key)
        return Receipt({"task_id": task_id_of(key), "chatid": to.id})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        reply, task_id = self._living(handle), receipt.ids.get("task_id")
        clicked = handle is not None and handle.data.get("kind") == "click"
        if reply is None or task_id is None or not clicked or card.is_text or card.file:
            raise NotUpdatable
        if not await self._offered(reply, passive.replaced(card, task_id)):
            raise NotUpdatable
        return receipt

    # -- inside ----------------------------------------------------------------------------------------------------

    def _living(self, handle: ReplyHandle | None) -> str | None:
        """The call of a handle that can still be answered."""
        if handle is None or (handle.expires_at is not None and handle.expires_at <= self._database.clock.now()):
            return None
        return handle.data.get("reply")

    async def _offered(self, reply: str, said: Mapping[str, JSON]) -> bool:
        """Whether the call took it; what is not taken in time is taken back."""
        await replies.offer(self._database, reply, said)
        loop = asyncio.get_running_loop()
        until = loop.time() + _WAIT
        while loop.time() < until:
            if await replies.taken(self._database, reply):
                return True
            await asyncio.sleep(_LOOK)
        return not await replies.withdraw(self._database, reply)

    async def _push(self, to: Recipient, said: Mapping[str, JSON], key: str) -> None:
        found = await replies.use_way(self._database, to.id, key)
        if found is None:
            raise Unreachable("nobody has written to the robot there within the hour, and by callbacks it only answers")
        way, again = found
        body = passive.pushed(said, group=bool(way.get("group")))
        try:
            await self._post(str(way["url"]), body)
        except (Rejected, Unreachable) as refused:
            if again:  # it is good for one message, and that was ours
                raise AlreadySent(str(refused), {"task_id": task_id_of(key), "chatid": to.id}) from None
            raise

    async def _post(self, url: str, body: Mapping[str, JSON]) -> None:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"}
        try:
            async with self._http.post(
                url, data=data, headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status, raw = response.status, await whole(response, _LONGEST)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(CHANNEL, _CALL, "no_answer")
            raise ChannelError(f"wecom {_CALL}: {type(broken).__name__}") from None
        answer = decoded(_CALL, status, raw, hide=(url,))
        errcode = code(answer)
        measures.CALLS.add(CHANNEL, _CALL, str(errcode))
        if errcode:
            raise failure(errcode, _CALL, str(answer.get("errmsg", ""))[:200])
