"""教你：HW就是华为 / 你学了什么 / 忘掉：HW: words that the company uses, and what they mean."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.nlp.parsed import Teaching
from bot.router import Router, StaleButton, key
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.naming import normal, person_core
from domain.services import lessons
from domain.services.lessons import How, Sort
from domain.views import lookup
from domain.views.lookup import ContactHit

router = Router("lessons")
_PRODUCT = re.compile(r"(?:我们?的?|公司的?|咱们?的?)?(?:一[款个种])?(?:的)?产品(?P<name>.*)")
_COMPETITOR = re.compile(r"(?:我们?的?)?(?:一[个家])?(?:竞品|竞争对手|对手|友商)(?P<name>.*)")
_SHORTEST = 2


@router.act("teach")
async def teach(ctx: Context) -> Reply | None:
    """One word, one meaning; what is not clear is refused with what would make it so."""
    if ctx.parsed.lessons:
        return await _teach_all(ctx, ctx.parsed.lessons)
    said = ctx.parsed.teaching
    return None if said is None or said.means is None else _card(await _teach(ctx, said))


async def _teach_all(ctx: Context, several: tuple[Teaching, ...]) -> Reply:
    """Each by itself: what is not clear is named, the others are learned."""
    learned: list[int] = []
    refused: list[tuple[str, str]] = []
    for said in several:
        try:
            learned.append(await _teach(ctx, said))
        except Refused as why:
            refused.append((said.word.text[:20], why.said[:60]))
    if not learned:
        raise Refused("；".join(why for _, why in refused[:2]))
    lost: list[JSON] = [[word, why] for word, why in refused]
    return Reply("lesson.many", {"lessons": list(dict.fromkeys(learned)), "refused": lost})


async def _teach(ctx: Context, said: Teaching) -> int:
    word, means = said.word.text.strip(), (said.means.text if said.means else "").strip()
    if len(normal(word)) < _SHORTEST or normal(word) == normal(means):
        raise Refused("词太短或者没说清。这样教：「教你：HW就是华为」")
    for sort, pattern in _SORTS:
        if kind := pattern.fullmatch(means):
            return await lessons.teach(ctx.uow, sort, word, kind["name"].strip(" ：:「」") or word)
    return await _about_somebody(ctx, word, means)


_SORTS: tuple[tuple[Sort, re.Pattern[str]], ...] = (("product", _PRODUCT), ("competitor", _COMPETITOR))


async def _about_somebody(ctx: Context, word: str, means: str) -> int:
    """A customer's name, or a person's at a customer."""
    person = await _person(ctx, means) if "的" in means else None
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, means)
    if person is None and isinstance(found, lookup.One):
        return await name_of_customer(ctx, word, found.customer_id, "taught")
    if isinstance(found, lookup.Colleague):
        raise Refused(f"{found.name}是{found.owner}的客户，请他来教")
    if person := person or await _person(ctx, means):
        return await lessons.teach(
            ctx.uow, "person", word, person.name, customer_id=person.customer_id, contact_id=person.contact_id
        )
    for sort, known in (("product", ctx.names.taught.products), ("competitor", ctx.names.taught.competitors)):
        if normal(means) in known:
            return await lessons.teach(
                ctx.uow, "product" if sort == "product" else "competitor", word, known[normal(means)]
            )
    if isinstance(found, (lookup.Several, lookup.Alike)):
        names = "、".join(option.full for option in found.options[:3])
        raise Refused(f"「{means}」是哪家？像的有：{names}。用全称再教一次")
    raise Refused(f"没找到「{means[:20]}」。客户用全称教；产品和竞品这样教：「教你：{word[:10]}是产品」")


async def _person(ctx: Context, means: str) -> ContactHit | None:
    """华星的王建国, or 王建国 where only one customer has one."""
    firm, _, called = means.rpartition("的")
    if not person_core(called or means).surname:
        return None
    customer = None
    if firm:
        at = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, firm)
        if not isinstance(at, lookup.One):
            return None
        customer = at.customer_id
    hits = await lookup.people_called(ctx.uow.session, ctx.actor, called or means, customer)
    if len(hits) > 1:
        firms = "、".join(hit.customer for hit in hits[:3])
        raise Refused(f"{firms}都有{called or means}。带上客户再教：「{hits[0].customer}的{hits[0].name}」")
    return hits[0] if hits else None


async def name_of_customer(ctx: Context, word: str, customer_id: int, how: How) -> int:
    """Another name of a customer, unless it is somebody else's already."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    found = ctx.names.find(word)
    for identity, score, reason in found.candidates:
        if identity != customer_id and reason == "name" and score > _A_NAME:
            other = await lookup.by_ids(ctx.uow.session, ctx.actor, [int(identity)])
            if other and not await _taught(ctx, word, int(identity)):
                raise Refused(f"「{word}」已经是{other[0].name}的名字，再教就分不清了。要改先说「忘掉：{word}」")
    return await lessons.teach(ctx.uow, "customer", word, option.name, customer_id=customer_id, how=how)


