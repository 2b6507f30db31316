"""A customer outside whom somebody has just added: who is it?"""

from __future__ import annotations

from cards.budget import cut
from cards.builders.customer import told_apart
from cards.builders.offering import in_full, labels
from cards.model import Action, Block, Button, Card
from cards.registry import Moment, card
from domain.services.outsiders import MATCHED, WHOSE
from domain.views import outside as views
from domain.views.outside import Matched, OutsideView

_CALLED = 14


@card(WHOSE, load=views.whose)
def whose(view: OutsideView, _moment: Moment) -> Card:
    """是哪家的？ with the likely customers; a name typed answers too."""
    called = cut(view.called, _CALLED)
    if view.at:
        who = f"{cut(view.at, 12)} {view.contact}".strip()
        return _closed(f"对上了 · {cut(who, 20)}", f"微信「{called}」，备注一起改", "已归档")
    if view.let_be:
        return _closed(f"不记客户 · {called}", "以后是客户了，把备注改成「公司 姓名」就行", "不用管")
    names = told_apart(view.offered)
    me = str(view.id)
    buttons = [
        Button(label, Action("outside.at", (me, str(option.customer_id))))
        for label, option in zip(labels(names), view.offered, strict=True)
    ]
    fresh = (Button("新客户", Action("outside.new", (me,))),) if view.company else ()
    blocks: tuple[Block, ...] = in_full(names)
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    return Card(
        kind=WHOSE,
        title=f"「{called}」是哪家的？",
        note=cut(f"刚加的微信 · {view.company}" if view.company else "刚加的微信 · 客户名直接回我", 30),
        blocks=blocks,
        buttons=(*buttons, *fresh, Button("不用管", Action("outside.no", (me,)))),
        numbered=True,
        text=f"刚加的微信「{view.called}」是哪家的？" + (f"回 {said}，或" if said else "") + "直接说客户名",
    )


@card(MATCHED, load=views.matched)
def matched(view: Matched, _moment: Moment) -> Card:
    """Nothing to tap: it is clear who he is, and the page says the rest."""
    who = f"{cut(view.customer, 12)} {view.contact}".strip()
    called = f"刚加的「{cut(view.called, _CALLED)}」"
    return Card(
        kind=MATCHED,
        title=f"对上了 · {cut(who, 20)}",
        note=called,
        link=f"/h5/customers/{view.customer_id}",
        text=f"{called}对上了：{who}",
    )


def _closed(title: str, note: str, state: str) -> Card:
    return Card(kind=WHOSE, title=cut(title, 26), note=note, state=state, text=f"{title}，{note}")
