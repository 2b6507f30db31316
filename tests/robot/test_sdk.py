"""A published client of the smart robot, which we did not write, against our server's side of the long connection; and
its frames beside ours for the same deeds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from wecom_aibot_sdk import WSClient

from cards.model import Action, Button, Card, Facts, Recipient
from tests.robot.link_stage import ROBOT, Rig, rigged
from tests.waiting import PATIENCE, until

USER = "Shen.Qing"


class Quiet:
    """The library's logger prints; this one keeps."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _keep(self, message: str, *args: Any) -> None:
        self.lines.append(" ".join([message, *map(str, args)]))

    debug = info = warn = error = _keep


class Client:
    """The library's client with what it heard."""

    def __init__(self, rig: Rig, secret: str = ROBOT.secret, *, beat: float = PATIENCE) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.errors: list[Exception] = []
        self.authenticated = 0
        self.gone: list[str] = []
        options: dict[str, Any] = {"ws_url": rig.url, "reconnect_interval": 20, "heartbeat_interval": 1000 * beat}
        self.sdk = WSClient(bot_id=ROBOT.bot_id, secret=secret, logger=Quiet(), max_auth_failure_attempts=2, **options)
        self.sdk._ws_manager._reply_ack_timeout = PATIENCE
        for event in ("message.text", "message.voice", "event.enter_chat", "event.template_card_event"):
            self.sdk.on(event, lambda frame, event=event: self.heard.append((event, frame)))
        self.sdk.on("event.feedback_event", lambda frame: self.heard.append(("feedback", frame)))
        self.sdk.on("authenticated", self._count)
        self.sdk.on("disconnected", lambda reason: self.gone.append(str(reason)))
        self.sdk.on("error", self.errors.append)

    def _count(self) -> None:
        self.authenticated += 1

    async def next(self, event: str) -> dict[str, Any]:
        await until(lambda: any(name == event for name, _ in self.heard))
        found = next(pair for pair in self.heard if pair[0] == event)
        self.heard.remove(found)
        return found[1]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


@asynccontextmanager
async def connected(rig: Rig, *, beat: float = PATIENCE) -> AsyncIterator[Client]:
    client = Client(rig, beat=beat)
    await client.sdk.connect()
    await until(lambda: client.authenticated)
    try:
        yield client
    finally:
        await client.sdk.disconnect()
        await asyncio.sleep(0)


async def test_it_authenticates_and_beats(rig: Rig) -> None:
    async with connected(rig, beat=0.05) as client:
        await until(lambda: len([f for f in rig.server.line.log if f["cmd"] == "ping"]) >= 3)
    assert (client.authenticated, client.errors) == (1, [])


async def test_it_hears(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "在吗")
        frame = await client.next("message.text")
    assert frame["body"]["text"]["content"] == "在吗"
    assert frame["body"]["from"]["userid"] == USER
    assert frame["body"]["chattype"] == "single"


async def test_it_hears_a_mention_and_the_words_of_a_voice_note(rig: Rig) -> None:
    rig.server.add_group("wrQzA9", "华南组", [USER, "tao.yi"])
    async with connected(rig) as client:
        await rig.server.group_say("wrQzA9", USER, "@跟进 今天有什么")
        frame = await client.next("message.text")
        await rig.server.speak(USER, "今天见了何总")
        spoken = await client.next("message.voice")
    assert (frame["body"]["chatid"], frame["body"]["chattype"]) == ("wrQzA9", "group")
    assert spoken["body"]["voice"]["content"] == "今天见了何总"


async def test_it_streams_an_answer(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "报表")
        frame = await client.next("message.text")
        for content, finish in (("第一", False), ("第一第二", False), ("第一第二第三", True)):
            await client.sdk.reply_stream(frame, "st_1", content, finish)
        with pytest.raises(Exception, match="846605"):
            await client.sdk.reply_stream(frame, "st_1", "还有", True)
    assert [said.text for said in rig.server.chat(USER)] == ["报表", "第一第二第三"]


async def test_it_sends_a_card_hears_the_tap_and_changes_the_card(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "记一下")
        await client.sdk.reply_template_card(await client.next("message.text"), card("t_1", "北辰仪器"))
        shown = rig.server.chat(USER)[-1]
        await rig.server.tap(USER, shown.id, "done")
        tap = await client.next("event.template_card_event")
        with pytest.raises(Exception, match="40058"):
            await client.sdk.update_template_card(tap, card("t_2", "另一张"))
        await client.sdk.update_template_card(tap, card("t_1", "北辰仪器 已完成"))
        with pytest.raises(Exception, match="846605"):
            await client.sdk.update_template_card(tap, card("t_1", "再来"))
    assert tap["body"]["event"]["template_card_event"]["event_key"] == "done"
    assert rig.server.chat(USER)[-1].text == "北辰仪器 已完成"


async def test_it_is_too_late_for_a_card_after_five_seconds(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "记一下")
        await client.sdk.reply_template_card(await client.next("message.text"), card("t_1", "北辰仪器"))
        await rig.server.tap(USER, rig.server.chat(USER)[-1].id, "done")
        tap = await client.next("event.template_card_event")
        rig.clock.advance(timedelta(seconds=6))
        with pytest.raises(Exception, match="846605"):
            await client.sdk.update_template_card(tap, card("t_1", "北辰仪器 已完成"))


