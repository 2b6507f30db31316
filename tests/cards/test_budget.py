from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cards.budget import NONE_OF_THESE, fit, overruns
from cards.model import Action, Button, Card, Choice, Facts, Lines, Link, Progress, Quote

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=90) | st.sampled_from(
    ["", "给方案，", "预算大概80万，" * 9, "已记录 · 苏州工业园区华星精密机械制造有限公司", "一 · 二 · 三" * 9]
)
labels = st.sampled_from(["改一下", "撤销", "看客户", "同意", "驳回", "加签", "转交", "附条件"])
buttons = st.lists(
    st.builds(
        Button, labels, st.builds(Action, st.sampled_from(["a.b", "c.d"])) | st.just(Link("https://crm.example.com/"))
    ),
    max_size=9,
    unique_by=lambda b: b.label,
).map(lambda found: tuple(replace(b, action=Action(b.label)) if isinstance(b.action, Action) else b for b in found))
blocks = st.lists(
    st.one_of(
        st.builds(Facts, st.lists(st.tuples(words, words), max_size=9).map(tuple)),
        st.builds(Lines, st.lists(words, max_size=9).map(tuple)),
        st.builds(Quote, words),
        st.builds(
            Progress, st.lists(st.tuples(words, st.sampled_from(["done", "now", "next"])), max_size=9).map(tuple)
        ),
        st.builds(Choice, words, st.lists(st.tuples(words, words), min_size=1, max_size=14).map(tuple)),
    ),
    max_size=6,
).map(tuple)
cards = st.builds(
    Card,
    kind=st.just("any"),
    title=words,
    note=words,
    blocks=blocks,
    buttons=buttons,
    more=buttons,
    state=st.none() | words,
    source=words,
)


def card(**parts: object) -> Card:
    return replace(Card(kind="note.recorded", title="已记录 · 华星精工"), **parts)  # type: ignore[arg-type]


def action(label: str) -> Button:
    return Button(label, Action(f"approval.{label}"))


@given(cards)
def test_whatever_is_put_on_a_card_fits_afterwards(given_card: Card) -> None:
    fitted = fit(given_card)
    wrong = [line for line in overruns(fitted) if "a choice without" not in line and "do the same" not in line]

    assert wrong == []
    assert fit(fitted) == fitted


def test_a_card_within_the_budget_is_left_alone() -> None:
    within = card(
        note="拜访 · 今天下午 · 张总",
        blocks=(Facts((("产品", "ERP二期"),)), Lines(("一行",)), Quote("下周三之前给方案")),
        buttons=(action("改一下"), action("撤销")),
    )

    assert fit(within) == within
    assert overruns(within) == []


def test_the_state_word_of_a_title_survives_the_longest_customer() -> None:
    title = "待你审批 · 苏州工业园区华星精密机械制造股份有限公司 · 85折"

    assert fit(card(title=title)).title == "待你审批 · 苏州工业园区华星精密机械… · 85折"


def test_a_note_loses_its_last_parts_first() -> None:
    note = "小林 · 今天 18:00 前 · 之后还有李总 · 已经等了 20 小时"

    assert fit(card(note=note)).note == "小林 · 今天 18:00 前 · 之后还有李总"


def test_a_long_value_ends_at_a_near_comma() -> None:
    value = "担心实施周期太长而且影响月底发货的节奏，希望分期上线再付款"

    assert fit(card(blocks=(Facts((("顾虑", value),)),))).facts == (
        ("顾虑", "担心实施周期太长而且影响月底发货的节奏…"),
    )
    assert len(fit(card(blocks=(Facts((("顾虑", "长" * 40),)),))).facts[0][1]) == 26


def test_the_seventh_fact_becomes_a_line() -> None:
    rows = tuple((f"键{n}", f"值{n}") for n in range(8))
    fitted = fit(card(blocks=(Facts(rows), Lines(("原有的一行",)))))

    assert fitted.facts == rows[:6]
    assert fitted.lines == ("原有的一行", "键6 值6", "键7 值7")


