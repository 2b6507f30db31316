"""The whole bot behind the messenger's page: what a script says is typed and tapped, and what came is on the screen.

`PageStage` is the stage of the dialogues with people at screens. After each act it waits until every open screen shows
exactly what the messenger holds, so that whoever reads the stage reads the screens.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Locator, Page, WebSocket
from playwright.async_api import Error as PageError

from bot.messenger.faults import Trick
from bot.messenger.model import Shown
from bot.messenger.page.server import page
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.browser.messenger import pane
from tests.browser.pages import Size, watched
from tests.dialogues.records import ZONE, Records, moment
from tests.dialogues.script import Script
from tests.stage import Choose, Stage, seen, staged

_BY_ITSELF = frozenset({"hello", "enter"})  # what the page says without being pressed
MOST = 3  # people who fit side by side
READ = (Path(__file__).parent / "read_chat.js").read_text(encoding="utf-8")
SAME = f"([person, expected]) => JSON.stringify(({READ})(person)) === JSON.stringify(expected)"
WORDS = ".log, .bubble, .card-title, .card-desc, .card-sub, .card-fact dt, .card-fact dd, .card-quote, .card-button"
RESTED = """async (target) => {
    for (let [before, still] = [null, 0]; still < 3; ) {
        await new Promise(requestAnimationFrame);
        const { x, y } = target.getBoundingClientRect();
        still = before && before.x === x && before.y === y ? still + 1 : 0;
        before = { x, y };
    }
}"""
# In one breath: presses sent one by one may find the card changed between them, with another button under the finger.
HASTY = "(target, times) => { for (let each = 0; each < times; each += 1) target.click(); }"
SPILT = f"""() => [...document.querySelectorAll("{WORDS}")]
    .filter((each) => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.className + ": " + each.textContent)"""


@asynccontextmanager
async def staged_with_face(script: Script, database_url: str) -> AsyncIterator[tuple[Stage, Records]]:
    """The script's people and customers on a stage with the page that `genjin demo` serves."""
    people = [_member(script, given) for given in script.people.values()]
    now = moment(script.now)
    async with staged(database_url, script.company, people, now=now, face=_face, listens=script.listens) as stage:
        records = Records(stage.app.database)
        await records.cast(script.people, script.teams)
        for short, given in script.customers.items():
            await records.customer(short, given)
        yield stage, records


def _face(server: WeComServer, clock: ShiftableClock) -> web.Application:
    return page(server, clock, ZONE)


def _member(script: Script, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "userid": given["userid"],
        "name": given["name"],
        "title": given.get("title", ""),
        "department": given.get("team", script.company),
        "leader": script.people.get(given.get("manager", ""), {}).get("userid"),
    }


class Screens:
    """Where people sit: side by side before one wide page, or each with a phone. Pages serve one test after another."""

    def __init__(self, browser: Browser, size: Size, pictures: Path | None) -> None:
        self.size = size
        self._browser, self._pictures = browser, pictures
        self._open = AsyncExitStack()
        self._all: list[Page] = []
        self._pages: dict[str, Page] = {}
        self._lines: dict[Page, WebSocket] = {}

    @property
    def people(self) -> tuple[str, ...]:
        """Whose chat with the app stands open."""
        return tuple(self._pages)

    def page(self, userid: str) -> Page:
        return self._pages[userid]

    def pane(self, userid: str) -> Locator:
        return pane(self.page(userid), userid)

    async def seat(self, stage: Stage, *userids: str) -> None:
        """Open the page for these people and the app's chat of each."""
        assert stage.app.settings.wecom is not None
        await self.open(stage.app.settings.wecom.api_base, *userids)  # the page is served where its API is

    async def open(self, address: str, *userids: str) -> None:
        """The same of a messenger at this address; on DingTalk one is `dingtalk:` and the userid there."""
        for at, group in enumerate([[each] for each in userids] if self.size.touch else [list(userids)]):
            if at == len(self._all):
                self._all.append(await self._open.enter_async_context(watched(self._browser, self.size)))
            shown = self._all[at]
            async with shown.expect_websocket() as line:
                await shown.goto(f"{address}/?as={','.join(group)}")
            self._lines[shown] = await line.value
            self._pages |= dict.fromkeys(group, shown)
        for userid in userids:
            if self.size.touch:
                await self.pane(userid).get_by_test_id("conversation-app").tap()
            await self.pane(userid).get_by_test_id("composer").wait_for()

    async def leave(self) -> None:
        """Everybody gets up; the next ones come to empty screens."""
        for shown in self._lines:
            await shown.goto("about:blank")
        self._pages.clear()
        self._lines.clear()

    async def press(self, target: Locator, times: int = 1) -> None:
        """A click or a touch, once what is pressed has come to rest: a person does not aim at what still moves."""
        await target.evaluate(RESTED)
        if times > 1:
            await target.evaluate(HASTY, times)
        else:
            await (target.tap() if self.size.touch else target.click())

    async def ask(self, userid: str, target: Locator, times: int = 1) -> None:
        """Press what asks the messenger for something, and wait until it was taken."""
        line, refs = self._lines[self.page(userid)], set[int]()

        def asks(frame: str) -> bool:
            asked = json.loads(frame)
            if asked["type"] in _BY_ITSELF:
                return False
            refs.add(asked["ref"])
            return True

        def was_taken(frame: str) -> bool:
            told = json.loads(frame)
            return told["type"] == "done" and told["ref"] in refs

        async with line.expect_event("framereceived", was_taken), line.expect_event("framesent", asks):
            await self.press(target, times)

    async def picture(self, name: str) -> None:
        """Keep how it looks, where pictures were asked for."""
        if self._pictures is not None:
            for at, shown in enumerate(dict.fromkeys(self._pages.values())):
                await shown.screenshot(
                    path=self._pictures / f"{name}-{self.size.name}{at or ''}.png", animations="disabled"
                )

    async def close(self) -> None:
        await self._open.aclose()


