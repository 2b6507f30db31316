"""Tasks in DingTalk's 待办 (protocol reference 7.3). A to-do is found again by our own id, so that one whose making was
never answered is made once; people are named there by their union ids.

DingTalk wants a page behind each to-do that an app makes, and lists none without (its pages 创建钉钉待办任务 and
查询企业下用户待办列表).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.people import UnionIds
from bot.adapters.words import Answer, ident
from domain.actor import JSON
from domain.mirrored import Stands, Todo

NOWHERE = "https://www.dingtalk.com"  # where there is no page of ours, as in DingTalk's own example
_NOT_THERE = frozenset({"todo.task.notExist", "http/404"})
_QUIET: JSON = {"dingNotify": "0", "sendTodoApn": "false", "sendAssistantChat": "false"}  # genjin has told of it
_PAGES = 100  # of a list; so many to-dos has nobody open


class DingTalkTodos:
    """`scheduler.ports.Todos` of one app; `page` is where a tap on the to-do of a task leads."""

    def __init__(self, api: DingTalkApi, unions: UnionIds, page: Callable[[int], str]) -> None:
        self._api, self._unions, self._page = api, unions, page

    async def put(self, userid: str, todo: Todo) -> Stands:
        """Make it so; failures are `ChannelError`s."""
        union = await self._unions.of(userid)
        base, by = f"todo/users/{union}/tasks", f"?operatorId={union}"
        found = await self._api.look_up(_source(union, todo.task), expected=_NOT_THERE)
        item = ident(found, "id")
        if todo.state == "gone":
            if item:
                await self._api.call("DELETE", f"{base}/{item}{by}", {})
            return Stands("")
        is_done, ticked = todo.state == "done", found.get("done") is True
        if is_done and not item:
            return Stands("")  # it never stood there, and nobody has to do it any more
        if item and ticked and not is_done and todo.shown != "done":
            return Stands(item, ticked=True)  # by himself: we have never shown it done
        told: dict[str, JSON] = {"subject": todo.text}
        if todo.due_at is not None:
            told["dueTime"] = int(todo.due_at.timestamp() * 1000)
        if not item:
            item = ident(await self._api.call("POST", f"{base}{by}", told | self._made(union, todo)), "id")
        elif any(found.get(name) != value for name, value in told.items()):
            await self._api.call("PUT", f"{base}/{item}{by}", told)
        if is_done != ticked:
            status: JSON = [{"id": union, "isDone": is_done}]
            await self._api.call("PUT", f"{base}/{item}/executorStatus{by}", {"executorStatusList": status})
        return Stands(item)

    async def ticked(self, userid: str, task: int) -> bool:
        """Whether it is done there."""
        found = await self._api.look_up(_source(await self._unions.of(userid), task), expected=_NOT_THERE)
        return found.get("done") is True

    async def open(self, userid: str) -> frozenset[str]:
        """The ids of what apps have put there and is not done."""
        union = await self._unions.of(userid)
        items: set[str] = set()
        asked: dict[str, JSON] = {"isDone": False, "roleTypes": [["executor"]]}
        for _ in range(_PAGES):
            answer = await self._api.call("POST", f"todo/users/{union}/org/tasks/query", asked)
            items.update(filter(None, (ident(each, "taskId") for each in _cards(answer))))
            token = ident(answer, "nextToken")
            if not token or token == asked.get("nextToken"):
                break
            asked["nextToken"] = token
        return frozenset(items)

    def _made(self, union: str, todo: Todo) -> dict[str, JSON]:
        page = self._page(todo.task)
        return {
            "sourceId": _key(todo.task),
            "creatorId": union,
            "executorIds": [union],
            "isOnlyShowExecutor": True,
            "detailUrl": {"appUrl": page, "pcUrl": page},
            "notifyConfigs": _QUIET,
        }


def _key(task: int) -> str:
    """The same for the same task."""
    return f"genjin-task-{task}"


def _source(union: str, task: int) -> str:
    """Where the to-do of a task is looked up in somebody's list."""
    return f"todo/users/{union}/tasks/sources/{_key(task)}"


def _cards(answer: Answer) -> list[Answer]:
    found = answer.get("todoCards")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
