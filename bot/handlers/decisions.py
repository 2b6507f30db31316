"""同意, 驳回, 转交: what an approver taps or types."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from bot.questions import is_condition
from bot.router import Router
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import decisions
from domain.services.decisions import Outcome
from domain.views import approvals, lookup

router = Router("decisions")
_HAND_ON = re.compile(r"^转(?:交|给)(?:给)?\s*(?P<who>\S{2,8}?)(?:批|审批)?[。！!]?$")
_SLIP = re.compile(r"(?:哎|不对|啊|我|[，, ])*(?:刚才|刚刚|刚)?(?:点|按|弄|搞|打|发|驳)错了?[吧啊。！]*|手滑了?[。！]*")
_NAMED = re.compile(r".{2,16}?(?:那个|那单|的)?.{0,8}?(?:批了|批吧|同意了?|通过了?|批准了?)[吧。！!]*")
UNCLEAR = "没看出条件。可以说「首付要50%」；先不批就回「算了」"
NOBODY_WAITS = "现在没有等你批的"


@router.action("approval.approve")
async def approve(ctx: Context, approval_id: int, seen: int) -> Reply:
    """同意 on a card that showed version `seen`."""
    return _after(ctx, approval_id, seen, await decisions.approve(ctx.uow, approval_id, seen, tapped=_tapped(ctx)))


@router.action("approval.refuse")
async def refuse(ctx: Context, approval_id: int, seen: int) -> Reply:
    """驳回 takes effect at once; the reason is one more tap, or the next line."""
    outcome = await decisions.refuse(ctx.uow, approval_id, seen, tapped=_tapped(ctx))
    if outcome == "done":
        ctx.ask("approval.reason", approval_id=approval_id)
    return _after(ctx, approval_id, seen, outcome)


@router.action("approval.reason")
async def reason(ctx: Context, approval_id: int, words: str) -> Reply:
    """毛利太低, 条件不清, 再谈谈."""
    done = await decisions.explain(ctx.uow, approval_id, words, tapped=_tapped(ctx))
    ctx.thread.question = None
    return _card(ctx, approval_id) if done else _card(ctx, approval_id, how="late")


@router.answer("approval.reason", wants="words")
async def because(ctx: Context, approval_id: int) -> Reply | None:
    """The reason typed after 驳回; 点错了 is none."""
    if _SLIP.fullmatch(ctx.text):
        await decisions.reopen(ctx.uow, approval_id)
        return Reply("approval.told", {"approval_id": approval_id})
    if not await decisions.explain(ctx.uow, approval_id, ctx.text):
        return None
    return Reply("approval.told", {"approval_id": approval_id})


@router.action("approval.reopen")
async def reopen(ctx: Context, approval_id: int) -> Reply:
    """点错了, within a minute."""
    await decisions.reopen(ctx.uow, approval_id, tapped=_tapped(ctx))
    ctx.thread.question = None
    return _card(ctx, approval_id)


@router.action("approval.condition")
async def condition(ctx: Context, approval_id: int, seen: int) -> Reply:
    """附条件: the next line is the condition of a yes."""
    ctx.ask("approval.condition", approval_id=approval_id, seen=seen)
    return _card(ctx, approval_id, how="condition")


@router.answer("approval.condition", wants="words")
async def on_condition(ctx: Context, approval_id: int, seen: int) -> Reply | None:
    """A yes on this condition; words that are none are asked about, for they would grant the discount."""
    if ctx.parsed.customer is not None:
        return None
    if not is_condition(ctx.parsed, ctx.text):
        ctx.ask("approval.condition", approval_id=approval_id, seen=seen)
        return Reply("plain.text", {"text": UNCLEAR})
    outcome = await decisions.approve(ctx.uow, approval_id, seen, condition=ctx.text)
    return _told(approval_id, seen, outcome)


# -- to somebody else ------------------------------------------------------------------------------------------------


@router.action("approval.hand_on")
async def to_whom(ctx: Context, approval_id: int) -> Reply:
    """转交: to one of the leaders on the card, or to one that is named."""
    if await approvals.leaders(ctx.uow.session, ctx.actor, approval_id):
        ctx.ask("approval.hand_on", approval_id=approval_id)
    return _card(ctx, approval_id, how="hand_on")


@router.action("approval.pass")
async def hand_on(ctx: Context, approval_id: int, to: int) -> Reply:
    """就他."""
    await decisions.hand_on(ctx.uow, approval_id, to, ctx.moment, tapped=_tapped(ctx))
    ctx.thread.question = None
    return _card(ctx, approval_id)


@router.action("approval.back")
async def not_after_all(ctx: Context, approval_id: int, _to: int = 0) -> Reply:
    """算了: the card as it was, whoever is picked on it."""
    ctx.thread.question = None
    return _card(ctx, approval_id)


@router.answer("approval.hand_on", wants="person")
async def to_named(ctx: Context, approval_id: int) -> Reply | None:
    """The leader's name typed after 转交."""
    to = await decisions.leader_called(ctx.uow, approval_id, _bare(ctx.text))
    if to is not None:
        return await _hand_on_typed(ctx, approval_id, to)
    ctx.ask("approval.hand_on", approval_id=approval_id)
    return Reply("plain.text", {"text": f"没找到能批的「{ctx.text}」，名单里选一个，或说全名"})


