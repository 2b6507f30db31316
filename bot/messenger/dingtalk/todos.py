"""待办 of the simulated DingTalk (protocol reference 7.3): to-dos of people who are named by union ids.

Every change is told to whoever subscribed to events, also one that the app made itself. A to-do of an app has a page
behind it, as DingTalk wants since February 2024.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.messenger.dingtalk.model import Call, DingTalkQuirks, V1Refusal
from bot.messenger.model import Ids, JSONObject
from bot.messenger.people import Organisation

CREATED, UPDATED, DELETED = "todo_task_create", "todo_task_update", "todo_task_delete"
_PATH = re.compile(r"v1\.0/todo/users/(?P<union>[^/]+)/(?P<org>org/)?tasks(?:/(?P<rest>.+))?")
_PAGE = 20
_PARAM = "todo.taskCreate.paramError"

Tell = Callable[[str, JSONObject], None]  # which event, and what it says


@dataclass(slots=True)
class Item:
    """One to-do of one person."""

    id: str
    source: str
    union: str
    subject: str
    due: int | None
    page: JSONObject = field(default_factory=dict)
    told: bool = True  # whether 待办's own assistant tells of it
    done: bool = False

    def answer(self) -> JSONObject:
        told: JSONObject = {"id": self.id, "sourceId": self.source, "subject": self.subject, "done": self.done}
        return told | {"dueTime": self.due, "creatorId": self.union, "executorIds": [self.union]}

    def card(self) -> JSONObject:
        """As it stands in a list that is asked for."""
        told: JSONObject = {"taskId": self.id, "sourceId": self.source, "subject": self.subject, "isDone": self.done}
        return told | {"dueTime": self.due, "creatorId": self.union, "detailUrl": self.page}


class DingTalkTodos:
    """All to-dos by their ids; `allowed` is whether the app has the permission."""

    def __init__(self, organisation: Organisation, ids: Ids, quirks: DingTalkQuirks, tell: Tell) -> None:
        self._organisation, self._ids, self._quirks, self._tell = organisation, ids, quirks, tell
        self.items: dict[str, Item] = {}
        self.allowed = True
        self.changed: Callable[[], None] = lambda: None  # whoever shows the lists

    def of(self, userid: str) -> list[Item]:
        return [each for each in self.items.values() if each.union == f"uni-{userid}"]

    def tick(self, userid: str, item: str, *, done: bool = True) -> None:
        """The person ticks one of his own, or takes the tick off again; KeyError for what is not his."""
        found = self.items[item]
        if found.union != f"uni-{userid}":
            raise KeyError(item)
        found.done = done
        self._told(UPDATED, found)

    def remove(self, userid: str, item: str) -> None:
        """The person deletes one of his own."""
        if self.items[item].union != f"uni-{userid}":
            raise KeyError(item)
        self._told(DELETED, self.items.pop(item))

    def serves(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def do(self, method: str, path: str, call: Call) -> JSONObject:
        """Any call below `/v1.0/todo/users/{unionId}`."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise V1Refusal("InvalidAction.NotFound", status=404)
        union, rest = found["union"], found["rest"] or ""
        if not self.allowed:
            raise V1Refusal("Forbidden.AccessDenied.AccessTokenPermissionDenied", "Todo.Todo.Write", 403)
        if self._organisation.find(union.removeprefix("uni-")) is None:
            raise V1Refusal(_PARAM, "unionId")
        if found["org"]:
            return self._listed(union, call.body)
        if method == "GET":
            return self._got(union, rest).answer()
        if call.query.get("operatorId") != union:
            raise V1Refusal("todo.taskUpdate.paramError", "operatorId")
        if method == "POST" and not rest:
            return self._made(union, call.body)
        item = self.items.get(rest.partition("/")[0])
        if item is None or item.union != union:
            raise V1Refusal("todo.task.notExist", "task not exist")
        return self._changed(method, rest, item, call.body)

    def _got(self, union: str, rest: str) -> Item:
        """By the app's own id, behind `sources/`."""
        for each in self.items.values():
            if (each.union, f"sources/{each.source}") == (union, rest):
                return each
        raise V1Refusal("todo.task.notExist", "task not exist")

    def _listed(self, union: str, body: JSONObject) -> JSONObject:
        """`POST .../org/tasks/query`: what has a page, a part of it at a time."""
        there = [each for each in self.items.values() if each.union == union and each.page]
        if isinstance(body.get("isDone"), bool):
            there = [each for each in there if each.done == body["isDone"]]
        start = str(body.get("nextToken") or "0")
        if not start.isdigit():
            raise V1Refusal("todo.orgTaskQuery.paramError", "nextToken is invalid")
        end = int(start) + _PAGE
        more = {"nextToken": str(end)} if len(there) > end else {}
        return {"todoCards": [each.card() for each in there[int(start) : end]]} | more

    def _made(self, union: str, body: JSONObject) -> JSONObject:
        if not body.get("subject") or union not in body.get("executorIds", []):
            raise V1Refusal(_PARAM, "subject, executorIds")
        page = body.get("detailUrl")
        if self._quirks.todos_need_a_page and not (isinstance(page, dict) and page.get("appUrl")):
            raise V1Refusal(_PARAM, "detailUrl")
        source = str(body.get("sourceId") or self._ids("source"))
        if any((each.union, each.source) == (union, source) for each in self.items.values()):
            raise V1Refusal(_PARAM, "task exist")
        due, page = body.get("dueTime"), page if isinstance(page, dict) else {}
        told = (body.get("notifyConfigs") or {}).get("sendAssistantChat") != "false"
        item = Item(self._ids("todo"), source, union, str(body["subject"]), due, page, told)
        self.items[item.id] = item
        self._told(CREATED, item)
        return item.answer()

    def _changed(self, method: str, rest: str, item: Item, body: JSONObject) -> JSONObject:
        if method == "DELETE":
            del self.items[item.id]
            self._told(DELETED, item)
            return {"result": True}
        if rest.endswith("/executorStatus"):
            item.done = bool(body["executorStatusList"][0]["isDone"])
        else:
            item.subject, item.due = str(body.get("subject", item.subject)), body.get("dueTime", item.due)
        self._told(UPDATED, item)
        return {"result": True}

    def _told(self, event: str, item: Item) -> None:
        self.changed()
        self._tell(event, {"taskId": item.id, "unionIdList": [item.union]})
