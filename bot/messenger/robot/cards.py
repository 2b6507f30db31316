"""Whether the smart robot would take a template card: the app's rules with the robot's differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messenger import cards
from bot.messenger.card_parts import bad

QUESTION_BYTES = 200
FEEDBACK_BYTES = 256
ASK = 3  # the jump that asks the robot


def check(card: Any) -> dict[str, Any]:
    """The card if the robot's server would take it, sent or in place of another; raises `Refusal`."""
    if not isinstance(card, dict):
        raise bad("template_card")
    if "replace_text" in card:
        raise bad("replace_text")
    feedback(card.get("feedback"))
    for button in _items(card, "button_list"):
        for name in ("type", "url"):
            if name in button:
                raise bad(f"button_list.{name}")
    if any(item.get("type") == 2 for item in _items(card, "horizontal_content_list")):
        raise bad("horizontal_content_list.type")
    cards.check({name: _plainer(name, value) for name, value in card.items() if name != "feedback"})
    return card


def feedback(value: Any) -> None:
    """`{"id": ...}` of at most 256 bytes, or nothing."""
    if value is None:
        return
    named = value.get("id") if isinstance(value, dict) else None
    if not isinstance(named, str) or not 0 < len(named.encode()) <= FEEDBACK_BYTES:
        raise bad("feedback.id")


def _plainer(name: str, value: Any) -> Any:
    """Jumps that ask the robot, checked here, as jumps that lead nowhere."""
    if name != "jump_list" or not isinstance(value, list):
        return value
    return [_asking(item) if isinstance(item, dict) and item.get("type") == ASK else item for item in value]


def _asking(item: Mapping[str, Any]) -> dict[str, Any]:
    question = item.get("question")
    if not isinstance(question, str) or not 0 < len(question.encode()) <= QUESTION_BYTES:
        raise bad("jump_list.question")
    return {name: value for name, value in item.items() if name != "question"} | {"type": 0}


def _items(card: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = card.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
