"""A note becomes a record: filing, the questions about its customer, undoing and restoring."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.drafts import drafts
from bot.handlers import leaning
from bot.handlers.learning import learn
from bot.handlers.placing import ASKED, Place, new, place, whose_in_a_row
from bot.handlers.sharing import ask_share
from bot.message import Message, Reply
from bot.nlp.parsed import Parsed, Span, Words
from bot.questions import bare_name
from bot.recent import newest_card
from bot.router import Router, StaleButton, key
from domain.actor import JSON, Address, Ref
from domain.errors import NotFound, Refused
from domain.facts import Met, NoteDraft
from domain.naming import same_person
from domain.policy import SELLING
from domain.services import corrections, notes
from domain.taught import Taught
from domain.views import lookup, spoken
from domain.views import notes as note_views

router = Router("notes")


@router.act("note")
async def note(ctx: Context) -> Reply | None:
    """File what was said; ask where it is not clear to whom it belongs, but not who has no customers."""
    if not ctx.me.roles & SELLING and ctx.parsed.customer is None:
        return None
    if ctx.repeats and (again := await notes.same_today(ctx.uow, ctx.text, ctx.moment)) is not None:
        ctx.talk_about(await corrections.customer_id_of(ctx.uow, again), again)
        return Reply("note.again", {"activity": again, "inbox": ctx.inbox_id}, Ref("activity", again))
    return await _file_all(ctx, ctx.message, ctx.parsed, ctx.inbox_id)


@router.action("note.repeat")
async def repeat(ctx: Context, inbox_id: int) -> Reply | None:
    """再记一次: the same words twice were meant twice."""
    message, parsed = await ctx.said(inbox_id)
    done = await notes.filed_before(ctx.uow, inbox_id)
    return await _message_of(ctx, done) if done else await _file_all(ctx, message, parsed, inbox_id)


async def _file_all(ctx: Context, message: Message, parsed: Parsed, inbox_id: int) -> Reply | None:
    filed: list[notes.Filed] = []
    questions: list[Reply] = []
    for part, (wording, draft) in enumerate(_drafts(ctx, message, parsed)):
        found = await place(ctx, wording, draft, inbox_id, part)
        done = found if isinstance(found, Reply) else await file_or_ask(ctx, found, draft, message, inbox_id, part)
        if isinstance(done, Reply):
            questions.append(done)
        else:
            filed.append(done)
    if not questions:
        return answer_of(filed, inbox_id)
    ctx.outcome = "asked"
    if filed:
        ctx.send(answer_of(filed, inbox_id))
    for question in questions[1:]:
        ctx.send(question)
    return questions[0]


async def file_or_ask(
    ctx: Context, found: Place, draft: NoteDraft, message: Message, inbox_id: int, part: int
) -> notes.Filed | Reply:
    """File it, unless its words point at one of several sales: then it waits for the answer which."""
    sale, question = await leaning.deal(ctx, draft, found.customer_id, inbox_id, part)
    if question is not None:
        ctx.outcome = "asked"
        return question
    return await file(ctx, replace(found, deal=sale), draft, message, inbox_id, part)


async def file(ctx: Context, found: Place, draft: NoteDraft, message: Message, inbox_id: int, part: int) -> notes.Filed:
    """One part of a message onto one customer, in a change set of its own."""
    if found.person and not any(same_person(met.name, found.person) for met in draft.contacts if met.name):
        draft = replace(draft, contacts=(*draft.contacts, Met(found.person)))
    if found.ours:  # what was given to one of us says nothing of how far the customer is
        draft = replace(draft, contacts=tuple(m for m in draft.contacts if m.name != found.ours), stage=None)
    if found.new:
        draft = replace(draft, new_customer=True)
    else:
        await ctx.uow.begin_change()
    draft = await leaning.resolved(ctx, draft, found.customer_id, message, inbox_id)
    draft = in_our_words(leaning.about_deal(draft, found.deal), ctx.names.taught, found.customer_id)
    origin = notes.Origin(
        inbox_id=inbox_id,
        message_id=message.message_id,
        channel=message.channel,
        sent_at=message.sent_at,
        part=part,
        carried=found.carried,
    )
    sale = found.deal.deal_id if found.deal is not None else None
    done = await notes.file(ctx.uow, draft, found.customer_id, origin, ctx.moment, sale)
    ctx.talk_about(done.customer_id, done.activity_id)
    if (him := draft.lean("person")) is not None and him.among:
        ctx.ask("note.him", activity_id=done.activity_id)
    if done.won:
        ctx.ask("win.sum" if draft.sum_of("deal") is None else "win.terms", activity_id=done.activity_id)
    return done


def in_our_words(draft: NoteDraft, taught: Taught, customer_id: int) -> NoteDraft:
    """The draft with people, products and competitors by the names that the company was taught to mean."""
    if not taught.wordings:
        return draft
    return replace(
        draft,
        contacts=tuple(replace(met, name=taught.person(met.name, customer_id)) for met in draft.contacts),
        products=tuple(replace(said, text=taught.product(said.text)) for said in draft.products),
        competitors=tuple(replace(said, text=taught.competitor(said.text)) for said in draft.competitors),
    )


@router.action("note.link")
async def link(ctx: Context, inbox_id: int, part: int, customer_id: int) -> Reply | None:
    """就是它: filed there, unless it is a colleague's: then he is asked, and the words wait for his yes."""
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    if option.visible or option.owner_id is None:
        filed = await pick(ctx, inbox_id, part, customer_id)
        await learn(ctx, inbox_id, part, customer_id, "confirmed")
        return filed
    return await ask_share(ctx, customer_id, inbox_id, part)


