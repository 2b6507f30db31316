"""The word lists in `words/*.txt`, read once each.

A line is `word` or `word<TAB>kind`; `#` begins a comment, an empty line is nothing.
What its kinds mean is said at the head of each list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_MANY = 40
_GROUP = 16  # branches that are tried one after another


@cache
def rows(name: str) -> tuple[tuple[str, str], ...]:
    """The list `words/NAME.txt` as (word, kind) in its own order; the kind is empty where the line has none."""
    text = files("bot.nlp").joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    found: list[tuple[str, str]] = []
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if line:
            word, _, kind = line.partition("\t")
            found.extend((part, kind.strip()) for part in word.split())
    return tuple(found)


@cache
def words(name: str) -> frozenset[str]:
    """All words of a list."""
    return frozenset(word for word, _ in rows(name))


@cache
def either_of(*names: str) -> frozenset[str]:
    """All words of several lists."""
    return frozenset().union(*map(words, names))


@cache
def kinds(name: str) -> dict[str, str]:
    """Word to kind; the first line of a word wins."""
    table: dict[str, str] = {}
    for word, kind in rows(name):
        table.setdefault(word, kind)
    return table


@cache
def either(name: str, kind: str | None = None, *, also: str = "") -> str:
    """The words of a list (of one kind) and of another one as the inside of an alternation in which the longest wins.

    Each first character is a branch of its own, and words that begin alike are not tried one after another; hundreds
    of single characters (surnames) are one class. Many branches stand in groups behind their first characters, so
    that a place in a text costs a few looks and not one for each of them.
    """
    chosen = {word for word, of in rows(name) if kind is None or of == kind} | (words(also) if also else set())
    longer = {word[0] for word in chosen if len(word) > 1}
    single = {word for word in chosen if len(word) == 1} - longer
    if len(single) < _MANY:
        single = set()
    branches = [(re.escape(head), re.escape(head) + _rest(tails)) for head, tails in _by_head(chosen - single)]
    if single:
        inside = "".join(map(re.escape, sorted(single)))
        branches.append((inside, f"[{inside}]"))
    if len(branches) <= _GROUP:
        return "|".join(said for _, said in branches)
    groups = [branches[at : at + _GROUP] for at in range(0, len(branches), _GROUP)]
    return _behind(branches, "|".join(_behind(group, "|".join(said for _, said in group)) for group in groups))


def _behind(branches: list[tuple[str, str]], said: str) -> str:
    """`said`, tried only where one of the first characters of the branches stands."""
    return f"(?=[{''.join(heads for heads, _ in branches)}])(?:{said})"


@cache
def heads(name: str) -> str:
    """The first characters of a list's words, as the inside of a character class."""
    return "".join(re.escape(char) for char in sorted({word[0] for word in words(name)}))


@cache
def beginnings(name: str, *kinds: str) -> frozenset[str]:
    """The first two characters of a list's words (of some kinds) in lower case, one where a word has no second."""
    return frozenset(word[:2].lower() for word, of in rows(name) if not kinds or of in kinds)


def _by_head(chosen: Iterable[str]) -> list[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for word in chosen:
        found.setdefault(word[0], set()).add(word[1:])
    return sorted(found.items())


def _rest(tails: set[str]) -> str:
    """How words go on behind what they share; the empty tail comes last."""
    more = [re.escape(head) + _rest(rest) for head, rest in _by_head(tails - {""})]
    if "" not in tails:
        return more[0] if len(more) == 1 else f"(?:{'|'.join(more)})"
    return f"(?:{'|'.join(more)})?" if more else ""
