"""For every registered card, the longest that it may have to show, in each state of what it is about.

A card without a row here fails its test: a new card brings its sample along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cards.builders.not_yet import KINDS as NOT_YET
from tests.cards.longest import PHONE, SHORT, TEXT, Case, Longest

Params: TypeAlias = Callable[[Longest, Case], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A card to draw: what its title (or its line of text) must still say, its parameters, and who looks."""

    says: str
    params: Params
    viewer: str = "seller"


def _row(says: str, param: str, name: str, viewer: str = "seller", **more: Any) -> Sample:
    """A card about one row of the case."""
    return Sample(says, lambda _, case: {param: case[name], **more}, viewer)


def _note(says: str, name: str, viewer: str = "seller") -> Sample:
    return _row(says, "activity", name, viewer)


def _approval(says: str, name: str, viewer: str = "boss", **more: Any) -> Sample:
    return _row(says, "approval_id", name, viewer, **more)


def _customer(says: str, viewer: str = "seller", **more: Any) -> Sample:
    return Sample(says, lambda _, case: {"customer": case.customer, **more}, viewer)


def _offered(says: str, count: int, wording: str = "欧阳总", **more: Any) -> Sample:
    """A question about a message, with that many customers to choose from: this one, one alike, then others."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        alike = [case.customer, case["colleagues"], *here.many]
        return {"inbox": here.inbox, "wording": wording, "offered": alike[:count], **more}

    return Sample(says, params)


def _colleagues(says: str, viewer: str = "seller") -> Sample:
    """A message that turned out to be about a colleague's customer."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"inbox": here.inbox, "wording": "阿依古丽·买买提江", "offered": [case["colleagues"]]}

    return Sample(says, params, viewer)


def _plea(says: str, name: str, viewer: str, **more: Any) -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"customer": case[name], "asker": here.people["seller"], "words": TEXT, **more}

    return Sample(says, params, viewer)


def _which(says: str, wording: str, count: int) -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"wording": wording, "customers": [case.customer, case["colleagues"], case["pool"], *here.many][:count]}

    return Sample(says, params)


def _phone(says: str, **more: Any) -> Sample:
    return Sample(says, lambda _, case: {"phone": PHONE[:30], "customer": case.customer, **more})


def _kept(says: str, **more: Any) -> Sample:
    return Sample(says, lambda here, _: {"inbox": here.inbox, **more})


def _about(says: str, miss: int) -> Sample:
    return Sample(
        says, lambda here, case: {"inbox": here.inbox, "customer": case.customer, "called": SHORT, "miss": miss}
    )


def _greeting(says: str, viewer: str, role: str) -> Sample:
    return Sample(says, lambda here, _: {"person": here.people[viewer], "role": role, "channel": "wecom"}, viewer)


def _today(says: str, count: int, *, picking: bool = False, viewer: str = "seller") -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        customers = [case.customer, *here.many][:count]
        made = {"person": here.people[viewer], "day": "2026-11-25", "since": "2026-11-25T08:00:00+00:00"}
        return {**made, "customers": customers, "putting_off": case.customer if picking else None}

    return Sample(says, params, viewer)


def _inner(says: str, kind: str, param: str, name: str) -> Sample:
    """A card that tells another one in other words."""
    return Sample(says, lambda _, case: {"kind": kind, "params": {param: case[name]}})


def _did(says: str, did: str, **more: Any) -> Sample:
    """A command, as its giver sees what it did."""

    def params(_: Longest, case: Case) -> dict[str, Any]:
        return {"changes": case.sets[did], "did": did, "customer": case[f"did_{did}"], **more}

    return Sample(says, params)