async def test_it_welcomes_pushes_and_may_not_push_where_nobody_wrote(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.enter(USER)
        entered = await client.next("event.enter_chat")
        await client.sdk.reply_welcome(entered, {"msgtype": "text", "text": {"content": "你好"}})
        with pytest.raises(Exception, match="93001"):
            await client.sdk.send_message(USER, {"msgtype": "markdown", "markdown": {"content": "提醒"}})
        await rig.server.say(USER, "好")
        await client.sdk.send_message(USER, {"msgtype": "markdown", "markdown": {"content": "提醒"}})
        with pytest.raises(Exception, match="40008"):
            await client.sdk.send_message(USER, {"msgtype": "text", "text": {"content": "提醒"}})
    assert [said.text for said in rig.server.chat(USER)] == ["你好", "好", "提醒"]


async def test_it_uploads_a_file_in_pieces_and_sends_it(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "导出")
        data = bytes(range(256)) * 2500  # two pieces
        kept = await client.sdk.upload_media(data, type="file", filename="报价.xlsx")
        await client.sdk.send_media_message(USER, "file", kept["media_id"])
    assert rig.server.chat(USER)[-1].text == "[报价.xlsx]"


async def test_the_thirty_first_message_of_a_minute_is_refused(rig: Rig) -> None:
    async with connected(rig) as client:
        await rig.server.say(USER, "好")
        for number in range(30):
            await client.sdk.send_message(USER, {"msgtype": "markdown", "markdown": {"content": str(number)}})
        with pytest.raises(Exception, match="45009"):
            await client.sdk.send_message(USER, {"msgtype": "markdown", "markdown": {"content": "30"}})


async def test_it_comes_back_after_a_cut_and_is_displaced_by_another(rig: Rig) -> None:
    async with connected(rig) as client:
        rig.server.line.cut()
        await until(lambda: client.authenticated == 2)
        async with connected(rig) as other:
            await until(lambda: any("New connection" in reason for reason in client.gone))
            await rig.server.say(USER, "在吗")
            frame = await other.next("message.text")
        assert frame["body"]["text"]["content"] == "在吗"
        assert "message.text" not in [event for event, _ in client.heard], "who is displaced hears nothing any more"


async def test_a_wrong_secret_is_refused(rig: Rig) -> None:
    client = Client(rig, secret="wrong")
    await client.sdk.connect()
    await until(lambda: client.errors)
    assert "853000" in str(client.errors[0])
    await client.sdk.disconnect()


async def test_our_frames_and_the_librarys_are_alike_for_the_same_deeds(rig: Rig) -> None:
    """What the library sends for a reply, a card, an update and a push, beside what genjin sends."""
    async with connected(rig) as client:
        await rig.server.say(USER, "一")
        await client.sdk.reply_stream(await client.next("message.text"), "st", "好的", True, feedback={"id": "k"})
        await rig.server.say(USER, "二")
        await client.sdk.reply_template_card(await client.next("message.text"), card("t", "北辰"), {"id": "k"})
        await rig.server.tap(USER, rig.server.chat(USER)[-1].id, "done")
        await client.sdk.update_template_card(await client.next("event.template_card_event"), card("t", "北辰"))
        await client.sdk.send_message(USER, {"msgtype": "markdown", "markdown": {"content": "好的"}})
    theirs = _sent(rig)
    rig.server.line.log.clear()
    async with rig.linked() as link:
        channel, to = rig.channel(link), Recipient("direct", USER.casefold())
        await rig.server.say(USER, "一")
        await until(lambda: len(rig.told) == 1)
        await channel.send(to, Card(kind="plain.text", text="好的"), key="k1", handle=rig.told[0].handle)
        await rig.server.say(USER, "二")
        await until(lambda: len(rig.told) == 2)
        receipt = await channel.send(to, _neutral(), key="k2", handle=rig.told[1].handle)
        await rig.server.tap(USER, rig.server.chat(USER)[-1].id, "task.done:1")
        await until(lambda: len(rig.told) == 3)
        await channel.update(to, receipt, _neutral(), key="k3", handle=rig.told[2].handle)
        await channel.send(to, Card(kind="plain.text", text="好的"), key="k4")

    assert [shape(frame) for frame in _sent(rig)] == [shape(frame) for frame in theirs]


def _sent(rig: Rig) -> list[dict[str, Any]]:
    return [frame for frame in rig.server.line.log if frame["cmd"] not in ("ping", "aibot_subscribe")]


def shape(frame: dict[str, Any]) -> tuple[str, list[str]]:
    """The command and the names in its body, two levels deep; what a card holds is its own affair."""
    names = []
    for name, value in frame["body"].items():
        inner = (
            sorted({*value} & {"id", "finish", "content", "feedback", "task_id", "card_type"})
            if isinstance(value, dict)
            else []
        )
        names.append(f"{name}({','.join(inner)})")
    return frame["cmd"], sorted(set(names) - {"chat_type()"})  # which the library lets the server guess


def card(task_id: str, title: str) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": title},
        "button_list": [{"text": "完成", "style": 1, "key": "done"}],
    }


def _neutral() -> Card:
    return Card(
        kind="task.card",
        title="待办 · 北辰",
        blocks=(Facts((("事项", "给方案"),)),),
        buttons=(Button("完成", Action("task.done", ("1",)), style="primary"),),
    )
