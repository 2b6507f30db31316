"""The evening receipt: what a person has to know of the day so that nothing of his is lost.

A gap in a messenger's connection is told to everybody who wrote there lately, once: whoever wrote into it is the only
one who knows what he wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import func, or_, select
from sqlmodel import col

from domain import presence
from domain.actor import JSON, Address, Ref
from domain.presence import Gap
from domain.services.people import directory_of
from domain.tables import Account, Due, Inbox, Person
from domain.uow import UnitOfWork
from domain.when import Local

EVENING = "receipt.evening"
BEGINS, ENDS = time(18), time(21)
LATELY = timedelta(days=7)
SETTLED = timedelta(minutes=2)  # after which every process has said until when it was there
MOST = 30  # spans that one line names
_MINUTE = timedelta(minutes=1)

Span = tuple[datetime, datetime]


def plan(uow: UnitOfWork, local: Local) -> None:
    """Have the gap that ended now told in the evening: of this day, as long as it lasts, else of the next."""
    at = local.now.astimezone(local.zone) + SETTLED
    at = at.replace(second=0, microsecond=0) + _MINUTE
    if not BEGINS <= at.time() < ENDS:
        day = at.date() if at.time() < BEGINS else at.date() + timedelta(days=1)
        at = datetime.combine(day, BEGINS, local.zone)
    uow.later(EVENING, Ref("receipt", 0), at, key=f"receipt-{at.astimezone(UTC):%Y%m%d%H%M}")


async def tell(uow: UnitOfWork, due: Due) -> None:
    """Tell everybody concerned of the gaps that he was not told of, all in one message."""
    gaps = await presence.untold(uow.session, due.due_at - SETTLED)
    if not gaps:
        return
    said: dict[int, list[JSON]] = {}
    for channel, group in groupby(gaps, key=lambda gap: gap.channel):
        among = list(group)
        spans: JSON = [[since.isoformat(), until.isoformat()] for since, until in spanned(among)]
        for person in await _writers(uow, channel, among[0].since - LATELY):
            said.setdefault(person, []).append({"channel": channel, "spans": spans})
    for person, lines in sorted(said.items()):
        uow.tell(Address.person(person), EVENING, key=f"{due.key}-{person}", gaps=lines)
    await presence.told(uow, gaps)


def spanned(gaps: Sequence[Gap]) -> list[Span]:
    """The gaps, in order, to the full minutes around them; those that touch are one, as are the last of too many."""
    found: list[Span] = []
    for gap in gaps:
        since = gap.since.replace(second=0, microsecond=0)
        until = -(-(gap.until - since) // _MINUTE) * _MINUTE + since
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    if len(found) > MOST:
        found[MOST - 1 :] = [(found[MOST - 1][0], found[-1][1])]
    return found


async def _writers(uow: UnitOfWork, channel: str, since: datetime) -> Iterable[int]:
    """Who wrote on the channel since then, and works here."""
    same = or_(col(Account.userid) == col(Inbox.sender), col(Account.userid) == func.lower(col(Inbox.sender)))
    query = (
        select(col(Account.person_id))
        .join(Inbox, same)
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(col(Inbox.channel) == channel, col(Inbox.received_at) >= since)
        .where(col(Account.channel) == directory_of(channel), col(Person.active), col(Person.gone_at).is_(None))
        .distinct()
    )
    return (await uow.session.scalars(query)).all()
