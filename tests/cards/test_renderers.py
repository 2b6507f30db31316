from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.model import Action, Button, Card, Choice, Facts, Lines, Link, Listed, Lists, Mention, Progress, Quote, Ticks
from cards.renderers import wecom
from cards.renderers.text import plain_text
from cards.renderers.wecom_markdown import markdown

RECORDED = Card(
    kind="note.recorded",
    title="已记录 · 恒泰塑胶",
    note="拜访 · 今天下午 · 钱总",
    blocks=(
        Facts((("产品", "MES一期"), ("预算", "约60万"), ("待办", "12-02(周三)前 给方案"))),
        Quote("聊了MES一期，预算大概60万，下周三之前给方案"),
    ),
    buttons=(
        Button("改一下", Action("note.edit", ("17", "2"))),
        Button("撤销", Action("note.undo", ("17", "2"))),
        Button("看客户", Link("https://crm.example.com/c/3")),
    ),
    more=(Button("看依据", Action("note.evidence", ("17",))),),
)
REQUEST = Card(
    kind="approval.request",
    source="审批",
    tone="warn",
    title="待你审批 · 恒泰MES一期 85折",
    note="小钱 · 今天 18:00 前",
    blocks=(
        Progress((("小钱", "done"), ("吴总", "now"), ("郑总", "next"))),
        Facts((("金额", "60万→51万"),)),
        Choice("转给", (("7", "郑总"), ("9", "冯总")), selected="9"),
    ),
    buttons=(
        Button("同意", Action("approval.approve", ("42", "7")), "primary"),
        Button("驳回", Action("approval.refuse", ("42", "7")), "danger"),
    ),
)
WIN = Card(
    kind="win.group",
    tone="good",
    title="🎉 小钱签下 恒泰塑胶",
    note="塑胶制品 · 从认识到签约 41天",
    blocks=(Lines(("赢在：现场演示、同行案例",)),),
)


def test_who_is_named_is_called_where_he_is_named_first_and_nowhere_else() -> None:
    named = replace(WIN, mentions=(Mention("小钱", (("wecom", "qian.duo"), ("dingtalk", "q7"))),))

    assert markdown(named).startswith('**<font color="info">🎉 <@qian.duo>签下 恒泰塑胶</font>**')
    assert markdown(replace(named, title="🎉 <@all>签下")).startswith('**<font color="info">🎉 ＜@all>签下</font>**')
    assert markdown(replace(WIN, mentions=(Mention("小钱", (("dingtalk", "q7"),)),))) == markdown(WIN)
    assert "qian.duo" not in plain_text(named)


def test_a_recorded_note_is_a_card_with_buttons_and_a_menu() -> None:
    assert wecom.form(RECORDED) == "template_card"
    assert wecom.template_card(RECORDED, "n-17") == {
        "card_type": "button_interaction",
        "task_id": "n-17",
        "source": {"desc": "跟进", "desc_color": 0},
        "main_title": {"title": "已记录 · 恒泰塑胶", "desc": "拜访 · 今天下午 · 钱总"},
        "quote_area": {
            "type": 0,
            "title": "原话",
            "quote_text": "聊了MES一期，预算大概60万，下周三之前给方案",
        },
        "horizontal_content_list": [
            {"keyname": "产品", "value": "MES一期"},
            {"keyname": "预算", "value": "约60万"},
            {"keyname": "待办", "value": "12-02(周三)前 给方案"},
        ],
        "action_menu": {"desc": "更多", "action_list": [{"text": "看依据", "key": "note.evidence:17"}]},
        "button_list": [
            {"text": "改一下", "style": 2, "key": "note.edit:17:2"},
            {"text": "撤销", "style": 2, "key": "note.undo:17:2"},
            {"type": 1, "text": "看客户", "style": 2, "url": "https://crm.example.com/c/3"},
        ],
    }


def test_a_request_shows_its_flow_its_choice_and_its_urgency() -> None:
    assert wecom.template_card(REQUEST, "a-42") == {
        "card_type": "button_interaction",
        "task_id": "a-42",
        "source": {"desc": "审批", "desc_color": 2},
        "main_title": {"title": "待你审批 · 恒泰MES一期 85折", "desc": "小钱 · 今天 18:00 前"},
        "sub_title_text": "小钱✓ → 吴总 → 郑总",
        "horizontal_content_list": [{"keyname": "金额", "value": "60万→51万"}],
        "button_selection": {
            "question_key": "choice",
            "title": "转给",
            "option_list": [{"id": "7", "text": "郑总"}, {"id": "9", "text": "冯总"}],
            "selected_id": "9",
        },
        "button_list": [
            {"text": "同意", "style": 1, "key": "approval.approve:42:7"},
            {"text": "驳回", "style": 2, "key": "approval.refuse:42:7"},
        ],
    }


