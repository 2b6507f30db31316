"""What a message other than a text brings along: a file, a place, a link (protocol reference 1.6). Pure.

A file stays with WeCom for three days, and its MediaId is all that we are told of it; the type `file` itself is not in
WeCom's documentation, so the element with its name is looked for under the names that were seen.
"""

from __future__ import annotations

import math
from typing import Any
from xml.etree.ElementTree import Element

from bot.message import FILE_WORDS, FileRef, Location, SharedLink

_LONGEST_ID, _LONGEST_NAME, _LONGEST_URL = 256, 200, 2048
_NAMES = ("FileName", "Title", "Name")


def contents(kind: str, root: Element) -> dict[str, Any]:
    """The fields of a `Message` of this MsgType; `other` where it is none that we know, or lacks what makes it one."""
    made: dict[str, Any] | None = None
    if kind in FILE_WORDS:
        made = _file(kind, root)
    elif kind == "location":
        made = _place(root)
    elif kind == "link":
        made = _link(root)
    return made or {"kind": "other", "text": WORDS.get(kind, kind[:32])}


WORDS = {**FILE_WORDS, "location": "位置", "link": "链接"}


def _file(kind: Any, root: Element) -> dict[str, Any] | None:
    media_id = _line(root, "MediaId")
    if not media_id or len(media_id) > _LONGEST_ID:
        return None
    name = next(filter(None, (_line(root, each) for each in _NAMES)), "") if kind == "file" else ""
    source = {"media_id": media_id}
    if kind == "voice" and (form := _line(root, "Format")):
        source["format"] = form[:10]
    return {"kind": "file", "files": (FileRef(kind=kind, source=source, name=name[:_LONGEST_NAME]),)}


def _place(root: Element) -> dict[str, Any] | None:
    """`Location_X` is the latitude."""
    latitude, longitude = _degrees(root, "Location_X", 90), _degrees(root, "Location_Y", 180)
    if latitude is None or longitude is None:
        return None
    return {"kind": "place", "location": Location(latitude, longitude, _line(root, "Label")[:_LONGEST_NAME])}


def _link(root: Element) -> dict[str, Any] | None:
    url = _line(root, "Url")
    if not url.lower().startswith(("http://", "https://")) or len(url) > _LONGEST_URL:
        return None
    title, text = _line(root, "Title")[:_LONGEST_NAME], _line(root, "Description")[:_LONGEST_NAME]
    return {"kind": "link", "link": SharedLink(url, title, text)}


def _degrees(root: Element, name: str, most: float) -> float | None:
    try:
        value = float(_line(root, name))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None


def _line(root: Element, name: str) -> str:
    """The element's text in one line."""
    return " ".join((root.findtext(name) or "").split())
