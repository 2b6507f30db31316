"""What an administrator does in the address book of the simulated DingTalk, told to the app as events (3.3).

An event says whom it is about and no more: the app asks for the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.messenger.dingtalk.model import Push
from bot.messenger.model import Delivery, JSONObject

PushEvent = Callable[[str, JSONObject], Awaitable[Push]]
_PEOPLE = {"create_user": "user_add_org", "update_user": "user_modify_org", "delete_user": "user_leave_org"}
_UNITS = {"create_party": "org_dept_create", "update_party": "org_dept_modify", "delete_party": "org_dept_remove"}


class StaffEvents:
    """`bot.messenger.staff.Tell` over the Stream. Of what the app may see nothing is told."""

    def __init__(self, push: PushEvent) -> None:
        self._push = push

    async def __call__(self, _event: str, parts: Mapping[str, str]) -> Delivery:
        change = parts.get("ChangeType", "")
        if change in _PEOPLE:
            pushed = await self._push(_PEOPLE[change], {"userId": [parts["UserID"]]})
        elif change in _UNITS:
            pushed = await self._push(_UNITS[change], {"deptId": [int(parts["Id"])]})
        else:
            return Delivery(accepted=True, attempts=0)
        return Delivery(accepted=pushed.heard, attempts=1, message_id=pushed.message_id)
