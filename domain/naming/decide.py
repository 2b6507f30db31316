"""One decision: which customer a wording means, or whom to offer.

A match files words under a customer without asking, so it needs a hit that is sure and nobody else as near:

    written   a name, or a name without form, place or trade, as it stands           0.90 - 1
    parts     its characters in order, from the brand on                             0.83 - 0.88
    sound     a key that sounds the same; pinyin typed; initials                     0.80 - 0.90
    asked     one character slipped, another place, a group, a branch, a stranger    below 0.80: candidates only
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, TypeAlias

from domain.naming.address import branch_of, names_nobody, peel
from domain.naming.align import NEARLY, SLIP, Laid, all_but_one, difference, in_order, lay
from domain.naming.forms import agree, normal, split, tidy
from domain.naming.index import Shelf
from domain.naming.records import Identity, Named, Surface
from domain.naming.sound import codes, keys, typed

Reason: TypeAlias = Literal["name", "place", "parts", "sound", "pinyin", "initials", "slip", "relative"]
Candidate: TypeAlias = tuple[Identity, float, Reason]
SURE = 0.8
_MARGIN = 0.015
_STEM_AT_MOST = 0.93
_MOST_CANDIDATES = 4
_LONG = 4
_LONG_ENOUGH_TO_SLIP = 8
_PAIR = 2
_LONGEST = 80
"""Characters of a wording; what is longer names no company."""
_ASK = 0.79
_LEAP, _ONLY_SOUNDS, _BRAND_CUT = 0.03, 0.02, 0.02
_OTHERWISE_PLACED = 0.02  # 浙江华星 where 杭州华星 is on record: behind whoever is in 浙江 by his own name


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a wording means. Without a match, `score` is that of the best candidate. Candidates stand best first."""

    match: Identity | None
    score: float
    candidates: tuple[Candidate, ...]


_NOBODY = Found(None, 0.0, ())


