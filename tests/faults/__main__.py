"""`python -m tests.faults kills --count 200`: kill processes of every kind under load, and print the ledger.

`python -m tests.faults switches --notes 500`: each fault switch of the messenger at every tenth call.

`python -m tests.faults table` writes the tables of docs/reliability.md anew.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.messenger.switches import Switch
from tests.faults import kills, places, report, switches
from tests.faults.processes import nursery
from tests.faults.rig import Place

SHARES = {"one process on SQLite": 0.4, "replicas: web and two workers": 0.4, "replicas: two full processes": 0.2}

SWITCHED = [*SHARES][:2]  # where the switches are tried


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place]:
    if kind == "one process on SQLite":
        yield places.on_sqlite(folder)
        return
    roles = ("web", "worker", "worker") if "workers" in kind else ("all", "all")
    with places.servers() as servers:
        yield places.on_servers(*servers, roles)


async def kill(kind: str, count: int, seed: int) -> bool:
    """Run one trial and print what came of it; whether the ledger is clean."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as made:
        async with nursery(Path(name) / "log") as starter:
            done = await kills.trial(made, starter, Path(name), kills=count, seed=seed)
    say(
        f"== {kind}: {done.kills.total()} kills, seed {seed}, {time.monotonic() - begun:.0f} s",
        f"   {_counts(done.kills)}",
        f"   API: {_spoiled(done.storm.calls, done.storm.ways)}",
        f"   robot: {_spoiled(done.robot.calls, done.robot.ways)}",
        str(done.ledger),
    )
    return not done.ledger.wrong


def _spoiled(calls: int, ways: Counter[str]) -> str:
    return f"{calls} sends, {100 * ways.total() // max(calls, 1)}% spoiled: {_counts(ways)}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {number}" for what, number in sorted(counter.items()))


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


async def switch(kind: str, only: str, notes: int, every: int) -> bool:
    """Run the trials of the switches in one kind of set-up; whether all is well."""
    clean = True
    say(f"=== {kind}")
    for each in [each for each in Switch if only.upper() in each.name]:
        with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as made:
            async with nursery(Path(name) / "log") as starter:
                done = await switches.trial(made, starter, Path(name), each, notes=notes, every=every)
        say(switches.said(each, done))
        clean = clean and not done.wrong
    return clean


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kills", help="kill processes under load and API faults")
    killing.add_argument("--count", type=int, default=200)
    killing.add_argument("--seed", type=int, default=1)
    killing.add_argument("--only", default="", help="one kind of set-up, by a word of its name")
    switching = commands.add_parser("switches", help="each fault switch of the messenger for a whole run")
    switching.add_argument("--notes", type=int, default=500)
    switching.add_argument("--every", type=int, default=10, help="one of so many calls is spoiled")
    switching.add_argument("--only", default="", help="one switch, by a part of its name")
    switching.add_argument("--on", default="", help="one kind of set-up, by a word of its name")
    commands.add_parser("table", help="write the tables of docs/reliability.md")
    given = parser.parse_args()
    if given.command == "table":
        report.write()
        return 0
    if given.command == "switches":
        kinds = [kind for kind in SWITCHED if given.on in kind]
        calm = [asyncio.run(switch(kind, given.only, given.notes, given.every)) for kind in kinds]
        say("clean" if all(calm) else "NOT CLEAN")
        return 0 if all(calm) else 1
    chosen = {kind: share for kind, share in SHARES.items() if given.only in kind}
    part = given.count / sum(chosen.values())
    spared = [asyncio.run(kill(kind, round(part * share), given.seed)) for kind, share in chosen.items()]
    say("clean" if all(spared) else "NOT CLEAN")
    return 0 if all(spared) else 1


if __name__ == "__main__":
    sys.exit(main())
