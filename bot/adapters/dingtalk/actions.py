"""What a tap on a card means: the id of the public template's button, or what the company's own passes with it.

A button of the public template has nothing but its id, so the action is written in it, in letters that an id may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.model import Action
from cards.renderers import dingtalk_ids

_LONGEST = 1024


def action_of(ids: Any, params: Mapping[str, Any]) -> Action | None:
    """The action of the first of the `actionIds`, or of `params`; None for a component that is none of ours."""
    own = params.get("action")
    if isinstance(own, str) and 0 < len(own) <= _LONGEST:
        return Action.unpack(own)
    first = ids[0] if isinstance(ids, list) and ids else None
    return dingtalk_ids.action_of(first) if isinstance(first, str) and len(first) <= _LONGEST else None
