"""What is neither note nor command, where an answer has buttons."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cards import words
from cards.builders.help import TODAY
from cards.builders.offering import labels
from cards.model import Action, Button, Card, Lines
from cards.registry import Moment, card, draw
from cards.renderers.text import plain_text
from domain.actor import Actor
from domain.views import help as views
from domain.views import lookup
from domain.views.help import LastNote
from domain.views.lookup import Option

_LABEL = 6


async def _nothing(_session: AsyncSession, _viewer: Actor, _moment: Moment) -> None:
    return None


@card("smalltalk.offtopic", load=_nothing)
def offtopic(_view: None, _moment: Moment) -> Card:
    """天气, 写首诗, 股票."""
    return Card(
        kind="smalltalk.offtopic",
        title="这个我不会，我只管客户",
        note="要看今天先跟谁吗？",
        buttons=(TODAY,),
        text="这个我不会，我只管客户。要看今天先跟谁吗？",
    )


@card("smalltalk.sorry", load=views.last_note)
def sorry(view: LastNote | None, moment: Moment) -> Card:
    """A curse: what went wrong is probably the last record."""
    if view is None:
        return Card(kind="smalltalk.sorry", text="这条没弄好，对不起。哪儿错了说一句我改")
    last = f"上一条：{view.customer} · {words.when(view.at, moment.now, moment.zone)}"
    return Card(
        kind="smalltalk.sorry",
        title="这条没弄好，对不起",
        note=last,
        blocks=(Lines(("哪儿错了说一句我改",)),),
        buttons=(Button("撤销", Action("note.undo", (str(view.activity_id),))),),
        text="这条没弄好，对不起。哪儿错了说一句我改。回：撤销",
    )


async def _lost(session: AsyncSession, viewer: Actor, _moment: Moment, *, offered: list[int]) -> list[Option]:
    return [option for option in await lookup.by_ids(session, viewer, offered) if option.visible]


@card("smalltalk.lost", load=_lost)
def lost(offered: list[Option], _moment: Moment) -> Card:
    """妈的又丢单了: no cheer, no lesson."""
    hint = "我记一下原因，回头好看"
    if not offered:
        return Card(kind="smalltalk.lost", text=f"可惜。哪家？{hint}")
    names = [option.name for option in offered]
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    lines = (hint, *(f"{n} {name}" for n, name in enumerate(names, 1) if len(name) > _LABEL))
    buttons = [
        Button(label, Action("smalltalk.lost", (str(o.customer_id),)))
        for label, o in zip(labels(names), offered, strict=True)
    ]
    return Card(
        kind="smalltalk.lost",
        title="可惜。哪家？",
        blocks=(Lines(lines),),
        buttons=tuple(buttons),
        numbered=True,
        text=f"可惜。哪家？{hint}。回 {said}，或直接说客户名",
    )


async def _number(
    _session: AsyncSession, _viewer: Actor, _moment: Moment, *, said: str, rows: list[list[str]]
) -> tuple[str, list[list[str]]]:
    return said, rows


@card("smalltalk.number", load=_number)
def number(found: tuple[str, list[list[str]]], _moment: Moment) -> Card:
    """A bare number with no list open: the first of the last list."""
    said, rows = found
    title = f"{said} 是指？"
    if not rows:
        return Card(kind="smalltalk.number", text=f"{title}直接说客户名或要记的就行")
    lines = tuple(f"{n} {label}" for n, (label, _) in enumerate(rows, 1))
    return Card(
        kind="smalltalk.number",
        title=title,
        blocks=(Lines(lines),) if any(len(label) > _LABEL for label, _ in rows) else (),
        buttons=tuple(
            Button(label, Action.unpack(packed))
            for label, (_, packed) in zip(labels([said for said, _ in rows]), rows, strict=True)
        ),
        numbered=True,
        text=f"{title}回 {'，'.join(lines)}",
    )


async def _again(session: AsyncSession, viewer: Actor, moment: Moment, *, kind: str, params: dict[str, Any]) -> Card:
    return await draw(session, viewer, moment, kind, params)


@card("smalltalk.again", load=_again)
def again(last: Card, _moment: Moment) -> Card:
    """？: the last answer in other words."""
    return Card(kind="smalltalk.again", text=plain_text(last))
