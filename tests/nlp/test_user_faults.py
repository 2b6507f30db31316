"""What salespeople typed in a trial and saw filed wrongly, each as a class of wordings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.nlp.book import Book
from bot.nlp.parsed import Parsed
from tests.nlp.support import read


def todo(parsed: Parsed) -> list[tuple[str, date | datetime | None]]:
    return [(action.text, action.due) for action in parsed.next_actions]


@pytest.mark.parametrize(
    ("early", "due"),
    [
        ("提前一小时", datetime(2026, 11, 26, 13, 0)),
        ("提前半小时", datetime(2026, 11, 26, 13, 30)),
        ("提前1天", datetime(2026, 11, 25, 14, 0)),
    ],
)
def test_a_plan_with_a_call_ahead_of_it_is_a_reminder_that_much_earlier(early: str, due: datetime) -> None:
    said = read(f"周四下午两点去远山机械开会，{early}叫我", None)

    assert (said.act, said.activity) == ("remind", None)
    assert todo(said) == [("去远山机械开会", due)]


def test_an_hour_before_a_mere_day_leaves_the_day() -> None:
    assert todo(read("周五去远山机械开会，提前一小时叫我", None)) == [("去远山机械开会", date(2026, 11, 27))]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("周二去远山机械开会", None), ("周二去远山机械开会了", "meeting"), ("周二去远山机械开会，对方说可以", "meeting")],
)
def test_a_bare_weekday_is_the_coming_one_unless_something_is_told_of_it(said: str, kind: str | None) -> None:
    found = read(said, None).activity

    assert (found and found.type) == kind


@pytest.mark.parametrize(
    "said", ["看一下我的待办", "我的待办", "待办有哪些", "帮我查一下待办事项", "我今天的待办有什么？"]
)
def test_asking_for_the_list_is_a_question(said: str) -> None:
    parsed = read(said)

    assert (parsed.intent, parsed.act, parsed.next_actions) == ("query", "unknown", ())


@pytest.mark.parametrize("said", ["我一会去宏图，准备一下", "准备一下宏图", "等下要去见宏图，帮我准备一下"])
def test_getting_ready_for_a_customer_asks_for_the_customer(said: str) -> None:
    parsed = read(said)

    assert (parsed.intent, parsed.act, parsed.activity, parsed.next_actions) == ("query", "name", None, ())
    assert parsed.customer is not None
    assert parsed.customer.text == "宏图"


def test_papers_to_be_prepared_are_still_a_note() -> None:
    assert read("下周三去宏图，准备一下合同和样册").act == "note"


@pytest.mark.parametrize(
    ("said", "denied", "right"),
    [
        ("合同45万改成48万", "45万", 480_000),
        ("预算90万改为75万", "90万", 750_000),
        ("报价12万，应该是13万", None, None),
    ],
)
def test_one_sum_put_in_the_place_of_another_is_a_correction(said: str, denied: str | None, right: int | None) -> None:
    parsed = read(said, None)

    if denied is None:
        assert parsed.act != "correct"
        return
    assert parsed.act == "correct"
    assert parsed.correction is not None
    assert parsed.correction.denied is not None
    assert parsed.correction.denied.text == denied
    assert [a.value for a in parsed.amounts] == [Decimal(right or 0)]


def test_a_person_in_the_place_of_another_is_a_correction() -> None:
    parsed = read("曹总改成祝总", None)

    assert (parsed.act, [c.name for c in parsed.contacts]) == ("correct", ["祝总"])


def test_what_the_customer_changed_is_news() -> None:
    parsed = read("客户把预算从90万改成75万", None)

    assert parsed.act != "correct"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("今天认识了一家新客户叫安远自动化", "安远自动化"),
        ("新客户，名字叫安远自动化", "安远自动化"),
        ("昨天聊了一家叫做安远自动化的公司", "安远自动化"),
        ("展会上加了个客户，是一家叫安远的公司", "安远"),
    ],
)
def test_the_word_that_gives_a_name_is_no_part_of_it(said: str, name: str) -> None:
    customer = read(said, None).customer

    assert customer is not None
    assert customer.text == name


@pytest.mark.parametrize(
    "said",
    [
        "宏图，竞争对手是汇博，报了32万",
        "去了宏图，对手有汇博，汇博报了32万",
        "宏图那边说友商是汇博软件，汇博报了32万",
        "拜访了宏图，竞品现在是汇博，价格低",
    ],
)
def test_a_rival_stays_one_though_a_customer_has_its_name(said: str) -> None:
    parsed = read(said, Book.of(customers=["宏图", "汇博", "汇博软件"]))

    assert parsed.customer is not None
    assert parsed.customer.text == "宏图"
    assert parsed.others == ()
    assert parsed.competitors[0].text.startswith("汇博")


@pytest.mark.parametrize(
    "said",
    [
        "他们下周内部讨论",
        "客户内部要走流程",
        "他们下周三内部评审一下",
        "那个老客户说价钱还要再谈",
        "对方说方案还得再看",
    ],
)
def test_what_the_customer_does_alone_is_no_task_of_ours(said: str) -> None:
    parsed = read(said, None)

    assert (parsed.intent, parsed.next_actions) == ("note", ())


def test_what_we_do_inside_is_still_ours() -> None:
    assert todo(read("下周三我们内部开会定方案", None)) == [("内部开会定方案", date(2026, 12, 2))]


def test_coming_out_of_a_customer_is_a_visit_and_the_worry_has_no_lead() -> None:
    parsed = read("刚从宏图出来，曹总说设备不错，就是太慢")

    assert parsed.activity is not None
    assert (parsed.activity.type, [w.text for w in parsed.concerns]) == ("visit", ["太慢"])
    assert parsed.customer is not None
    assert parsed.customer.text == "宏图"


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("20分钟后叫我", datetime(2026, 11, 25, 16, 20)),
        ("二十分钟后提醒我", datetime(2026, 11, 25, 16, 20)),
        ("过半小时喊我一下", datetime(2026, 11, 25, 16, 30)),
        ("明天上午九点叫我一声", datetime(2026, 11, 26, 9, 0)),
    ],
)
def test_a_call_without_a_reason_is_a_reminder_all_the_same(said: str, due: datetime) -> None:
    parsed = read(said)

    assert (parsed.act, [(a.due, a.text in said) for a in parsed.next_actions]) == ("remind", [(due, True)])


def test_longer_than_half_an_hour_is_no_moment() -> None:
    assert todo(read("聊了超过半小时，明天上午给方案", None)) == [("给方案", date(2026, 11, 26))]


@pytest.mark.parametrize("said", ["给安远织造打了两次电话都不接", "给安远织造打电话没人接，晚点再打"])
def test_a_call_that_nobody_takes_reached_nobody(said: str) -> None:
    parsed = read(said, None)

    assert parsed.activity is not None
    assert (parsed.activity.type, parsed.reached, parsed.done) == ("call", False, ())


def test_terms_that_are_not_accepted_were_heard() -> None:
    assert read("给安远织造打了电话，他们不接受涨价", None).reached


@pytest.mark.parametrize("said", ["华兴五金曹总生日12月3号", "华兴五金曹总的生日是12月3号"])
def test_a_birthday_is_no_contact(said: str) -> None:
    parsed = read(said)

    assert (parsed.act, parsed.activity, parsed.next_actions) == ("note", None, ())


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("和曹总、小祝开会", "meeting"),
        ("今天和曹总、小祝开会，聊了试用方案", "meeting"),
        ("今天和曹总开会，对演示系统感兴趣", "meeting"),
        ("今天给曹总演示了系统", "demo"),
    ],
)
def test_a_demonstration_that_is_only_spoken_of_is_none(said: str, kind: str) -> None:
    found = read(said, None).activity

    assert (found and found.type) == kind


def sums(parsed: Parsed) -> list[tuple[str, Decimal | int, Decimal | int | None]]:
    return [(amount.kind, amount.value, amount.value_max) for amount in parsed.amounts]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("预算从80万砍到60万了", [("budget", 600_000, None)]),
        ("报价原来是12万，现在降到10.5万", [("quote", 105_000, None)]),
        ("预算30-40个", [("budget", 300_000, 400_000)]),
        ("预算大概50个左右", [("budget", 500_000, None)]),
        ("预算80万，报价60万", [("budget", 800_000, None), ("quote", 600_000, None)]),
    ],
)
def test_the_sum_that_holds_is_kept_and_counted_in_ten_thousands(
    said: str, expected: list[tuple[str, int, int | None]]
) -> None:
    assert sums(read(f"拜访了远山机械的陈总，{said}", None)) == expected


@pytest.mark.parametrize("said", ["估计下周能签", "应该月底能定下来", "有望下个月下单", "争取周五能拍板"])
def test_what_is_hoped_for_is_nothing_to_do(said: str) -> None:
    assert todo(read(f"远山机械说合同法务在看，{said}", None)) == []


def test_the_end_of_a_verb_is_no_family_name() -> None:
    command = read("把陈总的职务改成采购总监", None).command

    assert command is not None
    assert command.value is not None
    assert (command.field and command.field.text, command.value.text) == ("职务", "采购总监")


def people_in(parsed: Parsed) -> list[tuple[str, str | None]]:
    return [(each.name, each.title) for each in parsed.contacts]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("华星财务总监姓吴，电话13511112222", ("吴", "财务总监")),
        ("对了他们老板姓赵", ("赵", "老板")),
        ("厂长是姓钱的", ("钱", "厂长")),
    ],
)
def test_of_whom_only_family_name_and_title_are_said_is_somebody(said: str, found: tuple[str, str]) -> None:
    assert found in people_in(read(said))


def test_what_begins_like_a_family_name_is_nobody() -> None:
    assert people_in(read("老板姓名写错了")) == []


@pytest.mark.parametrize(
    ("said", "customer", "source"),
    [
        ("是宏图王经理介绍的", None, "宏图王经理介绍"),
        ("金穗食品是宏图王经理介绍的", "金穗食品", "宏图王经理介绍"),
        ("宏图王经理介绍了他们的需求", "宏图", None),
    ],
)
def test_who_introduced_a_customer_is_not_the_customer(said: str, customer: str | None, source: str | None) -> None:
    parsed = read(said)

    assert parsed.customer is None if customer is None else (parsed.customer and parsed.customer.text == customer)
    assert (parsed.source.text if parsed.source else None) == source


def test_somebody_on_record_is_read_by_his_whole_name_but_not_inside_a_longer_word() -> None:
    book = Book.of(customers=["德力西"], contacts=["刘敏华", "高峰"])

    assert people_in(read("德力西刘敏华升副总了", book)) == [("刘敏华", None)]
    assert people_in(read("高峰期人手不够", book)) == []


@pytest.mark.parametrize("said", ["我问下工厂", "问了下仓库，说有货", "再催一下工厂"])
def test_whom_we_ask_at_home_is_no_customer(said: str) -> None:
    assert read(said).customer is None


def test_the_boss_of_a_firm_is_not_called_by_its_name() -> None:
    parsed = read("昨晚陪金穗老板吃了顿饭", Book.of(customers=["金穗"]))

    assert (parsed.customer and parsed.customer.text, people_in(parsed)) == ("金穗", [])


def test_a_question_for_news_is_no_note() -> None:
    assert read("宏图那边有回音没").intent == "query"
    assert read("周总能看到我写的吗").smalltalk == "privacy"


def test_what_they_offer_is_no_part_of_the_rivals_name() -> None:
    assert [each.text for each in read("竞争对手是汇川 他们报2600").competitors] == ["汇川"]


@pytest.mark.parametrize("said", ["同意 但是首付要五成", "批了 但首付五成"])
def test_a_blank_stands_for_the_comma_behind_a_yes(said: str) -> None:
    parsed = read(said, None)

    assert (parsed.act, parsed.customer) == ("approve", None)
    assert parsed.condition is not None


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ("定了！合同65万", 650_000),
        ("跟拍定了，6800", 6_800),
        ("跟拍定了 6800", 6_800),
        ("婚宴定了，28桌，总价12万", 120_000),
    ],
)
def test_what_is_settled_with_its_sum_is_won(said: str, worth: int) -> None:
    parsed = read(said, None)

    assert parsed.outcome
    assert parsed.outcome[0] == "won"
    assert [(a.kind, a.value) for a in parsed.amounts] == [("deal", Decimal(worth))]


@pytest.mark.parametrize(
    "said",
    ["时间定了，周三", "方案定了，80万", "会定了", "定了下周三", "价格定了，65万", "酒店定了，800", "定了，下周付65万"],
)
def test_a_time_a_plan_or_a_price_that_is_settled_is_no_win(said: str) -> None:
    assert read(said, None).outcome is None


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("每周五下午催我写周报", "写周报"),
        ("每月25号催我交费用报销", "交费用报销"),
        ("每天早上9点催我打卡", "打卡"),
        ("每个月月底催我开票", "开票"),
    ],
)
def test_to_be_urged_time_and_again_is_a_reminder(said: str, task: str) -> None:
    parsed = read(said, None)

    assert (parsed.intent, parsed.act, [text for text, _ in todo(parsed)]) == ("command", "remind", [task])
    assert parsed.command
    assert parsed.command.missing == ()


@pytest.mark.parametrize(
    "said", ["客户每周催我报价", "李总每天催我发货", "每月客户都催我发货", "每天催我报价的客户太多了"]
)
def test_who_is_urged_by_others_orders_no_reminder(said: str) -> None:
    assert read(said, None).intent == "note"


@pytest.mark.parametrize(
    ("said", "rivals"),
    [
        ("竞标对手里海康报价最低", ["海康"]),
        ("对手里大华最便宜", ["大华"]),
        ("竞争对手里面主要是海康和大华", ["海康", "大华"]),
    ],
)
def test_a_rival_among_others_has_its_own_name(said: str, rivals: list[str]) -> None:
    assert [rival.text for rival in read(said, None).competitors] == rivals


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("客户：盛源制药（新客户）", "盛源制药"),
        ("客户：盛源制药（新客户），今天见了周总", "盛源制药"),
        ("线索：盛源制药(转介绍)；周总想看样机", "盛源制药"),
        ("客户：艾默生（中国）电气，今天见了周总", "艾默生（中国）电气"),
    ],
)
def test_what_a_form_adds_in_brackets_is_no_part_of_the_name(said: str, name: str) -> None:
    customer = read(said, None).customer

    assert customer
    assert customer.text == name


@pytest.mark.parametrize(
    "said", ["下单系统坏了，客户很急", "客户在下单页面卡住了", "续签合同寄出去了", "续签合同还没发"]
)
def test_where_orders_are_placed_and_a_contract_under_way_are_no_signing(said: str) -> None:
    parsed = read(said, None)

    assert (parsed.stage, parsed.outcome) == (None, None)


@pytest.mark.parametrize("said", ["客户今天在小程序上下单了", "蓝湾酒店续签了", "续签合同签好了"])
def test_an_order_and_a_renewal_are_a_signing(said: str) -> None:
    stage = read(said, None).stage

    assert stage
    assert stage[0] == "签约"


def test_the_rest_of_a_price_counts_no_fish() -> None:
    assert read("蓝湾酒店还欠6800尾款", None).quantities == ()
    assert [(q.value, q.unit) for q in read("鱼苗要3000尾", None).quantities] == [(3000, "尾")]
