"""The page alone, in a real browser: what people type arrives, what the app says is shown, and to whom."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from playwright.async_api import Page, expect

from tests.browser.messenger import Messenger, pane, type_and_send


def text(content: str) -> dict[str, Any]:
    return {"content": content}


async def test_what_is_typed_reaches_the_app_and_its_answer_the_writer_alone(
    desktop: Page, messenger: Messenger
) -> None:
    async def answer(message: Element) -> None:
        if message.findtext("MsgType") == "text":
            await messenger.app.send("lin.yue", "text", text("记好了"))

    messenger.app.answering = answer
    await messenger.show(desktop, "lin.yue", "zhou.bo")

    await type_and_send(desktop, "lin.yue", "见了客户\n聊得不错")

    mine = pane(desktop, "lin.yue").get_by_test_id("bubble")
    await expect(mine).to_have_text(["见了客户\n聊得不错", "记好了"])
    await expect(pane(desktop, "zhou.bo").get_by_test_id("bubble")).to_have_count(0)
    heard = await messenger.app.hears(lambda message: message.findtext("MsgType") == "text")
    assert (heard.findtext("FromUserName"), heard.findtext("Content")) == ("lin.yue", "见了客户\n聊得不错")


async def test_shift_and_enter_makes_a_new_line_instead_of_sending(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    box = desktop.get_by_test_id("composer")

    await box.press_sequentially("第一行")
    await box.press("Shift+Enter")
    await box.press_sequentially("第二行")

    await expect(box).to_have_value("第一行\n第二行")
    assert messenger.server.chat("lin.yue") == []


async def test_opening_the_chat_of_the_app_tells_the_app(phone: Page, messenger: Messenger) -> None:
    await messenger.show(phone, "lin.yue")
    assert messenger.app.heard == []

    await phone.get_by_test_id("conversation-app").tap()

    heard = await messenger.app.hears(lambda message: message.findtext("Event") == "enter_agent")
    assert heard.findtext("FromUserName") == "lin.yue"


async def test_who_leads_is_offered_what_a_leader_says(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue", "zhou.bo")
    hers, his = pane(desktop, "lin.yue"), pane(desktop, "zhou.bo")

    await expect(hers.get_by_test_id("sample").filter(has_text="申请85折")).to_have_count(1)
    await expect(his.get_by_test_id("sample").filter(has_text="申请85折")).to_have_count(0)
    await his.get_by_test_id("sample").filter(has_text="待我审批").click()

    await expect(his.get_by_test_id("composer")).to_have_value("待我审批")


async def test_an_empty_box_is_one_line_high_with_its_whole_hint(phone: Page, messenger: Messenger) -> None:
    await messenger.show(phone, "lin.yue")
    await pane(phone, "lin.yue").get_by_test_id("conversation-app").tap()

    box = pane(phone, "lin.yue").get_by_test_id("composer")
    await type_and_send(phone, "lin.yue", "你好")

    await expect(box).to_be_empty()
    assert await box.evaluate("box => box.offsetHeight < 2 * parseFloat(getComputedStyle(box).lineHeight)")
    assert await box.evaluate("box => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")


async def test_the_app_seems_to_type_until_it_has_said_something(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    await type_and_send(desktop, "lin.yue", "今天先跟谁")
    await expect(desktop.get_by_test_id("typing")).to_be_visible()

    await messenger.app.send("lin.yue", "text", text("没有到期的事"))

    await expect(desktop.get_by_test_id("typing")).to_have_count(0)
    await expect(desktop.get_by_test_id("bubble").last).to_have_text("没有到期的事")


async def test_a_message_that_was_not_taken_can_be_sent_again(desktop: Page, messenger: Messenger) -> None:
    messenger.app.status = 500
    await messenger.show(desktop, "lin.yue")
    await type_and_send(desktop, "lin.yue", "记一笔")
    await expect(desktop.get_by_test_id("failed")).to_contain_text("没送到")
    await expect(desktop.get_by_test_id("typing")).to_have_count(0)

    messenger.app.status = 200
    await desktop.get_by_test_id("resend").click()

    heard = await messenger.app.hears(lambda message: message.findtext("MsgType") == "text")
    assert heard.findtext("Content") == "记一笔"
    await expect(desktop.get_by_test_id("failed")).to_have_count(0)


async def test_markup_in_a_message_is_shown_as_it_was_written(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    hostile = '<img src=x onerror="document.title=1"><b>粗</b> <a href="javascript:alert(1)">点我</a>'

    await messenger.app.send("lin.yue", "text", text(hostile))
    await messenger.app.send("lin.yue", "markdown", text(hostile))

    await expect(desktop.get_by_test_id("bubble")).to_have_text([hostile, hostile])
    await expect(desktop.get_by_test_id("bubble").locator("img, b, a")).to_have_count(0)


async def test_links_and_wecoms_markdown_are_drawn(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")

    await messenger.app.send("lin.yue", "text", text('看<a href="https://crm.example.com/a">这里</a>'))
    said = (
        '## 今日\n**远图** <font color="warning">逾期</font>\n> 上次 `电话`\n[打开](https://crm.example.com/b)\n- 原样'
    )
    await messenger.app.send("lin.yue", "markdown", text(said))

    plain, rich = desktop.get_by_test_id("bubble").first, desktop.get_by_test_id("bubble").last
    await expect(plain.get_by_role("link", name="这里")).to_have_attribute("href", "https://crm.example.com/a")
    await expect(rich.locator(".md-h2")).to_have_text("今日")
    await expect(rich.locator("strong")).to_have_text("远图")
    await expect(rich.locator(".md-warning")).to_have_text("逾期")
    await expect(rich.locator("blockquote code")).to_have_text("电话")
    await expect(rich.get_by_role("link", name="打开")).to_have_attribute("rel", "noopener noreferrer")
    await expect(rich.get_by_text("- 原样")).to_be_visible()


async def test_samples_fill_the_box_and_leave_once_something_was_said(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")

    await desktop.get_by_test_id("sample").filter(has_text="今天先跟谁").click()
    await desktop.get_by_test_id("composer").press("Enter")

    await expect(desktop.get_by_test_id("bubble")).to_have_text("今天先跟谁")
    await expect(desktop.get_by_test_id("samples")).to_be_hidden()
    await desktop.get_by_test_id("samples-toggle").click()
    await expect(desktop.get_by_test_id("samples")).to_be_visible()
