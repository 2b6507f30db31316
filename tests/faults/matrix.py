"""The faults: what each does to the world, what genjin does about it, and what a person notices.

Each is played while people go on typing and reminders fall due, on one process with SQLite and on replicas with
PostgreSQL and Redis. The words stand in docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis import asyncio as client

from bot.messenger.model import Delivery
from tests.faults.full import full_disk
from tests.faults.places import REPLICAS, SINGLE
from tests.faults.rig import GIVE_UP, Rig, Said

Strike = Callable[[Rig], Awaitable[None]]

BOTH = (SINGLE, REPLICAS)
DAY = timedelta(days=1)
ALIKE = ("all", "all")  # replicas that all take callbacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row of the matrix. `strike` returns when the fault is over; `where` names the set-ups that can have it."""

    name: str
    what: str
    does: str
    noticed: str
    strike: Strike
    where: tuple[str, ...] = BOTH
    roles: tuple[str, ...] = ("web", "worker", "worker")  # of the replicas


FAULTS: dict[str, Fault] = {}


def fault(what: str, **words: Any) -> Callable[[Strike], Strike]:
    """The decorated function is the strike of a fault that is called as it is; `words` as in `Fault`."""

    def register(strike: Strike) -> Strike:
        name = strike.__name__.strip("_").replace("_", "-")
        FAULTS[name] = Fault(name=name, what=what, strike=strike, **words)
        return strike

    return register


# -- processes -----------------------------------------------------------------------------------------------------


@fault(
    "A process is killed (SIGKILL) at a random moment, three times",
    does="The messenger repeats what was not acknowledged; leases of the dead run out and others take the rows up; "
    "a card that may have been sent is sent again under the same key.",
    noticed="An answer comes a lease later.",
)
async def _killed(rig: Rig) -> None:
    for number in range(3):
        home = rig.homes[number % len(rig.homes)]
        await asyncio.sleep(rig.dice.uniform(0.0, 0.3))
        home.kill()
        await home.gone()
        await home.start()


@fault(
    "A process stands still (SIGSTOP) for 6 s",
    does="Its leases run out and others take its rows up; when it goes on, its late finishes are refused by the fence.",
    noticed="Answers come some seconds late.",
)
async def _frozen(rig: Rig) -> None:
    home = rig.homes[-1]
    home.signal(signal.SIGSTOP)
    await asyncio.sleep(6)
    home.signal(signal.SIGCONT)


@fault(
    "Every process is told to end (SIGTERM), one after the other, and started again",
    does="It takes nothing new, finishes what is in hand and ends; what is not begun stays in the queues.",
    noticed="Nothing with replicas; with one process the messenger repeats what came while it was away.",
)
async def _restarted(rig: Rig) -> None:
    for home in rig.homes:
        await home.stop()
        await home.start()


# -- the messenger -------------------------------------------------------------------------------------------------


@fault(
    "The messenger's API is down: connections are refused",
    does="Answers and reminders wait in the outbox and are tried again after 1 s, 5 s, 30 s, 5 min and 1 h.",
    noticed="Notes are taken; answers come when the messenger is back.",
)
async def _api_down(rig: Rig) -> None:
    await rig.close_api()
    await rig.acknowledged(4)
    await rig.open_api()


@fault(
    "The messenger's API is slow",
    does="It waits up to 15 s for each answer, and serves everybody else meanwhile.",
    noticed="Answers come late.",
)
async def _api_slow(rig: Rig) -> None:
    rig.server.faults.delay("message/send", 1.0, times=10_000)
    await rig.acknowledged(5)
    rig.server.faults.clear()


@fault(
    "The messenger refuses: busy, too many calls",
    does="The row waits as long as the code asks for, and is tried again.",
    noticed="Answers come late.",
)
async def _api_refusing(rig: Rig) -> None:
    for _ in range(8):
        for code in (-1, 45009, 45033, 6000):
            rig.server.faults.refuse("message/send", code)
    await rig.acknowledged(4)
    rig.server.faults.clear()


@fault(
    "The messenger takes a message and its answer is lost",
    does="It is sent again under the same key, with the messenger's duplicate check on.",
    noticed="Nothing: the card is there once.",
)
async def _answer_lost(rig: Rig) -> None:
    rig.server.faults.drop_answer("message/send", times=10_000)
    await rig.acknowledged(4)
    await asyncio.sleep(0.5)
    rig.server.faults.clear()


