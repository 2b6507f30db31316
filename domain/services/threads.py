"""What a conversation is about, where genjin speaks first: its question is open for the next line there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from domain.actor import JSON
from domain.tables import Account, Thread
from domain.uow import UnitOfWork

OPEN = timedelta(minutes=30)


async def ask(uow: UnitOfWork, person_id: int, name: str, **params: JSON) -> None:
    """Take somebody's next line as the answer to the question `name`, unless he is asked something else right now."""
    query = select(Account).where(col(Account.person_id) == person_id)
    accounts = (await uow.session.scalars(query.order_by(col(Account.id)))).all()
    if not accounts:
        return
    account = max(accounts, key=lambda a: (a.used_at is not None, a.used_at, -a.id))
    here = (account.channel, account.userid)
    found = select(Thread).where(
        col(Thread.channel) == here[0], col(Thread.conversation) == here[1], col(Thread.sender) == here[1]
    )
    thread = (await uow.session.scalars(found)).first()
    if thread is None:
        thread = await uow.add(Thread(channel=here[0], conversation=here[1], sender=here[1]))
    if thread.question is not None and thread.question_until is not None and thread.question_until >= uow.now:
        return
    thread.question, thread.question_until = {"name": name, "params": params}, uow.now + OPEN
