"""What can be said, what was not understood, and one's own customers."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.budget import NOTE, cut
from cards.model import Action, Button, Card, Choice, Facts, Lines
from cards.registry import Moment, card
from domain.actor import Actor
from domain.views import help as views
from domain.views.help import PAGE, Forwarded, Kept, Mine, Own

TODAY = Button("今天先跟谁", Action("ask.today"))
PENDING = Button("待我审批", Action("ask.approvals"))
HELP = Button("看帮助", Action("help"))
TITLE, NOTE_LINE = "我能替你记、替你盯", "像跟同事说话就行"
TRIAL = "今天见了恒力王总，想看样机，周五给报价"

TASKS = Button("我的待办", Action("ask.tasks"))
_UNDO = "改：不对，是60万；说「撤销」就撤；教你：HW就是华为"
_HELP: dict[str, tuple[tuple[str, ...], tuple[Button, ...]]] = {
    "sales": (
        (
            "记：今天见了华星张总，预算80万",
            "盯：周五十点提醒我打给张总；我的待办",
            "问：今天先跟谁；华星怎么样了",
            "批：华星申请85折；交：把华星转给李明",
            _UNDO,
        ),
        (TODAY, Button("我的客户", Action("ask.mine")), TASKS),
    ),
    "manager": (
        (
            "批：卡片上点，或回「驳回，毛利太低」",
            "查：说客户名；今天先跟谁；待审批",
            "派：让小林周五前发合同；把华星转给李明",
            "记：今天见了华星张总，预算80万",
            _UNDO,
        ),
        (TODAY, PENDING, TASKS),
    ),
    "finance": (
        (
            "开票：签了单我告诉你",
            "开好了点「已开票」，缺抬头税号点「缺信息」",
            "盯：周五十点提醒我对账；加个待办：月底对账",
        ),
        (TASKS,),
    ),
    "admin": (
        ("盯：周五十点提醒我开例会；加个待办：交周报", "同事的话我没听懂，可以转给你", "记客户要有销售或经理角色"),
        (TASKS,),
    ),
    "other": (("盯：周五十点提醒我开例会；加个待办：交周报", "记客户要有销售角色，找管理员加"), (TASKS,)),
}
_SHORT_SALES = "记：见了谁说了什么；盯：周五十点提醒我…；问：今天先跟谁；交：把华星转给李明；改：不对，是60万；撤销"
_ROOM = 4  # characters of a customer's name on a button that begins with 记到


async def _role(_session: AsyncSession, _viewer: Actor, _moment: Moment, *, role: str) -> str:
    return role


@card("help", load=_role)
def what_can_be_said(role: str, _moment: Moment) -> Card:
    """By role; nothing that does not work."""
    lines, buttons = _HELP[role]
    return Card(
        kind="help",
        title=TITLE,
        note=NOTE_LINE,
        blocks=(Lines(lines),),
        buttons=buttons,
        text=_SHORT_SALES if role == "sales" else "；".join(lines),
    )


# -- not understood ----------------------------------------------------------------------------------------------------


@card("help.unknown", load=views.kept)
def unknown(view: Kept, _moment: Moment) -> Card:
    """The nearest three, made from the words; a second miss running asks for other words."""
    buttons = _nearest(view)
    again = view.miss > 1
    title = "还是没听懂" if again else "这句没听懂"
    hint = "换个说法，比如「华星 周五 给方案」" if again else _meant(view)
    answers = "，".join(f"{n} {button.label}" for n, button in enumerate(buttons, 1))
    said = f"{'还是没听懂' if again else '没听懂'}{_quoted(view.text)}，已留着"
    return Card(
        kind="help.unknown",
        title=title,
        note=f"{_quoted(view.text)}已留着",
        blocks=(Lines((hint,)),),
        buttons=buttons,
        numbered=True,
        text=f"{said}。{hint}。或回 {answers}" if again else f"{said}。回 {answers}",
    )


def _nearest(view: Kept) -> tuple[Button, ...]:
    me = str(view.inbox_id)
    remind = Button("设个提醒", Action("task.new", (me,)))
    if view.customer_id is not None:
        name = view.called if len(view.called) <= _ROOM else "这家"
        customer = str(view.customer_id)
        keep = Button(f"记到{name}", Action("note.pick", (me, "0", customer)))
        return (keep, Button(f"看{name}", Action("customer.open", (customer,))), remind)
    new = (Button("新建客户", Action("help.new_customer", (me,))),) if view.sells else ()
    return (*new, remind, HELP)


def _meant(view: Kept) -> str:
    named = view.customer_id is not None and len(view.called) > _ROOM
    return f"你是想（{cut(view.called, 20)}）：" if named else "你是想："


@card("help.ask_admin", load=views.kept)
def ask_admin(view: Kept, _moment: Moment) -> Card:
    """The third miss running, or the second complaint: somebody human may look."""
    me = (str(view.inbox_id),)
    return Card(
        kind="help.ask_admin",
        title="要不要找管理员帮忙看看？",
        note=f"{_quoted(view.text)}已留着",
        buttons=(Button("转给管理员", Action("help.forward", me)), Button("不用", Action("help.leave", me))),
        numbered=True,
        text="要不要找管理员帮忙看看？回：转给管理员/不用",
    )


async def _settled(
    session: AsyncSession, viewer: Actor, moment: Moment, *, inbox: int, admin: str = ""
) -> tuple[Kept, str]:
    return await views.kept(session, viewer, moment, inbox=inbox), admin


@card("help.settled", load=_settled)
def settled(found: tuple[Kept, str], _moment: Moment) -> Card:
    """转给管理员 or 不用 was tapped."""
    view, admin = found
    title = f"已转给{admin}" if admin else "好，这句我留着"
    return Card(
        kind="help.settled",
        title=title,
        note=_quoted(view.text),
        state=cut(title, 10) if admin else "已留着",
        text=title,
    )


@card("help.forwarded", load=views.forwarded)
def forwarded(view: Forwarded, moment: Moment) -> Card:
    """To the administrator: who said what."""
    rows = tuple(f"{words.when(at, moment.now, moment.zone)} {_quoted(cut(said, 22))}" for at, said in view.said)
    return Card(
        kind="help.forwarded",
        title=f"{cut(view.who, 12)} 请你帮忙看看",
        note="我没弄明白，原话在下面",
        blocks=(Lines(rows),),
        text=f"{view.who} 请你帮忙看看，我没弄明白：{'；'.join(rows)}",
    )


def _quoted(said: str) -> str:
    return f"「{cut(said, NOTE - len('「」已留着'))}」"


# -- own customers -----------------------------------------------------------------------------------------------------


@card("help.mine", load=views.mine)
def mine(view: Mine, moment: Moment) -> Card:
    """Six at a time, those contacted last first."""
    if not view.total:
        said = f"见完客户说一句就有：{TRIAL}"
        return Card(
            kind="help.mine", title="你名下还没有客户", blocks=(Lines((said,)),), text=f"你名下还没有客户。{said}"
        )
    last = view.offset + len(view.rows)
    buttons = [Button("看客户", Action("customer.open"))] if view.rows else []
    if last < view.total:
        buttons.append(Button("更多", Action("ask.mine", (str(last),))))
    options = tuple((str(row.id), row.name) for row in view.rows)
    return Card(
        kind="help.mine",
        title=f"你名下 {view.total} 家",
        note=f"第 {view.offset + 1} 到 {last} 家" if view.total > PAGE else "最近联系的在前",
        blocks=(Facts(tuple((row.name, _stand(row, moment)) for row in view.rows)), Choice("看哪家", options))
        if view.rows
        else (),
        buttons=tuple(buttons),
    )


def _stand(row: Own, moment: Moment) -> str:
    """需求分析 · 昨天."""
    last = words.day(row.last_on, moment.today) if row.last_on else "还没联系"
    return " · ".join(filter(None, (row.stage, last)))
