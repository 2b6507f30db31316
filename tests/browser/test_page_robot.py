"""The demo as people see it in a browser: the smart robot's own chat, and a group in which it is spoken to by @."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.commands import demo
from config.settings import Settings
from tests.browser.messenger import pane, type_and_send

NOTE = "今天下午拜访了华星精工的张总，预算大概80万，下周三之前给方案"
LIN, BOSS, ADMIN = "lin.yue", "zhou.bo", "chen.gong"


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
    await expect(mine.locator(".chat-face .avatar-app")).to_have_count(1)
    await expect(mine.locator(".chat-face .chat-count")).to_have_count(0)

    await type_and_send(desktop, LIN, NOTE)

    await expect(mine.get_by_test_id("card-title").first).to_have_text("已记录 · 华星精工")
    await expect(await taken_back(desktop, LIN)).to_have_text("已撤销 · 华星精工")


async def test_a_group_hears_one_line_and_the_card_stays_apart(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LIN}")
    mine = pane(desktop, LIN)
    await mine.get_by_test_id("conversations").get_by_text("讨论群").first.click()

    await type_and_send(desktop, LIN, f"@跟进 {NOTE}")

    await expect(mine.get_by_test_id("message").filter(has_text="记好了，卡片私聊发你")).to_have_count(1)
    await expect(mine.get_by_test_id("card-title")).to_have_count(0)
    await mine.get_by_test_id("conversation-app").click()
    await expect(mine.get_by_test_id("card-title").last).to_have_text("已记录 · 华星精工")


async def test_a_group_is_made_the_teams_by_saying_so_in_it_and_a_tap_takes_it_back(
    address: str, desktop: Page
) -> None:
    await made_the_teams(desktop, address, "desktop")

    await expect(await taken_back(desktop, BOSS)).to_have_text("已撤销 · 华东组销售群")


async def test_a_group_is_made_the_teams_on_a_phone_and_a_tap_takes_it_back(address: str, phone: Page) -> None:
    await made_the_teams(phone, address, "phone")

    await expect(await taken_back(phone, BOSS)).to_have_text("已撤销 · 华东组销售群")


async def taken_back(page: Page, userid: str) -> Locator:
    """The headline of what comes of a tap: in its place, or on a new card where the five seconds for that were over."""
    his = pane(page, userid)
    await his.get_by_test_id("card-button").filter(has_text="撤销").click()
    return his.get_by_test_id("card-title").last


async def made_the_teams(page: Page, address: str, size: str) -> None:
    """The manager says in his team's group what it is for, and the card says what that means."""
    await page.goto(f"{address}/?as={BOSS}")
    his = pane(page, BOSS)
    await his.get_by_test_id("conversations").get_by_text("华东组讨论群").first.click()

    await type_and_send(page, BOSS, "@跟进 把这个群设为华东组销售群")

    await expect(his.get_by_test_id("card-title")).to_have_text(["已设好 · 华东组销售群"])
    await expect(his.get_by_test_id("message").last).to_contain_text("会发到这里：华东组的签约喜报，不带金额")
    if folder := os.environ.get("GENJIN_PICTURES"):
        await page.screenshot(path=Path(folder) / f"group-{size}.png", animations="disabled")


async def test_who_won_is_called_in_the_group_with_a_webhook(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={ADMIN},{LIN}")
    his = pane(desktop, LIN)
    await his.get_by_test_id("conversations").get_by_text("华东组喜报群").first.click()
    told = await his.get_by_test_id("message").first.text_content()
    await type_and_send(desktop, ADMIN, f"把 {(told or '').partition('地址：')[2].split()[0]} 设为华东组销售群")
    await expect(his.get_by_test_id("message").last).to_contain_text("已设好 · 华东组销售群")

    await his.get_by_test_id("conversation-app").click()
    await type_and_send(desktop, LIN, "华星精工签了！合同68万")
    await expect(his.get_by_test_id("card-title").last).to_contain_text("签了 · 华星精工")
    await his.get_by_test_id("conversations").get_by_text("华东组喜报群").first.click()

    await expect(his.get_by_test_id("message").last).to_contain_text("🎉 @林越签下 华星精工")
