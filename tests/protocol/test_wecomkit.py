"""wecomkit's client, which we did not write, sends each kind of card and changes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from wecomkit import AsyncWeComClient, WeComConfig
from wecomkit.exceptions import WeComAPIError, WeComNetworkError, WeComRateLimitError

from tests.protocol.stage import AGENT, CORP, SECRET, Stage, buttons, multiple, news, notice, vote


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[AsyncWeComClient]:
    async with AsyncWeComClient(WeComConfig(CORP, SECRET, base_url=stage.base)) as made:
        yield made


async def test_it_sends_text_and_markdown(client: AsyncWeComClient, stage: Stage) -> None:
    await client.messages.send_text(AGENT, "在的", to_user="tao.yi")
    await client.messages.send_markdown(AGENT, "**在的**", to_user="tao.yi")

    assert [(s.kind, s.text) for s in stage.server.chat("tao.yi")] == [("text", "在的"), ("markdown", "**在的**")]


@pytest.mark.parametrize(
    ("card", "calls_back"),
    [
        pytest.param(notice(), True, id="text-notice-with-menu"),
        pytest.param(news(), False, id="news-notice"),
        pytest.param(buttons(), True, id="buttons"),
        pytest.param(vote(), True, id="vote"),
        pytest.param(multiple(), True, id="multiple"),
    ],
)
async def test_it_sends_each_kind_of_card(
    client: AsyncWeComClient, stage: Stage, card: dict[str, Any], calls_back: bool
) -> None:
    answer = await client.messages.send_template_card(AGENT, card, to_user="tao.yi")

    assert ("response_code" in answer) is calls_back
    shown = stage.server.chat("tao.yi")[-1]
    assert (shown.id, shown.kind, shown.card) == (answer["msgid"], "card", card)


async def test_it_greys_the_buttons_of_one_receiver_then_of_all(client: AsyncWeComClient, stage: Stage) -> None:
    sent = await client.messages.send_template_card(AGENT, buttons(), to_user="tao.yi|ma.lin")
    button = {"replace_name": "已由陶一完成"}
    first = await client.messages.update_template_card(
        AGENT, sent["response_code"], userids=["TAO.YI", "shen.qing", "ghost"], button=button
    )
    before = [stage.server.chat(who)[-1].state for who in ("tao.yi", "ma.lin")]
    await stage.server.tap("ma.lin", sent["msgid"], "done")
    await client.messages.update_template_card(AGENT, "code2", atall=1, button=button)

    assert first["invaliduser"] == ["ghost", "shen.qing"]
    assert before == ["已由陶一完成", ""]
    for who in ("tao.yi", "ma.lin"):
        shown = stage.server.chat(who)[-1]
        assert (shown.buttons, shown.updated, shown.state) == ([], True, "已由陶一完成")


async def test_it_replaces_a_whole_card(client: AsyncWeComClient, stage: Stage) -> None:
    sent = await client.messages.send_template_card(AGENT, multiple(), to_user="tao.yi")
    closed = {**buttons(), "main_title": {"title": "已分配"}, "replace_text": "已分配给沈青"}
    await client.messages.update_template_card(AGENT, sent["response_code"], atall=1, template_card=closed)

    shown = stage.server.chat("tao.yi")[-1]
    assert (shown.text, shown.card_type, shown.state) == ("已分配", "button_interaction", "已分配给沈青")
    assert shown.buttons == []
    assert shown.selections == []


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(notice(), id="text-notice-with-menu"),
        pytest.param(news(task_id="n-1", action_menu=notice()["action_menu"]), id="news-notice-with-menu"),
        pytest.param(buttons(), id="buttons"),
        pytest.param(vote(), id="vote"),
        pytest.param(multiple(), id="multiple"),
    ],
)
async def test_it_changes_each_kind_of_card_that_calls_back_once(
    client: AsyncWeComClient, stage: Stage, card: dict[str, Any]
) -> None:
    sent = await client.messages.send_template_card(AGENT, card, to_user="tao.yi")
    changed = {**card, "main_title": {"title": "改过了"}}

    await client.messages.update_template_card(AGENT, sent["response_code"], atall=1, template_card=changed)
    with pytest.raises(WeComAPIError):
        await client.messages.update_template_card(AGENT, sent["response_code"], atall=1, template_card=card)

    shown = stage.server.chat("tao.yi")[-1]
    assert (shown.text, shown.card_type, shown.updated) == ("改过了", card["card_type"], True)


async def test_it_is_refused_a_code_that_was_used(client: AsyncWeComClient, stage: Stage) -> None:
    sent = await client.messages.send_template_card(AGENT, buttons(), to_user="tao.yi")
    button = {"replace_name": "完成"}
    await client.messages.update_template_card(AGENT, sent["response_code"], atall=1, button=button)

    with pytest.raises(WeComAPIError) as refused:
        await client.messages.update_template_card(AGENT, sent["response_code"], atall=1, button=button)

    assert refused.value.errcode == 42022


async def test_it_uploads_sends_and_downloads_a_file(client: AsyncWeComClient, stage: Stage) -> None:
    media = await client.media.upload_bytes(b"quote,1\n", "file", "报价.csv")
    await client.messages.send_file(AGENT, media["media_id"], to_user="tao.yi")

    assert stage.server.chat("tao.yi")[-1].text == "[报价.csv]"
    assert (await client.media.get(media["media_id"])).content == b"quote,1\n"


async def test_it_reads_people_and_the_app(client: AsyncWeComClient) -> None:
    assert (await client.users.get("ma.lin"))["name"] == "马林"
    assert (await client.agent.get(AGENT))["isreportenter"] == 1
    with pytest.raises(WeComAPIError) as refused:
        await client.users.get("ghost")

    assert refused.value.errcode == 60111


async def test_it_never_renews_a_token_that_died_early(client: AsyncWeComClient, stage: Stage) -> None:
    await client.messages.send_text(AGENT, "一", to_user="tao.yi")
    stage.server.faults.expire_tokens()
    with pytest.raises(WeComAPIError) as refused:
        await client.messages.send_text(AGENT, "二", to_user="tao.yi")

    assert refused.value.errcode == 42001


async def test_it_hears_of_limits_and_of_a_broken_gateway(client: AsyncWeComClient, stage: Stage) -> None:
    stage.server.faults.refuse("message/send", 45009)
    with pytest.raises(WeComRateLimitError):
        await client.messages.send_text(AGENT, "一", to_user="tao.yi")
    stage.server.faults.fail("message/send", 502)
    with pytest.raises(WeComNetworkError):
        await client.messages.send_text(AGENT, "一", to_user="tao.yi")
    stage.server.faults.drop_answer("message/send")
    with pytest.raises(WeComNetworkError):
        await client.messages.send_text(AGENT, "到了", to_user="tao.yi")

    assert [s.text for s in stage.server.chat("tao.yi")] == ["到了"]
