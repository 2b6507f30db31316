"""Which messages teach, which forget and which ask what was taught, and which only look like it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlp.pipeline import parse
from tests.nlp.support import NOW


@pytest.mark.parametrize(
    ("text", "word", "means"),
    [
        ("教你：HW就是华为", "HW", "华为"),
        ("教你 HW 是 华为", "HW", "华为"),
        ("教你一个词：「老地方」指的是宏图物流", "老地方", "宏图物流"),
        ("教你，大刘=华星精工的刘工", "大刘", "华星精工的刘工"),
        ("我教你：云帆是我们的产品。", "云帆", "我们的产品"),
        ("学一下：拓远是竞品", "拓远", "竞品"),
        ("记住，HW就是华为", "HW", "华为"),
        ("以后说老宏就是宏图物流", "老宏", "宏图物流"),
    ],
)
def test_a_word_and_what_it_means_are_read_as_they_stand(text: str, word: str, means: str) -> None:
    parsed = parse(text, NOW)

    assert (parsed.act, parsed.intent) == ("teach", "command")
    assert parsed.teaching is not None
    assert parsed.teaching.means is not None
    for words, said in ((parsed.teaching.word, word), (parsed.teaching.means, means)):
        assert words.text == said == text[words.span.start : words.span.end]


@pytest.mark.parametrize(
    ("text", "lessons"),
    [
        ("教你：HW就是华为，云帆是产品；拓远是竞品", [("HW", "华为"), ("云帆", "产品"), ("拓远", "竞品")]),
        ("教你几个词：\n「老宏」=宏图物流\n大刘就是华星精工的刘工", [("老宏", "宏图物流"), ("大刘", "华星精工的刘工")]),
        ("教你这些产品：云帆、魔方X2，小云", [("云帆", "产品"), ("魔方X2", "产品"), ("小云", "产品")]),
        ("学一下 竞品有：拓远、卓越云链", [("拓远", "竞品"), ("卓越云链", "竞品")]),
        ("教你：HW就是华为", []),
        ("教你：HW就是华为，谢谢", []),
    ],
)
def test_several_words_are_taught_at_once(text: str, lessons: list[tuple[str, str]]) -> None:
    parsed = parse(text, NOW)

    assert parsed.act == "teach"
    assert [(each.word.text, each.means and each.means.text) for each in parsed.lessons] == lessons
    for each in parsed.lessons:
        assert text[each.word.span.start : each.word.span.end] == each.word.text


@pytest.mark.parametrize(
    ("text", "word"), [("忘掉：HW", "HW"), ("忘掉HW吧", "HW"), ("忘了：老宏", "老宏"), ("别记「大刘」了", "大刘")]
)
def test_a_word_is_to_be_forgotten(text: str, word: str) -> None:
    parsed = parse(text, NOW)

    assert parsed.act == "forget"
    assert parsed.teaching is not None
    assert parsed.teaching.word.text == word


@pytest.mark.parametrize("text", ["你学了什么", "学过的词", "你都学会了哪些词？", "我教过你什么", "你记住了什么"])
def test_what_was_taught_is_asked_for(text: str) -> None:
    parsed = parse(text, NOW)

    assert (parsed.act, parsed.intent) == ("taught", "query")


@pytest.mark.parametrize(
    "text",
    [
        "教育局的王主任来电话，说预算批了",
        "忘了带样品，明天给宏图送过去",
        "忘记问价格了，下午再打",
        "以后每周五上午跟华星对一次账",
        "记住王总不吃辣",
        "学校那边说下周二开标",
        "教你怎么用",
    ],
)
def test_a_note_that_begins_alike_teaches_nothing(text: str) -> None:
    parsed: Any = parse(text, NOW)

    assert parsed.teaching is None
    assert parsed.act not in ("teach", "forget", "taught")
