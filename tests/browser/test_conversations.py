"""Every conversation that must work, typed and tapped in the page, side by side on a desktop and on phones.

Each is one of the scripts of tests/dialogues; here its people sit before screens.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.genjin import PageStage, Screens, face
from tests.browser.pages import DESKTOP, PHONE
from tests.dialogues.play import Player
from tests.dialogues.records import Records, moment
from tests.dialogues.script import Script, read
from tests.stage import staged

CONVERSATIONS = (
    "note",
    "new_customer",
    "alike_same",
    "alike_colleague",
    "which",
    "correction",
    "several",
    "promise_kept",
    "win",
    "today",
    "name",
    "reminder",
    "reminder_put_off",
    "approval_refused",
    "approval_typed",
    "undo",
    "help",
)
MOST = 3  # people who fit side by side


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=lambda size: size.name)
async def lasting(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Screens]:
    """Screens of each size. With GENJIN_PICTURES=folder a picture of each turn is left there."""
    folder = os.environ.get("GENJIN_PICTURES")
    these = Screens(browser, request.param, Path(folder) if folder else None)
    yield these
    await these.close()


@pytest.fixture
async def screens(lasting: Screens) -> AsyncIterator[Screens]:
    yield lasting
    await lasting.leave()


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_a_conversation_is_held_on_the_screen(name: str, screens: Screens, sqlite_url: str) -> None:
    script = read(name)
    async with staged(sqlite_url, script.company, members(script), now=moment(script.now), face=face) as stage:
        records = Records(stage.app.database)
        await records.cast(script.people, script.teams)
        for short, given in script.customers.items():
            await records.customer(short, given)
        await screens.seat(stage.app.settings.wecom.api_base, *seated(script))
        player = Player(script, PageStage(stage, screens), records)
        for number, turn in enumerate(script.turns, 1):
            await player.turn(number, turn)
            await screens.picture(f"{name}-{number}")


def members(script: Script) -> list[dict[str, str | None]]:
    """The script's people as the messenger knows them."""
    return [
        {
            "userid": given["userid"],
            "name": given["name"],
            "title": given.get("title", ""),
            "department": given.get("team", script.company),
            "leader": script.people.get(given.get("manager", ""), {}).get("userid"),
        }
        for given in script.people.values()
    ]


def seated(script: Script) -> list[str]:
    """Who does something, then who sees something."""
    acting = [turn["who"] for turn in script.turns if "who" in turn]
    seeing = [called for turn in script.turns for called in turn.get("others") or ()]
    named = dict.fromkeys((*acting, *seeing))
    return [script.people[called]["userid"] for called in named][:MOST]
