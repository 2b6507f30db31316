"""Corrections taken apart: what is wrong, what is right, and what kind of value the words name."""

from __future__ import annotations

import pytest

from bot.handlers import right_values
from bot.nlp import lexicon
from domain.services import rights
from domain.services.rights import desk
from tests.nlp.support import read

CASES = [
    # said, wrong, right, kind of value
    ("不是华星是华兴", "华星", "华兴", ""),
    ("见的不是李总是刘工", "李总", "刘工", "contact"),
    ("李工是技术不是采购", "采购", "技术", ""),
    ("决策人不是张总是李工", "张总", "李工", "role"),
    ("手机号不对，应该是13911112222", None, "13911112222", "phone"),
    ("邮箱错了，是a@b.com", None, "a@b.com", "email"),
    ("生日写错了，是6月8号", None, "6月8号", "birthday"),
    ("不是打电话，是上门拜访的", "打电话", "上门拜访", ""),
    ("拜访时间错了，是上周五", None, "上周五", "date"),
    ("不对，预算60万", None, "60万", "budget"),
    ("报价是60万不是80万", "80万", "60万", "quote"),
    ("80万是报价不是预算", "预算", "报价", ""),
    ("阶段不对，应该是商务谈判", None, "商务谈判", "stage"),
    ("意向不对，应该是高", None, "高", "intent_level"),
    ("他们要的不是移动端，是离线版", "移动端", "离线版", "need"),
    ("担心的不是周期，是价格", "周期", "价格", "concern"),
    ("账期不是60天是90天", "60天", "90天", "way"),
    ("首付不是30%，是40%", "30%", "40%", "term"),
    ("丢单原因不是价格，是交期", "价格", "交期", "reason"),
    ("满意度不是4分，是3分", "4分", "3分", "score"),
    ("客户来源不是展会，是抖音", "展会", "抖音", "source"),
    ("是他们承诺的不是我们", "我们", "他们承诺", "theirs"),
    ("不是他们给，是我们给方案", "他们给", "我们给方案", "ours"),
]


@pytest.mark.parametrize(("said", "wrong", "right", "kind"), CASES)
def test_a_correction_names_what_was_wrong_and_what_is_right(
    said: str, wrong: str | None, right: str, kind: str
) -> None:
    parsed = read(said)

    found = parsed.correction
    assert parsed.act == "correct"
    assert found is not None
    assert (found.denied.text if found.denied else None) == wrong
    assert found.right is not None
    assert (found.right.text, found.slot) == (right, kind)
    assert said[found.right.span.start : found.right.span.end] == right


@pytest.mark.parametrize(
    ("said", "kind", "wrong"),
    [("竞品去掉", "competitor", None), ("把竞品用友删掉", "competitor", "用友"), ("不对，没说预算", "budget", None)],
)
def test_what_was_not_said_can_go(said: str, kind: str, wrong: str | None) -> None:
    found = read(said).correction

    assert found is not None
    assert found.dropped
    assert (found.slot, found.denied.text if found.denied else None) == (kind, wrong)


@pytest.mark.parametrize("said", ["电话打错了，没联系上", "张总问是不是还能便宜", "华星精工没提竞品", "预算还没批下来"])
def test_news_that_sound_like_a_correction_are_none(said: str) -> None:
    assert read(said).act != "correct"


def test_what_is_denied_is_no_value_and_no_name() -> None:
    rivals, kinds = read("不是金蝶，是用友"), read("不是预算，是报价")

    assert [c.text for c in rivals.competitors] == []
    assert kinds.customer is None


def test_every_kind_of_value_that_words_name_can_be_read_and_put_right() -> None:
    named = {kind for _, kind in lexicon.rows("correction_slots")} | {"theirs", "ours"}

    rights.load()
    assert named <= right_values.KNOWN
    assert named - {"contact", "customer", "date", "due"} <= desk.slots()
    assert {kind.partition(" ")[0] for _, kind in lexicon.rows("right_values")} <= desk.slots()
