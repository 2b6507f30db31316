"""A line for one thing: by arrival, but for those who may go first, and nobody who left holds it up."""

from __future__ import annotations

import asyncio

import pytest

from domain.line import Line


async def turns(line: Line, order: list[str], name: str, *, first: bool = False) -> None:
    await line.take(first=first)
    order.append(name)
    await asyncio.sleep(0)
    line.pass_on()


async def test_turns_go_by_arrival_but_for_those_who_may_go_first() -> None:
    line, order = Line(), list[str]()
    await asyncio.gather(
        turns(line, order, "one"),
        turns(line, order, "two"),
        turns(line, order, "urgent", first=True),
        turns(line, order, "urgent too", first=True),
    )
    assert order == ["one", "urgent", "urgent too", "two"]
    assert not line.waited_for


@pytest.mark.parametrize("comes", ["after he left", "as he leaves"])
async def test_who_is_cancelled_holds_nobody_up(comes: str) -> None:
    line, order = Line(), list[str]()
    await line.take()
    gone, stays = (asyncio.create_task(turns(line, order, name)) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    for step in (gone.cancel, line.pass_on) if comes == "after he left" else (line.pass_on, gone.cancel):
        step()
    async with asyncio.timeout(20):
        await stays
    assert order == ["stays"]
