"""One reader of the bench in a process of its own: `python -m bot.bench.readers NAME TEXTS` measures it, in JSON.

The readers are `entities` and `parse` of genjin, and the peers that are installed: the time parser of JioNLP, and the
date and time model of recognizers-text. All are given the same texts at the same moment, on one core.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.bench import said

NOW = datetime(2026, 11, 25, 16, 0, tzinfo=timezone(timedelta(hours=8)))
LENGTHS = (500, 1000, 2000, 4000)
Read = Callable[[str], object]


def _entities() -> Read:
    from bot.nlp.entities import entities

    return lambda text: entities(text, NOW)


def _parse() -> Read:
    from bot.nlp.pipeline import parse

    return lambda text: parse(text, NOW)


def _jionlp() -> Read:
    ner: Any = import_module("jionlp").ner
    base = {"year": NOW.year, "month": NOW.month, "day": NOW.day, "hour": NOW.hour}
    return lambda text: ner.extract_time(text, time_base=base)


def _recognizers() -> Read:
    package: Any = import_module("recognizers_date_time")
    model = package.DateTimeRecognizer(package.Culture.Chinese).get_datetime_model()
    moment = NOW.astimezone(UTC).replace(tzinfo=None)
    return lambda text: model.parse(text, moment)


READERS: dict[str, Callable[[], Read]] = {
    "entities": _entities,
    "parse": _parse,
    "jionlp": _jionlp,
    "recognizers": _recognizers,
}
PEERS = ("jionlp", "recognizers")


def measure(name: str, kind: str, count: int) -> dict[str, Any]:
    """How fast `name` reads `count` texts of a kind, and what it needs to be ready; seconds are of the processor."""
    begun = time.process_time()
    texts = said.shorts(count) if kind == "short" else said.notes(count)
    made = time.process_time() - begun
    read = READERS[name]()
    read(texts[0])
    ready = time.process_time() - made
    for text in texts[: count // 10]:
        read(text)
    took = [_timed(read, text) for text in texts]
    ranked = sorted(took)
    return {
        "reader": name,
        "texts": kind,
        "count": count,
        "mean_length": round(sum(map(len, texts)) / count, 1),
        "per_second": round(count / sum(took), 1),
        "p50_ms": round(ranked[count // 2] * 1000, 3),
        "p99_ms": round(ranked[int(0.99 * (count - 1))] * 1000, 3),
        "ready_s": round(ready, 3),
        "memory_mb": _memory(),
    }


def lengths(name: str) -> dict[str, float]:
    """Milliseconds for texts of growing length, the best of five each."""
    read = READERS[name]()
    found = {}
    for length in LENGTHS:
        text = said.paste(length)
        read(text)
        found[str(length)] = round(min(_timed(read, text) for _ in range(5)) * 1000, 2)
    return found


def _timed(read: Read, text: str) -> float:
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def _memory() -> float | None:
    """The most that this process has held, in MB; None where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return next(
        (round(int(line.split()[1]) / 1024, 1) for line in status.splitlines() if line.startswith("VmHWM")), None
    )


def main() -> None:
    name, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        found: dict[str, Any] = measure(name, kind, count)
        if kind == "note" and name not in PEERS:
            found["lengths_ms"] = lengths(name)
    except ImportError as missing:
        found = {"reader": name, "texts": kind, "without": str(missing)}
    sys.stdout.write("\n" + json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
