"""Everything that WeCom tells genjin, and each of its five template cards, is done and seen once in a browser.

What there is comes from the adapter and from the simulated server, so a type, an event or a card that is new there and
has no scene fails here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser

from bot.adapters.wecom import contents, happened, read
from bot.messenger import cards
from bot.messenger.page.server import page
from bot.messenger.pusher import Pusher
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.browser.pages import DESKTOP, watched
from tests.browser.scenes import BOSS, LIN, SCENES, House, play
from tests.dialogues.records import ZONE
from tests.stage import QUIRKS, staged

TOLD = ("text", *contents.WORDS, *read.EVENTS, *happened.SCOPE, *happened.PEOPLE, *happened.CUSTOMERS)
PEOPLE = [
    {"userid": LIN, "name": "林越", "title": "销售", "department": "华东组", "leader": BOSS},
    {"userid": BOSS, "name": "周波", "title": "销售经理", "department": "华东组", "leads": True},
]
NAMES = re.compile(r"<(?:MsgType|Event|ChangeType)><!\[CDATA\[(.*?)\]\]>")


@pytest.fixture(scope="module")
def told() -> Iterator[set[str]]:
    """Every type, event and change that has gone to genjin's callback."""
    seen: set[str] = set()
    pushes = Pusher.push

    async def push(self: Pusher, inner: str, *more: object) -> object:
        seen.update(NAMES.findall(inner))
        return await pushes(self, inner, *more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pusher, "push", push)
        yield seen


@pytest.fixture(scope="module")
async def house(
    browser: Browser, told: set[str], sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A company whose address book genjin follows, before one page; the scenes come one after the other."""
    made = shutil.copy(sqlite_template, tmp_path_factory.mktemp("seen") / "genjin.db")
    book = {"contacts": True, "quirks": replace(QUIRKS, names="given"), "listens": True}
    async with (
        staged(f"sqlite:///{made}", "远山软件", PEOPLE, face=_face, public_url="http://127.0.0.1:9", **book) as stage,
        watched(browser, DESKTOP) as shown,
    ):
        await stage.settle()
        assert stage.app.settings.wecom is not None
        await shown.goto(f"{stage.app.settings.wecom.api_base}/")
        yield House(shown, stage.settle)


def _face(server: WeComServer, clock: ShiftableClock) -> web.Application:
    return page(server, clock, ZONE)


@pytest.mark.parametrize("name", sorted(TOLD))
async def test_what_wecom_tells_is_done_and_seen_on_the_page(name: str, house: House, told: set[str]) -> None:
    await play(name, SCENES, house, LIN, BOSS)

    assert name in told


@pytest.mark.parametrize("name", sorted(cards.FIELDS))
async def test_a_template_card_is_seen_on_the_page(name: str, house: House) -> None:
    await play(name, SCENES, house, LIN, BOSS)

    assert name in house.drawn
