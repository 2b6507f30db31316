"""The demo as a company has it that uses WeCom and DingTalk: one state, seen on both at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from bot.commands import demo
from config.settings import Settings
from tests.browser.genjin import Screens
from tests.browser.test_conversations_seen import button, newest, says

LIN, BOSS, BOSS_ON_DINGTALK = "lin.yue", "zhou.bo", "dingtalk:zhou.bo"
ASKED = "华星ERP二期申请85折"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The demo with its sample company."""
    async with demo.stage(Settings(), port=0, data=tmp_path, empty=False) as made:
        yield made


def title(of: Locator) -> Locator:
    return of.get_by_test_id("card-title")


async def test_a_manager_on_dingtalk_approves_what_was_asked_in_wecom(screens: Screens, address: str) -> None:
    await screens.open(address, LIN, BOSS_ON_DINGTALK)
    await says(screens, LIN, ASKED)
    asked, request = newest(screens, LIN), screens.pane(BOSS_ON_DINGTALK).get_by_test_id("card").first
    await expect(title(asked)).to_contain_text("已提交 · 华星")
    await expect(title(request)).to_contain_text("待你审批 · 华星")
    await screens.picture("both-1")

    await screens.press(button(request, "同意"))

    await expect(title(request)).to_contain_text("已同意")
    await expect(request.get_by_test_id("card-button").filter(has_text="同意")).to_have_count(0)
    await expect(screens.pane(LIN).get_by_test_id("log")).to_contain_text("已同意·周波")
    await screens.picture("both-2")