def test_a_card_of_ticks_is_a_vote_of_several() -> None:
    card = Card(
        kind="todo.tick",
        title="哪几件做完了？",
        note="勾上，再点「完成」",
        blocks=(Ticks("tasks", (("7", "寄样册"), ("9", "约演示")), ticked=("9",)),),
        buttons=(Button("完成", Action("todo.finish"), "primary"),),
    )

    assert wecom.form(card) == "template_card"
    assert wecom.template_card(card, "t-1") == {
        "card_type": "vote_interaction",
        "task_id": "t-1",
        "source": {"desc": "跟进", "desc_color": 0},
        "main_title": {"title": "哪几件做完了？", "desc": "勾上，再点「完成」"},
        "checkbox": {
            "question_key": "tasks",
            "mode": 1,
            "option_list": [
                {"id": "7", "text": "寄样册", "is_checked": False},
                {"id": "9", "text": "约演示", "is_checked": True},
            ],
        },
        "submit_button": {"text": "完成", "key": "todo.finish"},
    }
    assert plain_text(card).splitlines() == ["哪几件做完了？，勾上，再点「完成」", "1 寄样册，2 约演示", "回：完成"]


def test_a_card_of_several_questions_has_a_list_for_each() -> None:
    people = Listed("to", "转给谁", (("#7", "郑总"), ("#9", "冯总")))
    days = Listed("due", "哪天要", (("none", "不急"), ("2026-11-26", "明天")), selected="2026-11-26")
    fill = Button("就这样", Action("order.fill_several", ("4", "{}")))
    card = Card(kind="order.ask_several", title="转给谁？哪天要？", blocks=(Lists((people, days)),), buttons=(fill,))

    wire = wecom.template_card(card, "q-1")

    assert wire["card_type"] == "multiple_interaction"
    assert wire["submit_button"] == {"text": "就这样", "key": "order.fill_several:4:{}"}
    assert wire["select_list"] == [
        {
            "question_key": "to",
            "title": "转给谁",
            "option_list": [{"id": "#7", "text": "郑总"}, {"id": "#9", "text": "冯总"}],
        },
        {
            "question_key": "due",
            "title": "哪天要",
            "option_list": [{"id": "none", "text": "不急"}, {"id": "2026-11-26", "text": "明天"}],
            "selected_id": "2026-11-26",
        },
    ]
    assert plain_text(card).splitlines()[1:] == [
        "转给谁：1 郑总，2 冯总",
        "哪天要：3 不急，4 明天",
        "回号码，如「1、3」",
        "回：就这样",
    ]


def test_a_card_with_a_page_and_no_buttons_is_a_notice() -> None:
    notice = replace(RECORDED, buttons=(), more=(), blocks=(), link="https://crm.example.com/n/17")

    assert wecom.template_card(notice, "n-17") == {
        "card_type": "text_notice",
        "task_id": "n-17",
        "source": {"desc": "跟进", "desc_color": 0},
        "main_title": {"title": "已记录 · 恒泰塑胶", "desc": "拜访 · 今天下午 · 钱总"},
        "card_action": {"type": 1, "url": "https://crm.example.com/n/17"},
    }


def test_a_card_without_a_page_or_buttons_is_markdown_and_a_line_is_text() -> None:
    assert wecom.form(WIN) == "markdown"
    assert wecom.form(Card(kind="plain.text", text="不客气")) == "text"


def test_a_menu_without_buttons_becomes_the_buttons() -> None:
    wire = wecom.template_card(replace(RECORDED, buttons=()), "n-17")

    assert wire["button_list"] == [{"text": "看依据", "style": 2, "key": "note.evidence:17"}]
    assert "action_menu" not in wire


def test_a_page_in_the_menu_becomes_a_button_because_menus_hold_none() -> None:
    wire = wecom.template_card(
        replace(
            RECORDED,
            more=(Button("打开", Link("https://crm.example.com/")),),
        ),
        "n-17",
    )

    assert [button["text"] for button in wire["button_list"]] == ["改一下", "撤销", "看客户", "打开"]
    assert "action_menu" not in wire


def test_a_closed_card_keeps_its_facts_and_one_dead_button() -> None:
    closed = replace(REQUEST, title="已同意 · 恒泰MES一期 85折", buttons=(), more=RECORDED.more, state="已同意·吴波")

    wire = wecom.replacement(closed, "a-42")

    assert wire["replace_text"] == "已同意·吴波"
    assert wire["button_list"] == [{"text": "已同意·吴波", "style": 2, "key": "none"}]
    assert wire["horizontal_content_list"] == [{"keyname": "金额", "value": "60万→51万"}]
    assert "action_menu" not in wire
    assert wecom.form(closed) == "markdown"
    assert "也可以回" not in plain_text(closed)


