"""DingTalk's Stream on a bad day, in small: a third of the frames spoiled, a cut every eight notes, one kill."""

from __future__ import annotations

from pathlib import Path

from tests.faults import places
from tests.faults.processes import Nursery
from tests.faults.stream import trial
from tests.services import Postgres, Redis


async def test_what_is_acknowledged_is_handled_once_and_each_gap_is_told(starter: Nursery, tmp_path: Path) -> None:
    place = places.on_sqlite(tmp_path)
    done = await trial(place, starter, tmp_path, notes=24, share=0.15, cut_after=8, pause=0)

    assert done.wrong == []
    assert done.acknowledged >= 10
    assert done.dropped
    assert done.doubled
    assert (done.cuts, done.gaps, done.told) == (3, 4, 6)


async def test_a_cut_of_one_replica_of_two_is_no_gap(
    own_servers: tuple[Postgres, Redis], starter: Nursery, tmp_path: Path
) -> None:
    place = places.on_servers(*own_servers, ("all", "all"))
    done = await trial(place, starter, tmp_path, notes=24, share=0.15, cut_after=8, pause=0)

    assert done.wrong == []
    assert (done.cuts, done.gaps, done.told) == (3, 3, 6), "the second cut was of one of them"
