"""One scene for each message type, each event and each card of WeCom: done on the messenger's page, and seen there.

A scene ends with what a person sees of it. `SCENES` is the table; `tests/browser/test_wecom_seen.py` holds it against
what the adapter understands, so that nothing new goes without one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from playwright.async_api import Locator, Page, expect

from tests.browser.messenger import pane, type_and_send
from tests.browser.pictures import png

LIN, BOSS = "lin.yue", "zhou.bo"
AT = "望海泵业"


Scene: TypeAlias = "Callable[[House], Awaitable[None]]"


@dataclass(slots=True)
class House:
    """The page, with 林越 and his superior side by side. `settle` returns when genjin has nothing left to do; `me` is
    who acts where nobody is named."""

    page: Page
    settle: Callable[[], Awaitable[None]]
    me: str = LIN
    notes: int = 0
    played: list[Scene] = field(default_factory=list)
    drawn: set[str] = field(default_factory=set)  # sorts of template cards

    def pane(self, userid: str = "") -> Locator:
        return pane(self.page, userid or self.me)

    def newest(self, userid: str = "") -> Locator:
        return self.pane(userid).get_by_test_id("message").last

    def button(self, label: str, userid: str = "") -> Locator:
        return self.pane(userid).get_by_test_id("card-button").filter(has_text=label).last

    async def sees_card(self, kind: str, userid: str = "") -> Locator:
        """The newest message is a template card of this sort; a card may change its sort when it is answered."""
        card = self.newest(userid).get_by_test_id("card")
        await expect(card).to_have_attribute("data-card-type", kind)
        self.drawn.add(kind)
        return card

    async def sit_down(self, *userids: str) -> None:
        """These are before the page."""
        wanted = f"{self.page.url.partition('?')[0]}?as={','.join(userids)}"
        if self.page.url != wanted:
            await self.page.goto(wanted)

    async def says(self, text: str, userid: str = "") -> None:
        await type_and_send(self.page, userid or self.me, text)

    async def note(self) -> None:
        """A note, another each time; what comes next is about its customer."""
        self.notes += 1
        await self.says(f"今天下午拜访了{AT}的杜总，聊了第{self.notes}版方案，下周三之前给样品{self.notes}")
        await expect(self.newest().get_by_test_id("card-title")).to_contain_text(AT)
        await expect(self.newest().get_by_test_id("card")).to_contain_text(f"给样品{self.notes}")

    async def sends_file(self, kind: str, name: str, data: bytes) -> None:
        await self.note()
        await self.pane().get_by_test_id("extras-toggle").click()
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        await self.pane().get_by_test_id(f"send-{kind}").set_input_files([file])  # type: ignore[list-item]
        await expect(self.newest()).to_contain_text(f"已存附件 · {AT}")

    async def sends_form(self, kind: str) -> None:
        await self.pane().get_by_test_id("extras-toggle").click()
        await self.pane().get_by_test_id(f"send-{kind}").click()
        await self.pane().get_by_test_id(f"form-{kind}").get_by_text("发送").click()

    async def drawer(self, name: str) -> Locator:
        drawer = self.page.get_by_test_id(f"{name}-drawer")
        if not await drawer.is_visible():
            await self.page.get_by_test_id(name).click()
        return drawer

    async def adds(self, called: str, **more: str | bool) -> Locator:
        """林越 adds somebody outside; gives his row."""
        drawer = await self.drawer("outside")
        form = drawer.get_by_test_id("outside-add")
        await form.locator('[name="member"]').select_option(label="林越")
        await form.locator('[name="name"]').fill(called)
        for name, value in more.items():
            box = form.locator(f'[name="{name}"]')
            await (box.check() if value is True else box.fill(str(value)))
        await form.get_by_role("button").click()
        row = drawer.get_by_test_id("outside-row").filter(has_text=called)
        await expect(row).to_contain_text("收到：您好，我是林越")
        return row

    async def adds_known(self, called: str) -> Locator:
        """The same with somebody who is recognised."""
        await self.note()
        row = await self.adds(called, remark=f"{AT} {called}")
        await expect(self.newest()).to_contain_text(f"对上了 · {AT} {called}")
        return row

    async def hires(self, userid: str, name: str) -> Locator:
        drawer = await self.drawer("staff")
        form = drawer.get_by_test_id("staff-hire")
        for each, value in (("member", userid), ("name", name), ("title", "销售")):
            await form.locator(f'[name="{each}"]').fill(value)
        await form.locator('[name="leader"]').select_option(label="上级 周波")
        await form.get_by_role("button").click()
        row = drawer.get_by_test_id(f"member-{userid}")
        await expect(row).to_be_visible()
        return row

    async def unit(self, name: str) -> Locator:
        """A new department."""
        drawer = await self.drawer("staff")
        form = drawer.get_by_test_id("staff-found")
        await form.locator('[name="name"]').fill(name)
        await form.get_by_role("button").click()
        unit = drawer.locator(".drawer-unit").filter(has=self.page.get_by_role("heading", name=name))
        await expect(unit).to_be_visible()
        return unit


Named = Callable[..., Callable[[Scene], Scene]]


def into(table: dict[str, Scene]) -> Named:
    """What keeps a scene in a table, under the names of what is done and seen in it."""

    def scene(*names: str) -> Callable[[Scene], Scene]:
        def keep(made: Scene) -> Scene:
            table.update(dict.fromkeys(names, made))
            return made

        return keep

    return scene


async def play(name: str, table: dict[str, Scene], house: House, *people: str) -> None:
    """The scene before these people, unless it was seen already for another of its names."""
    assert name in table, f"no scene shows {name}"
    made = table[name]
    if made not in house.played:
        house.played.append(made)
        await house.sit_down(*people)
        await made(house)


SCENES: dict[str, Scene] = {}
scene = into(SCENES)


# -- what is said and sent ---------------------------------------------------------------------------------------------


@scene("text", "button_interaction")
async def a_note(house: House) -> None:
    await house.note()
    await house.sees_card("button_interaction")


@scene("image", "news_notice")
async def a_picture_that_is_asked_for_again(house: House) -> None:
    await house.sends_file("image", "现场.png", png(24, 18, (13, 125, 114)))
    await house.says(f"看看{AT}的现场照片")
    await house.sees_card("news_notice")
    await expect(house.newest().locator("img.card-image")).to_be_visible()


@scene("file")
async def a_file(house: House) -> None:
    await house.sends_file("file", "技术协议.pdf", b"%PDF-1.7 terms")


@scene("video")
async def a_film(house: House) -> None:
    await house.sends_file("video", "车间.mp4", b"\x00\x00\x00\x18ftypmp42 film")


@scene("voice")
async def something_spoken(house: House) -> None:
    await house.sends_form("voice")
    await expect(house.newest()).to_contain_text("语音：今天下午拜访了华星精工的张总")


@scene("location")
async def a_place(house: House) -> None:
    await house.note()
    await house.sends_form("location")
    await expect(house.newest()).to_contain_text(f"已签到 · {AT}")


@scene("link")
async def a_link(house: House) -> None:
    await house.note()
    await house.sends_form("link")
    await expect(house.newest()).to_contain_text(f"已存附件 · {AT}")


# -- what is done without words ----------------------------------------------------------------------------------------


@scene("enter_agent")
async def the_chat_is_opened(house: House) -> None:
    await expect(house.pane(BOSS).get_by_test_id("card-title").first).to_have_text("团队的事直接问我")


@scene("click")
async def the_menu(house: House) -> None:
    await house.pane(BOSS).get_by_test_id("menubar-open").filter(has_text="更多").click()
    await house.pane(BOSS).get_by_test_id("menubar-item").filter(has_text="待审批").click()
    await expect(house.newest(BOSS)).to_contain_text("没有等你批的")


@scene("template_card_event")
async def a_button(house: House) -> None:
    await house.note()
    await house.button("撤销").click()
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text("已撤销")


@scene("template_card_menu_event")
async def an_item_of_a_cards_menu(house: House) -> None:
    await house.note()
    await house.newest().get_by_test_id("card-menu").click()
    await house.newest().get_by_test_id("card-menu-item").get_by_text("看依据").click()
    await expect(house.newest()).to_contain_text("←「下周三之前给样品")


@scene("subscribe", "unsubscribe")
async def the_visible_range(house: House) -> None:
    row = await house.hires("ning.an", "宁安")
    for turned in ("加进可见范围", "移出可见范围"):
        await row.get_by_test_id("staff-show").click()
        await expect(row.get_by_test_id("staff-show")).to_have_text(turned)


# -- the address book --------------------------------------------------------------------------------------------------


@scene("create_user", "update_user", "delete_user")
async def somebody_comes_changes_and_leaves(house: House) -> None:
    row = await house.hires("gu.yan", "顾言")
    await row.get_by_test_id("staff-change").click()
    form = row.get_by_test_id("staff-form")
    await form.locator('[name="title"]').fill("大客户经理")
    await form.get_by_role("button").click()
    await expect(row).to_contain_text("大客户经理")
    await row.get_by_test_id("staff-dismiss").click()
    await expect(house.newest(BOSS)).to_contain_text("顾言离职了，名下没有客户")


@scene("create_party", "update_party", "delete_party")
async def a_department_is_made_renamed_and_dissolved(house: House) -> None:
    unit = await house.unit("华西组")
    await unit.get_by_test_id("unit-rename").click()
    await unit.get_by_test_id("unit-form").locator('[name="name"]').fill("西部大区")
    await unit.get_by_test_id("unit-form").get_by_role("button").click()
    units = (await house.drawer("staff")).locator(".drawer-unit")
    west = units.filter(has=house.page.get_by_role("heading", name="西部大区"))
    await west.get_by_test_id("unit-dissolve").click()
    await expect(west).to_have_count(0)


# -- customers outside -------------------------------------------------------------------------------------------------


@scene("add_external_contact", "edit_external_contact", "text_notice")
async def somebody_is_added_and_recognised(house: House) -> None:
    row = await house.adds_known("魏工")
    await house.sees_card("text_notice")
    await house.page.get_by_test_id("clock-10m").click()  # two changes of one second are told as one
    await row.get_by_test_id("outside-edit").click()
    form = row.get_by_test_id("outside-form")
    await form.get_by_label("客户级别 C").uncheck()
    await form.get_by_label("客户级别 A").check()
    await form.get_by_role("button").click()
    await expect(row.locator(".drawer-tags")).to_contain_text("A")
    await house.settle()
    await house.says(AT)
    await expect(house.newest().get_by_test_id("card-title")).to_have_text(f"{AT} · A类")


@scene("add_half_external_contact", "del_external_contact")
async def somebody_adds_a_colleague_and_is_deleted(house: House) -> None:
    row = await house.adds("老同学", half=True)
    await expect(house.newest().get_by_test_id("card-title")).to_have_text("「老同学」是哪家的？")
    await row.get_by_test_id("outside-drop").click()
    await expect(house.newest(BOSS)).to_contain_text("小林删了客户的微信：老同学")


@scene("del_follow_user")
async def a_customer_deletes_the_colleague(house: House) -> None:
    row = await house.adds_known("贺工")
    await row.get_by_test_id("outside-leave").click()
    await expect(house.newest()).to_contain_text(f"贺工（{AT}）把你的微信删了")


@scene("transfer_fail")
async def a_customer_does_not_want_to_be_handed_over(house: House) -> None:
    await house.hires("ji.xin", "纪新")
    drawer = await house.drawer("outside")
    form = drawer.get_by_test_id("outside-add")
    await form.locator('[name="member"]').select_option(label="纪新")
    await form.locator('[name="name"]').fill("小田")
    await form.get_by_role("button").click()
    row = drawer.get_by_test_id("outside-row").filter(has_text="小田")
    await expect(row).to_contain_text("收到：您好，我是纪新")
    await house.sit_down("ji.xin", BOSS)
    await expect(house.pane("ji.xin").get_by_test_id("log")).to_contain_text("「小田」是哪家的？")
    await house.says("望岭阀门", "ji.xin")
    drawer = await house.drawer("outside")
    await expect(row).to_contain_text("备注 望岭阀门 小田")
    await (await house.drawer("staff")).get_by_test_id("member-ji.xin").get_by_test_id("staff-dismiss").click()
    await expect(house.newest(BOSS)).to_contain_text("纪新离职了，客户交给谁？")
    await house.button("都给我", BOSS).click()
    for _ in range(2):
        await house.page.get_by_test_id("clock-10m").click()
    await house.drawer("outside")
    await expect(row).to_contain_text("正转给周波")
    await row.get_by_test_id("outside-refuse").click()
    await expect(house.newest(BOSS)).to_contain_text("小田（望岭阀门）的微信没转过来：对方没同意")


# -- the other cards ---------------------------------------------------------------------------------------------------


@scene("vote_interaction")
async def to_dos_with_boxes(house: House) -> None:
    for when, what in (("明天", "寄样册"), ("后天", "回电话")):
        await house.says(f"{when}提醒我给望海泵业{what}")
        await expect(house.newest().get_by_test_id("card")).to_contain_text(what)
    await house.says("勾几件")
    card = await house.sees_card("vote_interaction")
    await card.get_by_test_id("card-option").first.locator("input").check()
    await card.get_by_test_id("card-button").click()
    await expect(house.newest()).to_contain_text("已完成")


@scene("multiple_interaction")
async def two_lists_at_once(house: House) -> None:
    await house.says("派个任务，整理样品间", BOSS)
    card = await house.sees_card("multiple_interaction", BOSS)
    await card.get_by_test_id("card-select").nth(0).select_option(label="林越")
    await card.get_by_test_id("card-select").nth(1).select_option(label="明天")
    await card.get_by_test_id("card-button").click()
    await expect(house.newest().get_by_test_id("card-title")).to_contain_text("派给你 · 整理样品间")
