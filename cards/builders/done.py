"""林越今天 3 条: what was recorded in some days, and by whom."""

from __future__ import annotations

from cards import words
from cards.budget import KEY, OPTION, VALUE, cut
from cards.builders.note_facts import KIND
from cards.model import Action, Button, Card, Choice, Facts
from cards.registry import Moment, card
from domain.views import done
from domain.views.done import PAGE, DoneLine, DoneList


@card("done.list", load=done.done)
def listed(view: DoneList, moment: Moment) -> Card:
    """Six at a time, the newest first; each customer is a tap away."""
    head = f"{view.who}{view.label}"
    if not view.total:
        return Card(kind="done.list", text=f"{head}还没有记录")
    last = view.offset + len(view.rows)
    options = dict.fromkeys((str(row.customer_id), cut(row.customer, OPTION)) for row in view.rows)
    buttons = [Button("看客户", Action("customer.open"))] if view.rows else []
    if last < view.total:
        buttons.append(Button("更多", Action("done.more", (str(last),))))
    rows = tuple((cut(row.customer, KEY), cut(_said(row, view, moment), VALUE)) for row in view.rows)
    counted = " · ".join(f"{KIND.get(sort, '跟进')} {many}" for sort, many in view.sorts)
    return Card(
        kind="done.list",
        title=f"{head} {view.total} 条，{view.customers} 家",
        note=f"第 {view.offset + 1} 到 {last} 条" if view.total > PAGE else counted,
        blocks=(Facts(rows), Choice("看哪家", tuple(options))) if rows else (),
        buttons=tuple(buttons),
        text=f"{head} {view.total} 条：" + "；".join(f"{key} {value}" for key, value in rows),
    )


def _said(row: DoneLine, view: DoneList, moment: Moment) -> str:
    """林越 拜访：价格基本谈妥; with the day where it was not today."""
    on = "" if row.on == moment.today else words.day(row.on, moment.today)
    who = " ".join(filter(None, (row.who if view.several else "", on, KIND.get(row.type, "跟进"))))
    return f"{who}：{' '.join(row.words.split())}"
