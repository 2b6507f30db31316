"""Which customer a note belongs to: decided where a colleague would not ask back, else asked, once, with buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot import recent
from bot.context import Context
from bot.handlers import leaning
from bot.message import Reply
from bot.nlp.parsed import Words
from domain.facts import NoteDraft
from domain.naming import looks_registered
from domain.services import colleagues, customers, tasks
from domain.views import lookup, placing
from domain.views.spoken import Deal

OFFERED = 5
ASKED = ("note.which", "note.whose")  # questions whose answer may be any customer's name
_SENT = re.compile(
    r"(?:我|也|都|已经?|刚刚?|给[^，。]{1,6})*(?:发|寄|给|做|弄|交|传|送|打印|准备|写|整理|印|拿)(?:好|完|过去|出去|过来|到|给[^，。]{1,6})*了"
    r"(?:[，。！!].{0,20})?"
)
_SOME_DEAL = re.compile(r"签了?(?:下)?(?:一|两|三)?(?:个|份|笔|单)(?:大|小|新)?(?:单|合同|客户)?")
_CAPITALISED = re.compile(r"(?<!Mr\. )(?<!Ms\. )(?<!Mrs\. )(?<!Mr )(?<!Ms )(?<![A-Za-z])[A-Z][a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the note goes. `carried`: taken over from the thread. `new`: the customer was made for it. `deal` is the
    sale that its words point at, `person` somebody there by whose whole name the customer was found, `ours` a
    colleague whom the words name."""

    customer_id: int
    carried: bool = False
    new: bool = False
    deal: Deal | None = None
    person: str = ""
    ours: str = ""


async def place(ctx: Context, wording: Words | None, draft: NoteDraft, inbox_id: int, part: int) -> Place | Reply:
    """The customer, or the question about it; the note waits in the inbox until the question is answered."""
    if wording is not None:
        return await _named(ctx, wording.text, draft, inbox_id, part)
    if (latin := _in_letters(ctx, draft.text)) is not None:
        return await _named(ctx, latin, draft, inbox_id, part)
    session, topic = ctx.uow.session, ctx.topic
    if draft.outcome is not None and draft.outcome.text == "won" and _SOME_DEAL.search(draft.text):
        return await _whose(ctx, inbox_id, part)  # the group hears of a win: it is not guessed whose it is
    if draft.lean("other") is not None:
        return await _whose(ctx, inbox_id, part, besides=topic)
    if called := next((met.name for met in draft.contacts if met.name), ""):
        if (taught := await _taught_at(ctx, called)) is not None:
            return Place(taught)
        hits = await lookup.people_called(session, ctx.actor, called)
        found = list(dict.fromkeys(hit.customer_id for hit in hits))
        if topic in found:
            return Place(topic, carried=True)
        if len(found) == 1:
            return Place(found[0])
        if (spoken := await leaning.spoken_of(ctx, called, found, inbox_id)) is not None:
            return Place(spoken, carried=True)
        if found:
            return _ask(ctx, "note.which", inbox_id, part, called, found[:OFFERED])
        if await _is_ours(ctx, called) and (at := await _promised_at(ctx, draft) or topic) is not None:
            return Place(at, carried=True, ours=called)
    elif (known := await _of_somebody(ctx, draft, inbox_id, part)) is not None:
        return known
    if topic is None:
        promised = await _promised_at(ctx, draft)
        return await _whose(ctx, inbox_id, part) if promised is None else Place(promised, carried=True)
    if draft.lean("earlier") is not None:
        earlier = await leaning.earlier(ctx, topic, inbox_id)
        return await _whose(ctx, inbox_id, part, besides=topic) if earlier is None else Place(earlier, carried=True)
    together = await leaning.together(ctx, topic, inbox_id)
    return _ask(ctx, "note.whose", inbox_id, part, "", together) if together else Place(topic, carried=True)


async def _is_ours(ctx: Context, called: str) -> bool:
    """方案发周总了: whether a colleague is called so."""
    if not any(name[:1] in called[:2] for name in ctx.names.colleagues):
        return False
    return any(called in (person.called, person.name) for person in await colleagues.active(ctx.uow.session))


async def _of_somebody(ctx: Context, draft: NoteDraft, inbox_id: int, part: int) -> Place | Reply | None:
    """报价发王芳了: whose name is that of somebody on record; of several who are called so the one talked about."""
    hits = await lookup.people_in(ctx.uow.session, ctx.actor, draft.text)
    found = list(dict.fromkeys(hit.customer_id for hit in hits))
    if not found:
        return None
    if ctx.topic in found:
        return Place(ctx.topic, carried=True, person=next(h.name for h in hits if h.customer_id == ctx.topic))
    if len(found) == 1:
        return Place(found[0], person=hits[0].name)
    return _ask(ctx, "note.which", inbox_id, part, hits[0].name, found[:OFFERED])


