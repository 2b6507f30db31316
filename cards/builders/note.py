"""What was recorded: one note, several at once, the correction of one, its undoing."""

from __future__ import annotations

import re

from cards import words
from cards.builders.changes import changed_words
from cards.builders.note_facts import KIND, evidence, facts, money, quoted, ranked, unclear
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines, Quote
from cards.registry import Moment, card
from domain.views import notes
from domain.views.notes import NoteView

MISSED = {"call": "没人接"}


@card("note.recorded", load=notes.note)
def recorded(view: NoteView, moment: Moment) -> Card:
    """One note: open, corrected, or undone."""
    if view.undone_at is not None:
        return _undone(view, moment)
    shown, rest = ranked(facts(view, moment))
    blocks: list[Block] = [Facts(tuple(shown))] if shown else []
    if quote := _two_budgets(view, moment) or _quote(view):
        blocks.append(Quote(quote))
    if asked := unclear(view.draft):
        rest.append(asked)
    if view.draft.left_over:
        rest.append(f"没看懂：「{view.draft.left_over[0]}」，原话已留着")
    if rest:
        blocks.append(Lines(tuple(rest)))
    return Card(
        kind="note.recorded",
        title=_title(view),
        note=_note(view, moment),
        blocks=tuple(blocks),
        buttons=_buttons(view),
        more=_more(view),
        tone="warn" if view.draft.budget_before else "good",
        text=_spoken(view, moment),
    )


def _title(view: NoteView) -> str:
    if view.corrected_at is not None:
        return f"已更正 · {view.customer}"
    return f"已记录 · 新客户 {view.customer}" if view.draft.new_customer else f"已记录 · {view.customer}"


def _note(view: NoteView, moment: Moment) -> str:
    if view.corrected_at is not None and view.draft.changed:
        changed = [changed_words(c, moment) for c in view.draft.changed]
        return " · ".join([*changed, words.when(view.corrected_at, moment.now, moment.zone)])
    if view.draft.new_customer and not view.named:
        return "待补全称 · 归你负责"
    parts = [f"沿用：{view.customer}"] if view.carried else []
    if view.type:
        parts += [KIND[view.type], happened(view, moment)]
    parts += ["、".join(view.contacts)] if view.contacts else []
    return " · ".join(parts) or words.day(view.occurred_on, moment.today)


def happened(view: NoteView, moment: Moment) -> str:
    """今天下午 while it is today, else the day in words."""
    if view.draft.said_when and view.occurred_on == moment.today:
        return view.draft.said_when
    return words.day(view.occurred_on, moment.today)


def _two_budgets(view: NoteView, moment: Moment) -> str:
    """Both budgets with their days, where the new one differs from what was on record."""
    before, now = view.draft.budget_before, view.draft.sum_of("budget")
    if before is None or now is None or view.draft.budget_before_on is None:
        return ""
    earlier = words.day(view.draft.budget_before_on, moment.today)
    return f"{earlier}说{money(before)}，{words.day(view.occurred_on, moment.today)}说{money(now)}"


def _quote(view: NoteView) -> str:
    """What was said, without a first clause that the second line of the card already tells."""
    first, _, rest = view.draft.text.partition("，")
    quotes = [q for _, q in quoted(view.draft)]
    told = view.type and rest and not any(q and (q in first or first in q) for q in quotes)
    return rest if told else view.draft.text


def _buttons(view: NoteView) -> tuple[Button, ...]:
    if not view.mine:
        return (Button("看客户", Action("customer.open", (str(view.customer_id),))),)
    me = (str(view.id),)
    if view.draft.budget_before is not None:
        before, now = view.draft.budget_before, view.draft.sum_of("budget")
        moved = "降了" if now is None or now.fen < before.fen else "涨了"
        return (
            Button(moved, Action("fact.changed", me), style="primary"),
            Button("记错了", Action("fact.fix", me)),
            Button("两个项目", Action("fact.both", me)),
        )
    edit, undo = Button("改一下", Action("note.edit", me)), Button("撤销", Action("note.undo", me))
    if view.corrected_at is not None:
        return (edit, Button("改回去", Action("note.revert", me)), _open(view))
    if view.draft.new_customer and not view.named:
        fullname = Button("补全称", Action("customer.fullname", (str(view.customer_id),)), style="primary")
        return (fullname, edit, undo)
    if view.carried:
        return (edit, undo, Button("不是它", Action("note.other", me)))
    return (edit, undo, _open(view))


def _open(view: NoteView) -> Button:
    return Button("看客户", Action("customer.open", (str(view.customer_id),)))


def _more(view: NoteView) -> tuple[Button, ...]:
    if not view.mine:
        return ()
    found = [Button("看依据", Action("note.evidence", (str(view.id),)))] if evidence(view) else []
    if any(t.remind_at for t in view.tasks):
        found.append(Button("不要提醒", Action("note.unremind", (str(view.id),))))
    return tuple(found)


