"""What only a screen shows: both cards of an approval, the group's win, a reminder after the page's clock was moved."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.browser.genjin import Screens, staged_with_face
from tests.browser.pictures import png
from tests.dialogues.script import read

LIN, ZHOU, WANG = "Lin.Yue", "zhou.bo", "wang.min"
NOTE = "今天下午拜访了华星精工的张总，聊了ERP二期，预算大概80万，担心实施周期太长，下周三之前给方案"


def newest(screens: Screens, userid: str) -> Locator:
    """The last message of somebody's open chat."""
    return screens.pane(userid).get_by_test_id("message").last


def button(of: Locator, label: str) -> Locator:
    return of.get_by_test_id("card-button").get_by_text(label, exact=True)


async def says(screens: Screens, userid: str, text: str) -> None:
    pane = screens.pane(userid)
    await pane.get_by_test_id("composer").fill(text)
    await screens.press(pane.get_by_test_id("send"))


async def moves(screens: Screens, userid: str, *shifts: str) -> None:
    """Press the buttons of the page's clock, one after the other."""
    shown = screens.page(userid)
    for shift in shifts:
        before = await shown.get_by_test_id("clock-time").inner_text()
        if screens.size.touch:
            await screens.press(shown.get_by_test_id("clock"))
        await screens.press(shown.get_by_test_id(f"clock-{shift}"))
        await expect(shown.get_by_test_id("clock-time")).not_to_have_text(before)