@router.action("note.pick")
async def pick(ctx: Context, inbox_id: int, part: int, customer_id: int) -> Reply | None:
    """The customer that a waiting note belongs to; tapped twice, it is filed once."""
    if done := await _done(ctx, inbox_id, part):
        return done
    if customer_id == 0:
        ctx.ask("note.whose", inbox_id=inbox_id, part=part)
        ctx.say("是哪家的？客户名直接回我")
        return None
    message, _, draft = await _waiting(ctx, inbox_id, part)
    return await _with_those_behind(ctx, Place(customer_id), draft, message, inbox_id, part)


@router.action("note.deal")
async def pick_deal(ctx: Context, inbox_id: int, part: int, customer_id: int, deal_id: int) -> Reply | None:
    """哪一单？: the sale that was tapped."""
    if done := await _done(ctx, inbox_id, part):
        return done
    message, _, draft = await _waiting(ctx, inbox_id, part)
    sale = await spoken.deal(ctx.uow.session, ctx.actor, deal_id)
    if sale is None:
        raise NotFound
    filed = await file(ctx, Place(customer_id, deal=sale), draft, message, inbox_id, part)
    return answer_of([filed], inbox_id)


@router.answer("note.whose", wants="name")
async def named(ctx: Context, inbox_id: int, part: int) -> Reply | None:
    """The name typed after 都不是; a whole new note or a command is not taken for one."""
    if await _done(ctx, inbox_id, part):
        return None
    message, _, draft = await _waiting(ctx, inbox_id, part)
    wording = ctx.parsed.customer
    found = await place(ctx, wording or Words(bare_name(ctx.text), Span(0, len(ctx.text))), draft, inbox_id, part)
    if isinstance(found, Reply):
        return found
    return await _with_those_behind(ctx, found, draft, message, inbox_id, part)


async def _with_those_behind(
    ctx: Context, found: Place, draft: NoteDraft, message: Message, inbox_id: int, part: int
) -> Reply:
    """The note whose customer is known now, and what was said without a name right before or behind it, which waits
    for the same answer."""
    waiting = [
        each for each in await whose_in_a_row(ctx) if each != inbox_id and not await notes.filed_before(ctx.uow, each)
    ]
    done = await file_or_ask(ctx, found, draft, message, inbox_id, part)
    if isinstance(done, Reply):
        return done
    for each in waiting:
        other, _, its = await _waiting(ctx, each, 0)
        ctx.send(_told(await file_or_ask(ctx, Place(done.customer_id, carried=True), its, other, each, 0), each))
    return answer_of([done], inbox_id)


@router.answer("note.place", wants="name")
async def named_at_once(ctx: Context, inbox_id: int, part: int) -> Reply | None:
    """A name typed right behind 哪家？; once something else was shown it is asked for by itself."""
    newest = await newest_card(ctx)
    if newest is None or newest.kind not in ASKED or newest.params.get("inbox") != inbox_id:
        return None
    return await named(ctx, inbox_id, part)


