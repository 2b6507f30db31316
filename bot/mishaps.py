"""What is said where a message could not be handled as it was meant, in the transaction that writes it down."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.message import Message, from_json
from config import measures
from domain import queue
from domain.actor import SYSTEM, Address, Cause
from domain.database import Database
from domain.services import people
from domain.tables import Inbox
from domain.uow import UnitOfWork

log = logging.getLogger(__name__)

RETRIES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(minutes=5))


class Mishaps:
    """Failures are tried again, then apologised for; refusals are said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def failed(self, row: Inbox, error: str, *, final: bool = False) -> None:
        """Write the failure down and say so, in one transaction: soon tried again, later tried again, or not any
        more."""
        async with self._database.unit(SYSTEM, Cause("inbox", row.id)) as uow:
            dead = await queue.fail(uow.session, row, now=uow.now, error=error, retries=RETRIES, final=final)
            if dead:
                await self._apologise(uow, row)
            elif row.failures + 1 == len(RETRIES):
                self._say(uow, row, "刚才那条没记成，原话我存着，5 分钟后自动再试。不用重发", "later")
        if dead:
            handled(row, "failed")

    async def _apologise(self, uow: UnitOfWork, row: Inbox) -> None:
        kept = await uow.session.get(Inbox, row.id)
        if kept is not None:
            kept.outcome, kept.handled_at = "failed", uow.now
        admin = await people.administrator(uow.session)
        text = await _went_wrong(uow, row)
        uow.tell(Address.alerts(), "plain.text", key=f"alert-inbox-{row.id}", text=text)
        if admin is None:
            self._say(uow, row, "还是没成，原话我存着", "failed")
            return
        self._say(uow, row, "还是没成，已告诉管理员。原话我存着", "failed")
        uow.tell(Address.person(admin.id), "plain.text", key=f"failed-{row.id}", text=text)

    async def refuse(self, row: Inbox, said: str) -> None:
        async with self._database.unit(SYSTEM, Cause("inbox", row.id)) as uow:
            self._say(uow, row, said, "refused")
            await queue.finish(uow.session, row, handled_at=uow.now, outcome="refused")
        handled(row, "refused")

    def _say(self, uow: UnitOfWork, row: Inbox, text: str, outcome: str) -> None:
        """One line to the sender, once for each row and outcome; what was said in a group is answered apart."""
        message = from_json(row.payload)
        channel = people.directory_of(row.channel) if message.in_group else row.channel
        answer_with_handle(uow, message)
        to = Address.account(channel, row.sender)
        uow.tell(to, "plain.text", key=f"said-{row.id}-{row.failures}-{outcome}", text=text)


async def _went_wrong(uow: UnitOfWork, row: Inbox) -> str:
    """For whoever looks after genjin: whose message it is, and where its words are."""
    found = await people.by_account(uow.session, people.directory_of(row.channel), row.sender)
    who = people.known(found[0]).called if found else row.sender
    return f"{who}有一条消息没处理成（第 {row.id} 条）。用 genjin export messages 看原话和原因"


def answer_with_handle(uow: UnitOfWork, message: Message) -> None:
    """Let the first answer in the message's own chat go out by the way that the messenger gave with the message."""
    if message.handle is not None and message.kind != "action":
        chat = message.chat
        uow.answer_with(message.channel, f"group:{chat.id}" if message.in_group else str(chat.id), message.handle)


def handled(row: Inbox, outcome: str) -> None:
    measures.HANDLED.add(outcome)
    log.info("handled", extra={"inbox": row.id, "kind": row.kind, "outcome": outcome})
