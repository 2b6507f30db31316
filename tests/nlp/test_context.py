"""What a message leans on: words that point back, and questions that go on with the last one."""

from __future__ import annotations

import pytest

from bot.nlp import context
from tests.nlp.support import doc, read


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("他说那单先放一放，还是按上次说的", ["person", "deal", "last"]),
        ("这家挺有意向", ["customer"]),
        ("她们公司预算批了", ["customer"]),
        ("那个项目要重新报价", ["deal"]),
        ("其他客户都没问题", []),
        ("还有个客户也想看样机", ["other"]),
        ("上一家也要样机", ["earlier"]),
        ("他老板不同意", []),
        ("他公司刚搬了地方", ["customer"]),
        ("吉他店的王总", []),
        ("华星精工签了", []),
    ],
)
def test_words_that_point_back_are_named(text: str, kinds: list[str]) -> None:
    found = context.refers(doc(text))

    assert [reference.kind for reference in found] == kinds
    assert all(text[r.span.start : r.span.end].strip() for r in found)


@pytest.mark.parametrize(
    ("text", "role", "attitude"),
    [
        ("这事他拍板", "decider", None),
        ("他很支持我们，她管付款", None, "supportive"),
        ("他老板拍板", None, None),
        ("张总拍板，他没说什么", None, None),
    ],
)
def test_what_is_said_of_him_is_known(text: str, role: str | None, attitude: str | None) -> None:
    him = next((r for r in read(text).refers if r.kind == "person"), None)

    assert (him.role[0] if him and him.role else None) == role
    assert (him.attitude[0] if him and him.attitude else None) == attitude


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("那上个月呢", "上个月"),
        ("那华东呢？", "华东"),
        ("漏斗呢", "漏斗"),
        ("那按区域排", "区域"),
        ("上个月签了多少", None),
        ("他还在考虑呢，下周再说", None),
    ],
)
def test_a_question_may_go_on_with_the_last_one(text: str, part: str | None) -> None:
    found = context.follow_up(doc(text))

    assert (found.text if found else None) == part
