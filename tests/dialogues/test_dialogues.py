"""Every conversation of this folder, through the whole bot: on WeCom on both engines, other wordings on the faster one;
and on DingTalk, but for those about what WeCom alone has."""

from __future__ import annotations

import pytest

from tests.dialogues.on_dingtalk import why_not
from tests.dialogues.play import difference
from tests.dialogues.script import names, read


@pytest.mark.parametrize("name", names())
async def test_conversation(name: str, database_url: str) -> None:
    differs = await difference(read(name), database_url, variants=database_url.startswith("sqlite"))

    assert not differs, differs


@pytest.mark.parametrize("name", [name for name in names() if not why_not(read(name))])
async def test_conversation_on_dingtalk(name: str, sqlite_url: str) -> None:
    differs = await difference(read(name), sqlite_url, variants=False, on="dingtalk")

    assert not differs, differs
