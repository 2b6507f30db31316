"""How and when contact was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.services.rights.desk import Desk, Put, slot


@slot("type")
async def put_type(desk: Desk, right: Put) -> None:
    """拜访 rather than 电话."""
    old, new = desk.draft.type, right.value if isinstance(right.value, str) else None
    if new is None or new == old:
        return
    desk.draft = replace(desk.draft, type=new)
    desk.activity.type = new
    desk.recount = True
    desk.changed("type", old or "", new)


@slot("date")
async def put_date(desk: Desk, right: Put) -> None:
    """The day on which it was; never one that is yet to come."""
    old, new = desk.activity.occurred_on, right.value
    if not isinstance(new, date) or new == old or new > desk.local.today:
        return
    desk.draft = replace(desk.draft, occurred_on=new, said_when="")
    desk.activity.occurred_on, desk.activity.said_when = new, ""
    desk.changed("date", old.isoformat(), new.isoformat())
