"""What a careful colleague keeps beside the usual: roles, promises, quantities, terms, reasons, scores, birthdays."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlp import to_json
from tests.nlp.support import read


def said(text: str) -> dict[str, Any]:
    return to_json.message(read(text, None))


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        pytest.param(
            "王总说月底前给答复，我们下周三前给方案",
            [("给方案", "2026-12-02")],
            [("给答复", "王总", "2026-11-30")],
            id="both-ways",
        ),
        pytest.param(
            "泰和电缆章工答应周五把技术参数发我，收到以后我三天内出报价",
            [("出报价", "2026-11-28")],
            [("把技术参数发我", "章工", "2026-11-27")],
            id="one-after-the-other",
        ),
        pytest.param("他们收到货一周内付清", [], [("付清", None, "2026-12-02")], id="they-without-a-word-of-saying"),
        pytest.param("我答应王总周五给方案", [("给方案", "2026-11-27")], [], id="we-promised-him"),
        pytest.param("答应了客户明天下班前给最终价", [("给最终价", "2026-11-26")], [], id="we-without-a-subject"),
        pytest.param("财务葛会计承诺12月5号打款", [], [("打款", "葛会计", "2026-12-05")], id="the-bookkeeper-pays"),
        pytest.param("葛会计没答应12月5号打款", [], [], id="no-promise-that-was-not-given"),
        pytest.param("葛会计说经费月底前批不下来", [], [], id="no-promise-that-it-cannot-be"),
        pytest.param("如果王总答应周五签", [], [], id="no-promise-on-a-condition"),
        pytest.param("王总让我们周五前报价", [("报价", "2026-11-27")], [], id="asked-of-us"),
    ],
)
def test_promises_go_both_ways(text: str, ours: list[Any], theirs: list[Any]) -> None:
    note = said(text)

    assert [(a["text"], a["due"]) for a in note["next_actions"]] == ours
    assert [(p["text"], p["by"], p["due"]) for p in note["promises"]] == theirs


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("真正拍板的是安书记", {"安书记": ("decider", None)}),
        (
            "采购的阎经理说了算，庄总支持我们，冉经理反对",
            {"阎经理": ("decider", None), "庄总": (None, "supportive"), "冉经理": (None, "opposed")},
        ),
        ("庄总和翟总都同意", {"庄总": (None, "supportive"), "翟总": (None, "supportive")}),
        ("林工负责选型，葛会计管付款", {"林工": ("influencer", None), "葛会计": ("finance", None)}),
        ("阎经理说了不算", {"阎经理": (None, None)}),
        ("庄总不支持我们", {"庄总": (None, "opposed")}),
        ("庄总没表态", {"庄总": (None, "neutral")}),
    ],
)
def test_who_decides_and_who_is_for_us(text: str, roles: dict[str, tuple[str | None, str | None]]) -> None:
    assert {c["name"]: (c.get("role"), c.get("attitude")) for c in said(text)["contacts"]} == roles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("中央厨房一期要12台蒸烤箱", [(12, "台", "蒸烤箱")]),
        ("床垫要换三百张", [(300, "张", "床垫")]),
        ("要5到8吨精梳棉", [(5, "吨", "精梳棉")]),
        ("蒸烤箱每台2.3万，一台一年保养两次", []),
        ("聊了三个问题，两个小时", []),
    ],
)
def test_quantities_are_of_goods_and_no_prices(text: str, found: list[tuple[int, str, str]]) -> None:
    assert [(q["value"], q["unit"], q["of"]) for q in said(text)["quantities"]] == found


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("账期60天，货到付款", [("账期60天", 60), ("货到付款", None)]),
        ("他们要月结30天", [("月结30天", 30)]),
        ("款到发货", [("款到发货", None)]),
        ("不是货到付款", []),
    ],
)
def test_how_it_is_paid(text: str, terms: list[tuple[str, int | None]]) -> None:
    assert [(t["label"], t["days"]) for t in said(text)["payment_terms"]] == terms


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("极昼科技丢了，主要是价格差了三十多万", "lost", "价格差了三十多万"),
        ("宏图那单丢了，对方说我们交期太长", "lost", "我们交期太长"),
        ("签了，客户看中我们的售后", "won", "我们的售后"),
        ("丢了，价格", "lost", "价格"),
        ("签了，合同12万", "won", None),
        ("对方说我们交期太长", None, None),
    ],
)
def test_why_it_was_won_or_lost(text: str, outcome: str | None, reason: str | None) -> None:
    note = said(text)

    assert (note["outcome"], note["outcome_reason"]) == (outcome, reason)


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("回访了鼎盛机械，满意度打了4分", [("csat", 4)]),
        ("他们给的NPS 9", [("nps", 9)]),
        ("满意度96%", [("percent", 96)]),
        ("满意度打了8分", []),
        ("客户很满意", []),
    ],
)
def test_satisfaction_is_a_score_on_its_scale(text: str, scores: list[tuple[str, int]]) -> None:
    assert [(s["scale"], s["value"]) for s in said(text)["satisfaction"]] == scores


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("储总生日是农历八月初八", ("储总", None, 8, 8, True)),
        ("6月3号汪姐生日", ("汪姐", None, 6, 3, False)),
        ("骆总1978年3月12日出生，生日是3月12日", ("骆总", None, 3, 12, False)),
        ("储总生日2月30号", None),
        ("储总下周过生日", None),
    ],
)
def test_birthdays_are_days_that_exist(text: str, day: tuple[str, int | None, int, int, bool] | None) -> None:
    found = [(b["who"], b["year"], b["month"], b["day"], b["lunar"]) for b in said(text)["birthdays"]]

    assert found == ([day] if day else [])


@pytest.mark.parametrize(
    ("text", "source"),
    [("客户是展会上认识的", "展会"), ("老客户介绍来的，做五金", "老客户介绍"), ("下个月我们要参加展会", None)],
)
def test_where_a_customer_comes_from(text: str, source: str | None) -> None:
    assert said(text)["source"] == source


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("如果月底前能签，愿意多订50吨", ["hypothetical", "hypothetical"]),
        ("没签成，对方法务不认可", ["negated"]),
        ("昨天拜访了，王总说月底前给答复，下周三我们给方案", ["past", "promised", "planned"]),
        ("不对，预算是60万", ["corrected"]),
        ("主要是价格高", []),
    ],
)
def test_each_clause_has_its_mood(text: str, moods: list[str]) -> None:
    assert said(text)["moods"] == moods


def test_what_may_happen_on_a_condition_is_nobodys_task() -> None:
    note = said("如果月底前能签，愿意多订50吨")

    assert (note["next_actions"], note["promises"], note["outcome"]) == ([], [], None)


@pytest.mark.parametrize("text", ["要是领导同意，下个月就能下单", "如果价格合适，他们就签了"])
def test_what_would_follow_is_neither_a_win_nor_a_stage(text: str) -> None:
    note = said(text)

    assert (note["outcome"], note["stage"]) == (None, None)


def test_every_one_of_these_values_says_where_it_stands() -> None:
    text = (
        "展会认识的极昼科技丢了，因为价格高，安书记说了算，答应周五给答复，要12台叉车，账期60天，"
        "满意度4分，储总生日是3月5日"
    )
    note = said(text)

    wanted = {
        "source": "展会",
        "outcome_reason": "价格高",
        "contacts/0.role": "说了算",
        "promises/0": "给答复",
        "quantities/0": "12台",
        "payment_terms/0": "账期60天",
        "satisfaction/0": "满意度4分",
        "birthdays/0": "生日是3月5日",
    }
    assert {path: text[slice(*note["spans"][path])] for path in wanted if path in note["spans"]} == wanted
