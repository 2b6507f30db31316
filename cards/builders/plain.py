"""Bare lines of text, and a card told as one line."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cards.model import Card
from cards.registry import Moment, card, draw
from domain.actor import Actor


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