async def _promised_at(ctx: Context, draft: NoteDraft) -> int | None:
    """方案发了, with nobody named: the one customer to whom the sender still owes that."""
    me = ctx.actor.require_person()
    found = [await tasks.matching_open(ctx.uow.session, me, None, deed.text) for deed in draft.done]
    places = {task.customer_id for kept in found for task in kept}
    return next(iter(places)) if len(places) == 1 else None


def _in_letters(ctx: Context, text: str) -> str | None:
    """Had lunch with Mr. Wang from Hongtu: the word that is a customer's name in pinyin."""
    for word in _CAPITALISED.findall(text):
        found = ctx.names.find(word).candidates
        if found and found[0][2] in ("name", "pinyin"):
            return str(word)
    return None


async def whose_in_a_row(ctx: Context) -> list[int]:
    """The messages about which 哪家？ was asked last, one behind the other, the oldest first; a note of which only the
    name was not clear is none of them."""
    found: list[int] = []
    for card in await recent.told(ctx):
        if card.kind.startswith(("plain.", "smalltalk.")):
            continue
        if card.kind not in ASKED:
            break
        if card.kind == "note.whose":
            found.append(int(card.params["inbox"]))
    return list(dict.fromkeys(reversed(found)))


async def _whose(ctx: Context, inbox_id: int, part: int, besides: int | None = None) -> Reply:
    """哪家？: those written about last, but for the one that it cannot be."""
    recent = await placing.recent(ctx.uow.session, ctx.actor, limit=4)
    return _ask(ctx, "note.whose", inbox_id, part, "", [i for i in recent if i != besides][:3])


async def _taught_at(ctx: Context, called: str) -> int | None:
    """The one customer at which somebody was taught to be called so, if the sender may see it."""
    taught = ctx.names.taught.customers_of(called)
    found = await lookup.by_ids(ctx.uow.session, ctx.actor, taught) if taught else []
    visible = [option.customer_id for option in found if option.visible]
    return visible[0] if len(visible) == 1 else None


async def _named(ctx: Context, wording: str, draft: NoteDraft, inbox_id: int, part: int) -> Place | Reply:
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    match found:
        case lookup.One():
            return Place(found.customer_id)
        case lookup.Colleague():
            return _ask(ctx, "note.colleague", inbox_id, part, wording, [found.customer_id])
        case lookup.Several():
            return _ask(ctx, "note.which", inbox_id, part, wording, [o.customer_id for o in found.options[:OFFERED]])
        case lookup.Alike():
            return _ask(ctx, "note.alike", inbox_id, part, wording, [o.customer_id for o in found.options[:OFFERED]])
        case _:
            if _is_a_thing(wording, draft.text):
                return await place(ctx, None, draft, inbox_id, part)
            somebody = await _of_somebody(ctx, replace(draft, text=wording), inbox_id, part)
            if somebody is not None:
                return somebody
            twin = await customers.called_already(ctx.uow, wording)
            if twin is None:
                return await new(ctx, wording, draft)
            option = await lookup.option(ctx.uow.session, ctx.actor, twin)
            return Place(twin) if option.visible else _ask(ctx, "note.colleague", inbox_id, part, wording, [twin])


def _is_a_thing(wording: str, text: str) -> bool:
    """样册发了, 白皮书已经寄出去了: what was sent is no customer that nobody has heard of."""
    before, found, behind = text.strip().partition(wording)
    return bool(found) and not before and _SENT.fullmatch(behind) is not None


async def new(ctx: Context, wording: str, draft: NoteDraft) -> Place:
    """A customer that was not on record; its full name may still be missing. Its change set is that of its note."""
    await ctx.uow.begin_change()
    source = draft.source.text if draft.source else ""
    full = looks_registered(wording)
    made = await customers.create(ctx.uow, wording, owner_id=ctx.me.id, named=full, source=source)
    return Place(made.id, new=True)


def _ask(ctx: Context, kind: str, inbox_id: int, part: int, wording: str, offered: list[int]) -> Reply:
    """The question; until it is answered, nothing said without a name belongs to whom was talked about before."""
    if inbox_id == ctx.inbox_id:
        ctx.leave_topic()
    if kind in ASKED:
        ctx.ask("note.place", inbox_id=inbox_id, part=part)
    return Reply(kind, {"inbox": inbox_id, "part": part, "wording": wording, "offered": list(offered)})
