"""A card as DingTalk's interactive cards show it: the variables of a template (protocol reference 6.2, 6.7).

Two templates are known. The public one for AI cards needs nothing to be built: words and buttons, each of which calls
back with its id. The company's own, built after config/defaults/dingtalk_card.toml, has a form besides, so that one
picks before one taps. Every value is a text; what is more than that is packed into one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from cards.budget import fit
from cards.model import Button, Card, Link, Ticks
from cards.picked import CHOICE
from cards.renderers import dingtalk_ids, dingtalk_markdown
from cards.renderers.text import answers

PUBLIC = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
_ORDER = ("msgTitle", "msgContent", "msgButtons")
_FINISHED = "3"  # of an AI card whose text does not grow any more

Variables = dict[str, str]


def is_card(card: Card) -> bool:
    """Whether something on it can be tapped; a card on which nothing can is words."""
    if card.is_text or card.file is not None:
        return False
    card = fit(card)
    return any(not isinstance(button.action, Link) for button in (*card.buttons, *card.more))


def own(card: Card, picture: str = "") -> Variables:
    """The variables of the company's own template; `picture` is the media id of one that it shows."""
    card = fit(card)
    buttons = [_own_button(each) for each in card.buttons]
    buttons += [_own_button(each) | {"style": "more"} for each in card.more]
    return {
        "title": card.title,
        "tone": card.tone,
        "source": card.source,
        "markdown": dingtalk_markdown.paragraphs((*_shown(picture), *dingtalk_markdown.body(card), *_page(card))),
        "form": _packed({"fields": _fields(card)}),
        "buttons": _packed(buttons),
    }


def public(card: Card, picture: str = "") -> Variables:
    """The variables of the public template. It has no form: an option that a tap would pick first is a button itself,
    or, where there are several buttons, a number to be typed."""
    card = fit(card)
    said = [dingtalk_markdown.typed(each) for each in to_type(card)]
    text = dingtalk_markdown.paragraphs((*_shown(picture), *dingtalk_markdown.body(card), *said, *_page(card)))
    whole = {"order": list(_ORDER), "msgButtons": [_public_button(each) for each in taps(card)]}
    return {
        "flowStatus": _FINISHED,
        "msgTitle": card.title,
        "msgContent": text,
        "sys_full_json_obj": _packed(whole),
    }


def headline(card: Card) -> str:
    """The line in the list of chats."""
    return dingtalk_markdown.title(card.title)


# -- the company's own -------------------------------------------------------------------------------------------------


def _own_button(button: Button) -> dict[str, str]:
    wire = {"text": button.label, "style": button.style}
    if isinstance(button.action, Link):
        return wire | {"url": button.action.url}
    return wire | {"action": button.action.pack()}


def _fields(card: Card) -> list[dict[str, Any]]:
    """What is asked on the card, as fields of its form."""
    if card.choice is not None:
        choice = card.choice
        return [_field(CHOICE, choice.label, choice.options, choice.selected or choice.options[0][0])]
    if card.ticks is not None:
        return [_ticks(card.ticks)]
    return [_field(q.name, q.label, q.options, q.standing) for q in (card.lists.questions if card.lists else ())]


def _field(name: str, label: str, options: Sequence[tuple[str, str]], standing: str) -> dict[str, Any]:
    told = [{"value": value, "text": text} for value, text in options]
    return {"name": name, "label": label, "type": "SELECT", "options": told, "defaultValue": standing}


def _ticks(ticks: Ticks) -> dict[str, Any]:
    told = [{"value": value, "text": text} for value, text in ticks.options]
    return {"name": ticks.name, "label": "", "type": "MULTI_SELECT", "options": told, "defaultValue": [*ticks.ticked]}


# -- where there is no form: the public one, and links ---------------------------------------------------------------


def taps(card: Card) -> Iterable[Button]:
    """The buttons; of a choice with one button, its options in the button's place."""
    choice = card.choice
    buttons = [*card.buttons, *card.more]
    if choice is None or len(buttons) != 1 or isinstance(buttons[0].action, Link):
        return buttons
    action = buttons[0].action
    return [Button(text, action.picking(option)) for option, text in choice.options]


def to_type(card: Card) -> Iterable[str]:
    """What is asked but can only be typed where there is no form."""
    several = len(card.buttons) + len(card.more) > 1
    if card.choice is None or several:
        yield from answers(card, buttons=False)


def _public_button(button: Button) -> dict[str, Any]:
    wire: dict[str, Any] = {"text": button.label, "color": "blue" if button.style == "primary" else "gray"}
    if isinstance(button.action, Link):
        return wire | {"url": button.action.url}
    return wire | {"id": dingtalk_ids.id_of(button.action), "request": True}


def _shown(picture: str) -> Iterable[str]:
    if picture:
        yield f"![]({picture})"


def _page(card: Card) -> Iterable[str]:
    if card.link:
        yield f"[看详情]({card.link})"


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
