"""DingTalk's own SDK of the new API as a program: it puts a to-do into 待办, ticks it and takes it away, and does the
same with an event in the calendar.

It runs as `openapi_peer.py` does.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from alibabacloud_dingtalk.calendar_1_0 import models as calendars
from alibabacloud_dingtalk.calendar_1_0.client import Client as Calendars
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth
from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuth
from alibabacloud_dingtalk.todo_1_0 import models as todos
from alibabacloud_dingtalk.todo_1_0.client import Client as Todos
from alibabacloud_tea_openapi import models as openapi
from alibabacloud_tea_util.models import RuntimeOptions

TOKEN = "x_acs_dingtalk_access_token"
SOURCE, PAGE = "openapi-task-1", "https://example.com/1"


def told(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")


def to_do(config: openapi.Config, token: dict[str, str], union: str) -> None:
    api, plain = Todos(config), RuntimeOptions()
    wanted = todos.CreateTodoTaskRequest(
        operator_id=union,
        source_id=SOURCE,
        subject="给报价",
        creator_id=union,
        executor_ids=[union],
        due_time=1790086400000,
        is_only_show_executor=True,
    )
    try:
        api.create_todo_task_with_options(union, wanted, todos.CreateTodoTaskHeaders(**token), plain)
    except Exception as refused:
        told(without_a_page=str(getattr(refused, "code", refused)))
    wanted.detail_url = todos.CreateTodoTaskRequestDetailUrl(app_url=PAGE, pc_url=PAGE)
    made = api.create_todo_task_with_options(union, wanted, todos.CreateTodoTaskHeaders(**token), plain).body
    told(made=made.subject, done=made.done)

    changed = todos.UpdateTodoTaskRequest(operator_id=union, subject="给方案", due_time=1790172800000)
    api.update_todo_task_with_options(union, made.id, changed, todos.UpdateTodoTaskHeaders(**token), plain)
    each = todos.UpdateTodoTaskExecutorStatusRequestExecutorStatusList(id=union, is_done=True)
    ticked = todos.UpdateTodoTaskExecutorStatusRequest(operator_id=union, executor_status_list=[each])
    headers = todos.UpdateTodoTaskExecutorStatusHeaders(**token)
    api.update_todo_task_executor_status_with_options(union, made.id, ticked, headers, plain)
    found = api.get_todo_task_by_source_id_with_options(
        union, SOURCE, todos.GetTodoTaskBySourceIdHeaders(**token), plain
    ).body
    told(found=found.subject, done=found.done)

    asked = todos.QueryOrgTodoTasksRequest(is_done=True, role_types=[["executor"]])
    listed = api.query_org_todo_tasks_with_options(union, asked, todos.QueryOrgTodoTasksHeaders(**token), plain).body
    told(listed=[[card.source_id, card.is_done, card.task_id == made.id] for card in listed.todo_cards])
    gone = todos.DeleteTodoTaskRequest(operator_id=union)
    api.delete_todo_task_with_options(union, made.id, gone, todos.DeleteTodoTaskHeaders(**token), plain)


def event(config: openapi.Config, token: dict[str, str], union: str) -> None:
    api, plain = Calendars(config), RuntimeOptions()
    wanted = calendars.CreateEventRequest(
        summary="演示",
        start=calendars.CreateEventRequestStart(date_time="2026-12-02T15:00:00+08:00", time_zone="Asia/Shanghai"),
        end=calendars.CreateEventRequestEnd(date_time="2026-12-02T16:00:00+08:00", time_zone="Asia/Shanghai"),
        reminders=[],
        extra={"noPushNotification": "true"},
    )
    headers = calendars.CreateEventHeaders(**token, x_client_token="key-1")
    made = [api.create_event_with_options(union, "primary", wanted, headers, plain).body.id for _ in range(2)]
    moved = calendars.PatchEventRequest(
        id=made[0],
        summary="演示",
        start=calendars.PatchEventRequestStart(date_time="2026-12-03T10:00:00+08:00", time_zone="Asia/Shanghai"),
        end=calendars.PatchEventRequestEnd(date_time="2026-12-03T11:00:00+08:00", time_zone="Asia/Shanghai"),
    )
    there = api.patch_event_with_options(
        union, "primary", made[0], moved, calendars.PatchEventHeaders(**token), plain
    ).body
    told(once=made[0] == made[1], start=there.start.date_time)
    gone = calendars.DeleteEventRequest(push_notification=False)
    api.delete_event_with_options(union, "primary", made[0], gone, calendars.DeleteEventHeaders(**token), plain)


def main(endpoint: str, app: str, secret: str, union: str) -> None:
    config = openapi.Config(protocol="http", region_id="central", endpoint=endpoint)
    asked = oauth.GetAccessTokenRequest(app_key=app, app_secret=secret)
    token = {TOKEN: OAuth(config).get_access_token(asked).body.access_token}
    to_do(config, token, union)
    event(config, token, union)


if __name__ == "__main__":
    main(*sys.argv[1:])
