"""Expressions behind their first characters find what the plain ones find, and nothing is tried elsewhere."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule, begun, gated
from bot.nlp.openings import beginnings
from bot.nlp.pattern import Pattern
from bot.nlp.pipeline import parse
from tests.nlp.support import NOW
from tests.nlp.test_own_notes import NOTES

SAYS = (
    ("报价|合同走|[打想报].{0,2}折", "想打八折，合同走法务，再报价", "[报合打想报]"),
    ("(?:聊|谈了?|摸)(?:一下)?需求|选型", "谈了一下需求，还在选型", "[聊谈摸选]"),
    ("(?:也|又)*(?:怕|嫌)|痛点[：:]", "又嫌贵也又怕慢，痛点：没人", "[也又怕嫌痛]"),
    ("(?<!主)要是|(?P<if>如果)|若(?=能)", "主要是价格，要是便宜，如果能，若不能", "[要如若]"),
    (r"^给|(?:^|，|我们?)答应|\?$|[+-]", "给他，我们答应了，答应+1?", r"[给，我答\?+\-]"),
    (r"\d{1,3}台|x{0,2}一批|(?P<n>a(?:b|c))", "来12台，一批acab", r"[\dx一a]"),
)


@pytest.mark.parametrize(("pattern", "text", "first"), SAYS)
def test_what_a_gated_expression_finds_is_what_the_plain_one_finds(pattern: str, text: str, first: str) -> None:
    found = gated(pattern)
    assert [m.span() for m in found.finditer(text)] == [m.span() for m in re.finditer(pattern, text)] != []
    assert found.source.startswith(f"(?={first})")


@pytest.mark.parametrize("pattern", [".{0,3}折", "[^，]折", "折|", "(?:很|太)?", r"\b折", "(?:a|.)b"])
def test_an_expression_that_may_begin_with_anything_or_be_empty_stays_as_it_is(pattern: str) -> None:
    assert gated(pattern).source == pattern


@pytest.mark.parametrize("name", ["org_suffixes", "brands", "surnames", "titles", "festivals", "product_ends"])
def test_every_word_of_a_long_list_is_found_whole_by_its_alternation(name: str) -> None:
    pattern = re.compile(lexicon.either(name))
    assert [word for word in lexicon.words(name) if not pattern.fullmatch(word)] == []
    assert pattern.search("@@@") is None


BEGINNINGS = (
    ("报价|合同走", {"报价", "合同"}),
    ("(?:也|又)*(?:怕|嫌)", {"怕", "嫌", "也也", "也又", "又也", "又又", "也怕", "也嫌", "又怕", "又嫌"}),
    ("没(?=签|丢)|没有", {"没签", "没丢", "没有"}),
    ("没(?=签|$)", {"没"}),
    ("[上下]个?月|半?年", {"上月", "下月", "上个", "下个", "半年", "年"}),
    ("(?<!不)要是(?!要)|给[^，]", {"要是", "给"}),
)


@pytest.mark.parametrize(("pattern", "said"), BEGINNINGS)
def test_the_beginnings_of_an_expression_are_told_to_two_characters(pattern: str, said: set[str]) -> None:
    assert beginnings(pattern) == said


@pytest.mark.parametrize("pattern", [".{0,3}折", "[^，]折", "(?:很|太)?", r"\d台"])
def test_an_expression_that_may_begin_with_anything_is_no_rule(pattern: str) -> None:
    with pytest.raises(ValueError, match="anything"):
        Rule(pattern)


@cache
def _rules() -> list[Rule]:
    """All that reading the notes asks for; many are made when they are first needed."""
    for row in NOTES:
        parse(row["text"], NOW)
    return [pattern for pattern in Pattern.known if isinstance(pattern, Rule)]


def test_no_rule_is_passed_over_in_a_note_in_which_it_matches() -> None:
    rules = _rules()
    docs = [Doc(row["text"], NOW) for row in NOTES]
    told = [(rule, doc) for rule in rules for doc in docs if rule.search(doc.norm)]

    assert [(rule.source, doc.text) for rule, doc in told if not rule.may(doc)] == []
    assert len(rules) > 50
    assert len(told) > 500


def test_a_rule_made_after_a_text_was_looked_up_is_seen_in_it() -> None:
    doc = Doc("蒸烤箱报价", NOW)
    assert Rule("报价").may(doc)
    assert Rule("烤箱(?:报|要)").may(doc)
    assert not Rule("烤炉").may(doc)


def test_a_rule_is_tried_only_where_it_may_begin_and_finds_what_a_search_of_the_text_finds() -> None:
    rules = _rules()
    docs = [Doc(row["text"], NOW) for row in NOTES]
    places = [(rule, doc, [m.span() for m in rule.finditer(doc.norm)]) for rule in rules for doc in docs]

    assert [(rule.source, doc.text) for rule, doc, said in places if [m.span() for m in rule.each(doc)] != said] == []
    assert all(
        (first.span() if (first := rule.first(doc)) else None) == next(iter(said), None) for rule, doc, said in places
    )
    assert sum(bool(said) for _, _, said in places) > 500


def test_no_clause_is_passed_over_in_which_a_rule_matches() -> None:
    rules = _rules()
    docs = [Doc(row["text"], NOW) for row in NOTES]
    inside = [(r, d, c) for r in rules for d in docs for c in d.clauses if r.search(d.norm, c.start, c.end)]

    assert [(r.source, d.text) for r, d, c in inside if not begun(d)[c.start] & r.bit] == []
    assert [(r.source, d.text) for r, d, c in inside if c not in r.among(d, d.clauses)] == []
    assert len(inside) > 500


def test_clauses_without_a_rules_beginning_are_not_among_those_that_are_tried() -> None:
    doc, rule = Doc("聊了报价，对方没说话，回头再发报价", NOW), Rule("报价|再发")

    assert [doc.norm[c.start : c.end] for c in rule.among(doc, doc.clauses)] == ["聊了报价", "回头再发报价"]
    assert [m.group() for m in rule.each(doc)] == ["报价", "再发", "报价"]
    assert rule.among(Doc("", NOW), ()) == ()
    assert begun(Doc("，。", NOW)) == {}
