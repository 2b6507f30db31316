"""A note that is being put right, and which function knows which of its values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from domain.facts import Born, Changed, NoteDraft, Said, Score, Sum, Term
from domain.tables import Activity, Opportunity
from domain.uow import UnitOfWork
from domain.when import Local

Value: TypeAlias = Said | Sum | Term | Score | Born | date | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """One value that is to be otherwise: the right one in the form in which a draft keeps it, None where it is to go;
    `before` is the wrong one as it was said, empty where it was not; `who` is whose value it is."""

    slot: str
    value: Value = None
    before: str = ""
    who: str = ""


@dataclass(slots=True)
class Desk:
    """The note, its draft as it is so far, and what was changed. `recount`: what notes say of the customer changed."""

    uow: UnitOfWork
    activity: Activity
    draft: NoteDraft
    local: Local
    said: list[Changed] = field(default_factory=list)
    recount: bool = False

    def set(self, name: str, value: Any) -> None:
        """Another value for the field of the draft that has this name."""
        self.draft = replace(self.draft, **{name: value})

    def changed(self, slot: str, before: str, after: str, name: str = "") -> None:
        """Say what was changed, for the card and the line."""
        self.said.append(Changed(slot=slot, name=name, before=before, after=after))

    async def sale(self) -> Opportunity | None:
        """The sale that the note is about, if it stands."""
        if self.activity.opportunity_id is None:
            return None
        row = await self.uow.session.get(Opportunity, self.activity.opportunity_id)
        return row if row is not None and row.gone_at is None else None


Fix: TypeAlias = Callable[[Desk, Put], Awaitable[None]]
_SLOTS: dict[str, Fix] = {}


def slot(*names: str) -> Callable[[Fix], Fix]:
    """Register what puts values of these kinds right."""

    def register(fix: Fix) -> Fix:
        for name in names:
            if name in _SLOTS:
                raise ValueError(f"two functions put {name} right")
            _SLOTS[name] = fix
        return fix

    return register


def slots() -> frozenset[str]:
    """Every kind of value that can be put right."""
    return frozenset(_SLOTS)


async def put(desk: Desk, right: Put) -> None:
    """Put one value right; a value that the note does not have changes nothing."""
    await _SLOTS[right.slot](desk, right)


def fits(stored: str, said: str) -> bool:
    """Whether a stored value is the one that was said, in part or with words around it."""
    return bool(said) and bool(stored) and (said in stored or stored in said)
