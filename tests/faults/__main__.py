"""`python -m tests.faults kills --count 200`: kill processes of every kind under load, and print the ledger.

`python -m tests.faults switches --notes 500`: each fault switch of the messenger at every tenth call; with
`--messenger dingtalk` those of DingTalk.

`python -m tests.faults stream --notes 500`: DingTalk's frames lost and doubled, its connection cut every 20 s.

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
from types import ModuleType

from tests.faults import dingtalk, kills, places, report, stream, switches
from tests.faults.ledger import listed
from tests.faults.processes import nursery
from tests.faults.rig import Place

SHARES = {"one process on SQLite": 0.4, "replicas: web and two workers": 0.4, "replicas: two full processes": 0.2}

STREAMED = [*SHARES][::2]  # where the Stream is tried: nobody calls there, so there is no process for that
NOTE_SECONDS = 0.25  # from note to note over the Stream
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


async def switch(kind: str, only: str, notes: int, every: int, trials: ModuleType) -> bool:
    """Run the trials of a messenger's switches in one kind of set-up; whether all is well."""
    clean = True
    say(f"=== {kind}")
    for each in [each for each in trials.SWITCHES if only.upper() in each.name]:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as made:
            async with nursery(Path(name) / "log") as starter:
                done = await trials.trial(made, starter, Path(name), each, notes=notes, every=every)
        say(trials.said(each, done), listed({"seconds": round(time.monotonic() - begun)}, ()))
        clean = clean and not done.wrong
    return clean


async def flow(kind: str, notes: int, share: float, seconds: float) -> bool:
    """Run the trial of the Stream in one kind of set-up; whether all is well."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as made:
        async with nursery(Path(name) / "log") as starter:
            paced = {"cut_after": round(seconds / NOTE_SECONDS), "pause": NOTE_SECONDS}
            done = await stream.trial(made, starter, Path(name), notes=notes, share=share, **paced)
    say(f"== {kind}: {share:.0%} of the frames lost, as many doubled, {time.monotonic() - begun:.0f} s", str(done))
    return not done.wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kills", help="kill processes under load and API faults")
    killing.add_argument("--count", type=int, default=200)
    killing.add_argument("--seed", type=int, default=1)
    killing.add_argument("--only", default="", help="one kind of set-up, by a word of its name")
    switching = commands.add_parser("switches", help="each fault switch of the messenger for a whole run")
    switching.add_argument("--messenger", choices=["wecom", "dingtalk"], default="wecom")
    switching.add_argument("--notes", type=int, default=500)
    switching.add_argument("--every", type=int, default=10, help="one of so many calls is spoiled")
    switching.add_argument("--only", default="", help="one switch, by a part of its name")
    switching.add_argument("--on", default="", help="one kind of set-up, by a word of its name")
    streaming = commands.add_parser("stream", help="DingTalk's Stream: frames lost and doubled, the connection cut")
    streaming.add_argument("--notes", type=int, default=500)
    streaming.add_argument("--share", type=float, default=0.05, help="of frames lost, and of frames doubled")
    streaming.add_argument("--cut", type=float, default=20.0, help="seconds from cut to cut")
    streaming.add_argument("--on", default="", help="one kind of set-up, by a word of its name")
    commands.add_parser("table", help="write the tables of docs/reliability.md")
    given = parser.parse_args()
    if given.command == "table":
        report.write()
        return 0
    if given.command == "stream":
        kinds = [kind for kind in STREAMED if given.on in kind]
        held = [asyncio.run(flow(kind, given.notes, given.share, given.cut)) for kind in kinds]
        say("clean" if all(held) else "NOT CLEAN")
        return 0 if all(held) else 1
    if given.command == "switches":
        trials, kinds = (dingtalk, STREAMED) if given.messenger == "dingtalk" else (switches, SWITCHED)
        calm = [
            asyncio.run(switch(kind, given.only, given.notes, given.every, trials))
            for kind in kinds
            if given.on in kind
        ]
        say("clean" if all(calm) else "NOT CLEAN")
        return 0 if all(calm) else 1
    chosen = {kind: share for kind, share in SHARES.items() if given.only in kind}
    part = given.count / sum(chosen.values())
    spared = [asyncio.run(kill(kind, round(part * share), given.seed)) for kind, share in chosen.items()]
    say("clean" if all(spared) else "NOT CLEAN")
    return 0 if all(spared) else 1


if __name__ == "__main__":
    sys.exit(main())
