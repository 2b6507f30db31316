"""The calendars of the simulated DingTalk (日程, protocol reference 7.4): events of people, by their union ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.messenger.dingtalk.model import Call, DingTalkQuirks, V1Refusal
from bot.messenger.model import Ids, JSONObject
from bot.messenger.people import Organisation
from config.clock import Clock

_PATH = re.compile(r"v1\.0/calendar/users/(?P<union>[^/]+)/calendars/primary/events(?:/(?P<id>[^/]+))?")
_KEPT = timedelta(days=1)  # for which a key is known
_TITLE = 2048
_WRONG = "invalidParameter"


@dataclass(slots=True)
class Event:
    """One event in somebody's calendar; `reminds` is how many minutes before, None for never."""

    id: str
    union: str
    summary: str
    start: datetime
    end: datetime
    zone: str
    reminds: int | None
    told: bool  # whether DingTalk itself tells of it

    def answer(self) -> JSONObject:
        both = (("start", self.start), ("end", self.end))
        moments = {name: {"dateTime": at.isoformat(), "timeZone": self.zone} for name, at in both}
        return {"id": self.id, "summary": self.summary, "isAllDay": False, "status": "confirmed"} | moments


class DingTalkCalendars:
    """All events by their ids; `allowed` is whether the app has the permission."""

    def __init__(self, organisation: Organisation, clock: Clock, quirks: DingTalkQuirks, ids: Ids) -> None:
        self._organisation, self._clock, self._quirks, self._ids = organisation, clock, quirks, ids
        self._keys: dict[str, tuple[datetime, Event]] = {}
        self.events: dict[str, Event] = {}
        self.allowed = True
        self.changed: Callable[[], None] = lambda: None  # whoever shows the calendars

    def of(self, userid: str) -> list[Event]:
        """Somebody's events, the next one first."""
        return sorted((e for e in self.events.values() if e.union == f"uni-{userid}"), key=lambda each: each.start)

    def remove(self, userid: str, event: str) -> None:
        """The person removes one from his calendar; KeyError for what is not his."""
        if self.events[event].union != f"uni-{userid}":
            raise KeyError(event)
        self._put(event, None)

    def serves(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def do(self, method: str, path: str, call: Call) -> JSONObject:
        """Any call below `/v1.0/calendar/users/{unionId}/calendars/primary/events`."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise V1Refusal("InvalidAction.NotFound", status=404)
        if not self.allowed:
            denied = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
            raise V1Refusal(denied, "Calendar.Event.Write", 403)
        if self._organisation.find(found["union"].removeprefix("uni-")) is None:
            raise V1Refusal(_WRONG, "userId")
        if method == "POST" and not found["id"]:
            return self._made(found["union"], call.body, call.headers)
        event = self.events.get(found["id"] or "")
        if event is None or event.union != found["union"]:
            raise V1Refusal(self._quirks.no_such_event, "event not exist")
        if method == "DELETE":
            self._put(event.id, None)
            return {}
        if method == "PUT":
            if call.body.get("id") != event.id:
                raise V1Refusal(_WRONG, "id")
            event = self._read(event.id, event.union, call.body)
            self._put(event.id, event)
        return event.answer()

    def _made(self, union: str, body: JSONObject, headers: Mapping[str, str]) -> JSONObject:
        """Under a key that was used within a day it is the event of then."""
        key, now = headers.get("x-client-token", ""), self._clock.now()
        if key and key in self._keys and now - self._keys[key][0] < _KEPT:
            return self._keys[key][1].answer()
        event = self._read(self._ids("event"), union, body)
        self._put(event.id, event)
        if key:
            self._keys[key] = (now, event)
        return event.answer()

    def _put(self, number: str, event: Event | None) -> None:
        """The event as it is now, None for one that is gone."""
        if event is None:
            del self.events[number]
        else:
            self.events[number] = event
        self.changed()

    def _read(self, number: str, union: str, body: JSONObject) -> Event:
        summary = body.get("summary")
        if not isinstance(summary, str) or not 0 < len(summary) <= _TITLE:
            raise V1Refusal(_WRONG, "summary")
        start, zone = _moment(body.get("start"), "start")
        end, _ = _moment(body.get("end"), "end")
        if end <= start:
            raise V1Refusal(_WRONG, "end")
        reminders = body.get("reminders")
        first = reminders[0].get("minutes") if reminders else None
        reminds = 15 if reminders is None else first
        told = (body.get("extra") or {}).get("noPushNotification") != "true"
        return Event(number, union, summary, start, end, zone, reminds, told)


def _moment(given: Any, name: str) -> tuple[datetime, str]:
    """A moment with its zone, as an event that is not all day must have it."""
    try:
        at, zone = datetime.fromisoformat(given["dateTime"]), str(given["timeZone"])
    except (TypeError, KeyError, ValueError):
        raise V1Refusal(_WRONG, name) from None
    if at.tzinfo is None:
        raise V1Refusal(_WRONG, name)
    return at, zone
