"""The weights of all marks of each character, added up: what `marks.of_text` names, a text at a time.

What a word adds, by itself and beside others, is kept for the next text in which it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.learned.marks import CHARS, EDGE, ENDS, PAIRS, STOPS, WORDS, of_word
from bot.nlp.learned.weights import load
from bot.nlp.segment import segmenter

_MANY = 8192  # words that are kept: some megabytes


def of_text(doc: Doc) -> list[int]:
    """For each character the packed sum of its weights."""
    norm = doc.norm
    if not norm:
        return []
    of_chars = map(_table("c", CHARS).get, norm, repeat((0,) * len(CHARS)))
    columns = [_shifted(values, by) for values, by in zip(zip(*of_chars, strict=True), CHARS, strict=True)]
    pairs = [f"{EDGE}{norm[:1]}", *doc.pairs, f"{norm[-1:]}{EDGE}"]
    of_pairs = zip(*map(_table("p", PAIRS).get, pairs, repeat((0,) * len(PAIRS))), strict=True)
    columns += [values[1 + by :] for values, by in zip(of_pairs, PAIRS, strict=True)]
    columns.append(_of_words(doc))
    found = list(map(sum, zip(*columns, strict=False)))
    marks = load().marks
    for at in range(min(ENDS, len(found))):
        found[at] += marks.get(f"first{at}", 0)
        found[-1 - at] += marks.get(f"last{at}", 0)
    return found


@cache
def _table(head: str, places: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """What each character (or pair) counts for those that stand beside it, by where it stands from them."""
    marks = load().marks
    heads = [f"{head}{by}=" for by in places]
    said = {mark.partition("=")[2] for mark in marks if mark.startswith(tuple(heads))}
    return {chars: tuple(marks.get(head + chars, 0) for head in heads) for chars in said}


def _shifted(values: Sequence[int], by: int) -> Sequence[int]:
    """The values of the characters that stand `by` places further, that of the edge beyond the ends."""
    beyond = (_table("c", CHARS).get(EDGE, (0,) * len(CHARS))[CHARS.index(by)],) * min(abs(by), len(values))
    return (*beyond, *values[:by]) if by < 0 else (*values[by:], *beyond)


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


@lru_cache(maxsize=_MANY)
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
    words = [edge, edge, *map(_added, doc.said), edge, edge]
    found: list[int] = []
    verb = edge.verb
    for two, one, own, next1, next2 in zip(words, words[1:], words[2:], words[3:], words[4:], strict=False):
        around = two.before2 + one.before1 + next1.behind1 + next2.behind2 + (edge.verb if own.kind == _STOP else verb)
        if own.length == 1:
            found.append(around + own.single)
        else:
            found += (around + own.begin, *repeat(around + own.middle, own.length - 2), around + own.end)
        if own.kind:
            verb = own.verb if own.kind == _VERB else edge.verb
    return found