@fault(
    "The messenger lies: status 200 and a page, half an object, an empty object, a text for a number",
    does="What is no answer counts as none: the row is tried again.",
    noticed="Answers come late.",
)
async def _api_lying(rig: Rig) -> None:
    for _ in range(8):
        for body in (b"<html>ok</html>", b'{"errcode":', b"{}", b"[]", b"null", b'{"errcode":"0"}', b"", b"\xff\xfe"):
            rig.server.faults.lie("message/send", body)
    await rig.acknowledged(4)
    rig.server.faults.clear()


@fault(
    "Half-open connections: the API takes the connection and never answers",
    does="It gives up after 15 s and tries again; others are served meanwhile.",
    noticed="Answers come late.",
)
async def _api_mute(rig: Rig) -> None:
    await rig.close_api()
    await rig.open_mute_api()
    await rig.acknowledged(5)
    await rig.close_api()
    await rig.open_api()


@fault(
    "The access token is refused, and none is to be had for a while",
    does="A refused token is fetched anew once; without one the row waits like any failure.",
    noticed="Answers come late.",
)
async def _no_token(rig: Rig) -> None:
    rig.server.faults.forget_tokens()
    rig.server.faults.refuse("gettoken", -1, times=6)
    await rig.acknowledged(4)
    rig.server.faults.clear()


# -- callbacks -----------------------------------------------------------------------------------------------------


@fault(
    "A callback is delivered four times at the same moment, to all replicas, each time sealed anew",
    does="The first insert wins, by the message's id; the others are acknowledged and write nothing.",
    noticed="Nothing: one answer.",
    roles=ALIKE,
)
async def _doubled(rig: Rig) -> None:
    rig.odd = lambda said: rig.at_once(said.inner, times=4)
    await rig.acknowledged(5)
    rig.odd = None


@fault(
    "A callback is delivered again later, with a new nonce, timestamp and seal",
    does="Recognised by the message's id inside, for as long as the message is kept.",
    noticed="Nothing: one answer.",
    roles=ALIKE,
)
async def _sealed_anew(rig: Rig) -> None:
    async def later(said: Said) -> Delivery:
        taken = await rig.deliver(said.inner)
        for pause in (0.05, 0.4):
            await asyncio.sleep(pause)
            await rig.deliver(said.inner)
        return taken

    rig.odd = later
    await rig.acknowledged(5)
    rig.odd = None


@fault(
    "Callbacks are delivered out of order: what was typed later arrives first",
    does="Each is stored as it comes; one person's are handled in the order in which they came.",
    noticed="Nothing: each note has its answer.",
    roles=ALIKE,
)
async def _out_of_order(rig: Rig) -> None:
    async def late(said: Said) -> Delivery:
        await asyncio.sleep(rig.dice.uniform(0.0, 1.2))
        return await rig.deliver(said.inner)

    rig.odd = late
    await rig.acknowledged(6)
    rig.odd = None


@fault(
    "A callback is delivered again under a new id, at the same moment and later",
    does="Recognised by sender, time and words.",
    noticed="Nothing: one answer.",
    roles=ALIKE,
)
async def _under_new_ids(rig: Rig) -> None:
    async def renamed(said: Said) -> Delivery:
        again = [rig.sealed(said.member, said.text, said.at) for _ in range(2)]
        taken = await rig.at_once(said.inner, again[0], times=1)
        await asyncio.sleep(0.3)
        await rig.deliver(again[1])
        return taken

    rig.odd = renamed
    await rig.acknowledged(5)
    rig.odd = None


# -- storage -------------------------------------------------------------------------------------------------------


@fault(
    "PostgreSQL is killed and started again",
    does="Callbacks are refused with 503, so that the messenger sends them again; then all goes on.",
    noticed="What is typed in these seconds is answered after them, or not acknowledged at all.",
    where=(REPLICAS,),
)
async def _postgresql_restarted(rig: Rig) -> None:
    server = rig.place.postgres_server
    server.halt(signal.SIGQUIT)
    await asyncio.sleep(1)
    await asyncio.to_thread(server.resume)


