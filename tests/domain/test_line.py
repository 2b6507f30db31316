"""A line for one thing: by arrival, but for those who may go first, and nobody who left holds it up."""

from __future__ import annotations

import asyncio

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


async def test_who_is_cancelled_in_line_is_left_out() -> None:
    line, order = Line(), list[str]()
    await line.take()
    gone, stays = (asyncio.create_task(turns(line, order, name)) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    line.pass_on()
    async with asyncio.timeout(20):
        await stays
    assert order == ["stays"]


async def test_who_is_cancelled_as_his_turn_comes_passes_it_on() -> None:
    line, order = Line(), list[str]()
    await line.take()
    gone, stays = (asyncio.create_task(turns(line, order, name)) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    line.pass_on()
    gone.cancel()
    async with asyncio.timeout(20):
        await stays
    assert order == ["stays"]
