"""One scene for each message type and each part of a card that DingTalk has for genjin: done on the page, seen there.

`SCENES` is the table; `tests/browser/test_dingtalk_seen.py` holds it against the adapter and the renderers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, cast

from playwright.async_api import expect

from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.dingtalk.stream import CARD
from tests.browser.pictures import png
from tests.browser.scenes import AT, House, Scene, into

LIN, BOSS = "dingtalk:lin.yue", "dingtalk:zhou.bo"
SEND = "v1.0/card/instances/createAndDeliver"


@dataclass(slots=True, kw_only=True)
class DingTalkHouse(House):
    """The page with both of them on DingTalk."""

    dingtalk: DingTalkServer

    @property
    def told(self) -> set[str]:
        """What went over the wire so far, in either direction, by the names of the scenes."""
        pushed = {str(each["data"].get("msgtype")) for each in self.dingtalk.gateway.log if "msgtype" in each["data"]}
        taps = {"tap" for each in self.dingtalk.gateway.log if each["topic"] == CARD}
        sent = {str(each["body"]["msgKey"]) for each in self.dingtalk.api.log if "msgKey" in each["body"]}
        said = {f"webhook {body['msgtype']}" for _, body in self.dingtalk.sending.by_webhook}
        return pushed | taps | sent | said

    @property
    def on_cards(self) -> Iterator[str]:
        """What the cards that were made so far said, each variable of the template by itself."""
        for each in self.dingtalk.api.log:
            yield from each["body"].get("cardData", {}).get("cardParamMap", {}).values()

    def loses(self, templates: int) -> None:
        """The next card finds that so many templates cannot be used: the company's own, then the public one."""
        self.dingtalk.faults.refuse(SEND, code="cardTemplate.not.exist", times=templates)

    async def regains(self) -> None:
        """They are tried again after ten minutes."""
        for _ in range(2):
            await self.page.get_by_test_id("clock-10m").click()


SCENES: dict[str, Scene] = {}
scene = into(SCENES)
Here: TypeAlias = DingTalkHouse


def here(house: House) -> Here:
    return cast(DingTalkHouse, house)


@scene("text", "own")
async def a_note(house: House) -> None:
    await house.note()
    card = house.newest().get_by_test_id("card")
    await expect(card.get_by_test_id("card-source")).to_have_text("跟进")
    await expect(card.get_by_test_id("card-body").locator("li").first).to_be_visible()
    await expect(card.locator(".style-1")).to_have_count(0)


@scene("audio")
async def something_spoken(house: House) -> None:
    await house.sends_form("voice")
    await expect(house.newest()).to_contain_text("华星精工")
    await expect(house.pane().locator(".part-voice")).to_be_visible()


@scene("picture", "picture on a card", "sampleImageMsg")
async def a_picture_that_is_asked_for_again(house: House) -> None:
    await house.sends_file("image", "现场.png", png(24, 18, (13, 125, 114)))
    await house.says(f"看看{AT}的现场照片")
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text(AT)
    await expect(house.newest().locator("img.md-picture")).to_have_js_property("naturalWidth", 24)
    await house.says("把照片发给我")
    await expect(house.newest().locator(".part-image img")).to_have_js_property("naturalWidth", 24)
    await expect(house.newest()).to_have_attribute("data-sender", "app")


@scene("file", "sampleFile")
async def a_file_that_is_asked_for_again(house: House) -> None:
    await house.sends_file("file", "采购合同.pdf", b"%PDF-1.7 terms")
    await house.says("把合同发我")
    await expect(house.newest().locator(".part-file")).to_contain_text("采购合同.pdf")
    await expect(house.newest()).to_have_attribute("data-sender", "app")


@scene("video")
async def a_film(house: House) -> None:
    await house.sends_file("video", "车间.mp4", b"\x00\x00\x00\x18ftypmp42 film")
    await expect(house.pane().locator(".part-video").last).to_have_text("车间.mp4")


@scene("richText")
async def words_and_a_picture(house: House) -> None:
    await house.pane().get_by_test_id("composer").fill("今天下午拜访了望岭阀门的曲总，看了现场")
    await house.pane().get_by_test_id("extras-toggle").click()
    file = {"name": "现场.png", "mimeType": "image/png", "buffer": png(24, 18, (200, 90, 30))}
    await house.pane().get_by_test_id("send-image").set_input_files([file])  # type: ignore[list-item]
    await expect(house.pane().locator(".part-rich img").last).to_have_js_property("naturalWidth", 24)
    await expect(house.pane().get_by_test_id("card-title").filter(has_text="望岭阀门").last).to_be_visible()


@scene("tap")
async def a_button(house: House) -> None:
    await house.note()
    await house.button("撤销").click()
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text("已撤销")


@scene("more")
async def an_item_of_a_cards_menu(house: House) -> None:
    await house.note()
    await house.newest().get_by_test_id("card-menu").click()
    await house.newest().get_by_test_id("card-menu-item").get_by_text("看依据").click()
    await expect(house.newest()).to_contain_text("←「下周三之前给样品")


@scene("MULTI_SELECT")
async def to_dos_with_boxes(house: House) -> None:
    for when, what in (("明天", "寄样册"), ("后天", "回电话")):
        await house.says(f"{when}提醒我给望海泵业{what}")
        await expect(house.newest().get_by_test_id("card")).to_contain_text(what)
    await house.says("勾几件")
    card = house.newest().get_by_test_id("card")
    await card.get_by_test_id("card-option").first.locator("input").check()
    await card.get_by_test_id("card-button").click()
    await expect(house.newest()).to_contain_text("已完成")


@scene("SELECT", "primary")
async def two_lists_at_once(house: House) -> None:
    await house.says("派个任务，整理样品间", BOSS)
    card = house.newest(BOSS).get_by_test_id("card")
    await card.get_by_test_id("card-select").nth(0).select_option(label="林越")
    await card.get_by_test_id("card-select").nth(1).select_option(label="明天")
    await card.locator(".style-1").click()
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text("派给你 · 整理样品间")


@scene("webhook text")
async def a_word_back(house: House) -> None:
    await house.says("在吗")
    await expect(house.newest()).to_have_attribute("data-kind", "text")
    await expect(house.newest()).to_contain_text("在，直接说")


@scene("public")
async def the_public_template(house: House) -> None:
    here(house).loses(1)
    await house.note()
    await expect(house.newest().get_by_test_id("card-source")).to_have_count(0)
    await house.button("撤销").click()
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text("已撤销")
    await here(house).regains()


@scene("webhook actionCard")
async def no_template_at_all(house: House) -> None:
    here(house).loses(2)
    await house.says(f"今天下午又拜访了{AT}的杜总，聊了付款方式")
    card = house.newest().get_by_test_id("card")
    await expect(card).to_have_attribute("data-kind", "actionCard")
    await expect(card.locator(".md-h3")).to_contain_text(AT)
    await expect(card.get_by_test_id("card-button").filter(has_text="撤销")).to_have_attribute("target", "_blank")
    await here(house).regains()


@scene("webhook markdown")
async def a_card_without_buttons(house: House) -> None:
    await house.says("今天先跟谁", BOSS)
    await expect(house.newest(BOSS)).to_have_attribute("data-kind", "markdown")
    await expect(house.newest(BOSS).locator(".md-h3")).to_contain_text("今天")
