"""Every conversation of this folder, through the whole bot, on both engines; other wordings on the faster one."""

from __future__ import annotations

import pytest

from tests.dialogues.play import Differs, play
from tests.dialogues.script import names, read


@pytest.mark.parametrize("name", names())
async def test_conversation(name: str, database_url: str) -> None:
    differs = ""
    try:
        await play(read(name), database_url, variants=database_url.startswith("sqlite"))
    except Differs as seen:
        differs = str(seen)
    if differs:
        pytest.fail(differs, pytrace=False)
