"""Learning: a word and what it means, taught in so many words, by a correction or by 就是它; forgotten again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import select
from sqlmodel import col

from domain import policy
from domain.errors import Refused
from domain.naming import normal
from domain.services import customers
from domain.tables import Customer, Lesson
from domain.uow import UnitOfWork

Sort: TypeAlias = Literal["customer", "person", "product", "competitor"]
How: TypeAlias = Literal["taught", "corrected", "confirmed"]


async def teach(
    uow: UnitOfWork,
    sort: Sort,
    wording: str,
    means: str,
    *,
    customer_id: int | None = None,
    contact_id: int | None = None,
    how: How = "taught",
) -> int:
    """Learn that a word means this, for everybody; what the same word meant before is forgotten.

    A word for a customer is a name of it from then on. Only who may write to a customer teaches about it.
    """
    policy.require(bool(uow.actor.roles & policy.SELLING))
    if customer_id is not None:
        policy.require(policy.may_write(uow.actor, await uow.get(Customer, customer_id)))
    wording, means = wording.strip()[:60], means.strip()[:120]
    for old in await _standing(uow, wording):
        if (old.sort, old.customer_id, old.means) == (sort, customer_id, means):
            return old.id
        if sort != "person" or old.sort != "person" or old.customer_id == customer_id:
            _require_say(uow, old)
            await _set(uow, old, gone=True)
    lesson = await uow.add(
        Lesson(
            person_id=uow.actor.require_person(),
            sort=sort,
            wording=wording,
            means=means,
            customer_id=customer_id,
            contact_id=contact_id,
            how=how,
            created_at=uow.now,
            changed_at=uow.now,
        )
    )
    uow.touched.add("names")
    await _name(uow, lesson)
    return lesson.id


async def forget(uow: UnitOfWork, lesson_id: int) -> int:
    """Take a lesson back; the word means what it meant by itself."""
    lesson = await _held(uow, lesson_id)
    await _set(uow, lesson, gone=True)
    return lesson.id


async def learn_again(uow: UnitOfWork, lesson_id: int) -> int:
    """The way back (恢复)."""
    lesson = await _held(uow, lesson_id)
    if lesson.gone_at is not None and await _standing(uow, lesson.wording):
        raise Refused(f"「{lesson.wording}」后来又教成别的了，要改回来就再教一次")
    await _set(uow, lesson, gone=False)
    return lesson.id


@dataclass(frozen=True, slots=True)
class About:
    """A lesson, the customer that it is about, if any, and whether somebody taught it in so many words."""

    lesson_id: int
    customer_id: int | None
    told: bool


async def called(uow: UnitOfWork, wording: str) -> list[About]:
    """The lessons about this very word of which the actor may know, newest first."""
    rows = policy.rows(uow.actor, Lesson)
    query = select(Lesson).where(rows, col(Lesson.gone_at).is_(None)).order_by(col(Lesson.id).desc())
    found = (await uow.session.scalars(query)).all()
    return [
        About(row.id, row.customer_id, row.how == "taught") for row in found if normal(row.wording) == normal(wording)
    ]


async def stands(uow: UnitOfWork, wording: str) -> bool:
    """Whether the word means something by a lesson, whosever it is."""
    return bool(await _standing(uow, wording))


async def follow(uow: UnitOfWork) -> None:
    """After an undo or its way back: names say what the lessons say that this unit changed."""
    await uow.flush()
    changed = {e["row_id"] for e in uow.audited if e["kind"] == Lesson.kind}
    for lesson_id in sorted(changed):
        lesson = await uow.session.get(Lesson, lesson_id)
        if lesson is not None:
            lesson.changed_at = uow.now
            uow.touched.add("names")
            await _name(uow, lesson)


async def _held(uow: UnitOfWork, lesson_id: int) -> Lesson:
    lesson = await uow.session.get(Lesson, lesson_id, with_for_update=True)
    if lesson is None:
        raise Refused("没有这个词")
    _require_say(uow, lesson)
    if lesson.customer_id is not None:
        policy.require(policy.may_write(uow.actor, await uow.get(Customer, lesson.customer_id)))
    return lesson


def _require_say(uow: UnitOfWork, lesson: Lesson) -> None:
    """A word about a customer is the business of all who have the customer; a product's or a competitor's that of who
    taught it, of his superiors and of administrators."""
    own = lesson.person_id in uow.actor.people or lesson.person_id == uow.actor.person_id
    if lesson.customer_id is None and not own and "admin" not in uow.actor.roles:
        raise Refused(f"「{lesson.wording}」是同事教的，请他或他的上级来改")


async def _standing(uow: UnitOfWork, wording: str) -> list[Lesson]:
    await uow.flush()
    query = select(Lesson).where(col(Lesson.gone_at).is_(None))
    return [row for row in (await uow.session.scalars(query)).all() if normal(row.wording) == normal(wording)]


async def _set(uow: UnitOfWork, lesson: Lesson, *, gone: bool) -> None:
    lesson.gone_at, lesson.changed_at = (uow.now if gone else None), uow.now
    uow.touched.add("names")
    await _name(uow, lesson)


async def _name(uow: UnitOfWork, lesson: Lesson) -> None:
    """What a customer is called follows the lesson."""
    if lesson.sort != "customer" or lesson.customer_id is None:
        return
    if lesson.gone_at is None:
        await customers.add_alias(uow, lesson.customer_id, lesson.wording)
    else:
        await customers.drop_alias(uow, lesson.customer_id, lesson.wording)
