"""A DingTalk card as one sees it: the variables of its template, read as the template draws them.

The public template for AI cards draws `msgTitle`, `msgContent` and the buttons of `sys_full_json_obj`; the company's
own draws `title`, `markdown`, `buttons` and `form`, as config/defaults/dingtalk_card.toml describes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger.dingtalk.model import AI
from bot.messenger.model import Button, Selection, Shown

_STYLES = {"primary": 1, "danger": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown(Shown):
    """An interactive card."""

    @property
    def data(self) -> Mapping[str, str]:
        """The variables for all."""
        found: Mapping[str, str] = (self.card or {}).get("data", {})
        return found

    @property
    def title(self) -> str:
        """The headline."""
        return self.data.get("msgTitle" if self._public else "title", "")

    @property
    def markdown(self) -> str:
        """What stands below it."""
        return self.data.get("msgContent" if self._public else "markdown", "")

    @property
    def headline(self) -> str:
        """The headline stands in the list too."""
        return self.title

    @property
    def drawn(self) -> Mapping[str, Any]:
        """Its words; the public template has one tone, and says nothing of what sort it is."""
        tone, source = self.data.get("tone", ""), self.data.get("source", "")
        return {"title": self.title, "markdown": self.markdown, "tone": tone or "plain", "source": source}

    @property
    def buttons(self) -> list[Button]:
        """What can be tapped now; `key` is the id that comes back, or for the company's own template the action."""
        if self._public:
            whole = _object(self.data.get("sys_full_json_obj", ""))
            drawn = whole.get("msgButtons", ()) if "msgButtons" in whole.get("order", ()) else ()
            return [_public_button(each) for each in drawn]
        return [_own_button(each) for each in self._own_buttons if each.get("style") != "more"]

    @property
    def menu(self) -> list[Button]:
        """The buttons that the company's own template sets apart."""
        return [_own_button(each) for each in self._own_buttons if each.get("style") == "more"]

    @property
    def selections(self) -> list[Selection]:
        """The fields of the form that the company's own template shows."""
        if self._public:
            return []
        fields = _object(self.data.get("form", "")).get("fields") or ()
        return [self._field(each) for each in fields]

    @property
    def _own_buttons(self) -> list[Mapping[str, Any]]:
        return [] if self._public else _list(self.data.get("buttons", ""))

    @property
    def _public(self) -> bool:
        return (self.card or {}).get("template") == AI

    def _field(self, field: Mapping[str, Any]) -> Selection:
        options = tuple((each["value"], each["text"]) for each in field["options"])
        standing = field.get("defaultValue") or []
        several = field["type"] == "MULTI_SELECT"
        return Selection(
            key=field["name"],
            title=field.get("label", ""),
            options=options,
            selected=self.chosen.get(field["name"], tuple(standing) if several else (str(standing or ""),)),
            multiple=several,
        )


def _public_button(raw: Mapping[str, Any]) -> Button:
    style = 1 if raw.get("color") == "blue" else 2
    if raw.get("request"):
        return Button(str(raw.get("id", "")), str(raw.get("text", "")), style)
    return Button("", str(raw.get("text", "")), style, str(raw.get("url", "")))


def _own_button(raw: Mapping[str, Any]) -> Button:
    style = _STYLES.get(str(raw.get("style")), 2)
    url = str(raw.get("url", ""))
    return Button("" if url else str(raw.get("action", "")), str(raw.get("text", "")), style, url)


def _object(packed: str) -> Mapping[str, Any]:
    try:
        found = json.loads(packed) if packed else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _list(packed: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(packed) if packed else []
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
