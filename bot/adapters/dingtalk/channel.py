"""DingTalk's robot as a channel: cards where something can be tapped, markdown and text for the rest (reference 5, 6).

An answer goes by the webhook of the conversation while it lives, which costs none of the month's calls; everything else
by the robot's API. Of messages only cards can be changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.cards import DingTalkCards
from bot.adapters.dingtalk.errors import SessionOver
from bot.adapters.dingtalk.media import DingTalkMedia
from cards.model import Button, Card, CardFile, Limits, Receipt, Recipient
from cards.renderers import dingtalk, dingtalk_links, dingtalk_markdown
from cards.renderers.dingtalk_links import Linked
from cards.renderers.typed import cut_bytes
from config.clock import Clock
from domain.actor import JSON, ReplyHandle
from domain.errors import Throttled, Unreachable

# No page says what one chat may get; the platform answers `send.too.fast`. Groups' webhooks take 20 a minute.
LIMITS = Limits(per_minute=30, per_hour=1000, group=Limits(per_minute=20, per_hour=500))
_TEXT_BYTES = 4_000

Links = Callable[[str, str, Card, Button], str]  # (userid, key of the delivery, card, button) -> address
_NOBODY = ("invalidStaffIdList", "filteredStaffIdList")
_SLOW, _PATIENCE = "flowControlledStaffIdList", timedelta(seconds=30)


class DingTalkChannel:
    """The robot of an internal app."""

    name = CHANNEL
    limits = LIMITS

    def __init__(
        self,
        api: DingTalkApi,
        cards: DingTalkCards,
        media: DingTalkMedia,
        clock: Clock,
        webhook_base: str,
        links: Links | None = None,
    ) -> None:
        self._api, self._cards, self._media, self._clock, self._links = api, cards, media, clock, links
        self._webhook_base = f"{webhook_base}/"

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        if card.file is not None:
            return await self._file(to, card, card.file, key)
        if (dingtalk.is_card(card) or _calls(to, card)) and (
            receipt := await self._cards.send(to, card, key)
        ) is not None:
            return receipt
        linked = self._linked(to, card, key)
        if (url := self._living(handle)) is not None:
            try:
                await self._api.webhook(url, linked.for_webhook() if linked else _webhook_body(card))
            except SessionOver:
                pass
            else:
                return Receipt()
        await self._robot(to, *(linked.for_robot() if linked else _robot_message(card)))
        return Receipt()

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        await self._cards.update(receipt, card)
        return receipt

    async def _file(self, to: Recipient, card: Card, file: CardFile, key: str) -> Receipt:
        """A picture with a title on a card that shows it, else the file itself."""
        kind, param = await self._media.message(file)
        picture = param.get("photoURL")
        if card.title and isinstance(picture, str):
            shown = await self._cards.send(to, replace(card, file=None), key, picture=picture)
            if shown is not None:
                return shown
        await self._robot(to, kind, param)
        return Receipt()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _linked(self, to: Recipient, card: Card, key: str) -> Linked | None:
        """The card with links for buttons, to one person; None where there are no such links, or nothing to tap. What
        stands in a group is there for everybody, and a link is for one."""
        if self._links is None or to.kind == "group" or not dingtalk.is_card(card):
            return None
        address = self._links
        return dingtalk_links.linked(card, lambda button: address(to.id, key, card, button))

    def _living(self, handle: ReplyHandle | None) -> str | None:
        """The webhook of the message that is answered, as long as it lives and is DingTalk's own."""
        if handle is None or handle.expires_at is None or handle.expires_at <= self._clock.now():
            return None
        url = handle.data.get("webhook", "")
        return url if url.startswith(self._webhook_base) else None

    async def _robot(self, to: Recipient, key: str, param: dict[str, JSON]) -> None:
        packed = json.dumps(param, ensure_ascii=False, separators=(",", ":"))
        body: dict[str, JSON] = {"robotCode": self._api.robot_code, "msgKey": key, "msgParam": packed}
        if to.kind == "group":
            await self._api.call("POST", "robot/groupMessages/send", body | {"openConversationId": to.id})
            return
        answer = await self._api.call("POST", "robot/oToMessages/batchSend", body | {"userIds": [to.id]})
        if to.id in _named(answer, _SLOW):
            raise Throttled(_PATIENCE)
        for name in _NOBODY:
            if to.id in _named(answer, name):
                raise Unreachable(f"dingtalk batchSend: {name}")


def _calls(to: Recipient, card: Card) -> bool:
    """Whether it calls somebody in a group, which the robot's API can with a card alone."""
    return to.kind == "group" and any(each.account(CHANNEL) for each in card.mentions)


def _named(answer: dict[str, JSON], name: str) -> list[JSON]:
    found = answer.get(name)
    return found if isinstance(found, list) else []


def _webhook_body(card: Card) -> dict[str, JSON]:
    if card.is_text:
        return {"msgtype": "text", "text": {"content": _text(card)}}
    title, text = dingtalk_markdown.message(card)
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def _robot_message(card: Card) -> tuple[str, dict[str, JSON]]:
    if card.is_text:
        return "sampleText", {"content": _text(card)}
    title, text = dingtalk_markdown.message(card)
    return "sampleMarkdown", {"title": title, "text": text}


def _text(card: Card) -> str:
    return cut_bytes(card.text, _TEXT_BYTES)
