"""The people of a note: who it was, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from domain import audit
from domain.facts import ATTITUDES, ROLES, Born, Changed, Met, Said
from domain.naming import same_person
from domain.services import customers, references
from domain.services.rights.desk import Desk, Put, fits, slot
from domain.tables import Contact, Reminder


async def put_person(desk: Desk, right: Met, denied: str) -> None:
    """Another person in the place of the denied one, or of the only one."""
    draft, activity = desk.draft, desk.activity
    old = next((m for m in draft.contacts if denied and m.name and (m.name in denied or denied in m.name)), None)
    old = old or (draft.contacts[0] if len(draft.contacts) == 1 else None)
    if old is not None and old.name == right.name:
        return
    contact = await customers.met(desk.uow, activity.customer_id, right)
    names = [contact.name if old and n == old.name else n for n in activity.contacts]
    activity.contacts = names if contact.name in names else [*names, contact.name]
    if old is not None:
        await _forget(desk, old, contact)
    desk.said.append(Changed(slot="contact", name=f"{old.name}→{right.name}" if old and old.name else right.name))
    desk.draft = replace(draft, contacts=(*(m for m in draft.contacts if m is not old), right))


@slot("contact")
async def drop_person(desk: Desk, right: Put) -> None:
    """Somebody who was not there, after all: 不对，刘工没来."""
    gone = next((m for m in desk.draft.contacts if m.name and same_person(right.before, m.name)), None)
    if gone is None:
        return
    desk.activity.contacts = [name for name in desk.activity.contacts if not same_person(gone.name, name)]
    await _forget(desk, gone, None)
    desk.draft = replace(desk.draft, contacts=tuple(m for m in desk.draft.contacts if m is not gone))
    desk.said.append(Changed(slot="contact", name=f"去掉{gone.name}"))


async def _forget(desk: Desk, wrong: Met, right: Contact | None) -> None:
    """A contact that only this note made is gone with its name; its reminders mean the right one, or nobody."""
    uow, activity = desk.uow, desk.activity
    made = await audit.made_by(uow, activity.change_sets)
    stay = await references.needed(uow, activity)
    for row in await _rows(desk, wrong.name):
        if (right is None or row.id != right.id) and (row.kind, row.id) in made - stay:
            row.gone_at = uow.now
            reminders = select(Reminder).where(col(Reminder.contact_id) == row.id)
            for reminder in (await uow.session.scalars(reminders)).all():
                reminder.contact_id = right.id if right else None


@slot("title", "phone", "email", "attitude", "birthday")
async def put_of_person(desk: Desk, right: Put) -> None:
    """What a note says of one of its people; the one who is named, else who has the wrong value, else the only one."""
    met = _whose(desk.draft.contacts, right)
    if met is None:
        return
    before, put = _said_of(met, right.slot), _with(met, right)
    after = _said_of(put, right.slot)
    if before == after or (right.before and before and not fits(before, right.before)):
        return
    for row in await _rows(desk, met.name, met.phone):
        _put_on_row(row, put, right.slot)
    desk.draft = replace(desk.draft, contacts=tuple(put if m is met else m for m in desk.draft.contacts))
    desk.changed(right.slot, before, after, name=met.name)


@slot("role")
async def put_role(desk: Desk, right: Put) -> None:
    """决策人不是张总是李工: a part in the decision is somebody else's, or another one."""
    said = right.value if isinstance(right.value, Said) else None
    met = next((m for m in desk.draft.contacts if right.who and same_person(right.who, m.name)), None)
    wrong = next((m for m in desk.draft.contacts if right.before and same_person(right.before, m.name)), None)
    if met is None or met is wrong or (said and met.role and met.role.text == said.text):
        return
    for row in [*await _rows(desk, met.name), *(await _rows(desk, wrong.name) if wrong else [])]:
        row.role = ROLES[said.text] if said and row.name == met.name else ""
    parts = {id(met): said} | ({id(wrong): None} if wrong else {})
    contacts = tuple(replace(each, role=parts.get(id(each), each.role)) for each in desk.draft.contacts)
    desk.draft = replace(desk.draft, contacts=contacts)
    before = wrong.name if wrong else ROLES[met.role.text] if met.role else ""
    desk.changed("role", before, ROLES[said.text] if said else "", name=met.name)


def _whose(there: tuple[Met, ...], right: Put) -> Met | None:
    if right.who:
        return next((m for m in there if m.name and same_person(right.who, m.name)), None)
    having = [m for m in there if fits(_said_of(m, right.slot), right.before)] if right.before else []
    having = having or [m for m in there if _said_of(m, right.slot)]
    return having[0] if len(having) == 1 else there[0] if len(there) == 1 else None


def _said_of(met: Met, name: str) -> str:
    """What a note says of somebody, in words."""
    if name == "attitude":
        return ATTITUDES[met.attitude.text] if met.attitude else ""
    if name == "birthday":
        return met.born.words if met.born else ""
    return {"title": met.title, "phone": met.phone, "email": met.email}[name]


def _with(met: Met, right: Put) -> Met:
    value = right.value
    if right.slot == "attitude":
        return replace(met, attitude=value if isinstance(value, Said) else None)
    if right.slot == "birthday":
        return replace(met, born=value if isinstance(value, Born) else None)
    text = value.text if isinstance(value, Said) else ""
    if right.slot == "title":
        return replace(met, title=text)
    return replace(met, phone=text) if right.slot == "phone" else replace(met, email=text)


def _put_on_row(row: Contact, met: Met, name: str) -> None:
    if name == "title":
        row.title = met.title[:40]
    elif name == "phone":
        row.mobile = met.phone[:30]
    elif name == "email":
        row.email = met.email[:100]
    elif name == "attitude":
        row.attitude = ATTITUDES[met.attitude.text] if met.attitude else ""
    else:
        row.birth_day, row.birth_lunar, row.birthday = "", False, None
        customers.put_of_person(row, Met(met.name, born=met.born))


async def _rows(desk: Desk, name: str, phone: str = "") -> list[Contact]:
    """The contact of that name, or the nameless one with that phone."""
    query = select(Contact).where(
        col(Contact.customer_id) == desk.activity.customer_id,
        col(Contact.gone_at).is_(None),
        col(Contact.name) == name if name else col(Contact.mobile) == phone,
    )
    return list((await desk.uow.session.scalars(query)).all())
