"""What must be true after the killing, read from the database and from what members see; genjin itself is not asked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.adapters.task_ids import task_id_of
from bot.messenger.wecom import WeComServer
from domain.database import Database
from domain.tables import Activity, Due, Inbox, Outbox, Queued, Reminder
from tests.faults.world import Member, Notes

QUEUES: tuple[type[Queued], ...] = (Inbox, Outbox, Due)
TAG = re.compile(r"K\d{4,}")


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that genjin wrote."""

    inbox: list[Inbox]
    outbox: list[Outbox]
    due: list[Due]
    activities: list[Activity]
    reminders: list[Reminder]


async def left(database: Database, now: datetime) -> int:
    """How many rows wait that are due by now."""
    async with database.read() as session:
        counts = [
            select(func.count()).where(col(table.state) == "waiting", col(table.due_at) <= now) for table in QUEUES
        ]
        return sum([int((await session.execute(count)).scalar_one()) for count in counts])


async def recorded(database: Database) -> Record:
    async with database.read() as session:
        return Record(
            inbox=await _all(session, Inbox),
            outbox=await _all(session, Outbox),
            due=await _all(session, Due),
            activities=await _all(session, Activity),
            reminders=await _all(session, Reminder),
        )


async def _all(session: AsyncSession, table: type) -> list:
    return list((await session.scalars(select(table).order_by(table.id))).all())


def judge(record: Record, notes: Notes, server: WeComServer, company: list[Member]) -> list[str]:
    """Everything that is not as it was promised, in words."""
    return [
        *_stored(record, notes),
        *_answered(record, server, company),
        *_reminded(record, server, company),
        *(f"{row.__tablename__} {row.id} is dead: {row.last_error}" for row in _dead(record)),
    ]


def _stored(record: Record, notes: Notes) -> list[str]:
    rows = Counter(tag for row in record.inbox for tag in TAG.findall(row.text))
    filed = Counter(tag for activity in record.activities for tag in TAG.findall(activity.text))
    wrong = [f"{tag} was acknowledged and is stored {rows[tag]} times" for tag in notes.acknowledged if rows[tag] != 1]
    wrong += [
        f"{tag} is stored {count} times" for tag, count in rows.items() if count > 1 and tag not in notes.acknowledged
    ]
    wrong += [f"{tag} became {filed[tag]} records" for tag in rows if filed[tag] != 1]
    return wrong + [f"{tag} is on record, but was never typed" for tag in filed if tag not in notes.said]


def _answered(record: Record, server: WeComServer, company: list[Member]) -> list[str]:
    """Each note has one answer, each answer stands once before its reader's eyes, and nothing else does."""
    told: defaultdict[int | None, list[Outbox]] = defaultdict(list)
    for row in record.outbox:
        if row.cause_kind == "inbox":
            told[row.cause_id].append(row)
    wrong = [f"note {row.id} has {len(told[row.id])} answers" for row in record.inbox if len(told[row.id]) != 1]
    for member in company:
        seen = Counter(_task_id(shown.card) for shown in server.chat(member.userid) if not shown.mine)
        wanted = {task_id_of(row.key): row for row in record.outbox if row.recipient == member.userid}
        wrong += [
            f"{row.kind} {row.id} to {member.userid} ({row.state}, fence {row.fence}) was seen {seen[task_id]} times"
            for task_id, row in wanted.items()
            if seen[task_id] != 1
        ]
        wrong += [f"{member.userid} saw {task_id!r} that nobody sent" for task_id in seen if task_id not in wanted]
    return wrong


def _reminded(record: Record, server: WeComServer, company: list[Member]) -> list[str]:
    pushes = Counter(
        row.subject_id for row in record.outbox if row.kind == "reminder.due" and row.subject_kind == "reminder"
    )
    names = {member.person_id: member.userid for member in company}
    wrong = []
    for reminder in record.reminders:
        cards = [s.card for s in server.chat(names[reminder.person_id]) if s.card and reminder.text in str(s.card)]
        if not pushes[reminder.id] == len(cards) == 1:
            wrong.append(f"{reminder.text} was pushed {pushes[reminder.id]} times and seen {len(cards)} times")
    return wrong


def _dead(record: Record) -> list[Queued]:
    return [row for row in (*record.inbox, *record.outbox, *record.due) if row.state == "dead"]


def _task_id(card: object) -> str:
    return str(card.get("task_id", "")) if isinstance(card, dict) else ""
