"""看依据: one line a fact, the value and the words that it came from, a page at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.budget import LINES, LINES_LENGTH, cut
from cards.builders.note_facts import evidence
from cards.model import Action, Button, Card, Lines, Quote
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import notes
from domain.views.notes import NoteView

LINE = 50  # two of them fit a page


async def _loaded(
    session: AsyncSession, viewer: Actor, moment: Moment, *, offset: int = 0, **params: Any
) -> tuple[NoteView, int]:
    return await notes.note(session, viewer, moment, **params), offset


@card("note.evidence", load=_loaded)
def show(loaded: tuple[NoteView, int], moment: Moment) -> Card:
    """As many lines as a card holds; 更多 turns the page."""
    view, offset = loaded
    every = [cut(line, LINE) for line in evidence(view)]
    page = _fitting(every[offset:])
    more = offset + len(page)
    me = str(view.id)
    buttons = [Button("更多", Action("note.evidence", (me, str(more))))] if more < len(every) else []
    return Card(
        kind="note.evidence",
        title=f"依据 · {view.customer}",
        note=f"{words.when(view.occurred_at, moment.now, moment.zone)} 你说的",
        blocks=(Lines(tuple(page)), Quote(view.text)) if page else (Quote(view.text),),
        buttons=(*buttons, Button("看客户", Action("customer.open", (str(view.customer_id),)))),
    )


def _fitting(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines[:LINES]:
        if len("\n".join([*kept, line])) > LINES_LENGTH:
            break
        kept.append(line)
    return kept
