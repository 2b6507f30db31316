"""Expressions behind their first characters find what the plain ones find, and nothing is tried elsewhere."""

from __future__ import annotations

import re

import pytest

from bot.nlp import lexicon
from bot.nlp.gate import gated

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