@dataclass(frozen=True, slots=True)
class _Hit:
    slot: int
    score: float
    reason: Reason
    covered: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to read a wording: the name in it, and the places said beside that name."""

    text: str
    said: frozenset[str] = frozenset()
    legal: bool = False


class NameIndex:
    """All customers by name. Looking up is pure and takes well under a millisecond for some thousands of them."""

    def __init__(self, names: Iterable[Named] = ()) -> None:
        self._shelf = Shelf()
        for named in names:
            self.add(named)

    def __len__(self) -> int:
        return len(self._shelf)

    def add(self, named: Named) -> None:
        """Take a customer in, in place of the one with the same id."""
        self._shelf.add(named)

    def remove(self, identity: Identity) -> None:
        """Forget a customer; nothing happens if it is not known."""
        self._shelf.remove(identity)

    def find(self, wording: str) -> Found:
        """Which customer the wording means, be it a name in any form with forms of address around it."""
        tidied = tidy(wording)
        if not 0 < len(tidied) <= _LONGEST:
            return _NOBODY
        hits = list(self._written(tidied))
        if any(hit.score >= SURE for hit in hits):
            return self._decide(hits)
        hits, texts = [], peel(tidied)
        for step in (self._written, self._otherwise):
            for text in texts:
                found = list(step(text))
                hits += found
                if any(hit.score >= SURE for hit in found):
                    return self._decide(hits)
        return self._decide(hits or list(self._relatives(texts[-1])))

    def _written(self, text: str) -> Iterator[_Hit]:
        for reading in _readings(text):
            for slot, worth in self._shelf.written(reading.text):
                sure = worth > _STEM_AT_MOST or not reading.legal
                yield self._placed(_Hit(slot, worth if sure else _ASK - 0.02, "name"), reading)

    def _otherwise(self, text: str) -> Iterator[_Hit]:
        if (company := branch_of(text)) is not None:
            yield from self._relatives(company)
        elif normal(text).isascii():
            yield from self._latin(normal(text))
        elif not names_nobody(normal(text)):
            for reading in _readings(text):
                yield from (self._placed(hit, reading) for hit in self._by_sound(reading.text))
                yield from (self._placed(hit, reading) for hit in self._by_parts(reading.text, legal=reading.legal))

    def _placed(self, hit: _Hit, reading: _Reading) -> _Hit:
        """The hit if the places that were said fit the customer; else what is left of it: a question."""
        own = self._shelf.record(hit.slot).places
        if reading.said <= own:
            return hit
        if not reading.legal and agree(reading.said, own):
            return replace(hit, score=hit.score - _OTHERWISE_PLACED)
        return _Hit(hit.slot, min(hit.score, 0.7), "place", hit.covered)

    def _by_sound(self, text: str) -> Iterator[_Hit]:
        for sound in keys(text):
            for slot, name in self._shelf.spoken(sound):
                yield _Hit(slot, _sound_score(text, name, self._shelf.record(slot).keys[name]), "sound")

    def _by_parts(self, wording: Sequence[str], *, legal: bool = False) -> Iterator[_Hit]:
        sounds = codes(wording)
        whole, but_one = self._shelf.near(wording)
        sure = False
        for slot in whole:
            for at, text in enumerate(self._shelf.texts(slot)):
                if not in_order(sounds, codes(text)):
                    continue
                surface = self._shelf.record(slot).surfaces[at]
                if laid := lay(wording, surface):
                    hit = _part(wording, surface, laid, slot, legal=legal)
                    sure = sure or hit.score >= SURE
                    yield hit
        if not sure and isinstance(wording, str):
            yield from self._slipped(wording, chain(whole, but_one), legal=legal)

    def _slipped(self, wording: str, slots: Iterable[int], *, legal: bool) -> Iterator[_Hit]:
        if len(wording) == _PAIR:
            yield from self._slipped_pair(wording)
            return
        for slot in slots:
            for at, text in enumerate(self._shelf.texts(slot)):
                if all_but_one(wording, text) and (laid := lay(wording, self._shelf.record(slot).surfaces[at])):
                    yield _part(wording, self._shelf.record(slot).surfaces[at], laid, slot, legal=legal)

    def _slipped_pair(self, wording: str) -> Iterator[_Hit]:
        """Brands and short names of two characters of which one is written otherwise."""
        for slot in self._shelf.pairs(wording):
            record = self._shelf.record(slot)
            for key in record.keys:
                if len(key) == _PAIR and (wording[0] == key[0] or wording[1] == key[1]):
                    other = max(map(difference, wording, key))
                    yield _Hit(slot, 0.75 if other == SLIP else 0.65, "slip", _PAIR / len(record.named.full))

    def _latin(self, text: str) -> Iterator[_Hit]:
        for syllables in typed(text):
            for slot, _ in self._shelf.spoken(codes(syllables)):
                yield _Hit(slot, 0.88, "pinyin")
            if len(syllables) > _PAIR:
                yield from (replace(hit, reason="pinyin") for hit in self._by_parts(syllables))
        for slot in self._shelf.initialled(text):
            yield _Hit(slot, 0.82 if len(text) >= _LONG else _ASK, "initials")

    def _relatives(self, text: str) -> Iterator[_Hit]:
        """Whose name the wording begins with: a group, a subsidiary, a branch or a namesake of theirs."""
        for reading in _readings(text):
            for end in range(len(reading.text), 1, -1):
                if found := self._shelf.written(reading.text[:end]):
                    yield from (_Hit(slot, 0.6 * worth, "relative") for slot, worth in found)
                    break

    def _decide(self, hits: list[_Hit]) -> Found:
        best: dict[int, _Hit] = {}
        for hit in hits:
            if hit.slot not in best or hit.score > best[hit.slot].score:
                best[hit.slot] = hit
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, -hit.covered))[:_MOST_CANDIDATES]
        if not ranked:
            return _NOBODY
        first, others = ranked[0], ranked[1:]
        alone = not others or first.score - others[0].score >= _MARGIN
        match = self._shelf.record(first.slot).named.id if first.score >= SURE and alone else None
        candidates = tuple((self._shelf.record(h.slot).named.id, round(h.score, 3), h.reason) for h in ranked)
        return Found(match, round(first.score, 3), candidates)


def _readings(text: str) -> tuple[_Reading, ...]:
    """The wording whole, without its company form, and without its places; a 集团 stays, for it is another company."""
    parts, whole = split(text), normal(text)
    group = "集团" if parts.form.startswith("集团") else ""
    bracketed = frozenset(parts.places) - frozenset(split(parts.named).places)
    found = {whole: _Reading(text=whole, legal=parts.legal)}
    for name, said in ((parts.named, bracketed), (parts.core, frozenset(parts.places))):
        name = name.removeprefix("的").removesuffix("的") + group
        if len(name) > 1:
            found.setdefault(name, _Reading(text=name, said=said, legal=parts.legal))
    return tuple(found.values())


def _sound_score(text: str, name: str, worth: float) -> float:
    """Down from 0.9 for a whole name that sounds the same; what only nearly does is asked unless it is long."""
    apart = [difference(a, b) for a, b in zip(text, name, strict=True)]
    if max(apart) < NEARLY:
        return 0.9 * worth - sum(apart)
    return 0.81 if len(text) >= _LONG else _ASK


def _part(wording: Sequence[str], surface: Surface, laid: Laid, slot: int, *, legal: bool) -> _Hit:
    length = len(wording)
    covered = length / len(surface.text)
    if laid.other:
        base = 0.75 if laid.other == SLIP else 0.65
        sure = length >= _LONG_ENOUGH_TO_SLIP and laid.other == SLIP and not (laid.leaps or laid.apart)
        return _Hit(slot, SURE if sure else base - 0.02 * laid.leaps - laid.apart / 10, "slip", covered)
    score = 0.88 - _LEAP * laid.leaps - laid.apart / 10 - (_ONLY_SOUNDS if laid.apart else 0)
    if legal or not _near_enough(length, laid):
        score = min(score, (0.72 if laid.apart else _ASK) - laid.leaps / 100)
    elif not surface.whole_brand(codes(wording)):
        score -= _BRAND_CUT
    return _Hit(slot, score, "parts", covered)


def _near_enough(length: int, laid: Laid) -> bool:
    """Whether parts of a name are worth a match: long wordings may leap, those that only sound alike hardly."""
    if laid.apart:
        return length > _PAIR and laid.leaps <= 0.5 and laid.apart < NEARLY
    if length <= _PAIR:
        return laid.leaps <= 0.5 and laid.left != 1
    return laid.leaps <= (1.0 if length < _LONG else 2.5)