@router.action("note.new")
async def is_new(ctx: Context, inbox_id: int, part: int) -> Reply | None:
    """是新的: the customer is made under the name that was said."""
    if done := await _done(ctx, inbox_id, part):
        return done
    if not ctx.me.roles & SELLING:
        raise Refused("新客户由销售来建")
    message, wording, draft = await _waiting(ctx, inbox_id, part)
    if wording is None:
        raise Refused("这条里没有客户名。客户名直接回我")
    found = await new(ctx, wording.text, draft)
    return answer_of([await file(ctx, found, draft, message, inbox_id, part)], inbox_id)


@router.action("note.hand")
async def hand(ctx: Context, inbox_id: int, part: int, customer_id: int) -> Reply | None:
    """发给他: the owner of the customer gets the words; they stay the writer's too."""
    await ctx.said(inbox_id)  # nobody hands on what he did not say himself
    option = await lookup.option(ctx.uow.session, ctx.actor, customer_id)
    owner = option.owner_id
    if owner is None or option.visible:
        raise NotFound
    offered: list[JSON] = [customer_id]
    ctx.uow.tell(
        Address.person(owner),
        "note.received",
        key=f"handed-{inbox_id}-{part}",
        inbox=inbox_id,
        part=part,
        offered=offered,
        wording=ctx.me.called,
    )
    return Reply("note.handed", {"inbox": inbox_id, "part": part, "offered": offered})


# -- undoing ---------------------------------------------------------------------------------------------------------


async def undo_last(ctx: Context, last: int) -> Reply | None:
    """撤销 typed, where a note is what was done last: that of this conversation, else the newest of the writer."""
    if ctx.last_note is None:
        ctx.say("半小时内没有新记录，最近一条是这个。要撤就点「撤销」")
        return await card_of(ctx, last)
    return await undo_typed(ctx, last, all_of_it=True)


async def _with_it(ctx: Context, activity_id: int) -> list[int]:
    """The notes of one message, unless one of them was put right or seen by others since: then the one alone."""
    inbox = await notes.message_of(ctx.uow, activity_id)
    every = await corrections.standing_of(ctx.uow, inbox) if inbox is not None else []
    if activity_id not in every or any([await note_views.seen_by_others(ctx.uow.session, each) for each in every]):
        return [activity_id]
    return every


async def undo_typed(ctx: Context, activity_id: int, *, all_of_it: bool = False) -> Reply | None:
    """A line that takes a note back, or `all_of_it`, what else its message said: the card changes where it stands, and
    a line says it too."""
    if await note_views.seen_by_others(ctx.uow.session, activity_id):
        return await undo(ctx, activity_id)
    reply = await _undo(await _with_it(ctx, activity_id) if all_of_it else [activity_id], ctx)
    subject = Ref("activity", activity_id)
    if await ctx.refresh_mine(subject, _NOTE_CARDS):
        return Reply("plain.line", {"kind": reply.kind, "params": dict(reply.params)})
    return reply if not ctx.uow.has_told else None


@router.action("note.undo")
async def undo(ctx: Context, activity_id: int) -> Reply | None:
    """At once, unless somebody else has seen a consequence: then it says first what would be taken back."""
    if await note_views.seen_by_others(ctx.uow.session, activity_id):
        return Reply("note.undo_ask", {"activity": activity_id}, Ref("activity", activity_id))
    return await _undo([activity_id], ctx)


@router.action("undo.confirm")
async def undo_all(ctx: Context, activity_id: int) -> Reply | None:
    """都撤: the record and what others saw of it."""
    told = await note_views.told_groups(ctx.uow.session, activity_id)
    reply = await _undo([activity_id], ctx)
    for team_id, where in told:
        ctx.uow.tell(where, "win.taken_back", None, key=f"taken-{activity_id}-{team_id}", activity=activity_id)
    for task_id in await corrections.tasks_of(ctx.uow, activity_id, sort="invoice"):
        await ctx.uow.refresh(Ref("task", task_id))
    return reply


@router.action("undo.only")
async def undo_only(ctx: Context, activity_id: int) -> Reply | None:
    """只撤记录: what others saw stays as it is."""
    return await _undo([activity_id], ctx)


