"""Every conversation of this folder, through the whole bot: on WeCom on both engines, other wordings on the faster one;
and on DingTalk, but for those about what WeCom alone has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogues.on_dingtalk import why_not
from tests.dialogues.play import Differs, play
from tests.dialogues.script import names, read


@pytest.mark.parametrize("name", names())
async def test_conversation(name: str, database_url: str) -> None:
    await held(name, database_url, variants=database_url.startswith("sqlite"))


@pytest.mark.parametrize("name", [name for name in names() if not why_not(read(name))])
async def test_conversation_on_dingtalk(name: str, sqlite_url: str) -> None:
    await held(name, sqlite_url, variants=False, on="dingtalk")


async def held(name: str, database_url: str, **how: Any) -> None:
    """The conversation goes as its script says."""
    differs = ""
    try:
        await play(read(name), database_url, **how)
    except Differs as seen:
        differs = str(seen)
    if differs:
        pytest.fail(differs, pytrace=False)
