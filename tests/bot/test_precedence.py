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
    gate, order = Precedence(), list[str]()
    with gate.first():
        async with asyncio.timeout(20):
            await gate.pass_by()
        order.append("handled")
    order.append("stored")
    assert order == ["handled", "stored"]


async def test_between_callbacks_that_follow_one_another_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "CLOSELY", 20.0)
    gate = Precedence()
    for _ in range(2):
        with gate.first():
            await asyncio.sleep(0)
    handling = asyncio.create_task(gate.pass_by())
    await asyncio.sleep(0)
    assert not handling.done()
    gate._clear.set()  # what the clock does, 20 seconds later
    await handling


async def test_a_callback_by_itself_keeps_nobody_waiting_after_it() -> None:
    gate = Precedence()
    with gate.first():
        handling = asyncio.create_task(gate.pass_by())
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert handling.done()


async def test_a_callback_that_fails_holds_nobody_up() -> None:
    gate = Precedence()
    with pytest.raises(OSError, match="disk"), gate.first():
        raise OSError("disk")
    async with asyncio.timeout(20):
        await gate.pass_by()


@pytest.mark.parametrize("others", [True, False], ids=["others wait", "nobody else"])
async def test_a_callback_that_waited_for_handling_is_one_of_a_crowd_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, others: bool
) -> None:
    """However long a slow machine takes for a message: what came meanwhile came closely. Who writes again when he was
    answered is alone."""
    now = 100.0
    monkeypatch.setattr(precedence, "monotonic", lambda: now)
    gate = Precedence()
    with gate.first():
        pass
    for _ in range(1 + others):
        await gate.pass_by()
    now += 60 * precedence.CLOSELY  # the loop was with a message for so long
    gate.worked()
    with gate.first():
        pass
    handling = asyncio.create_task(gate.pass_by())
    await asyncio.sleep(0)
    assert handling.done() is not others
    gate._clear.set()  # what the clock does
    await handling
