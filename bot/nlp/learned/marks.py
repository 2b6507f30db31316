"""What the learned reader sees of a character: the characters beside it, the words around it and their lists.

A mark is a short string such as `c-1=给`. These are all of them, as the weights are fitted; `sums` adds the same marks
up in fewer steps.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.segment import segmenter

EDGE = "^"
CHARS = (-1, 0, 1)  # the characters beside, by their offset
PAIRS = (-1, 0)  # where the pairs begin that hold the character
WORDS = (-2, -1, 1, 2)  # the words beside the character's own
ENDS = 2  # characters from an end of the text that know that they stand there
STOPS = frozenset("，。；！？\n ,…")
_LISTS = (
    ("surnames", "surnames"),
    ("ends", "org_suffixes"),
    ("breaks", "breaks"),
    ("common", "not_names"),
    ("titles", "titles"),
    ("places", "places"),
    ("addressed", "addresses"),
    ("brands", "brands"),
    ("nogoods", "not_products"),
)


def of_text(doc: Doc) -> list[list[str]]:
    """The marks of each character."""
    norm, cuts = doc.norm, doc.cuts
    found = [[*_beside(norm, at), *_at_ends(at, len(norm))] for at in range(len(norm))]
    verbs = ahead(doc)
    for index, (start, end) in enumerate(pairwise(cuts)):
        around = [verbs[index]]
        for offset in WORDS:
            word = doc.said[index + offset] if 0 <= index + offset < len(doc.said) else EDGE
            around += [f"{offset}:{mark}" for mark in of_word(word)]
        for at in range(start, end):
            place = place_of(at - start, end - start)
            found[at] += around + [f"{place}:{mark}" for mark in ("", *of_word(doc.said[index]))]
    return found


def place_of(at: int, length: int) -> str:
    """Where a character stands in its word: S a word by itself, B its beginning, E its end, M between."""
    if length == 1:
        return "S"
    return "B" if at == 0 else "E" if at == length - 1 else "M"


def of_word(word: str) -> tuple[str, ...]:
    """What is known of a word: itself, its part of speech, its lists, whether goods end so, what it is written in."""
    lists = tuple(name for name, listed in _LISTS if word in lexicon.words(listed))
    goods = ("goods",) if word in _goods() or word[-1] in _goods() or word[-2:] in _goods() else ()
    return (f"w={word}", f"t={segmenter().tag(word)}", *lists, *goods, f"s={_written(word)}")


def ahead(doc: Doc) -> list[str]:
    """For each word the last verb in front of it within its thought."""
    found, verb = [], EDGE
    for word in doc.said:
        if word in STOPS:
            found.append(f"v={EDGE}")
            verb = EDGE
            continue
        found.append(f"v={verb}")
        if segmenter().tag(word).startswith("v"):
            verb = word
    return found


def _beside(norm: str, at: int) -> list[str]:
    marks = [f"c{offset}={_char(norm, at + offset)}" for offset in CHARS]
    return marks + [f"p{offset}={_char(norm, at + offset)}{_char(norm, at + offset + 1)}" for offset in PAIRS]


def _char(norm: str, at: int) -> str:
    return norm[at] if 0 <= at < len(norm) else EDGE


def _at_ends(at: int, length: int) -> list[str]:
    first = [f"first{at}"] if at < ENDS else []
    return first + ([f"last{length - 1 - at}"] if length - 1 - at < ENDS else [])


@cache
def _goods() -> frozenset[str]:
    return frozenset(word for word, kind in lexicon.rows("goods") if kind == "tail")


def _written(word: str) -> str:
    first = word[0]
    if first.isdigit():
        return "digits"
    if first.isascii() and first.isalpha():
        return "latin"
    return f"han{min(len(word), 4)}" if "\u4e00" <= first <= "\u9fff" else "other"
