"""Customers whose names do not end as firms' do: 供电局, 区应急管理局, 省二院; firms of the state with a number, as
中铁十二局三公司; old houses, as 恒春堂 and 福满楼."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.org_places import HAN, Org, Taken, clear_left, clear_right
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_NUMBERED = "(?:[\u4e00-\u9fff]{0,2}[一二三四五六七八九十]{1,3}(?:局|公司|院|所|处|建|部|航局)(?:集团)?){1,3}"
_NOT_BEHIND = "(?![长里])"


def _kind(name: str) -> str:
    return "|".join(word for word, kind in lexicon.rows("org_shapes") if kind == name)


@cache
def _shapes() -> Rule:
    whole = f"(?:{_kind('short')}|(?:{_kind('group')}){_NUMBERED}){_NOT_BEHIND}"
    house = f"[{_kind('house').replace('|', '')}]"
    return Rule(f"(?P<whole>{whole})|(?P<body>(?:{_kind('body')}){_NOT_BEHIND})|(?P<house>{house})")


def by_shape(doc: Doc, taken: Taken) -> list[Org]:
    """The customers of a message by the shape of their names."""
    found = []
    for match in _shapes().each(doc):
        start, end = match.span()
        if match.lastgroup == "house":
            org = _house(doc, end, taken)
        elif match.lastgroup == "body":
            org = _body(doc, start, end, taken)
        else:
            org = Org(start, end, 3) if start in doc.edges else None
        if org is not None:
            found.append(org)
    return found


def _body(doc: Doc, at: int, end: int, taken: Taken) -> Org | None:
    """宁波供电局; without a name of its own it needs a cue or a break on both sides."""
    start = _front(doc, at, taken)
    if not clear_left(doc, start, taken):
        return None
    if start < at:
        return Org(start, end, 3)
    return Org(start, end, 2) if clear_right(doc, end, taken) or _DEPARTMENT.match(doc.norm, end) else None


_RANK = Pattern("(?:[\u4e00-\u9fff]{2,3})?[省市区县州镇乡]")


def _front(doc: Doc, at: int, taken: Taken) -> int:
    """Where the place or the rank in front begins: 宁波 + 海曙区 + 教育局, 区 + 教育局."""
    start, index = at, bisect_left(doc.cuts, at) - 1
    while index >= 0 and (first := doc.cuts[index]) >= taken.wall(at):
        word = doc.norm[first:start]
        if len(word) == _LED and word[0] in "去到在找跟" and _RANK.fullmatch(word[1:]):
            return first + 1
        if not (_RANK.fullmatch(word) or word in lexicon.words("places") or segmenter().tag(word) in ("ns", "nz")):
            break
        start, index = first, index - 1
    return start


_LED = 2  # 去区, which the dictionary takes for one word
_DEPARTMENT = Pattern("的?[\u4e00-\u9fff]{2,4}(?:部|科|处|室|中心)")


_NAME = 3  # characters of a house's name
_UNCOMMON = ("nz", "nr", "ns", "nt")


def _house(doc: Doc, end: int, taken: Taken) -> Org | None:
    """恒春堂那边, 和聚贤庄谈了: three characters that are no ordinary word, between what may stand beside a name."""
    start = end - _NAME
    if not {start, end} <= doc.edges or not HAN.fullmatch(doc.norm, start, end):
        return None
    if not taken.inside.isdisjoint(range(start, end)) or doc.norm[start:end] in lexicon.words("not_names"):
        return None
    words = segmenter().cut(doc.norm[start:end])
    if not all(_uncommon(word) for word in words[: len(words) - (len(words) > 1)]):
        return None
    right = clear_right(doc, end, taken)
    if clear_left(doc, start, taken):
        return Org(start, end, 2) if right or len(words) == 1 else None
    return Org(start, end, 2) if right and doc.norm[start - 1] in "的是" else None


def _uncommon(word: str) -> bool:
    tag = segmenter().tag(word)
    if word in lexicon.words("breaks") or word in lexicon.words("not_names") or word[0] in _COUNTS:
        return False
    return not tag or tag.startswith(_UNCOMMON)


_COUNTS = frozenset("一二两三四五六七八九十几0123456789这那每")