def _undone(view: NoteView, moment: Moment) -> Card:
    at = words.when(view.undone_at or moment.now, moment.now, moment.zone)
    shown = facts(view, moment)
    return Card(
        kind="note.recorded",
        title=f"已撤销 · {view.customer}",
        note=f"{at} 撤销，客户恢复原样",
        blocks=(Facts(tuple(shown)),) if shown else (),
        buttons=(Button("恢复", Action("note.restore", (str(view.id),))),) if view.mine else (),
        state="已撤销",
        text=f"已撤销 {view.customer} 的这条，客户恢复原样。回：恢复",
    )


def _spoken(view: NoteView, moment: Moment) -> str:
    """The note as one says it, for where cards do not work."""
    told = "，".join(f"{key}{value}" for key, value in facts(view, moment))
    replies = "/".join(b.label for b in _buttons(view))
    parts = (f"{_title(view).replace(' · ', ' ')}：{_note(view, moment).replace(' · ', '，')}", told, f"回：{replies}")
    return "。".join(filter(None, parts))


@card("note.recorded_many", load=notes.many)
def recorded_many(views: tuple[NoteView, ...], moment: Moment) -> Card:
    """Several customers in one message: one line each, and which of them a button means."""
    live = [v for v in views if v.undone_at is None]
    names = "、".join(v.customer for v in views)
    rows = [(v.customer, told(v)) for v in (live or views)]
    shown: list[Block] = [Facts(tuple(rows[:5]))]
    if len(rows) > 5:
        shown.append(Lines((f"还有{len(rows) - 5}条",)))
    if not live:
        ids = ",".join(str(v.id) for v in views)
        return Card(
            kind="note.recorded_many",
            title=f"已撤销 {len(views)} 条",
            note=names,
            blocks=tuple(shown),
            buttons=(Button("恢复", Action("note.restore_many", (ids,))),),
            state="已撤销",
            text=f"已撤销 {len(views)} 条：{names}。回：恢复",
        )
    again = [(v, t) for v in live for t in v.tasks if t.sort == "call_again" and t.due_at is not None]
    note = f"{words.day(live[0].occurred_on, moment.today)} · {names}"
    if again:
        view, task = again[0]
        note = f"{view.customer} {words.at(task.due_at or moment.now, moment.now, moment.zone)} 再打，已排"
    buttons = _many_buttons(live)
    said = "；".join(f"{name} {told}" for name, told in rows)
    return Card(
        kind="note.recorded_many",
        title=f"已记录 {len(live)} 条",
        note=note,
        blocks=(*shown, _which(live)),
        buttons=buttons,
        tone="good",
        text=f"已记{len(live)}条：{said}。回：{'/'.join(button.label for button in buttons)}",
    )


def told(view: NoteView) -> str:
    """One of several notes in a line: 上午拜访王经理，价格基本谈妥."""
    first, *rest = re.split(r"[，,。；;]", view.draft.text)
    said = view.draft.said_when.removeprefix("今天")
    if not view.type or view.type == "other":
        return view.draft.text
    how = said + KIND[view.type] + "、".join(view.contacts)
    if not view.draft.reached:
        rest = [MISSED.get(view.type, "没见到"), *rest]
    return "，".join(filter(None, (how or first, *(clause.strip() for clause in rest))))


def _which(live: list[NoteView]) -> Choice:
    every = ",".join(str(v.id) for v in live)
    both = "两条一起" if len(live) == 2 else "全部"
    options = [(every, both)] if len(live) > 1 else []
    return Choice("改哪条", (*options, *((str(v.id), v.customer) for v in live[:9])))


def _many_buttons(live: list[NoteView]) -> tuple[Button, ...]:
    edit, undo = Button("改一下", Action("note.edit_many")), Button("撤销", Action("note.undo_many"))
    missed = [v for v in live if v.type == "call" and not v.draft.reached and not v.tasks]
    if not missed:
        return (edit, undo)
    again = Button("明天再打", Action("task.retry", (str(missed[0].id),)), style="primary")
    return (again, edit, undo)


@card("note.edit", load=notes.note)
def edit(view: NoteView, moment: Moment) -> Card:
    """Which fact is wrong: nothing is changed until the right one is said."""
    shown = [(key, value) for key, value in facts(view, moment) if key not in ("提醒", "商机")]
    options = tuple((key, f"{key} {value}"[:16]) for key, value in dict(shown).items())
    blocks: tuple[Block, ...] = (Facts(tuple(shown)), Lines(("直接说也行：「不对，是60万」",)))
    keep = Button("不改了", Action("note.keep", (str(view.id),)))
    if not options:
        return Card(kind="note.edit", title=f"改哪里 · {view.customer}", blocks=blocks[1:], buttons=(keep,))
    return Card(
        kind="note.edit",
        title=f"改哪里 · {view.customer}",
        note="还没改",
        blocks=(*blocks, Choice("改哪一项", options)),
        buttons=(Button("改这项", Action("note.fix", (str(view.id),)), style="primary"), keep),
    )
