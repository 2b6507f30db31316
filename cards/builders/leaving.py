"""When a colleague leaves: to his superior who gets the customers, to the one who gets them what they are."""

from __future__ import annotations

from cards.budget import OPTION, cut
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines
from cards.registry import Moment, card
from domain.services.leaving import HANDED, OFFER
from domain.views import leaving as views
from domain.views.leaving import LeftView, TakenOver

_NAME = 8
_SHOWN = 4


@card(OFFER, load=views.offered)
def offer(view: LeftView, _moment: Moment) -> Card:
    """谁接手: a colleague of the team, the superior himself, or later."""
    name = cut(view.name, _NAME)
    if view.did == "later":
        return _closed(f"明天再定 · {name}的客户", "明天这个时候再问你", "明天再定")
    if view.did:
        note = f"{view.handed} 家，商机和待办一起转"
        undo = Button("撤销", Action("left.undo", (str(view.id), view.did)))
        text = f"{view.name}的客户已交给{view.to}：{note}。回：撤销"
        return Card(
            kind=OFFER, title=f"已交给{cut(view.to, _NAME)} · {name}的客户", note=note, buttons=(undo,), text=text
        )
    if not view.customers:
        return _closed(f"{name}的客户已安排完", "名下没有客户了", "已安排")
    note = f"{view.customers} 家客户" + (f" · {view.promises} 件待办" if view.promises else "")
    me = (str(view.id),)
    mine = Button("都给我", Action("left.mine", me), style="plain" if view.takers else "primary")
    later = Button("以后再说", Action("left.later", me))
    blocks: tuple[Block, ...] = (Facts((("审批提醒", "等他批的、要提醒他的，已转到你这"),)),)
    buttons: tuple[Button, ...] = (mine, later)
    if view.takers:
        options = tuple((str(each.id), cut(each.name, OPTION)) for each in view.takers)
        blocks = (*blocks, Choice("交给谁", options))
        buttons = (Button("交给他", Action("left.give", me), style="primary"), *buttons)
    said = "、".join(each.name for each in view.takers[:3])
    return Card(
        kind=OFFER,
        title=f"{name}离职了，客户交给谁？",
        note=note,
        blocks=blocks,
        buttons=buttons,
        tone="warn",
        text=f"{view.name}离职了，{note}，交给谁？"
        + (f"回：交给{said}/都给我/以后再说" if said else "回：都给我/以后再说"),
    )


@card(HANDED, load=views.taken_over)
def handed(view: TakenOver, _moment: Moment) -> Card:
    """交给你了: which customers these are."""
    names = view.customers
    rows = [cut(name, 20) for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        rows.append(f"还有{len(names) - _SHOWN}家")
    return Card(
        kind=HANDED,
        title=f"交给你了 · {cut(view.name, _NAME)}的 {len(names)} 家客户",
        note=f"{view.by}转来 · {cut(view.name, _NAME)}离职",
        blocks=(Lines(tuple(rows)),) if rows else (),
        buttons=(Button("我的客户", Action("ask.mine"), style="primary"),),
        text=f"{view.by}把{view.name}的 {len(names)} 家客户交给你了：{'、'.join(names[:10])}。回：我的客户",
    )


def _closed(title: str, note: str, state: str) -> Card:
    return Card(kind=OFFER, title=title, note=note, state=state, text=f"{title}，{note}")
