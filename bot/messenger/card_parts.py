"""The parts of a template card and their hard limits, one function a part: `(value, where it stands) -> None`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from bot.messenger.model import Refusal

KEY_BYTES = 1024
OPTION_ID_BYTES = 128


def bad(field: str) -> Refusal:
    """40058 with the field's name."""
    return Refusal(40058, f"invalid parameter, wrong or missing field: {field}")


def plain(value: Any, at: str) -> None:
    """Any text."""
    if not isinstance(value, str):
        raise bad(at)


def source(value: Any, at: str) -> None:
    part = _object(value, at, {"icon_url", "desc", "desc_color"})
    _texts(part, at, "icon_url", "desc")
    _number(part, at, "desc_color", range(4))


def titles(value: Any, at: str) -> None:
    _texts(_object(value, at, {"title", "desc"}), at, "title", "desc")


def action_menu(value: Any, at: str) -> None:
    part = _object(value, at, {"desc", "action_list"})
    _texts(part, at, "desc")
    at = f"{at}.action_list"
    items = _list(part.get("action_list"), at, 1, 3, {"text", "key"})
    for item in items:
        _needed(item, at, "text")
        _key(item, at, "key", KEY_BYTES)
    _unique([item["key"] for item in items], f"{at}.key")


def jump(part: dict[str, Any], at: str, types: Collection[int] = (0, 1, 2)) -> None:
    """Where a tap leads: 0 nowhere, 1 a url, 2 a mini program."""
    _number(part, at, "type", types)
    _texts(part, at, "url", "appid", "pagepath")
    if part.get("type") == 1 and "://" not in part.get("url", ""):
        raise bad(f"{at}.url")
    if part.get("type") == 2 and not part.get("appid"):
        raise bad(f"{at}.appid")


def quote_area(value: Any, at: str) -> None:
    part = _object(value, at, {"type", "url", "appid", "pagepath", "title", "quote_text"})
    _texts(part, at, "title", "quote_text")
    jump(part, at)


def card_image(value: Any, at: str) -> None:
    part = _object(value, at, {"url", "aspect_ratio"})
    _needed(part, at, "url")
    ratio = part.get("aspect_ratio", 1.3)
    if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
        raise bad(f"{at}.aspect_ratio")


def image_text_area(value: Any, at: str) -> None:
    part = _object(value, at, {"type", "url", "appid", "pagepath", "title", "desc", "image_url"})
    _texts(part, at, "title", "desc")
    _needed(part, at, "image_url")
    jump(part, at)


def vertical_list(value: Any, at: str) -> None:
    for item in _list(value, at, 0, 4, {"title", "desc"}):
        _needed(item, at, "title")
        _texts(item, at, "desc")


def horizontal_list(value: Any, at: str) -> None:
    """Key and value; 1 opens a url, 2 an attachment, 3 a member's page."""
    needs = {1: "url", 2: "media_id", 3: "userid"}
    for item in _list(value, at, 0, 6, {"type", "keyname", "value", "url", "media_id", "userid"}):
        _needed(item, at, "keyname")
        _texts(item, at, "value")
        _number(item, at, "type", range(4))
        if need := needs.get(item.get("type", 0)):
            _needed(item, at, need)


def jump_list(value: Any, at: str) -> None:
    for item in _list(value, at, 0, 3, {"type", "title", "url", "appid", "pagepath"}):
        _needed(item, at, "title")
        jump(item, at)


def button_list(value: Any, at: str) -> None:
    buttons = _list(value, at, 1, 6, {"type", "text", "style", "key", "url"})
    for button in buttons:
        _needed(button, at, "text")
        _number(button, at, "style", range(1, 5))
        _number(button, at, "type", range(2))
        if button.get("type") == 1:
            jump(button, at)
        else:
            _key(button, at, "key", KEY_BYTES)
    _unique([b["key"] for b in buttons if b.get("type") != 1], f"{at}.key")


def question(value: Any, at: str) -> None:
    """One choice of at most ten options."""
    part = _object(value, at, {"question_key", "title", "option_list", "selected_id", "disable"})
    _texts(part, at, "title", "selected_id")
    _choices(part, at, 10, {"id", "text"})


def checkbox(value: Any, at: str) -> None:
    part = _object(value, at, {"question_key", "mode", "option_list", "disable"})
    _number(part, at, "mode", range(2))
    _choices(part, at, 20, {"id", "text", "is_checked"})


def select_list(value: Any, at: str) -> None:
    questions = _list(value, at, 1, 3)
    for one in questions:
        question(one, at)
    _unique([q["question_key"] for q in questions], f"{at}.question_key")


def submit_button(value: Any, at: str) -> None:
    part = _object(value, at, {"text", "key"})
    _texts(part, at, "text")
    _key(part, at, "key", KEY_BYTES)


def _choices(part: dict[str, Any], at: str, most: int, known: set[str]) -> None:
    _key(part, at, "question_key", KEY_BYTES)
    _flag(part, at, "disable")
    at = f"{at}.option_list"
    options = _list(part.get("option_list"), at, 1, most, known)
    for option in options:
        _key(option, at, "id", OPTION_ID_BYTES)
        _needed(option, at, "text")
        _flag(option, at, "is_checked")
    _unique([option["id"] for option in options], f"{at}.id")


def _object(value: Any, at: str, known: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad(at)
    for name in value:
        if known is not None and name not in known:
            raise bad(f"{at}.{name}")
    return value


def _list(value: Any, at: str, least: int, most: int, known: set[str] | None = None) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise bad(at)
    return [_object(item, at, known) for item in value]


def _texts(part: dict[str, Any], at: str, *names: str) -> None:
    _each(part, at, names, lambda value: isinstance(value, str))


def _flag(part: dict[str, Any], at: str, name: str) -> None:
    _each(part, at, (name,), lambda value: isinstance(value, bool))


def _number(part: dict[str, Any], at: str, name: str, allowed: Collection[int]) -> None:
    _each(part, at, (name,), lambda value: type(value) is int and value in allowed)


def _each(part: dict[str, Any], at: str, names: tuple[str, ...], right: Callable[[Any], bool]) -> None:
    for name in names:
        if name in part and not right(part[name]):
            raise bad(f"{at}.{name}")


def _needed(part: dict[str, Any], at: str, name: str) -> None:
    if not isinstance(part.get(name), str) or not part[name]:
        raise bad(f"{at}.{name}")


def _key(part: dict[str, Any], at: str, name: str, most: int) -> None:
    _needed(part, at, name)
    if len(part[name].encode()) > most:
        raise bad(f"{at}.{name}")


def _unique(keys: list[str], at: str) -> None:
    if len(set(keys)) < len(keys):
        raise bad(at)
