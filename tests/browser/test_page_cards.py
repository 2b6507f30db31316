"""Cards on the page: their parts are drawn, taps and choices reach the app, a closed card has no buttons."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from playwright.async_api import Page, expect

from tests.browser.messenger import Messenger
from tests.browser.small_app import CREDENTIALS

BUTTONS = {
    "card_type": "button_interaction",
    "task_id": "page_1@1",
    "source": {"desc": "跟进·审批", "desc_color": 2},
    "main_title": {"title": "待你审批 · 远图软件", "desc": "何青 申请 9折"},
    "quote_area": {"title": "原话", "quote_text": "客户要 9折 才签"},
    "horizontal_content_list": [
        {"keyname": "金额", "value": "30万"},
        {"keyname": "申请人", "value": "何青", "type": 3, "userid": "he.qing"},
    ],
    "action_menu": {"desc": "更多", "action_list": [{"text": "看依据", "key": "evidence"}]},
    "button_selection": {
        "question_key": "level",
        "title": "给几折",
        "option_list": [{"id": "9", "text": "9折"}, {"id": "95", "text": "95折"}],
    },
    "button_list": [{"text": "同意", "style": 1, "key": "yes"}, {"text": "驳回", "style": 2, "key": "no"}],
}
VOTE = {
    "card_type": "vote_interaction",
    "task_id": "page_2@1",
    "main_title": {"title": "可能重复的客户"},
    "checkbox": {
        "question_key": "keep",
        "mode": 1,
        "option_list": [
            {"id": "a", "text": "远图"},
            {"id": "b", "text": "远图软件", "is_checked": True},
            {"id": "c", "text": "远途"},
        ],
    },
    "submit_button": {"text": "合并", "key": "merge"},
}
MULTIPLE = {
    "card_type": "multiple_interaction",
    "task_id": "page_3@1",
    "main_title": {"title": "分配线索"},
    "select_list": [
        {"question_key": "who", "option_list": [{"id": "lin", "text": "林越"}, {"id": "he", "text": "何青"}]},
        {
            "question_key": "stage",
            "selected_id": "2",
            "option_list": [{"id": "1", "text": "初步接触"}, {"id": "2", "text": "方案报价"}],
        },
    ],
    "submit_button": {"text": "分配", "key": "assign"},
}
TEXT_NOTICE = {
    "card_type": "text_notice",
    "main_title": {"title": "今日待跟进", "desc": "11月25日"},
    "emphasis_content": {"title": "3", "desc": "条待办"},
    "sub_title_text": "其中一条逾期",
    "jump_list": [{"type": 1, "title": "打开列表", "url": "https://crm.example.com/list"}],
    "card_action": {"type": 1, "url": "https://crm.example.com/day"},
}
NEWS_NOTICE = {
    "card_type": "news_notice",
    "main_title": {"title": "本周排行", "desc": "华东区"},
    "image_text_area": {"type": 0, "title": "第一名 林越", "desc": "签约 3 单", "image_url": "/static/mark.svg"},
    "vertical_content_list": [{"title": "第二名 何青", "desc": "签约 2 单"}],
    "card_action": {"type": 1, "url": "https://crm.example.com/rank"},
}


async def show_card(page: Page, messenger: Messenger, card: dict[str, Any]) -> None:
    await messenger.show(page, "lin.yue")
    await messenger.app.send("lin.yue", "template_card", card)
    await page.get_by_test_id("card").wait_for()


def tapped(message: Element) -> bool:
    return message.findtext("Event") == "template_card_event"


def picked(message: Element) -> dict[str | None, list[str | None]]:
    items = message.findall("SelectedItems/SelectedItem")
    return {i.findtext("QuestionKey"): [o.text for o in i.findall("OptionIds/OptionId")] for i in items}


@pytest.mark.parametrize(
    ("card", "parts"),
    [
        pytest.param(
            TEXT_NOTICE,
            ["今日待跟进", "11月25日", "3", "条待办", "其中一条逾期", "打开列表", "查看详情"],
            id="text-notice",
        ),
        pytest.param(
            NEWS_NOTICE, ["本周排行", "第一名 林越", "签约 3 单", "第二名 何青", "签约 2 单"], id="news-notice"
        ),
        pytest.param(
            BUTTONS, ["跟进·审批", "何青 申请 9折", "原话", "客户要 9折 才签", "金额", "30万", "给几折"], id="buttons"
        ),
        pytest.param(VOTE, ["可能重复的客户", "远图软件", "合并"], id="vote"),
        pytest.param(MULTIPLE, ["分配线索", "分配"], id="multiple"),
    ],
)
async def test_each_kind_of_card_shows_its_parts(
    phone: Page, messenger: Messenger, card: dict[str, Any], parts: list[str]
) -> None:
    await messenger.app.send("lin.yue", "template_card", card)
    await messenger.show(phone, "lin.yue")
    await phone.get_by_test_id("conversation-app").tap()

    shown = phone.get_by_test_id("card")
    for part in parts:
        await expect(shown.get_by_text(part, exact=True).first).to_be_visible()
    box = await shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


async def test_a_tap_with_a_choice_reaches_the_app_and_shows_that_it_is_under_way(
    desktop: Page, messenger: Messenger
) -> None:
    await show_card(desktop, messenger, BUTTONS)

    await desktop.get_by_test_id("card-select").select_option("95")
    await desktop.get_by_role("button", name="同意").click()

    await expect(desktop.get_by_role("button", name="同意")).to_have_attribute("aria-busy", "true")
    await expect(desktop.get_by_role("button", name="驳回")).to_be_disabled()
    heard = await messenger.app.hears(tapped)
    assert (heard.findtext("EventKey"), heard.findtext("TaskId")) == ("yes", "page_1@1")
    assert picked(heard) == {"level": ["95"]}
    await expect(desktop.get_by_test_id("card-select")).to_have_value("95")


async def test_a_card_that_the_app_closed_shows_the_result_instead_of_buttons(
    desktop: Page, messenger: Messenger
) -> None:
    await show_card(desktop, messenger, BUTTONS)
    await desktop.get_by_role("button", name="同意").click()
    heard = await messenger.app.hears(tapped)

    closed = {**BUTTONS, "main_title": {"title": "已同意 · 远图软件"}, "replace_text": "已同意·林越"}
    update = {"userids": ["lin.yue"], "agentid": CREDENTIALS.agent_id, "template_card": closed}
    code = heard.findtext("ResponseCode")
    await messenger.app.post("message/update_template_card", {**update, "response_code": code})

    await expect(desktop.get_by_test_id("card-title")).to_have_text("已同意 · 远图软件")
    await expect(desktop.get_by_test_id("card-state")).to_have_text("已同意·林越")
    await expect(desktop.get_by_test_id("card-state")).to_be_disabled()
    await expect(desktop.get_by_test_id("card-button")).to_have_count(0)
    await expect(desktop.get_by_test_id("preview").first).to_have_text("已同意 · 远图软件")


async def test_boxes_that_were_ticked_go_with_the_submit_button(desktop: Page, messenger: Messenger) -> None:
    await show_card(desktop, messenger, VOTE)

    await desktop.get_by_label("远途").check()
    await desktop.get_by_role("button", name="合并").click()

    assert picked(await messenger.app.hears(tapped)) == {"keep": ["b", "c"]}


async def test_several_lists_go_with_the_submit_button(desktop: Page, messenger: Messenger) -> None:
    await show_card(desktop, messenger, MULTIPLE)

    await desktop.get_by_test_id("card-select").first.select_option(label="何青")
    await desktop.get_by_role("button", name="分配", exact=True).click()

    assert picked(await messenger.app.hears(tapped)) == {"who": ["he"], "stage": ["2"]}


async def test_an_item_of_the_menu_reaches_the_app_by_keyboard(desktop: Page, messenger: Messenger) -> None:
    await show_card(desktop, messenger, BUTTONS)

    await desktop.get_by_test_id("card-menu").focus()
    await desktop.keyboard.press("Enter")
    await expect(desktop.get_by_role("menuitem", name="看依据")).to_be_focused()
    await desktop.keyboard.press("Enter")

    heard = await messenger.app.hears(lambda message: message.findtext("Event") == "template_card_menu_event")
    assert heard.findtext("EventKey") == "evidence"


async def test_a_tap_that_was_not_taken_gives_the_button_back(desktop: Page, messenger: Messenger) -> None:
    await show_card(desktop, messenger, BUTTONS)
    messenger.app.status = 500

    await desktop.get_by_role("button", name="同意").click()

    await expect(desktop.get_by_test_id("toast")).to_have_text("没送到，再点一次")
    await expect(desktop.get_by_role("button", name="同意")).to_be_enabled()


async def test_a_member_on_a_card_can_be_looked_up(desktop: Page, messenger: Messenger) -> None:
    await show_card(desktop, messenger, BUTTONS)

    await desktop.get_by_test_id("card").get_by_role("button", name="何青").click()

    await expect(desktop.get_by_test_id("member")).to_contain_text("华东一部")


async def test_a_card_that_was_answered_in_words_can_be_tapped_again(desktop: Page, messenger: Messenger) -> None:
    await messenger.show(desktop, "lin.yue")
    await messenger.app.send("lin.yue", "template_card", BUTTONS)
    yes = desktop.get_by_role("button", name="同意")
    await yes.click()
    await messenger.app.hears(tapped)
    await expect(yes).to_be_disabled()

    await messenger.app.send("lin.yue", "text", {"content": "给几折？"})

    await expect(yes).to_be_enabled()  # long before a tap that nobody answered


async def test_two_people_fit_on_a_laptop_without_breaking_a_label(desktop: Page, messenger: Messenger) -> None:
    await desktop.set_viewport_size({"width": 1280, "height": 720})
    await messenger.show(desktop, "lin.yue", "zhou.bo")
    labels = ["推迟1小时", "改到明天", "完成"]
    buttons = [{"text": label, "style": 2, "key": label} for label in labels]

    await messenger.app.send("lin.yue", "template_card", BUTTONS | {"button_list": buttons})

    await expect(desktop.get_by_test_id("card-button")).to_have_text(labels)
    boxes = [await each.bounding_box() for each in await desktop.get_by_test_id("card-button").all()]
    assert [box and round(box["height"]) for box in boxes] == [38, 38, 38]
