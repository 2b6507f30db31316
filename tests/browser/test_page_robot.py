"""The demo as people see it in a browser: the smart robot's own chat, and a group in which it is spoken to by @."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.commands import demo
from config.settings import Settings
from tests.browser.messenger import pane, type_and_send

NOTE = "今天下午拜访了华星精工的张总，预算大概80万，下周三之前给方案"
LIN = "lin.yue"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The demo with its sample company."""
    async with demo.stage(Settings(), port=0, data=tmp_path, empty=False) as made:
        yield made


async def test_a_note_to_the_robot_its_card_and_a_tap_on_it(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LIN}")
    mine = pane(desktop, LIN)
    await mine.get_by_test_id(f"conversation-robot~{LIN}").click()
    await expect(mine.get_by_test_id("chat-name")).to_have_text("跟进 · 智能机器人")

    await type_and_send(desktop, LIN, NOTE)

    await expect(mine.get_by_test_id("card-title").first).to_have_text("已记录 · 华星精工")
    await mine.get_by_test_id("card-button").filter(has_text="撤销").first.click()
    await expect(mine.get_by_test_id("card-title").first).to_have_text("已撤销 · 华星精工")


async def test_a_group_hears_one_line_and_the_card_stays_apart(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LIN}")
    mine = pane(desktop, LIN)
    await mine.get_by_test_id("conversations").get_by_text("讨论群").first.click()

    await type_and_send(desktop, LIN, f"@跟进 {NOTE}")

    await expect(mine.get_by_test_id("message").filter(has_text="记好了，卡片私聊发你")).to_have_count(1)
    await expect(mine.get_by_test_id("card-title")).to_have_count(0)
    await mine.get_by_test_id("conversation-app").click()
    await expect(mine.get_by_test_id("card-title").last).to_have_text("已记录 · 华星精工")
