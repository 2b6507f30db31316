"""Processes of every kind are killed under load while the API has a bad day: nothing that was promised is lost or
doubled. `python -m tests.faults kills` does the same as often as one likes."""

from __future__ import annotations

from pathlib import Path

from tests.faults import places
from tests.faults.kills import MOMENTS, Trial, trial
from tests.faults.processes import Commands, Nursery
from tests.faults.rig import Place
from tests.services import Postgres, Redis


async def killed(place: Place, starter: Nursery, folder: Path, *, kills: int, seed: int) -> Trial:
    done = await trial(place, starter, folder, kills=kills, seed=seed)
    assert done.ledger.wrong == []
    assert done.kills.total() == kills
    assert done.ledger.acknowledged >= kills
    assert done.ledger.robot
    return done


async def test_one_process_on_sqlite_is_killed(starter: Nursery, tmp_path: Path) -> None:
    done = await killed(places.on_sqlite(tmp_path), starter, tmp_path, kills=10, seed=1)
    assert len(done.kills) > 2
    assert done.storm.ways
    assert done.ledger.robot > len(done.ledger.unheard), "the robot heard none of it"


async def test_web_and_workers_on_postgresql_are_killed_in_turns(
    own_servers: tuple[Postgres, Redis], starter: Nursery, tmp_path: Path
) -> None:
    place = places.on_servers(*own_servers, ("web", "worker", "worker"))
    done = await killed(place, starter, tmp_path, kills=6, seed=2)
    assert {kind.split()[0] for kind in done.kills} == {"web", "worker"}


async def test_two_processes_share_one_sqlite_file_and_are_killed_in_turns(starter: Nursery, tmp_path: Path) -> None:
    done = await killed(places.on_sqlite(tmp_path, ("all", "all")), starter, tmp_path, kills=3, seed=3)
    assert {kind.split()[0] for kind in done.kills} == {"all"}


async def test_the_command_itself_is_killed_and_started_again(tmp_path: Path) -> None:
    commands = Commands(
        tmp_path / "log"
    )  # live by the machine's clock, by which a try that failed is far from the next
    done = await trial(places.on_sqlite(tmp_path), commands, tmp_path, kills=1, seed=4, spoiled=0.0)
    assert done.ledger.wrong == []
    assert set(done.kills) <= {f"all {moment}" for moment in MOMENTS["all"]}
