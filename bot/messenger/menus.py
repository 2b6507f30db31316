"""The app's menu, at the foot of its chat: menu/create, menu/get, menu/delete (protocol reference 3.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.messenger.card_parts import bad
from bot.messenger.model import AppCredentials, JSONObject, Refusal

TOP, SUB = 3, 5
TOP_BYTES, SUB_BYTES, KEY_BYTES, URL_BYTES = 16, 40, 128, 1024
_KEYED = frozenset(
    {"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"}
    | {"location_select"}
)
Told = Callable[[], None]


class Menus:
    """One app's menu; `buttons` is empty while it has none. `changed` is called after each change."""

    def __init__(self, app: AppCredentials) -> None:
        self._app = app
        self.buttons: list[JSONObject] = []
        self.changed: Told = lambda: None

    def create(self, query: Mapping[str, str], body: JSONObject) -> JSONObject:
        """Replaces the menu as a whole."""
        self._ours(query)
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP:
            raise bad("button")
        for button in buttons:
            _check(button)
        self.buttons = buttons
        self.changed()
        return {}

    def get(self, query: Mapping[str, str]) -> JSONObject:
        self._ours(query)
        if not self.buttons:
            raise Refusal(46003, "menu no exist")
        return {"button": self.buttons}

    def delete(self, query: Mapping[str, str]) -> JSONObject:
        self._ours(query)
        self.buttons = []
        self.changed()
        return {}

    def keyed(self) -> set[str]:
        """What can be clicked and calls back."""
        return {item["key"] for item in self._items() if item.get("type") == "click"}

    def _items(self) -> Iterator[JSONObject]:
        for button in self.buttons:
            yield from button.get("sub_button") or [button]

    def _ours(self, query: Mapping[str, str]) -> None:
        agent = query.get("agentid", "")
        if not agent.isdecimal():
            raise Refusal(40056, "invalid agentid")
        if int(agent) != self._app.agent_id:
            raise Refusal(301002, "not allow operate another agent with this accesstoken")


def _check(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad("button")
    _name(button, TOP_BYTES)
    below = button.get("sub_button")
    if not below:
        _action(button)
        return
    if not isinstance(below, list) or len(below) > SUB:
        raise bad("sub_button")
    for item in below:
        if not isinstance(item, dict):
            raise bad("sub_button")
        _name(item, SUB_BYTES)
        _action(item)


def _name(button: JSONObject, most: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not name or len(name.encode()) > most:
        raise bad("button.name")


def _action(button: JSONObject) -> None:
    kind = button.get("type")
    if kind in _KEYED:
        _text(button, "key", KEY_BYTES)
    elif kind == "view":
        _text(button, "url", URL_BYTES)
        if "://" not in button["url"]:
            raise Refusal(45034, "url without a scheme: button.url")
    elif kind == "view_miniprogram":
        _text(button, "pagepath", URL_BYTES)
        _text(button, "appid", KEY_BYTES)
    else:
        raise bad("button.type")


def _text(button: JSONObject, name: str, most: int) -> None:
    value = button.get(name)
    if not isinstance(value, str) or not value or len(value.encode()) > most:
        raise bad(f"button.{name}")
