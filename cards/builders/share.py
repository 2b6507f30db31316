"""Asking a colleague to work on his customer together: what the asker sees, and what the owner decides."""

from __future__ import annotations

from cards import words
from cards.model import Action, Block, Button, Card, Quote
from cards.registry import Moment, card
from domain.views import customer as views
from domain.views.customer import SharePlea


@card("share.request", load=views.plea)
def request(view: SharePlea, moment: Moment) -> Card:
    """The owner's card. Neither sees the other's contacts or amounts before a yes."""
    quote: tuple[Block, ...] = (Quote(view.words),) if view.words else ()
    me = (str(view.customer_id), str(view.asker_id), str(view.inbox), str(view.part))
    if not view.verdict:
        return Card(
            kind="share.request",
            title=f"{view.asker}想协作 {view.customer}",
            blocks=quote,
            buttons=(
                Button("同意协作", Action("share.grant", me), style="primary"),
                Button("我来跟", Action("share.keep", me)),
            ),
            text=f"{view.asker}想协作 {view.customer}。回：同意协作/我来跟",
        )
    if view.verdict == "moved":
        title = f"已转走 · {view.asker}想协作 {view.customer}"
        return Card(
            kind="share.request", title=title, note=f"现在问{view.owner}", blocks=quote, state="已转走", text=title
        )
    granted = view.verdict == "granted"
    word = "已同意" if granted else "你来跟"
    return Card(
        kind="share.request",
        title=f"{word} · {view.asker}想协作 {view.customer}",
        note=f"{_at(view, moment)} 已告诉{view.asker}",
        blocks=quote,
        state=word,
        text=f"{word}，已告诉{view.asker}",
    )


@card("share.asked", load=views.plea)
def asked(view: SharePlea, moment: Moment) -> Card:
    """The asker's card; it follows the request."""
    if view.verdict:
        return _answered("share.asked", view, moment)
    return Card(
        kind="share.asked",
        title=f"已转给{view.owner}确认" if view.inbox else f"已问{view.owner} · {view.customer}",
        note="你的记录留着，他同意后你能看" if view.inbox else "他同意后你能看",
        text=f"已问{view.owner}，他同意后你能看{view.customer}",
    )


@card("share.answer", load=views.plea)
def answer(view: SharePlea, moment: Moment) -> Card:
    """The news to the asker."""
    return _answered("share.answer", view, moment)


def _answered(kind: str, view: SharePlea, moment: Moment) -> Card:
    granted = view.verdict == "granted"
    title = f"{view.owner}{'同意协作了' if granted else '自己跟'} · {view.customer}"
    look = Button("看客户", Action("customer.open", (str(view.customer_id),)), style="primary")
    return Card(
        kind=kind,
        title=title,
        note=_at(view, moment),
        buttons=(look,) if granted else (),
        text=title + ("。回：看客户" if granted else ""),
    )


def _at(view: SharePlea, moment: Moment) -> str:
    return words.when(view.decided_at, moment.now, moment.zone) if view.decided_at is not None else ""
