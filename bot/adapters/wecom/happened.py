"""What an event of WeCom tells that no person said (protocol reference 1.7): recognised, and kept as it came.

`subscribe` comes for everybody at once when the app is published, and changes of the address book come from `sys`, so
none of it begins a conversation.
"""

from __future__ import annotations

from typing import Literal
from xml.etree.ElementTree import Element

from bot.message import Happening
from domain.actor import JSON

_NAMES: dict[str, Literal["joined", "left", "people", "customers"]] = {
    "subscribe": "joined",
    "unsubscribe": "left",
    "change_contact": "people",
    "change_external_contact": "customers",
}
_KNOWN_OTHERWISE = {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "AgentID"}


def happening(event: str, root: Element) -> Happening | None:
    """What happened; None for an event of another kind. `event` is in lower case."""
    name = _NAMES.get(event)
    if name is None:
        return None
    return Happening(name, {each.tag: _value(each) for each in root if each.tag not in _KNOWN_OTHERWISE})


def _value(element: Element) -> JSON:
    """A text, or what is below by its names; what stands there several times is a list."""
    if not len(element):
        return (element.text or "").strip()
    found: dict[str, list[JSON]] = {}
    for each in element:
        found.setdefault(each.tag, []).append(_value(each))
    return {tag: values[0] if len(values) == 1 else values for tag, values in found.items()}
