"""What a chat group is there for: what is sent to it and who said so; and the question which team's it is."""

from __future__ import annotations

from cards import words
from cards.budget import ANSWERS, OPTION, cut
from cards.builders.offering import in_full, labels
from cards.model import Action, Button, Card, Choice, Lines
from cards.registry import Moment, card
from domain.views import groups
from domain.views.groups import GroupView, WhichTeam

ALERTS = ("0", "预警群")


@card("group.card", load=groups.group)
def group(view: GroupView, moment: Moment) -> Card:
    """The title says what it is now, the lines what that means for who reads it."""
    name = f"{view.team}销售群" if view.team else "预警群"
    if view.undone_at is not None:
        note = f"{view.undone_by} {words.when(view.undone_at, moment.now, moment.zone)} 撤销，恢复原样"
        return Card(kind="group.card", title=f"已撤销 · {name}", note=note, text=f"已撤销 · {name}，{note}")
    undo = (Button("撤销", Action("group.undo", (str(view.id), view.changes))),) if view.changes else ()
    if view.gone_at is not None:
        state, by, at, lines = "已停用", view.gone_by, view.gone_at, _gone(view)
    else:
        state, by, at, lines = "已设好", view.by, view.at or moment.now, _sent(view)
    note = " · ".join(
        filter(None, (f"{by} {words.when(at, moment.now, moment.zone)} {_DID[state]}".strip(), view.hook))
    )
    back = "。回：撤销" if undo else ""
    return Card(
        kind="group.card",
        title=f"{state} · {name}",
        note=note,
        blocks=(Lines(lines),),
        buttons=undo,
        text=f"{state} · {name}（{note}）：{'；'.join(lines)}{back}",
    )


_DID = {"已停用": "停用", "已设好": "设置"}


def _sent(view: GroupView) -> tuple[str, ...]:
    amounts = "带金额" if view.amounts else "不带金额"
    sent = (
        f"会发到这里：{view.team}的签约喜报，{amounts}" if view.team else "会发到这里：没处理成的消息、没发出去的卡片"
    )
    moved = ("原来那个群不再发了",) if view.moved else ()
    stop = () if view.hook else ("不想要了，@我 说「这个群不用了」",)
    return (sent, *moved, *stop)


def _gone(view: GroupView) -> tuple[str, ...]:
    if not view.team:
        return ("没处理成的消息、没发出去的卡片只告诉管理员",)
    if not view.made:
        return (f"{view.team}的签约喜报没有群可发了，要发就再设一个",)
    return (f"{view.team}的签约喜报改发我建的{view.team}销售群",)


@card("group.which", load=groups.which)
def which(view: WhichTeam, _moment: Moment) -> Card:
    """Whose group it is: the teams that the asker may choose, and that for alerts."""
    title = "设成哪个组的群？"
    options = [(str(each.id), each.name) for each in view.teams]
    names = [name for _, name in options]
    pick = Action("group.team", (str(view.told),))
    listed = "、".join(names)
    text = f"{title}回组名：{listed}" + ("，或预警群" if view.alerts else "")
    if view.alerts and len(options) < ANSWERS:
        options, names = [*options, ALERTS], [*names, ALERTS[1]]
    note = "点一个，或直接说组名" if view.told else "点一个，或 @我 说组名"
    if len(options) <= ANSWERS:
        buttons = tuple(
            Button(label, pick.picking(key)) for label, (key, _) in zip(labels(names), options, strict=True)
        )
        return Card(
            kind="group.which", title=title, note=note, blocks=in_full(names), buttons=buttons, numbered=True, text=text
        )
    return Card(
        kind="group.which",
        title=title,
        note=note,
        blocks=(Choice("选一个", tuple((key, cut(name, OPTION)) for key, name in options[:10])),),
        buttons=(Button("就这个", pick, style="primary"),),
        numbered=True,
        text=text,
    )
