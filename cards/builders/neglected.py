"""最久没联系的 12 家, 卡住的单 3 个: what nobody has moved for long, the longest first."""

from __future__ import annotations

from cards.budget import KEY, OPTION, VALUE, cut
from cards.model import Action, Button, Card, Choice, Facts
from cards.registry import Moment, card
from domain.views import neglected
from domain.views.neglected import PAGE, Line, Neglected


@card("neglected.list", load=neglected.neglected)
def listed(view: Neglected, _moment: Moment) -> Card:
    """Six at a time; each customer is a tap away."""
    stuck = view.sort == "stuck"
    if not view.total:
        return Card(kind="neglected.list", text=_none(view))
    last = view.offset + len(view.rows)
    rows = tuple((cut(row.customer, KEY), cut(_said(row), VALUE)) for row in view.rows)
    options = dict.fromkeys((str(row.customer_id), cut(row.customer, OPTION)) for row in view.rows)
    buttons = [Button("看客户", Action("customer.open"))]
    if last < view.total:
        buttons.append(Button("更多", Action("neglected.more", (str(last),))))
    since = f"{view.least} 天以上" if view.least else "按最后一次联系排"
    title = f"卡住的单 {view.total} 个" if stuck else f"最久没联系的 {view.total} 家" if view.least else "最久没联系的"
    pages = f"第 {view.offset + 1} 到 {last} {'个' if stuck else '家'}，共 {view.total}" if view.total > PAGE else ""
    return Card(
        kind="neglected.list",
        title=("团队" if view.team else "") + title,
        note=" · ".join(filter(None, (f"同一阶段 {since}" if stuck else since, pages))),
        blocks=(Facts(rows), Choice("看哪家", tuple(options))),
        buttons=tuple(buttons),
        text=f"{title}："
        + "；".join(f"{key} {value}" for key, value in rows)
        + "。要看哪家说名字"
        + ("，回：更多" if len(buttons) > 1 else ""),
    )


def _said(row: Line) -> str:
    """商务谈判 16 天 · 小林; 已 12 天没联系; 建档 3 天，还没联系过."""
    if row.stage:
        said = f"{row.stage} {row.days} 天"
    elif row.never:
        said = f"建档 {row.days} 天，还没联系过" if row.days else "今天建的，还没联系过"
    else:
        said = f"{row.days} 天没联系" if row.days else "今天联系过"
    return " · ".join(filter(None, (said, row.who)))


def _none(view: Neglected) -> str:
    """Nothing is so old; what comes next to it."""
    nearest = f"最久的是{view.longest.customer}，{_said(view.longest)}" if view.longest is not None else ""
    if view.sort == "stuck":
        return f"没有在一个阶段停了 {view.least} 天以上的单" + (f"。{nearest}" if nearest else "")
    if view.least:
        return f"没有 {view.least} 天以上没联系的客户" + (f"。{nearest}" if nearest else "")
    return "名下还没有客户"
