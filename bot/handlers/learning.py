"""What is learned on the way: 就是它 and 不是华星是华兴 teach how people call a customer."""

from __future__ import annotations

from bot.context import Context
from bot.drafts import drafts
from domain.errors import NotFound
from domain.facts import Changed
from domain.naming import looks_registered, normal, person_core
from domain.naming.sound import alike
from domain.services import corrections, lessons
from domain.services.lessons import How, Sort
from domain.views import lookup

SHORTEST, LONGEST = 2, 20  # characters of a word that is worth learning
_A_BRAND = 0.9


async def learn(ctx: Context, inbox_id: int | None, part: int, customer_id: int, how: How) -> str:
    """The name by which one part of a message called its customer, if nobody else is called so; empty where nothing is
    to be learned.

    Never a whole registered name, which is another company's, and never what others are called in full or in brief.
    """
    word = await _wording(ctx, inbox_id, part)
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if not option.visible or not SHORTEST <= len(normal(word)) <= LONGEST or looks_registered(word):
        return ""
    found = ctx.names.find(word)
    known = {identity: score for identity, score, reason in found.candidates if reason in ("name", "place")}
    if found.match == customer_id and customer_id in known:
        return ""
    guessed = {about.customer_id for about in await lessons.called(ctx.uow, word) if not about.told}
    rivals = known.keys() - guessed - {customer_id}
    others = [int(other) for other in rivals if known[other] >= _A_BRAND]
    if others and await lookup.by_ids(ctx.uow.session, ctx.actor, others):  # one that was made by mistake is gone
        return ""
    await lessons.teach(ctx.uow, "customer", word, option.name, customer_id=customer_id, how=how)
    return word


async def learn_values(ctx: Context, activity_id: int, changed: list[Changed]) -> None:
    """What a correction teaches beside the customer: that a word is a product or a competitor, and how somebody there
    is called by who mishears or misspells his name. Part of the correction: 改回去 takes it back."""
    for each in changed:
        if each.slot in ("product", "competitor") and each.after:
            await _learn_word(ctx, "product" if each.slot == "product" else "competitor", each.after)
        elif each.slot == "contact" and "→" in each.name:
            wrong, _, right = each.name.partition("→")
            await _learn_person(ctx, activity_id, wrong, right)


async def _learn_word(ctx: Context, sort: Sort, word: str) -> None:
    if not SHORTEST <= len(normal(word)) <= LONGEST or word.isdigit() or ctx.names.find(word).match is not None:
        return
    if not await lessons.stands(ctx.uow, word):
        await lessons.teach(ctx.uow, sort, word, word, how="corrected")


async def _learn_person(ctx: Context, activity_id: int, wrong: str, right: str) -> None:
    """章总 for 张总: the same sound, and nobody there is called so; 李总 for 刘工 is another person."""
    said, meant = person_core(wrong), person_core(right)
    if said.surname == meant.surname or not _sound_alike(said.surname, meant.surname):
        return
    customer_id = await corrections.customer_id_of(ctx.uow, activity_id)
    there = await lookup.people_called(ctx.uow.session, ctx.actor, right, customer_id)
    others = await lookup.people_called(ctx.uow.session, ctx.actor, wrong, customer_id)
    if len(there) != 1 or others or await lessons.stands(ctx.uow, wrong):
        return
    him = there[0]
    await lessons.teach(
        ctx.uow, "person", wrong, him.name, customer_id=customer_id, contact_id=him.contact_id, how="corrected"
    )


def _sound_alike(one: str, other: str) -> bool:
    return len(one) == len(other) > 0 and all(alike(a, b) for a, b in zip(one, other, strict=True))


async def _wording(ctx: Context, inbox_id: int | None, part: int) -> str:
    if inbox_id is None:
        return ""
    try:
        message, parsed = await ctx.said(inbox_id)
    except NotFound:
        return ""
    day = message.sent_at.astimezone(ctx.moment.zone).date()
    parts = drafts(parsed, message.text, day, ctx.moment.zone)
    wording = parts[part][0] if 0 <= part < len(parts) else None
    return wording.text if wording is not None else ""
