"""Frames of the Stream (protocol reference 1.3 to 1.5): JSON text whose `data` is JSON once more.

Whatever the gateway sends is read with suspicion: what is no frame is dropped, never an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.actor import JSON

ROBOT, CARD = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
SUBSCRIPTIONS: tuple[dict[str, str], ...] = (
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": ROBOT},
    {"type": "CALLBACK", "topic": CARD},
)
LARGEST = 1 << 20  # bytes of a frame
_LONGEST = 256
_ILLEGAL = {code: None for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that came in; `headers` are those that are texts."""

    type: str
    topic: str
    message_id: str
    headers: Mapping[str, str]
    data: dict[str, Any]


def decode(text: str) -> Frame | None:
    """The frame, or None for what is none."""
    raw = readable(text)
    if raw is None or not isinstance(kind := raw.get("type"), str):
        return None
    said = raw.get("headers", raw.get("header"))  # one published example has it in the singular
    headers = {k: v for k, v in said.items() if isinstance(v, str)} if isinstance(said, dict) else {}
    topic, message_id = headers.get("topic", ""), headers.get("messageId", "")
    if len(message_id) > _LONGEST or len(topic) > _LONGEST:
        return None
    data = raw.get("data")
    return Frame(kind, topic, message_id, headers, (readable(data) if isinstance(data, str) else data) or {})


def ack(frame: Frame, data: Mapping[str, JSON], code: int = 200) -> str:
    """The answer to a frame, to be sent on the socket that brought it."""
    headers = {"messageId": frame.message_id, "contentType": "application/json"}
    said = "OK" if code == 200 else "no handler" if code == 404 else "not stored"
    answer = {"code": code, "message": said, "headers": headers, "data": json.dumps(data, ensure_ascii=False)}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def readable(text: str) -> dict[str, Any] | None:
    """The object of a JSON text, as a database can keep it; None for what is none."""
    try:
        found = storable(json.loads(text))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def storable(value: Any) -> Any:
    """The same with texts that a database can keep: no NUL and its like, no half of a character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().translate(_ILLEGAL)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return value
