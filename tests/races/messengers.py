"""Two people decide at the same moment, one in WeCom and one in DingTalk: both cards say soon who was first."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from bot.messenger.switches import Switch
from tests.races.company import DINGTALK, Asked, Company, company
from tests.stage import PATIENCE

LOOK = 0.02  # seconds between two looks at a card
ASKED_A_SECOND = 8.0  # so that neither messenger is asked for more than it takes
STEP, AWAY = timedelta(seconds=30), timedelta(minutes=10)
LONGEST = timedelta(hours=2)
_SAYS = {"approved": "同意", "withdrawn": "撤回"}

Wrong: TypeAlias = list[str]


@dataclass(slots=True)
class Raced:
    """`seconds` from the two taps until both cards are final, for each race; `first` counts who was first."""

    seconds: list[float] = field(default_factory=list)
    first: Counter[str] = field(default_factory=Counter)
    wrong: Wrong = field(default_factory=list)

    def at(self, share: float) -> float:
        ranked = sorted(self.seconds)
        return ranked[int(share * (len(ranked) - 1))]


async def trial(database_url: str, races: int, *, a_second: float = 4.0, pairs: int = 60) -> Raced:
    """So many races on an empty database, by a clock that runs, within what the messengers take."""
    raced = Raced()
    async with company(database_url, min(pairs, races), still=False) as here:
        requests = []
        for number in range(races):
            requests.append(await here.asks(number))
            await asyncio.sleep(1 / ASKED_A_SECOND)
        await here.stage.settle()
        loop = asyncio.get_running_loop()
        begun, running = loop.time(), []
        for number, asked in enumerate(requests):
            await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))
            running.append(asyncio.create_task(_race(here, raced, asked)))
        await asyncio.gather(*running)
        await here.stage.settle()
        raced.wrong += await here.amiss(requests)
    return raced


async def _race(here: Company, raced: Raced, asked: Asked) -> None:
    """The superior says yes in the same moment in which the asker takes it back."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await asyncio.gather(here.says_yes(asked), here.takes_back(asked))
    while not here.final(asked):
        if loop.time() - begun > PATIENCE:
            raced.wrong.append(f"{asked.called}: not final")
            return
        await asyncio.sleep(LOOK)
    raced.seconds.append(loop.time() - begun)
    state = await here.state(asked)
    who, channel = ("superior", asked.pair.boss_on) if state == "approved" else ("asker", asked.pair.asker_on)
    raced.first[f"{who} on {channel}"] += 1
    raced.wrong += [
        f"{asked.called} is {state}, and a card says {card}"
        for card in here.cards(asked)
        if _SAYS[state] not in f"{card.title} {card.state}"
    ]


async def outage(database_url: str, away: str, requests: int) -> tuple[timedelta, Wrong]:
    """A messenger is down for ten minutes while who is on the other one decides. How long after its return the last
    card is final, by a clock that is moved, and what went wrong."""
    async with company(database_url, requests * 2, still=True) as here:
        asked = []
        for number in range(requests * 2):
            asked.append(await here.asks(number))
            await here.stage.move(timedelta(seconds=1))  # a messenger takes so many calls a second
        asked = [each for each in asked if each.pair.asker_on == away]
        _switch(here, away, down=True)
        for each in asked:
            await here.says_yes(each)
        await _passes(here, AWAY)
        early = [each.called for each in asked if here.final(each)]
        _switch(here, away, down=False)
        back = here.stage.clock.now()
        while not all(here.final(each) for each in asked) and here.stage.clock.now() - back < LONGEST:
            await _passes(here, STEP)
        took = here.stage.clock.now() - back
        await here.quiet()
        undecided = [f"{each.called} was closed while its messenger was down" for each in early]
        return took, undecided + await here.amiss(asked)


def _switch(here: Company, channel: str, *, down: bool) -> None:
    if channel == DINGTALK:
        here.stage.dingtalk.faults.down = down
    else:
        here.stage.server.faults.switches.turn(Switch.BROKEN, 1 if down else 0)


async def _passes(here: Company, time: timedelta) -> None:
    """The clock moves on in steps, and what falls due is done in each."""
    until = here.stage.clock.now() + time
    while here.stage.clock.now() < until:
        here.stage.clock.advance(STEP)
        await here.stage.app.look()
        await here.quiet()
