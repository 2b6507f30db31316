"""The learned reader by itself: what it adds up, how it divides a text, and what a fit makes of notes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp.doc import Doc
from bot.nlp.learned import marks, spans, sums, weights, wholes
from tests import fit
from tests.fit_spans import marked
from tests.nlp.support import NOW, read

NOTES = [json.loads(line) for line in Path(__file__).with_name("unseen_notes.jsonl").read_text("utf-8").splitlines()]
TEXTS = [row["text"] for row in NOTES]


def _divided(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in spans.read(Doc(text, NOW)).stretches]


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.sampled_from(TEXTS), st.text(max_size=40)))
def test_a_text_is_added_up_as_its_marks_say(text: str) -> None:
    """The quick sum and the list of marks on which the weights are fitted are the same."""
    doc, known = Doc(text, NOW), weights.load().marks

    assert sums.of_text(doc) == [sum(known.get(mark, 0) for mark in of_char) for of_char in marks.of_text(doc)]


def _likeliest(doc: Doc) -> float:
    """The weight of the best division of all, by looking at every label at every character."""
    table = weights.load()
    labels = range(-1, 2 * len(table.kinds))
    told: list[dict[int, int]] = []
    for total in sums.of_text(doc):
        raised = total + weights.HALVES
        fields = {k: (raised >> (weights.WIDTH * k) & weights.FULL) - weights.HALF for k in labels if k >= 0}
        told.append({-1: 0, **fields})
    ways: dict[int, float] = {k: told[0][k] for k in labels if k < 0 or not k % 2}
    for here in told[1:]:
        ways = {
            k: here[k] + max(w + table.follows[b][k] for b, w in ways.items() if k < 0 or not k % 2 or b in (k, k - 1))
            for k in labels
            if k < 0 or not k % 2 or k in ways or k - 1 in ways
        }
    return max(ways.values()) / weights.HUNDRED


def _weight(doc: Doc) -> float:
    """The weight of the division that is found."""
    table, found = weights.load(), [-1] * len(doc.norm)
    for one in spans.read(doc).stretches:
        label = 2 * table.kinds.index(one.kind)
        found[one.start : one.end] = [label, *[label + 1] * (one.end - one.start - 1)]
    total = 0
    for at, (label, summed) in enumerate(zip(found, sums.of_text(doc), strict=True)):
        if label >= 0:
            total += (summed + weights.HALVES >> (weights.WIDTH * label) & weights.FULL) - weights.HALF
        total += table.follows[found[at - 1]][label] if at else 0
    return total / weights.HUNDRED


def test_hardly_ever_is_there_a_likelier_division_than_the_one_that_is_found() -> None:
    """What is far behind is given up early; that costs next to nothing."""
    docs = [Doc(text, NOW) for text in TEXTS]

    missed = [doc.text for doc in docs if _likeliest(doc) > _weight(doc) + 0.01]
    assert len(missed) <= len(docs) // 7, missed


def test_a_stretch_is_as_sure_as_the_text_around_it_makes_it() -> None:
    text = "上午去瀚鑫铸造见了欧阳工，他嫌脱模剂气味冲"
    found = spans.read(Doc(text, NOW))

    for one in found.stretches:
        if one.end < len(text) and all(one.end != other.start for other in found.stretches):
            assert found.sure(one.kind, one.start, one.end) == pytest.approx(one.sure)
    assert found.sure("customer", 3, 7) > 0 > found.sure("customer", 7, 10)
    assert found.begin("customer", 2, 7, range(3, 6)) == 3  # 去 is no part of the name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("晟鑫热处理那台炉子又报警，让我们明天派人", ("customer", "晟鑫热处理")),
        ("刚跟蒙特利尔烘焙的店主通完话，黄油涨价她有点受不了", ("customer", "蒙特利尔烘焙")),
        ("希望夜里也有人值守", ("need", "夜里也有人值守")),
    ],
)
def test_what_no_rule_has_words_for_is_found(text: str, found: tuple[str, str]) -> None:
    assert found in _divided(text)


def test_what_is_found_is_in_the_reading() -> None:
    parsed = read("晟鑫热处理那台炉子又报警，让我们明天派人", None)

    assert parsed.customer is not None
    assert parsed.customer.text == "晟鑫热处理"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("给仪征那边回了个微信，样册发过去了", "contact", "wechat"),
        ("这个季度谁开的单最多", "intent", "query"),
        ("把上一条的预算改成三十万", "intent", "command"),
        ("价格咬得很死，非要再降两个点", "stage", "商务谈判"),
    ],
)
def test_a_whole_message_is_told_by_its_runs_of_characters(text: str, question: str, answer: str) -> None:
    whole = wholes.read(Doc(text, NOW))

    told, chance = whole.answer(question)
    assert (told, chance > 0.5) == (answer, True)
    span = whole.words(question, answer)
    assert span is not None
    start, end = span
    assert 0 < end - start <= 3
    assert text[start:end]


def forget_weights() -> None:
    for function in (
        weights.load,
        weights.answers,
        sums._beside,
        sums._of_marks,
        sums._added,
        spans._raised,
        spans._steps,
    ):
        function.cache_clear()


def test_a_fit_learns_what_its_notes_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitted on eighty notes, it finds half of the customers of the others, and without any it would find none."""
    fit.write(tmp_path, NOTES[:80], ["刚从[c:聚源阀门]出来"])
    forget_weights()
    with monkeypatch.context() as patched:
        patched.setattr(weights, "FOLDER", tmp_path)
        found = fit.told_of(NOTES[80:])
    forget_weights()

    scores = dict(line.split() for line in found.splitlines())
    assert float(scores["customer"]) > 0.3
    assert set(scores) == set(fit.KINDS)
    intents = {row["gold"]["intent"] for row in NOTES[:80]}
    table = (tmp_path / "wholes.txt").read_text("utf-8").splitlines()
    asked = next(line for line in table if not line.startswith("#"))
    assert {f"intent={intent}" for intent in intents} <= set(asked.split("\t"))


def test_a_message_with_brackets_tells_where_its_stretches_are() -> None:
    text, stretches = marked(r"1. [c:宏远包装]的[p:马厂长]\n2. 周五[t:送样带]")

    assert text == "1. 宏远包装的马厂长\n2. 周五送样带"
    assert [(kind, text[start:end]) for kind, start, end in stretches] == [
        ("customer", "宏远包装"),
        ("contact", "马厂长"),
        ("todo", "送样带"),
    ]


def test_dates_of_notes_do_not_matter_to_what_is_learned() -> None:
    row = NOTES[0]
    later = Doc(row["text"], datetime.fromisoformat(row["now"]).replace(year=2031))

    assert spans.read(later).stretches == spans.read(Doc(row["text"], NOW)).stretches


@pytest.mark.parametrize(
    "text",
    ["", "，。", "\r\n", "Me\r\nMr. Lu at Haitang Electric, budget 600k, next step by 2026-12-02 14:30折", "😀😀"],
)
def test_no_stretch_and_no_evidence_is_empty(text: str) -> None:
    doc = Doc(text, NOW)

    assert all(one.start < one.end and text[one.start : one.end].strip() for one in spans.read(doc).stretches)
    assert (wholes.read(doc).words("contact", "visit") is None) == (not text.strip("，。\r\n"))
