"""The switches of the simulated DingTalk, each on for a whole run: notes and reminders while some calls or frames fail.

People write to the robot alone and in groups. A frame that is lost on the way nobody can know of; what was acknowledged
is to be on record once, and answered once. Calls beyond what the platform takes in a second are counted: it drops none
in silence, it refuses them, and they are made again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.in_group import NOTED
from bot.messenger.switches import STREAM, Switch
from tests.faults import judge, queues, stream, world
from tests.faults.ledger import REMINDER, TAG, listed
from tests.faults.processes import Nursery
from tests.faults.rig import API_SECONDS, GIVE_UP, REMINDERS, Place
from tests.faults.stream import Rig
from tests.faults.switches import LEASE, MOST_WAITING, NOTES_A_REMINDER, PAUSE

SWITCHES = list(Switch)
IN_A_GROUP = 0.3  # of all notes
GROUPS = 2
NOTES_A_CUT = 20  # where the gateway takes its time, which only who connects again can notice
OF_FRAMES = (STREAM - {Switch.GATEWAY}) | {Switch.RETRIED}  # spoiled while people write; calls are spoiled to the end
PATIENCE = 60.0  # seconds for what is on its way to be acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a run, in counts, and what is `wrong` by name. `allowed` are lines in groups that were said again
    after their answer was lost: there is no duplicate check for them. `unheard` was written while nobody was connected,
    `beyond` are calls that were refused because they were more than the platform takes in a second."""

    notes: int
    unheard: int
    acknowledged: int
    stored: int
    answered: int
    reminded: int
    in_groups: int
    allowed: int
    spoiled: int
    beyond: int
    wrong: list[str]

    def __str__(self) -> str:
        names = ("notes", "unheard", "acknowledged", "stored", "answered", "reminded", "in_groups", "allowed", "beyond")
        return listed({name: getattr(self, name) for name in names}, self.wrong)


async def trial(
    place: Place, starter: Nursery, folder: Path, switch: Switch, *, notes: int, every: int, seed: int = 1
) -> Trial:
    """So many notes while one of `every` calls or frames is spoiled; then all is settled and counted."""
    settings = {"GENJIN_LEASE_SECONDS": LEASE}
    settings |= {} if switch is Switch.GATEWAY else {"GENJIN_TEST_API_SECONDS": API_SECONDS}
    async with stream.rigged(place, starter, folder, seed, settings) as made:
        faults = made.server.faults
        await made.heard()
        faults.switches.turn(switch, every)
        await _write(made, notes, cuts=switch is Switch.GATEWAY)
        if switch in OF_FRAMES:
            faults.switches.turn(switch, 0)
        await made.heard()
        await _settle(made)
        return await _judged(made, faults.struck[switch])


async def _write(made: Rig, notes: int, *, cuts: bool) -> None:
    """Write so many, while somebody is connected; after each cut the first few are written all the same."""
    gateway = made.server.gateway
    groups = [_group(made, number) for number in range(GROUPS)]
    for number in range(1, notes + 1):
        if number % 10 == 0:
            await made.room(MOST_WAITING)
        if not cuts or number % NOTES_A_CUT > stream.INTO_A_GAP:
            await gateway.until(lambda: any(not socket.leaving for socket in gateway.sockets))
        at = len(made.said)
        group = groups[at % len(made.company) % GROUPS] if made.dice.random() < IN_A_GROUP else ""
        await made.write(made.company[at % len(made.company)], f"K{at:04d}", group=group)
        if number % NOTES_A_REMINDER == 0:
            moments = [timedelta(seconds=0.5 + 0.15 * n) for n in range(REMINDERS)]
            await world.remind(made.database, made.company, moments, first=number)
        if cuts and number % NOTES_A_CUT == 0:
            await _acknowledged(made)
            gateway.cut()
        await asyncio.sleep(PAUSE)


def _group(made: Rig, number: int) -> str:
    chat, members = f"cidFaults{number}==", [member.userid for member in made.company[number::GROUPS]]
    made.server.add_group(chat, f"{number + 1}组", members)
    return chat


async def _acknowledged(made: Rig) -> None:
    """Return when everything that was heard has been acknowledged; what went down with its socket never is."""

    def all_of_it() -> bool:
        acknowledged = made.acknowledged
        return all(said.tag in acknowledged for said in made.said if said.push.heard)

    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await made.server.gateway.until(all_of_it)


async def _settle(made: Rig) -> None:
    """Return when nothing is left to do. Where all that is left waits for a later moment, that moment comes."""
    await _acknowledged(made)
    async with asyncio.timeout(GIVE_UP):
        while (pause := await queues.pause(made.database, made.clock.now())) is not None:
            if pause > timedelta(seconds=0.5):
                made.clock.advance(pause)
            await asyncio.sleep(0.1)


# -- the judge -----------------------------------------------------------------------------------------------------


async def _judged(made: Rig, spoiled: int) -> Trial:
    record = await judge.recorded(made.database)
    acknowledged = made.acknowledged
    filed = Counter(tag for activity in record.activities for tag in TAG.findall(activity.text))
    chats = [shown for member in made.company for shown in made.server.chat(member.userid) if not shown.mine]
    words = [f"{shown.text}\n{shown.card}" for shown in chats]
    reminded = Counter(name for each in words for name in set(REMINDER.findall(each)))
    lines, missing, shown_there = _groups(made, filed)
    wrong = [
        *stream.once(made, acknowledged, filed),
        *missing,
        *(f"{tag} stands in a group" for tag in shown_there),
        *(f"{each.text} was seen {reminded[each.text]} times" for each in record.reminders if reminded[each.text] != 1),
        *(f"{row.__tablename__} {row.id} is {row.state}: {row.last_error}" for row in stream.unfinished(record)),
    ]
    return Trial(
        notes=len(made.said),
        unheard=sum(not said.push.heard for said in made.said),
        acknowledged=len(acknowledged),
        stored=len(filed),
        answered=len({tag for each in words for tag in TAG.findall(each)}),
        reminded=len(reminded),
        in_groups=sum(bool(said.group) for said in made.said),
        allowed=lines,
        spoiled=spoiled,
        beyond=made.server.api.beyond,
        wrong=wrong,
    )


def _groups(made: Rig, filed: Counter[str]) -> tuple[int, list[str], list[str]]:
    """How many lines stand in groups beyond one for each note, where one is missing, and what ought not to be there."""
    again, missing, shown_there = 0, [], []
    for group in made.server.groups():
        said = [f"{shown.text}{shown.card}" for shown in group.messages if shown.sender == "app"]
        wanted = sum(each.group == group.chatid and bool(filed[each.tag]) for each in made.said)
        stand = sum(each.count(NOTED) for each in said)
        again += max(stand - wanted, 0)
        missing += [f"{wanted - stand} lines are missing in {group.name}"] if stand < wanted else []
        shown_there += [tag for each in said for tag in TAG.findall(each)]
    return again, missing, shown_there


def said(switch: Switch, done: Trial) -> str:
    """One run in words."""
    return f"== {switch.name} ({switch.value}): {done.spoiled} spoiled\n{done}"
