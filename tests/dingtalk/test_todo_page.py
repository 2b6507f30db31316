"""The page behind a to-do in DingTalk's 待办: its owner ticks the task there, nobody else sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest
from sqlalchemy import select

from domain.tables import Task
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged
from tests.dingtalk.test_pages import signed_in
from tests.hostile.test_sign_in import HOME, Browser

SHEN, TAO = "Staff01", "staff02"
NOTE = "今天拜访了北辰仪器的何总，下周三前给报价"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    async with staged(sqlite_url, "远山科技", MEMBERS, public_url=HOME, sign_in=True, todos=True) as made:
        await on_record(made)
        await made.say(SHEN, NOTE)
        yield made


@pytest.fixture
async def browser(stage: DingTalkStage) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as http:
        yield Browser(http, stage.home)


def behind(stage: DingTalkStage) -> str:
    """Where a tap on the to-do leads."""
    return str(stage.dingtalk.todos.of(SHEN)[0].page["appUrl"])


async def opened(stage: DingTalkStage, browser: Browser, userid: str) -> tuple[int, str]:
    """Status and text of the page, for somebody who signs in."""
    _, to, _ = await signed_in(stage, browser, behind(stage), userid)
    status, _, text = await browser.get(to)
    return status, text


async def pressed(browser: Browser, page: str) -> tuple[int, str]:
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    url = f"{browser.base}{urlsplit(page).path}"
    async with browser.http.post(url, headers=header, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def state(stage: DingTalkStage) -> str:
    async with stage.app.database.read() as session:
        return str(await session.scalar(select(Task.state)))


async def test_its_owner_ticks_the_task_on_the_page_behind_it(stage: DingTalkStage, browser: Browser) -> None:
    status, before = await opened(stage, browser, SHEN)
    _, after = await pressed(browser, behind(stage))
    again, _ = await pressed(browser, behind(stage))
    await stage.settle()

    assert (status, again) == (200, 200)
    assert all(part in before for part in ("报价", "北辰仪器", "12-02", "<button>完成</button>"))
    assert ("已完成" in after, "<button>" in after) == (True, False)
    assert await state(stage) == "done"
    assert [each.done for each in stage.dingtalk.todos.of(SHEN)] == [True]


async def test_a_colleague_neither_sees_nor_ticks_it(stage: DingTalkStage, browser: Browser) -> None:
    status, text = await opened(stage, browser, TAO)
    pressed_status, _ = await pressed(browser, behind(stage))

    assert (status, pressed_status) == (404, 404)
    assert "报价" not in text
    assert await state(stage) == "open"


async def test_without_a_session_nothing_is_ticked(stage: DingTalkStage, browser: Browser) -> None:
    status, _ = await pressed(browser, behind(stage))

    assert status == 303
    assert await state(stage) == "open"


async def test_where_nobody_can_sign_in_it_leads_nowhere_of_ours(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", MEMBERS, public_url=HOME, todos=True) as stage:
        await on_record(stage)
        await stage.say(SHEN, NOTE)

        assert behind(stage) == "https://www.dingtalk.com"
