"""Which view and which builder make a card of each kind.

A delivery says which card, about what, to whom. When it is sent, `draw` loads the view as the recipient may see it and
builds the card, so permission and freshness are decided at the last moment, in one place. Adding a card is one function
with `@card` in `cards.builders`, and its module's name in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from cards.model import Card
from domain.actor import Actor
from domain.when import Local

MODULES: tuple[str, ...] = (
    "accounts",
    "approval",
    "approval_asked",
    "asking",
    "attachments",
    "customer",
    "done",
    "evidence",
    "first_contact",
    "groups",
    "handing",
    "help",
    "kept",
    "leaving",
    "lessons",
    "neglected",
    "not_yet",
    "note",
    "orders",
    "outside",
    "placing",
    "plain",
    "receipt",
    "share",
    "smalltalk",
    "today",
    "todos",
    "undo",
    "win",
    "work",
)


Moment = Local  # when a card is drawn, and in whose time zone; views and builders take it instead of a clock

V = TypeVar("V")
Load = Callable[..., Awaitable[V]]  # (session, viewer, moment, **params) -> view
Build = Callable[[V, Moment], Card]


@dataclass(frozen=True, slots=True)
class _Entry:
    load: Load[Any]
    build: Build[Any]


_KINDS: dict[str, _Entry] = {}


def card(kind: str, *, load: Load[V]) -> Callable[[Build[V]], Build[V]]:
    """Register a builder: `load` fetches its view, given the delivery's parameters."""

    def register(build: Build[V]) -> Build[V]:
        if kind in _KINDS:
            raise ValueError(f"two cards are called {kind}")
        _KINDS[kind] = _Entry(load, build)
        return build

    return register


def load_builders() -> None:
    """Import every module of builders; importing one has no other effect than registering its cards."""
    for name in MODULES:
        import_module(f"cards.builders.{name}")


def kinds() -> frozenset[str]:
    return frozenset(_KINDS)


async def draw(session: AsyncSession, viewer: Actor, moment: Moment, kind: str, params: dict[str, Any]) -> Card:
    """The card as `viewer` may see it now; raises `domain.errors.NotFound` where he may not, or it is gone."""
    entry = _KINDS[kind]
    view = await entry.load(session, viewer, moment, **params)
    return entry.build(view, moment)
