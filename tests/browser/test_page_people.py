"""Several people side by side, groups, unread counts, the clock, and a line that breaks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
from playwright.async_api import Page, WebSocketRoute, expect

from bot.messenger.page.server import WAITING
from tests.browser.messenger import Messenger, pane, type_and_send

TEAM = {"name": "华东一部", "owner": "zhou.bo", "userlist": ["lin.yue", "he.qing", "zhou.bo"], "chatid": "team1"}


async def test_a_salesperson_and_their_manager_stand_side_by_side_at_first(desktop: Page, messenger: Messenger) -> None:
    await desktop.goto(messenger.address)

    await expect(desktop.get_by_test_id("pane")).to_have_count(2)
    await expect(desktop.get_by_test_id("person-picker")).to_contain_text(["林越", "周波"])
    await desktop.get_by_test_id("panes-3").click()
    await expect(desktop.get_by_test_id("person-picker")).to_contain_text(["林越", "周波", "何青"])
    await desktop.get_by_test_id("panes-1").click()
    await expect(desktop.get_by_test_id("pane")).to_have_count(1)


async def test_what_one_says_in_a_group_is_unread_for_the_other_until_opened(
    desktop: Page, messenger: Messenger
) -> None:
    await messenger.app.post("appchat/create", TEAM)
    await messenger.show(desktop, "lin.yue", "zhou.bo")
    mine, theirs = pane(desktop, "lin.yue"), pane(desktop, "zhou.bo")
    await mine.get_by_test_id("conversation-team1").click()

    await type_and_send(desktop, "lin.yue", "样机到了")

    row = theirs.get_by_test_id("conversation-team1")
    await expect(row.get_by_test_id("unread")).to_have_text("1")
    await expect(row.get_by_test_id("preview")).to_have_text("林越：样机到了")
    await expect(mine.get_by_test_id("conversation-team1").get_by_test_id("unread")).to_have_count(0)
    await row.click()
    await expect(row.get_by_test_id("unread")).to_have_count(0)
    await expect(theirs.get_by_test_id("bubble")).to_have_text("样机到了")
    await desktop.reload()
    await expect(row.get_by_test_id("preview")).to_have_text("林越：样机到了")
    await expect(row.get_by_test_id("unread")).to_have_count(0)


async def test_a_phone_shows_the_list_then_the_chat_and_back(phone: Page, messenger: Messenger) -> None:
    await messenger.app.send("lin.yue", "text", {"content": "早"})
    await messenger.show(phone, "lin.yue", "zhou.bo")
    row = phone.get_by_test_id("conversation-app").first
    await expect(row.get_by_test_id("unread")).to_have_text("1")
    await expect(pane(phone, "zhou.bo")).to_be_hidden()

    await row.tap()
    await expect(phone.get_by_test_id("conversations").first).to_be_hidden()
    await phone.get_by_test_id("composer").first.fill("到了")
    await phone.get_by_test_id("send").first.tap()
    await expect(phone.get_by_test_id("bubble")).to_have_text(["早", "到了"])
    await phone.get_by_test_id("back").first.tap()

    await expect(row.get_by_test_id("preview")).to_have_text("到了")
    await expect(row.get_by_test_id("unread")).to_have_count(0)


async def test_words_not_yet_sent_wait_in_their_conversation(desktop: Page, messenger: Messenger) -> None:
    await messenger.app.post("appchat/create", TEAM)
    await messenger.show(desktop, "lin.yue")
    box = desktop.get_by_test_id("composer")
    await box.fill("写到一半")

    await desktop.get_by_test_id("conversation-team1").click()
    await expect(box).to_have_value("")
    await desktop.get_by_test_id("conversation-app").click()

    await expect(box).to_have_value("写到一半")


async def test_a_phone_can_be_handed_to_somebody_else(phone: Page, messenger: Messenger) -> None:
    await messenger.show(phone, "lin.yue")

    await phone.get_by_test_id("person-picker").tap()
    await phone.get_by_test_id("person-search").fill("何")
    await phone.get_by_test_id("person-he.qing").tap()
    await phone.get_by_test_id("conversation-app").tap()
    await type_and_send(phone, "he.qing", "我是何青")

    heard = await messenger.app.hears(lambda message: message.findtext("MsgType") == "text")
    assert heard.findtext("FromUserName") == "he.qing"


async def test_moving_the_clock_is_seen_on_every_page(desktop: Page, phone: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    await messenger.show(phone, "zhou.bo")
    await expect(desktop.get_by_test_id("clock-time")).to_have_text("周三 16:00")

    await desktop.get_by_test_id("clock-1h").click()
    await expect(phone.get_by_test_id("toast")).to_have_text("时间到了 周三 17:00")
    await phone.get_by_test_id("clock").tap()
    await phone.get_by_test_id("clock-tomorrow").tap()

    await expect(desktop.get_by_test_id("clock-time")).to_have_text("周四 09:00")
    assert messenger.clock.now() == datetime(2026, 11, 26, 1, tzinfo=UTC)


async def test_only_the_newest_notice_lies_over_the_messages(phone: Page, messenger: Messenger) -> None:
    await messenger.show(phone, "lin.yue")

    for shift in ("10m", "1h"):
        await phone.get_by_test_id("clock").tap()
        await phone.get_by_test_id(f"clock-{shift}").tap()

    await expect(phone.get_by_test_id("toast")).to_have_text(["时间到了 周三 17:10"])


async def test_a_page_that_lost_its_line_catches_up_without_repeating(desktop: Page, messenger: Messenger) -> None:
    lines: list[WebSocketRoute] = []
    back = asyncio.Event()

    async def through(line: WebSocketRoute) -> None:
        if lines:
            await back.wait()
        lines.append(line)
        line.connect_to_server()

    await desktop.route_web_socket("**/ws", through)
    await messenger.show(desktop, "lin.yue")
    await messenger.app.send("lin.yue", "text", {"content": "一"})
    await expect(desktop.get_by_test_id("bubble")).to_have_text(["一"])

    await lines[0].close()
    await expect(desktop.get_by_test_id("lost")).to_be_visible()
    await messenger.app.send("lin.yue", "text", {"content": "二"})
    back.set()
    await expect(desktop.get_by_test_id("bubble")).to_have_text(["一", "二"])

    await messenger.app.send("lin.yue", "text", {"content": "三"})
    await expect(desktop.get_by_test_id("bubble")).to_have_text(["一", "二", "三"])
    await expect(desktop.get_by_test_id("lost")).to_be_hidden()


async def test_a_page_that_cannot_keep_up_is_cut_off_and_catches_up(desktop: Page, messenger: Messenger) -> None:
    await messenger.app.post("appchat/create", TEAM)
    await messenger.show(desktop, "lin.yue")
    await desktop.get_by_test_id("conversation-team1").click()

    async with desktop.expect_event("websocket"):
        for number in range(WAITING + 50):  # no page is served while this runs
            await messenger.server.group_say("team1", "he.qing", f"第{number}句")

    await expect(desktop.get_by_test_id("bubble")).to_have_count(WAITING + 50)
    await expect(desktop.get_by_test_id("bubble").last).to_have_text(f"第{WAITING + 49}句")


async def test_the_newest_message_is_spoken_to_a_screen_reader(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")

    await messenger.app.send("lin.yue", "text", {"content": "方案发了吗"})

    await expect(desktop.get_by_test_id("live")).to_have_text("跟进：方案发了吗")


async def test_a_page_of_another_origin_gets_no_line(messenger: Messenger) -> None:
    async with aiohttp.ClientSession() as http:
        headers = {"Origin": "https://elsewhere.example.com", "Upgrade": "websocket", "Connection": "Upgrade"}
        async with http.get(f"{messenger.address}/ws", headers=headers) as answer:
            assert answer.status == 403
        async with http.get(messenger.address) as answer:
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
