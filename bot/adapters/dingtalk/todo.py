"""Tasks in DingTalk's 待办 (protocol reference 7.3). A to-do is found again by our own id, so that nothing of it has to
be remembered; people are named there by their union ids."""

from __future__ import annotations

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.words import ident
from domain.actor import JSON
from domain.errors import Unreachable
from domain.mirrored import Todo

_NOT_THERE = frozenset({"todo.task.notExist", "http/404"})
_KNOWN = 10_000  # union ids that are remembered


class DingTalkTodos:
    """`scheduler.ports.Todos` of one app."""

    def __init__(self, api: DingTalkApi) -> None:
        self._api = api
        self._unions: dict[str, str] = {}

    async def put(self, userid: str, todo: Todo) -> None:
        """Make it so; failures are `ChannelError`s."""
        union = await self._union(userid)
        base, by = f"todo/users/{union}/tasks", f"?operatorId={union}"
        found = await self._api.look_up(f"{base}/sources/{todo.key}", expected=_NOT_THERE)
        task = ident(found, "id")
        if todo.state == "gone":
            if task:
                await self._api.call("DELETE", f"{base}/{task}{by}", {})
            return
        told: dict[str, JSON] = {"subject": todo.text}
        if todo.due_at is not None:
            told["dueTime"] = int(todo.due_at.timestamp() * 1000)
        if task:
            await self._api.call("PUT", f"{base}/{task}{by}", told)
        else:
            told |= {"sourceId": todo.key, "creatorId": union, "executorIds": [union], "isOnlyShowExecutor": True}
            task = ident(await self._api.call("POST", f"{base}{by}", told), "id")
        done = todo.state == "done"
        if done != (found.get("done") is True):
            status: JSON = [{"id": union, "isDone": done}]
            await self._api.call("PUT", f"{base}/{task}/executorStatus{by}", {"executorStatusList": status})

    async def _union(self, userid: str) -> str:
        if (known := self._unions.get(userid)) is not None:
            return known
        result = (await self._api.old("user/get", {"userid": userid})).get("result")
        union = ident(result, "unionid", 64) if isinstance(result, dict) else ""
        if not union:
            raise Unreachable("dingtalk user/get: no unionid")
        if len(self._unions) >= _KNOWN:
            self._unions.clear()
        self._unions[userid] = union
        return union
