"""A card as WeCom's app markdown: for groups, where no cards are allowed, and for cards that nobody can tap.

The dialect knows bold, links, one-line quotes and three colours, no lists and no tables; at most 2048 bytes. What
people typed is shown as typed and never becomes markup. Who is named in a group is called: `<@userid>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cards.budget import fit
from cards.model import Card, Link
from cards.renderers.text import progress_line
from cards.renderers.typed import cut_bytes, harmless

MARKDOWN_BYTES = 2048
DIRECTORY = "wecom"  # whose accounts are called

_COLOUR = {"good": "info", "warn": "warning", "bad": "warning"}
_LEADING = re.compile(r"^\s*[#>]+")
_LOOSE = str.maketrans({"*": "＊", "`": "｀", "[": "［", "]": "］"})


def markdown(card: Card) -> str:
    """The content of a markdown message. What is too long loses its last lines, never the address of its page."""
    card = fit(card)
    links = list(_links(card))
    called = {_typed(each.said): f"<@{account}>" for each in card.mentions if (account := each.account(DIRECTORY))}
    longer = sum(len(mention.encode()) for mention in called.values())
    room = MARKDOWN_BYTES - longer - sum(len(link.encode()) + 1 for link in links)
    content = "\n".join([_whole_lines(list(_lines(card)), room), *links])
    for said, mention in called.items():
        content = content.replace(said, mention, 1)  # where he is named first
    return content


def _lines(card: Card) -> Iterable[str]:
    title = _typed(card.title)
    yield f'**<font color="{_COLOUR[card.tone]}">{title}</font>**' if card.tone in _COLOUR else f"**{title}**"
    for grey in (card.note, card.state):
        if grey:
            yield f'<font color="comment">{_typed(grey)}</font>'
    if steps := progress_line(card):
        yield _typed(steps)
    yield from (f"> {_typed(key)}：{_typed(value)}" for key, value in card.facts)
    yield from (_typed(line) for line in card.lines)
    if card.quote:
        yield f"> 原话：{_typed(card.quote)}"


def _links(card: Card) -> Iterable[str]:
    for button in card.buttons:
        if isinstance(button.action, Link):
            yield f"[{_typed(button.label)}]({button.action.url})"
    if card.link:
        yield f"[看详情]({card.link})"


def _typed(words: str) -> str:
    """On one line, with the marks of the dialect as their full-width look-alikes."""
    flat = " ".join(words.split()).translate(_LOOSE)
    return _LEADING.sub("", harmless(flat))


def _whole_lines(lines: list[str], room: int) -> str:
    while len(lines) > 1 and len("\n".join(lines).encode()) > room:
        lines.pop()
    return cut_bytes("\n".join(lines), room)
