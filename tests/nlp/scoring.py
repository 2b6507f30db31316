"""How much of an annotated note was read: values right, values invented, values missed, field by field.

A field of single choice counts where either side has a value. Spans of text count as found where they share half of
their character pairs, so that a word more or less does no harm. A field in the note's `skip` is not judged: two careful
people would store different things there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Same: TypeAlias = Callable[[Any, Any], bool]

_GROUPS = {"activity": ("activity_type", "activity_date"), "next_actions": ("next_text", "next_due")}


@dataclass
class Tally:
    """Right, invented and missed values of one field."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    def add(self, right: int, found: int, gold: int) -> None:
        self.right += right
        self.invented += found - right
        self.missed += gold - right


@dataclass
class Score:
    """The tallies of many notes; `f1` over all fields together, or without some of them."""

    fields: dict[str, Tally] = field(default_factory=dict)

    def note(self, gold: Row, found: Row, skip: Iterable[str]) -> None:
        """Count one note."""
        unjudged = {name for item in skip for name in _GROUPS.get(item, (item,))}
        for name, right, got, wanted in _judged(gold, found):
            if name not in unjudged:
                self.fields.setdefault(name, Tally()).add(right, got, wanted)

    def f1(self, *, without: str = "") -> float:
        chosen = [tally for name, tally in self.fields.items() if name != without]
        right = sum(tally.right for tally in chosen)
        wrong = sum(tally.invented + tally.missed for tally in chosen)
        return 2 * right / (2 * right + wrong)


def _judged(gold: Row, found: Row) -> Iterable[tuple[str, int, int, int]]:
    """Field, right values, found values, values that should be found."""
    for name in ("intent", "stage", "outcome", "intent_level"):
        yield name, *_pairs(_listed(gold[name]), _listed(found[name]), _equal)
    for name in ("customer", "competitors", "products", "needs", "concerns"):
        yield name, *_pairs(_listed(gold[name]), _listed(found[name]), alike)
    for name in ("phones", "emails", "discounts"):
        yield name, *_pairs(gold[name], found[name], _equal)
    yield "amounts", *_pairs(gold["amounts"], found["amounts"], _same_sum)
    yield "contacts", *_pairs(gold["contacts"], found["contacts"], lambda a, b: a["name"] == b["name"])
    for name in ("type", "date"):
        yield f"activity_{name}", *_pairs(_part(gold, name), _part(found, name), _equal)
    wanted, got = gold["next_actions"], found["next_actions"]
    yield "next_text", *_pairs(wanted, got, _same_action)
    dated = [(a, b) for a in wanted for b in got if _same_action(a, b)]
    right = sum(a["due"] == b["due"] for a, b in dated if a["due"])
    yield "next_due", right, sum(bool(b["due"]) for _, b in dated), sum(bool(a["due"]) for a, _ in dated)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _part(row: Row, name: str) -> list[str]:
    return [row["activity"][name]] if row["activity"] else []


def _equal(left: Any, right: Any) -> bool:
    return bool(left == right)


def _same_sum(left: Row, right: Row) -> bool:
    return left["kind"] == right["kind"] and abs(left["value"] - right["value"]) <= left["value"] / 100


def _same_action(left: Row, right: Row) -> bool:
    return alike(left["text"], right["text"])


def _pairs(gold: list[Any], found: list[Any], same: Same) -> tuple[int, int, int]:
    """How many of the found stand for one of the wanted, each for one."""
    open_ = list(gold)
    right = 0
    for item in found:
        match = next((wanted for wanted in open_ if same(wanted, item)), None)
        if match is not None:
            open_.remove(match)
            right += 1
    return right, len(found), len(gold)


def alike(left: str, right: str) -> bool:
    """Whether two strings share half of their character pairs."""
    one, two = _couples(left), _couples(right)
    return 2 * sum((one & two).values()) >= 0.5 * (sum(one.values()) + sum(two.values()))


def _couples(text: str) -> Counter[str]:
    said = "".join(text.lower().split())
    return Counter(said[at : at + 2] for at in range(max(1, len(said) - 1)))
