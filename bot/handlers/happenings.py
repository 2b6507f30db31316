"""What happens in the messenger itself, without anybody saying a word: people come, change and leave, customers
outside are added and lost, to-dos are ticked.

A change is only a reason to look: what is true now is asked of the messenger by a job, so that changes which come late,
twice or in another order end at the same. Only that somebody is no more is taken as it is told. That somebody left what
the app may see comes for everybody at once when an administrator makes a mistake, so the nightly pass judges it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from bot.message import Happening, Message
from cards.registry import Moment
from domain.actor import JSON, Ref
from domain.services import addressbook, leaving, mirroring, outsiders, people
from domain.uow import UnitOfWork

FOLLOWED, KEPT = "followed", "kept"  # outcomes: acted on, or only stored
HASTE = timedelta(hours=1)  # by which a greeting stands before what is due
_DIRECTORY = Ref("directory", 0)


async def happened(uow: UnitOfWork, message: Message, inbox_id: int, moment: Moment) -> str:
    """Act on it; returns the outcome."""
    event = message.event
    if event is None:
        return KEPT
    channel = people.directory_of(message.channel)
    if event.name == "joined":
        return _look(uow, "directory.person", inbox_id, channel=channel, userid=str(event.data["userid"]))
    if event.name == "people":
        return await _people(uow, channel, event, inbox_id, moment)
    if event.name == "customers":
        return await _customers(uow, channel, message, event, inbox_id)
    if event.name == "todos":
        return await _todo(uow, channel, str(event.data["item"]), inbox_id)
    return KEPT


async def _todo(uow: UnitOfWork, channel: str, item: str, inbox_id: int) -> str:
    """One of our tasks may be ticked in somebody's list; whether it is, is asked in the line of the task. Messengers
    tell of every to-do, those of other apps and what we changed ourselves: nothing is asked about them."""
    found = await mirroring.meant(uow.session, channel, item)
    if found is None:
        return KEPT
    task, userid = found
    key = f"mirror-ticked-{inbox_id}"
    uow.later("mirror.ticked", Ref("mirror", task), uow.now, key=key, channel=channel, userid=userid)
    return FOLLOWED


async def _people(uow: UnitOfWork, channel: str, event: Happening, inbox_id: int, moment: Moment) -> str:
    data = event.data
    userid, unit = str(data.get("userid", "")), str(data.get("unit", ""))
    match data["did"]:
        case "put" if userid:
            if becomes := str(data.get("becomes", "")):
                await addressbook.rename(uow, channel, userid, becomes)
            return _look(uow, "directory.person", inbox_id, channel=channel, userid=becomes or userid)
        case "drop" if userid:
            for gone in await addressbook.drop_member(uow, channel, userid):
                await leaving.leave(uow, gone.person_id, moment, resigned=gone.resigned)
        case "unit" if unit:
            return _look(uow, "directory.unit", inbox_id, channel=channel, unit=unit)
        case "drop_unit" if unit:
            await addressbook.drop_unit(uow, channel, unit)
        case _:
            return KEPT
    return FOLLOWED


def _look(uow: UnitOfWork, kind: str, inbox_id: int, **params: JSON) -> str:
    uow.later(kind, _DIRECTORY, uow.now, key=f"{kind}-{inbox_id}", **params)
    return FOLLOWED


async def _customers(uow: UnitOfWork, channel: str, message: Message, event: Happening, inbox_id: int) -> str:
    """Somebody's customers outside."""
    data = event.data
    userid, external, did = str(data.get("userid", "")), str(data.get("external", "")), data["did"]
    if did in ("added", "half", "edited"):
        row = await outsiders.find(uow, channel, userid, external) if did == "edited" else None
        row = row or await outsiders.added(uow, channel, userid, external, half=did == "half")
        if row is None:
            return KEPT
        if event.hurries:
            _greet(uow, row.person_id, message, str(data["welcome"]))
        outsiders.look(uow, row.id, str(inbox_id))
        return FOLLOWED
    row = await outsiders.find(uow, channel, userid, external)
    if did == "refused":  # told of the one who was to get him, who may not know him yet
        row = await outsiders.handed(uow, channel, external) or row
    if row is None:
        return KEPT
    if did == "dropped":
        await outsiders.dropped(uow, row, passed=bool(data.get("passed")))
    elif did == "lost":
        await outsiders.lost(uow, row)
    elif did == "refused":
        await outsiders.refused(uow, row, str(data["reason"]))
    else:
        return KEPT
    return FOLLOWED


def _greet(uow: UnitOfWork, person_id: int, message: Message, code: str) -> None:
    """A welcome is worth nothing in 20 seconds, so it stands before everything that is due."""
    at = message.sent_at
    about: dict[str, JSON] = {"code": code, "at": at.isoformat(), "person": person_id, "channel": message.channel}
    key = f"greet-{hashlib.sha256(code.encode()).hexdigest()[:32]}"
    uow.later("outside.greet", Ref("greeting", person_id), min(at, uow.now) - HASTE, key=key, **about)
