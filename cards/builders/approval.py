"""The approver's card: open with the facts, closed with who and when, whatever became of the request meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from cards.budget import fit
from cards.builders.approval_facts import facts
from cards.builders.approval_words import DONE, brief, held, name, off, price, rival, title, until, when
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines, Quote, Tone
from cards.registry import Moment, card
from domain.actor import Actor
from domain.services.people import Known
from domain.views import approvals
from domain.views.approvals import ApprovalView

REASONS = ("毛利太低", "条件不清", "再谈谈")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A request and how this card shows it. `how`: late (tapped when it was decided), moved (a newer card stands
    below), hand_on (to whom?), condition (the next line is one); `last`: reminded for the last time."""

    kind: str
    view: ApprovalView
    how: str = ""
    last: bool = False
    leaders: tuple[Known, ...] = ()


async def _load(
    session: AsyncSession,
    viewer: Actor,
    moment: Moment,
    *,
    approval_id: int,
    how: str = "",
    last: bool = False,
    seen: int | None = None,
) -> Shown:
    view = await approvals.request(session, viewer, moment, approval_id=approval_id, seen=seen)
    leaders = await approvals.leaders(session, viewer, approval_id) if how == "hand_on" else ()
    return Shown(kind="approval.request", view=view, how=how, last=last, leaders=leaders)


@card("approval.request", load=_load)
def request(shown: Shown, moment: Moment) -> Card:
    """The request as its approver gets it."""
    return fit(_card(shown, moment))


@card("approval.remind", load=_load)
def remind(shown: Shown, moment: Moment) -> Card:
    """The same card moved down, an hour before its deadline or once after it."""
    return fit(_card(replace(shown, kind="approval.remind"), moment))


@card("approval.escalated", load=_load)
def escalated(shown: Shown, moment: Moment) -> Card:
    """The request as it reaches the superior of an approver whose time ran out."""
    return fit(_card(replace(shown, kind="approval.escalated"), moment))


@card("approval.handed_on", load=_load)
def handed_on(shown: Shown, moment: Moment) -> Card:
    """The request as it reaches another leader."""
    return fit(_card(replace(shown, kind="approval.handed_on"), moment))


@card("approval.told", load=_load)
def told(shown: Shown, moment: Moment) -> Card:
    """What a typed decision did, in one line at the bottom of the chat."""
    said = _card(shown, moment)
    asks = "，原因直接回一句" if said.state is None and shown.view.state == "refused" else ""
    condition = f"，条件：{shown.view.condition}" if shown.view.state == "approved" and shown.view.condition else ""
    text = f"{said.title}{asks}" if asks else f"{said.title}，{said.note}{condition}"
    return Card(kind="approval.told", text=text)


def _card(shown: Shown, moment: Moment) -> Card:
    view = shown.view
    if view.role == "former":
        return _passed(view, moment)
    if view.state != "waiting":
        return _decided(shown, moment)
    if shown.how == "moved":
        return replace(_open(shown, moment), note="在下面", buttons=(), more=(), state="在下面")
    if view.role != "approver":
        waits = f"等{view.approver.called}"
        return replace(_open(shown, moment), title=title(waits, view), note="", buttons=(), more=(), state=waits)
    return _open(shown, moment)


# -- open ------------------------------------------------------------------------------------------------------------


def _open(shown: Shown, moment: Moment) -> Card:
    view = shown.view
    head, note, tone = _heading(shown, moment)
    blocks = _blocks(shown, moment)
    buttons, more = _buttons(view)
    if shown.how == "hand_on" and shown.leaders:
        note = "转给谁？选一个，或直接说名字"
        blocks = (*blocks, Choice("转给", tuple((str(p.id), p.name) for p in shown.leaders)))
        me = (str(view.id),)
        buttons = (
            Button("就他", Action("approval.pass", me), "primary"),
            Button("算了", Action("approval.back", me)),
        )
        more = ()
    return Card(
        kind=shown.kind,
        title=head,
        note=note,
        blocks=blocks,
        buttons=buttons,
        more=more,
        tone=tone,
        source="审批",
        text=_spoken(view),
    )


