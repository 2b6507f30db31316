"""What was answered of an order so far, as the buttons of its next question carry it."""

from __future__ import annotations

import json
from collections.abc import Mapping

UNPICKED = "unpicked"  # the option of a list that picks none: nothing is chosen by leaving it as it stands


def pack(given: Mapping[str, str]) -> str:
    """Answers in one parameter of a button."""
    return json.dumps(dict(given), ensure_ascii=False, separators=(",", ":"))


def unpack(packed: str) -> dict[str, str]:
    """The inverse. Raises ValueError for anything else."""
    found = json.loads(packed)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(packed)
    return found
