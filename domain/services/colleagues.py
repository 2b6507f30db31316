"""Colleagues by what they are called: 李明, 小李, 周总."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.services.people import Known, known
from domain.tables import Person

_FORMS = ("小", "老", "阿")
_RANKS = ("总监", "总经理", "经理", "总", "主管", "工程师", "工", "哥", "姐")


async def active(session: AsyncSession) -> list[Known]:
    """Everybody who works here."""
    query = select(Person).where(col(Person.active), col(Person.gone_at).is_(None)).order_by(col(Person.id))
    return [known(person) for person in (await session.scalars(query)).all()]


def called(everybody: Sequence[Known], wording: str) -> list[Known]:
    """Whom a wording names: by the whole name, else as colleagues say it, else by surname and form (老李), else by the
    given name; several where several are called so."""
    said = wording.strip()
    for fits in (_by_name, _as_called, _by_surname, _by_given_name):
        if found := [person for person in everybody if fits(person, said)]:
            return found
    return []


def _by_name(person: Known, said: str) -> bool:
    return person.name.casefold() == said.casefold()


def _as_called(person: Known, said: str) -> bool:
    return person.called == said


def _by_surname(person: Known, said: str) -> bool:
    surname = person.name[:1]
    return bool(surname) and (said in {form + surname for form in _FORMS} or said in {surname + r for r in _RANKS})


def _by_given_name(person: Known, said: str) -> bool:
    return len(said) > 1 and len(person.name) > len(said) and person.name.endswith(said)
