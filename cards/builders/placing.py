"""Whose note is it: the questions about a customer, each with its likely answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cards.budget import OPTIONS, TITLE, cut
from cards.builders.offering import in_full, labels
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines, Quote
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import placing
from domain.views.lookup import Option
from domain.views.placing import DealChoice, PlacingView

MOST_BUTTONS = 3  # a fourth is 都不是


def _pick(view: PlacingView, customer_id: int) -> Action:
    return Action("note.pick", (str(view.inbox_id), str(view.part), str(customer_id)))


@card("note.which", load=placing.placing)
def which(view: PlacingView, _moment: Moment) -> Card:
    """Several fit: the most likely one stands first, none is chosen alone."""
    names = _told_apart(view.offered)
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    title = f"哪位{view.wording}？" if len(view.wording) <= 4 else f"哪家「{view.wording[:10]}」？"
    none = Button("都不是", _pick(view, 0))
    if len(view.offered) <= MOST_BUTTONS:
        buttons = [Button(label, _pick(view, i)) for label, i in _labelled(view)]
        blocks: tuple[Block, ...] = in_full(names)
        return Card(
            kind="note.which",
            title=title,
            note="你的话存着，点一下就归档",
            blocks=blocks,
            buttons=(*buttons, none),
            numbered=True,
            text=f"{title}回 {said}，或直接说客户名",
        )
    options = tuple((str(o.customer_id), name) for name, o in zip(names, view.offered, strict=True))
    file = Button("就归这", Action("note.pick", (str(view.inbox_id), str(view.part))), style="primary")
    return Card(
        kind="note.which",
        title=title,
        note="你的话存着，选一家就归档",
        blocks=(Choice("归到哪", (*options[: OPTIONS - 1], ("0", none.label))),),  # a button would bring the pick along
        buttons=(file,),
        numbered=True,
        text=f"{title}回 {said}，或直接说客户名",
    )


@card("note.whose", load=placing.placing)
def whose(view: PlacingView, _moment: Moment) -> Card:
    """No name at all: the customers written about last."""
    names = _told_apart(view.offered)
    buttons = [Button(label, _pick(view, i)) for label, i in _labelled(view)]
    if not buttons:
        return Card(kind="note.whose", text="哪家？客户名直接回我，你的话存着")
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    return Card(
        kind="note.whose",
        title="哪家？",
        note="你的话存着，点一下就归档",
        blocks=(Quote(view.text), *in_full(names)),
        buttons=(*buttons, Button("都不是", _pick(view, 0))),
        numbered=True,
        text=f"哪家？回 {said}，或直接说客户名",
    )


@card("note.which_deal", load=placing.choosing_deal)
def which_deal(view: DealChoice, _moment: Moment) -> Card:
    """那单, where several sales are open: the one touched last stands first, none is chosen alone."""
    names = [deal.product or "没定产品" for deal in view.deals]
    me = (str(view.inbox_id), str(view.part), str(view.customer_id))
    buttons = [
        Button(label, Action("note.deal", (*me, str(deal.deal_id))))
        for label, deal in zip(labels(names), view.deals, strict=True)
    ]
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    return Card(
        kind="note.which_deal",
        title=f"哪一单？ · {view.customer}",
        note="你的话存着，点一下就归档",
        blocks=(Quote(view.text), *in_full(names)),
        buttons=tuple(buttons),
        numbered=True,
        text=f"{view.customer}的哪一单？回 {said}",
    )


async def _moving(
    session: AsyncSession, viewer: Actor, moment: Moment, *, activity: int, **params: Any
) -> tuple[PlacingView, int]:
    return await placing.placing(session, viewer, moment, **params), activity


@card("note.moving", load=_moving)
def moving(loaded: tuple[PlacingView, int], _moment: Moment) -> Card:
    """不是它: where the note should go instead."""
    view, activity = loaded
    names = _told_apart(view.offered)
    keep = Button("就是它", Action("note.keep", (str(activity),)))
    buttons = [Button(label, Action("note.move", (str(activity), str(i)))) for label, i in _labelled(view)]
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    return Card(
        kind="note.moving",
        title="那是哪家？",
        note="点一下就移过去，或直接说客户名",
        blocks=(Quote(view.text), *in_full(names)),
        buttons=(*buttons, keep),
        numbered=True,
        text=f"那是哪家？{f'回 {said}，或' if said else ''}直接说客户名",
    )


@card("note.alike", load=placing.placing)
def alike(view: PlacingView, _moment: Moment) -> Card:
    """A new name with one alike on record: filed under neither until the tap."""
    rows: list[tuple[str, str]] = []
    for offered in view.offered[:3]:
        rows += [("记录里有", offered.full), ("负责人", offered.owner or "公海")]
    first = view.offered[0]
    options = view.offered[:2]
    said = ["就是它"] if len(options) == 1 else labels([o.name for o in options])
    same = [
        Button(label, Action("note.link", _ids(view, o.customer_id))) for label, o in zip(said, options, strict=True)
    ]
    new = Button("是新的", Action("note.new", (str(view.inbox_id), str(view.part))))
    return Card(
        kind="note.alike",
        title="先存着 · 是不是这家？",
        note=f"你说「{view.wording}」",
        blocks=(Facts(tuple(rows[:6])),),
        buttons=(*same, new),
        text=f"「{view.wording}」是不是「{first.full}」({first.owner or '公海'}负责)？"
        f"回：{'/'.join(b.label for b in (*same, new))}。你的话已存着",
    )


@card("note.colleague", load=placing.placing)
def colleague(view: PlacingView, _moment: Moment) -> Card:
    """A colleague's customer, for sure: the words are kept for their writer alone, and the owner can be asked."""
    theirs = view.offered[0]
    whose = f"是{theirs.owner}的客户"
    ask = (str(theirs.customer_id), str(view.inbox_id), str(view.part))
    return Card(
        kind="note.colleague",
        title=cut(theirs.name, TITLE - len(whose)) + whose,
        note="还没归档",
        blocks=(Lines(("你说的已存好，只有你看得到",)), Quote(view.text)),
        buttons=(
            Button("请他协作", Action("share.ask", ask), style="primary"),
            Button("发给他", Action("note.hand", _ids(view, theirs.customer_id))),
            Button("是另一家", Action("note.new", (str(view.inbox_id), str(view.part)))),
        ),
        text=f"{theirs.name}{whose}。你说的已存好，只有你看得到。回：请他协作/发给他/是另一家",
    )