@router.action("undo.keep")
@router.action("note.keep")
async def keep(ctx: Context, activity_id: int, _picked: str = "") -> Reply:
    """先不撤, 不改了, 就是它: the card as it was."""
    return await card_of(ctx, activity_id)


@router.action("note.undo_many")
async def undo_many(ctx: Context, activity_ids: str) -> Reply | None:
    return await _undo(_numbers(activity_ids), ctx)


@router.action("note.restore")
async def restore(ctx: Context, activity_id: int) -> Reply:
    """恢复: as it was before 撤销."""
    await corrections.restore(ctx.uow, activity_id)
    return await card_of(ctx, activity_id)


@router.action("note.restore_many")
async def restore_many(ctx: Context, activity_ids: str) -> Reply:
    for activity_id in _numbers(activity_ids):
        await corrections.restore(ctx.uow, activity_id)
    return await _message_of(ctx, _numbers(activity_ids))


@router.action("note.unremind")
async def unremind(ctx: Context, activity_id: int) -> Reply:
    """不要提醒: the promises stay, their reminders go."""
    await corrections.unremind(ctx.uow, activity_id)
    return await card_of(ctx, activity_id)


@router.action("note.evidence")
async def evidence(ctx: Context, activity_id: int, offset: int = 0) -> Reply | None:
    """看依据: beside the card, which stays; 更多 turns the page in place."""
    reply = Reply("note.evidence", {"activity": activity_id, "offset": max(offset, 0)})
    if offset > 0 and not ctx.typed:
        return reply
    ctx.send(reply)
    return None


_NOTE_CARDS = ("note.recorded", "note.recorded_many", "win.private", "note.again")


async def _undo(activity_ids: list[int], ctx: Context) -> Reply:
    for activity_id in activity_ids:
        await corrections.undo(ctx.uow, activity_id)
    return await _message_of(ctx, activity_ids)


async def _message_of(ctx: Context, activity_ids: list[int]) -> Reply:
    """One activity as its own card; several of one message as the card of that message."""
    inbox = await notes.message_of(ctx.uow, activity_ids[0])
    if inbox is not None and len(await notes.filed_before(ctx.uow, inbox)) > 1:
        return Reply("note.recorded_many", {"inbox": inbox}, Ref("activity", activity_ids[0]))
    return await card_of(ctx, activity_ids[0])


async def card_of(ctx: Context, activity_id: int) -> Reply:
    """The card on which a note is shown: a win has its own."""
    kind = "win.private" if await notes.is_win(ctx.uow, activity_id) else "note.recorded"
    return Reply(kind, {"activity": activity_id}, Ref("activity", activity_id))


def _told(done: notes.Filed | Reply, inbox_id: int) -> Reply:
    return done if isinstance(done, Reply) else answer_of([done], inbox_id)


def answer_of(filed: list[notes.Filed], inbox_id: int) -> Reply:
    """The card of what a message was filed as."""
    first = filed[0]
    subject = Ref("activity", first.activity_id)
    if len(filed) > 1:
        return Reply("note.recorded_many", {"inbox": inbox_id}, subject)
    if first.won:
        return Reply("win.private", {"activity": first.activity_id}, subject)
    if first.kept and first.only_kept:
        return Reply("task.closed", {"task": first.kept[0]}, Ref("task", first.kept[0]))
    return Reply("note.recorded", {"activity": first.activity_id}, subject)


def _drafts(ctx: Context, message: Message, parsed: Parsed) -> list[tuple[Words | None, NoteDraft]]:
    day = message.sent_at.astimezone(ctx.moment.zone).date()
    return drafts(parsed, message.text, day, ctx.moment.zone)


async def _waiting(ctx: Context, inbox_id: int, part: int) -> tuple[Message, Words | None, NoteDraft]:
    message, parsed = await ctx.said(inbox_id)
    parts = _drafts(ctx, message, parsed)
    if not 0 <= part < len(parts):
        raise Refused("这条已经不在等了")
    return message, *parts[part]


async def _done(ctx: Context, inbox_id: int, part: int) -> Reply | None:
    activity = await notes.filed_as(ctx.uow, inbox_id, part)
    return None if activity is None else await card_of(ctx, activity)


def _numbers(ids: str) -> list[int]:
    try:
        return [key(i) for i in ids.split(",")]
    except ValueError:
        raise StaleButton from None
