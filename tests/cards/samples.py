"""For every registered card, the longest that it may have to show, in each state of what it is about.

A card without a row here fails its test: a new card brings its sample along.
"""

from __future__ import annotations

from collections.abc import Mapping

from cards.builders.not_yet import KINDS as NOT_YET
from tests.cards.lengthy import SHORT, TEXT
from tests.cards.sample import (
    Sample,
    about,
    approval,
    asked,
    chat_group,
    colleagues,
    customer,
    did,
    greeting,
    in_a_row,
    inner,
    kept,
    left,
    note,
    offered,
    outsider,
    phone,
    plea,
    row,
    several,
    taken,
    today,
    which,
)

_LINES = ["阿依古丽看不了这家的资料，要一起跟说「共享给阿依古丽」", "还差 1,234,567,890.12元"]
_TOLD_OF = {"undone": "2026-11-25T08:00:00+00:00", "undo_set": "f" * 32}

_MOVED = (
    approval("已升级", "escalated"),
    approval("已转交", "handed"),
    approval("已同意", "if"),
    approval("已驳回", "no"),
    approval("已驳回", "why"),
    approval("已撤回", "withdrawn"),
    approval("已驳回", "why", how="late"),
    approval("已撤回", "withdrawn", how="late"),
)

SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "left.offer": (
        left("离职了，客户交给谁？"),
        left("已交给", did="f" * 32, handed=1234),
        left("明天再定", did="later"),
    ),
    "outside.whose": (
        outsider("是哪家的", "asked"),
        outsider("对上了", "known"),
        outsider("不记客户", "asked", let_be=True),
    ),
    "outside.matched": (outsider("对上了", "known", called="微信里的名字很长很长的一位客户"),),
    "left.handed": (taken("交给你了"),),
    "approval.request": (
        approval("待你审批", "asked"),
        approval("待你审批", "nudged"),
        approval("待你审批", "asked", how="hand_on"),
        approval("待你审批", "asked", how="condition"),
        approval("待你审批", "asked", how="moved"),
        approval("内容变了", "asked", seen=1),
        approval("等欧总", "asked", viewer="above"),
        *_MOVED,
    ),
    "approval.remind": (approval("还有 1 小时", "asked"), approval("还等你定", "asked", last=True), *_MOVED),
    "approval.escalated": (approval("转到你这", "escalated", viewer="above"), *_MOVED),
    "approval.handed_on": (approval("转到你这", "handed", viewer="above"), *_MOVED),
    "approval.told": _MOVED,
    "approval.sent": (
        *(approval("已提交", n, "seller") for n in ("asked", "nudged", "handed", "escalated")),
        approval("已提交", "asked", "seller", how="add"),
        approval("已提交", "nudged", "seller", how="nudged"),
        approval("已同意", "yes", "seller"),
        approval("已同意", "if", "seller", how="late"),
        approval("已驳回", "why", "seller"),
        approval("已撤回", "withdrawn", "seller"),
    ),
    "approval.question": (approval("说：", "asked", "seller", by="欧总", said=TEXT[:40]),),
    "approval.approved": (approval("批了", "yes", "seller"), approval("批了", "if", "seller")),
    "approval.refused": (
        approval("欧总没同意", "no", "seller"),
        approval("欧总没同意", "why", "seller"),
        approval("欧总没同意", "why", "seller", how="again"),
        approval("欧总没同意", "why", "seller", how="left"),
        approval("还在等", "asked", "seller"),
    ),
    "approval.which": (
        Sample("哪一件", lambda *_: {"verb": "approve", "words": TEXT[:100]}, "boss"),
        Sample("都批完了", lambda *_: {"verb": "refuse"}, "colleague"),
    ),
    "approval.whose": (
        Sample("哪家的折扣", lambda here, case: {"inbox": here.inbox, "offered": [case.customer, *here.many[:4]]}),
    ),
    "customer.360": (
        customer("A类"),
        customer("A类", viewer="boss"),
        row("A类", "customer", "pool"),
        row("负责", "customer", "colleagues"),
    ),
    "customer.timeline": (customer("时间线"), customer("时间线", page=1), row("时间线", "customer", "pool")),
    "customer.which": (which("哪一家", "", 2), which("哪位欧阳总", "欧阳总", 5), which("哪位欧阳总", "欧阳总", 10)),
    "customer.unknown": (Sample("没有「", lambda *_: {"wording": SHORT + SHORT, "customers": []}),),
    "phone.whose": (phone("这是谁的电话"), phone("先存着了", kept=True)),
    "first.contact": (
        greeting("我是跟进", "seller", "sales"),
        greeting("件事等你看", "boss", "manager"),
        greeting("都连上了", "admin", "admin"),
        greeting("我是跟进", "finance", "finance"),
        greeting("我是跟进", "above", "other"),
    ),
    "help": tuple(
        Sample("我能替你记", lambda *_, role=role: {"role": role})
        for role in ("sales", "manager", "finance", "admin", "other")
    ),
    "help.unknown": (
        kept("没听懂"),
        kept("没听懂", sells=False),
        kept("还是没听懂", miss=2),
        about("没听懂", 1),
        about("还是没听懂", 2),
    ),
    "help.ask_admin": (kept("要不要找管理员"),),
    "help.settled": (kept("好，这句我留着"), kept("已转给", admin="古丽努尔·吐尔逊")),
    "help.forwarded": (Sample("请你帮忙", lambda here, _: {"inbox": here.inbox}, "admin"),),
    "done.list": (
        Sample(
            "条",
            lambda here, _: {
                "since": "2020-01-01",
                "until": "2030-01-01",
                "label": "2020年以来",
                "person": here.people["seller"],
            },
        ),
        Sample("团队", lambda *_: {"since": "2020-01-01", "until": "2030-01-01", "label": "这个月"}, "boss"),
        Sample("还没有记录", lambda *_: {"since": "2020-01-01", "until": "2020-01-02", "label": "今天"}),
    ),
    "account.card": (Sample("", lambda _, case: {"customer": case.customer}, "finance"),),
    "neglected.list": (
        Sample("最久没联系的", lambda *_: {"sort": "silent", "least": 0}),
        Sample("团队卡住的单", lambda *_: {"sort": "stuck", "least": 1}, "boss"),
        Sample("没有", lambda *_: {"sort": "stuck", "least": 9000}),
        Sample("没有", lambda *_: {"sort": "silent", "least": 9000, "own": True}),
    ),
    "help.mine": (
        Sample("你名下", lambda *_: {}),
        Sample("你名下", lambda *_: {"offset": 10}),
        Sample("你名下还没有客户", lambda *_: {}, "boss"),
    ),
    "attachment.kept": (
        *(row("已存附件", "attachment", name) for name in ("picture", "film", "document", "coming", "page", "lost")),
        row("已存附件", "attachment", "document", "boss"),
        row("已签到", "attachment", "place"),
        row("已存附件", "attachment", "nobodys"),
        row("已撤销", "attachment", "taken_back"),
        in_a_row("已存附件", "attachment", "picture"),
        in_a_row("已撤销", "attachment", "taken_back"),
    ),
    "attachment.whose": (
        row("归到哪家？", "attachment", "nobodys"),
        row("归到哪家？", "attachment", "unplaced"),
        row("在哪家签到？", "attachment", "somewhere"),
        in_a_row("归到哪家？", "attachment", "unplaced"),
        Sample(
            "归到哪家？", lambda here, case: {"attachment": case["unplaced"], "offered": [case.customer, *here.many]}
        ),
    ),
    "attachment.sheet": (row("先存着", "attachment", "sheet"), row("已撤销", "attachment", "sheet_back")),
    "attachment.list": (
        customer("附件 7 个"),
        customer("附件 7 个", offset=5),
        customer("附件 7 个", missed=SHORT),
        customer("文件 3 个", sort="file", about="采购"),
        Sample("还没有附件", lambda here, _: {"customer": here.many[0]}),
    ),
    "attachment.file": (
        row("[文件]", "attachment", "document"),
        row("[图片]", "attachment", "picture"),
        row("https://", "attachment", "page"),
        row("签到地点", "attachment", "place"),
        row("还在取", "attachment", "coming"),
        row("没取到过", "attachment", "lost"),
    ),
    "attachment.look": (
        row("图片", "attachment", "picture"),
        row("图片", "attachment", "picture", "boss"),
        row("[文件]", "attachment", "document"),
    ),
    "lesson.one": (
        row("记住了", "lesson", "word"),
        row("记住了", "lesson", "product"),
        row("已忘掉", "lesson", "forgotten"),
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
        row("已了结", "task", "early"),
        row("已了结", "task", "late", follow="planned"),
        row("已了结", "task", "late", follow="declined"),
        row("还开着", "task", "open"),
    ),
    "note.recorded": (
        note("已记录", "note"),
        note("已记录", "carried"),
        note("已记录 · 新客户", "new"),
        note("已记录", "budgets"),
        note("已更正", "corrected"),
        note("已撤销", "undone"),
        note("已记录", "note", "boss"),
    ),
    "note.recorded_many": (row("已记录 7 条", "inbox", "several"), row("已撤销 7 条", "inbox", "several_undone")),
    "note.edit": (note("改哪里", "note"), note("改哪里", "new")),
    "note.evidence": (note("依据", "note"), row("依据", "activity", "note", offset=2)),
    "note.which": (
        offered("哪位欧阳总", 2),
        offered("哪位欧阳总", 3),
        offered("哪家「", 5, SHORT),
        offered("哪家「", 2, SHORT + SHORT),
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
    "note.whose": (offered("哪家？", 0), offered("哪家？", 3)),
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
        offered("先存着", 1, SHORT),
        offered("先存着", 2, SHORT),
        offered("先存着", 5, SHORT + SHORT),
    ),
    "note.colleague": (colleagues("的客户"),),
    "note.handed": (colleagues("已发给"),),
    "note.received": (colleagues("同事说到", "colleague"),),
    "note.undo_ask": (note("撤销会影响别人", "won"), note("已撤销", "lost_win")),
    "note.again": (
        Sample("已记过这条", lambda here, case: {"activity": case["note"], "inbox": here.inbox}),
        Sample("已记过这条", lambda here, case: {"activity": case["carried"], "inbox": here.inbox}),
    ),
    "note.which_amount": (row("改哪个", "activity", "note", fen=123_456_789_012, said="1,234,567,890.12元"),),
    "customer.handed": (
        Sample("交给你了", lambda here, case: {"customer": case.customer, "by": here.people["boss"]}),
        Sample("负责", lambda here, case: {"customer": case["colleagues"], "by": here.people["boss"]}),
    ),
    "customer.shared": (Sample("一起跟", lambda here, case: {"customer": case.customer, "by": here.people["boss"]}),),
    "order.done": (
        *(
            did(says, name)
            for says, name in (
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
                ("已完成", "complete_tasks"),
                ("已取消待办", "cancel_task"),
                ("已改期", "move_task"),
                ("已取消提醒", "cancel_reminder"),
                ("已改时间", "move_reminder"),
                ("已转给", "invoice"),
            )
        ),
        did("已改", "change", carried=True),
        did("已改", "me"),
        did("已记回款", "payment", lines=_LINES),
        did("已撤销", "transfer", **_TOLD_OF),
    ),
    "order.undo_ask": (did("撤销会影响别人", "transfer"), did("已撤销", "assign", **_TOLD_OF)),
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
        asked("转给谁", "person", "to", "转给谁？"),
        asked("没找到同事", "person", "to", f"没找到同事「{SHORT[:10]}」，转给谁？"),
        asked("哪家", "customer", "customer", "哪家？"),
        asked("哪件", "task", "task", "哪件做完了？"),
        asked("阶段", "choice", "value", "阶段改成什么？", choices=[[s, s] for s in ("初步接触", "方案报价")]),
        asked("哪一个", "value", "value", "哪一个？", choices=[[str(n), f"{n}号{SHORT}"] for n in range(9)]),
        asked("转给谁", "person", "to", "转给谁？", answer=SHORT),
    ),
    "order.ask_several": (several("转哪家？转给谁？"), several("转哪家？转给谁？", answer=SHORT)),
    "order.not_yet": tuple(
        Sample("还不会", lambda here, case, kind=kind: {"inbox": here.inbox, "order": kind, "customer": case.customer})
        for kind in NOT_YET
    ),
    "todo.list": (
        Sample("件待办", lambda *_: {}),
        Sample("件待办", lambda *_: {"offset": 6}),
        Sample("没有没办的事", lambda *_: {}, "above"),
    ),
    "todo.tick": (Sample("哪几件做完了", lambda *_: {}), Sample("没有没办的事", lambda *_: {}, "above")),
    "reminder.list": (Sample("个提醒", lambda *_: {}), Sample("没有在等的提醒", lambda *_: {}, "above")),
    "task.assigned": (
        Sample("派给你", lambda here, case: {"task": case["open"], "by": here.people["boss"]}),
        Sample("已完成", lambda here, case: {"task": case["late"], "by": here.people["boss"]}),
    ),
    "group.card": (
        chat_group("已设好 · 华东", "team", changes="f" * 32, moved=True),
        chat_group("已设好 · 预警群", "alerts", changes="f" * 32, moved=True),
        chat_group("已停用 · 华东", "gone", changes="f" * 32),
        chat_group("已停用 · 预警群", "lost"),
        chat_group("已设好 · 华东", "hook", changes="f" * 32),
        chat_group("已撤销 · 华东", "team", undone="2026-11-25T08:00:00+00:00"),
    ),
    "group.which": (
        Sample("设成哪个组的群？", lambda here, _: {"person": here.people["admin"], "among": []}),
        Sample("设成哪个组的群？", lambda here, _: {"person": here.people["boss"], "among": [here.team]}),
        Sample("设成哪个组的群？", lambda here, _: {"person": here.people["admin"], "among": [], "told": 12}),
    ),
    "plain.text": (Sample(TEXT[:8], lambda *_: {"text": TEXT * 10}),),
    "plain.together": (Sample(TEXT[:8], lambda *_: {"items": [{"kind": "plain.text", "params": {"text": TEXT}}] * 3}),),
    "receipt.evening": (
        Sample(
            "连接中断，若发过请重发",
            lambda *_: {
                "gaps": [{"channel": "wecom", "spans": [[_TOLD_OF["undone"], "2026-11-26T08:00:00+00:00"]] * 30}]
            },
        ),
    ),
    "plain.line": (
        inner("已记录", "note.recorded", "activity", "note"),
        inner("已提交", "approval.sent", "approval_id", "asked"),
    ),
    "share.request": (
        plea("想协作", "colleagues", "colleague"),
        plea("已同意", "shared", "colleague"),
        plea("你来跟", "colleagues", "colleague", kept_at="2026-11-25T08:00:00+00:00"),
        plea("已转走", "colleagues", "boss", moved=True),
    ),
    "share.asked": (
        plea("已问", "colleagues", "seller"),
        plea("同意协作了", "shared", "seller"),
        plea("自己跟", "colleagues", "seller", kept_at="2026-11-25T08:00:00+00:00"),
    ),
    "share.answer": (
        plea("同意协作了", "shared", "seller"),
        plea("自己跟", "colleagues", "seller", kept_at="2026-11-25T08:00:00+00:00"),
    ),
    "smalltalk.offtopic": (Sample("这个我不会", lambda *_: {}),),
    "smalltalk.sorry": (note("这条没弄好", "note"), note("这条没弄好", "undone")),
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
        inner("已记录", "note.recorded", "activity", "note"),
        inner("签了", "win.private", "activity", "won"),
    ),
    "today": (
        today("今天先跟这 5 家", 5),
        today("今天先跟这 5 家", 5, picking=True),
        today("今天没有到期的事", 0),
        today("今天没有到期的事", 0, viewer="boss"),
    ),
    "win.private": (note("签了", "won"), note("签了", "billed"), note("已撤销", "lost_win")),
    "win.group": (note("🎉", "won", "group"), note("撤回", "lost_win", "group")),
    "win.taken_back": (note("那条撤回，信息有误", "lost_win", "group"),),
    "invoice.request": (
        row("待开票", "task", "won_invoice", "finance"),
        row("已开票", "task", "billed_invoice", "finance"),
        row("已撤销", "task", "lost_win_invoice", "finance"),
    ),
    "reminder.set": (
        row("已设提醒", "reminder", "reminder_set", carried=True),
        row("已设提醒", "reminder", "reminder_set", changing=True),
        row("已提醒", "reminder", "reminder_due"),
        row("已完成", "reminder", "reminder_done"),
        row("已取消", "reminder", "reminder_dropped"),
    ),
    "reminder.when": (kept("什么时候提醒你", text=TEXT, past="2025-11-25T08:00:00+00:00"),),
    "reminder.due": (
        row("该打给", "reminder", "reminder_due"),
        row("该打给", "reminder", "reminder_put_off", moved="day"),
        row("第 3 次推迟了", "reminder", "reminder_thrice"),
        row("已完成", "reminder", "reminder_done"),
        row("已取消", "reminder", "reminder_dropped"),
    ),
}
