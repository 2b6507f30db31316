"""A card as WeCom's smart robot shows it: template card or markdown, within the limits of the protocol reference 5.4.

Its cards are those of the app with what the robot does not know taken out: buttons that open a page, `replace_text`.
Its markdown is a wider dialect than the app's, without colours and mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from cards.budget import fit
from cards.model import Button, Card, Link
from cards.renderers import wecom
from cards.renderers.text import plain_text, progress_line
from cards.renderers.typed import cut_bytes, harmless
from cards.renderers.wecom import Fields

TEXT_BYTES = 20_480
WELCOME_BYTES = 2_048

_LOOSE = str.maketrans({"*": "＊", "`": "｀", "[": "［", "]": "］", "|": "｜"})
_LEADING = re.compile(r"^\s*[#>]+")


def is_card(card: Card) -> bool:
    """Whether it goes as a template card; else as markdown."""
    return wecom.form(card) == "template_card" and (bool(_taps(card.buttons) or _taps(card.more)) or bool(_page(card)))


def template_card(card: Card, task_id: str) -> Fields:
    """The object `template_card` of a message; `task_id` must be new for each message."""
    return wecom.template_card(_without_links(card), task_id)


def replacement(card: Card, task_id: str) -> Fields:
    """The object `template_card` of an update; a closed card keeps one quiet button that says its state."""
    wire = wecom.replacement(_without_links(card), task_id)
    return {name: value for name, value in wire.items() if name != "replace_text"}


def markdown(card: Card) -> str:
    """The content of a stream or of a markdown message."""
    if card.is_text:
        return cut_bytes("\n".join(_typed(line) for line in card.text.splitlines()) or "…", TEXT_BYTES)
    card = fit(card)
    return cut_bytes("\n".join(_lines(card)), TEXT_BYTES)


def plain(card: Card) -> str:
    """The content of a welcome message, which knows no markup."""
    return cut_bytes(harmless(plain_text(card)), WELCOME_BYTES)


def headline(card: Card) -> str:
    """One line that stands above a card."""
    return _typed(fit(card).title) or "好了"


def beginning(content: str, most: int) -> str:
    """The first lines of a text, as many as `most` bytes hold; of a line that is longer, its beginning."""
    kept: list[str] = []
    for line in content.splitlines():
        if len("\n".join([*kept, line]).encode()) > most:
            break
        kept.append(line)
    return "\n".join(kept) or cut_bytes(content, most)


def _without_links(card: Card) -> Card:
    """A button cannot open a page: the first such page is where a tap on the card itself leads."""
    return replace(card, buttons=_taps(card.buttons), more=_taps(card.more), link=_page(card))


def _taps(buttons: Iterable[Button]) -> tuple[Button, ...]:
    return tuple(button for button in buttons if not isinstance(button.action, Link))


def _page(card: Card) -> str | None:
    if card.link:
        return card.link
    return next((b.action.url for b in (*card.buttons, *card.more) if isinstance(b.action, Link)), None)


def _lines(card: Card) -> Iterable[str]:
    yield f"**{_typed(card.title)}**"
    yield from (_typed(grey) for grey in (card.note, card.state) if grey)
    if steps := progress_line(card):
        yield _typed(steps)
    yield from (f"> {_typed(key)}：{_typed(value)}" for key, value in card.facts)
    yield from (_typed(line) for line in card.lines)
    if card.quote:
        yield f"> 原话：{_typed(card.quote)}"
    for button in card.buttons:
        if isinstance(button.action, Link):
            yield f"[{_typed(button.label)}]({button.action.url})"
    if card.link:
        yield f"[看详情]({card.link})"


def _typed(words: str) -> str:
    """On one line, with the marks of the dialect as their full-width look-alikes."""
    flat = " ".join(words.split()).translate(_LOOSE)
    return _LEADING.sub("", harmless(flat))
