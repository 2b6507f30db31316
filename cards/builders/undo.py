"""撤销 where somebody else has seen a consequence, the same note twice, and which of two sums a correction means."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.builders.note import recorded
from cards.builders.note_facts import SUMS, money
from cards.model import Action, Button, Card, Facts
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import notes, undoing
from domain.views.notes import NoteView
from domain.views.undoing import UndoView, WhichAmount


@card("note.undo_ask", load=undoing.consequences)
def ask(view: UndoView, moment: Moment) -> Card:
    """What undoing would take back, before it is."""
    if view.note.undone_at is not None:
        return recorded(view.note, moment)
    me = (str(view.note.id),)
    day = words.day(view.note.occurred_at.astimezone(moment.zone).date(), moment.today)
    at = f"{day} {words.time_of_day(view.note.occurred_at, moment.zone)}"
    told = "、".join(f"{key}{value}" for key, value in view.consequences)
    return Card(
        kind="note.undo_ask",
        title="撤销会影响别人",
        note=f"{view.note.customer} · {at} 的记录",
        blocks=(Facts(view.consequences),),
        buttons=(
            Button("都撤", Action("undo.confirm", me)),
            Button("只撤记录", Action("undo.only", me)),
            Button("先不撤", Action("undo.keep", me)),
        ),
        tone="warn",
        text=f"撤销会同时：{told}。回：都撤/只撤记录/先不撤",
    )


async def _again(
    session: AsyncSession, viewer: Actor, moment: Moment, *, activity: int, inbox: int
) -> tuple[NoteView, int]:
    return await notes.note(session, viewer, moment, activity=activity), inbox


@card("note.again", load=_again)
def again(loaded: tuple[NoteView, int], moment: Moment) -> Card:
    """The same words twice in a day: shown, not filed twice unless that was meant."""
    view, inbox = loaded
    at = words.when(view.occurred_at, moment.now, moment.zone)
    shown = recorded(view, moment)
    undone = Action("note.undo", (str(view.id),))
    buttons = (
        Button("再记一次", Action("note.repeat", (str(inbox),))),
        Button("撤销", undone),
        *(each for each in shown.buttons[-1:] if each.action != undone),
    )
    return replace(shown, kind="note.again", title=f"{at} 已记过这条", buttons=buttons, more=(), text="")


@card("note.which_amount", load=undoing.which_amount)
def which_amount(view: WhichAmount, _moment: Moment) -> Card:
    """Two sums on one note: which of them is meant."""
    buttons = tuple(
        Button(SUMS[a.kind], Action("note.fix_amount", (str(view.activity_id), a.kind, str(view.fen))))
        for a in view.amounts[:4]
    )
    return Card(
        kind="note.which_amount",
        title=f"改哪个{view.said}？",
        note=view.customer,
        blocks=(Facts(tuple((SUMS[a.kind], f"现在是 {money(a)}") for a in view.amounts[:4])),),
        buttons=buttons,
        numbered=True,
        text=f"改哪个{view.said}？回：{'/'.join(b.label for b in buttons)}",
    )
