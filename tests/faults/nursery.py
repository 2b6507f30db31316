"""A process that bears genjin processes: it imports once and forks, so that a start costs little.

Each line on standard input is an order, each line on standard output its answer:

    start {"GENJIN_...": "..."}   ->  pid     a child runs `genjin serve` with this environment
    reap PID                      ->  status  waits until that child has ended; -9 is SIGKILL

When standard input ends, its children are killed and it ends. GENJIN_TEST_ROLE is the child's `--role`. Three things
can be otherwise for a child than for an operator's process: GENJIN_TEST_CLOCK names the file of a `FileClock` that it
lives by, GENJIN_TEST_API_SECONDS is for how long it waits for the messenger's answer, from the API and over the robot's
connection, and GENJIN_TEST_BEAT how often it says that it holds a connection.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot import app, robot
from bot.adapters.dingtalk import api as dingtalk
from bot.adapters.wecom import api as wecom
from bot.app import load_builders, load_jobs
from bot.commands import serving
from bot.messenger.switches import SLOW
from bot.nlp.book import Book
from bot.nlp.pipeline import parse
from bot.roles import Role
from config import settings
from domain.naming import Named, NameIndex
from scheduler import holder, presence
from tests.faults.clocks import FileClock

LATER = SLOW  # seconds beyond its patience until which the robot waits for what is only late


def main() -> None:
    load_builders()
    load_jobs()
    NameIndex([Named(id=1, full="苏州热身有限公司", short="热身", others=(), place="苏州")]).find("热身")
    parse("今天拜访了热身客户", datetime.now(UTC), Book.empty())
    children: set[int] = set()
    for order in sys.stdin:
        word, _, rest = order.strip().partition(" ")
        if word == "start":
            children.add(answer := _bear(json.loads(rest)))
        else:
            children.discard(child := int(rest))
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for child in children:
        os.kill(child, signal.SIGKILL)


def _bear(environment: dict[str, str]) -> int:
    child = os.fork()
    if child:
        return child
    os.environ.update(environment)
    _bend(environment)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stdin.fileno())
    os.dup2(nothing, sys.stdout.fileno())
    code = 1
    try:
        code = asyncio.run(serving.serve(settings.load(), Role(environment["GENJIN_TEST_ROLE"])))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # nothing of the parent's is cleaned up twice


def _bend(environment: dict[str, str]) -> None:
    if clock := environment.get("GENJIN_TEST_CLOCK"):
        app.SystemClock = lambda: FileClock(Path(clock))  # type: ignore[assignment, misc]
    if beat := environment.get("GENJIN_TEST_BEAT"):
        presence.BEAT = float(beat)
    if seconds := environment.get("GENJIN_TEST_API_SECONDS"):
        wecom._PATIENCE = dingtalk._PATIENCE = aiohttp.ClientTimeout(total=float(seconds))
        holder.ASK = 0.2  # those who stand by look as much oftener as leases are shorter
        patience = {"ack": float(seconds), "late": float(seconds) + LATER}
        robot.TIMING = replace(robot.TIMING, **patience, first_pause=0.1, longest_pause=1.0)


if __name__ == "__main__":
    main()
