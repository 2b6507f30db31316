"""A template card written in XML, as passive replies carry it: CamelCase names, lists repeated without a wrapper."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

_LISTS = {
    "HorizontalContentList",
    "VerticalContentList",
    "JumpList",
    "ButtonList",
    "SelectList",
    "OptionList",
    "ActionList",
}
_ONE_WORD = {"AppId", "PagePath", "KeyName", "UserId", "CheckBox"}  # appid, pagepath, keyname, userid, checkbox
_NUMBERS = {"Type", "Style", "DescColor", "Mode"}
_FLAGS = {"Disable", "IsChecked"}


def card_from_xml(element: Element) -> dict[str, Any]:
    """The same card as message/send would take it; raises ValueError for a number that is none."""
    card: dict[str, Any] = {}
    for child in element:
        name = child.tag.lower() if child.tag in _ONE_WORD else re.sub(r"(?<!^)(?=[A-Z])", "_", child.tag).lower()
        value = card_from_xml(child) if len(child) else _scalar(child)
        if child.tag in _LISTS:
            card.setdefault(name, []).append(value)
        else:
            card[name] = value
    return card


def _scalar(element: Element) -> str | int | float | bool:
    text = element.text or ""
    if element.tag in _NUMBERS:
        return int(text)
    if element.tag in _FLAGS:
        return text.strip().lower() in ("1", "true")
    return float(text) if element.tag == "AspectRatio" else text
