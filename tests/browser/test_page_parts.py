"""What the page can send besides words, seen where it was sent and where the app's answer comes."""

from __future__ import annotations

import base64
from typing import Any
from xml.etree.ElementTree import Element

import aiohttp
from playwright.async_api import Page, expect

from tests.browser.messenger import Messenger, pane

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _of(kind: str) -> Any:
    return lambda message: message.findtext("MsgType") == kind


async def test_a_picture_and_a_file_are_sent_seen_and_fetched_by_the_app(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    here = pane(desktop, "lin.yue")

    await here.get_by_test_id("extras-toggle").click()
    picture = {"name": "现场.png", "mimeType": "image/png", "buffer": DOT}
    await here.get_by_test_id("send-image").set_input_files([picture])  # type: ignore[list-item]
    heard = await messenger.app.hears(_of("image"))
    await here.get_by_test_id("extras-toggle").click()
    file = {"name": "技术协议.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 terms"}
    await here.get_by_test_id("send-file").set_input_files([file])  # type: ignore[list-item]
    named = await messenger.app.hears(_of("file"))

    await expect(here.get_by_test_id("part")).to_have_count(2)
    await expect(here.locator(".part-image img")).to_have_js_property("naturalWidth", 1)
    assert (named.findtext("FileName"), named.findtext("FromUserName")) == ("技术协议.pdf", "lin.yue")
    assert await _fetched(messenger, heard) == DOT


async def test_what_the_app_sends_as_a_picture_or_a_file_stands_in_the_chat(
    desktop: Page, messenger: Messenger
) -> None:
    for kind, name, data in (("image", "a.png", DOT), ("file", "报价.pdf", b"%PDF-1.7 prices")):
        media_id = await messenger.app.upload(kind, name, data)
        await messenger.app.send("lin.yue", kind, {"media_id": media_id})

    await messenger.show(desktop, "lin.yue")

    parts = pane(desktop, "lin.yue").get_by_test_id("part")
    await expect(parts).to_have_count(2)
    await expect(parts.nth(1)).to_have_text("报价.pdf")


async def test_words_spoken_a_place_and_a_link_are_forms_of_their_own(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    here = pane(desktop, "lin.yue")

    for kind in ("voice", "location", "link"):
        await here.get_by_test_id("extras-toggle").click()
        await here.get_by_test_id(f"send-{kind}").click()
        await here.get_by_test_id(f"form-{kind}").get_by_text("发送").click()
        await messenger.app.hears(_of(kind))

    await expect(here.get_by_test_id("part")).to_have_text(["语音", "苏州工业园区星湖街8号", "行业快讯"])


async def test_the_menu_of_the_app_and_the_switches_for_faults_work_from_the_page(
    desktop: Page, messenger: Messenger
) -> None:
    await messenger.show(desktop, "lin.yue", "zhou.bo")
    item = {"type": "click", "name": "帮助", "key": "help"}
    await messenger.app.post("menu/create", {"button": [{"name": "更多", "sub_button": [item]}]}, agentid="1000002")
    here = pane(desktop, "lin.yue")

    await here.get_by_test_id("menubar-open").click()
    await here.get_by_test_id("menubar-item").click()
    heard = await messenger.app.hears(lambda message: message.findtext("Event") == "click")
    await desktop.get_by_test_id("faults").click()
    await desktop.get_by_test_id("fault-wecom-BROKEN").check()

    assert heard.findtext("EventKey") == "help"
    await expect(desktop.locator(".faults[data-on]")).to_have_count(1)
    assert messenger.server.faults.switches.on == ["BROKEN"]


async def _fetched(messenger: Messenger, heard: Element) -> bytes:
    """The file of a message, as an app gets it."""
    token = await messenger.app.token()
    query = {"access_token": token, "media_id": heard.findtext("MediaId", "")}
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{messenger.address}/cgi-bin/media/get", params=query) as answer,
    ):
        return await answer.read()
