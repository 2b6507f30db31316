"""`genjin` with a sampler inside: `python -m bot.bench.sampled FILE serve`. SIGUSR1 starts, SIGUSR2 writes FILE.

Every few milliseconds of the process's CPU each thread's share of them is put down to what that thread is doing:
to the area of the innermost frame that belongs to one, and to every function of ours on its stack.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType

_getcurrent = import_module("greenlet").getcurrent  # SQLAlchemy brings it; it has no types
EVERY = 0.002  # seconds of CPU
OURS = ("bot", "cards", "config", "domain", "scheduler")
# The first that a file's path contains; what is in none (re, typing, contextlib) counts for its caller.
AREAS = (
    ("/sqlalchemy/orm/", "SQLAlchemy: objects"),
    ("/sqlalchemy/sql/", "SQLAlchemy: statements"),
    ("/sqlalchemy/pool/", "SQLAlchemy: pool"),
    ("/sqlalchemy/", "SQLAlchemy: execution"),
    ("/sqlmodel/", "SQLModel"),
    ("/pydantic/", "SQLModel"),
    ("/asyncpg/", "asyncpg"),
    ("/aiohttp/", "aiohttp"),
    ("/yarl/", "aiohttp"),
    ("/multidict/", "aiohttp"),
    ("/json/", "JSON"),
    ("/wechatpy/", "decryption"),
    ("/cryptography/", "decryption"),
    ("/defusedxml/", "XML"),
    ("/xml/", "XML"),
    ("/asyncio/", "asyncio"),
    ("/concurrent/", "asyncio"),
    ("/logging/", "logging"),
    ("/bot/nlp/", "genjin: parsing"),
    ("/domain/naming/", "genjin: names"),
    ("/domain/names.py", "genjin: names"),
    ("/bot/adapters/", "genjin: WeCom"),
    ("/cards/", "genjin: cards"),
    ("/bot/", "genjin: conversation"),
    ("/domain/", "genjin: domain"),
    ("/scheduler/", "genjin: scheduler"),
)


class Sampler:
    """Shares of CPU seconds by area and by function of ours."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/"
        self._areas: defaultdict[str, float] = defaultdict(float)
        self._functions: defaultdict[str, float] = defaultdict(float)
        self._used: dict[int, float] = {}

    def start(self, *_: object) -> None:
        self._areas.clear()
        self._functions.clear()
        self._used = _used()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def write(self, path: Path) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        path.with_suffix(".part").write_text(json.dumps({"areas": self._areas, "functions": self._functions}))
        path.with_suffix(".part").replace(path)

    def _sample(self, _number: int, interrupted: FrameType | None) -> None:
        used, frames = _used(), sys._current_frames()
        for thread, seconds in used.items():
            here = thread == threading.main_thread().ident
            spent, frame = seconds - self._used.get(thread, 0.0), interrupted if here else frames.get(thread)
            if spent > 0 and frame is not None:
                self._put_down(spent, list(_stack(frame) if here else _chain(frame)))
        self._used = used

    def _put_down(self, seconds: float, stack: list[FrameType]) -> None:
        files = [frame.f_code.co_filename for frame in stack]
        self._areas[next((area for file in files if (area := self._area(file))), "Python")] += seconds
        for name in {self._name(frame) for frame in stack}:
            if name:
                self._functions[name] += seconds

    def _area(self, file: str) -> str | None:
        return next((area for part, area in AREAS if part in file and "/bench/" not in file), None)

    def _name(self, frame: FrameType) -> str:
        file = frame.f_code.co_filename.removeprefix(self._root)
        return f"{file}:{frame.f_code.co_qualname}" if file.startswith(OURS) and "/bench/" not in file else ""


def _used() -> dict[int, float]:
    """Seconds of CPU by thread."""
    threads = [thread.ident for thread in threading.enumerate() if thread.ident is not None]
    return {ident: time.clock_gettime(time.pthread_getcpuclockid(ident)) for ident in threads}


def _stack(frame: FrameType) -> Iterator[FrameType]:
    """The frames of what runs, and of whoever waits for it outside of its greenlet."""
    yield from _chain(frame)
    outer = _getcurrent().parent
    while outer is not None:
        yield from _chain(outer.gr_frame)
        outer = outer.parent


def _chain(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def main() -> None:
    from bot.cli import main as genjin

    target = Path(sys.argv.pop(1))
    sampler = Sampler(Path(__file__).parents[2])
    signal.signal(signal.SIGUSR1, sampler.start)
    signal.signal(signal.SIGUSR2, lambda *_: sampler.write(target))
    genjin()


if __name__ == "__main__":
    main()
