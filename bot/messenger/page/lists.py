"""To-dos (待办) and calendars (日程) of the simulated DingTalk on the page: what stands there, what its owner does."""

from __future__ import annotations

from collections.abc import Callable

from bot.messenger.dingtalk.calendar import Event
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.dingtalk.todos import Item
from bot.messenger.model import JSONObject
from bot.messenger.page.frames import milliseconds


class ListsFace:
    """Both lists of everybody whom the app may see. All ids are DingTalk's own."""

    def __init__(self, server: DingTalkServer) -> None:
        self._server = server
        self._known: dict[str, Callable[[str, str], None]] = {
            "tick": lambda who, item: server.todos.tick(who, item),
            "untick": lambda who, item: server.todos.tick(who, item, done=False),
            "remove": server.todos.remove,
            "cancel": server.calendars.remove,
        }

    def call(self, changed: Callable[[], None]) -> None:
        """Call this after each change of any list."""
        self._server.todos.changed = self._server.calendars.changed = changed

    def frame(self, userid: str) -> JSONObject:
        """One person's, what is next first; moments are milliseconds since 1970, None for a to-do without a day."""
        todos = sorted(self._server.todos.of(userid), key=lambda each: (each.done, each.due is None, each.due or 0))
        events = self._server.calendars.of(userid)
        return {"todos": [_todo(each) for each in todos], "events": [_event(each) for each in events]}

    def do(self, userid: str, did: str, item: str) -> None:
        """One act of the owner's; KeyError for what is not there."""
        self._known[did](userid, item)


def _todo(item: Item) -> JSONObject:
    page = item.page.get("pcUrl", "")
    return {"id": item.id, "subject": item.subject, "due": item.due, "done": item.done, "page": page}


def _event(event: Event) -> JSONObject:
    return {"id": event.id, "subject": event.summary, "start": milliseconds(event.start)}
