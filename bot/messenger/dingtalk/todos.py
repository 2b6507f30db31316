"""待办 of the simulated DingTalk (protocol reference 7.3): to-dos of people who are named by union ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.messenger.dingtalk.model import V1Refusal
from bot.messenger.model import Ids, JSONObject
from bot.messenger.people import Organisation

_PATH = re.compile(r"v1\.0/todo/users/(?P<union>[^/]+)/tasks(?:/(?P<rest>.+))?")


@dataclass(slots=True)
class Item:
    """One to-do of one person."""

    id: str
    source: str
    union: str
    subject: str
    due: int | None
    done: bool = False

    def told(self) -> JSONObject:
        told: JSONObject = {"id": self.id, "sourceId": self.source, "subject": self.subject, "done": self.done}
        return told | {"dueTime": self.due, "creatorId": self.union, "executorIds": [self.union]}


class DingTalkTodos:
    """All to-dos by their ids; `allowed` is whether the app has the permission."""

    def __init__(self, organisation: Organisation, ids: Ids) -> None:
        self._organisation, self._ids = organisation, ids
        self.items: dict[str, Item] = {}
        self.allowed = True

    def of(self, userid: str) -> list[Item]:
        return [each for each in self.items.values() if each.union == f"uni-{userid}"]

    def serves(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def do(self, method: str, path: str, query: Any, body: JSONObject) -> JSONObject:
        """Any call below `/v1.0/todo/users/{unionId}/tasks`."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise V1Refusal("InvalidAction.NotFound", status=404)
        union, rest = found["union"], found["rest"] or ""
        if not self.allowed:
            raise V1Refusal("Forbidden.AccessDenied.AccessTokenPermissionDenied", "Todo.Todo.Write", 403)
        if self._organisation.find(union.removeprefix("uni-")) is None:
            raise V1Refusal("todo.taskCreate.paramError", "unionId")
        if method == "GET" and rest.startswith("sources/"):
            return self._sourced(union, rest.removeprefix("sources/")).told()
        if query.get("operatorId") != union:
            raise V1Refusal("todo.taskUpdate.paramError", "operatorId")
        if method == "POST" and not rest:
            return self._made(union, body)
        item = self.items.get(rest.partition("/")[0])
        if item is None or item.union != union:
            raise V1Refusal("todo.task.notExist", "task not exist")
        return self._changed(method, rest, item, body)

    def _sourced(self, union: str, source: str) -> Item:
        for each in self.items.values():
            if (each.union, each.source) == (union, source):
                return each
        raise V1Refusal("todo.task.notExist", "task not exist")

    def _made(self, union: str, body: JSONObject) -> JSONObject:
        if not body.get("subject") or union not in body.get("executorIds", []):
            raise V1Refusal("todo.taskCreate.paramError", "subject, executorIds")
        source = str(body.get("sourceId") or self._ids("source"))
        if any((each.union, each.source) == (union, source) for each in self.items.values()):
            raise V1Refusal("todo.taskCreate.paramError", "task exist")
        item = Item(self._ids("todo"), source, union, str(body["subject"]), body.get("dueTime"))
        self.items[item.id] = item
        return item.told()

    def _changed(self, method: str, rest: str, item: Item, body: JSONObject) -> JSONObject:
        if method == "DELETE":
            del self.items[item.id]
        elif rest.endswith("/executorStatus"):
            item.done = bool(body["executorStatusList"][0]["isDone"])
        else:
            item.subject, item.due = str(body.get("subject", item.subject)), body.get("dueTime", item.due)
        return {"result": True}
