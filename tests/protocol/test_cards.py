"""Template cards at and beyond WeCom's hard limits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messenger.cards import check
from bot.messenger.model import Refusal
from tests.protocol.stage import buttons, multiple, news, notice, vote


def button(number: int, **more: Any) -> dict[str, Any]:
    return {"text": f"按钮{number}", "key": f"k{number}", **more}


def options(count: int) -> list[dict[str, str]]:
    return [{"id": f"o{n}", "text": f"选项{n}"} for n in range(count)]


def question(count: int, key: str = "q", **more: Any) -> dict[str, Any]:
    return {"question_key": key, "option_list": options(count), **more}


LINK = {"type": 1, "url": "https://crm.example.com"}
FACT = {"keyname": "客户", "value": "北辰"}


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(notice(horizontal_content_list=[FACT] * 6, jump_list=[{"title": "看", **LINK}] * 3), id="notice"),
        pytest.param(notice(main_title={"title": "长" * 500}), id="advised-length-is-only-advice"),
        pytest.param({"card_type": "text_notice", "sub_title_text": "只有一句", "card_action": LINK}, id="one-line"),
        pytest.param(news(card_image=None) | {"card_image": {"url": "https://x.cn/a.png"}}, id="image-no-ratio"),
        pytest.param(buttons(button_list=[button(n) for n in range(6)]), id="six-buttons"),
        pytest.param(buttons(button_list=[button(1, key="k" * 1024)]), id="long-key"),
        pytest.param(buttons(button_selection=question(10)), id="ten-options"),
        pytest.param(vote(checkbox=question(20)), id="twenty-votes"),
        pytest.param(multiple(select_list=[question(1, str(n)) for n in range(3)]), id="three-questions"),
        pytest.param(buttons(task_id="aZ09_-@" + "x" * 121), id="long-task-id"),
        pytest.param(notice(card_action={"type": 2, "appid": "wx1", "pagepath": "/p"}), id="mini-program"),
    ],
)
def test_a_card_within_the_limits_is_taken(card: dict[str, Any]) -> None:
    assert check(card) is card


@pytest.mark.parametrize(
    ("card", "field"),
    [
        pytest.param({"card_type": "chart"}, "card_type", id="unknown-kind"),
        pytest.param({"card_type": ["text_notice"]}, "card_type", id="kind-a-list"),
        pytest.param(buttons(button_list=[]), "button_list", id="no-buttons"),
        pytest.param(buttons(button_list=[button(n) for n in range(7)]), "button_list", id="seven-buttons"),
        pytest.param(buttons(button_list=[button(1), button(1)]), "button_list.key", id="same-key"),
        pytest.param(buttons(button_list=[button(1, key="k" * 1025)]), "button_list.key", id="key-bytes"),
        pytest.param(buttons(button_list=[button(1, key="键" * 342)]), "button_list.key", id="key-bytes-chinese"),
        pytest.param(buttons(button_list=[button(1, style=5)]), "button_list.style", id="style"),
        pytest.param(buttons(button_list=[button(1, style="1")]), "button_list.style", id="style-a-text"),
        pytest.param(buttons(button_list=[button(1, text="")]), "button_list.text", id="no-text"),
        pytest.param(buttons(button_list=[button(1, type=1)]), "button_list.url", id="link-without-url"),
        pytest.param(buttons(main_title={"desc": "x"}), "main_title.title", id="no-title"),
        pytest.param(buttons(main_title="x"), "main_title", id="title-a-text"),
        pytest.param(buttons(task_id="visit.1"), "task_id", id="task-id-dot"),
        pytest.param(buttons(task_id="visit_1\n"), "task_id", id="task-id-newline"),
        pytest.param(buttons(task_id="回访"), "task_id", id="task-id-chinese"),
        pytest.param(buttons(task_id="x" * 129), "task_id", id="task-id-bytes"),
        pytest.param({k: v for k, v in buttons().items() if k != "task_id"}, "task_id", id="no-task-id"),
        pytest.param({k: v for k, v in notice().items() if k != "task_id"}, "task_id", id="menu-without-task-id"),
        pytest.param(buttons(replace_text="已完成"), "replace_text", id="replace-text-when-sending"),
        pytest.param(buttons(jump_list=[]), "jump_list", id="field-of-another-kind"),
        pytest.param(buttons(mainTitle={}), "mainTitle", id="misspelt"),
        pytest.param(buttons(horizontal_content_list=[FACT] * 7), "horizontal_content_list", id="seven-facts"),
        pytest.param(
            buttons(horizontal_content_list=[{"value": "x"}]), "horizontal_content_list.keyname", id="nameless"
        ),
        pytest.param(
            buttons(horizontal_content_list=[{**FACT, "type": 3}]), "horizontal_content_list.userid", id="no-userid"
        ),
        pytest.param(buttons(button_selection=question(11)), "button_selection.option_list", id="eleven-options"),
        pytest.param(vote(checkbox=question(21)), "checkbox.option_list", id="twenty-one-votes"),
        pytest.param(vote(checkbox=question(2, mode=2)), "checkbox.mode", id="vote-mode"),
        pytest.param(vote(submit_button={"text": "好"}), "submit_button.key", id="submit-without-key"),
        pytest.param(multiple(select_list=[question(1, str(n)) for n in range(4)]), "select_list", id="four"),
        pytest.param(multiple(select_list=[question(1), question(1)]), "select_list.question_key", id="same"),
        pytest.param(
            multiple(select_list=[{"question_key": "q", "option_list": options(1) * 2}]),
            "select_list.option_list.id",
            id="same-option",
        ),
        pytest.param(
            multiple(select_list=[{"question_key": "q", "option_list": [{"id": "x" * 129, "text": "t"}]}]),
            "select_list.option_list.id",
            id="option-id-bytes",
        ),
        pytest.param(notice(jump_list=[{"title": "看", **LINK}] * 4), "jump_list", id="four-jumps"),
        pytest.param(notice(main_title={}), "main_title.title", id="neither-title-nor-line"),
        pytest.param(
            notice(action_menu={"action_list": [{"text": str(n), "key": str(n)} for n in range(4)]}),
            "action_menu.action_list",
            id="four-menu-items",
        ),
        pytest.param(notice(source={"desc_color": 4}), "source.desc_color", id="colour"),
        pytest.param(
            news(card_image={"url": "https://x.cn", "aspect_ratio": 2.3}), "card_image.aspect_ratio", id="ratio"
        ),
        pytest.param(news(vertical_content_list=[{"title": "x"}] * 5), "vertical_content_list", id="five-lines"),
        pytest.param({k: v for k, v in news().items() if k != "card_image"}, "card_image", id="no-image"),
    ],
)
def test_a_card_beyond_a_limit_is_refused_by_the_fields_name(card: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check(card)

    assert (refused.value.errcode, refused.value.errmsg.rpartition(" ")[2]) == (40058, field)


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(None, id="missing"),
        pytest.param({}, id="empty"),
        pytest.param({"type": 0}, id="nowhere"),
        pytest.param({"type": 3, "url": "https://x.cn"}, id="unknown-type"),
        pytest.param({"type": True, "url": "https://x.cn"}, id="true-is-no-type"),
        pytest.param({"type": 1}, id="no-url"),
        pytest.param({"type": 2, "pagepath": "/"}, id="no-appid"),
    ],
)
def test_a_notice_must_lead_somewhere(action: dict[str, Any] | None) -> None:
    with pytest.raises(Refusal) as refused:
        check(notice(card_action=action))

    assert refused.value.errcode == 42045


def test_an_update_needs_no_task_id_and_may_replace_the_buttons_text() -> None:
    card = {k: v for k, v in buttons(replace_text="已完成").items() if k != "task_id"}

    assert check(card, updating=True) is card
    with pytest.raises(Refusal):
        check(notice(replace_text="已完成"), updating=True)


def test_strictness_can_be_switched_off() -> None:
    card = buttons(button_list=[button(n) for n in range(9)])

    assert check(card, strict=False) is card
