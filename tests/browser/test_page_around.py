"""What happens around the chats of the demo's page: customers outside, the address book, pages behind cards."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.commands import demo
from config.settings import Settings
from tests.browser.messenger import pane, type_and_send

LIN, LI, BOSS = "lin.yue", "li.ming", "zhou.bo"


@pytest.fixture(scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The demo with its sample company, for all of these: each is about somebody else."""
    async with demo.stage(Settings(), port=0, data=tmp_path_factory.mktemp("demo"), empty=False) as made:
        yield made


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("GENJIN_PICTURES"):
        await page.screenshot(path=Path(folder) / f"around-{name}.png", animations="disabled")


async def opened(page: Page, drawer: str) -> Locator:
    if await page.get_by_test_id("tools").is_visible():
        await page.get_by_test_id("tools").click()
    await page.get_by_test_id(drawer).click()
    return page.get_by_test_id(f"{drawer}-drawer")


async def fill(form: Locator, **values: str) -> None:
    """Fill a form and send it; what is a list is chosen from by what stands there."""
    for name, value in values.items():
        field = form.locator(f'[name="{name}"]')
        if await field.evaluate("field => field.tagName") == "SELECT":
            await field.select_option(label=value)
        else:
            await field.fill(value)
    await form.get_by_role("button").click()


async def test_a_customer_is_added_greeted_placed_and_deletes_the_colleague(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LIN}")
    mine, drawer = pane(desktop, LIN), await opened(desktop, "outside")
    await mine.get_by_test_id("conversation-app").click()

    await fill(drawer.get_by_test_id("outside-add"), member="林越", name="张工", remark="华星 张工", state="展会码")

    row = drawer.get_by_test_id("outside-row")
    await expect(row).to_contain_text("收到：您好，我是林越")
    await expect(row.locator(".drawer-tags")).not_to_be_empty()
    told = mine.get_by_test_id("card").last
    await expect(told).to_have_attribute("data-card-type", "text_notice")
    await expect(told.get_by_test_id("card-title")).to_have_text("对上了 · 华星精工 张工")
    await picture(desktop, "outside")
    await row.get_by_test_id("outside-edit").click()
    await fill(row.get_by_test_id("outside-form"), remark="华星精工 张工程师", mobiles="13800138021")
    await expect(row).to_contain_text("备注 华星精工 张工程师 · 13800138021")
    await row.get_by_test_id("outside-leave").click()

    await expect(mine.get_by_test_id("message").last).to_contain_text("张工（华星精工）把你的微信删了")
    await expect(row).to_have_count(0)


async def test_the_customers_of_who_leaves_go_to_a_colleague_after_a_day(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LI},{BOSS}")
    mine, his = pane(desktop, LI), pane(desktop, BOSS)
    drawer = await opened(desktop, "outside")
    await fill(drawer.get_by_test_id("outside-add"), member="李明", name="小田")
    row = drawer.get_by_test_id("outside-row").filter(has_text="小田")
    await expect(mine.get_by_test_id("card-title").last).to_have_text("「小田」是哪家的？")
    await type_and_send(desktop, LI, "望岭泵业")
    await expect(row).to_contain_text("备注 望岭泵业 小田")

    await (await opened(desktop, "staff")).get_by_test_id(f"member-{LI}").get_by_test_id("staff-dismiss").click()
    asked = his.get_by_test_id("card").filter(has_text="李明离职了，客户交给谁？")
    await asked.get_by_test_id("card-select").select_option(label="林越")
    await asked.get_by_test_id("card-button").filter(has_text="交给他").click()
    await expect(his.get_by_test_id("card-title").last).to_contain_text("已交给林越")
    await opened(desktop, "outside")
    for _ in range(2):
        await desktop.get_by_test_id("clock-10m").click()
    await expect(row).to_contain_text("正转给林越，24小时后生效")
    await picture(desktop, "passing")
    await row.get_by_test_id("outside-arrive").click()

    await expect(row).to_contain_text("林越的客户")
    await expect(row).to_contain_text("备注 望岭泵业 小田")


