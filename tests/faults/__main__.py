"""`python -m tests.faults kills --count 200`: kill processes of every kind under load, and print the ledger.

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

from tests.faults import kills, places, report
from tests.faults.processes import nursery
from tests.faults.rig import Place

SHARES = {"one process on SQLite": 0.4, "replicas: web and two workers": 0.4, "replicas: two full processes": 0.2}


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
    spoiled, calls = done.storm.ways.total(), done.storm.calls
    say(
        f"== {kind}: {done.kills.total()} kills, seed {seed}, {time.monotonic() - begun:.0f} s",
        f"   {_counts(done.kills)}",
        f"   API: {calls} sends, {100 * spoiled // max(calls, 1)}% spoiled: {_counts(done.storm.ways)}",
        str(done.ledger),
    )
    return not done.ledger.wrong


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {number}" for what, number in sorted(counter.items()))


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kills", help="kill processes under load and API faults")
    killing.add_argument("--count", type=int, default=200)
    killing.add_argument("--seed", type=int, default=1)
    killing.add_argument("--only", default="", help="one kind of set-up, by a word of its name")
    commands.add_parser("table", help="write the tables of docs/reliability.md")
    given = parser.parse_args()
    if given.command == "table":
        report.write()
        return 0
    chosen = {kind: share for kind, share in SHARES.items() if given.only in kind}
    part = given.count / sum(chosen.values())
    clean = [asyncio.run(kill(kind, round(part * share), given.seed)) for kind, share in chosen.items()]
    say("clean" if all(clean) else "NOT CLEAN")
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
