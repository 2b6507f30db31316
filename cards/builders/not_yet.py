"""What genjin cannot do yet: said plainly, with what can be done instead. The words are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cards.model import Action, Button, Card, Lines
from cards.registry import Moment, card
from domain.views import not_yet
from domain.views.not_yet import NotYet


@dataclass(frozen=True, slots=True)
class Instead:
    """`what` cannot be done, why or how far, and what can; `{customer}` and `{superior}` are filled in. `offers` are
    names of buttons."""

    what: str
    lines: tuple[str, ...]
    offers: tuple[str, ...] = ()


_INSTEAD: dict[str, Instead] = {
    "create_rule": Instead(
        "立规则",
        ("A类3天、B类7天没联系的，已经会排进「今天先跟谁」", "别的先记成待办，到时候提醒你"),
        ("today", "todo"),
    ),
    "switch_rule": Instead("停规则", ("现在没有能停的规则", "单个提醒能停：「取消明天的提醒」"), ("reminders",)),
    "create_field": Instead(
        "加字段", ("先写在跟进里，原话都在，以后查得到", "现有的能改：「{customer}的行业改成纺织」")
    ),
    "create_ticket": Instead("开工单", ("先记成待办，或派给同事：「让李明明天去看看」",), ("todo", "remind")),
    "create_contract": Instead("单独建合同", ("合同随签单一起记，回款和开票也跟上", "说「{customer}签了，合同30万」")),
    "add_tag": Instead("打标签", ("级别可以改：「{customer}改成A类」", "要紧的直接说一句，记成跟进"), ("todo",)),
    "remove_tag": Instead("去标签", ("标签还没有，级别可以改：「{customer}改成B类」",)),
    "apply_other": Instead(
        "走这类审批",
        ("现在会批的是折扣：「{customer}申请85折」", "别的先派给上级：「让{superior}明天批用印」"),
        ("todo", "remind"),
    ),
    "add_approver": Instead("加签", ("能转交给别人批：回「转交李总」",)),
    "export": Instead("导出", ("一家的说名字就看，名单说「我的客户」",), ("mine", "todo")),
    "import": Instead("导入", ("先一家一家说：「新建客户 远山茶业，联系人王芳」",), ("mine",)),
    "merge": Instead("合并两家", ("能让我认得另一个叫法：「教你：HW就是华为」",), ("todo",)),
    "transfer_all": Instead("整批转客户", ("点名就能转，几家一起也行：「把华星和宏图都转给李明」",), ("mine",)),
    "set_target": Instead("定目标", ("现在能问的是「今天先跟谁」和单个客户",), ("today",)),
    "settings": Instead(
        "改推送", ("我只在你定的时间提醒你，别的等你来问", "不要的提醒点「不用了」，或说「取消提醒」"), ("reminders",)
    ),
    "list_sales": Instead(
        "列商机", ("名单说「我的客户」，一家的商机说名字就看：「{customer}怎么样了」",), ("mine", "today")
    ),
    "list_silent": Instead(
        "数谁做了什么",
        ("一家最近跟到哪能问：「{customer}怎么样了」", "要催能派：「让李明今天把跟进写了」"),
        ("remind",),
    ),
    "list_theirs": Instead(
        "列客户答应的事", ("一家的在客户卡上：「{customer}怎么样了」", "我答应的说「我的待办」"), ("today",)
    ),
    "list_given": Instead(
        "列派出去的活", ("他点了完成或做不了，我会告诉你", "要催直接说：「提醒李明发合同」"), ("remind",)
    ),
    "list_history": Instead("查谁改的", ("一家的来龙去脉在时间线：说「{customer}」，点「时间线」",)),
    "list_rules": Instead(
        "列规则",
        ("A类3天、B类7天没联系的，已经会排进「今天先跟谁」", "自己定的提醒说「我的提醒」"),
        ("today", "reminders"),
    ),
    "show_register": Instead("查工商信息", ("查好了告诉我就记上：「{customer}的税号是…」",), ("todo",)),
    "show_script": Instead(
        "给话术", ("这家上次聊到哪我记得：「{customer}怎么样了」", "要请教同事能派：「让李明今天给个说法」")
    ),
    "show_report": Instead(
        "写日报周报", ("做过的都在客户的时间线上", "要做的说「今天先跟谁」「我的待办」"), ("today",)
    ),
    "delete": Instead("删记录", ("记错了说「撤销」，客户不跟了说「放回公海」", "联系人走了说「把王芳标成离职」")),
}
_OFFERS: dict[str, Callable[[NotYet], Button]] = {
    "today": lambda _: Button("今天先跟谁", Action("ask.today")),
    "mine": lambda _: Button("我的客户", Action("ask.mine")),
    "reminders": lambda _: Button("我的提醒", Action("ask.reminders")),
    "todo": lambda view: Button("记成待办", Action("todo.keep", (str(view.inbox_id),))),
    "remind": lambda view: Button("设个提醒", Action("task.new", (str(view.inbox_id),))),
}
KINDS = tuple(_INSTEAD)


@card("order.not_yet", load=not_yet.not_yet)
def instead(view: NotYet, _moment: Moment) -> Card:
    """What it is, and the next best."""
    said = _INSTEAD[view.order]
    named = {"customer": view.customer or "华星", "superior": view.superior or "周总"}
    lines = tuple(line.format(**named) for line in said.lines)
    buttons = tuple(_OFFERS[offer](view) for offer in said.offers)
    title = f"还不会 · {said.what}"
    replies = f"。回：{'/'.join(button.label for button in buttons)}" if buttons else ""
    return Card(
        kind="order.not_yet",
        title=title,
        note="这句我留着，没记成跟进",
        blocks=(Lines(lines),),
        buttons=buttons,
        text=f"{said.what}我还不会。{'；'.join(lines)}{replies}",
    )
