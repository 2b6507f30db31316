"""The cards of help, greeting and small talk: exact words, and the budget with the longest that may stand in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handlers.fallbacks import mostly_latin
from cards.budget import fit, overruns
from cards.builders import first_contact, smalltalk
from cards.builders import help as cards
from cards.model import Card
from cards.registry import Moment
from domain.views.first_contact import FirstContact
from domain.views.help import Forwarded, Kept, LastNote, Mine, Own
from domain.views.lookup import Option

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
MOMENT = Moment(NOW, ZoneInfo("Asia/Shanghai"))
LONG = "上海浦东新区张江高科技园区第三装备制造股份有限公司"
ROLES = ("sales", "manager", "finance", "admin", "other")


def kept(**more: object) -> Kept:
    known: dict[str, object] = {"inbox_id": 7, "text": "那个再弄一下", "customer_id": None, "called": "", "miss": 1}
    return Kept(**{**known, "sells": True, **more})  # type: ignore[arg-type]


def met(role: str, **more: object) -> FirstContact:
    known: dict[str, object] = {"role": role, "channel": "wecom", "called": "欧阳总", "team": "华东大客户一组"}
    counts = dict.fromkeys(("customers", "below", "waiting", "colleagues", "led", "alone"), 0)
    return FirstContact(**{**known, **counts, **more})  # type: ignore[arg-type]


def option(name: str) -> Option:
    return Option(customer_id=1, name=name, full=name, owner_id=1, owner="林越", visible=True)


def longest() -> list[Card]:
    rows = tuple(Own(id=n, name=f"{n}{LONG}", stage="商务谈判", last_on=date(2025, 12, 31)) for n in range(1, 11))
    shown = [cards.what_can_be_said(role, MOMENT) for role in ROLES]
    shown += [cards.unknown(kept(text=LONG * 9, customer_id=1, called=LONG, miss=miss), MOMENT) for miss in (1, 2)]
    shown += [cards.unknown(kept(text=LONG * 9, sells=sells), MOMENT) for sells in (True, False)]
    shown += [cards.ask_admin(kept(text=LONG * 9), MOMENT), cards.settled((kept(text=LONG * 9), "欧阳经理"), MOMENT)]
    shown.append(cards.forwarded(Forwarded(who=LONG, said=((NOW, LONG * 9),) * 3), MOMENT))
    shown.append(cards.mine(Mine(total=1212, offset=0, rows=rows), MOMENT))
    shown += [first_contact.first_contact(met(r, customers=12, below=6, waiting=3, alone=12), MOMENT) for r in ROLES]
    shown.append(smalltalk.offtopic(None, MOMENT))
    shown.append(smalltalk.sorry(LastNote(activity_id=1, customer=LONG, at=NOW), MOMENT))
    shown.append(smalltalk.lost([option(LONG)], MOMENT))
    shown.append(smalltalk.number(("12", [[LONG[:10], "note.pick:1:0:1"], ["都不是", "note.pick:1:0:0"]]), MOMENT))
    return shown


@pytest.mark.parametrize("card", longest(), ids=lambda card: f"{card.kind} {card.title[:6]}")
def test_a_card_keeps_the_budget_with_the_longest_words(card: Card) -> None:
    assert overruns(fit(card)) == []
    assert [b.label for b in (*card.buttons, *card.more) if len(b.label) > 6] == []


@pytest.mark.parametrize("role", ROLES)
def test_help_and_greeting_fit_without_being_cut(role: str) -> None:
    for card in (
        cards.what_can_be_said(role, MOMENT),
        first_contact.first_contact(met(role, customers=12, below=6, waiting=3, colleagues=38, led=30), MOMENT),
    ):
        assert fit(card).lines == card.lines
        assert fit(card).note == card.note


def test_a_long_customer_is_named_in_the_line_and_not_on_the_button() -> None:
    card = cards.unknown(kept(customer_id=1, called="宏图物流园区"), MOMENT)

    assert card.lines == ("你是想（宏图物流园区）：",)
    assert [b.label for b in card.buttons] == ["记到这家", "看这家", "设个提醒"]


def test_words_not_understood_have_a_form_without_cards() -> None:
    card = cards.unknown(kept(customer_id=1, called="华星"), MOMENT)

    assert card.text == "没听懂「那个再弄一下」，已留着。回 1 记到华星，2 看华星，3 设个提醒"


def test_the_administrator_is_told_who_has_no_superior() -> None:
    card = first_contact.first_contact(met("admin", colleagues=38, led=30, alone=2), MOMENT)

    assert card.title == "差 1 步就能用了"
    assert card.facts == (
        ("企业微信", "已连上"),
        ("人员", "38 人，已认出上下级"),
        ("审批", "缺：2 个销售没有上级"),
    )


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Met their CFO today, budget 800k", True),
        ("Met 华星精工 today, budget 800k, wants a proposal", True),
        ("今天和 ABC Technology 谈了 ERP", False),
        ("13800138000", False),
    ],
)
def test_a_text_is_english_when_it_has_more_latin_words_than_chinese_characters(text: str, english: bool) -> None:
    assert mostly_latin(text) is english
