"""Orders that are whole messages, in the many ways in which they are put; and messages that only sound like one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.handlers.routers import ROUTERS
from bot.nlp import frames, lexicon
from bot.nlp.parsed import Command, Words
from bot.router import Routes
from tests.nlp.support import doc, read

FOLDER = Path(__file__).parent / "orders"


def lines(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def argument(command: Command, name: str) -> str:
    value = getattr(command, name)
    if name == "amount":
        return str(value.value) if value else ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:16]
    return value.text if isinstance(value, Words) else ""


@pytest.mark.parametrize(("text", "kind", "args"), list(lines("wordings.txt")))
def test_an_order_is_read_whichever_way_it_is_put(text: str, kind: str, args: str) -> None:
    command = read(text).command

    assert command is not None
    assert command.kind == kind
    wanted = dict(pair.split("=", 1) for pair in args.split(";") if pair)
    assert {name: argument(command, name) for name in wanted} == wanted


@pytest.mark.parametrize("text", [line[0] for line in lines("no_orders.txt")])
def test_what_only_sounds_like_an_order_is_none(text: str) -> None:
    assert read(text).command is None


def test_every_frame_has_a_cue_and_every_cue_a_frame() -> None:
    framed = {kind for word, kind in lexicon.rows("order_frames") if not word.startswith("@")}
    cued = {kind for _, kinds in lexicon.rows("order_cues") for kind in kinds.split(",")}

    assert cued - framed == {"-", "COLLEAGUE"}
    assert framed - cued == set()


def test_every_order_that_can_be_read_is_answered() -> None:
    """By a handler of its own, or, where it was a wish before it was a command, by that of its act."""
    acts = {"remind", "apply_discount", "approve", "refuse", "undo", "teach", "forget", "hand_on"}
    kinds = {kind for word, kind in (*lexicon.rows("order_frames"), *lexicon.rows("commands")) if word[0] != "@"}

    assert kinds - Routes(ROUTERS).orders.keys() == acts


def test_a_colleague_is_found_by_his_whole_name_and_as_he_is_called() -> None:
    assert frames.colleagues(doc("让李明和小李去"), frozenset({"李明"})) == [(1, 3), (4, 6)]
    assert frames.colleagues(doc("让李明去"), frozenset()) == []
