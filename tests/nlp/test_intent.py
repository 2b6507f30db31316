"""What is wanted: acts, corrections, decisions, small talk."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.nlp.support import read


@pytest.mark.parametrize(
    ("said", "intent", "act"),
    [
        ("今天先跟谁", "query", "today"),
        ("先跟谁", "query", "today"),
        ("今天做什么", "query", "today"),
        ("今天先联系谁？", "query", "today"),
        ("华星精工", "query", "name"),
        ("张总", "query", "name"),
        ("13900002222", "query", "name"),
        ("帮助", "query", "help"),
        ("你能干嘛？", "chitchat", "help"),
        ("怎么用", "query", "help"),
        ("撤销", "command", "undo"),
        ("撤回刚才那条", "command", "undo"),
        ("把刚才那条删了", "command", "undo"),
        ("同意", "command", "approve"),
        ("批", "command", "approve"),
        ("驳回", "command", "refuse"),
        ("把华星精工转给周波", "command", "unknown"),
        ("这个月谁签得最多", "query", "unknown"),
        ("华星精工的合同什么时候到期", "query", "unknown"),
        ("样品通过", "note", "note"),
        ("记一下：客户要加两个账号", "note", "note"),
        ("华星同意了我们的方案", "note", "note"),
    ],
)
def test_what_is_wanted(said: str, intent: str, act: str) -> None:
    parsed = read(said)

    assert (parsed.intent, parsed.act) == (intent, act)


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        ("周五上午十点提醒我给张总打电话", "给张总打电话", datetime(2026, 11, 27, 10)),
        ("半小时后提醒我给王经理回电话", "给王经理回电话", datetime(2026, 11, 25, 16, 30)),
        ("明天提醒我寄样品", "寄样品", date(2026, 11, 26)),
        ("提醒我后天下午3点给张总发合同", "给张总发合同", datetime(2026, 11, 27, 15)),
        ("明早8点叫我去机场", "去机场", datetime(2026, 11, 26, 8)),
    ],
)
def test_a_reminder_knows_what_and_when(said: str, text: str, due: date) -> None:
    parsed = read(said)

    assert (parsed.intent, parsed.act) == ("command", "remind")
    assert [(n.text, n.due) for n in parsed.next_actions] == [(text, due)]


@pytest.mark.parametrize(
    ("said", "denied", "bare"),
    [
        pytest.param("不对，是60万", None, [600_000], id="bare"),
        pytest.param("不对，预算是60万", None, [], id="named"),
        pytest.param("是60万不是80万", "80万", [600_000], id="denied-behind"),
    ],
)
def test_a_corrected_sum_keeps_only_what_is_right(said: str, denied: str | None, bare: list[int]) -> None:
    parsed = read(said)

    assert parsed.act == "correct"
    assert parsed.correction is not None
    assert [a.value for a in parsed.amounts] == [600_000]
    assert (parsed.correction.denied and parsed.correction.denied.text) == denied
    assert [a.value for a in parsed.correction.bare_amounts] == bare


def test_a_corrected_name_keeps_only_what_is_right() -> None:
    customer, person = read("不是华星是华兴"), read("见的不是邵经理是邵总")

    assert customer.customer is not None
    assert customer.correction is not None
    assert customer.correction.denied is not None
    assert (customer.customer.text, customer.correction.denied.text) == ("华兴", "华星")
    assert [c.name for c in person.contacts] == ["邵总"]


def test_a_discount_is_asked_for_with_its_reason() -> None:
    parsed = read("给华星申请八五折，对手用友报70万")

    assert (parsed.intent, parsed.act) == ("command", "apply")
    assert parsed.customer is not None
    assert parsed.customer.text == "华星"
    assert [share for share, _ in parsed.discounts] == [Decimal("0.85")]
    assert [w.text for w in parsed.competitors] == ["用友"]
    assert parsed.reason is not None
    assert parsed.reason.text == "对手用友报70万"


@pytest.mark.parametrize(
    ("said", "reason"), [("驳回，毛利太低", "毛利太低"), ("不行，太低了", "太低了"), ("驳回", None)]
)
def test_a_refusal_may_have_a_reason(said: str, reason: str | None) -> None:
    parsed = read(said)

    assert parsed.act == "refuse"
    assert (parsed.reason and parsed.reason.text) == reason


def test_an_approval_may_have_a_condition() -> None:
    parsed = read("批，但首付要50%")

    assert parsed.act == "approve"
    assert parsed.condition is not None
    assert parsed.condition.text == "首付要50%"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        *(("谢谢", "thanks"), ("辛苦了", "thanks"), ("👌", "thanks"), ("在吗", "ping"), ("在？", "ping")),
        *(("哈哈", "laugh"), ("好", "ok"), ("嗯", "ok"), ("可以", "ok"), ("你是谁", "who"), ("是AI吗", "who")),
        *(("测试", "test"), ("test", "test"), ("123", "test"), ("1", "digits"), ("？", "question_marks")),
        *(("??", "question_marks"), ("傻X机器人", "curse"), ("妈的又丢单了", "sad"), ("写首诗", "offtopic")),
        *(("今天天气怎么样", "offtopic"), ("帮我写段话发给张总", "draft")),
    ],
)
def test_small_talk_has_its_kind(said: str, kind: str) -> None:
    parsed = read(said)

    assert (parsed.intent, parsed.act, parsed.smalltalk) == ("chitchat", "smalltalk", kind)


def test_a_lost_order_with_a_name_is_a_note() -> None:
    parsed = read("妈的华星又丢单了")

    assert parsed.intent == "note"
    assert parsed.outcome is not None
    assert parsed.outcome[0] == "lost"
