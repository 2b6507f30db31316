"""Once in a life: who genjin is, and what it can do for this person."""

from __future__ import annotations

from cards.builders.help import HELP, PENDING, TODAY
from cards.model import Action, Button, Card, Facts, Lines
from cards.registry import Moment, card
from domain.views import first_contact as views
from domain.views.first_contact import FirstContact

_TRY = Button("试一条", Action("help.trial"))
_MINE = Button("看我的客户", Action("ask.mine"))
MESSENGERS = {"wecom": "企业微信", "dingtalk": "钉钉"}


@card("first.contact", load=views.first_contact)
def first_contact(view: FirstContact, _moment: Moment) -> Card:
    make = {"admin": _administrator, "manager": _manager, "sales": _salesperson, "finance": _finance}
    return make.get(view.role, _other)(view)


def _salesperson(view: FirstContact) -> Card:
    has = view.customers > 0
    lines = ("见完客户说一句，我来记", "答应的事我盯着", "记错了说「不对」")
    return _card(
        "我是跟进，帮你记客户",
        f"{view.called}，你名下有 {view.customers} 家" if has else "还没有客户，先说一家也行",
        lines,
        (_TRY, _MINE) if has else (_TRY,),
    )


def _manager(view: FirstContact) -> Card:
    title = f"{view.called}，{view.waiting} 件事等你看" if view.waiting else "团队的事直接问我"
    note = " · ".join(filter(None, (view.team, f"{view.below} 人" if view.below else "")))
    lines = ("问：今天先跟谁，或说客户名", "批：卡片上点", "我只报例外，不刷屏")
    return _card(title, note, lines, (PENDING, TODAY) if view.waiting else (TODAY, PENDING))


def _administrator(view: FirstContact) -> Card:
    """What is set up, and the one thing that may still be missing."""
    led = "已认出上下级" if view.led else "还没有上下级"
    rows = [(name, "已连上") for channel, name in MESSENGERS.items() if view.channel == channel]
    rows.append(("人员", f"{view.colleagues} 人，{led}"))
    rows.append(("审批", f"缺：{view.alone} 个销售没有上级" if view.alone else "折扣由上级批"))
    title = "差 1 步就能用了" if view.alone else "都连上了，可以用"
    facts = "；".join(f"{key} {value}" for key, value in rows)
    return Card(
        kind="first.contact",
        title=title,
        blocks=(Facts(tuple(rows)),),
        buttons=(HELP,),
        text=f"{title}。{facts}。回：看帮助",
    )


def _finance(view: FirstContact) -> Card:
    lines = ("签了单我告诉你开票", "开好了点「已开票」", "缺抬头税号点「缺信息」")
    return _card("我是跟进，替你盯开票", view.called, lines, ())


def _other(view: FirstContact) -> Card:
    return _card("我是跟进", view.called, ("要记客户，找管理员给你加销售角色",), (HELP,))


def _card(title: str, note: str, lines: tuple[str, ...], buttons: tuple[Button, ...]) -> Card:
    answers = f"。回：{'/'.join(b.label for b in buttons)}" if buttons else ""
    return Card(
        kind="first.contact",
        title=title,
        note=note,
        blocks=(Lines(lines),),
        buttons=buttons,
        text=f"{title}。{note}{'。' if note else ''}{'；'.join(lines)}{answers}",
    )
