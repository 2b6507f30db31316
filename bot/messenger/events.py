"""The inner XML of callbacks: a member's text, an opened chat, a tap on a card or on its menu."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.messenger.model import AppCredentials, Selection

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not allowed in XML 1.0


def legal(text: str) -> str:
    """The text without what XML cannot hold; no keyboard types it either."""
    return _ILLEGAL.sub("", text)


def cdata(text: str) -> str:
    """The text as a CDATA section; `]]>` is split over two."""
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, text: str) -> str:
    return f"<{name}>{cdata(text)}</{name}>"


class Events:
    """Writes what one app is told."""

    def __init__(self, app: AppCredentials) -> None:
        self._app = app

    def text(self, userid: str, at: datetime, content: str, message_id: str) -> str:
        """A text; `message_id` stays the same over all deliveries."""
        body = element("Content", content) + f"<MsgId>{message_id}</MsgId>"
        return self._whole(userid, at, "text", body)

    def file(self, userid: str, at: datetime, kind: str, media_id: str, message_id: str, **more: str) -> str:
        """An image, voice, video or file; `more` are the elements that only its type has."""
        parts = {"MediaId": media_id, **more}
        body = "".join(element(name, text) for name, text in parts.items())
        return self._whole(userid, at, kind, body + f"<MsgId>{message_id}</MsgId>")

    def location(
        self, userid: str, at: datetime, latitude: float, longitude: float, label: str, message_id: str
    ) -> str:
        """Where the member says to be: the latitude is X."""
        degrees = f"<Location_X>{latitude}</Location_X><Location_Y>{longitude}</Location_Y><Scale>16</Scale>"
        body = degrees + element("Label", label) + element("AppType", "wxwork") + f"<MsgId>{message_id}</MsgId>"
        return self._whole(userid, at, "location", body)

    def link(self, userid: str, at: datetime, title: str, description: str, url: str, message_id: str) -> str:
        """A page that was passed on."""
        parts = {"Title": title, "Description": description, "Url": url, "PicUrl": ""}
        body = "".join(element(name, text) for name, text in parts.items())
        return self._whole(userid, at, "link", body + f"<MsgId>{message_id}</MsgId>")

    def click(self, userid: str, at: datetime, key: str) -> str:
        """An item of the app's menu that calls back."""
        return self._whole(userid, at, "event", element("Event", "click") + element("EventKey", key))

    def happening(self, sender: str, at: datetime, event: str, parts: Mapping[str, str]) -> str:
        """An event of any kind, with these elements."""
        told = {"Event": event, **{name: text for name, text in parts.items() if name != "FromUserName"}}
        return self._whole(sender, at, "event", "".join(element(name, text) for name, text in told.items()))

    def enter(self, userid: str, at: datetime) -> str:
        """The member opened the app's chat."""
        return self._whole(userid, at, "event", element("Event", "enter_agent") + "<EventKey></EventKey>")

    def card(
        self,
        userid: str,
        at: datetime,
        *,
        event: str,
        key: str,
        task_id: str,
        card_type: str,
        code: str,
        selections: Iterable[Selection] = (),
    ) -> str:
        """`template_card_event` or `template_card_menu_event`."""
        parts = {"Event": event, "EventKey": key, "TaskId": task_id, "CardType": card_type, "ResponseCode": code}
        body = "".join(element(name, text) for name, text in parts.items())
        items = "".join(_selected(s) for s in selections)
        return self._whole(userid, at, "event", body + (f"<SelectedItems>{items}</SelectedItems>" if items else ""))

    def _whole(self, userid: str, at: datetime, kind: str, body: str) -> str:
        head = element("ToUserName", self._app.corp_id) + element("FromUserName", userid)
        head += f"<CreateTime>{int(at.timestamp())}</CreateTime>" + element("MsgType", kind)
        return f"<xml>{head}{body}<AgentID>{self._app.agent_id}</AgentID></xml>"


def _selected(selection: Selection) -> str:
    options = "".join(element("OptionId", option) for option in selection.selected)
    key = element("QuestionKey", selection.key)
    return f"<SelectedItem>{key}<OptionIds>{options}</OptionIds></SelectedItem>"
