"""Where the name of an organisation may begin and end, and what stands beside one: shared by all ways to find them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import chain, starmap
from operator import itemgetter
from typing import NamedTuple

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_NAME_CHARS = Pattern(r"[\u4e00-\u9fffa-z0-9&]*")
HAN = Pattern(r"[\u4e00-\u9fff]{2,6}")
LONGEST_STEM = 6
_ROLE = Pattern("[\u4e00-\u9fff]{1,3}(?:长|员|师|医|师傅|主任|经理|主管|助理|秘书|代表|司机)")
ADDRESSED = Pattern(r"[\u4e00-\u9fff](?:总|工|姐|哥|经理|主任|老板)$")


def a_role(said: str) -> bool:
    """店长, 兽医, 材料员: what somebody is, and no firm."""
    return said in lexicon.words("titles") or _ROLE.fullmatch(said) is not None


class Org(NamedTuple):
    """A mention of an organisation; `weight` says how sure its wording makes it (4: on record)."""

    start: int
    end: int
    weight: int

    def words(self, doc: Doc) -> Words:
        return doc.words(self.start, self.end)


class Taken(NamedTuple):
    """Places that belong to something else: times, people, rivals."""

    starts: frozenset[int]
    ends: frozenset[int]
    inside: frozenset[int]
    walls: tuple[int, ...]

    @classmethod
    def of(cls, places: Iterable[tuple[int, int]]) -> Taken:
        listed = list(places)
        starts, ends = frozenset(map(itemgetter(0), listed)), frozenset(map(itemgetter(1), listed))
        inside = frozenset(chain.from_iterable(starmap(range, listed)))
        return cls(starts, ends, inside, tuple(sorted(ends)))

    def wall(self, at: int) -> int:
        """Where the last place ends that ends at or before `at`."""
        index = bisect_right(self.walls, at)
        return self.walls[index - 1] if index else 0


@cache
def _left_cues() -> dict[str, tuple[str, ...]]:
    """The words behind which a name may begin, by their last character."""
    found: dict[str, list[str]] = {}
    for word, of in lexicon.rows("org_cues"):
        if of == "left":
            found.setdefault(word[-1], []).append(word)
    return {last: tuple(cues) for last, cues in found.items()}


@cache
def _right_cue() -> Pattern:
    return Pattern(f"(?:{lexicon.either('org_cues', 'right')})")


def stem_start(doc: Doc, at: int, taken: Taken) -> int:
    """Walk left over words that may be part of a name, six characters at most."""
    start, wall = at, max(taken.wall(at), at - LONGEST_STEM)
    norm, cuts, breaks = doc.norm, doc.cuts, lexicon.words("breaks")
    index = bisect_left(cuts, at) - 1
    while index >= 0 and (first := cuts[index]) >= wall:
        if norm[first:start] in breaks or not _NAME_CHARS.fullmatch(norm, first, start):
            break
        start, index = first, index - 1
    return start


def near(doc: Doc, at: int) -> list[tuple[int, int]]:
    """The words that begin in the twelve characters before an offset."""
    return list(doc.tokens[bisect_left(doc.cuts, at - 12) : bisect_left(doc.cuts, at)])


def _of_place(doc: Doc, at: int) -> bool:
    """慈溪的宏宇轴承, 东阿路上的同善堂: where they are."""
    index = bisect_left(doc.cuts, at) - 1
    if index < 0 or doc.cuts[index + 1] != at:
        return False
    word = doc.norm[doc.cuts[index] : at]
    return word in lexicon.words("places") or segmenter().tag(word) in ("ns", "nrt", "s")


_NUMBER = Pattern(r"(?:^|[\n，。；：:])(?:\d{1,2}[.、)]?|[①-⑳])$|[①-⑳]$")  # 1 福满楼签了, ②永盛纸箱: items of a list


def clear_left(doc: Doc, start: int, taken: Taken) -> bool:
    if doc.norm[start - 1 : start] == " " and start in doc.starts:
        return True  # 油烟净化器 聚福楼 报了1万9: blanks instead of commas
    before = doc.norm[max(0, start - 10) : start].rstrip(" ")
    if not before or start in taken.ends or not (before[-1].isalnum() or before[-1] in "-%."):
        return True
    if before.endswith(_left_cues().get(before[-1], ())):
        return True
    if before[-1] == "的":
        return _of_place(doc, start - 1)
    return not before[-1].isalpha() and _NUMBER.search(before) is not None


_DEPARTMENT = Pattern(
    "[\u4e00-\u9fff]{2,3}(?:科|处|部|室)(?:的(?!事)|副?[\u4e00-\u9fff]?长|主任|经理|主管|说|那边|换人|，|。|\\)|$)"
)


def clear_right(doc: Doc, end: int, taken: Taken) -> bool:
    if end == len(doc.norm) or not (doc.norm[end].isalnum() or doc.norm[end] in "%.&·"):
        return True
    if end in taken.starts or end + 1 in taken.starts or _right_cue().match(doc.norm, end):
        return True
    return _DEPARTMENT.match(doc.norm, end) is not None
