"""Customer contact and the address book: a client that we did not write reads and writes there, and what WeCom refuses
is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.protocol.stage import Stage, staged
from tests.waiting import until

WHO = {"userid": "tao.yi", "external_userid": "wmNorth1"}


async def test_wechatpy_reads_people_and_departments(client: Any, stage: Stage) -> None:
    def work() -> tuple[Any, ...]:
        return client.department.get(1), client.user.list(2), client.user.get("tao.yi")

    departments, people, one = await asyncio.to_thread(work)

    assert [(d["id"], d["parentid"], d["department_leader"]) for d in departments] == [(1, 0, []), (2, 1, ["ma.lin"])]
    assert {p["userid"] for p in people} == {"Shen.Qing", "tao.yi", "ma.lin"}
    assert (one["name"], one["direct_leader"], one["main_department"]) == ("陶一", ["ma.lin"], 2)


async def test_wechatpy_reads_customers_and_writes_remark_and_tag(client: Any, stage: Stage) -> None:
    await stage.server.outside.add("tao.yi", "wmNorth1", "北辰-何", corp_name="北辰仪器", mobiles=["13800001111"])

    remarked = await stage.post("externalcontact/remark", WHO | {"external_userid": "wmNorth1", "remark": "北辰 何工"})

    def work() -> tuple[Any, ...]:
        contact = client.external_contact
        tag = contact.add_corp_tag(None, "客户级别", 0, [{"name": "A"}])["tag_group"]["tag"][0]["id"]
        contact.mark_tag("tao.yi", "wmNorth1", add_tag=[tag])
        return contact.get_follow_user_list(), contact.list("tao.yi"), contact.get("wmNorth1")

    followers, listed, details = await asyncio.to_thread(work)

    follow = details["follow_user"][0]
    assert remarked["errcode"] == 0
    assert (followers["follow_user"], listed["external_userid"]) == (["tao.yi"], ["wmNorth1"])
    assert details["external_contact"]["name"] == "北辰-何"
    assert (follow["remark"], follow["remark_mobiles"]) == ("北辰 何工", ["13800001111"])
    assert [(t["group_name"], t["tag_name"]) for t in follow["tags"]] == [("客户级别", "A")]


async def test_what_the_app_writes_is_told_to_it_like_what_a_member_changes_and_only_where_it_changes(
    stage: Stage,
) -> None:
    outside = stage.server.outside
    await outside.add("tao.yi", "wmNorth1", "何")

    for _ in range(2):
        await stage.post("externalcontact/remark", WHO | {"remark": "北辰 何工"})
        await until(lambda: not outside.echoing)

    assert len(stage.app.requests) == 2
    assert all(part in stage.app.opened() for part in ("edit_external_contact", "tao.yi", "wmNorth1"))


async def test_a_welcome_goes_out_once_and_within_twenty_seconds(stage: Stage) -> None:
    outside = stage.server.outside
    await outside.add("tao.yi", "wmNorth1", "何")
    (first,) = outside.codes
    welcome = {"welcome_code": first, "text": {"content": "您好"}}

    sent = await stage.post("externalcontact/send_welcome_msg", welcome)
    again = await stage.post("externalcontact/send_welcome_msg", welcome)
    await outside.add("tao.yi", "wmNorth2", "季")
    stage.clock.advance(timedelta(seconds=21))
    late = await stage.post("externalcontact/send_welcome_msg", welcome | {"welcome_code": list(outside.codes)[-1]})

    assert (sent["errcode"], again["errcode"], late["errcode"]) == (0, 41051, 41050)
    assert outside.welcomed == {"wmNorth1": ["您好"]}


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        pytest.param("remark", {"remark": "x" * 21}, 40058, id="long-remark"),
        pytest.param("remark", {}, 40063, id="nothing-to-change"),
        pytest.param("remark", {"external_userid": "wmGhost", "remark": "x"}, 84061, id="stranger"),
        pytest.param("mark_tag", {"add_tag": ["ghost"]}, 40068, id="unknown-tag"),
        pytest.param("mark_tag", {}, 40063, id="no-tag"),
        pytest.param("add_corp_tag", {"group_name": "级别"}, 40058, id="no-tags"),
    ],
)
async def test_what_is_wrong_is_refused(stage: Stage, path: str, body: dict[str, Any], errcode: int) -> None:
    await stage.server.outside.add("tao.yi", "wmNorth1", "何")

    assert (await stage.post(f"externalcontact/{path}", WHO | body))["errcode"] == errcode


async def test_customers_are_passed_on_once_and_by_the_call_for_who_has_left(stage: Stage) -> None:
    await stage.server.outside.add("tao.yi", "wmNorth1", "何")
    body = {"handover_userid": "tao.yi", "takeover_userid": "ma.lin", "external_userid": ["wmNorth1", "wmGhost"]}

    early = await stage.post("externalcontact/resigned/transfer_customer", body)
    await stage.server.staff.dismiss("tao.yi")
    gone = await stage.post("externalcontact/transfer_customer", body)
    passed = await stage.post("externalcontact/resigned/transfer_customer", body)
    twice = await stage.post("externalcontact/resigned/transfer_customer", body)

    assert (early["errcode"], gone["errcode"]) == (40003, 40003)
    assert [each["errcode"] for each in passed["customer"]] == [0, 40096]
    assert [each["errcode"] for each in twice["customer"]] == [40129, 40096]


async def test_changes_of_the_address_book_are_told(stage: Stage) -> None:
    await stage.server.staff.change("tao.yi", title="大客户经理", becomes="tao.yiyi")

    told = stage.app.opened()

    assert all(part in told for part in ("change_contact", "update_user", "tao.yiyi", "大客户经理"))


async def test_without_lists_there_are_ids_in_pages() -> None:
    async with staged(names="ids") as stage:
        token = await stage.token()
        listed = await stage.get("user/list", access_token=token, department_id="1")
        first = await stage.post("user/list_id", {"limit": 3})
        rest = await stage.post("user/list_id", {"limit": 3, "cursor": first["next_cursor"]})
        one = await stage.get("user/get", access_token=token, userid="tao.yi")

    ids = [each["userid"] for answer in (first, rest) for each in answer["dept_user"]]
    assert (listed["errcode"], rest["next_cursor"], one["name"]) == (48002, "", "tao.yi")
    assert ids == ["Shen.Qing", "tao.yi", "ma.lin", "free"]
