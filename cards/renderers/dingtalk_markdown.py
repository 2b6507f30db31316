"""A card as DingTalk's markdown (protocol reference, trap 21 to 25): for messages, and as the body of a card.

The dialect knows headings, bold, quotes, links and flat lists, no tables and no code; a single line break is swallowed,
so every line is a paragraph. What people typed is shown as typed and never becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cards.budget import fit
from cards.model import Card, Link
from cards.renderers import text
from cards.renderers.typed import cut_bytes, harmless

TEXT_BYTES = 12_000
TITLE = 40  # characters that the list of chats shows

_LOOSE = str.maketrans({"*": "＊", "`": "｀", "[": "［", "]": "］", "|": "｜", "#": "＃"})
_LOOSE_BAR = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # one inside of a word is no markup: liu_gong
_LEADING = re.compile(r"^\s*(?:>+|[-+]\s|\d+\.\s)")


def message(card: Card, *, answers: bool = True) -> tuple[str, str]:
    """Title and text of a message. What can be answered by a tap elsewhere is said as what can be typed; without
    `answers`, nothing is answered and no page opened here."""
    if card.is_text:
        return title(card.text), cut_bytes(paragraphs(typed(line) for line in card.text.splitlines()), TEXT_BYTES)
    card = fit(card)
    parts = [f"### {typed(card.title)}", *body(card)]
    if answers:
        parts += [*(typed(each) for each in text.answers(card)), *links(card)]
    return title(card.title), cut_bytes(paragraphs(parts), TEXT_BYTES)


def body(card: Card) -> Iterable[str]:
    """All that stands between the headline and the buttons, a paragraph each."""
    if card.note:
        yield f"*{typed(card.note)}*"
    if card.state:
        yield f"**{typed(card.state)}**"
    if steps := text.progress_line(card):
        yield typed(steps)
    if card.facts:
        yield "\n".join(f"- {typed(key)}：{typed(value)}" for key, value in card.facts)
    yield from (typed(line) for line in card.lines)
    if card.quote:
        yield f"> {typed(card.quote)}"


def links(card: Card) -> Iterable[str]:
    """What opens a page, as addresses to follow."""
    for button in (*card.buttons, *card.more):
        if isinstance(button.action, Link):
            yield f"[{typed(button.label)}]({button.action.url})"
    if card.link:
        yield f"[看详情]({card.link})"


def paragraphs(parts: Iterable[str]) -> str:
    """Each on lines of its own, which this dialect needs a blank line for."""
    return "\n\n".join(part for part in parts if part)


def title(words: str) -> str:
    """The line that the list of chats and the notice on a locked screen show."""
    return " ".join(words.split())[:TITLE] or "跟进"


def typed(words: str) -> str:
    """On one line, with the marks of the dialect as their full-width look-alikes."""
    flat = _LOOSE_BAR.sub("＿", " ".join(words.split()).translate(_LOOSE))
    return _LEADING.sub("", harmless(flat))