@fault(
    "Another process holds SQLite's lock for 3 s",
    does="Everything waits for it, up to 10 s; what could not wait is sent again by the messenger.",
    noticed="Answers come some seconds late.",
    where=(SINGLE,),
)
async def _sqlite_locked(rig: Rig) -> None:
    file = sqlite3.connect(rig.place.database_url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        file.execute("PRAGMA busy_timeout = 10000")
        file.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(3)
        file.execute("ROLLBACK")
    finally:
        file.close()


@fault(
    "The disk is full",
    does="Callbacks are refused with 503 and nothing is acknowledged; what was acknowledged waits, and goes on when "
    "there is room again.",
    noticed="No answer while it lasts; what was typed more than three tries ago has to be typed again.",
)
async def _disk_full(rig: Rig) -> None:
    async with full_disk(rig):
        await asyncio.sleep(0.2)
        assert not (await rig.deliver(rig.said(9999).inner)).accepted


@fault(
    "Redis is emptied",
    does="Nothing is kept there that cannot be made again.",
    noticed="Nothing.",
    where=(REPLICAS,),
)
async def _redis_emptied(rig: Rig) -> None:
    assert rig.place.redis is not None
    async with client.Redis.from_url(rig.place.redis.url) as connection:
        for _ in range(3):
            await connection.flushall()
            await rig.acknowledged(2)


@fault(
    "Redis is stopped, and started again",
    does="Each process looks into the queues every second and keeps a token of its own; limits are in the database.",
    noticed="Answers may come a second late.",
    where=(REPLICAS,),
)
async def _redis_stopped(rig: Rig) -> None:
    server = rig.place.redis_server
    server.halt(signal.SIGKILL)
    await rig.acknowledged(4)
    await asyncio.to_thread(server.resume)


@fault(
    "Redis hangs: it takes connections and never answers",
    does="A call waits 2 s at most and is then done as if Redis were gone.",
    noticed="Answers come some seconds late.",
    where=(REPLICAS,),
)
async def _redis_mute(rig: Rig) -> None:
    os.kill(rig.place.redis_server.pid, signal.SIGSTOP)
    try:
        await rig.acknowledged(4)
        await asyncio.sleep(3)
    finally:
        os.kill(rig.place.redis_server.pid, signal.SIGCONT)


# -- time ----------------------------------------------------------------------------------------------------------


@fault(
    "The clock jumps a day ahead, and back after some seconds",
    does="Callbacks look a day old and are refused; reminders of the day go out early, once. What was dated ahead is "
    "brought to now when the clock is put right.",
    noticed="No answer while it lasts; reminders of the next 24 hours come early.",
)
async def _clock_ahead(rig: Rig) -> None:
    for clock in rig.theirs:
        clock.advance(DAY)
    await asyncio.sleep(2)
    for clock in rig.theirs:
        clock.advance(-DAY)


@fault(
    "The clock falls back by a day, and is put right after some seconds",
    does="Callbacks look as if they came from tomorrow and are refused; what is due waits; then all goes on.",
    noticed="No answer while it lasts.",
)
async def _clock_behind(rig: Rig) -> None:
    for clock in rig.theirs:
        clock.advance(-DAY)
    await asyncio.sleep(2)
    for clock in rig.theirs:
        clock.advance(DAY)


@fault(
    "The clocks of two replicas are 5 s apart, and the one ahead is killed right after an acknowledgement",
    does="What the one ahead plans is taken up by itself at once, by the other when its clock has come there; what it "
    "had begun goes first in its line, however it is dated.",
    noticed="An answer may come 5 s late, and a lease.",
    where=(REPLICAS,),
    roles=ALIKE,
)
async def _clocks_apart(rig: Rig) -> None:
    killed = asyncio.Event()

    async def taken_last(said: Said) -> Delivery:
        if (taken := await rig.doors[0].push(said.inner)).accepted and not killed.is_set():
            rig.homes[0].kill()
            killed.set()
        return taken

    rig.theirs[0].advance(timedelta(seconds=5))
    await rig.acknowledged(3)
    rig.odd = taken_last
    await asyncio.wait_for(killed.wait(), GIVE_UP)
    rig.odd = None
    await rig.homes[0].gone()
    await rig.homes[0].start()
    await rig.acknowledged(3)
    rig.theirs[0].advance(timedelta(seconds=-5))
