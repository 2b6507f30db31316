"""What an event of DingTalk tells that no person said (protocol reference 3.3), as `bot.message.Happening`.

One event may be about several people; each is a message of its own. Only whom it is about is read: what is true now is
asked of DingTalk, so that events which come late, twice or in another order do no harm. Field names come with a small
first letter over the Stream and with a capital one by HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.adapters.dingtalk.api import CHANNEL
from bot.adapters.dingtalk.frames import Frame
from bot.message import Conversation, Happening, Message

_LONGEST = 64
_MOST = 500
_PEOPLE = {
    "user_add_org": "put",
    "user_modify_org": "put",
    "user_active_org": "put",
    "user_leave_org": "drop",
}
_TODO = "todo_task_update"  # a to-do changed, whosever it is; an approval's has a bizTag, an app's none
_UNITS = {"org_dept_create": "unit", "org_dept_modify": "unit", "org_dept_remove": "drop_unit"}


def happenings(frame: Frame, received: datetime) -> list[Message]:
    """What it tells, a message for each whom it is about; empty for what is none of our business."""
    kind = frame.headers.get("eventType", "")
    event = frame.headers.get("eventId") or frame.message_id
    if kind in _PEOPLE:
        told = [("userid", each, _PEOPLE[kind]) for each in _ids(frame.data, "userId")]
    elif kind in _UNITS:
        told = [("unit", each, _UNITS[kind]) for each in _ids(frame.data, "deptId")]
    elif kind == _TODO and not _text(frame.data, "bizTag"):
        told = [("item", each, "changed") for each in _ids(frame.data, "taskId")]
    else:
        return []
    return [
        Message(
            channel=CHANNEL,
            message_id=f"event:{event[:_LONGEST]}:{who}"[:128],
            conversation=Conversation(who),
            sender=who,
            sent_at=received,
            kind="event",
            event=Happening("todos" if kind == _TODO else "people", {"did": did, name: who}),
        )
        for name, who, did in told
    ]


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, data.get(name[0].upper() + name[1:]))
    return value if isinstance(value, str) else ""


def _ids(data: Mapping[str, Any], name: str) -> list[str]:
    """One id or several, as texts or numbers."""
    value = data.get(name, data.get(name[0].upper() + name[1:]))
    said = value if isinstance(value, list) else [value]
    found = [str(each) for each in said[:_MOST] if isinstance(each, (str, int)) and not isinstance(each, bool)]
    return [each for each in dict.fromkeys(found) if 0 < len(each) <= _LONGEST]