def test_a_closed_card_with_a_way_back_stays_alive() -> None:
    undone = replace(RECORDED, state="已撤销", more=(), buttons=(Button("恢复", Action("note.restore", ("17",))),))

    wire = wecom.replacement(undone, "n-17")

    assert wire["button_list"] == [{"text": "恢复", "style": 2, "key": "note.restore:17"}]
    assert "replace_text" not in wire


def test_a_replaced_card_without_a_state_says_its_first_word() -> None:
    wire = wecom.replacement(replace(RECORDED, buttons=(), more=()), "n-17")

    assert wire["replace_text"] == "已记录"


def test_a_group_gets_its_news_in_colour() -> None:
    assert markdown(WIN) == (
        '**<font color="info">🎉 小钱签下 恒泰塑胶</font>**\n'
        '<font color="comment">塑胶制品 · 从认识到签约 41天</font>\n'
        "赢在：现场演示、同行案例"
    )


def test_markdown_quotes_facts_and_keeps_links() -> None:
    assert markdown(replace(RECORDED, link="https://crm.example.com/n/17")) == (
        "**已记录 · 恒泰塑胶**\n"
        '<font color="comment">拜访 · 今天下午 · 钱总</font>\n'
        "> 产品：MES一期\n"
        "> 预算：约60万\n"
        "> 待办：12-02(周三)前 给方案\n"
        "> 原话：聊了MES一期，预算大概60万，下周三之前给方案\n"
        "[看客户](https://crm.example.com/c/3)\n"
        "[看详情](https://crm.example.com/n/17)"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "<@all> 开会",
        "[领奖](https://evil.example.com)",
        '<font color="warning">急</font>',
        "**粗**",
        '<a href="https://evil.example.com">点我</a>',
        "行一\n> 行二",
    ],
)
def test_what_people_type_never_becomes_markup(typed: str) -> None:
    shown = markdown(Card(kind="any", title="已记录", blocks=(Facts((("原话", typed),)), Lines((typed,)))))

    assert "<@" not in shown
    assert "](" not in shown
    assert "<font" not in shown
    assert "<a" not in shown
    assert shown.count("**") == 2
    assert len(shown.splitlines()) == 3


def test_text_messages_draw_no_links_that_somebody_typed() -> None:
    said = Card(kind="plain.text", text='「<a href="https://evil.example.com">点我</a>」3 < 5')

    assert wecom.text(said) == '「＜a href="https://evil.example.com">点我＜/a>」3 < 5'


def test_long_texts_end_between_characters() -> None:
    cut = wecom.text(Card(kind="plain.text", text="跟进🎉" * 400))

    assert len(cut.encode()) <= 2048
    assert len(cut.encode()) > 2040
    assert cut.endswith("…")
    assert "\ufffd" not in cut


@given(st.text(st.characters(codec="utf-8")), st.integers(3, 60))
def test_a_cut_never_exceeds_its_bytes_and_keeps_the_beginning(words: str, limit: int) -> None:
    cut = wecom.cut_bytes(words, limit)

    assert len(cut.encode()) <= limit
    assert cut == words or words.startswith(cut[:-1])


@given(st.text(st.characters(codec="utf-8"), max_size=900), st.text(st.characters(codec="utf-8"), max_size=900))
def test_markdown_stays_within_its_bytes_whatever_was_typed(line: str, url: str) -> None:
    address = "https://crm.example.com/" + "a" * len(url)
    card = Card(kind="any", title="已记录 · 恒泰塑胶", blocks=(Lines((line,)), Quote(line)), link=address)

    shown = markdown(card)

    assert len(shown.encode()) <= 2048
    assert shown.endswith(f"[看详情]({address})")


def test_plain_text_is_what_the_product_fixed_if_it_did() -> None:
    assert plain_text(replace(RECORDED, text="已记录 恒泰塑胶。回：改一下/撤销")) == "已记录 恒泰塑胶。回：改一下/撤销"


def test_plain_text_is_composed_so_that_every_button_can_be_typed() -> None:
    assert plain_text(RECORDED) == (
        "已记录 · 恒泰塑胶，拜访 · 今天下午 · 钱总\n"
        "产品 MES一期；预算 约60万；待办 12-02(周三)前 给方案\n"
        "「聊了MES一期，预算大概60万，下周三之前给方案」\n"
        "回：改一下/撤销\n"
        "也可以回：看依据\n"
        "看客户 https://crm.example.com/c/3"
    )
    assert plain_text(REQUEST) == (
        "待你审批 · 恒泰MES一期 85折，小钱 · 今天 18:00 前\n"
        "小钱✓ → 吴总 → 郑总\n"
        "金额 60万→51万\n"
        "转给：1 郑总，2 冯总\n"
        "回：同意/驳回"
    )
    assert plain_text(WIN) == "🎉 小钱签下 恒泰塑胶，塑胶制品 · 从认识到签约 41天\n赢在：现场演示、同行案例"
