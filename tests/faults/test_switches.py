"""Each fault switch of both messengers in small: some notes, alone and in groups, each fifth call spoiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messenger.switches import Switch
from tests.faults import dingtalk, places, switches
from tests.faults.processes import Nursery
from tests.faults.switches import Trial, trial
from tests.services import Postgres, Redis


@pytest.mark.parametrize("switch", switches.SWITCHES, ids=lambda switch: switch.name.lower())
async def test_under_each_switch_no_note_is_lost_and_no_answer_comes_twice(
    starter: Nursery, tmp_path: Path, switch: Switch
) -> None:
    done = await trial(places.on_sqlite(tmp_path), starter, tmp_path, switch, notes=40, every=5)

    assert_nothing_is_lost(done)


@pytest.mark.parametrize("switch", [Switch.CUT, Switch.RETRIED], ids=lambda switch: switch.name.lower())
async def test_under_a_switch_replicas_lose_no_note_and_answer_none_twice(
    own_servers: tuple[Postgres, Redis], starter: Nursery, tmp_path: Path, switch: Switch
) -> None:
    place = places.on_servers(*own_servers, ("web", "worker", "worker"))

    assert_nothing_is_lost(await trial(place, starter, tmp_path, switch, notes=40, every=5))


@pytest.mark.parametrize(
    "switch",
    # Frames that are lost or come twice are the matter of test_stream.
    [each for each in dingtalk.SWITCHES if each not in (Switch.DROPPED, Switch.DOUBLED, Switch.RETRIED)],
    ids=lambda switch: switch.name.lower(),
)
async def test_under_each_switch_of_dingtalk_what_was_acknowledged_is_answered_once(
    starter: Nursery, tmp_path: Path, switch: Switch
) -> None:
    done = await dingtalk.trial(places.on_sqlite(tmp_path), starter, tmp_path, switch, notes=25, every=5)

    assert done.wrong == []
    assert done.answered == done.stored >= done.acknowledged >= 15
    assert done.spoiled


def assert_nothing_is_lost(done: Trial) -> None:
    assert done.wrong == []
    assert done.ledger.typed + done.ledger.robot == 40
    assert done.ledger.acknowledged == done.ledger.typed
    assert done.ledger.answered == done.ledger.stored >= 40 - len(done.ledger.unheard)
    assert len(done.ledger.unheard) < done.ledger.robot, "the robot heard none of it"
    assert done.spoiled >= 5
