"""A card as the webhook of a WeCom group shows it: text, markdown, or a notice that opens a page.

Nothing comes back from there, so no button is drawn. Markdown has the app's colours and mentions.
"""

from __future__ import annotations

from dataclasses import replace

from cards.budget import fit
from cards.model import Card, Link
from cards.renderers import wecom, wecom_markdown
from cards.renderers.wecom import Fields

_NO_PLACE = ("task_id", "action_menu")


def message(card: Card) -> Fields:
    """The whole body of a message."""
    if card.is_text:
        return {"msgtype": "text", "text": {"content": wecom.text(card)}}
    if _page(card):
        return {"msgtype": "template_card", "template_card": _notice(card)}
    return {"msgtype": "markdown", "markdown": {"content": wecom_markdown.markdown(card)}}


def _notice(card: Card) -> Fields:
    shown = replace(fit(card), buttons=(), more=(), link=_page(card))
    wire = wecom.template_card(shown, "")
    return {name: value for name, value in wire.items() if name not in _NO_PLACE}


def _page(card: Card) -> str | None:
    """Where a tap on the card leads."""
    links = (button.action.url for button in (*card.buttons, *card.more) if isinstance(button.action, Link))
    return card.link or next(links, None)
