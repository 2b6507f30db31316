"""The webhooks of groups (消息推送) as WeCom serves them (protocol reference 4): a key in the address, one way.

Strict: 20 messages a minute and key, two kinds of cards without task_id and menu, sizes in bytes. Members do not see
the difference to what the app says in a group.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.messenger import cards
from bot.messenger.card_parts import bad
from bot.messenger.chats import Chats, Group
from bot.messenger.content import summary
from bot.messenger.faults import Faults
from bot.messenger.limits import MINUTE, Limit
from bot.messenger.model import Ids, JSONObject, Refusal, Shown
from config.clock import Clock

PATH = "/cgi-bin/webhook/send"
CALL = "webhook/send"
PER_MINUTE = 20
TEXT_BYTES, MARKDOWN_BYTES, IMAGE_BYTES = 2048, 4096, 2 << 20
INVALID_KEY, TOO_FAST, EMPTY = 93000, 45009, 44004
NOTICES = ("text_notice", "news_notice")
_MENTION = re.compile(r"<@([\w.\-]+)>")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A robot that somebody added to a group: the key of its address, and the group."""

    key: str
    chatid: str


class Webhooks:
    """All webhooks of the corp."""

    def __init__(self, chats: Chats, clock: Clock, ids: Ids, faults: Faults) -> None:
        self._chats, self._clock, self._ids, self._faults = chats, clock, ids, faults
        self._hooks: dict[str, Webhook] = {}
        self._limit = Limit(clock, {MINUTE: PER_MINUTE})
        self.log: list[JSONObject] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._serve)]

    def add(self, name: str, owner: str, members: Sequence[str]) -> Webhook:
        """A group of these userids with a webhook in it, made by its owner."""
        chatid = self._ids("chat")
        self._chats.add_group(Group(chatid, name, owner, list(members)))
        hook = Webhook(str(uuid.uuid4()), chatid)
        self._hooks[hook.key] = hook
        return hook

    def remove(self, key: str) -> None:
        """Somebody took the robot out of its group: the address is worth nothing any more."""
        del self._hooks[key]

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        fault = self._faults.next_call(CALL)
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.status is not None:
            return web.Response(status=fault.status, text="<html>gateway</html>", content_type="text/html")
        answer: JSONObject = {"errcode": fault.errcode, "errmsg": fault.errmsg}
        if fault.errcode is None:
            answer = await self._answered(http)
        if fault.drop and http.transport is not None:
            http.transport.abort()
        return web.json_response(answer)

    async def _answered(self, http: web.Request) -> JSONObject:
        entry: JSONObject = {"at": self._clock.now(), "body": {}, "errcode": 0}
        self.log.append(entry)
        try:
            entry["body"] = body = await _read(http)
            self._send(http.query.get("key", ""), body)
        except Refusal as refused:
            entry["errcode"] = refused.errcode
            return {"errcode": refused.errcode, "errmsg": refused.errmsg}
        return {"errcode": 0, "errmsg": "ok"}

    def _send(self, key: str, body: JSONObject) -> None:
        hook = self._hooks.get(key)
        if hook is None:
            raise Refusal(INVALID_KEY, "invalid webhook url")
        shown = self._shown(body)
        if not self._limit.take(key):
            raise Refusal(TOO_FAST, "api freq out of limit")
        self._chats.show_in_group(self._chats.groups[hook.chatid], shown)

    def _shown(self, body: JSONObject) -> Shown:
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) else None
        if kind not in _READERS:
            raise Refusal(40008, "invalid message type")
        if not isinstance(part, dict):
            raise bad(str(kind))
        return Shown(id=self._ids("msgid"), sender="app", at=self._clock.now(), **_READERS[kind](part))


async def _read(http: web.Request) -> JSONObject:
    try:
        body = json.loads((await http.read()).decode())
    except (ValueError, RecursionError):
        raise Refusal(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refusal(47001, "data format error")
    return body


def _text(part: JSONObject) -> dict[str, Any]:
    content = _content(part, "text", TEXT_BYTES)
    named: list[str] = []
    for field in ("mentioned_list", "mentioned_mobile_list"):
        listed = part.get(field) or []
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise bad(f"text.{field}")
        named += listed
    return {"kind": "text", "text": content, "mentions": tuple(dict.fromkeys([*_MENTION.findall(content), *named]))}


def _markdown(part: JSONObject) -> dict[str, Any]:
    content = _content(part, "markdown", MARKDOWN_BYTES)
    return {"kind": "markdown", "text": content, "mentions": tuple(dict.fromkeys(_MENTION.findall(content)))}


def _markdown_v2(part: JSONObject) -> dict[str, Any]:
    return {"kind": "markdown", "text": _content(part, "markdown_v2", MARKDOWN_BYTES)}


def _image(part: JSONObject) -> dict[str, Any]:
    try:
        raw = base64.b64decode(part.get("base64", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise bad("image.base64") from None
    if not raw.startswith(_PICTURES) or len(raw) > IMAGE_BYTES:
        raise bad("image.base64")
    if part.get("md5") != hashlib.md5(raw, usedforsecurity=False).hexdigest():
        raise bad("image.md5")
    return {"kind": "image", "text": "[图片]", "card": part}


def _news(part: JSONObject) -> dict[str, Any]:
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refusal(45008, "wrong count of articles")
    if not all(isinstance(each, dict) and each.get("title") and "://" in str(each.get("url")) for each in articles):
        raise bad("news.articles")
    return {"kind": "news", "text": "\n".join(each["title"] for each in articles), "card": part}


def _card(part: JSONObject) -> dict[str, Any]:
    if part.get("card_type") not in NOTICES:
        raise bad("card_type")
    for field in ("task_id", "action_menu"):
        if field in part:
            raise bad(field)
    card = cards.check(part)
    return {"kind": "card", "text": summary(card), "card": card}


def _content(part: JSONObject, kind: str, most: int) -> str:
    content = part.get("content")
    if content is None or content == "":
        raise Refusal(EMPTY, "empty content")
    if not isinstance(content, str) or len(content.encode()) > most:
        raise bad(f"{kind}.content")
    return content


_READERS = {
    "text": _text,
    "markdown": _markdown,
    "markdown_v2": _markdown_v2,
    "image": _image,
    "news": _news,
    "template_card": _card,
}
