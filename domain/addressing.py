"""Whom an outbox row goes to: a person where he was last, a team where its group is, a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import group_chats
from domain.actor import Address
from domain.tables import Account

MAKES_GROUPS = "wecom"  # the channel on which genjin makes a team's group where nobody set one


async def addressed(
    session: AsyncSession, to: Address, row: dict[str, Any], accounts: Mapping[int, list[Account]]
) -> bool:
    """Write into the row which channel and recipient it goes to; False where that is nobody."""
    if to.kind == "person":
        _to_person(row, to, accounts.get(int(to.id), []))
    elif to.kind in ("team", "alerts"):
        return await _to_readers(session, to, row)
    elif to.kind == "group":
        row |= {"channel": to.channel or "", "recipient": f"group:{to.id}"}
    elif not row["recipient"]:
        row |= {"channel": to.channel or "", "recipient": str(to.id)}
    return True


async def _to_readers(session: AsyncSession, to: Address, row: dict[str, Any]) -> bool:
    """To what somebody set as the team's group, or as that for alerts; a team without one has the one that we make."""
    team = int(to.id) if to.kind == "team" else None
    chosen = None
    if to.channel is None:
        chosen = await group_chats.chosen(session, "alerts" if team is None else "team", team)
    if chosen is not None:
        row |= {"channel": chosen.channel, "recipient": f"group:{chosen.chat_id}"}
    elif team is not None and (to.channel is not None or await can_make(session)):
        row |= {"channel": to.channel or MAKES_GROUPS, "recipient": f"team:{team}"}
    else:
        return False
    return True


async def can_make(session: AsyncSession) -> bool:
    """Whether anybody is on the messenger on which genjin makes groups."""
    query = select(col(Account.id)).where(col(Account.channel) == MAKES_GROUPS).limit(1)
    return (await session.scalars(query)).first() is not None


def _to_person(row: dict[str, Any], to: Address, accounts: list[Account]) -> None:
    """Address the row to the account used last, or to the one on the channel that was asked for."""
    if to.channel == "terminal" and accounts:  # it has no accounts of its own: any of the person's will do
        row |= {"channel": to.channel, "recipient": accounts[0].userid, "person_id": int(to.id)}
        return
    fitting = [a for a in accounts if to.channel in (None, a.channel)] or accounts
    if not fitting:
        row |= {"state": "dead", "last_error": "no account on any messenger", "person_id": int(to.id)}
        row |= {"channel": "none", "recipient": f"person:{to.id}"}
        return
    # Of accounts that were never used, the oldest: an account that is only entered has not been written in yet.
    account = max(fitting, key=lambda a: (a.used_at is not None, a.used_at, -a.id))
    row |= {"channel": account.channel, "recipient": account.userid, "person_id": account.person_id}
