"""What 他, 那单, 上一家 and 上次说的 mean in a note: found in what was spoken of in the last thirty minutes.

One who may be meant is taken and shown; where two may be, the note says so or waits for a tap. Nothing is looked up for
a note that points at nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.context import TOPIC, Context
from bot.message import Message, Reply
from bot.nlp.parsed import Parsed
from domain.facts import Lean, NoteDraft
from domain.naming import same_person
from domain.views import lookup, spoken
from domain.views.spoken import Turn

_OFFICE = re.compile(
    "座机|总机|前台|办公室|公司|固话|传真|另外|另一个|还有|客服|财务|采购|老板|经理"
)  # somebody else's, or nobody's


async def turns(ctx: Context, inbox_id: int) -> list[Turn]:
    """What the sender wrote in the half hour before a message, the newest first."""
    return await spoken.lately(ctx.uow.session, ctx.actor, ctx.message.sent_at - TOPIC, inbox_id)


async def together(ctx: Context, topic: int, inbox_id: int) -> list[int]:
    """The customers of the message before, where it was about several; nothing where the one talked about is clear."""
    before = await turns(ctx, inbox_id)
    if not before or before[0].inbox_id is None:
        return []
    same = [t.customer_id for t in reversed(before) if t.inbox_id == before[0].inbox_id]
    several = list(dict.fromkeys(same))
    since = ctx.thread.customer_at
    looked_at = since is not None and since > before[0].at  # a card or a tap after it chose one
    return several if len(several) > 1 and topic in several and not looked_at else []


async def earlier(ctx: Context, topic: int, inbox_id: int) -> int | None:
    """上一家: the customer that was written about before the one talked about."""
    return next((t.customer_id for t in await turns(ctx, inbox_id) if t.customer_id != topic), None)


async def spoken_of(ctx: Context, called: str, found: list[int], inbox_id: int) -> int | None:
    """Of the customers that have such a person, the one where he was spoken of a moment ago."""
    if len(found) < 2:
        return None
    said = [
        t.customer_id
        for t in await turns(ctx, inbox_id)
        if t.customer_id in found and any(same_person(called, name) for name in t.people)
    ]
    return said[0] if len(set(said)) == 1 else None


async def resolved(ctx: Context, draft: NoteDraft, customer_id: int, message: Message, inbox_id: int) -> NoteDraft:
    """The draft with what its words point at: him by name, the last contact in words; a phone alone is his."""
    if not draft.leans:
        return await _his_phone(ctx, draft, customer_id, message, inbox_id)
    if any(not met.name for met in draft.contacts) and (him := draft.lean("person")) is not None:
        draft = _named(draft, him, await people(ctx, customer_id, message, inbox_id))
    if (last := draft.lean("last")) is not None:
        before = await spoken.last_time(ctx.uow.session, ctx.actor, customer_id)
        draft = _means(draft, last, before.words[:60] if before else "", before)
    return draft


async def _his_phone(ctx: Context, draft: NoteDraft, customer_id: int, message: Message, inbox_id: int) -> NoteDraft:
    """手机号139… right behind a note about one person who has none on record: it is his."""
    alone = len(draft.contacts) == 1 and not draft.contacts[0].name and draft.contacts[0].phone
    if not alone or _OFFICE.search(draft.text):
        return draft
    there = await people(ctx, customer_id, message, inbox_id)
    if len(there) != 1:
        return draft
    at = await lookup.people_at(ctx.uow.session, ctx.actor, customer_id)
    hits = [hit for hit in at if hit.name == there[0]]
    if len(hits) != 1 or await lookup.kept(ctx.uow.session, ctx.actor, hits[0].contact_id, "mobile") != "":
        return draft
    return replace(draft, contacts=(replace(draft.contacts[0], name=there[0]),))


def _named(draft: NoteDraft, him: Lean, there: tuple[str, ...]) -> NoteDraft:
    """With the one who may be meant; with nobody where there are several, or none but a phone."""
    if len(there) == 1:
        contacts = tuple(met if met.name else replace(met, name=there[0]) for met in draft.contacts)
        return _means(replace(draft, contacts=contacts), him, there[0])
    known = tuple(met for met in draft.contacts if met.name or (met.phone and not there))
    leans = tuple(replace(lean, among=there) if lean is him else lean for lean in draft.leans)
    return replace(draft, contacts=known, leans=leans)


def _means(draft: NoteDraft, lean: Lean, words: str, before: spoken.Before | None = None) -> NoteDraft:
    meant = replace(lean, means=words, on=before.on if before else None)
    return replace(draft, leans=tuple(meant if each is lean else each for each in draft.leans))


async def people(ctx: Context, customer_id: int, message: Message, inbox_id: int) -> tuple[str, ...]:
    """Whom 他 may mean at a customer: those of the newest note that names somebody there, or the one whose card was
    looked at since."""
    session, since = ctx.uow.session, message.sent_at - TOPIC
    last = next((t for t in await turns(ctx, inbox_id) if t.customer_id == customer_id and t.people), None)
    until = ctx.uow.now if inbox_id == ctx.inbox_id else message.sent_at  # what was looked at while a note waited
    card = await spoken.shown(session, ctx.actor, customer_id, since, until)
    if card is not None and (last is None or card[1] > last.at):
        return (card[0],)
    return last.people if last is not None else ()


async def deal(
    ctx: Context, draft: NoteDraft, customer_id: int, inbox_id: int, part: int
) -> tuple[spoken.Deal | None, Reply | None]:
    """The sale that 那单 means, or the question which; neither where the note names the goods or points at none."""
    if draft.lean("deal") is None or draft.products:
        return None, None
    session = ctx.uow.session
    said = [t.deal_id for t in await turns(ctx, inbox_id) if t.customer_id == customer_id and t.deal_id is not None]
    if said and (found := await spoken.deal(session, ctx.actor, said[0])) is not None:
        return found, None
    there = await spoken.open_deals(session, ctx.actor, customer_id)
    if len(there) < 2:
        return (there[0] if there else None), None
    params = {"inbox": inbox_id, "part": part, "customer": customer_id}
    return None, Reply("note.which_deal", {**params, "deals": [d.deal_id for d in there[:3]]})


async def product_of(ctx: Context, parsed: Parsed, customer_id: int, inbox_id: int) -> str:
    """What the sale is about that 那单 means, as far as it was spoken of; empty where the words point at none."""
    if not any(reference.kind == "deal" for reference in parsed.refers):
        return ""
    said = [t.deal_id for t in await turns(ctx, inbox_id) if t.customer_id == customer_id and t.deal_id is not None]
    found = await spoken.deal(ctx.uow.session, ctx.actor, said[0]) if said else None
    return found.product if found is not None else ""


def about_deal(draft: NoteDraft, found: spoken.Deal | None) -> NoteDraft:
    """The draft that says which sale 那单 is."""
    lean = draft.lean("deal")
    return draft if lean is None or found is None else _means(draft, lean, found.product)
