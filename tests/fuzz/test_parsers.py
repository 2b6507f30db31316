"""Inputs that are almost right, by the ten thousand: each is taken or refused, and nothing else ever happens."""

from __future__ import annotations

import json
import time

import pytest

from tests.fuzz import parsers, seeds
from tests.fuzz.mutate import Mutator
from tests.fuzz.parsers import Parser
from tests.fuzz.registry import BY_NAME, PARSERS, attack, inputs

MANY = 10_000
# Files of the operator, read from a disk, and whole requests: `python -m tests.fuzz` gives them as many as the others.
COSTLY = {
    "dingtalk callback": 1_500,
    "settings file": 2_500,
    "settings environment": 2_500,
    "people csv": 2_500,
    "people xlsx": 2_000,
}
PASTED = (
    "苏州",
    ",400",
    "5万元",
    "，嫌",
    "1一",
    "三",
    "担心",
    "要",
    "公司",
    "科技",
    "（",
    "a@",
    "138",
    "周",
    "不是",
    "，",
    "\n",
)
LONGEST = 2_500  # bytes: WeCom's longest message has 2,048; the command tries 64 KiB


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_input_leads_to_anything_but_an_answer_or_a_refusal(parser: Parser) -> None:
    for raw in parser.seeds[:1]:
        parser.read(raw)

    outcome = attack(parser, inputs(parser, COSTLY.get(parser.name, MANY), 1, LONGEST), most=3)

    assert outcome.findings == []
    assert outcome.inputs == COSTLY.get(parser.name, MANY)
    assert outcome.taken > 0, "nothing got through, so nothing behind the first check was tried"
    assert outcome.slowest < 1.0, outcome.slowest_input  # seconds of CPU, however busy the machine is


@pytest.mark.parametrize("piece", PASTED)
def test_a_paste_of_one_thing_over_and_over_takes_no_second_of_cpu(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST].encode()
    parsers.note(seeds.NOTES[0])
    began = time.thread_time()

    parsers.note(text)
    parsers.wording(json.dumps({"id": "1", "query": text.decode()}).encode())
    parsers.names(json.dumps({"full": text.decode(), "short": text.decode()}).encode())

    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize("lead", ["10 ", "our ", "demo of ", "from ", "客户丢了，嫌"])
@pytest.mark.parametrize("piece", ["year", "a1", "x-", "Ab", "（"])
def test_a_run_behind_what_may_lead_in_a_name_takes_no_second_of_cpu(lead: str, piece: str) -> None:
    """Letters without a blank, behind words in front of which goods and people are named."""
    text = f"{lead}{piece * LONGEST}"[:LONGEST]
    parsers.note(seeds.NOTES[0])
    began = time.thread_time()

    parsers.note(f"{text}总".encode())

    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize("parser", [p for p in PARSERS if p.seeds], ids=lambda parser: parser.name)
def test_most_seeds_are_taken_as_they_are(parser: Parser) -> None:
    """A seed that is refused leads nowhere near what it was meant for."""
    assert sum(parser.read(raw) for raw in parser.seeds) >= len(parser.seeds) / 2


def test_the_same_seed_makes_the_same_inputs() -> None:
    parser = BY_NAME["message"]
    first, again, other = (list(Mutator(parser.seeds, parser.words, seed)(200)) for seed in ("a", "a", "b"))

    assert first == again != other
    assert len(set(first)) > 150


def test_an_exception_that_is_no_refusal_is_found() -> None:
    broken = Parser("broken", (b"abc",), lambda raw: bool(raw[0]))

    outcome = attack(broken, inputs(broken, 500, 1), most=1)

    assert "IndexError" in outcome.findings[0][1]