def test_facts_that_find_no_room_are_counted() -> None:
    rows = tuple((f"键{n}", "值" * 20) for n in range(14))
    fitted = fit(card(blocks=(Facts(rows),)))

    assert len(fitted.lines) <= 5
    assert fitted.lines[-1] == "另有4项，看详情"


def test_lines_that_find_no_room_are_counted() -> None:
    fitted = fit(card(blocks=(Lines(tuple(f"第{n}行" for n in range(9))),)))

    assert fitted.lines == ("第0行", "第1行", "第2行", "第3行", "还有5条")


def test_a_quote_is_cut_at_a_stop() -> None:
    said = (
        "张总人很爽快，聊了很久他们车间的改造和班组的安排，也说起邻居家的厂子最近在换设备，"
        "顺便带着参观了样板线，还留着吃了午饭，走的时候送到门口"
    )
    quoted = fit(card(blocks=(Quote(said),))).quote

    assert len(quoted) <= 60
    assert quoted.startswith("张总人很爽快，聊了很久他们车间的改造和班组的安排")
    assert quoted.endswith("…")


def test_amounts_dates_and_negations_stay_in_a_cut_quote() -> None:
    said = (
        "张总人很爽快，聊了很久他们车间的改造和班组的安排，也说起邻居家的厂子，顺便带着参观了样板线，"
        "最后说预算大概80万，下周三之前要方案，首付不能超过三成"
    )
    quoted = fit(card(blocks=(Quote(said),))).quote

    assert len(quoted) <= 60
    for kept in ("80万", "下周三", "不能超过三成", "张总人很爽快"):
        assert kept in quoted


def test_the_fifth_button_moves_to_the_menu_and_the_rest_can_be_typed() -> None:
    given_buttons = tuple(action(label) for label in ("同意", "驳回", "加签", "转交", "附条件"))
    more = tuple(action(label) for label in ("问小林", "看客户", "催一下"))
    fitted = fit(card(buttons=given_buttons, more=more))

    assert [button.label for button in fitted.buttons] == ["同意", "驳回", "加签", "转交"]
    assert [button.label for button in fitted.more] == ["附条件", "问小林", "看客户"]
    assert fitted.lines == ("也可以回：催一下",)


def test_six_answers_to_one_question_all_stay() -> None:
    answers = tuple(Button(f"张总{n}", Action("note.pick", (str(n),))) for n in range(6))

    assert fit(card(buttons=answers)).buttons == answers
    assert overruns(card(buttons=answers)) == []


def test_the_eleventh_option_is_none_of_these() -> None:
    options = tuple((str(n), f"客户{n}") for n in range(14))
    choice = fit(card(blocks=(Choice("选一家", options),), buttons=(action("就他"),))).choice

    assert choice is not None
    assert choice.options == (*options[:9], NONE_OF_THESE)


def test_a_long_name_in_the_state_gives_way_to_the_verb() -> None:
    assert fit(card(state="有条件同意·欧阳修远明")).state == "有条件同意·欧阳修…"


def test_middle_steps_of_a_long_flow_give_way_to_the_one_that_waits() -> None:
    steps = (("小林", "done"), ("周总", "done"), ("李总", "done"), ("财务", "now"), ("法务", "next"), ("总裁", "next"))
    fitted = fit(card(blocks=(Progress(steps),))).blocks[0]  # type: ignore[arg-type]

    assert isinstance(fitted, Progress)
    assert [label for label, _ in fitted.steps] == ["小林", "…", "财务", "…", "总裁"]


def test_labels_are_never_cut_but_named() -> None:
    long = card(buttons=(action("这个按钮太长了吧"),))

    assert fit(long).buttons == long.buttons
    assert overruns(long) == ["label has 8 of 6: 这个按钮太长了吧"]


def test_two_buttons_that_do_the_same_are_named() -> None:
    twice = card(buttons=(Button("好", Action("task.follow")), Button("行", Action("task.follow"))))

    assert overruns(twice) == ["two buttons do the same: Action(name='task.follow', params=())"]
