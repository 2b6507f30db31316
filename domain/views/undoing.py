"""What undoing a note would take back, and what a doubtful correction may mean."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.actor import Actor
from domain.facts import Sum
from domain.services import people
from domain.tables import Task, Team
from domain.views import notes
from domain.views.notes import NoteView
from domain.when import Local


@dataclass(frozen=True, slots=True)
class UndoView:
    """A note and what follows from it, as (what, what becomes of it)."""

    note: NoteView
    consequences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichAmount:
    activity_id: int
    customer: str
    fen: int
    said: str
    amounts: tuple[Sum, ...]


async def consequences(session: AsyncSession, viewer: Actor, moment: Local, *, activity: int) -> UndoView:
    """The note, its tasks, and who else has seen something of it."""
    note = await notes.note(session, viewer, moment, activity=activity)
    found = [("待办", f"{t.text} 取消") for t in note.tasks[:2]]
    invoices = select(col(Task.owner_id)).where(col(Task.activity_id) == activity, col(Task.sort) == "invoice")
    for owner in (await session.scalars(invoices)).all():
        known = (await people.names(session, {owner})).get(owner)
        found.append(("开票", f"{known.called if known else '财务'}那张作废"))
    for team_id, _ in await notes.told_groups(session, activity):
        team = await session.get(Team, team_id)
        found.append(("群消息", f"{team.name.removesuffix('组') if team else ''}群会补一句「那条撤回」"))
    if note.draft.stage_before and note.draft.stage_before != note.draft.stage_after:
        found.append(("阶段", f"{note.draft.stage_after}→{note.draft.stage_before}"))
    return UndoView(note, tuple(found[:6]))


async def which_amount(
    session: AsyncSession, viewer: Actor, moment: Local, *, activity: int, fen: int, said: str
) -> WhichAmount:
    note = await notes.note(session, viewer, moment, activity=activity)
    return WhichAmount(activity_id=activity, customer=note.customer, fen=fen, said=said, amounts=note.draft.amounts)
