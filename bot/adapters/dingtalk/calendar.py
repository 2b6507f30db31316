"""Appointments in DingTalk's calendar (日程, protocol reference 7.4): events of a person's own calendar.

Making one is repeated under a key that DingTalk takes once, for a day. With which code it refuses what is not there any
more is not published, so what it refuses for good is looked up. genjin has told of the appointment and reminds of it
itself: DingTalk does neither.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.errors import Unlisted
from bot.adapters.dingtalk.people import UnionIds
from bot.adapters.words import ident
from domain.actor import JSON
from domain.errors import ChannelError
from domain.mirrored import Appointment, Stands

_QUIET: JSON = {"noPushNotification": "true", "noChatNotification": "true"}


class DingTalkCalendar:
    """`scheduler.ports.Calendar` of one app."""

    def __init__(self, api: DingTalkApi, unions: UnionIds, zone: ZoneInfo) -> None:
        self._api, self._unions, self._zone = api, unions, zone

    async def put(self, userid: str, appointment: Appointment) -> Stands:
        """Make it so."""
        events = f"calendar/users/{await self._unions.of(userid)}/calendars/primary/events"
        item, times = appointment.item, appointment.times
        if appointment.gone:
            if item:
                await self._changed("DELETE", f"{events}/{item}", {}, "?pushNotification=false")
            return Stands("")
        told: dict[str, JSON] = {"summary": appointment.text, "isAllDay": False, "reminders": [], "extra": _QUIET}
        told |= {"start": self._moment(appointment.at), "end": self._moment(appointment.until)}
        if item:
            if await self._changed("PUT", f"{events}/{item}", told | {"id": item}):
                return Stands(item)
            times += 1
        key = hashlib.sha256(f"{events} {appointment.key(times)}".encode()).hexdigest()[:32]
        made = ident(await self._api.call("POST", events, told, key=key), "id")
        if not made:
            raise ChannelError("dingtalk calendar/events: no id in the answer")
        return Stands(made)

    async def _changed(self, method: str, event: str, told: dict[str, JSON], query: str = "") -> bool:
        """Change or remove an event; False where it is not there."""
        try:
            await self._api.call(method, f"{event}{query}", told)
        except Unlisted:
            if await self._there(event):
                raise
            return False
        return True

    async def _there(self, event: str) -> bool:
        try:
            found = await self._api.look_up(event, expected=frozenset())
        except Unlisted:
            return False
        return found.get("status") != "cancelled"

    def _moment(self, at: datetime) -> JSON:
        return {"dateTime": at.astimezone(self._zone).isoformat(timespec="seconds"), "timeZone": self._zone.key}
