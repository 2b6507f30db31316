"""What a command did, with its way back; and that it was taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cards import words
from cards.budget import TITLE, VALUE, cut
from cards.model import Action, Block, Button, Card, Facts, Lines
from cards.registry import Moment, card
from domain.views import orders
from domain.views.orders import Change, OrderView, Row, Withdrawn

Title: TypeAlias = Callable[[OrderView], tuple[str, str]]
_STATES = {"lost": "丢单", "won": "赢单", "open": "进行中"}


@card("order.done", load=orders.done)
def done(view: OrderView, moment: Moment) -> Card:
    """The title says what is true now, the facts what was changed from what to what."""
    state, of = _TITLES.get(view.did, _changed)(view)
    if view.undone_at is not None:
        return _undone(view, of, moment)
    facts = (*(_fact(change, moment) for change in view.fields), *_rows(view, moment))
    undo = Button("恢复" if view.did == "release" else "撤销", Action("order.undo", (view.changes,)))
    look = (Button("看客户", Action("customer.open", (str(view.customer_id),))),) if view.customer_id else ()
    lines = tuple(str(line) for line in view.extra.get("lines", ()))
    if view.did == "complete_tasks":
        lines = tuple(row.text for row in view.touched("task"))
    blocks: list[Block] = [Facts(tuple((key, cut(value, VALUE)) for key, value in facts))] if facts else []
    if lines:
        blocks.append(Lines(lines))
    said = "，".join(f"{key} {value}" for key, value in facts)
    return Card(
        kind="order.done",
        title=_titled(state, of),
        note=_note(view),
        blocks=tuple(blocks),
        buttons=(undo, *look),
        tone="good",
        text="：".join(filter(None, (_titled(state, of), said))) + f"。回：{'/'.join(b.label for b in (undo, *look))}",
    )


def _undone(view: OrderView, of: str, moment: Moment) -> Card:
    at = words.when(view.undone_at, moment.now, moment.zone) if view.undone_at is not None else ""
    back = (Button("恢复", Action("order.restore", (view.changes, view.undo_set))),) if view.undo_set else ()
    return Card(
        kind="order.done",
        title=_titled("已撤销", of),
        note=f"{at} 撤销，恢复原样",
        buttons=back,
        text=f"{_titled('已撤销', of)}，恢复原样",
    )


@card("order.undo_ask", load=orders.done)
def ask(view: OrderView, moment: Moment) -> Card:
    """A colleague has seen it: what undoing would take back, before it is."""
    if view.undone_at is not None:
        return done(view, moment)
    _, of = _TITLES.get(view.did, _changed)(view)
    facts = [(name, "那张卡作废，会看到是你撤的") for name in view.told]
    facts += [(change.label, f"改回{_worded(change, change.before, moment) or '空'}") for change in view.fields]
    changes = (view.changes,)
    return Card(
        kind="order.undo_ask",
        title="撤销会影响别人",
        note=of,
        blocks=(Facts(tuple((cut(key, 5), cut(value, VALUE)) for key, value in facts)),),
        buttons=(Button("都撤", Action("order.undo_all", changes)), Button("先不撤", Action("order.keep", changes))),
        tone="warn",
        text=f"撤销会影响{'、'.join(view.told)}。回：都撤/先不撤",
    )


@card("order.withdrawn", load=orders.withdrawn)
def withdrawn(view: Withdrawn, moment: Moment) -> Card:
    """To whom it was told: nothing is to be done about it any more."""
    title = _titled("已撤回", view.about)
    note = f"{view.by} {words.when(view.at, moment.now, moment.zone)} 撤回，无需处理"
    return Card(kind="order.withdrawn", title=title, note=note, state="已撤回", text=f"{title}，{note}")


# -- words -------------------------------------------------------------------------------------------------------------


def _titled(state: str, of: str) -> str:
    """已转给李明 · 华星精工: what it is about gives way, what is true stays."""
    return f"{state} · {cut(of, max(TITLE - len(state) - 3, 2))}" if of else state


def _changed(view: OrderView) -> tuple[str, str]:
    return "已改", view.customer or "你的资料"


def _handed(view: OrderView) -> tuple[str, str]:
    others = view.extra.get("others") or 0
    return f"已转给{view.owner}", f"{view.customer}等{others + 1}家" if others else view.customer


def _shared(view: OrderView) -> tuple[str, str]:
    people = "、".join(row.person for row in view.rows if row.person)
    return f"{'已共享给' if view.did == 'share' else '不再共享给'}{people}", view.customer


def _assigned(view: OrderView) -> tuple[str, str]:
    task = next((row for row in view.rows if row.kind == "task"), None)
    return (f"已派给{task.person}", task.text) if task else ("已派", view.customer)


def _about_task(state: str) -> Title:
    def title(view: OrderView) -> tuple[str, str]:
        row = next((row for row in view.rows if row.kind in ("task", "reminder")), None)
        return state, row.text if row else view.customer

    return title


def _several_done(view: OrderView) -> tuple[str, str]:
    count = len(view.touched("task"))
    return ("已完成", f"{count} 件待办")


def _about_customer(state: str) -> Title:
    return lambda view: (state, view.customer)


_TITLES: dict[str, Title] = {
    "transfer": _handed,
    "claim": _about_customer("已领"),
    "release": _about_customer("已放进公海"),
    "share": _shared,
    "unshare": _shared,
    "contact": _about_customer("已加联系人"),
    "left": _about_customer("已标离职"),
    "deal": _about_customer("已建商机"),
    "customer": _about_customer("已建客户"),
    "lost": _about_customer("已丢单"),
    "invoice": lambda view: (f"已转给{view.told[0]}" if view.told else "已转财务", view.customer),
    "payment": _about_customer("已记回款"),
    "task": _about_task("已记待办"),
    "assign": _assigned,
    "complete_task": _about_task("已完成"),
    "complete_tasks": _several_done,
    "cancel_task": _about_task("已取消待办"),
    "move_task": _about_task("已改期"),
    "cancel_reminder": _about_task("已取消提醒"),
    "move_reminder": _about_task("已改时间"),
}


def _note(view: OrderView) -> str:
    told = f"已告诉{'、'.join(view.told)}" if view.told else ""
    carried = f"沿用：{view.customer}" if view.carried else ""
    return " · ".join(filter(None, (carried, str(view.extra.get("note", "")), told)))


def _fact(change: Change, moment: Moment) -> tuple[str, str]:
    before, after = _worded(change, change.before, moment), _worded(change, change.after, moment) or "空"
    both = words.change(before, after)
    return change.label, both if before and len(both) <= VALUE else after


def _worded(change: Change, value: object, moment: Moment) -> str:
    if value is None or value == "":
        return "公海" if change.sort == "person" else ""
    match change.sort:
        case "money":
            return words.money(int(str(value)))
        case "day":
            return words.dated(value, moment.today)  # type: ignore[arg-type]
        case "moment":
            return words.at(value, moment.now, moment.zone)  # type: ignore[arg-type]
        case _:
            return str(value)


def _rows(view: OrderView, moment: Moment) -> list[tuple[str, str]]:
    """What was made or closed, a fact each; of what went along with a customer no more than how much."""
    if view.did == "transfer":
        return [
            (word, f"{len(rows)} {unit}一起转")
            for word, kind, unit in (("商机", "opportunity", "个"), ("待办", "task", "件"))
            if (rows := view.touched(kind))
        ]
    named = [row for row in view.rows if row.made or row.kind != "reminder"]
    return [fact for row in named if (fact := _row(row, moment))]


def _row(row: Row, moment: Moment) -> tuple[str, str] | None:
    amount = words.money(row.amount, about=row.about) if row.amount is not None else ""
    match row.kind:
        case "contact":
            return ("联系人", " ".join(filter(None, (row.text, row.phone)))) if row.made else None
        case "opportunity":
            if row.made:
                return "商机", " ".join(filter(None, (row.text, amount))) or "待补"
            return ("商机", f"{row.text or '商机'} {_STATES[row.state]}") if row.state != "open" else None
        case "payment":
            when = f"，{words.dated(row.due_on, moment.today)} 到期" if row.due_on and row.state == "open" else ""
            return row.text or "回款", f"{amount} {'已收' if row.state == 'received' else '没收' + when}".strip()
        case "task":
            return ("期限", _due(row, moment)) if row.made and _due(row, moment) else None
        case "reminder":
            return ("提醒", words.at(row.due_at, moment.now, moment.zone)) if row.due_at else None
    return None


def _due(row: Row, moment: Moment) -> str:
    if row.due_at is not None:
        return words.at(row.due_at, moment.now, moment.zone)
    if row.due_on is None:
        return ""
    return (words.deadline if row.before else words.dated)(row.due_on, moment.today)
