"""What people think of an answer (the thumbs below it): counted, and logged with the delivery that it is about."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.adapters.wecom_robot.read import CHANNEL, event_part
from config import measures

VERDICTS = {1: "accurate", 2: "inaccurate", 3: "withdrawn"}
REASONS = {1: "off_topic", 2: "incomplete", 3: "wrong", 4: "analysis"}

_log = logging.getLogger(__name__)


def record_feedback(body: Mapping[str, Any]) -> None:
    """One feedback event. What somebody wrote beside it stays with the messenger: no words of people in a log."""
    part = event_part(body, "feedback_event")
    verdict = _named(VERDICTS, part.get("type"))
    reasons = part.get("inaccurate_reason_list")
    named = [_named(REASONS, each) for each in reasons[:10]] if isinstance(reasons, list) else []
    delivery = part.get("id")
    measures.FEEDBACK.add(CHANNEL, verdict)
    about = delivery if isinstance(delivery, str) and delivery.isascii() and delivery.isprintable() else ""
    _log.info("feedback", extra={"delivery": about[:128], "verdict": verdict, "reasons": ",".join(named)})


def _named(names: Mapping[int, str], number: object) -> str:
    return names.get(number, "other") if type(number) is int else "other"
