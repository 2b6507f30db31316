"""Several customers in one message: what is told of each stays with it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlp.parsed import Event, Parsed
from tests.nlp.support import read


def told(parsed: Parsed) -> dict[str, list[str]]:
    """The people of each customer."""
    events: list[Event] = [parsed, *parsed.others]
    return {e.customer.text if e.customer else "": [c.name for c in e.contacts] for e in events}


@pytest.mark.parametrize(
    "said", ["拜访了华星张总、宏图王经理", "上午见了华星张总和宏图王经理", "见了华星的张总，还有宏图的王经理"]
)
def test_customers_who_are_named_side_by_side_keep_their_own_people_and_the_visit(said: str) -> None:
    parsed = read(said)

    assert told(parsed) == {"华星": ["张总"], "宏图": ["王经理"]}
    assert [e.activity.type for e in (parsed, *parsed.others) if e.activity] == ["visit", "visit"]


def test_both_of_two_customers_were_visited() -> None:
    assert set(told(read("今天华星、宏图都去了，没见到人"))) == {"华星", "宏图"}


def test_what_the_second_one_thinks_is_the_second_ones() -> None:
    parsed = read("华星张总想要ERP，预算80万；宏图那边刘工担心停机，竞品是卓越云链")

    assert told(parsed) == {"华星": ["张总"], "宏图": ["刘工"]}
    assert [w.text for w in parsed.others[0].competitors] == ["卓越云链"]
    assert not parsed.competitors


def test_a_transfer_of_two_customers_stays_one_order() -> None:
    assert read("把华星和宏图都转给李明").command is not None


@pytest.mark.parametrize("said", ["李总说周五不行", "对方说周四没空", "客户说昨天已经打款了"])
def test_the_day_that_somebody_speaks_of_is_not_the_day_of_the_talk(said: str) -> None:
    activity = read(said, None).activity

    assert activity is not None
    assert activity.date == date(2026, 11, 25)


def test_what_a_competitor_asks_in_the_next_breath_is_no_quote_of_ours() -> None:
    assert [a.kind for a in read("下午见了金穗食品李总，金蝶也在报，报了48万").amounts] == ["other"]


def test_in_one_breath_the_next_customer_has_her_own_words() -> None:
    said = "下午跑了两家金穗食品和明达机电金穗那边李总不在见的小陈明达的周总说要样机"

    assert told(read(said, None)) == {"金穗食品": ["李总", "小陈"], "明达": ["周总"]}


@pytest.mark.parametrize(
    ("said", "deed"), [("样机周四寄", "寄样机"), ("合同明天发给他们", "发合同"), ("方案下周三前给", "给方案")]
)
def test_what_is_handed_over_may_stand_in_front_of_its_day(said: str, deed: str) -> None:
    parsed = read(said, None)

    assert [action.text for action in parsed.next_actions] == [deed]
    assert parsed.activity is None
