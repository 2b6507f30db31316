"""What is said in the answer to a callback of the robot (protocol reference 5.2), made of a card, or of words.

A message may be answered by a card or a stream, a stream that was begun by a stream with or without a card, an entering
by text or a card, a tap by the card that stands in the tapped one's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.adapters.task_ids import task_id_of
from bot.adapters.wecom_robot.read import BadBody
from cards.model import Card
from cards.renderers import wecom_robot
from domain.actor import JSON

LIVES = timedelta(minutes=5)  # for which a message's call, or its stream, can be answered
EVENT_LIVES = timedelta(seconds=4)  # an event's, less the way there
_LONGEST = 128


def offered(card: Card, key: str) -> dict[str, JSON]:
    """A message: its card, if it is one, and its words, with markdown and without."""
    said: dict[str, JSON] = {"words": wecom_robot.markdown(card), "plain": wecom_robot.plain(card), "key": key}
    if wecom_robot.is_card(card):
        said |= {"card": {**wecom_robot.template_card(card, task_id_of(key)), "feedback": {"id": key}}}
        said["words"] = wecom_robot.headline(card)
    return said


def replaced(card: Card, task_id: str) -> dict[str, JSON]:
    """The card in the place of a tapped one."""
    return {"card": wecom_robot.replacement(card, task_id)}


def composed(kind: str, message_id: str, found: Mapping[str, Any]) -> dict[str, JSON]:
    """The answer to a call of this kind: `message`, `stream`, `enter`, `click`."""
    card, words = found.get("card"), str(found.get("words", ""))
    if kind == "click":
        return {"response_type": "update_template_card", "template_card": card}
    if kind == "enter" and card is None:
        return {"msgtype": "text", "text": {"content": found.get("plain", words)}}
    if card is None:
        feedback = {} if kind == "stream" else {"feedback": {"id": found.get("key", "")}}
        return stream(message_id, words, finish=True, **feedback)
    if kind == "stream":
        ended = stream(message_id, words, finish=True)
        return ended | {"msgtype": "stream_with_template_card", "template_card": card}
    return {"msgtype": "template_card", "template_card": card}


def stream(message_id: str, words: str, *, finish: bool, **more: JSON) -> dict[str, JSON]:
    """A stream as far as it has come; it is named by the message that it answers."""
    return {"msgtype": "stream", "stream": {"id": message_id, "finish": finish, "content": words, **more}}


def pushed(found: Mapping[str, Any], *, group: bool) -> dict[str, JSON]:
    """The message for a response_url, where a group takes words alone."""
    if (card := found.get("card")) is not None and not group:
        return {"msgtype": "template_card", "template_card": card}
    return {"msgtype": "markdown", "markdown": {"content": str(found.get("words", ""))}}


def response_url(body: Mapping[str, Any]) -> str | None:
    """Where one more answer may be posted, within an hour."""
    url = body.get("response_url")
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= 2048 else None


def stream_id(body: Mapping[str, Any]) -> str:
    """The message about whose stream WeCom asks; raises `BadBody`."""
    part = body.get("stream")
    named = part.get("id") if isinstance(part, dict) else None
    if not isinstance(named, str) or not 0 < len(named) <= _LONGEST:
        raise BadBody("no stream")
    return named
