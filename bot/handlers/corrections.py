"""不对，是60万: the last note is put right, in its place, and one line says what changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.called import is_called
from bot.context import TOPIC, Context
from bot.drafts import drafts, sum_of
from bot.handlers import rescheduling
from bot.handlers.learning import learn_values
from bot.handlers.moving import refiled
from bot.handlers.notes import card_of, note
from bot.handlers.placing import ASKED
from bot.handlers.right_values import counted_as, is_figure_of, only_figure
from bot.handlers.righting import SUMS, right_of, stands_in
from bot.message import Reply
from bot.nlp.parsed import Amount, Correction, Span, Words
from bot.questions import bare
from bot.recent import newest_card
from bot.router import Router, StaleButton, key
from cards.builders.changes import changed_words
from cards.builders.note_facts import money
from domain.actor import Ref
from domain.errors import Refused
from domain.facts import Met, NoteDraft, Sum
from domain.naming import same_person
from domain.services import corrections
from domain.services.corrections import Right
from domain.services.rights.desk import Put
from domain.views import lookup

router = Router("corrections")
_THAT_NOTE = re.compile(r"(?:把)?[^，。！？我]{2,10}?(?:那条|这条|那个|那家|的记录)(?:不对|错|记错|写错|说错|有误)")
_NOT_LOST = re.compile(r"(?:没有?|不算|别记|别算|不能算|不是)(?:丢|黄|输)")
SITTING = 5  # notes of this sitting in which wrong words are looked for
# The kind of value that a row of the card shows.
FACTS = {
    "预算": "budget",
    "报价": "quote",
    "合同": "deal",
    "回款": "payment",
    "款项": "payment",
    "金额": "other",
    "产品": "product",
    "对手": "competitor",
    "需求": "need",
    "顾虑": "concern",
    "来源": "source",
    "原因": "reason",
    "数量": "quantity",
    "付款": "way",
    "折扣": "discount",
    "满意度": "score",
    "意向": "intent_level",
    "生日": "birthday",
    "电话": "phone",
    "邮箱": "email",
    "联系人": "contact",
    "决策": "role",
    "态度": "attitude",
    "待办": "todo",
    "对方答应": "due",
}


@router.act("correct")
async def correct(ctx: Context) -> Reply | None:
    """The last note of this conversation, else the writer's newest, gets the right values. Words that only look like
    a correction (华星是做注塑的不是做冲压的) and fit nothing of it are a note of their own."""
    said = ctx.parsed.correction or Correction()
    if (
        ctx.last_note is None
        and said.marked
        and ctx.parsed.customer is None
        and (asked := await _waits(ctx)) is not None
    ):
        return asked
    if said.marked and (moved := await rescheduling.moved(ctx, said)) is not None:
        return moved
    if (said.marked or said.denied) and (named := await _of_the_named(ctx, said)) is not None:
        return await _apply(ctx, named, said)
    activity_id = ctx.last_note if not said.marked else ctx.last_note or await corrections.latest(ctx.uow)
    if activity_id is None or (not said.marked and not await _is_about(ctx, activity_id, said)):
        if said.marked:
            raise Refused("还没有记录可改。直接说你要记的就行")
        return await note(ctx)
    return await _apply(ctx, await _with_the_words(ctx, activity_id, said), said)


async def _waits(ctx: Context) -> Reply | None:
    """不对，是150套 behind a note of which nobody knows yet whose it is: no other note is meant. The question stays."""
    newest = await newest_card(ctx) if ctx.last_note is None else None
    if newest is None or newest.kind not in ASKED:
        return None
    ctx.ask("note.place", inbox_id=int(newest.params["inbox"]), part=int(newest.params["part"]))
    return Reply("plain.text", {"text": "上一条还等着归档。先说是哪家的，归好了再说这句，我就改"})


async def _of_the_named(ctx: Context, said: Correction) -> int | None:
    """不对，宏图那单合同是128万 while the talk is of another: the newest note about the one who is named that says such
    a sum, else the newest. None where nobody is named beside the value, or the talk is of him anyway."""
    customer = ctx.parsed.customer
    if customer is None or said.right is None:
        return None
    if not _beside_its_value(ctx, said, customer.span) and not _names_its_note(ctx, customer.span):
        return None
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, customer.text)
    if not isinstance(found, lookup.One):
        return None
    here = ctx.last_note is not None and await corrections.customer_id_of(ctx.uow, ctx.last_note) == found.customer_id
    if here and said.marked:
        return None
    notes = await corrections.recent(ctx.uow, limit=SITTING, about=found.customer_id)
    if not said.marked:
        return await _with_the_denied(ctx, notes, said)
    if not notes:
        raise Refused(f"{customer.text}还没有你的记录可改。直接说你要记的就行")
    kinds = {amount.kind for amount in ctx.parsed.amounts}
    for activity_id in notes:
        words = await corrections.words_of(ctx.uow, activity_id)
        if words is not None and kinds & {amount.kind for amount in words[1].amounts}:
            return activity_id
    return notes[0]


async def _with_the_denied(ctx: Context, notes: Sequence[int], said: Correction) -> int | None:
    """宏图报价不是65，是66: the newest of the notes of which the wrong sum is one; None where none is."""
    for activity_id in notes:
        words = await corrections.words_of(ctx.uow, activity_id)
        if words is not None and (wrong := _denied_sum(ctx, words[1])) is not None and said.slot in ("", wrong.kind):
            return activity_id
    return None


def _names_its_note(ctx: Context, named: Span) -> bool:
    """华兴那条不对，预算是90万."""
    found = _THAT_NOTE.match(ctx.text)
    return found is not None and named.end <= found.end()


def _beside_its_value(ctx: Context, said: Correction, named: Span) -> bool:
    """Whether it is only said whose value it is: 宏图的预算是60万, 更正：宏图预算60万; not 是宏图的，预算60万."""
    if said.subject is not None and said.subject.span.start <= named.start < said.subject.span.end:
        return True
    right = said.right
    if right is None or named.start != right.span.start or ctx.text[: named.start].endswith("是"):
        return False
    return any(named.end <= amount.span.start < right.span.end for amount in ctx.parsed.amounts)


async def _with_the_words(ctx: Context, newest: int, said: Correction) -> int:
    """不是3台，是5台 behind two notes, of which the first speaks of three: the note that has the wrong words."""
    if said.denied is None:
        return newest
    notes = await corrections.recent(ctx.uow, limit=SITTING, since=ctx.uow.now - TOPIC)
    for activity_id in dict.fromkeys((newest, *notes)):
        words = await corrections.words_of(ctx.uow, activity_id)
        if words is not None and said.denied.text in words[0]:
            return activity_id
    return newest


async def _is_about(ctx: Context, activity_id: int, said: Correction) -> bool:
    """Whether the note has the wrong value, or says the wrong words, or is about somebody who is named."""
    words = await corrections.words_of(ctx.uow, activity_id)
    if words is None:
        return False
    text, stored = words
    denied, right = said.denied.text if said.denied else "", said.right.text if said.right else ""
    if await _names_another(ctx, activity_id, said):
        return False
    if _names_customer(ctx, said):  # 华星需求不是培训，是维保 may be news
        return bool(denied) and (
            denied in text or stands_in(stored, said) != "" or await _names_it(ctx, activity_id, denied, right)
        )
    if said.slot or stands_in(stored, said) or (denied and denied in text) or _not_lost(ctx, stored):
        return True
    return await _names_it(ctx, activity_id, denied, right)


def _names_customer(ctx: Context, said: Correction) -> bool:
    """Whether a customer is named in front."""
    subject, customer = said.subject, ctx.parsed.customer
    return subject is not None and customer is not None and subject.span.start <= customer.span.start < subject.span.end


async def _names_another(ctx: Context, activity_id: int, said: Correction) -> bool:
    """华星精工不是嫌贵，是嫌没有本地仓: whether it begins with a customer that the note is not about."""
    customer = ctx.parsed.customer
    if customer is None or not _names_customer(ctx, said):
        return False
    return not await is_called(ctx, customer.text, await corrections.customer_id_of(ctx.uow, activity_id))


async def _names_it(ctx: Context, activity_id: int, denied: str, right: str) -> bool:
    """不是华星是华兴: whether the wrong one is the customer of the note, by whatever name."""
    if not denied or not right:
        return False
    return await is_called(ctx, denied, await corrections.customer_id_of(ctx.uow, activity_id))


async def _apply(ctx: Context, activity_id: int, said: Correction) -> Reply | None:
    await ctx.uow.begin_change()
    stored = NoteDraft.from_json((await corrections.standing(ctx.uow, activity_id)).facts)
    if _not_lost(ctx, stored):
        return await put(ctx, activity_id, Right(puts=(Put(slot="outcome", value=None),)))
    slot = said.slot or stands_in(stored, said)
    about_customer = slot in ("", "customer") and ctx.parsed.customer is not None
    if about_customer and (moved := await _move(ctx, activity_id)):
        return moved
    right = right_of(ctx, stored, said)
    if slot in ("", *SUMS) and not right.puts:
        amounts, asked = _amounts(ctx, activity_id, stored, slot)
        if asked is not None:
            return asked
        right = replace(right, amounts=tuple(amounts))
    return await put(ctx, activity_id, right)


def _not_lost(ctx: Context, stored: NoteDraft) -> bool:
    """没丢，是暂停 behind a note that says so."""
    return stored.outcome is not None and stored.outcome.text == "lost" and _NOT_LOST.search(ctx.text) is not None


def _amounts(ctx: Context, activity_id: int, stored: NoteDraft, slot: str) -> tuple[list[Sum], Reply | None]:
    """The right sums, or the question of which kind one is that no word names."""
    bare = ctx.parsed.correction.bare_amounts if ctx.parsed.correction else ()
    unnamed = {a.span for a in bare}

    def counted(amount: Amount, kind: str) -> Sum:
        said = ctx.text[amount.span.start : amount.span.end]
        return _as(kind, counted_as(sum_of(amount, ctx.text), said, stored, kind))

    named = [counted(a, slot or a.kind) for a in ctx.parsed.amounts if a.span not in unnamed]
    right = ctx.parsed.correction.right if ctx.parsed.correction else None
    if not (named or bare) and right is not None and (figure := only_figure(right.text, stored)) is not None:
        return [figure], None
    if not bare or slot in SUMS:
        return named, None
    kinds = list(dict.fromkeys(a.kind for a in stored.amounts))
    wrong = _denied_sum(ctx, stored)
    if len(kinds) > 1 and wrong is None:
        return [], _which(activity_id, sum_of(bare[0], ctx.text))
    kind = wrong.kind if wrong is not None else kinds[0] if kinds else "budget"
    return [*named, *(counted(a, kind) for a in bare)], None


def _denied_sum(ctx: Context, stored: NoteDraft) -> Sum | None:
    """是60万不是80万: the sum of the note that is denied."""
    denied = ctx.parsed.correction.denied if ctx.parsed.correction else None
    if denied is None:
        return None
    if (same := next((a for a in stored.amounts if is_figure_of(denied.text, a)), None)) is not None:
        return same
    read = ctx.reader.read(replace(ctx.message, text=denied.text), ctx.names).amounts
    return next((a for a in stored.amounts if read and a.fen == int(read[0].value * 100)), None)


async def put(ctx: Context, activity_id: int, right: Right) -> Reply | None:
    changed = await corrections.correct(ctx.uow, activity_id, right, ctx.moment)
    if not changed:
        raise Refused("没看出要改哪一项。可以说「不对，预算是60万」，或点卡片上的「改一下」")
    shown = (await card_of(ctx, activity_id)).kind
    await ctx.uow.refresh(Ref("activity", activity_id), only=ctx.me.id, turning={"note.edit": shown})
    ctx.thread.customer_at = ctx.uow.now
    ctx.thread.activity_id = activity_id
    await learn_values(ctx, activity_id, changed)
    ctx.say("改好了：" + "，".join(changed_words(c, ctx.moment) for c in changed))
    return None


async def _move(ctx: Context, activity_id: int) -> Reply | None:
    """不是华星是华兴: the note goes to the right customer, the wrong one is as before."""
    wording = ctx.parsed.customer
    if wording is None:
        return None
    activity = await corrections.standing(ctx.uow, activity_id)
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording.text)
    if not isinstance(found, lookup.One):
        if ctx.parsed.correction and ctx.parsed.correction.denied:
            raise Refused(f"没有找到「{wording.text}」，这条还在原来的客户上。把客户名说全一点再试")
        return None
    if found.customer_id == activity.customer_id:
        return None
    return await refiled(ctx, activity_id, found.customer_id)


@router.action("note.revert")
async def revert(ctx: Context, activity_id: int) -> Reply:
    """改回去: the last correction is taken back."""
    await corrections.go_back(ctx.uow, activity_id)
    return await card_of(ctx, activity_id)


@router.action("note.edit")
async def edit(ctx: Context, activity_id: int) -> Reply:
    """改一下: which fact; nothing is changed until the right one is said, and that is meant for this note."""
    activity = await corrections.standing(ctx.uow, activity_id)
    ctx.talk_about(activity.customer_id, activity_id)
    return Reply("note.edit", {"activity": activity_id}, Ref("activity", activity_id))


@router.action("note.edit_many")
async def edit_many(ctx: Context, activity_ids: str) -> Reply:
    try:
        first = key(activity_ids.split(",")[0])
    except ValueError:
        raise StaleButton from None
    return await edit(ctx, first)


@router.action("note.fix")
async def fix(ctx: Context, activity_id: int, fact: str) -> None:
    """The fact that was picked: the next line says what it should be."""
    await corrections.standing(ctx.uow, activity_id)
    ctx.ask("note.fix", activity_id=activity_id, fact=fact)
    ctx.say(f"{fact}改成什么？直接说")


@router.answer("note.fix")
async def fixed(ctx: Context, activity_id: int, fact: str) -> Reply | None:
    """预算改成什么 → 60万: what is typed is one of the fact that was asked about, unless it says more."""
    said = ctx.parsed.correction or Correction()
    if ctx.parsed.act not in ("note", "correct", "remind", "unknown", "name", "smalltalk"):
        return None
    if not said.slot and said.denied is None:
        right = said.right or Words(ctx.text, Span(0, len(ctx.text)))
        said = Correction(right=right, slot=FACTS.get(fact, ""), marked=True)
    return await _apply(ctx, activity_id, said)


@router.answer("note.him", wants="person")
async def him(ctx: Context, activity_id: int) -> Reply | None:
    """「他」是张总还是刘工？ → 张总."""
    name = ctx.parsed.contacts[0].name if ctx.parsed.contacts else bare(ctx.text, wants="person")
    activity = await corrections.standing(ctx.uow, activity_id)
    lean = NoteDraft.from_json(activity.facts).lean("person")
    if lean is None or not any(same_person(name, there) for there in lean.among):
        return None
    await ctx.uow.begin_change()
    said = next(there for there in lean.among if same_person(name, there))
    nameless = (await _his_words(ctx, activity_id)) or Met("")
    return await put(ctx, activity_id, Right(contacts=(replace(nameless, name=said),)))


async def _his_words(ctx: Context, activity_id: int) -> Met | None:
    """What the note says of the one it does not name."""
    inbox_id, part = await corrections.origin_of(ctx.uow, activity_id)
    if inbox_id is None:
        return None
    message, parsed = await ctx.said(inbox_id)
    said = drafts(parsed, message.text, ctx.moment.today, ctx.moment.zone)
    return next((met for met in said[part][1].contacts if not met.name), None) if part < len(said) else None


@router.action("note.fix_amount")
async def fix_amount(ctx: Context, activity_id: int, kind: str, fen: int) -> Reply:
    """改哪个60万？: the picked one."""
    await ctx.uow.begin_change()
    await put(ctx, activity_id, Right(amounts=(Sum(kind, fen),)))
    return await card_of(ctx, activity_id)


def _which(activity_id: int, amount: Sum) -> Reply:
    return Reply(
        "note.which_amount",
        {"activity": activity_id, "fen": amount.fen, "said": money(amount)},
        Ref("activity", activity_id),
    )


def _as(kind: str, amount: Sum) -> Sum:
    return replace(amount, kind=kind)
