"""Everything that DingTalk tells genjin, and everything that genjin says there, is done and seen once in a browser.

What there is comes from the adapter and the renderer, so that what is new there and has no scene fails here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot import adapters
from bot.adapters.dingtalk import read
from bot.app import listening, running
from bot.messenger.dingtalk.model import AI
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.page.dingtalk import DingTalkFace
from bot.messenger.page.server import page
from bot.messenger.people import Organisation
from bot.messenger.wecom import WeComServer
from cards.renderers import dingtalk
from config.clock import ShiftableClock
from config.settings import Settings
from tests.browser.dingtalk_scenes import BOSS, LIN, SCENES, DingTalkHouse
from tests.browser.pages import DESKTOP, watched
from tests.browser.scenes import play
from tests.dialogues.records import ZONE, Records
from tests.dingtalk.stage import DINGTALK, ROOMY, TEMPLATE
from tests.stage import APP, NOW

ADAPTER = [*(Path(adapters.__path__[0]) / "dingtalk").glob("*.py")]
RENDERERS = [*Path(dingtalk.__file__).parent.glob("dingtalk*.py")]


def found(pattern: str, paths: Sequence[Path]) -> set[str]:
    """What the sources name."""
    return {name for path in paths for name in re.findall(pattern, path.read_text("utf-8"))}


TOLD = ("text", "richText", *read._FILES, "tap")
SENT = found(r'"(sample[A-Z]\w+)"', [*ADAPTER, *RENDERERS])
ANSWERED = {f"webhook {kind}" for kind in found(r'"msgtype": "(\w+)"', [*ADAPTER, *RENDERERS])}
FORMS = found(r'"type": "(\w+)"', RENDERERS)
AS_ANSWERED = {
    "sampleText",
    "sampleMarkdown",
    "sampleActionCard",
}  # looks as by the webhook; test_page_dingtalk has all
STAFF = {
    "林越": {
        "userid": "lin.yue",
        "name": "林越",
        "title": "销售",
        "roles": ["sales"],
        "team": "华东组",
        "manager": "周波",
    },
    "周波": {"userid": "zhou.bo", "name": "周波", "title": "销售经理", "roles": ["manager", "admin"], "team": "华东组"},
}
MEMBERS = [{name: each[name] for name in ("userid", "name", "title")} for each in STAFF.values()]


@pytest.fixture(scope="module")
async def house(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DingTalkHouse]:
    """A company on DingTalk alone, before one page; the scenes come one after the other."""
    folder = tmp_path_factory.mktemp("seen")
    clock = ShiftableClock(NOW, still=True)
    organisation = Organisation.build("远山软件", MEMBERS)
    there = DingTalkServer(organisation, DINGTALK, clock, quirks=ROOMY)
    face = page(WeComServer(organisation, APP, clock), clock, ZONE, beside=[DingTalkFace(there)])
    async with listening(face, "127.0.0.1", 0) as port, watched(browser, DESKTOP) as shown:
        base = f"http://127.0.0.1:{port}"
        app = {"client_id": DINGTALK.client_id, "client_secret": DINGTALK.client_secret, "card_template_id": TEMPLATE}
        app |= {"api_base": base, "oapi_base": base, "contacts": False}
        database = f"sqlite:///{shutil.copy(sqlite_template, folder / 'genjin.db')}"
        given = {"database_url": database, "secret_key": "k" * 40, "dingtalk": app, "data": folder}
        given["public_url"] = "http://127.0.0.1:9"  # links are made, and lead nowhere
        async with running(Settings.model_validate(given), clock) as genjin:
            await Records(genjin.database).cast(STAFF, {"华东组": {"lead": "周波"}}, channel="dingtalk")
            await there.gateway.until(lambda: there.gateway.sockets)
            await shown.goto(f"{base}/?as={LIN},{BOSS}")
            yield DingTalkHouse(shown, _nothing_to_wait_for, LIN, dingtalk=there)


async def _nothing_to_wait_for() -> None:
    """The scenes wait for what they see."""


@pytest.mark.parametrize("name", sorted({*TOLD, *SENT, *ANSWERED} - AS_ANSWERED))
async def test_what_goes_over_dingtalk_is_done_and_seen_on_the_page(name: str, house: DingTalkHouse) -> None:
    await play(name, SCENES, house, LIN, BOSS)

    assert name in house.told


PARTS = {form: f'"type":"{form}"' for form in FORMS} | {
    "primary": '"style":"primary"',
    "more": '"style":"more"',
    "picture on a card": "![](",
}  # and how the card says it


@pytest.mark.parametrize("name", sorted(PARTS))
async def test_each_part_of_a_card_is_used_on_the_page(name: str, house: DingTalkHouse) -> None:
    await play(name, SCENES, house, LIN, BOSS)

    assert any(PARTS[name] in said for said in house.on_cards)


@pytest.mark.parametrize(("name", "template"), [("own", TEMPLATE), ("public", AI)])
async def test_each_template_is_seen_on_the_page(name: str, template: str, house: DingTalkHouse) -> None:
    await play(name, SCENES, house, LIN, BOSS)

    assert template in {card.template for card in house.dingtalk.cards.instances.values()}