@router.act("unknown", "note")
async def hand_on_typed(ctx: Context) -> Reply | None:
    """转交李总, with exactly one request open; else it may mean something else, 华星那个批了 among it."""
    if not _HAND_ON.match(ctx.text):
        return await decide_named(ctx)
    waiting = await approvals.open_requests(ctx.uow.session, ctx.actor, ctx.moment)
    if len(waiting) != 1:
        return None
    to = await decisions.leader_called(ctx.uow, waiting[0].id, _bare(ctx.text))
    return None if to is None else await _hand_on_typed(ctx, waiting[0].id, to)


async def _hand_on_typed(ctx: Context, approval_id: int, to: int) -> Reply:
    await decisions.hand_on(ctx.uow, approval_id, to, ctx.moment)
    return Reply("approval.told", {"approval_id": approval_id})


def _bare(text: str) -> str:
    found = _HAND_ON.match(text)
    return found["who"] if found else text.strip("。！! ")


# -- typed -----------------------------------------------------------------------------------------------------------


@router.act("approve", "refuse")
async def decide(ctx: Context) -> Reply:
    """同意 or 驳回 typed: it counts with exactly one request open."""
    waiting = await approvals.open_requests(ctx.uow.session, ctx.actor, ctx.moment)
    verb = "approve" if ctx.parsed.act == "approve" else "refuse"
    said = ctx.parsed.condition if verb == "approve" else ctx.parsed.reason
    words = said.text if said else ""
    if not waiting:
        return Reply("plain.text", {"text": NOBODY_WAITS})
    if len(waiting) > 1:
        return Reply("approval.which", {"verb": verb, "words": words[:100]})
    only = waiting[0]
    return _told(only.id, only.version, await _decide(ctx, verb, words, only.id, only.version))


async def decide_named(ctx: Context) -> Reply | None:
    """华星那个95折批了: a yes to the one open request of that customer; None where there is none of that share."""
    said = ctx.parsed.customer
    if said is None or ctx.message.in_group or _NAMED.fullmatch(ctx.text) is None:
        return None
    waiting = await approvals.open_requests(ctx.uow.session, ctx.actor, ctx.moment)
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, said.text) if waiting else None
    meant = [each for each in waiting if isinstance(found, lookup.One) and each.customer_id == found.customer_id]
    shares = [share for share, _ in ctx.parsed.discounts]
    if len(meant) != 1 or (shares and meant[0].discount not in shares):
        return None
    only = meant[0]
    return _told(only.id, only.version, await _decide(ctx, "approve", "", only.id, only.version))


@router.action("approval.pick")
async def pick(ctx: Context, verb: str, words: str, which: str) -> Reply:
    """The request meant, as it was offered."""
    approval_id, _, seen = which.partition("-")
    if verb not in ("approve", "refuse") or not (approval_id.isdigit() and seen.isdigit()):
        raise Refused("这个按钮不能用了，直接说你要做什么就行")
    outcome = await _decide(ctx, verb, words, int(approval_id), int(seen))
    return _after(ctx, int(approval_id), int(seen), outcome)


async def _decide(ctx: Context, verb: str, words: str, approval_id: int, seen: int) -> Outcome:
    if verb == "approve":
        return await decisions.approve(ctx.uow, approval_id, seen, condition=words)
    outcome = await decisions.refuse(ctx.uow, approval_id, seen, reason=words)
    if outcome == "done" and not words:
        ctx.ask("approval.reason", approval_id=approval_id)
    return outcome


def _told(approval_id: int, seen: int, outcome: Outcome) -> Reply:
    """One line at the bottom: the card above changes in place. What changed meanwhile is shown as a card."""
    if outcome == "changed":
        return _again(approval_id, seen)
    return Reply("approval.told", {"approval_id": approval_id, "how": "late" if outcome == "late" else ""})


def _after(ctx: Context, approval_id: int, seen: int, outcome: Outcome) -> Reply:
    """The tapped card: decided, decided before, or to be looked at again."""
    if outcome == "changed":
        return _again(approval_id, seen)
    return _card(ctx, approval_id, **({"how": "late"} if outcome == "late" else {}))


def _again(approval_id: int, seen: int) -> Reply:
    return Reply("approval.request", {"approval_id": approval_id, "seen": seen}, Ref("approval", approval_id))


def _card(ctx: Context, approval_id: int, **params: JSON) -> Reply:
    """The tapped card drawn anew, as the sort of card that it is."""
    clicked = ctx.clicked
    same = clicked is not None and clicked.kind in ("approval.remind", "approval.escalated", "approval.handed_on")
    kind = clicked.kind if clicked is not None and same else "approval.request"
    return Reply(kind, {"approval_id": approval_id, **params}, Ref("approval", approval_id))


def _tapped(ctx: Context) -> int | None:
    return ctx.clicked.id if ctx.clicked is not None else None
