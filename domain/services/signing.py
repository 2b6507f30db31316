"""Signing in to a page: each beginning ends once, and only who works here gets in."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from domain.services import people
from domain.tables import SpentState
from domain.uow import UnitOfWork

KEPT = timedelta(days=1)  # longer than any beginning lasts


async def spend(uow: UnitOfWork, state: str) -> bool:
    """End the sign-in that began with this state; False where it was ended before. Two at once: one of them fails."""
    await uow.session.execute(delete(SpentState).where(col(SpentState.spent_at) < uow.now - KEPT))
    digest = hashlib.sha256(state.encode()).hexdigest()
    if (await uow.session.scalars(select(SpentState).where(col(SpentState.state) == digest))).first() is not None:
        return False
    await uow.add(SpentState(state=digest, spent_at=uow.now))
    return True


async def person_of(uow: UnitOfWork, channel: str, userid: str) -> int | None:
    """Who has this account, if he works here."""
    found = await people.by_account(uow.session, channel, userid)
    return found[0].id if found is not None else None
