"""The smart robot as a channel: answers by a message's own request, pushes everything else (protocol reference 5).

A card can be changed only as the answer to a tap on it, within five seconds; whatever comes later is a new card.
"""

from __future__ import annotations

from typing import Protocol

from bot.adapters.task_ids import task_id_of
from bot.adapters.wecom.errors import NotAnswerable
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.asked import Asked, Unanswered
from bot.adapters.wecom_robot.connection import Connection
from bot.adapters.wecom_robot.extras import A_MINUTE, AN_HOUR
from bot.adapters.wecom_robot.outgoing import RobotFiles
from bot.adapters.wecom_robot.read import CHANNEL
from cards.model import Card, CardFile, Limits, Receipt, Recipient
from cards.renderers import wecom_robot
from config.clock import Clock
from domain.actor import JSON, ReplyHandle
from domain.errors import AlreadySent, ChannelError, NotUpdatable, Rejected

# Of one chat, answers and pushes together; what is left of WeCom's 30 and 1,000 is for `extras`. Above it the robot
# refuses, it drops nothing: what waits is kept.
LIMITS = Limits(per_minute=30 - 2 * A_MINUTE, per_hour=1000 - 2 * AN_HOUR, group=Limits(per_minute=20, per_hour=500))
FIRST = 1_800  # bytes of a long text that are shown while the rest is on its way


class Linked(Protocol):
    """What the channel needs of the connection's keeper."""

    connection: Connection | None
    unanswered: Unanswered


class RobotChannel:
    """The robot over its long connection. `name` lets it stand in for the app where there is none."""

    limits = LIMITS

    def __init__(self, link: Linked, clock: Clock, files: RobotFiles, *, name: str = CHANNEL) -> None:
        self.name = name
        self._link, self._clock, self._files = link, clock, files

    def reachable(self) -> bool:
        return self._link.connection is not None

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        asked = self._asked(handle)
        if card.file is not None:
            await self._send_file(to, card, card.file, key, asked)
            return Receipt({"chatid": to.id})
        try:
            if asked is None or not await self._answer(asked, card, key):
                await self._push(to, card, key)
        except Rejected as refused:
            if isinstance(refused, AlreadySent) or "task_id" in str(refused):
                raise AlreadySent(str(refused), {"task_id": task_id_of(key), "chatid": to.id}) from None
            raise
        return Receipt({"task_id": task_id_of(key), "chatid": to.id})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        req_id = self._living(handle, "click")
        connection, task_id = self._link.connection, receipt.ids.get("task_id")
        if req_id is None or connection is None or task_id is None or card.is_text or card.file:
            raise NotUpdatable
        body: dict[str, JSON] = {
            "response_type": "update_template_card",
            "template_card": wecom_robot.replacement(card, task_id),
        }
        try:
            await connection.ask(frames.UPDATE, body, req_id=req_id)
        except NotAnswerable as late:
            raise NotUpdatable(str(late)) from None
        return receipt

    # -- inside ----------------------------------------------------------------------------------------------------

    def _asked(self, handle: ReplyHandle | None) -> Asked | None:
        for kind in ("message", "enter"):
            if (req_id := self._living(handle, kind)) is not None:
                return self._link.unanswered.find(req_id)
        return None

    def _living(self, handle: ReplyHandle | None, kind: str) -> str | None:
        """The request of a handle of this kind that can still be answered."""
        if handle is None or handle.data.get("kind") != kind:
            return None
        if handle.expires_at is not None and handle.expires_at <= self._clock.now():
            return None
        return handle.data.get("req_id")

    async def _answer(self, asked: Asked, card: Card, key: str) -> bool:
        """Whether the message could be answered by its own request."""
        cmd = frames.RESPOND if asked.kind == "message" else frames.WELCOME
        body = _answer(card, key, asked.stream) if asked.kind == "message" else _welcome(card, key)
        try:
            await self._link.unanswered.answer(asked, cmd, body, first=_beginning(body))
        except NotAnswerable:
            return False
        return True

    async def _push(self, to: Recipient, card: Card, key: str) -> None:
        await self._connected().ask(frames.SEND, _chat(to) | _pushed(card, key))

    async def _send_file(self, to: Recipient, card: Card, file: CardFile, key: str, asked: Asked | None) -> None:
        """By the message's own request where it can be; a stream that was opened there ends with the file's name."""
        connection = self._connected()
        content = await self._files.content(connection, file)
        if asked is not None and asked.kind == "message":
            streamed = asked.stream
            named = _answer(Card(kind=card.kind, text=card.text), key, streamed)
            try:
                await self._link.unanswered.answer(asked, frames.RESPOND, named if streamed else content)
            except NotAnswerable:
                streamed = "none"
            if not streamed:
                return
        await connection.ask(frames.SEND, _chat(to) | content)

    def _connected(self) -> Connection:
        if (connection := self._link.connection) is None:
            raise ChannelError("wecom robot: not connected")
        return connection


def _chat(to: Recipient) -> dict[str, JSON]:
    return {"chatid": to.id, "chat_type": 2 if to.kind == "group" else 1}


def _answer(card: Card, key: str, stream: str) -> dict[str, JSON]:
    """A card, or words as a stream that is whole at once; where a stream was opened, it ends with this."""
    if not wecom_robot.is_card(card):
        content: JSON = wecom_robot.markdown(card)
        shown: dict[str, JSON] = {"id": stream or task_id_of(key)[:64], "finish": True, "content": content}
        return {"msgtype": "stream", "stream": shown | ({} if stream else {"feedback": {"id": key}})}
    wire: dict[str, JSON] = {**wecom_robot.template_card(card, task_id_of(key)), "feedback": {"id": key}}
    if not stream:
        return {"msgtype": "template_card", "template_card": wire}
    ended: dict[str, JSON] = {"id": stream, "finish": True, "content": wecom_robot.headline(card)}
    return {"msgtype": "stream_with_template_card", "stream": ended, "template_card": wire}


def _welcome(card: Card, key: str) -> dict[str, JSON]:
    if wecom_robot.is_card(card):
        return {"msgtype": "template_card", "template_card": wecom_robot.template_card(card, task_id_of(key))}
    return {"msgtype": "text", "text": {"content": wecom_robot.plain(card)}}


def _pushed(card: Card, key: str) -> dict[str, JSON]:
    if wecom_robot.is_card(card):
        wire: dict[str, JSON] = {**wecom_robot.template_card(card, task_id_of(key)), "feedback": {"id": key}}
        return {"msgtype": "template_card", "template_card": wire}
    return {"msgtype": "markdown", "markdown": {"content": wecom_robot.markdown(card)}}


def _beginning(body: dict[str, JSON]) -> dict[str, JSON] | None:
    """The first screen of a long text as a frame of its own, so that reading can begin; None for a short one."""
    stream = body.get("stream")
    content = stream.get("content") if isinstance(stream, dict) else None
    if not isinstance(stream, dict) or not isinstance(content, str) or len(content.encode()) <= FIRST:
        return None
    begun = wecom_robot.beginning(content, FIRST)
    return {"msgtype": "stream", "stream": stream | {"finish": False, "content": begun}}
