"""Whoever goes first is let pass, and never for ever."""

from __future__ import annotations

import asyncio

import pytest

from bot import precedence
from bot.precedence import Precedence


async def test_handling_begins_when_the_last_callback_is_through() -> None:
    order: list[str] = []
    gate = Precedence()

    async def handle() -> None:
        await gate.pass_by()
        order.append("handled")

    with gate.first():
        waiting = asyncio.create_task(handle())
        with gate.first():
            await asyncio.sleep(0)
            order.append("stored")
        await asyncio.sleep(0)
        order.append("stored too")
    await waiting
    assert order == ["stored", "stored too", "handled"]


async def test_handling_goes_on_where_callbacks_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "PATIENCE", 0.01)
    gate = Precedence()
    with gate.first():
        async with asyncio.timeout(20):
            await gate.pass_by()


async def test_a_callback_that_fails_holds_nobody_up() -> None:
    gate = Precedence()
    with pytest.raises(OSError, match="disk"), gate.first():
        raise OSError("disk")
    async with asyncio.timeout(20):
        await gate.pass_by()