@card("note.handed", load=placing.placing)
def handed(view: PlacingView, _moment: Moment) -> Card:
    """The writer's card, once the words went to the owner."""
    theirs = view.offered[0]
    return Card(
        kind="note.handed",
        title=f"已发给{theirs.owner} · {theirs.name}",
        note="你的记录留着",
        blocks=(Quote(view.text),),
        state=f"已发给{theirs.owner}"[:10],
    )


@card("note.received", load=placing.placing)
def received(view: PlacingView, _moment: Moment) -> Card:
    """The owner's card: what a colleague heard about his customer."""
    mine = view.offered[0]
    return Card(
        kind="note.received",
        title=f"同事说到 · {mine.name}",
        note=f"{view.wording} 发来",
        blocks=(Quote(view.text),),
        buttons=(
            Button("记上", Action("note.take", _ids(view, mine.customer_id)), style="primary"),
            Button("看客户", Action("customer.open", (str(mine.customer_id),))),
        ),
    )


def _ids(view: PlacingView, customer_id: int) -> tuple[str, ...]:
    return (str(view.inbox_id), str(view.part), str(customer_id))


def _labelled(view: PlacingView) -> list[tuple[str, int]]:
    """What the button of each offered customer says."""
    return list(zip(labels(_told_apart(view.offered)), (o.customer_id for o in view.offered), strict=True))


def _told_apart(offered: tuple[Option, ...]) -> list[str]:
    """Short names, with the owner or the place where two are alike."""
    shorts = [o.name for o in offered]
    return [o.name if shorts.count(o.name) == 1 else f"{o.name}({o.owner or o.region or '公海'})" for o in offered]
