"""Whether WeCom would take a template card: the fields of each type, and the hard limits.

Lengths that the documentation only advises (a title of 36 characters) are cut on a phone's screen, never refused, so
they are not looked at here. Everything else is refused with 40058 and the name of the field; a missing or impossible
`card_action` has its own number, 42045.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.messenger import card_parts as parts
from bot.messenger.card_parts import bad
from bot.messenger.model import INTERACTIVE, Refusal

NOTICES = ("text_notice", "news_notice")
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}\Z")
CARD_ACTION = 42045

_SHARED = {"card_type", "source", "task_id", "main_title"}
_NOTICE = {"action_menu", "quote_area", "horizontal_content_list", "jump_list", "card_action"}
FIELDS: Mapping[str, set[str]] = {
    "text_notice": _SHARED | _NOTICE | {"emphasis_content", "sub_title_text"},
    "news_notice": _SHARED | _NOTICE | {"card_image", "image_text_area", "vertical_content_list"},
    "button_interaction": _SHARED
    | {"action_menu", "quote_area", "sub_title_text", "horizontal_content_list", "card_action"}
    | {"button_selection", "button_list"},
    "vote_interaction": _SHARED | {"checkbox", "submit_button"},
    "multiple_interaction": _SHARED | {"select_list", "submit_button"},
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "text_notice": (),
    "news_notice": ("main_title",),
    "button_interaction": ("main_title", "button_list"),
    "vote_interaction": ("main_title", "checkbox", "submit_button"),
    "multiple_interaction": ("main_title", "select_list", "submit_button"),
}
CHECKS: Mapping[str, Callable[[Any, str], None]] = {
    "source": parts.source,
    "action_menu": parts.action_menu,
    "main_title": parts.titles,
    "quote_area": parts.quote_area,
    "emphasis_content": parts.titles,
    "sub_title_text": parts.plain,
    "card_image": parts.card_image,
    "image_text_area": parts.image_text_area,
    "vertical_content_list": parts.vertical_list,
    "horizontal_content_list": parts.horizontal_list,
    "jump_list": parts.jump_list,
    "button_selection": parts.question,
    "button_list": parts.button_list,
    "checkbox": parts.checkbox,
    "select_list": parts.select_list,
    "submit_button": parts.submit_button,
    "replace_text": parts.plain,
}


def calls_back(card: Mapping[str, Any]) -> bool:
    """Whether a tap on this card reaches the app, so that sending it gives a response_code."""
    return card.get("card_type") in INTERACTIVE or bool(card.get("action_menu"))


def check(card: Any, *, updating: bool = False, strict: bool = True) -> dict[str, Any]:
    """The card if WeCom would take it; raises `Refusal`. An update may carry `replace_text` and needs no task_id."""
    if not isinstance(card, dict):
        raise bad("template_card")
    kind = card.get("card_type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise bad("card_type")
    if strict:
        _fields(card, kind, updating)
        _titles(card, kind)
        _card_action(card, kind)
    if not updating:
        _task_id(card)
    return card


def _fields(card: Mapping[str, Any], kind: str, updating: bool) -> None:
    allowed = FIELDS[kind] | ({"replace_text"} if updating and kind in INTERACTIVE else set())
    for name in card:
        if name not in allowed:
            raise bad(name)
    for name in REQUIRED[kind]:
        if name not in card:
            raise bad(name)
    for name, value in card.items():
        if name in CHECKS:
            CHECKS[name](value, name)


def _titles(card: Mapping[str, Any], kind: str) -> None:
    title = (card.get("main_title") or {}).get("title")
    if not title and not (kind == "text_notice" and card.get("sub_title_text")):
        raise bad("main_title.title")
    if kind == "news_notice" and not card.get("card_image") and not card.get("image_text_area"):
        raise bad("card_image")


def _card_action(card: Mapping[str, Any], kind: str) -> None:
    action = card.get("card_action")
    if action is None and kind not in NOTICES:
        return
    allowed = (1, 2) if kind in NOTICES else (0, 1, 2)
    if not isinstance(action, dict) or action.get("type", 0) not in allowed:
        raise Refusal(CARD_ACTION, "template_card action invalid")
    try:
        parts.jump(action, "card_action", allowed)
    except Refusal as wrong:
        raise Refusal(CARD_ACTION, wrong.errmsg) from None


def _task_id(card: Mapping[str, Any]) -> None:
    task_id = card.get("task_id")
    if task_id is None and not calls_back(card):
        return
    if not isinstance(task_id, str) or not TASK_ID.match(task_id):
        raise bad("task_id")
