"""Each fault switch of the messenger in small: 40 notes, every fifth call spoiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messenger.switches import Switch
from tests.faults import places
from tests.faults.processes import Nursery
from tests.faults.switches import trial


@pytest.mark.parametrize("switch", list(Switch), ids=lambda switch: switch.name.lower())
async def test_under_each_switch_no_note_is_lost_and_no_answer_comes_twice(
    starter: Nursery, tmp_path: Path, switch: Switch
) -> None:
    done = await trial(places.on_sqlite(tmp_path), starter, tmp_path, switch, notes=40, every=5, mixed=False)

    assert done.wrong == []
    assert done.ledger.acknowledged == done.ledger.answered == 40
    assert done.spoiled >= 5
