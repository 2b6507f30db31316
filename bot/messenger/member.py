"""What a member does beside typing and tapping: sends pictures, recordings, files, places and links, opens the menu."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias

from bot.messenger.chats import Chats
from bot.messenger.events import Events, legal
from bot.messenger.media import MediaStore
from bot.messenger.menus import Menus
from bot.messenger.model import Delivery, Ids, JSONObject, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from config.clock import Clock

FileKind: TypeAlias = Literal["image", "voice", "video", "file"]
Push: TypeAlias = Callable[[str, str, str], Awaitable[Delivery]]


class Members:
    """Each of it stands in the member's chat at once, then the app is told. Unknown members raise KeyError."""

    def __init__(
        self,
        organisation: Organisation,
        clock: Clock,
        quirks: Quirks,
        ids: Ids,
        *,
        chats: Chats,
        events: Events,
        media: MediaStore,
        menus: Menus,
        push: Push,
    ) -> None:
        self._organisation, self._clock, self._quirks, self._ids = organisation, clock, quirks, ids
        self._chats, self._events, self._media, self._menus, self._push = chats, events, media, menus, push

    async def file(
        self, userid: str, kind: FileKind, filename: str, data: bytes, content_type: str = "application/octet-stream"
    ) -> Delivery:
        """A file from the member's phone; raises `Refusal` where the client would not let it go."""
        member = self._organisation.get(userid).userid
        media_id = self._media.keep(kind, filename, content_type, data)
        message_id, now = self._ids("message"), self._clock.now()
        more = {
            "image": {"PicUrl": f"http://127.0.0.1/pic/{media_id}"},
            "voice": {"Format": "amr"},
            "video": {"ThumbMediaId": media_id},
            "file": {self._quirks.file_name_element: filename},
        }[kind]
        self._show(member, message_id, kind, f"[{legal(filename)}]", {"media_id": media_id})
        return await self._push(member, self._events.file(member, now, kind, media_id, message_id, **more), message_id)

    async def location(self, userid: str, latitude: float, longitude: float, label: str) -> Delivery:
        """Where the member is, by the client's map."""
        member, message_id, now = self._organisation.get(userid).userid, self._ids("message"), self._clock.now()
        self._show(member, message_id, "location", legal(label), {"latitude": latitude, "longitude": longitude})
        inner = self._events.location(member, now, latitude, longitude, label, message_id)
        return await self._push(member, inner, message_id)

    async def link(self, userid: str, title: str, description: str, url: str) -> Delivery:
        """A page that the member passes on."""
        member, message_id, now = self._organisation.get(userid).userid, self._ids("message"), self._clock.now()
        self._show(member, message_id, "link", legal(title), {"url": legal(url), "description": legal(description)})
        return await self._push(member, self._events.link(member, now, title, description, url, message_id), message_id)

    async def click(self, userid: str, key: str) -> Delivery:
        """An item of the app's menu; raises KeyError for one that it has not."""
        member = self._organisation.get(userid).userid
        if key not in self._menus.keyed():
            raise KeyError(key)
        return await self._push(member, self._events.click(member, self._clock.now(), key), "")

    async def happen(self, event: str, parts: Mapping[str, str]) -> Delivery:
        """Something that no member said: a change of the address book, a customer that was added outside, ..."""
        sender = parts.get("FromUserName", "sys")
        return await self._push(sender, self._events.happening(sender, self._clock.now(), event, parts), "")

    def _show(self, member: str, message_id: str, kind: str, text: str, part: JSONObject) -> None:
        now = self._clock.now()
        shown = Shown(id=message_id, sender=member, at=now, kind=kind, text=text, card=part, mine=True)
        self._chats.show(member, shown)
