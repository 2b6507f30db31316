"""What people send besides words: kept, put on a customer, taken back and restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.actor import JSON, Ref
from domain.errors import NotFound, Refused
from domain.files import StoredFile
from domain.tables import Activity, Attachment, Customer, Inbox
from domain.uow import UnitOfWork
from domain.when import Local

Sort: TypeAlias = Literal["image", "voice", "video", "file", "link", "place"]
TOGETHER = timedelta(minutes=30)  # what was sent within it waits for one answer
FETCH = "attachment.fetch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Something that came with a message. `stored` is None for a file that the messenger still has: then `source` and
    `channel` say where. A link and a place have no file."""

    sort: Sort
    name: str = ""
    text: str = ""
    url: str = ""
    stored: StoredFile | None = None
    channel: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, JSON] = field(default_factory=dict)


async def keep(uow: UnitOfWork, sent: Sent, inbox_id: int, customer_id: int | None, local: Local) -> int:
    """Put it on record, on a customer that the actor may write to or on none yet; returns its number. A place belongs
    to today's visit of that customer, if there was one.

    What is still with the messenger is fetched later, by a job of its own.
    """
    if customer_id is not None:
        policy.require(policy.may_write(uow.actor, await uow.get(Customer, customer_id)))
    late = sent.stored is None and bool(sent.source)
    visit = await _visit_today(uow, customer_id, local) if sent.sort == "place" and customer_id is not None else None
    row = await uow.add(
        Attachment(
            person_id=uow.actor.require_person(),
            customer_id=customer_id,
            activity_id=visit,
            inbox_id=inbox_id,
            sort=sent.sort,
            state="waiting" if late else "kept",
            name=sent.name[:200],
            media_type=sent.stored.media_type if sent.stored else "",
            size=sent.stored.size if sent.stored else 0,
            sha256=sent.stored.sha256 if sent.stored else "",
            text=sent.text,
            url=sent.url,
            details=dict(sent.details),
            created_at=uow.now,
        )
    )
    if late:
        wanted: dict[str, JSON] = {"channel": sent.channel, "source": dict(sent.source), "sort": sent.sort}
        uow.later(FETCH, Ref(Attachment.kind, row.id), uow.now, key=f"fetch-{row.id}-0", name=sent.name, **wanted)
    return row.id


async def arrived(uow: UnitOfWork, attachment_id: int, stored: StoredFile, name: str, said: str) -> None:
    """The file that came late. A recording with words becomes a message of its sender, to be handled like any other."""
    row = await _held(uow, attachment_id)
    row.sha256, row.size, row.media_type = stored.sha256, stored.size, stored.media_type
    row.state, row.name = "kept", (row.name or name)[:200]
    if said and not row.text:
        row.text = said
        await _say(uow, row, said)


async def lost(uow: UnitOfWork, attachment_id: int) -> int:
    """The file that never came; returns who sent it."""
    row = await _held(uow, attachment_id)
    row.state = "lost"
    return row.person_id


async def _say(uow: UnitOfWork, row: Attachment, said: str) -> None:
    """Put the words of a recording into the inbox, once, as if they were typed when it was sent."""
    before = await uow.session.get(Inbox, row.inbox_id) if row.inbox_id is not None else None
    if before is None:
        return
    message_id = f"{before.message_id[:120]}-said"
    payload = {**before.payload, "kind": "text", "text": said, "message_id": message_id}
    await uow.add(
        Inbox(
            lane=before.lane,
            due_at=uow.now,
            trace=before.trace,
            channel=before.channel,
            message_id=message_id,
            sender=before.sender,
            kind="text",
            text=said,
            payload=payload,
            sent_at=before.sent_at,
            received_at=uow.now,
        )
    )
    uow.touched.add("inbox")


async def place(uow: UnitOfWork, attachment_id: int, customer_id: int, local: Local) -> int:
    """Put it on a customer, with what else its sender sent on nothing yet; returns how many went there."""
    policy.require(policy.may_write(uow.actor, await uow.get(Customer, customer_id)))
    row = await _own(uow, attachment_id)
    rows = [row] if row.customer_id is not None or is_sheet(row.name) else await _unplaced(uow, row)
    for each in rows:
        each.customer_id = customer_id
        each.activity_id = await _visit_today(uow, customer_id, local) if each.sort == "place" else None
    return len(rows)


async def take_back(uow: UnitOfWork, attachment_id: int) -> int:
    """撤销."""
    row = await _own(uow, attachment_id)
    row.gone_at = row.gone_at or uow.now
    return row.id


async def put_back(uow: UnitOfWork, attachment_id: int) -> int:
    """恢复."""
    row = await _own(uow, attachment_id)
    row.gone_at = None
    return row.id


async def _visit_today(uow: UnitOfWork, customer_id: int, local: Local) -> int | None:
    """The visit to a customer that the actor noted today, the newest of several."""
    query = (
        select(col(Activity.id))
        .where(col(Activity.customer_id) == customer_id, col(Activity.person_id) == uow.actor.person_id)
        .where(col(Activity.type) == "visit", col(Activity.occurred_on) == local.today)
        .where(col(Activity.undone_at).is_(None), col(Activity.gone_at).is_(None))
        .order_by(col(Activity.id).desc())
        .limit(1)
    )
    return (await uow.session.scalars(query)).first()


async def _own(uow: UnitOfWork, attachment_id: int) -> Attachment:
    """The row, held, for who sent it: others see it, he alone moves it or takes it back."""
    row = await uow.session.get(Attachment, attachment_id, with_for_update=True)
    if row is None or row.person_id != uow.actor.person_id:
        raise NotFound("没有这个附件，或不是你发的")
    return row


async def _held(uow: UnitOfWork, attachment_id: int) -> Attachment:
    """The row, also one that was taken back meanwhile."""
    row = await uow.session.get(Attachment, attachment_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def _unplaced(uow: UnitOfWork, row: Attachment) -> list[Attachment]:
    """What its sender sent about the same time and is on no customer either; sheets wait for their import."""
    if row.gone_at is not None:
        raise Refused("这个附件已经撤销了。先点「恢复」，再归档")
    query = select(Attachment).where(
        col(Attachment.person_id) == row.person_id,
        col(Attachment.customer_id).is_(None),
        col(Attachment.gone_at).is_(None),
        col(Attachment.created_at) > row.created_at - TOGETHER,
        col(Attachment.created_at) < row.created_at + TOGETHER,
        col(Attachment.sort) != "voice",
    )
    found = (await uow.session.scalars(query.order_by(col(Attachment.id)))).all()
    return [each for each in found if each.id == row.id or (each.sort != "place" and not is_sheet(each.name))]


def is_sheet(name: str) -> bool:
    """Whether a file is a workbook, which could be a list of customers."""
    return name.lower().endswith((".xlsx", ".xls"))
