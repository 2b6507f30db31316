"""`python -m tests.fuzz N [NAME …] [--seed S]`: N bent inputs for each parser of outside bytes, or for those named.

Prints a line for each: how many inputs, how many of them were taken, the CPU time, the slowest one. An exception that
is no refusal, a broken promise, and an input that needs over a second of CPU are findings; the exit code is then 1, and
the inputs are printed with what they led to. Whatever hangs for minutes inside a library ends the run with a trace.
"""

from __future__ import annotations

import argparse
import faulthandler
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tests.fuzz.registry import BY_NAME, Outcome, attack, inputs

SECOND = 1.0  # of CPU, for one input
PATIENCE = (
    300  # seconds of the clock on the wall, for a library that hears no signal; a busy machine may stand still for one
)


class Hang(Exception):
    """An input took over a second of CPU."""


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


@contextmanager
def watchdog() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, SECOND)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGVTALRM, _too_long)
    sys.stdout.write(
        f"seed {asked.seed}\n{'parser':22}{'inputs':>9}{'taken':>7}{'CPU s':>8}{'slowest ms':>12}{'findings':>10}\n"
    )
    found = 0
    for name in asked.names or BY_NAME:
        parser = BY_NAME[name]
        for raw in parser.seeds[:1]:
            parser.read(raw)  # what is loaded at the first use is nobody's hang
        outcome = attack(parser, _alive(inputs(parser, asked.count, asked.seed)), watch=watchdog)
        found += len(outcome.findings)
        _print(name, outcome)
    return 1 if found else 0


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("count", type=int, help="inputs for each parser")
    words.add_argument("names", nargs="*", choices=[*BY_NAME, []], help="which parsers; all without")
    words.add_argument("--seed", default=secrets.token_hex(4), help="the same seed makes the same inputs")
    return words.parse_args()


def _alive(raws: Iterator[bytes]) -> Iterator[bytes]:
    armed = 0.0
    for raw in raws:
        if time.monotonic() > armed + PATIENCE / 4:
            armed = time.monotonic()
            faulthandler.dump_traceback_later(PATIENCE, exit=True)
        yield raw
    faulthandler.cancel_dump_traceback_later()


def _print(name: str, outcome: Outcome) -> None:
    taken = f"{outcome.taken / max(1, outcome.inputs):.0%}"
    figures = f"{outcome.cpu:8.1f}{outcome.slowest * 1000:12.1f}{len(outcome.findings):10}"
    sys.stdout.write(f"{name:22}{outcome.inputs:9}{taken:>7}{figures}\n")
    for raw, trace in outcome.findings:
        sys.stdout.write(f"\n{raw[:2000]!r}\n{trace}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
