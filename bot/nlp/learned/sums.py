"""The weights of all marks of each character, added up: what `marks.of_text` names, a text at a time.

What a word or a pair of characters adds, by itself and beside others, is kept for the next text in which it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import repeat
from operator import add
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.learned.marks import EDGE, ENDS, STOPS, WORDS, of_word
from bot.nlp.learned.weights import load
from bot.nlp.segment import segmenter

_MOST = 8192  # words that are kept, and pairs: some megabytes


def of_text(doc: Doc) -> list[int]:
    """For each character the packed sum of its weights."""
    norm = doc.norm
    if not norm:
        return []
    pairs = [f"{EDGE}{norm[0]}", *doc.pairs, f"{norm[-1]}{EDGE}"]
    first, second = _beside()
    found = list(map(add, map(add, map(second.__getitem__, pairs), map(first.__getitem__, pairs[1:])), _of_words(doc)))
    marks = load().marks
    for at in range(min(ENDS, len(found))):
        found[at] += marks.get(f"first{at}", 0)
        found[-1 - at] += marks.get(f"last{at}", 0)
    return found


class _OfPairs(dict[str, int]):
    """Two neighbouring characters -> what they count for one of them, worked out when they are first met: the weights
    that `own` (itself, where this place is to know it), `other` and `both` have in the table."""

    def __init__(self, own: str | None, at: int, other: str, both: str) -> None:
        self._own, self._at, self._other, self._both = own, at, other, both

    def __missing__(self, pair: str) -> int:
        if len(self) >= _MOST:
            self.clear()
        marks, at = load().marks, self._at
        found = marks.get(f"{self._other}{pair[1 - at]}", 0) + marks.get(f"{self._both}{pair}", 0)
        if self._own is not None:
            found += marks.get(f"{self._own}{pair[at]}", 0)
        self[pair] = found
        return found


@cache
def _beside() -> tuple[_OfPairs, _OfPairs]:
    """What a pair counts for its first and for its second character, the latter with that character itself."""
    return _OfPairs(None, 0, "c1=", "p0="), _OfPairs("c0=", 1, "c-1=", "p-1=")


class _Added(NamedTuple):
    """What a word adds to its own characters, by their place in it, and to those of the words around."""

    single: int
    begin: int
    middle: int
    end: int
    before2: int  # to the second word behind it
    before1: int
    behind1: int
    behind2: int
    verb: int  # to the words behind it, where it is the last verb of the thought
    kind: int
    length: int


_NO_VERB, _VERB, _STOP = range(3)
_TWO = 2


@lru_cache(maxsize=_MOST)
def _added(word: str) -> _Added:
    known, table = of_word(word), _of_marks()
    told = [table[mark] for mark in ("", *known) if mark in table]
    kind = _STOP if word in STOPS else _VERB if segmenter().tag(word).startswith("v") else _NO_VERB
    return _Added._make(
        (*map(sum, zip(_NOTHING, *told, strict=True)), load().marks.get(f"v={word}", 0), kind, len(word))
    )


_PLACES = (*(f"{place}:" for place in "SBME"), *(f"{by}:" for by in WORDS))
_NOTHING = (0,) * len(_PLACES)


@cache
def _of_marks() -> dict[str, tuple[int, ...]]:
    """What each mark of a word counts, by the place of the character: in the word, or beside it."""
    marks = load().marks
    said = {mark.partition(":")[2] for mark in marks if mark.startswith(_PLACES)}
    return {mark: tuple(marks.get(place + mark, 0) for place in _PLACES) for mark in said}


def _of_words(doc: Doc) -> list[int]:
    edge = _added(EDGE)
    own = list(map(_added, doc.said))
    two, one, next1, next2 = zip(*[word[4:8] for word in (edge, edge, *own, edge, edge)], strict=True)
    around = map(sum, zip(two, one[1:], next1[3:], next2[4:], _of_verbs(own, edge), strict=False))
    found: list[int] = []
    for said, (single, begin, middle, end, *_, length) in zip(around, own, strict=True):
        if length == 1:
            found.append(said + single)
        elif length == _TWO:
            found += (said + begin, said + end)
        else:
            found += (said + begin, *repeat(said + middle, length - 2), said + end)
    return found


def _of_verbs(words: Sequence[_Added], edge: _Added) -> list[int]:
    """For each word what the last verb in front of it within its thought counts."""
    found, verb = [], edge.verb
    for word in words:
        kind = word.kind
        found.append(edge.verb if kind == _STOP else verb)
        if kind:
            verb = word.verb if kind == _VERB else edge.verb
    return found
