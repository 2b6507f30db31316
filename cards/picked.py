"""What somebody picked on a card, by question: from a messenger's event to the handler that asked.

A card with one `Choice` needs no names: the picked option is the last parameter of the tapped action.
`Ticks` and `Lists` ask by name; what was picked travels as that parameter too, and a handler gets it as a `Picked`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CHOICE = "choice"  # the question of a `Choice`, which has no name
_QUESTIONS, _OPTIONS, _LONGEST = 3, 20, 128  # what a card of ours can ask at most; characters of an id


@dataclass(frozen=True, slots=True)
class Picked:
    """Ids of options by the name of their question, in the card's order. Of what was not asked, nothing is picked."""

    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """The option of a list; None where none, or several, were picked."""
        found = self.answers.get(name, ())
        return found[0] if len(found) == 1 else None

    def numbers(self, name: str) -> tuple[int, ...]:
        """The ticked rows by their keys; what is no key is left out."""
        return tuple(int(each) for each in self.answers.get(name, ()) if each.isascii() and each.isdigit())

    def joined(self, other: Picked) -> Picked:
        """Both together: what was ticked under one name stays under it."""
        names = [*self.answers, *(name for name in other.answers if name not in self.answers)]
        both = {name: (*self.answers.get(name, ()), *other.answers.get(name, ())) for name in names}
        return Picked({name: tuple(dict.fromkeys(ids)) for name, ids in both.items()})

    def pack(self) -> str:
        """As a parameter of an action."""
        return json.dumps({name: list(ids) for name, ids in self.answers.items()}, separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> Picked:
        """The inverse of `pack`. Raises ValueError for anything else, or more than a card can ask."""
        try:
            found = json.loads(packed)
        except RecursionError:
            raise ValueError("too deep") from None
        if not isinstance(found, dict) or len(found) > _QUESTIONS:
            raise ValueError("no answers")
        return cls({name: _ids(ids) for name, ids in found.items()})


def _ids(ids: object) -> tuple[str, ...]:
    if not isinstance(ids, list) or len(ids) > _OPTIONS:
        raise ValueError("no list of options")
    if not all(isinstance(each, str) and len(each) <= _LONGEST for each in ids):
        raise ValueError("no options")
    return tuple(ids)


def parameter(selected: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """What a messenger's event adds to the tapped action: (question, picked ids) in the order of the event."""
    if not selected:
        return None
    if any(name == CHOICE for name, _ in selected):
        ids = selected[0][1] if len(selected) == 1 else ()
        return ids[0] if len(ids) == 1 else None
    answers: dict[str, tuple[str, ...]] = {}
    for name, ids in selected[:_QUESTIONS]:
        answers[name] = tuple(each for each in ids[:_OPTIONS] if len(each) <= _LONGEST)
    return Picked(answers).pack()
