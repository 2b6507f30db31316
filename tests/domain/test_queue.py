"""Claiming, finishing, failing: nothing is done twice, lanes keep their order, a late worker does no harm."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain import intake, queue
from domain.actor import SYSTEM, Cause, Ref
from domain.tables import Due, Inbox
from tests.domain.conftest import World

LEASE = timedelta(seconds=15)


async def plan(world: World, *lanes: int) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        for n, lane in enumerate(lanes):
            uow.later("reminder", Ref("reminder", lane), uow.now, key=f"k{n}")


async def claim(world: World, limit: int = 10) -> list[Due]:
    async with world.database.begin() as connection:
        return await queue.claim(connection, Due, now=world.clock.now(), lease=LEASE, limit=limit)


async def test_only_the_first_of_a_lane_can_be_claimed(world: World) -> None:
    await plan(world, 1, 1, 2)

    first = await claim(world)

    assert [r.key for r in first] == ["k0", "k2"]
    assert await claim(world) == []


async def test_a_finished_row_lets_the_next_of_its_lane_start(world: World) -> None:
    await plan(world, 1, 1)
    [row] = await claim(world)

    async with world.database.begin() as connection:
        await queue.finish(connection, row)

    assert [r.key for r in await claim(world)] == ["k1"]


async def test_a_row_whose_worker_died_is_claimed_again_when_its_lease_ran_out(world: World) -> None:
    await plan(world, 1)
    [lost] = await claim(world)

    world.clock.advance(LEASE)
    [again] = await claim(world)

    assert again.key == lost.key
    assert again.fence == lost.fence + 1


async def test_a_worker_that_lost_its_lease_cannot_finish(world: World) -> None:
    await plan(world, 1)
    [slow] = await claim(world)
    world.clock.advance(LEASE)
    [quick] = await claim(world)

    async with world.database.begin() as connection:
        with pytest.raises(queue.LostLease):
            await queue.finish(connection, slow)
    async with world.database.begin() as connection:
        await queue.finish(connection, quick)

    assert await states(world) == ["done"]


async def test_a_renewal_that_comes_after_the_row_was_given_back_holds_up_nobody(world: World) -> None:
    await plan(world, 1, 1)
    [row] = await claim(world)
    async with world.database.begin() as connection:
        await queue.put_back(connection, row, until=world.clock.now())
    async with world.database.begin() as connection:
        await queue.renew(connection, [row], world.clock.now() + LEASE)

    [again] = await claim(world)

    assert (again.key, again.leases_lost) == (row.key, 0)


async def test_a_lease_is_renewed_while_the_work_goes_on(world: World) -> None:
    await plan(world, 1)
    [row] = await claim(world)
    world.clock.advance(LEASE / 2)
    async with world.database.begin() as connection:
        await queue.renew(connection, [row], world.clock.now() + LEASE)
    world.clock.advance(LEASE / 2)

    assert await claim(world) == []


async def test_two_claimers_at_once_share_the_rows(world: World) -> None:
    await plan(world, *range(40))

    taken = await asyncio.gather(*(claim(world, limit=10) for _ in range(6)))

    keys = [row.key for rows in taken for row in rows]
    assert len(keys) == len(set(keys)) == 40


async def test_a_failing_row_is_tried_again_later_and_then_dead(world: World) -> None:
    await plan(world, 1)

    deaths = []
    for _ in range(4):
        [row] = await claim(world)
        async with world.database.begin() as connection:
            deaths.append(await queue.fail(connection, row, now=world.clock.now(), error="ValueError: no"))
        assert await claim(world) == []
        world.clock.advance(timedelta(minutes=1))

    assert deaths == [False, False, False, True]
    assert await states(world) == ["dead"]


async def test_waiting_for_a_rate_limit_is_no_failure(world: World) -> None:
    await plan(world, 1)
    [row] = await claim(world)

    async with world.database.begin() as connection:
        await queue.put_back(connection, row, until=world.clock.now() + timedelta(seconds=20))

    assert await claim(world) == []
    world.clock.advance(timedelta(seconds=20))
    [again] = await claim(world)
    assert again.failures == 0


async def test_a_row_for_later_blocks_nobody(world: World) -> None:
    async with world.database.unit(SYSTEM, Cause("test")) as uow:
        uow.later("reminder", Ref("reminder", 1), uow.now + timedelta(days=30), key="far")
        uow.later("reminder", Ref("reminder", 1), uow.now, key="near")

    assert [r.key for r in await claim(world)] == ["near"]


async def test_the_same_key_is_planned_once(world: World) -> None:
    await plan(world, 1)
    await plan(world, 1)

    assert await states(world) == ["waiting"]


async def states(world: World) -> list[str]:
    async with world.database.read() as session:
        return [r.state for r in (await session.scalars(select(Due).order_by(Due.id))).all()]


async def test_a_lease_that_ran_out_is_counted_and_one_given_back_is_not(world: World) -> None:
    await plan(world, 1)
    [row] = await claim(world)
    async with world.database.begin() as connection:
        await queue.put_back(connection, row, until=world.clock.now())
    [row] = await claim(world)
    assert row.leases_lost == 0

    world.clock.advance(LEASE)
    [row] = await claim(world)

    assert row.leases_lost == 1


def said(world: World, number: int, sender: str, ago: timedelta) -> dict[str, Any]:
    """A message of somebody, by the clock of a process that is so far behind."""
    at = world.clock.now() - ago
    named = {"channel": "wecom", "message_id": f"m{number}", "sender": sender, "kind": "text", "text": "好"}
    when = {"due_at": at, "sent_at": at, "received_at": at}
    return {"lane": f"wecom:{sender}:{sender}", "trace": "", "payload": {}, **named, **when}


async def heard(world: World) -> list[str]:
    """Which messages can be begun now; each is done at once."""
    async with world.database.once() as connection:
        rows = await queue.claim(connection, Inbox, now=world.clock.now(), lease=LEASE, limit=10)
        for row in rows:
            await queue.finish(connection, row)
    return [row.message_id for row in rows]


async def test_what_a_dead_worker_had_begun_goes_before_what_another_clock_dated_earlier(world: World) -> None:
    now = world.clock.now()
    assert await intake.store(world.database, said(world, 1, "lin", timedelta()), now + LEASE)
    for number, sender in ((2, "lin"), (3, "wang")):
        await intake.store(world.database, said(world, number, sender, timedelta(seconds=4)), None)

    world.clock.advance(LEASE)

    assert [await heard(world), await heard(world), await heard(world)] == [["m3", "m1"], ["m2"], []]


async def test_what_is_begun_by_a_clock_ahead_of_ours_keeps_nobody_else_waiting(world: World) -> None:
    ahead = world.clock.now() + timedelta(seconds=5)
    mine = {**said(world, 1, "lin", timedelta()), "due_at": ahead}
    assert await intake.store(world.database, mine, ahead + LEASE)
    for number, sender in ((2, "lin"), (3, "wang")):
        await intake.store(world.database, said(world, number, sender, timedelta()), None)

    assert [await heard(world), await heard(world)] == [["m3"], []]
