"""A second reading adds what stands in the text, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.nlp import second, to_json
from bot.nlp.parsed import Parsed
from tests.nlp.support import BOOK, NOW, read

NOTE = "跟华星精工的张总碰了下头，他们现在手工录单老出岔子，想上一套自动分拣的东西，月底前把小样弄过去"


def with_second(text: str, **reading: Any) -> Parsed:
    return second.merged(read(text), text, NOW, reading, BOOK)


def test_words_that_stand_in_the_text_are_added_with_their_places() -> None:
    parsed = with_second(NOTE, concerns=["手工录单老出岔子"], products=["自动分拣的东西"])

    added = next(c for c in parsed.concerns if c.text == "手工录单老出岔子")
    assert NOTE[added.span.start : added.span.end] == "手工录单老出岔子"
    assert parsed.needs == read(NOTE).needs != ()
    assert "自动分拣的东西" not in [p.text for p in parsed.products]  # it stands inside of what they want


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param({"concerns": ["预算被砍"]}, id="made-up"),
        pytest.param({"competitors": ["华星精工"]}, id="where-the-customer-stands"),
        pytest.param({"customer": "宏图物流"}, id="another-customer"),
        pytest.param({"contacts": [{"name": "李总", "title": None}]}, id="nobody-who-is-named"),
        pytest.param({"stage": "签约", "stage_words": "碰了下头"}, id="a-signature"),
        pytest.param({"outcome": "won", "intent": "command"}, id="what-happens"),
        pytest.param({"products": "自动分拣"}, id="not-of-the-schema"),
        pytest.param({"needs": ["", " ", "，"]}, id="empty"),
    ],
)
def test_what_is_not_in_the_text_or_not_its_to_say_is_dropped(reading: dict[str, Any]) -> None:
    assert with_second(NOTE, **reading) == read(NOTE)


def test_the_first_reading_stands_where_both_have_one() -> None:
    parsed = with_second("今天拜访了华星精工的张总", customer="张总", contacts=[{"name": "张总", "title": "采购"}])

    assert parsed == read("今天拜访了华星精工的张总")


def test_a_day_is_read_by_our_own_reader_in_the_words_pointed_at() -> None:
    text = "华星精工那边，小样月底前得到位"

    found = with_second(text, next_actions=[{"text": "小样月底前得到位", "when": "月底前"}]).next_actions
    assert read(text).next_actions == ()
    assert [(a.text, a.due) for a in found] == [("小样月底前得到位", date(2026, 11, 30))]
    assert with_second(text, next_actions=[{"text": "小样", "when": "下周三"}]).next_actions[0].due is None


def test_words_that_nothing_was_understood_of_become_a_note_only_by_a_value_in_them() -> None:
    text = "老地方那个再弄一下"

    assert with_second(text, customer="恒通").act == "unknown"
    found = with_second("弄好了没毛病，绿源那个", customer="绿源")
    assert read("弄好了没毛病，绿源那个").customer is None
    assert (found.act, found.customer and found.customer.text) == ("note", "绿源")


@pytest.mark.parametrize("text", ["周五十点提醒我给张总打电话", "不对，是60万", "华星精工", "谢谢", "撤销", "同意"])
def test_commands_corrections_and_questions_are_read_once(text: str) -> None:
    parsed = read(text)

    assert not second.wanted(parsed)
    assert second.merged(parsed, text, NOW, {"concerns": [text]}, BOOK) == parsed


def test_every_added_value_has_a_place() -> None:
    reading = {"concerns": ["手工录单老出岔子"], "needs": ["上一套自动分拣的东西"], "activity_words": "碰了下头"}
    parsed = with_second(NOTE, **reading)

    for path, (start, end) in to_json.spans(parsed).items():
        assert 0 <= start < end <= len(NOTE), path
