"""Words that were taught: what was just learned or forgotten, and the list."""

from __future__ import annotations

from cards.budget import LINES_LENGTH, TITLE, cut
from cards.model import Action, Button, Card, Choice, Facts, Lines
from cards.registry import Moment, card
from domain.views import lessons
from domain.views.lessons import PAGE, LessonsView, LessonView, TaughtTogether

_SORTS = {"customer": "客户", "person": "联系人", "product": "产品", "competitor": "竞品"}
_LIST = Button("学过的词", Action("lesson.list"))
_OPTION = 10


@card("lesson.one", load=lessons.lesson)
def one(view: LessonView, _moment: Moment) -> Card:
    """A word and what it means; one that is forgotten has its way back."""
    ids = (str(view.id),)
    state = "已忘掉" if view.gone else "记住了"
    back = Button("恢复", Action("lesson.restore", ids)) if view.gone else Button("撤销", Action("lesson.forget", ids))
    return Card(
        kind="lesson.one",
        title=f"{state} · {cut(view.wording, TITLE - len(state) - 3)}",
        note="以后按没教过读" if view.gone else "全公司都按这个读",
        blocks=(Facts((("意思", _means(view)), ("算作", _SORTS[view.sort]), ("谁教的", view.taught_by))),),
        buttons=(back, _LIST),
        text=f"{state}：{view.wording} 就是 {_means(view)}。回：{back.label}/学过的词",
    )


@card("lesson.many", load=lessons.together)
def many(view: TaughtTogether, _moment: Moment) -> Card:
    """Several words at once; those that could not be learned are named with why."""
    gone = all(row.gone for row in view.rows)
    ids = (",".join(str(row.id) for row in view.rows),)
    label, deed = ("恢复", "lesson.restore_many") if gone else ("撤销", "lesson.forget_many")
    back = Button(label, Action(deed, ids))
    rows = [f"{row.wording} → {_means(row)}({_SORTS[row.sort]})" for row in view.rows]
    lost = [f"「{word}」没记：{why}" for word, why in view.refused]
    room = (LINES_LENGTH + 1) // PAGE - 1
    state = "已忘掉" if gone else "记住了"
    return Card(
        kind="lesson.many",
        title=f"{state} {len(view.rows)} 个词",
        note="以后按没教过读" if gone else "全公司都按这些读",
        blocks=(Lines(tuple(cut(row, room) for row in [*lost, *rows])),),
        buttons=(back, _LIST),
        text=f"{state} {len(view.rows)} 个词：{'；'.join([*rows, *lost])}。回：{back.label}/学过的词",
    )


@card("lesson.list", load=lessons.lessons)
def listed(view: LessonsView, _moment: Moment) -> Card:
    """The newest words, one of which may be picked and forgotten."""
    if not view.rows:
        return Card(kind="lesson.list", text="还没学过词。教我：「教你：HW就是华为」")
    room = (LINES_LENGTH + 1) // PAGE - 1
    rows = tuple(cut(f"{row.wording} → {_means(row)}({_SORTS[row.sort]})", room) for row in view.rows)
    more = view.offset + PAGE < view.count
    buttons = [Button("忘掉", Action("lesson.drop", (str(view.offset),)))]
    if more:
        buttons.append(Button("更多", Action("lesson.page", (str(view.offset + PAGE),))))
    said = "；".join(rows)
    return Card(
        kind="lesson.list",
        title=f"学过 {view.count} 个词",
        note=f"第 {view.offset + 1} 到 {view.offset + len(view.rows)} 个" if view.count > PAGE else "全公司都按这些读",
        blocks=(Lines(rows), Choice("忘掉哪个", tuple((str(row.id), cut(row.wording, _OPTION)) for row in view.rows))),
        buttons=tuple(buttons),
        text=f"学过 {view.count} 个词：{said}。不要的说「忘掉：词」",
    )


def _means(view: LessonView) -> str:
    return f"{view.at}的{view.means}" if view.at else view.means
