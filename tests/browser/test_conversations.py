"""Every conversation that must work, typed and tapped in the page, side by side on a desktop and on phones.

Each is one of the scripts of tests/dialogues; here its people sit before screens.
"""

from __future__ import annotations

import pytest

from tests.browser.genjin import MOST, PageStage, Screens, staged_with_face
from tests.dialogues.play import Differs, Player
from tests.dialogues.script import Script, read

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
    "menu",
    "sent_image",
    "sent_asked_for",
    "sent_location",
    "sent_voice",
    "todos_ticked",
    "order_at_once",
)


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_a_conversation_is_held_on_the_screen(name: str, screens: Screens, sqlite_url: str) -> None:
    differs = await difference(name, screens, sqlite_url)

    assert not differs, differs


async def difference(name: str, screens: Screens, database_url: str) -> str:
    """How the conversation went on the screen where it is not as its script says."""
    script = read(name)
    async with staged_with_face(script, database_url) as (stage, records):
        await screens.seat(stage, *seated(script))
        player = Player(script, PageStage(stage, screens), records)
        for number, turn in enumerate(script.turns, 1):
            try:
                await player.turn(number, turn)
            except Differs as seen:
                return str(seen)
            await screens.picture(f"{name}-{number}")
    return ""


def seated(script: Script) -> list[str]:
    """Who does something, then who sees something."""
    acting = [turn["who"] for turn in script.turns if "who" in turn]
    seeing = [called for turn in script.turns for called in turn.get("others") or ()]
    return [script.people[called]["userid"] for called in dict.fromkeys((*acting, *seeing))][:MOST]
