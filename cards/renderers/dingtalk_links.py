"""A card as a DingTalk actionCard: words, and buttons that each open a page (protocol reference 5.1, 5.2, 6.9).

It is what is left where no template of an interactive card can be used. At most five buttons; what does not fit, or
wants something picked first, is said as what can be typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from cards.budget import fit
from cards.model import Button, Card
from cards.renderers import dingtalk, dingtalk_markdown

MOST = 5

Address: TypeAlias = Callable[[Button], str]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What it says, and what each button opens."""

    title: str
    text: str
    buttons: tuple[tuple[str, str], ...]

    def for_webhook(self) -> Fields:
        """The body for a conversation's webhook."""
        shown = [{"title": label, "actionURL": url} for label, url in self.buttons]
        card = {"title": self.title, "text": self.text, "btnOrientation": "0", "btns": shown}
        return {"msgtype": "actionCard", "actionCard": card}

    def for_robot(self) -> tuple[str, Fields]:
        """`msgKey` and its parameters."""
        told: Fields = {"title": self.title, "text": self.text}
        if len(self.buttons) == 1:
            return "sampleActionCard", told | {"singleTitle": self.buttons[0][0], "singleURL": self.buttons[0][1]}
        for number, (label, url) in enumerate(self.buttons, 1):
            told |= {f"actionTitle{number}": label, f"actionURL{number}": url}
        return f"sampleActionCard{len(self.buttons)}", told


def linked(card: Card, address: Address) -> Linked:
    """The card with its buttons as links; `address` is what each opens."""
    card = fit(card)
    buttons = [*dingtalk.taps(card)]
    typed = [*dingtalk.to_type(card)]
    if rest := "/".join(button.label for button in buttons[MOST:]):
        typed.append(f"也可以回：{rest}")
    heading, text = dingtalk_markdown.message(card, answers=False)
    said = dingtalk_markdown.paragraphs((text, *(dingtalk_markdown.typed(each) for each in typed)))
    shown = tuple((button.label, address(button)) for button in buttons[:MOST])
    return Linked(title=heading, text=said, buttons=shown)