class PageStage(Stage):
    """The stage, acted on and seen through screens. People without one act as on the stage itself."""

    def __init__(self, stage: Stage, screens: Screens) -> None:
        super().__init__(stage.app, stage.server, stage.clock, stage.robot)
        self.screens = screens

    async def say(self, userid: str, text: str, *, trick: Trick | None = None) -> None:
        """Type a line into the box and send it."""
        assert trick is None
        self.take_a_moment(userid, text)
        mine = self.screens.pane(userid)
        await mine.get_by_test_id("composer").fill(text)
        await self.screens.ask(userid, mine.get_by_test_id("send"))
        await self.settle()

    async def tap(self, userid: str, label: str, choose: Choose = "", on: str = "", times: int = 1) -> None:
        """Pick on the card, then tap its button, or the item of its menu."""
        found = self._card(userid, label, on)
        card = self.screens.pane(userid).locator(f'[data-id="{found.id}"]')
        for wanted in [choose] if isinstance(choose, str) and choose else choose:
            boxes = card.get_by_test_id("card-option").filter(has_text=wanted)
            if await boxes.count():
                await self.screens.press(boxes)
            else:
                await card.get_by_test_id("card-select").filter(has_text=wanted).select_option(label=wanted)
        if not any(each.text == label for each in found.buttons):
            await self.screens.press(card.get_by_test_id("card-menu"))
        button = card.get_by_test_id("card-button").or_(card.get_by_test_id("card-menu-item"))
        await self.screens.ask(userid, button.get_by_text(label, exact=True).or_(button.filter(has_text=label)), times)
        await self.settle()

    async def settle(self) -> None:
        """Return when all that is due is done and to be seen on the open screens."""
        await Stage.settle(self)
        for userid in self.screens.people:
            expected = [drawn(shown) for shown in self.server.chat(userid)]
            shown = self.screens.page(userid)
            try:
                await shown.wait_for_function(SAME, arg=[userid, expected])
            except PageError:
                here = await shown.evaluate(f"({READ})", userid)
                assert here == expected, f"{userid} does not see what the messenger holds"
            spilt = await shown.evaluate(SPILT)
            assert not spilt, spilt


def drawn(shown: Shown) -> Mapping[str, Any]:
    """How a message must stand on the screen, as `read_chat.js` reads it."""
    told: dict[str, Any] = {"id": shown.id, "mine": shown.mine, "kind": shown.kind}
    if shown.kind == "text":
        return told | {"text": shown.text}
    if shown.kind != "card":
        return told
    card = seen(shown)
    return told | {
        "title": card.title,
        "note": card.note,
        "facts": [list(fact) for fact in card.facts],
        "lines": list(card.lines),
        "quote": card.quote,
        "choice": [text for each in shown.selections for _, text in each.options],
        "buttons": list(card.buttons),
        "menu": bool(card.menu),
        "state": card.state,
    }
