"""Lay a wording along a name: are its characters parts of the name in order, as written or as spoken?

江苏华星精工股份有限公司 holds 华星, 华星精工, 华星股份 and, with two leaps, 华精股份. `leaps` says how far the parts
lie from one another: nothing for a beginning, half a point for a leap to the next word, more for one into a word.
`apart` says how much the sounds differ. At most one character may be another altogether.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.naming.records import Surface
from domain.naming.sound import alike, fuzzy, readings, slip

_NEVER = 999.0
SOUNDS, NEARLY, SLIP, OTHER = 0.001, 0.02, 100.0, 120.0
_LATE, _VERY_LATE = 1.5, 3.0


@dataclass(frozen=True, slots=True)
class Laid:
    """How a wording lies along a name, the cheapest way."""

    leaps: float
    apart: float
    """0 as written, up to NEARLY for all the same sounds, more for similar ones."""
    other: float
    """0, or SLIP for a character that a slip explains, or OTHER for one that nothing does."""
    left: int
    """How many characters of the name's brand follow uncovered."""


@lru_cache(maxsize=1 << 16)
def difference(one: str, other: str) -> float:
    """0 for the same, then SOUNDS, NEARLY (similar sound), SLIP, OTHER. A typed syllable counts as a character."""
    if one == other:
        return 0.0
    if alike(one, other):
        return SOUNDS
    if not {fuzzy(s) for s in readings(one)}.isdisjoint(fuzzy(s) for s in readings(other)):
        return NEARLY
    return SLIP if slip(one, other) else OTHER


def in_order(wording: str, name: str) -> bool:
    """Whether the name has all characters of the wording in order."""
    position = -1
    for char in wording:
        position = name.find(char, position + 1)
        if position < 0:
            return False
    return True


def all_but_one(wording: str, name: str) -> bool:
    """Whether the name has all characters of the wording in order if one of them is left out."""
    ahead, position = [], -1
    for char in wording:
        position = name.find(char, position + 1)
        if position < 0:
            break
        ahead.append(position)
    position = len(name)
    for i in range(len(wording) - 1, -1, -1):
        if i <= len(ahead) and (ahead[i - 1] if i else -1) + 1 < position:
            return True
        position = name.rfind(wording[i], 0, position)
        if position < 0:
            return False
    return False


def lay(wording: Sequence[str], surface: Surface) -> Laid | None:
    """The cheapest way to find the wording in the name; None if two characters or more are not there."""
    text, length = surface.text, len(surface.text)
    if len(wording) > length:
        return None
    row = [_start(j, surface) + difference(wording[0], text[j]) for j in range(length)]
    for char in wording[1:]:
        row = _next(row, char, surface)
    cost, end = min((cost, j) for j, cost in enumerate(row))
    if cost >= 2 * SLIP:
        return None
    other = OTHER if cost >= OTHER else SLIP if cost >= SLIP else 0.0
    leaps = (cost - other) // 0.5 * 0.5
    return Laid(leaps, cost - other - leaps, other, max(0, surface.trade - end - 1))


def _start(position: int, surface: Surface) -> float:
    if position in {0, surface.brand}:
        return 0.0
    return _LATE if surface.steps[position] < 1 else _VERY_LATE


def _next(row: list[float], char: str, surface: Surface) -> list[float]:
    """The costs one character further on. No leap goes over the start of the brand: that is another company."""
    text, steps, over = surface.text, surface.steps, surface.brand + 1
    best, found = _NEVER, [_NEVER]
    for j in range(1, len(row)):
        if j == over:
            best = _NEVER
        before, leap = row[j - 1], best + steps[j]
        found.append((before if before < leap else leap) + difference(char, text[j]))
        if before < best:
            best = before
    return found
