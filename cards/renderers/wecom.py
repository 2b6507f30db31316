"""A card as WeCom's app shows it: template card or text, within the limits of the protocol reference 3.2 and 3.4.

Which of the five template cards follows from what the card holds:

    ticks                    vote_interaction
    lists                    multiple_interaction
    buttons or a menu        button_interaction, with a choice as its list
    a picture with a title   news_notice
    a page and none of these text_notice

A notice needs a page to open, so a card with neither button nor page goes out as markdown (`wecom_markdown`). Keys of
buttons are packed actions; styles 1 and 2 are the only ones whose looks are certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cards.budget import MORE, cut, fit
from cards.model import Button, Card, Link
from cards.picked import CHOICE
from cards.renderers.text import progress_line
from cards.renderers.typed import cut_bytes, harmless
from domain.actor import JSON

TEXT_BYTES = 2048

_COLOUR = {"plain": 0, "good": 3, "warn": 2, "bad": 2}
_SUBTITLE = 160
_STATE = 10
_BUTTONS = 6

Fields = dict[str, JSON]


def form(card: Card) -> Literal["text", "template_card", "markdown", "file"]:
    """How the card goes to one member."""
    if card.file is not None:
        return "file"
    if card.is_text:
        return "text"
    card = fit(card)
    return "template_card" if card.buttons or card.more or card.link else "markdown"


def template_card(card: Card, task_id: str) -> Fields:
    """The object `template_card` of a message; `task_id` must be new for each message."""
    card = fit(card)
    if (wire := _at_once(card, task_id)) is not None:
        return wire
    links = [button for button in card.more if isinstance(button.action, Link)]  # a menu holds none
    menu = [button for button in card.more if not isinstance(button.action, Link)]
    buttons = [*card.buttons, *links][:_BUTTONS]
    if buttons:
        return _interaction(card, task_id, buttons, menu)
    if menu:
        return _interaction(card, task_id, menu)
    return {"card_type": "text_notice", "task_id": task_id, **_body(card)}


def news(card: Card, picture: str, task_id: str) -> Fields:
    """The object `template_card` of a card that shows a picture, at this address; its buttons are in the menu."""
    card = fit(card)
    items: list[JSON] = [
        {"text": each.label, "key": _key(each)}
        for each in (*card.buttons, *card.more)
        if not isinstance(each.action, Link)
    ]
    wire: Fields = {"card_type": "news_notice", "task_id": task_id, **_head(card)}
    wire |= {
        "card_image": {"url": picture, "aspect_ratio": 1.3},
        "card_action": {"type": 1, "url": card.link or picture},
    }
    if card.facts:
        wire["horizontal_content_list"] = [{"keyname": key, "value": value} for key, value in card.facts]
    return wire | ({"action_menu": {"desc": "更多", "action_list": items[:MORE]}} if items else {})


def replacement(card: Card, task_id: str) -> Fields:
    """The object `template_card` of an update. A closed card keeps one dead button that says its state."""
    card = fit(card)
    if card.buttons or card.more:
        return template_card(card, task_id)
    state = card.state or cut(card.title.split(" · ")[0], _STATE)
    dead: JSON = [{"text": state, "style": 2, "key": "none"}]
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        **_body(card),
        "button_list": dead,
        "replace_text": state,
    }


def text(card: Card) -> str:
    """The content of a text message."""
    return cut_bytes(harmless(card.text), TEXT_BYTES)


def _at_once(card: Card, task_id: str) -> Fields | None:
    """The card that asks for several things and has one button; None for any other."""
    if (card.ticks is None and card.lists is None) or not card.buttons:
        return None
    button = card.buttons[0]
    head: Fields = {"task_id": task_id, **_head(card), "submit_button": {"text": button.label, "key": _key(button)}}
    if card.ticks is not None:
        boxes: list[JSON] = [
            {"id": i, "text": words, "is_checked": i in card.ticks.ticked} for i, words in card.ticks.options
        ]
        box: Fields = {"question_key": card.ticks.name, "mode": 1, "option_list": boxes}
        return {"card_type": "vote_interaction", **head, "checkbox": box}
    lists = card.lists.questions if card.lists else ()
    selects = [_select(each.name, each.label, each.options, each.selected) for each in lists]
    return {"card_type": "multiple_interaction", **head, "select_list": [*selects]}


def _select(name: str, label: str, options: Sequence[tuple[str, str]], selected: str | None) -> Fields:
    items: list[JSON] = [{"id": i, "text": words} for i, words in options]
    wire: Fields = {"question_key": name, "title": label, "option_list": items}
    return wire if selected is None else wire | {"selected_id": selected}


def _interaction(card: Card, task_id: str, buttons: Sequence[Button], menu: Sequence[Button] = ()) -> Fields:
    wire: Fields = {"card_type": "button_interaction", "task_id": task_id, **_body(card)}
    if menu:
        items: list[JSON] = [{"text": item.label, "key": _key(item)} for item in menu]
        wire["action_menu"] = {"desc": "更多", "action_list": items}
    if card.choice:
        choice = card.choice
        wire["button_selection"] = _select(CHOICE, choice.label, choice.options, choice.selected)
    wire["button_list"] = [_button(button) for button in buttons]
    return wire


def _head(card: Card) -> Fields:
    """What all kinds of card have in common."""
    return {
        "source": {"desc": card.source, "desc_color": _COLOUR[card.tone]},
        "main_title": {"title": card.title, "desc": card.note} if card.note else {"title": card.title},
    }


def _body(card: Card) -> Fields:
    """What a notice and a card with buttons have in common."""
    wire = _head(card)
    if card.quote:
        wire["quote_area"] = {"type": 0, "title": "原话", "quote_text": card.quote}
    if below := "\n".join(line for line in (progress_line(card), *card.lines) if line):
        wire["sub_title_text"] = cut(below, _SUBTITLE)
    if card.facts:
        wire["horizontal_content_list"] = [{"keyname": key, "value": value} for key, value in card.facts]
    if card.link:
        wire["card_action"] = {"type": 1, "url": card.link}
    return wire


def _button(button: Button) -> Fields:
    style = 1 if button.style == "primary" else 2
    if isinstance(button.action, Link):
        return {"type": 1, "text": button.label, "style": style, "url": button.action.url}
    return {"text": button.label, "style": style, "key": _key(button)}


def _key(button: Button) -> str:
    return "" if isinstance(button.action, Link) else button.action.pack()
