"""The page behind a customer's card: everything that the card has no room for, as texts in their order."""

from __future__ import annotations

from dataclasses import dataclass

from cards.builders.customer import customer_360, promised
from cards.builders.note_facts import KIND
from cards.registry import Moment
from domain.views.customer import ActivityLine, ContactLine, CustomerView


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Plain texts; whoever makes a page of them escapes them."""

    title: str
    note: str
    facts: tuple[tuple[str, str], ...]
    contacts: tuple[str, ...]
    promises: tuple[str, ...]
    happened: tuple[str, ...]


def customer_page(view: CustomerView, history: tuple[ActivityLine, ...], moment: Moment) -> CustomerPage:
    """The card in full, every contact and promise, and what was said in the words in which it was."""
    card = customer_360(view, moment)
    return CustomerPage(
        title=card.title,
        note=card.note,
        facts=card.facts,
        contacts=tuple(_contact(each) for each in view.contacts),
        promises=tuple(promised(promise, moment) for promise in view.promises),
        happened=tuple(f"{each.on:%Y-%m-%d} {KIND[each.type]}：{each.words}" for each in history),
    )


def _contact(who: ContactLine) -> str:
    wechat = f"微信 {who.wechat}" if who.wechat else ""
    return " ".join(filter(None, (who.name, who.title, who.role, who.phone, wechat)))
