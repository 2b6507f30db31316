"""Who is told that a delivery was given up: who caused it, and the administrator where he can do something about it.

By the kind of the error (`domain.errors`): whom the messenger does not reach is a matter between people, what it
refuses is a fault of ours, and a wrong set-up is the administrator's. He is told once a day for each kind of error, the
group of alerts, where one was set, each time.
What is itself told because of a delivery is told nobody once more.
"""

from __future__ import annotations

import re

from domain.actor import Address
from domain.services import people
from domain.tables import Inbox, Outbox
from domain.uow import UnitOfWork

_ADMINS = ("Rejected", "Misconfigured", "Absent")
_CODE = re.compile(r"errcode (-?\d+)")
_NOT_IN_GROUP = "群里那条没发出去（可能群还没建成，或应用看不到全部成员）。让管理员看一下应用的可见范围"
_NOT_IN_SET_GROUP = "群里那条没发出去（可能我已不在群里，或推送地址失效了）。让管理员把群重新设一次"


async def tell(uow: UnitOfWork, row: Outbox, error: str) -> None:
    """Say it, in the transaction that gives the row up."""
    kind = error.partition(":")[0]
    if row.cause_kind != "outbox":
        uow.tell(Address.alerts(), "plain.text", key=f"alert-{row.id}", text=await _alarm(uow, row))
    cause = await uow.session.get(Inbox, row.cause_id) if row.cause_kind == "inbox" and row.cause_id else None
    admin = await people.administrator(uow.session) if kind in _ADMINS and row.cause_kind != "outbox" else None
    if cause is not None:
        text = await _said(uow, row, cause, kind, admin_knows=admin is not None)
        if text:
            uow.tell(Address.account(cause.channel, cause.sender), "plain.text", key=f"missed-{row.id}", text=text)
    if admin is not None:
        code = _CODE.search(error)
        about = f"（{code[0].removeprefix('errcode ')}）" if code else ""
        does = "看 genjin dead" if kind == "Rejected" else "先看 genjin doctor"
        key = f"given-up-{kind}-{code[1] if code else 'none'}-{uow.now:%Y%m%d}"
        uow.tell(
            Address.person(admin.id), "plain.text", key=key, text=f"有消息没发出去{about}，{does}，里面有原因和办法"
        )


async def _alarm(uow: UnitOfWork, row: Outbox) -> str:
    """For the group of alerts: to whom the delivery was, never what it said."""
    whom = "一个群"
    if row.person_id is not None and (known := (await people.names(uow.session, {row.person_id})).get(row.person_id)):
        whom = known.called
    return f"有一条没发到{whom}（第 {row.id} 条）。用 genjin doctor 看原因"


async def _said(uow: UnitOfWork, row: Outbox, cause: Inbox, kind: str, *, admin_knows: bool) -> str:
    """What who caused it is told; empty where he is whom the messenger does not reach."""
    mine = (cause.channel, cause.sender) == (row.channel, row.recipient)
    if mine:
        known = "，已告诉管理员" if admin_knows else ""
        return f"有一条没能发给你{known}。你说的都记着，换个说法或过会儿再要一次" if kind == "Rejected" else ""
    if row.person_id is None:
        return _NOT_IN_GROUP if row.recipient.startswith("team:") else _NOT_IN_SET_GROUP
    missed = (await people.names(uow.session, {row.person_id}))[row.person_id].called
    if kind == "Rejected":
        return f"没发到{missed}，是我这边的问题" + ("，已告诉管理员" if admin_knows else "")
    return f"没发到{missed}（可能不在应用可见范围）。让管理员把他加进来，或换个人"
