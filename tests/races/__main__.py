"""`python -m tests.races`: two people decide the same thing at the same moment, on PostgreSQL, and one of them does.

`service` against the service alone, `messengers` through both simulated messengers, `outages` with one of the two down
for ten minutes; without a part all three. Prints figures and `clean`, or what is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import migrate
from tests.races import messengers, service
from tests.races.company import DINGTALK, WECOM
from tests.services import start_postgres

WITHIN = 3.0  # seconds at the 95th percentile until both cards are final
SOON = 120.0  # seconds after a messenger's return until its cards are


@contextmanager
def database() -> Iterator[str]:
    """An empty database on a server of its own."""
    server = start_postgres(own=True)
    try:
        url = server.create()
        migrate(url)
        yield url
    finally:
        server.stop()


def against_service(races: int, seed: int, kinds: list[str]) -> list[str]:
    with database() as url:
        begun = time.monotonic()
        won = asyncio.run(service.trial(url, races, seed, kinds))
    say(f"service: {won.races} races in {time.monotonic() - begun:.0f} s, seed {seed}")
    say(*(f"   first in {kind}: {count}" for kind, count in sorted(won.first.items())))
    return won.wrong


def through_messengers(races: int, a_second: float) -> list[str]:
    with database() as url:
        raced = asyncio.run(messengers.trial(url, races, a_second=a_second))
    say(f"messengers: {len(raced.seconds)} races, {a_second:g} a second")
    say(*(f"   first: {who}: {count}" for who, count in sorted(raced.first.items())))
    median, late, last = raced.at(0.5), raced.at(0.95), raced.at(1.0)
    say(f"   both cards final after {median:.2f} s (median), {late:.2f} s (95th percentile), {last:.2f} s (last)")
    return [*raced.wrong, *([f"95th percentile {late:.2f} s"] if late > WITHIN else [])]


def with_outages(requests: int) -> list[str]:
    wrong = []
    for away in (WECOM, DINGTALK):
        with database() as url:
            took, amiss = asyncio.run(messengers.outage(url, away, requests))
        say(f"outages: {away} down for ten minutes, {requests} requests: closed {took.total_seconds():.0f} s after")
        wrong += [*amiss, *([f"{away}: {took}"] if took.total_seconds() > SOON else [])]
    return wrong


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races")
    parser.add_argument("parts", nargs="*", choices=["service", "messengers", "outages", []])
    parser.add_argument("--races", type=int, default=10_000, help="against the service")
    parser.add_argument("--kinds", nargs="+", choices=[*service.KINDS], default=[], help="of these; all otherwise")
    parser.add_argument("--through", type=int, default=300, help="races through both messengers")
    parser.add_argument("--a-second", type=float, default=4.0, help="of these")
    parser.add_argument("--requests", type=int, default=20, help="that are open when a messenger goes down")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong: list[str] = []
    if not given.parts or "service" in given.parts:
        wrong += against_service(given.races, given.seed, given.kinds)
    if not given.parts or "messengers" in given.parts:
        wrong += through_messengers(given.through, given.a_second)
    if not given.parts or "outages" in given.parts:
        wrong += with_outages(given.requests)
    say(*(wrong[:20] or ["clean"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
