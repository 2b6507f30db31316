"""What a note says: one sentence in, one `Parsed` out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read


def texts(parsed: Parsed, name: str) -> list[str]:
    return [words.text for words in getattr(parsed, name)]


def test_a_visit_becomes_a_whole_record() -> None:
    note = read("今天下午拜访了华星精工的张总，聊了ERP二期，预算大概80万，担心实施周期太长，下周三之前给方案")

    assert (note.intent, note.act) == ("note", "note")
    assert note.customer is not None
    assert note.customer.text == "华星精工"
    assert [c.name for c in note.contacts] == ["张总"]
    assert note.activity is not None
    assert (note.activity.type, note.activity.date, note.activity.said) == ("visit", date(2026, 11, 25), "今天下午")
    assert texts(note, "products") == ["ERP二期"]
    assert [(a.kind, a.value, a.about) for a in note.amounts] == [("budget", 800_000, True)]
    assert texts(note, "concerns") == ["实施周期太长"]
    assert note.stage is not None
    assert note.stage[0] == "需求分析"
    assert [(n.text, n.due, n.before) for n in note.next_actions] == [("给方案", date(2026, 12, 2), True)]


def test_two_customers_are_two_events_and_the_first_leads() -> None:
    note = read("上午见了宏图物流王经理，价格基本谈妥，下午给金穗食品打电话没人接")

    (other,) = note.others
    assert note.customer is not None
    assert other.customer is not None
    assert (note.customer.text, other.customer.text) == ("宏图物流", "金穗食品")
    assert note.stage is not None
    assert note.stage[0] == "商务谈判"
    assert note.activity is not None
    assert other.activity is not None
    assert (note.activity.type, other.activity.type) == ("visit", "call")
    assert (note.reached, other.reached) == (True, False)


def test_a_win_carries_its_terms_of_payment() -> None:
    note = read("宏图签了！合同68万，首付30%下月5号前付，余款验收后付")

    first, rest = note.payment_terms
    assert note.outcome is not None
    assert note.outcome[0] == "won"
    assert [(a.kind, a.value) for a in note.amounts] == [("deal", 680_000)]
    assert (first.label, first.share, first.due) == ("首付", Decimal("0.3"), date(2026, 12, 5))
    assert (rest.label, rest.share, rest.value, rest.condition) == ("余款", None, None, "验收后")


@pytest.mark.parametrize(
    ("said", "deed"),
    [("方案发张总了", "方案发"), ("样品寄出了", "样品寄出")],
)
def test_a_deed_that_is_done_may_keep_a_promise(said: str, deed: str) -> None:
    note = read(said)

    assert note.intent == "note"
    assert texts(note, "done") == [deed]
    assert note.next_actions == ()


@pytest.mark.parametrize("said", ["方案还没发张总", "准备把方案发张总了"])
def test_a_deed_that_is_open_is_not_done(said: str) -> None:
    assert read(said).done == ()


@pytest.mark.parametrize(
    ("said", "customer", "contact"),
    [
        pytest.param("昨天去恒通轴承找刘工看了现场", "恒通轴承", "刘工", id="by-its-ending"),
        pytest.param("给鼎泰王经理打了电话", "鼎泰", "王经理", id="short-name-before-a-person"),
        pytest.param("锦程的郭老板催交期", "锦程", "郭老板", id="short-name-with-de"),
        pytest.param("上海铭泰贸易有限公司周总回了邮件", "上海铭泰贸易有限公司", "周总", id="registered-name"),
        pytest.param("微信上跟瑞丰包装尤总聊了两句", "瑞丰包装", "尤总", id="ending-that-is-a-surname"),
    ],
)
def test_customers_never_seen_are_found(said: str, customer: str, contact: str) -> None:
    note = read(said, None)

    assert note.customer is not None
    assert note.customer.text == customer
    assert [c.name for c in note.contacts] == [contact]


def test_a_known_name_is_found_where_no_pattern_could() -> None:
    assert read("今早聊了几句，华星", None).customer is None
    found = read("今早聊了几句，华星").customer

    assert found is not None
    assert (found.text, found.span.start, found.span.end) == ("华星", 7, 9)


@pytest.mark.parametrize(
    ("said", "name", "title"),
    [
        pytest.param("采购总监卢建军也在", "卢建军", "采购总监", id="title-in-front"),
        pytest.param("见到王芳（财务主管）", "王芳", "财务主管", id="title-in-brackets"),
        pytest.param("见了韩总的助理小薛，她说再等等", "小薛", "助理", id="assistant-of"),
        pytest.param("跟Kevin聊了价格", "Kevin", None, id="latin"),
    ],
)
def test_people_have_a_name_and_perhaps_a_title(said: str, name: str, title: str | None) -> None:
    assert [(c.name, c.title) for c in read(said, None).contacts] == [(name, title)]


@pytest.mark.parametrize("said", ["他们采购不在", "前台收了资料", "施工进度慢", "我们周总也去了", "小时工太贵"])
def test_a_role_or_a_colleague_is_no_contact(said: str) -> None:
    assert read(said, None).contacts == ()


def test_a_private_person_is_the_customer() -> None:
    note = read("张阿姨想给孙女报个钢琴课", None)

    assert note.customer is not None
    assert note.customer.text == "张阿姨"
    assert note.contacts == ()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        pytest.param("预算30万", "budget", id="budget"),
        pytest.param("报了2.6万", "quote", id="quote"),
        pytest.param("合同86万", "deal", id="deal"),
        pytest.param("尾款12.5w刚到", "payment", id="payment"),
        pytest.param("对手用友报70万", "other", id="a-rivals-price"),
    ],
)
def test_a_sum_has_the_role_of_its_nearest_cue(said: str, kind: str) -> None:
    assert [a.kind for a in read(said).amounts] == [kind]


@pytest.mark.parametrize(
    ("said", "shares"),
    [("要求打九折", ["0.9"]), ("让利12%", ["0.88"]), ("再降三个点", ["0.97"]), ("返点要6个点", []), ("首付30%", [])],
)
def test_discounts_are_the_share_that_is_left(said: str, shares: list[str]) -> None:
    assert [share for share, _ in read(said).discounts] == [Decimal(share) for share in shares]


@pytest.mark.parametrize(
    ("said", "kind", "day"),
    [
        ("上周五去拜访了他们", "visit", date(2026, 11, 20)),
        ("昨天开了个线上会", "meeting", date(2026, 11, 24)),
        ("周一请他们吃了顿饭", "meal", date(2026, 11, 23)),
        ("刚打了电话，没接", "call", date(2026, 11, 25)),
        ("11月12日给他们演示了系统", "demo", date(2026, 11, 12)),
        ("样品前天寄出了", "delivery", date(2026, 11, 23)),
    ],
)
def test_contact_is_dated_in_the_past(said: str, kind: str, day: date) -> None:
    activity = read(said).activity

    assert activity is not None
    assert (activity.type, activity.date) == (kind, day)


@pytest.mark.parametrize("said", ["下周二去拜访他们", "明天下午三点提醒我打电话", "预付款3万到账了"])
def test_a_plan_or_a_fact_is_no_contact(said: str) -> None:
    assert read(said).activity is None


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("签了", "won"),
        ("那单丢了，选了科大讯飞", "lost"),
        ("估计黄了", None),
        ("还没签", None),
        ("争取月底签下来", None),
    ],
)
def test_only_facts_are_won_or_lost(said: str, outcome: str | None) -> None:
    found = read(said).outcome

    assert (found and found[0]) == outcome


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        pytest.param("周五前发报价单给他", "发报价单给他", date(2026, 11, 27), id="deadline"),
        pytest.param("回头跟领导申请", "跟领导申请", None, id="no-day"),
        pytest.param("会议不是周二，改到周四下午两点", "会议", datetime(2026, 11, 26, 14), id="moved"),
        pytest.param(
            "把宏达的方案改好发给许工，最迟后天", "把宏达的方案改好发给许工", date(2026, 11, 27), id="day-behind"
        ),
    ],
)
def test_what_we_shall_do_is_an_action(said: str, text: str, due: date | None) -> None:
    assert [(n.text, n.due) for n in read(said, None).next_actions] == [(text, due)]


@pytest.mark.parametrize("said", ["他说周末看", "他们下月付款", "取消明天给龚经理的提醒"])
def test_what_they_do_or_what_is_off_is_no_action(said: str) -> None:
    assert read(said).next_actions == ()


@pytest.mark.parametrize(
    ("said", "name", "found"),
    [
        ("希望质保三年、备件常备", "needs", ["质保三年", "备件常备"]),
        ("嫌交期太长", "concerns", ["交期太长"]),
        ("不是嫌贵，是嫌没有本地仓", "concerns", ["没有本地仓"]),
        ("竞争对手是三一和徐工", "competitors", ["三一", "徐工"]),
        ("他们在用Salesforce", "competitors", ["Salesforce"]),
        ("推荐了WMS标准版", "products", ["WMS标准版"]),
    ],
)
def test_wishes_worries_rivals_and_goods(said: str, name: str, found: list[str]) -> None:
    assert texts(read(said, None), name) == found


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("昨天拜访了华星张总，那个老规矩他也提到了，预算30万", ["那个老规矩他也提到了"]),
        ("昨天拜访了华星张总，氛围很不错，预算30万", []),
        ("上午给华星打电话，一直没人接", []),
    ],
)
def test_what_no_step_understood_is_left_over(said: str, left: list[str]) -> None:
    assert texts(read(said), "left_over") == left


def test_an_english_note_is_read_too() -> None:
    note = read("Met Huaxing's CFO today, budget 800k, wants a proposal by Friday")

    assert note.customer is not None
    assert note.customer.text == "Huaxing"
    assert [(a.kind, a.value) for a in note.amounts] == [("budget", 800_000)]
    assert [(n.text, n.due) for n in note.next_actions] == [("a proposal", date(2026, 11, 27))]