async def test_a_manager_says_yes_and_both_see_it_on_the_cards_they_had(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("approval"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN, ZHOU)
        await says(screens, LIN, "华星ERP二期申请85折，对手用友报70万")
        asked, request = (screens.pane(each).get_by_test_id("card").first for each in (LIN, ZHOU))
        await expect(asked.get_by_test_id("card-title")).to_have_text("已提交 · 华星ERP二期 85折")
        await expect(request.get_by_test_id("card-title")).to_have_text("待你审批 · 华星ERP二期 85折")
        await screens.picture("approval-1")

        await screens.press(button(request, "同意"), times=2)

        await expect(request.get_by_test_id("card-state")).to_have_text("已同意·周波")
        await expect(request.get_by_test_id("card-button")).to_have_count(0)
        await expect(asked.get_by_test_id("card-state")).to_have_text("已同意·周波")
        await expect(newest(screens, LIN).get_by_test_id("card-title")).to_have_text("批了 · 华星85折")
        await stage.settle()
        await expect(screens.pane(LIN).get_by_test_id("card")).to_have_count(2)
        await expect(screens.pane(ZHOU).get_by_test_id("card")).to_have_count(1)
        await screens.picture("approval-2")


async def test_a_win_is_read_in_the_group_without_the_amount(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("win"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN, ZHOU, WANG)
        await says(screens, LIN, "宏图签了！合同68万，首付30%下月5号前付，余款验收后付")
        await expect(newest(screens, LIN).get_by_test_id("card-title")).to_have_text("签了 · 宏图物流")
        await expect(newest(screens, WANG).get_by_test_id("card-title")).to_have_text("待开票 · 宏图物流")
        await stage.settle()
        group = stage.server.groups()[0]

        mine = screens.pane(ZHOU)
        if screens.size.touch or await mine.get_by_test_id("conversations").is_hidden():
            await screens.press(mine.get_by_test_id("back"))
        row = mine.get_by_test_id(f"conversation-{group.chatid}")
        await expect(row).to_contain_text("华东销售群")
        await expect(row.get_by_test_id("unread")).to_have_text("1")
        await screens.press(row)

        told = newest(screens, ZHOU).get_by_test_id("bubble")
        await expect(told).to_contain_text("🎉 @林越签下 宏图物流")
        await expect(told).not_to_contain_text("68")
        await screens.picture("win-group")


async def test_a_reminder_comes_when_somebody_moves_the_clock(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("reminder"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN)
        cards = screens.pane(LIN).get_by_test_id("card")
        await says(screens, LIN, "周五上午十点提醒我给张总打电话")
        await expect(newest(screens, LIN).get_by_test_id("card-note")).to_have_text("11-27(周五) 10:00 · 华星精工")

        await moves(screens, LIN, "tomorrow", "tomorrow", "1h")
        first, second = cards.nth(1), cards.nth(2)
        await expect(first.get_by_test_id("card-note")).to_have_text("华星精工 · 现在 10:00")
        await expect(first.get_by_test_id("card-title")).to_have_text("该给张总打电话了")
        await expect(first.get_by_test_id("card-fact")).to_have_text(["电话13800138000"])
        await screens.picture("clock-1")
        await screens.press(button(first, "推迟1小时"))
        await expect(first.get_by_test_id("card-note")).to_have_text("已推迟到 11:00")

        await moves(screens, LIN, "1h")
        await expect(second.get_by_test_id("card-note")).to_have_text("华星精工 · 现在 11:00")
        await screens.press(button(second, "改到明天"))
        await expect(second.get_by_test_id("card-note")).to_have_text("已改到 11-30(周一) 11:00")
        await screens.picture("clock-2")

        await moves(screens, LIN, "1d", "1d", "1d")
        third = newest(screens, LIN)
        await expect(third.get_by_test_id("card-note")).to_have_text("华星精工 · 现在 11:00")
        await screens.press(button(third, "完成"))
        await expect(third.get_by_test_id("card-title")).to_have_text("已完成 · 给张总打电话")
        await stage.settle()
        await screens.picture("clock-3")


async def test_whoever_opens_the_chat_for_the_first_time_is_greeted_once(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("first_contact"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN, ZHOU)
        for userid, title in ((LIN, "我是跟进，帮你记客户"), (ZHOU, "团队的事直接问我")):
            await expect(screens.pane(userid).get_by_test_id("card-title")).to_have_text([title])
        await screens.picture("first-1")
        await screens.press(button(newest(screens, LIN), "试一条"))
        await expect(newest(screens, LIN)).to_contain_text("照着说一句")
        await screens.picture("first-2")

        await screens.leave()
        await screens.seat(stage, LIN, ZHOU)
        await says(screens, LIN, NOTE)

        await expect(newest(screens, LIN).get_by_test_id("card-title")).to_have_text("已记录 · 华星精工")
        await stage.settle()
        await expect(screens.pane(ZHOU).get_by_test_id("message")).to_have_count(1)


async def test_what_is_on_record_is_looked_up_from_the_card_of_a_note(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("note"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN)
        await says(screens, LIN, NOTE)
        card = screens.pane(LIN).get_by_test_id("card").first
        await screens.press(card.get_by_test_id("card-menu"))
        await screens.press(card.get_by_test_id("card-menu-item").get_by_text("看依据"))
        await expect(screens.pane(LIN).get_by_test_id("log")).to_contain_text("预算 约80万 ←「预算大概80万」")
        await screens.picture("evidence")

        await screens.press(button(card, "看客户"))

        await expect(newest(screens, LIN).get_by_test_id("card-title")).to_have_text("华星精工 · B类")
        await screens.picture("customer")


async def test_a_picture_that_is_asked_for_is_seen_on_its_card(screens: Screens, sqlite_url: str) -> None:
    async with staged_with_face(read("sent_image"), sqlite_url) as (stage, _):
        await screens.seat(stage, LIN)
        await says(screens, LIN, NOTE)
        await expect(newest(screens, LIN).get_by_test_id("card-title")).to_have_text("已记录 · 华星精工")
        await stage.settle()
        await stage.server.members.file(LIN, "image", "现场.png", png(240, 180, (13, 125, 114)))
        await stage.settle()

        await says(screens, LIN, "看看华星的现场照片")

        card = newest(screens, LIN).get_by_test_id("card")
        await expect(card).to_have_attribute("data-card-type", "news_notice")
        await expect(card.get_by_test_id("card-title")).to_have_text("图片 · 华星精工")
        picture = card.locator("img.card-image")
        await expect(picture).to_be_visible()
        await expect(picture).to_have_js_property("naturalWidth", 240)
        await screens.picture("picture")
