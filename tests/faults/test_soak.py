"""A soak in small: what half an hour is to show can be shown in seconds, if less surely."""

from __future__ import annotations

from pathlib import Path

from tests.faults import places
from tests.faults.processes import Nursery
from tests.faults.soak import Plan, soak


async def test_notes_under_one_fault_after_the_other_end_with_a_clean_ledger(starter: Nursery, tmp_path: Path) -> None:
    lines: list[str] = []
    plan = Plan(seconds=4, rate=4, every=2, faults=("killed", "api-down"))

    ledger = await soak(places.on_sqlite(tmp_path), starter, tmp_path, plan, lines.append)

    assert ledger.wrong == []
    assert ledger.acknowledged > 8
    assert [name for name in plan.faults if not any(name in line for line in lines)] == []