async def test_somebody_joins_changes_and_leaves_in_the_address_book(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={BOSS}")
    his, drawer = pane(desktop, BOSS), await opened(desktop, "staff")
    await his.get_by_test_id("conversation-app").click()

    form = drawer.get_by_test_id("staff-hire")
    await fill(form, member="shen.yi", name="沈一", title="销售", department="华东组", leader="上级 周波")
    row = drawer.get_by_test_id("member-shen.yi")
    await row.get_by_test_id("staff-change").click()
    await fill(row.get_by_test_id("staff-form"), title="大客户经理", account="shen.yi2")
    moved = drawer.get_by_test_id("member-shen.yi2")
    await expect(moved).to_contain_text("大客户经理")
    await picture(desktop, "staff")
    await moved.get_by_test_id("staff-dismiss").click()

    await expect(his.get_by_test_id("message").last).to_contain_text("沈一离职了，名下没有客户")
    await expect(moved).to_have_count(0)


async def test_departments_are_made_renamed_and_dissolved_only_when_empty(address: str, phone: Page) -> None:
    await phone.goto(f"{address}/?as={BOSS}")
    drawer = await opened(phone, "staff")

    await fill(drawer.get_by_test_id("staff-found"), name="华西组")
    west = drawer.locator(".drawer-unit").filter(has_text="华西组")
    await west.get_by_test_id("unit-rename").click()
    await fill(west.get_by_test_id("unit-form"), name="西部组")
    west = drawer.locator(".drawer-unit").filter(has_text="西部组")
    await picture(phone, "staff-phone")
    await west.get_by_test_id("unit-dissolve").click()
    await expect(west).to_have_count(0)
    await drawer.locator(".drawer-unit").filter(has_text="华东组").get_by_test_id("unit-dissolve").click()

    await expect(phone.get_by_test_id("toast")).to_contain_text("部门里还有人或下级部门，先移走")


async def test_the_page_behind_a_card_opens_as_whoever_looks_at_it(address: str, desktop: Page) -> None:
    await desktop.goto(f"{address}/?as={LIN},{BOSS}")
    for userid in (LIN, BOSS):
        await pane(desktop, userid).get_by_test_id("conversation-app").click()
        await type_and_send(desktop, userid, "华星精工")
        await expect(pane(desktop, userid).get_by_test_id("card").last).to_contain_text("华星精工")

    for userid in (LIN, BOSS, LIN):
        async with desktop.context.expect_page() as told:
            await pane(desktop, userid).get_by_test_id("card-open").last.click()
        shown = await told.value
        await expect(shown.locator("h1")).to_contain_text("华星精工")
        assert "/h5/customers/" in shown.url
        await picture(shown, f"h5-{userid}")
        await shown.close()


async def test_what_was_promised_stands_in_dingtalks_lists_and_a_tick_there_is_heard(
    address: str, desktop: Page
) -> None:
    await desktop.goto(f"{address}/?as={BOSS}")
    his, drawer = pane(desktop, BOSS), await opened(desktop, "lists")
    await type_and_send(desktop, BOSS, "让林越周五下午三点给华星打电话")

    theirs = drawer.get_by_test_id(f"lists-dingtalk:{LIN}")
    await expect(theirs.get_by_test_id("list-event")).to_contain_text("给华星打电话")
    row = theirs.get_by_test_id("list-todo").filter(has_text="给华星打电话")
    await picture(desktop, "lists")
    await theirs.get_by_test_id("list-cancel").click()
    await expect(theirs.get_by_test_id("list-event")).to_have_count(0)
    async with desktop.context.expect_page() as told:
        await row.get_by_test_id("list-open").click()
    behind = await told.value
    await expect(behind.locator("h1")).to_contain_text("给华星打电话")
    await behind.close()
    await row.get_by_test_id("list-tick").click()

    await expect(row).to_contain_text("已完成")
    await expect(his.get_by_test_id("message").last).to_have_text("小林做完了：给华星打电话")
    await row.get_by_test_id("list-remove").click()
    await expect(row).to_have_count(0)


async def test_an_open_drawer_crushes_nothing_and_one_button_shows_which_it_is(address: str, desktop: Page) -> None:
    await desktop.set_viewport_size({"width": 1280, "height": 800})
    await desktop.goto(f"{address}/?as={LIN},{BOSS}")
    bar = desktop.locator(".topbar")
    height = await bar.evaluate("bar => bar.offsetHeight")

    for name in ("lists", "staff", "outside"):
        await opened(desktop, name)

        await expect(desktop.locator('.tools [aria-expanded="true"]')).to_have_attribute("data-testid", name)
        assert await bar.evaluate("bar => bar.offsetHeight") == height
    await desktop.get_by_test_id("outside-close").click()
    await expect(desktop.locator('.tools [aria-expanded="true"]')).to_have_count(0)
