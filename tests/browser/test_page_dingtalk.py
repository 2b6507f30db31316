"""DingTalk on the messenger's page: whose pane it is, what is drawn, what is sent, with the keyboard and by touch."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.app import listening
from bot.messenger.dingtalk.model import AI, DingTalkQuirks
from bot.messenger.dingtalk.sending import KEYS
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.media import Upload
from bot.messenger.page.dingtalk import DingTalkFace
from bot.messenger.page.server import page
from bot.messenger.people import Organisation
from bot.messenger.switches import STREAM, Switch
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.browser.conftest import PEOPLE, START, ZONE
from tests.browser.genjin import SPILT
from tests.browser.messenger import pane, type_and_send
from tests.browser.pictures import png
from tests.browser.small_app import CREDENTIALS
from tests.browser.small_stream import APP, SmallStream

LIN, ZHOU, HE = "dingtalk:lin.yue", "dingtalk:zhou.bo", "he.qing"
PICTURE = {"name": "现场.png", "mimeType": "image/png", "buffer": png(24, 18, (13, 125, 114))}
FORM = {
    "fields": [
        {
            "name": "who",
            "label": "派给谁",
            "type": "SELECT",
            "options": [{"value": "1", "text": "林越"}, {"value": "2", "text": "李明"}],
            "defaultValue": "1",
        },
        {
            "name": "done",
            "label": "",
            "type": "MULTI_SELECT",
            "options": [{"value": "a", "text": "寄样册"}, {"value": "b", "text": "回电话"}],
            "defaultValue": [],
        },
    ]
}
BUTTONS = [
    {"text": "就他", "style": "primary", "action": "assign"},
    {"text": "算了", "style": "danger", "action": "drop"},
    {"text": "看依据", "style": "more", "action": "why"},
]


@dataclass(frozen=True, slots=True)
class Two:
    """The page over both messengers; on DingTalk are 林越 and 周波, and an app at the other end of its Stream."""

    address: str
    dingtalk: DingTalkServer
    app: SmallStream

    async def show(self, page: Page, *people: str) -> Locator:
        """Open the page with these people; the pane of the first."""
        await page.goto(f"{self.address}/?as={','.join(people)}")
        await pane(page, people[0]).wait_for()
        return pane(page, people[0])

    def send(self, key: str, **param: Any) -> None:
        """The robot sends a message to 林越."""
        body = {"robotCode": APP.robot_code, "msgKey": key, "msgParam": json.dumps(param), "userIds": ["lin.yue"]}
        self.dingtalk.sending.to_people(body)

    def card(self, track: str = "t1", template: str = "own.schema", **data: str) -> None:
        """The robot delivers a card to 林越."""
        body: dict[str, Any] = {"cardTemplateId": template, "outTrackId": track, "callbackType": "STREAM"}
        body |= {"cardData": {"cardParamMap": data}, "openSpaceId": "dtv1.card//IM_ROBOT.lin.yue"}
        body |= {"imRobotOpenSpaceModel": {}, "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"}}
        self.dingtalk.cards.create_and_deliver(body)


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    clock = ShiftableClock(START, still=True)
    server = WeComServer(Organisation.build("远山软件", PEOPLE), CREDENTIALS, clock)
    there = Organisation.build("远山软件", [each for each in PEOPLE if each["userid"] != HE])
    dingtalk = DingTalkServer(there, APP, clock, quirks=DingTalkQuirks(callback_seconds=60))
    dingtalk.add_group("cidTeam==", "华东钉钉群", ["zhou.bo", "lin.yue"])
    app = SmallStream()
    face = listening(page(server, clock, ZONE, beside=[DingTalkFace(dingtalk)]), "127.0.0.1", 0)
    async with face as port, app.connected(f"http://127.0.0.1:{port}"):
        yield Two(f"http://127.0.0.1:{port}", dingtalk, app)


async def test_who_is_on_both_turns_from_one_to_the_other_with_the_keyboard(desktop: Page, two: Two) -> None:
    await two.show(desktop, "lin.yue", HE)
    here, there = pane(desktop, "lin.yue"), pane(desktop, LIN)
    await expect(pane(desktop, HE).get_by_test_id("on-dingtalk")).to_have_count(0)

    await here.get_by_test_id("on-dingtalk").focus()
    await desktop.keyboard.press("Enter")

    await expect(there).to_have_attribute("data-messenger", "dingtalk")
    await expect(there.get_by_test_id("chat")).to_contain_text("机器人")
    await expect(there.get_by_test_id("menubar")).to_be_hidden()
    await expect(here).to_have_count(0)
    await there.get_by_test_id("on-wecom").press("Space")
    await expect(here.get_by_test_id("chat")).to_contain_text("应用")


async def test_a_dingtalk_account_is_found_among_the_people_and_says_so(desktop: Page, two: Two) -> None:
    await two.show(desktop, HE)
    await desktop.get_by_test_id("person-picker").click()
    await desktop.get_by_test_id("person-search").fill("周波")

    await expect(desktop.get_by_test_id(f"person-{ZHOU}")).to_contain_text("钉钉")
    await desktop.get_by_test_id(f"person-{ZHOU}").click()

    await expect(pane(desktop, ZHOU)).to_be_visible()


async def test_without_a_second_messenger_nothing_is_said_of_one(desktop: Page, messenger: Any) -> None:
    await messenger.show(desktop, "lin.yue")

    await expect(desktop.get_by_test_id("on-wecom")).to_be_hidden()


async def test_what_is_typed_travels_over_the_stream_and_is_answered_below(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)

    await type_and_send(desktop, LIN, "今天先跟谁")
    heard = await two.app.hears(lambda pushed: pushed.get("msgtype") == "text")
    two.send("sampleText", content="还没有客户")

    assert (heard["senderStaffId"], heard["text"]["content"]) == ("lin.yue", "今天先跟谁")
    await expect(mine.get_by_test_id("bubble")).to_have_text(["今天先跟谁", "还没有客户"])


async def test_every_message_of_the_robot_is_drawn(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    part = Upload(name="media", filename="现场.png", content_type="image/png", data=PICTURE["buffer"])  # type: ignore[arg-type]
    stored = two.dingtalk.media.upload("image", part)["media_id"]
    for key, fields in KEYS.items():
        param = {name: f"{key}的{name}" for name in fields}
        param |= {
            name: f"https://example.com/{name}" for name in fields if name.lower().rstrip("0123456789")[-3:] == "url"
        }
        param |= {name: stored for name in ("photoURL", "mediaId") if name in fields}

        two.send(key, **param)

        newest = mine.get_by_test_id("message").last
        said = [value for name, value in param.items() if "itle" not in name and key in value and name != "fileType"]
        said += [value for name, value in param.items() if "itle" in name and name != "title"]
        for words in said:
            await expect(newest).to_contain_text(words)
        for url in (value for value in param.values() if value.startswith("https:")):
            await expect(newest.locator(f'a[href="{url}"]')).to_be_visible()
    await expect(mine.locator(".part-image img")).to_have_js_property("naturalWidth", 24)
    await expect(mine.locator(".part-file")).to_contain_text("sampleFile的fileName")
    assert not await desktop.evaluate(SPILT)


async def test_markdown_has_the_dialect_of_dingtalk(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)

    two.send(
        "sampleMarkdown", title="小结", text="### 小结\n一行\n接着\n\n- **华星** 签了\n- 宏图\n\n> 原话\n\n*灰的* `码`"
    )

    bubble = mine.get_by_test_id("bubble")
    await expect(bubble.locator(".md-h3")).to_have_text("小结")
    await expect(bubble.locator("p").nth(1)).to_have_text("一行 接着")
    await expect(bubble.locator("li")).to_have_text(["华星 签了", "宏图"])
    await expect(bubble.locator("blockquote")).to_have_text("原话")
    await expect(bubble.locator("em")).to_have_text("灰的")
    await expect(bubble).to_contain_text("`码`")
    await expect(mine.get_by_test_id("preview").first).to_have_text("小结")


async def test_a_card_of_the_companys_template_is_filled_in_and_changes_where_it_stands(
    desktop: Page, two: Two
) -> None:
    mine = await two.show(desktop, LIN)
    two.card(
        title="派给谁",
        markdown="- 任务：整理样品间",
        tone="warn",
        source="跟进",
        form=json.dumps(FORM),
        buttons=json.dumps(BUTTONS),
    )
    card = mine.get_by_test_id("card")
    await expect(card).to_have_attribute("data-tone", "warn")
    done = {"title": "已派 · 李明", "buttons": "[]", "form": "{}"}
    two.app.answer = lambda _: {
        "response": {"cardData": {"cardParamMap": done}, "cardUpdateOptions": {"updateCardDataByKey": True}}
    }

    await card.get_by_test_id("card-select").select_option(label="李明")
    await card.get_by_test_id("card-option").filter(has_text="回电话").locator("input").press("Space")
    await card.get_by_test_id("card-button").filter(has_text="就他").press("Enter")

    told = await two.app.hears(lambda pushed: pushed.get("type") == "actionCallback")
    assert json.loads(told["content"])["cardPrivateData"]["params"] == {
        "action": "assign",
        "form": {"who": "2", "done": ["b"]},
    }
    await expect(card.get_by_test_id("card-title")).to_have_text("已派 · 李明")
    await expect(card.get_by_test_id("card-body")).to_have_text("任务：整理样品间")
    await expect(card.get_by_test_id("card-button")).to_have_count(0)
    await expect(mine.get_by_test_id("message")).to_have_count(1)


async def test_what_a_card_sets_apart_is_in_its_menu(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    two.card(title="派给谁", markdown="", buttons=json.dumps(BUTTONS))
    await expect(mine.get_by_test_id("card-button")).to_have_text(["就他", "算了"])

    await mine.get_by_test_id("card-menu").press("Enter")
    await mine.get_by_test_id("card-menu-item").press("Enter")

    told = await two.app.hears(lambda pushed: pushed.get("type") == "actionCallback")
    assert json.loads(told["content"])["cardPrivateData"]["params"] == {"action": "why"}


async def test_a_card_of_the_public_template_calls_back_with_its_buttons_id(phone: Page, two: Two) -> None:
    mine = await two.show(phone, LIN)
    await mine.get_by_test_id("conversation-app").tap()
    whole = {
        "order": ["msgTitle", "msgContent", "msgButtons"],
        "msgButtons": [{"text": "同意", "id": "yes", "request": True}],
    }
    two.card(template=AI, msgTitle="待你审批", msgContent="- 金额：80万", sys_full_json_obj=json.dumps(whole))

    await mine.get_by_test_id("card-button").tap()

    told = await two.app.hears(lambda pushed: pushed.get("type") == "actionCallback")
    assert json.loads(told["content"])["cardPrivateData"]["actionIds"] == ["yes"]
    await expect(mine.get_by_test_id("card-title")).to_have_text("待你审批")


async def test_a_tap_that_nobody_hears_is_said_and_can_be_made_again(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    two.card(title="派给谁", markdown="", buttons=json.dumps(BUTTONS))
    await two.dingtalk.gateway.close()
    await two.dingtalk.gateway.until(lambda: not two.dingtalk.gateway.sockets)

    await mine.get_by_test_id("card-button").first.click()

    await expect(desktop.get_by_test_id("toast")).to_have_text("没送到，再点一次")
    await expect(mine.get_by_test_id("card-button").first).to_be_enabled()


async def test_what_is_said_while_nobody_listens_is_marked(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    await two.dingtalk.gateway.close()
    await two.dingtalk.gateway.until(lambda: not two.dingtalk.gateway.sockets)

    await type_and_send(desktop, LIN, "在吗")

    await expect(mine.get_by_test_id("failed")).to_contain_text("没送到")


async def test_pictures_files_films_and_speech_are_sent_as_dingtalk_has_them(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    await mine.get_by_test_id("extras-toggle").click()
    await expect(mine.get_by_test_id("send-location")).to_be_hidden()
    for kind, msgtype in (("image", "picture"), ("file", "file"), ("video", "video")):
        await mine.get_by_test_id(f"send-{kind}").set_input_files([PICTURE])  # type: ignore[list-item]
        heard = await two.app.hears(lambda pushed, wanted=msgtype: pushed.get("msgtype") == wanted)
        assert heard["content"]["downloadCode"]
    await mine.get_by_test_id("extras-toggle").click()
    await mine.get_by_test_id("send-voice").click()
    await mine.get_by_test_id("form-voice").get_by_text("发送").click()

    heard = await two.app.hears(lambda pushed: pushed.get("msgtype") == "audio")
    assert heard["content"]["recognition"] == "今天下午拜访了华星精工的张总"
    await expect(mine.get_by_test_id("part")).to_have_count(4)
    await expect(mine.locator(".part-image img")).to_have_js_property("naturalWidth", 24)


async def test_a_picture_goes_with_the_words_that_were_typed(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN)
    await mine.get_by_test_id("composer").fill("华星的现场")
    await mine.get_by_test_id("extras-toggle").click()

    await mine.get_by_test_id("send-image").set_input_files([PICTURE])  # type: ignore[list-item]

    heard = await two.app.hears(lambda pushed: pushed.get("msgtype") == "richText")
    assert heard["content"]["richText"][0] == {"text": "华星的现场"}
    await expect(mine.locator(".part-rich")).to_contain_text("华星的现场")
    await expect(mine.locator(".part-rich img")).to_have_js_property("naturalWidth", 24)
    await expect(mine.get_by_test_id("composer")).to_have_value("")


async def test_in_a_group_the_robot_hears_only_what_calls_it(desktop: Page, two: Two) -> None:
    mine = await two.show(desktop, LIN, ZHOU)
    row = "conversation-dingtalk:cidTeam=="
    await mine.get_by_test_id(row).click()
    await type_and_send(desktop, LIN, "样机到了")
    await type_and_send(desktop, LIN, "@跟进 @周波 这个月签了多少")

    heard = await two.app.hears(lambda pushed: pushed.get("conversationType") == "2")

    assert heard["text"]["content"].strip() == "这个月签了多少"
    assert [each.get("staffId") for each in heard["atUsers"]] == [None, "zhou.bo"]
    assert len(two.app.heard) == 1
    theirs = pane(desktop, ZHOU).get_by_test_id(row)
    await expect(theirs.get_by_test_id("preview")).to_have_text("林越：@跟进 @周波 这个月签了多少")
    await expect(theirs.get_by_test_id("unread")).to_have_text("2")


async def test_on_a_phone_the_way_to_the_other_messenger_lies_free(phone: Page, two: Two) -> None:
    await two.show(phone, "lin.yue")

    await phone.get_by_test_id("on-dingtalk").tap()
    await pane(phone, LIN).get_by_test_id("conversation-app").tap()
    await type_and_send(phone, LIN, "到了")

    await expect(phone.get_by_test_id("bubble")).to_have_text(["到了"])
    await phone.get_by_test_id("clock").tap()
    await expect(phone.get_by_test_id("clock-1h")).to_be_visible()
    await phone.get_by_test_id("on-wecom").tap()
    await expect(pane(phone, "lin.yue")).to_be_visible()


async def test_each_messenger_has_its_switches_and_each_of_them_its_name(desktop: Page, two: Two) -> None:
    await two.show(desktop, LIN)
    await desktop.get_by_test_id("faults").press("Enter")
    here, there = desktop.locator(".faults-group").nth(0), desktop.locator(".faults-group").nth(1)
    await expect(here.get_by_role("heading")).to_have_text("企业微信")
    await expect(there.get_by_role("heading")).to_have_text("钉钉")
    for switch in Switch:
        await expect(there.get_by_test_id(f"fault-dingtalk-{switch.name}")).to_be_visible()
        await expect(here.get_by_test_id(f"fault-wecom-{switch.name}")).to_have_count(int(switch not in STREAM))
        await expect(there).not_to_contain_text(switch.name)

    await there.get_by_test_id("fault-dingtalk-DROPPED").press("Space")

    await expect(desktop.locator(".faults[data-on]")).to_have_count(1)
    assert two.dingtalk.faults.switches.on == ["DROPPED"]
    for words in ("一", "二", "三", "四"):
        await type_and_send(desktop, LIN, words)
        await expect(pane(desktop, LIN).get_by_test_id("bubble").last).to_have_text(words)
    await two.app.hears(lambda pushed: pushed["text"]["content"] == "四")
    assert [each["text"]["content"] for each in two.app.heard] == ["一", "二", "四"]
    await expect(pane(desktop, LIN).get_by_test_id("failed")).to_have_count(0)
