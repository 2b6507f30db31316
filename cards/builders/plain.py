"""Bare lines of text, a card told as one line, and several messages as one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cards.model import Card
from cards.registry import Moment, card, draw
from cards.renderers.text import plain_text
from domain.actor import Actor
from domain.errors import NotFound


async def _text(_session: AsyncSession, _viewer: Actor, _moment: Moment, *, text: str) -> str:
    return text


@card("plain.text", load=_text)
def text(said: str, _moment: Moment) -> Card:
    return Card(kind="plain.text", text=said)


async def _inner(session: AsyncSession, viewer: Actor, moment: Moment, *, kind: str, params: dict[str, Any]) -> Card:
    return await draw(session, viewer, moment, kind, params)


@card("plain.line", load=_inner)
def line(inner: Card, _moment: Moment) -> Card:
    """What a changed card says now, in one line."""
    said = inner.text if inner.is_text else "，".join(filter(None, (inner.title, inner.note)))
    return Card(kind="plain.line", text=said)


@dataclass(frozen=True, slots=True)
class Several:
    """Messages that go as one; `news` where a group reads them."""

    cards: tuple[Card, ...]
    news: bool


async def _several(session: AsyncSession, viewer: Actor, moment: Moment, *, items: list[dict[str, Any]]) -> Several:
    """What of it may still be shown; raises `NotFound` where nothing is left."""
    cards = []
    for item in items:
        with suppress(NotFound):
            cards.append(await draw(session, viewer, moment, item["kind"], item["params"]))
    if not cards:
        raise NotFound
    return Several(tuple(cards), viewer.audience == "group")


@card("plain.together", load=_several)
def together(view: Several, _moment: Moment) -> Card:
    """Messages that had to wait and go out as one: each on its line, in their order; in a group with a line above that
    says how many there are."""
    lines = [plain_text(each) for each in view.cards]
    if view.news and len(lines) > 1:
        lines = [f"攒了 {len(lines)} 条一起发：", *lines]
    return Card(kind="plain.together", text="\n".join(lines))
