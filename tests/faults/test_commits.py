"""Each commit on the path of one note fails in turn, before it took place and after; the note is there once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.faults import judge, ledger
from tests.faults.commits import Commits
from tests.faults.pair import GIVE_UP, HOUR, NOW, Pair, paired

LEAST = 3  # to accept it, to file it with its answer, to mark that sent
MOST = 14  # the ticks commit too, though they find nothing
ROUNDS = 5
STEP = timedelta(seconds=5)


@pytest.fixture(params=["before", "after"])
def commits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Commits:
    """The commits of everything that this test starts; the one that fails does so before or after it took place."""
    made = Commits(request.param)
    made.install(monkeypatch)
    return made


async def test_whichever_commit_fails_the_note_is_stored_and_answered_once(database_url: str, commits: Commits) -> None:
    async with paired(database_url, None, members=4, processes=1) as pair:
        await pair.say(pair.company[0], 0)
        await all_done(pair)
        number = 0
        while commits.seen >= number:  # the last note had so many commits, so perhaps the next one can fail too
            number += 1
            commits.arm(number)
            await pair.say(pair.company[number % 4], number)
            await all_done(pair)
        assert number > LEAST
        assert len(pair.notes.acknowledged) == number + 1
        assert await wrong(pair) == []


async def test_whichever_commit_fails_the_reminder_is_pushed_once(database_url: str, commits: Commits) -> None:
    async with paired(database_url, None, members=4, reminders=MOST, apart=HOUR, processes=1) as pair:
        await pair.say(pair.company[0], 0)
        number = 0
        while commits.seen >= number and number < MOST:
            number += 1
            commits.arm(number)
            pair.clock.move_to(NOW + number * HOUR)
            await all_done(pair)
        assert number > LEAST
        pair.clock.move_to(NOW + MOST * HOUR)
        await all_done(pair)
        assert await wrong(pair) == []


async def test_whoever_shares_a_commit_that_fails_is_stored_and_answered_once(
    sqlite_url: str, commits: Commits
) -> None:
    async with paired(sqlite_url, None, members=6, processes=1) as pair:
        for number in range(1, ROUNDS + 1):
            commits.arm(number)
            await asyncio.gather(*(pair.say(pair.company[n], 6 * number + n) for n in range(6)))
            await all_done(pair)
        assert len(pair.notes.acknowledged) == 6 * ROUNDS
        assert await wrong(pair) == []


async def wrong(pair: Pair) -> list[str]:
    record = await judge.recorded(pair.apps[0].database)
    return [*await pair.wrong(), *ledger.balance(record, pair.notes, pair.server, pair.company).wrong]


async def all_done(pair: Pair) -> None:
    """Let everything end; what waits for a lease or another try waits for the clock, which is moved."""
    async with asyncio.timeout(GIVE_UP):
        while True:
            try:
                async with asyncio.timeout(0.3):
                    await pair.apps[0].settled()
            except TimeoutError:
                pair.clock.advance(STEP)
            else:
                return