_A_NAME = 0.93  # a whole name; what two firms may share, their brand, counts less


async def _taught(ctx: Context, word: str, customer_id: int) -> bool:
    return any(lesson.customer_id == customer_id for lesson in await lessons.called(ctx.uow, word))


@router.act("taught")
@router.command("你学了什么", "学过的词", "你学过什么")
async def listed(_ctx: Context) -> Reply:
    """The newest words."""
    return Reply("lesson.list")


@router.action("lesson.list")
async def listed_by_button(ctx: Context) -> None:
    """A card of its own: the tapped one stays."""
    ctx.send(Reply("lesson.list"))


@router.action("lesson.page")
async def page(_ctx: Context, offset: int, _picked: str = "") -> Reply:
    """The next five; what was picked on this page does not matter to the next."""
    return Reply("lesson.list", {"offset": max(offset, 0)})


@router.act("forget")
async def forget(ctx: Context) -> Reply | None:
    """忘掉：HW: the newest lesson about the word; what was never taught is told so."""
    if ctx.parsed.teaching is None:
        return None
    word = ctx.parsed.teaching.word.text
    found = await lessons.called(ctx.uow, word)
    if not found:
        raise Refused(f"没人教过我「{word[:20]}」。说「学过的词」看都有哪些")
    for lesson in found:
        await lessons.forget(ctx.uow, lesson.lesson_id)
    return _card(found[0].lesson_id)


@router.action("lesson.forget_many")
async def forgotten_all(ctx: Context, lesson_ids: str) -> Reply:
    """撤销 on the card of several words."""
    return _many([await lessons.forget(ctx.uow, each) for each in _numbers(lesson_ids)])


@router.action("lesson.restore_many")
async def restored_all(ctx: Context, lesson_ids: str) -> Reply:
    """恢复: they mean what was taught."""
    return _many([await lessons.learn_again(ctx.uow, each) for each in _numbers(lesson_ids)])


@router.action("lesson.forget")
async def forgotten(ctx: Context, lesson_id: int) -> Reply:
    """撤销 on the card of a word."""
    return _card(await lessons.forget(ctx.uow, lesson_id))


@router.action("lesson.restore")
async def restored(ctx: Context, lesson_id: int) -> Reply:
    """恢复: it means what was taught."""
    return _card(await lessons.learn_again(ctx.uow, lesson_id))


@router.action("lesson.drop")
async def dropped(ctx: Context, offset: int, lesson_id: int = 0) -> Reply:
    """忘掉 on the list: the picked word; its card comes below, the list is drawn anew."""
    if not lesson_id:
        raise Refused("先选一个词，再点「忘掉」")
    ctx.send(_card(await lessons.forget(ctx.uow, lesson_id)))
    return Reply("lesson.list", {"offset": max(offset, 0)})


def _many(lesson_ids: list[int]) -> Reply:
    return Reply("lesson.many", {"lessons": list(lesson_ids)})


def _numbers(ids: str) -> list[int]:
    try:
        return [key(i) for i in ids.split(",")]
    except ValueError:
        raise StaleButton from None


def _card(lesson_id: int) -> Reply:
    return Reply("lesson.one", {"lesson": lesson_id}, Ref("lesson", lesson_id))