def _asked(says: str, sort: str, name: str, question: str, **more: Any) -> Sample:
    """The question of a command, with rows of a sort to choose from."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        rows = {
            "customer": [case.customer, case["colleagues"], *here.many],
            "person": list(here.people.values()),
            "task": [case["open"]],
        }
        offered = rows.get(sort, [])[:5]
        given = {"text": TEXT[:60], "to": "#4"}
        asked = {"inbox": here.inbox, "name": name, "sort": sort, "question": question, "given": given}
        return {"choices": [], **asked, "offered": offered, "about": case.customer, **more}

    return Sample(says, params)


_LINES = ["阿依古丽看不了这家的资料，要一起跟说「共享给阿依古丽」", "还差 1,234,567,890.12元"]
_TOLD_OF = {"undone": "2026-11-25T08:00:00+00:00", "undo_set": "f" * 32}

_MOVED = (
    _approval("已升级", "escalated"),
    _approval("已转交", "handed"),
    _approval("已同意", "if"),
    _approval("已驳回", "no"),
    _approval("已驳回", "why"),
    _approval("已撤回", "withdrawn"),
    _approval("已驳回", "why", how="late"),
    _approval("已撤回", "withdrawn", how="late"),
)

SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "approval.request": (
        _approval("待你审批", "asked"),
        _approval("待你审批", "nudged"),
        _approval("待你审批", "asked", how="hand_on"),
        _approval("待你审批", "asked", how="condition"),
        _approval("待你审批", "asked", how="moved"),
        _approval("内容变了", "asked", seen=1),
        _approval("等欧总", "asked", viewer="above"),
        *_MOVED,
    ),
    "approval.remind": (_approval("还有 1 小时", "asked"), _approval("还等你定", "asked", last=True), *_MOVED),
    "approval.escalated": (_approval("转到你这", "escalated", viewer="above"), *_MOVED),
    "approval.handed_on": (_approval("转到你这", "handed", viewer="above"), *_MOVED),
    "approval.told": _MOVED,
    "approval.sent": (
        *(_approval("已提交", n, "seller") for n in ("asked", "nudged", "handed", "escalated")),
        _approval("已提交", "asked", "seller", how="add"),
        _approval("已提交", "nudged", "seller", how="nudged"),
        _approval("已同意", "yes", "seller"),
        _approval("已同意", "if", "seller", how="late"),
        _approval("已驳回", "why", "seller"),
        _approval("已撤回", "withdrawn", "seller"),
    ),
    "approval.approved": (_approval("批了", "yes", "seller"), _approval("批了", "if", "seller")),
    "approval.refused": (
        _approval("欧总没同意", "no", "seller"),
        _approval("欧总没同意", "why", "seller"),
        _approval("欧总没同意", "why", "seller", how="again"),
        _approval("欧总没同意", "why", "seller", how="left"),
        _approval("还在等", "asked", "seller"),
    ),
    "approval.which": (
        Sample("哪一件", lambda *_: {"verb": "approve", "words": TEXT[:100]}, "boss"),
        Sample("都批完了", lambda *_: {"verb": "refuse"}, "colleague"),
    ),
    "approval.whose": (
        Sample("哪家的折扣", lambda here, case: {"inbox": here.inbox, "offered": [case.customer, *here.many[:4]]}),
    ),
    "customer.360": (
        _customer("A类"),
        _customer("A类", viewer="boss"),
        _row("A类", "customer", "pool"),
        _row("负责", "customer", "colleagues"),
    ),
    "customer.timeline": (_customer("时间线"), _customer("时间线", page=1), _row("时间线", "customer", "pool")),
    "customer.which": (_which("哪一家", "", 2), _which("哪位欧阳总", "欧阳总", 5), _which("哪位欧阳总", "欧阳总", 10)),
    "customer.unknown": (Sample("没有「", lambda *_: {"wording": SHORT + SHORT, "customers": []}),),
    "phone.whose": (_phone("这是谁的电话"), _phone("先存着了", kept=True)),
    "first.contact": (
        _greeting("我是跟进", "seller", "sales"),
        _greeting("件事等你看", "boss", "manager"),
        _greeting("都连上了", "admin", "admin"),
        _greeting("我是跟进", "finance", "finance"),
        _greeting("我是跟进", "above", "other"),
    ),
    "help": tuple(
        Sample("我能替你记", lambda *_, role=role: {"role": role})
        for role in ("sales", "manager", "finance", "admin", "other")
    ),
    "help.unknown": (
        _kept("没听懂"),
        _kept("没听懂", sells=False),
        _kept("还是没听懂", miss=2),
        _about("没听懂", 1),
        _about("还是没听懂", 2),
    ),
    "help.ask_admin": (_kept("要不要找管理员"),),
    "help.settled": (_kept("好，这句我留着"), _kept("已转给", admin="古丽努尔·吐尔逊")),
    "help.forwarded": (Sample("请你帮忙", lambda here, _: {"inbox": here.inbox}, "admin"),),
    "help.mine": (
        Sample("你名下", lambda *_: {}),
        Sample("你名下", lambda *_: {"offset": 10}),
        Sample("你名下还没有客户", lambda *_: {}, "boss"),
    ),
    "attachment.kept": (
        *(_row("已存附件", "attachment", name) for name in ("picture", "film", "document", "coming", "page", "lost")),
        _row("已存附件", "attachment", "document", "boss"),
        _row("已签到", "attachment", "place"),
        _row("已存附件", "attachment", "nobodys"),
        _row("已撤销", "attachment", "taken_back"),
    ),
    "attachment.whose": (
        _row("归到哪家？", "attachment", "nobodys"),
        _row("归到哪家？", "attachment", "unplaced"),
        _row("在哪家签到？", "attachment", "somewhere"),
        Sample(
            "归到哪家？", lambda here, case: {"attachment": case["unplaced"], "offered": [case.customer, *here.many]}
        ),
    ),
    "attachment.sheet": (_row("先存着", "attachment", "sheet"), _row("已撤销", "attachment", "sheet_back")),
    "attachment.list": (
        _customer("附件 7 个"),
        _customer("附件 7 个", offset=5),
        Sample("还没有附件", lambda here, _: {"customer": here.many[0]}),
    ),
    "attachment.file": (
        _row("[文件]", "attachment", "document"),
        _row("[图片]", "attachment", "picture"),
        _row("https://", "attachment", "page"),
        _row("签到地点", "attachment", "place"),
        _row("还在取", "attachment", "coming"),
        _row("没取到过", "attachment", "lost"),
    ),
    "lesson.one": (
        _row("记住了", "lesson", "word"),
        _row("记住了", "lesson", "product"),
        _row("已忘掉", "lesson", "forgotten"),
    ),
    "lesson.many": (
        Sample(
            "记住了",
            lambda _, case: {
                "lessons": [case["word"], case["product"], case["forgotten"]],
                "refused": [[SHORT + SHORT, TEXT[:60]], [SHORT, TEXT[:60]]],
            },
        ),
        Sample("已忘掉", lambda _, case: {"lessons": [case["forgotten"]]}),
    ),
    "lesson.list": (
        Sample("学过 4 个词", lambda *_: {}),
        Sample("还没学过词", lambda *_: {}, "finance"),
    ),
    "task.closed": (
        _row("已了结", "task", "early"),
        _row("已了结", "task", "late", follow="planned"),
        _row("已了结", "task", "late", follow="declined"),
        _row("还开着", "task", "open"),
    ),
    "note.recorded": (
        _note("已记录", "note"),
        _note("已记录", "carried"),
        _note("已记录 · 新客户", "new"),
        _note("已记录", "budgets"),
        _note("已更正", "corrected"),
        _note("已撤销", "undone"),
        _note("已记录", "note", "boss"),
    ),
    "note.recorded_many": (_row("已记录 7 条", "inbox", "several"), _row("已撤销 7 条", "inbox", "several_undone")),
    "note.edit": (_note("改哪里", "note"), _note("改哪里", "new")),
    "note.evidence": (_note("依据", "note"), _row("依据", "activity", "note", offset=2)),
    "note.which": (
        _offered("哪位欧阳总", 2),
        _offered("哪位欧阳总", 3),
        _offered("哪家「", 5, SHORT),
        _offered("哪家「", 2, SHORT + SHORT),
    ),
    "note.which_deal": (
        Sample(
            "哪一单",
            lambda here, case: {
                "inbox": here.inbox,
                "part": 0,
                "customer": case.customer,
                "deals": [case["deal_1"], case["deal_2"], case["deal_3"]],
            },
        ),
    ),
    "note.whose": (_offered("哪家？", 0), _offered("哪家？", 3)),
    "note.moving": (
        Sample("那是哪家", lambda here, case: {"activity": case["note"], "inbox": here.inbox, "offered": []}),
        Sample(
            "那是哪家",
            lambda here, case: {
                "activity": case["note"],
                "inbox": here.inbox,
                "offered": [case["colleagues"], case["shared"], here.many[0]],
            },
        ),
    ),
    "note.alike": (
        _offered("先存着", 1, SHORT),
        _offered("先存着", 2, SHORT),
        _offered("先存着", 5, SHORT + SHORT),
    ),
    "note.colleague": (_colleagues("的客户"),),
    "note.handed": (_colleagues("已发给"),),
    "note.received": (_colleagues("同事说到", "colleague"),),
    "note.undo_ask": (_note("撤销会影响别人", "won"), _note("已撤销", "lost_win")),
    "note.again": (
        Sample("已记过这条", lambda here, case: {"activity": case["note"], "inbox": here.inbox}),
        Sample("已记过这条", lambda here, case: {"activity": case["carried"], "inbox": here.inbox}),
    ),
    "note.which_amount": (_row("改哪个", "activity", "note", fen=123_456_789_012, said="1,234,567,890.12元"),),
    "customer.handed": (
        Sample("交给你了", lambda here, case: {"customer": case.customer, "by": here.people["boss"]}),
        Sample("负责", lambda here, case: {"customer": case["colleagues"], "by": here.people["boss"]}),
    ),
    "customer.shared": (Sample("一起跟", lambda here, case: {"customer": case.customer, "by": here.people["boss"]}),),
    "order.done": (
        *(
            _did(says, did)
            for says, did in (
                ("已转给", "transfer"),
                ("已领", "claim"),
                ("已放进公海", "release"),
                ("已共享给", "share"),
                ("不再共享给", "unshare"),
                ("已加联系人", "contact"),
                ("已标离职", "left"),
                ("已建商机", "deal"),
                ("已丢单", "lost"),
                ("已记待办", "task"),
                ("已派给", "assign"),
                ("已完成", "complete_task"),
                ("已取消待办", "cancel_task"),
                ("已改期", "move_task"),
                ("已取消提醒", "cancel_reminder"),
                ("已改时间", "move_reminder"),
                ("已转给", "invoice"),
            )
        ),
        _did("已改", "change", carried=True),
        _did("已改", "me"),
        _did("已记回款", "payment", lines=_LINES),
        _did("已撤销", "transfer", **_TOLD_OF),
    ),
    "order.undo_ask": (_did("撤销会影响别人", "transfer"), _did("已撤销", "assign", **_TOLD_OF)),
    "order.withdrawn": (
        Sample(
            "已撤回",
            lambda here, case: {
                "by": here.people["boss"],
                "at": "2026-11-25T08:00:00+00:00",
                "was": {"kind": "customer.handed", "params": {"customer": case.customer}},
            },
        ),
    ),
    "order.ask": (
        _asked("转给谁", "person", "to", "转给谁？"),
        _asked("没找到同事", "person", "to", f"没找到同事「{SHORT[:10]}」，转给谁？"),
        _asked("哪家", "customer", "customer", "哪家？"),
        _asked("哪件", "task", "task", "哪件做完了？"),
        _asked("阶段", "choice", "value", "阶段改成什么？", choices=[[s, s] for s in ("初步接触", "方案报价")]),
        _asked("哪一个", "value", "value", "哪一个？", choices=[[str(n), f"{n}号{SHORT}"] for n in range(9)]),
        _asked("转给谁", "person", "to", "转给谁？", answer=SHORT),
    ),
    "order.not_yet": tuple(
        Sample("还不会", lambda here, case, kind=kind: {"inbox": here.inbox, "order": kind, "customer": case.customer})
        for kind in NOT_YET
    ),
    "todo.list": (
        Sample("件待办", lambda *_: {}),
        Sample("件待办", lambda *_: {"offset": 6}),
        Sample("没有没办的事", lambda *_: {}, "above"),
    ),
    "reminder.list": (Sample("个提醒", lambda *_: {}), Sample("没有在等的提醒", lambda *_: {}, "above")),
    "task.assigned": (
        Sample("派给你", lambda here, case: {"task": case["open"], "by": here.people["boss"]}),
        Sample("已完成", lambda here, case: {"task": case["late"], "by": here.people["boss"]}),
    ),
    "plain.text": (Sample(TEXT[:8], lambda *_: {"text": TEXT * 10}),),
    "plain.together": (Sample(TEXT[:8], lambda *_: {"items": [{"kind": "plain.text", "params": {"text": TEXT}}] * 3}),),
    "plain.line": (
        _inner("已记录", "note.recorded", "activity", "note"),
        _inner("已提交", "approval.sent", "approval_id", "asked"),
    ),
    "share.request": (
        _plea("想协作", "colleagues", "colleague"),
        _plea("已同意", "shared", "colleague"),
        _plea("你来跟", "colleagues", "colleague", kept_at="2026-11-25T08:00:00+00:00"),
    ),
    "share.asked": (
        _plea("已问", "colleagues", "seller"),
        _plea("同意协作了", "shared", "seller"),
        _plea("自己跟", "colleagues", "seller", kept_at="2026-11-25T08:00:00+00:00"),
    ),
    "share.answer": (
        _plea("同意协作了", "shared", "seller"),
        _plea("自己跟", "colleagues", "seller", kept_at="2026-11-25T08:00:00+00:00"),
    ),
    "smalltalk.offtopic": (Sample("这个我不会", lambda *_: {}),),
    "smalltalk.sorry": (_note("这条没弄好", "note"), _note("这条没弄好", "undone")),
    "smalltalk.lost": (
        Sample("可惜", lambda here, case: {"offered": [case.customer, case["shared"], *here.many[:1]]}),
        Sample("可惜", lambda here, _: {"offered": here.many[:3]}),
        Sample("可惜", lambda *_: {"offered": []}),
    ),
    "smalltalk.number": (
        Sample("是指", lambda *_: {"said": "12", "rows": []}),
        Sample(
            "是指",
            lambda here, _: {
                "said": "12",
                "rows": [[f"{SHORT}{n}号"[-10:], f"note.pick:{here.inbox}:0:{here.many[n]}"] for n in (1, 2, 3)],
            },
        ),
    ),
    "smalltalk.again": (
        _inner("已记录", "note.recorded", "activity", "note"),
        _inner("签了", "win.private", "activity", "won"),
    ),
    "today": (
        _today("今天先跟这 5 家", 5),
        _today("今天先跟这 5 家", 5, picking=True),
        _today("今天没有到期的事", 0),
        _today("今天没有到期的事", 0, viewer="boss"),
    ),
    "win.private": (_note("签了", "won"), _note("签了", "billed"), _note("已撤销", "lost_win")),
    "win.group": (_note("🎉", "won", "group"), _note("撤回", "lost_win", "group")),
    "win.taken_back": (_note("那条撤回，信息有误", "lost_win", "group"),),
    "invoice.request": (
        _row("待开票", "task", "won_invoice", "finance"),
        _row("已开票", "task", "billed_invoice", "finance"),
        _row("已撤销", "task", "lost_win_invoice", "finance"),
    ),
    "reminder.set": (
        _row("已设提醒", "reminder", "reminder_set", carried=True),
        _row("已设提醒", "reminder", "reminder_set", changing=True),
        _row("已提醒", "reminder", "reminder_due"),
        _row("已完成", "reminder", "reminder_done"),
        _row("已取消", "reminder", "reminder_dropped"),
    ),
    "reminder.when": (_kept("什么时候提醒你", text=TEXT, past="2025-11-25T08:00:00+00:00"),),
    "reminder.due": (
        _row("该打给", "reminder", "reminder_due"),
        _row("该打给", "reminder", "reminder_put_off", moved="day"),
        _row("第 3 次推迟了", "reminder", "reminder_thrice"),
        _row("已完成", "reminder", "reminder_done"),
        _row("已取消", "reminder", "reminder_dropped"),
    ),
}
