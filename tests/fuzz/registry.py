"""All parsers of outside bytes, by name."""

from __future__ import annotations

import gc
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from tests.fuzz import dingtalk, files, parsers, posted, seeds
from tests.fuzz.mutate import LARGEST, Mutator
from tests.fuzz.parsers import Parser

PARSERS = (
    Parser("envelope", seeds.ENVELOPES, parsers.outer, seeds.XML_WORDS),
    Parser("request", seeds.REQUESTS, parsers.request, seeds.QUERY_WORDS),
    Parser("frame", seeds.FRAMES, parsers.framed, (b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x20" * 32)),
    Parser("message", seeds.MESSAGES, parsers.inner, seeds.XML_WORDS),
    Parser("event", seeds.EVENTS, parsers.inner, seeds.XML_WORDS),
    Parser("tap", seeds.TAPS, parsers.tap, (b":", b"%3A", b"%25", b"@00", b"@FF", b"9" * 30)),
    Parser("dingtalk push", dingtalk.SEEDS, dingtalk.pushed, dingtalk.WORDS),
    Parser("dingtalk callback", posted.SEEDS, posted.posted, posted.REQUEST_WORDS),
    Parser("api answer", seeds.ANSWERS, parsers.api_answer, seeds.JSON_WORDS),
    Parser("settings file", seeds.SETTINGS, files.settings_file, seeds.TOML_WORDS),
    Parser("settings environment", (seeds.ENVIRONMENT,), files.settings_environment, (b"GENJIN_", b"__", b"=")),
    Parser("people csv", seeds.PEOPLE, files.people_csv, seeds.CSV_WORDS),
    Parser("people xlsx", (), files.people_xlsx),
    Parser("names", seeds.NAMES, parsers.names, seeds.JSON_WORDS),
    Parser("wording", seeds.WORDINGS, parsers.wording, seeds.JSON_WORDS),
    Parser("parse line", seeds.LINES, parsers.to_parse, (*seeds.JSON_WORDS, *seeds.NOTE_WORDS)),
    Parser("entities line", seeds.LINES, parsers.to_find, (*seeds.JSON_WORDS, *seeds.NOTE_WORDS)),
    Parser("note", seeds.NOTES, parsers.note, seeds.NOTE_WORDS),
)
ROUND = 200  # inputs from one collection of what refers to itself to the next
Watch = Callable[[], AbstractContextManager[None]]
BY_NAME = {parser.name: parser for parser in PARSERS}


@dataclass(slots=True)
class Outcome:
    """What came of a run. `slowest` is in seconds of CPU; `findings` are the inputs and what they led to."""

    inputs: int = 0
    taken: int = 0
    cpu: float = 0.0
    slowest: float = 0.0
    slowest_input: bytes = b""
    findings: list[tuple[bytes, str]] = field(default_factory=list)


def inputs(parser: Parser, count: int, seed: int | str, longest: int = LARGEST) -> Iterator[bytes]:
    """Bent inputs, the same for the same seed."""
    if not parser.seeds:
        made = files.Workbooks(seed)
        return (made.one() for _ in range(count))
    return Mutator(parser.seeds, parser.words, f"{parser.name}{seed}", longest)(count)


def attack(parser: Parser, raws: Iterable[bytes], *, most: int = 20, watch: Watch = nullcontext) -> Outcome:
    """Feed it all these inputs; ends early after `most` findings. `watch` is entered around each of them."""
    outcome = Outcome()
    gc.collect()
    gc.disable()  # a round over all that other tests have left would be put down to the input it met; so between them
    gc.freeze()
    logging.disable()  # refusals are logged, and there are very many
    try:
        for raw in raws:
            _one(parser, raw, outcome, watch)
            if outcome.inputs % ROUND == 0:
                gc.collect()
            if len(outcome.findings) >= most:
                break
    finally:
        logging.disable(logging.NOTSET)
        gc.unfreeze()
        gc.enable()
    return outcome


def _one(parser: Parser, raw: bytes, outcome: Outcome, watch: Watch) -> None:
    began = time.thread_time()
    try:
        with watch():
            outcome.taken += parser.read(raw)
    except Exception:
        outcome.findings.append((raw, traceback.format_exc(limit=-6)))
    spent = time.thread_time() - began
    outcome.inputs += 1
    outcome.cpu += spent
    if spent > outcome.slowest:
        outcome.slowest, outcome.slowest_input = spent, raw
