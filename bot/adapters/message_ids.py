"""By what a message is recognised when it comes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LONGEST = 128  # characters of an id that can be kept


def message_id(given: str, body: Mapping[str, Any]) -> str:
    """The id that the messenger gave it; one made of all that it says where that is none."""
    return given if 0 < len(given) <= LONGEST and given.isprintable() else digest(body)


def digest(body: Mapping[str, Any]) -> str:
    """An id made of all that a message says: the same once more has the same."""
    same = json.dumps(body, sort_keys=True, ensure_ascii=True, default=str).encode()
    return "body:" + hashlib.sha256(same).hexdigest()[:40]
