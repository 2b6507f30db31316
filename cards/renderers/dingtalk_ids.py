"""An action as the id of a button, and back: in letters, digits, `-` and `_`, which any component's id may hold."""

from __future__ import annotations

import base64

from cards.model import Action

_PREFIX = "a-"


def id_of(action: Action) -> str:
    """The id of the button that does it."""
    return _PREFIX + base64.urlsafe_b64encode(action.pack().encode()).decode().rstrip("=")


def action_of(button_id: str) -> Action | None:
    """The action of a button; None for an id that is none of ours."""
    if not button_id.startswith(_PREFIX):
        return None
    packed = button_id.removeprefix(_PREFIX)
    try:
        said = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return None
    return Action.unpack(said) if said.isprintable() else None
