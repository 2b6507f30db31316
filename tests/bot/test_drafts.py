"""From a reading to what is filed: which person a phone, a birthday and a role belong to."""

from __future__ import annotations

import pytest

from bot.drafts import drafts
from domain.facts import NoteDraft
from tests.nlp.support import NOW, ZONE, read


def filed(text: str) -> NoteDraft:
    return drafts(read(text), text, NOW.date(), ZONE)[0][1]


def test_what_is_said_of_him_is_kept_for_the_one_who_is_found_later() -> None:
    draft = filed("他电话13800138000，生日是6月3号，他说了算")

    him = draft.contacts[0]
    assert (him.name, him.phone) == ("", "13800138000")
    assert him.role is not None
    assert him.role.text == "decider"
    assert him.born is not None
    assert (him.born.month, him.born.day) == (6, 3)
    assert draft.births == ()
    assert [(lean.kind, lean.word) for lean in draft.leans] == [("person", "他")]


def test_a_birthday_is_his_whose_it_is() -> None:
    draft = filed("华星精工张总和李工都来了，李工生日是1985年10月2号")

    born = {met.name: met.born for met in draft.contacts}
    assert born["张总"] is None
    assert born["李工"] is not None
    assert born["李工"].year == 1985


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("华星精工要12台贴标机", ["贴标机 12台"]),
        ("华星精工想先订3到5台", ["3到5台"]),
        ("华星精工暂时不买", []),
    ],
)
def test_quantities_are_kept_with_their_goods(text: str, kept: list[str]) -> None:
    assert [q.text for q in filed(text).quantities] == kept


def test_when_a_part_of_the_sum_is_paid_is_said_once() -> None:
    draft = filed("宏图签了！合同68万，首付30%下月5号前付，余款验收后付")

    assert [(term.label, term.condition) for term in draft.terms] == [("首付", ""), ("余款", "验收后")]
    assert draft.ways == ()
    assert [way.text for way in filed("华星精工签了，合同10万，货到付款").ways] == ["货到付款"]


def test_a_score_keeps_its_half_points() -> None:
    assert [s.words for s in filed("华星精工回访，满意度打了4.5分").scores] == ["4.5分"]


def test_what_is_kept_survives_being_stored() -> None:
    draft = filed(
        "见了华星精工张总，他说了算，很认可我们，生日是农历八月初八，邮箱zhang@hx.cn，要8台贴标机，月结60天，满意率96%"
    )

    assert NoteDraft.from_json(draft.to_json()) == draft
