"""不对，是60万: the last note is put right, in its place, and one line says what changed."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.drafts import draft as draft_of
from bot.drafts import drafts, sum_of
from bot.handlers.moving import refiled
from bot.handlers.notes import card_of
from bot.message import Reply
from bot.questions import bare_person
from bot.router import Router, StaleButton, key
from cards.builders.note_facts import changed_words, money
from domain.actor import Ref
from domain.errors import Refused
from domain.facts import Met, NoteDraft, Sum
from domain.naming import same_person
from domain.services import corrections
from domain.services.corrections import Right
from domain.views import lookup

router = Router("corrections")
FACTS = {"预算": "budget", "报价": "quote", "合同": "deal", "回款": "payment", "金额": "other"}


@router.act("correct")
async def correct(ctx: Context) -> Reply | None:
    """The last note of this conversation, else the writer's newest, gets the right values."""
    activity_id = ctx.last_note or await corrections.latest(ctx.uow)
    if activity_id is None:
        raise Refused("还没有记录可改。直接说你要记的就行")
    return await _apply(ctx, activity_id)


async def _apply(ctx: Context, activity_id: int) -> Reply | None:
    await ctx.uow.begin_change()
    if ctx.parsed.customer is not None and (moved := await _move(ctx, activity_id)):
        return moved
    said = draft_of(ctx.parsed, ctx.text, ctx.moment.today, ctx.moment.zone, whole=True)
    bare = ctx.parsed.correction.bare_amounts if ctx.parsed.correction else ()
    stored = NoteDraft.from_json((await corrections.standing(ctx.uow, activity_id)).facts)
    unnamed = {a.span for a in bare}
    amounts = [sum_of(a, ctx.text) for a in ctx.parsed.amounts if a.span not in unnamed]
    if bare:
        kinds = [a.kind for a in stored.amounts]
        if len(set(kinds)) > 1:
            return _which(activity_id, sum_of(bare[0], ctx.text))
        kind = kinds[0] if kinds else "budget"
        amounts += [_as(kind, sum_of(a, ctx.text)) for a in bare]
    denied = ctx.parsed.correction.denied if ctx.parsed.correction else None
    right = Right(
        amounts=tuple(amounts),
        promises=said.promises,
        contacts=said.contacts,
        denied=denied.text if denied else "",
    )
    return await _put(ctx, activity_id, right)


async def _put(ctx: Context, activity_id: int, right: Right) -> Reply | None:
    changed = await corrections.correct(ctx.uow, activity_id, right, ctx.moment)
    if not changed:
        raise Refused("没看出要改哪一项。可以说「不对，预算是60万」，或点卡片上的「改一下」")
    shown = (await card_of(ctx, activity_id)).kind
    await ctx.uow.refresh(Ref("activity", activity_id), only=ctx.me.id, turning={"note.edit": shown})
    ctx.thread.customer_at = ctx.uow.now
    ctx.thread.activity_id = activity_id
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
    """预算改成什么 → 60万: a bare value is one of the fact that was asked about."""
    amounts = [*ctx.parsed.amounts, *(ctx.parsed.correction.bare_amounts if ctx.parsed.correction else ())]
    if fact in FACTS and amounts:
        sums = tuple(_as(FACTS[fact], sum_of(a, ctx.text)) for a in amounts[:1])
        await ctx.uow.begin_change()
        return await _put(ctx, activity_id, Right(amounts=sums))
    if ctx.parsed.act in ("note", "correct", "remind", "unknown", "name"):
        return await _apply(ctx, activity_id)
    return None


@router.answer("note.him", wants="person")
async def him(ctx: Context, activity_id: int) -> Reply | None:
    """「他」是张总还是刘工？ → 张总."""
    name = ctx.parsed.contacts[0].name if ctx.parsed.contacts else bare_person(ctx.text)
    activity = await corrections.standing(ctx.uow, activity_id)
    lean = NoteDraft.from_json(activity.facts).lean("person")
    if lean is None or not any(same_person(name, there) for there in lean.among):
        return None
    await ctx.uow.begin_change()
    said = next(there for there in lean.among if same_person(name, there))
    nameless = (await _his_words(ctx, activity_id)) or Met("")
    return await _put(ctx, activity_id, Right(contacts=(replace(nameless, name=said),)))


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
    await _put(ctx, activity_id, Right(amounts=(Sum(kind, fen),)))
    return await card_of(ctx, activity_id)


def _which(activity_id: int, amount: Sum) -> Reply:
    return Reply(
        "note.which_amount",
        {"activity": activity_id, "fen": amount.fen, "said": money(amount)},
        Ref("activity", activity_id),
    )


def _as(kind: str, amount: Sum) -> Sum:
    return Sum(kind, amount.fen, amount.fen_max, amount.about, amount.currency, amount.quote)
