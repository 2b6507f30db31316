"""A card as the robot of a DingTalk group shows it: text, markdown, or words with a button that opens a page.

Nothing comes back from there, so no button of an answer is drawn. Who is named is called: his id stands in the words.
"""

from __future__ import annotations

from typing import Any

from cards.budget import fit
from cards.model import Card, Link
from cards.renderers import dingtalk_markdown
from cards.renderers.typed import cut_bytes

DIRECTORY = "dingtalk"  # whose accounts are called
TEXT_BYTES = 4_000

Fields = dict[str, Any]


def message(card: Card) -> Fields:
    """The body of a message."""
    if card.is_text:
        return {"msgtype": "text", "text": {"content": cut_bytes(card.text, TEXT_BYTES)}}
    shown = fit(card)
    heading, text = dingtalk_markdown.message(shown, answers=False)
    if (page := _page(shown)) is not None:
        opens = {"singleTitle": page[0], "singleURL": page[1]}
        return {"msgtype": "actionCard", "actionCard": {"title": heading, "text": text, **opens}}
    called = {dingtalk_markdown.typed(m.said): account for m in card.mentions if (account := m.account(DIRECTORY))}
    for said, account in called.items():
        text = text.replace(said, f"@{account} ", 1)  # where he is named first
    at = {"at": {"atUserIds": list(called.values())}} if called else {}
    return {"msgtype": "markdown", "markdown": {"title": heading, "text": text}, **at}


def _page(card: Card) -> tuple[str, str] | None:
    """What opens a page, and its address."""
    for button in (*card.buttons, *card.more):
        if isinstance(button.action, Link):
            return button.label, button.action.url
    return ("看详情", card.link) if card.link else None
