"""wechatpy's enterprise client, which we did not write, talks to the server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException

from tests.protocol.stage import AGENT, Stage, buttons


async def test_it_sends_text_to_several_people(client: Any, stage: Stage) -> None:
    answer = await asyncio.to_thread(client.message.send_text, AGENT, ["tao.yi", "SHEN.QING", "Ghost"], "已建立提醒")

    assert answer["invaliduser"] == "ghost"
    assert [s.text for s in stage.server.chat("tao.yi")] == ["已建立提醒"]
    assert [s.id for s in stage.server.chat("shen.qing")] == [answer["msgid"]]
    assert stage.server.log[-1]["touser"] == "tao.yi|SHEN.QING|Ghost"


async def test_it_sends_markdown_and_a_department(client: Any, stage: Stage) -> None:
    await asyncio.to_thread(client.message.send_markdown, AGENT, "", "**今日** 3 条", party_ids=["2"])

    shown = stage.server.chat("ma.lin")[-1]
    assert (shown.kind, shown.text, shown.sender) == ("markdown", "**今日** 3 条", "app")


async def test_it_sends_textcards_news_and_uploaded_files(client: Any, stage: Stage) -> None:
    def work() -> None:
        client.message.send_text_card(AGENT, "tao.yi", "商机变更", "北辰 → 谈判", "https://crm.example.com/1")
        article = {"title": "周报", "description": "", "url": "https://crm.example.com/w", "image": ""}
        client.message.send_articles(AGENT, "tao.yi", [article])
        media = client.media.upload("file", ("报价.txt", b"1234567"))
        client.message.send_file(AGENT, "tao.yi", media["media_id"])

    await asyncio.to_thread(work)

    kinds = [(s.kind, s.text) for s in stage.server.chat("tao.yi")]
    assert kinds == [("textcard", "商机变更\n北辰 → 谈判"), ("news", "周报"), ("file", "[报价.txt]")]


async def test_it_sends_a_template_card_by_its_general_call(client: Any, stage: Stage) -> None:
    card = {"msgtype": "template_card", "template_card": buttons()}
    answer = await asyncio.to_thread(client.message.send, AGENT, "tao.yi", msg=card)

    assert answer["response_code"] == "code1"
    assert [b.text for b in stage.server.chat("tao.yi")[-1].buttons] == ["完成", "推迟", "详情"]


async def test_it_makes_a_group_and_speaks_into_it(client: Any, stage: Stage) -> None:
    def work() -> Any:
        client.appchat.create("team1", "华东组", "ma.lin", ["ma.lin", "tao.yi"])
        client.appchat.send_text("team1", "恭喜陶一签单")
        client.appchat.send("team1", "markdown", content="**签单**")
        client.appchat.update("team1", name="华东一组", add_user_list=["shen.qing"])
        return client.appchat.get("team1")

    info = await asyncio.to_thread(work)

    assert info["userlist"] == ["ma.lin", "tao.yi", "Shen.Qing"]
    group = stage.server.groups("shen.qing")[0]
    assert (group.name, group.owner) == ("华东一组", "ma.lin")
    assert [(s.kind, s.text) for s in group.messages] == [("text", "恭喜陶一签单"), ("markdown", "**签单**")]


async def test_it_reads_people_departments_app_and_addresses(client: Any) -> None:
    def work() -> Any:
        return (
            client.user.get("TAO.YI"),
            client.department.get(),
            client.department.get_users(2),
            client.agent.get(AGENT),
            client.misc.get_wechat_ips(),
        )

    user, departments, users, agent, addresses = await asyncio.to_thread(work)

    assert (user["name"], user["position"], user["direct_leader"]) == ("陶一", "销售", ["ma.lin"])
    assert [(d["id"], d["name"], d["department_leader"]) for d in departments][1] == (2, "华东组", ["ma.lin"])
    assert [u["userid"] for u in users] == ["Shen.Qing", "tao.yi", "ma.lin"]
    assert (agent["name"], agent["close"]) == ("跟进", 0)
    assert addresses


@pytest.mark.parametrize("order", ["expire_tokens", "forget_tokens"])
async def test_it_fetches_a_new_token_once_and_repeats_the_call(client: Any, stage: Stage, order: str) -> None:
    await asyncio.to_thread(client.message.send_text, AGENT, "tao.yi", "一")
    getattr(stage.server.faults, order)()
    await asyncio.to_thread(client.message.send_text, AGENT, "tao.yi", "二")

    assert stage.server.calls["gettoken"] == 2
    assert [s.text for s in stage.server.chat("tao.yi")] == ["一", "二"]


async def test_it_hears_of_a_wrong_secret_and_of_too_many_calls(client: Any, stage: Stage) -> None:
    stage.server.faults.revoke_secret()
    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(client.user.get, "tao.yi")
    stage.server.faults.restore_secret()
    stage.server.faults.refuse("user/get", 45009)
    with pytest.raises(APILimitedException):
        await asyncio.to_thread(client.user.get, "tao.yi")

    assert refused.value.errcode == 40001