def _heading(shown: Shown, moment: Moment) -> tuple[str, str, Tone]:
    """Title, second line and urgency of an open card."""
    view, asker = shown.view, shown.view.asker.called
    if view.seen is not None:
        changed = "discount" in view.seen.before
        did = f"改成 {off(view)}" if changed else "补了一句"
        return "内容变了，再看一眼", f"{asker} {when(view.seen.at, moment)} {did}", "warn"
    if shown.kind == "approval.remind":
        return brief("还等你定" if shown.last else "还有 1 小时", view), f"{asker}等着回客户", "warn"
    if shown.kind in ("approval.escalated", "approval.handed_on") and view.came is not None:
        giver = view.came.giver.called
        if view.came.by_deadline:
            if not view.came.giver.active:
                return brief("转到你这", view), f"{giver}离职了，由你接着批", "warn"
            return brief("转到你这", view), f"{giver} {held(view.came.held)}没处理，按规则升级", "warn"
        return brief("转到你这", view), f"{giver}转给你 · {until(view, moment)}", "plain"
    nudged = f"{asker} {when(view.nudged_at, moment)} 催" if view.nudged_at else asker
    return title("待你审批", view), f"{nudged} · {until(view, moment)}", "plain"


def _buttons(view: ApprovalView) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    me, saw = str(view.id), (str(view.id), str(view.version))
    buttons = (
        Button("同意", Action("approval.approve", saw), "primary"),
        Button("驳回", Action("approval.refuse", saw)),
        Button("转交", Action("approval.hand_on", (me,))),
    )
    opening = (Button("看客户", Action("customer.open", (str(view.customer_id),))),) if view.opens else ()
    return buttons, (*opening, Button("附条件", Action("approval.condition", saw)))


def _blocks(shown: Shown, moment: Moment) -> tuple[Block, ...]:
    """The facts, the asker's own words where they say more than the title, and what to do next."""
    view = shown.view
    told = facts(view, moment)
    found: list[Block] = [Facts(tuple(told))] if told else []
    if view.reason:
        found.append(Quote(view.text))
    if shown.how == "condition" and view.state == "waiting":
        found.append(Lines(("条件直接回一句",)))
    return tuple(found)


def _spoken(view: ApprovalView) -> str:
    told = [f"{name(view)}{off(view)}", price(view)]
    told.append(f"对手{rival(view.reason).replace(' ', '')}" if rival(view.reason) else view.reason)
    return f"待审批：{'，'.join(part for part in told if part)}。回：同意/驳回+原因/转交+姓名"


# -- closed ----------------------------------------------------------------------------------------------------------


def _decided(shown: Shown, moment: Moment) -> Card:
    """Decided or withdrawn: the facts stay; a refusal without a reason still asks for one."""
    view = shown.view
    verb, at = DONE[view.state], when(view.decided_at, moment)
    if view.state == "withdrawn":
        note, state = f"{view.asker.called} {at} 撤回，无需处理", "已撤回"
    else:
        note, state = f"{view.approver.name} {at} {verb}", f"已{verb}·{view.approver.name}"
    note = " · ".join(filter(None, (note, view.answer)))
    if view.condition:
        state = "有条件同意"
    base = Card(
        kind=shown.kind,
        title=title(f"已{verb}", view),
        note=note,
        blocks=_blocks(shown, moment),
        state=state,
        tone="good" if view.state == "approved" else "plain",
        source="审批",
        text=f"{name(view)}{off(view)}：{note}",
    )
    if view.state == "refused" and not view.answer and view.role == "approver":
        return _why(base, view)
    if shown.how == "late":
        who = view.asker.called if view.state == "withdrawn" else view.approver.called
        return replace(base, title=brief(f"已{verb}", view), note=f"{who} {at} 已{verb}，这次没重复处理")
    return base


def _why(base: Card, view: ApprovalView) -> Card:
    """Refused at once; why is one tap or one line, and 点错了 takes it back for a minute."""
    me = str(view.id)
    reasons = tuple(Button(why, Action("approval.reason", (me, why))) for why in REASONS)
    return replace(
        base,
        blocks=(*base.blocks, Lines(("原因点一个，或直接回一句",))),
        buttons=(*reasons, Button("点错了", Action("approval.reopen", (me,)))),
        state=None,
        text=f"已驳回 {name(view)}{off(view)}。原因回一句，或回：{'/'.join(REASONS)}/点错了",
    )


def _passed(view: ApprovalView, moment: Moment) -> Card:
    """The card of somebody from whom the request was passed on."""
    went = view.went
    taker = went.taker.called if went else view.approver.called
    at = when(went.at if went else None, moment)
    by_deadline = went is not None and went.by_deadline
    state = "已升级" if by_deadline else "已转交"
    note = f"{at} 转到{taker}，你不用处理了" if by_deadline else f"{at} 转给{taker}"
    return Card(
        kind="approval.request",
        title=brief(state, view),
        note=note,
        state=state,
        source="审批",
        text=f"{state}：{note}",
    )
