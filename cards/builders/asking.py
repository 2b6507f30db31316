"""What a command still has to know: one thing with its likely answers, or two or three, each with its list."""

from __future__ import annotations

from cards.answers import UNPICKED, pack
from cards.budget import ANSWERS, CHOICE, OPTION, OPTIONS, TITLE, cut
from cards.builders.offering import in_full, labels
from cards.model import Action, Button, Card, Choice, Listed, Lists
from cards.registry import Moment, card
from cards.renderers.text import listed
from domain.views import asking
from domain.views.asking import Question, Questions


@card("order.ask", load=asking.question)
def question(view: Question, _moment: Moment) -> Card:
    """One argument: its likely answers to tap; what is typed answers too."""
    if view.answer:
        return Card(
            kind="order.ask", title=view.question, note=view.answer, state="已答", text=f"{view.question}{view.answer}"
        )
    names = [label for _, label in view.options]
    fill = Action("order.fill", (str(view.inbox_id), pack(view.given), view.name))
    typed = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    text = f"{view.question}回 {typed}，或直接说"
    note = " · ".join(filter(None, (view.about, "点一个，或直接说")))
    if len(names) <= ANSWERS:
        buttons = tuple(
            Button(label, fill.picking(answer)) for label, (answer, _) in zip(labels(names), view.options, strict=True)
        )
        return Card(
            kind="order.ask",
            title=cut(view.question, TITLE),
            note=note,
            blocks=in_full(names),
            buttons=buttons,
            numbered=True,
            text=text,
        )
    return Card(
        kind="order.ask",
        title=cut(view.question, TITLE),
        note=note,
        blocks=(Choice("选一个", tuple((answer, cut(label, OPTION)) for answer, label in view.options)),),
        buttons=(Button("就这个", fill, style="primary"),),
        numbered=True,
        text=text,
    )


@card("order.ask_several", load=asking.several)
def questions(view: Questions, _moment: Moment) -> Card:
    """Two or three arguments on one card, each with its list; what need not be known stands at 不急."""
    asked = "".join(each.question for each in view.asked)
    if view.answer:
        return Card(kind="order.ask_several", title=cut(asked, TITLE), note=view.answer, state="已答", text=asked)
    fill = Action("order.fill_several", (str(view.inbox_id), pack(view.given)))
    lists = Lists(tuple(_listed(each) for each in view.asked))
    return Card(
        kind="order.ask_several",
        title=cut(asked, TITLE),
        note="每项选一个，或直接说",
        blocks=(lists,),
        buttons=(Button("就这样", fill, style="primary"),),
        text="\n".join((asked, *listed(lists))) + "，或直接说",
    )


def _listed(question: Question) -> Listed:
    """One list, which stands at nothing picked unless nothing is a fair answer."""
    options = tuple((answer, cut(label, OPTION)) for answer, label in question.options[: OPTIONS - 1])
    free = question.sort == "time"
    return Listed(
        question.name,
        cut(question.question.rstrip("？"), CHOICE),
        options if free else ((UNPICKED, "选一个"), *options),
    )
