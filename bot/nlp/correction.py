"""Corrections, taken apart: 不对，是60万; 是60万不是80万; 李工是技术不是采购; 电话错了，是138…; 竞品去掉.

Only the words are taken apart here. Which value of the last note they mean depends on that note: see
`bot.handlers.righting`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from bot.nlp import lexicon
from bot.nlp.doc import Doc, paused
from bot.nlp.parsed import Amount, Correction, Span, Words
from bot.nlp.pattern import Pattern

_WRONG = r"(?:不对|错了|写错了?|记错了?|说错了?|搞错了?|弄错了?|填错了?|算错了?|报错了?|看错了?|听错了?|输错了?)"
# 刚才那个是65万: what was just said had another figure.
_THAT_ONE = (
    r"(?:刚才|刚刚|上面|前面)(?:说|报|记|写)?的?那个(?=(?:应该|其实|才)?是(?:大概|大约|约)?[\d一二两三四五六七八九十])"
)
# Behind a mark nothing but the right customer: 我说错客户了，是宏图.
_WHOSE = r"(?:不是|不对|我|，|,)*(?:刚才|刚刚)?(?:说|写|记|发|弄|搞)错(?:了)?(?:客户|公司|单位|一家)(?:了)?"
_OF_ONE = r"(?:把)?[^，。！？我]{2,10}?(?:那条|这条|那个|那家|的那条|的记录|的)(?=不对|错了|记错|写错|说错|有误)"
_MARK = Pattern(
    rf"(?:啊|哦|哎|呃|嗯|刚|刚才|刚刚|[，, ])*(?:{_OF_ONE})?"
    rf"(?:{_WHOSE}|{_WRONG}|更正|打错了?|改一下|纠正|不好意思|抱歉|口误|刚才(?:说|记|写)错了?|{_THAT_ONE})"
    r"(?:一下|[，,：: 。！了])*"
)
_LEAD = r"(?:他们|她们|客户|对方|咱们|我们?|他|她|那个|这个|刚才|刚刚|实际|其实|说|[，, ])*(?:的)?"
_SUBJECT = r"(?P<subject>[^，。！？是]{0,10}?)"
_SHOULD = r"(?:应该|才|其实|就)*"
_FORMS = tuple(
    Pattern(form)
    for form in (
        rf"{_SUBJECT}(?:不是|不叫)(?P<wrong>[^，。！？]{{1,20}}?)[，, ]?{_SHOULD}"
        r"(?:而?是|叫|改到|改成)(?P<right>[^，。！？]{1,40})",
        rf"{_SUBJECT}{_SHOULD}是(?P<right>[^，。！？]{{1,30}}?)[，, ]?(?:而)?不是(?P<wrong>[^，。！？]{{1,20}})",
    )
)
# 不对，刘工没来; 不对，没见到刘工.
_ABSENT = Pattern(
    r"(?:其实|[，, ])*(?P<who>[\u4e00-\u9fff]{2,4}?)(?:今天|当时|其实|这次|也|根本)*"
    r"(?:没有?(?:来|在场?|到场?|去|参加|出现|见到?)|不在场?)"
    r"|(?:其实|今天|当时|这次|[，, ])*没有?(?:见|遇|碰)(?:到|着)?(?P<who2>[\u4e00-\u9fff]{2,4})"
)
_PLAIN = Pattern(rf"{_SUBJECT}{_SHOULD}(?:是|改成|改为|叫)(?P<right>.{{1,60}})")
_CHANGED = Pattern(r"(?:块钱?|元)?[，, ]?(?:改成|改为|改到|更正为|更正成|应该是|写成)了?(?:是)?")
_TAIL = Pattern(r"(?:的|了|吧|啊|哈|呀|[。！!~，, ])+$")
_THEY = r"(?:他们?|她们?|客户|对方|甲方|那边|[\u4e00-\u9fff]{1,3}(?:总|工|经理|主任|老板|姐|哥))"
_WE = r"(?:我们?|咱们?|我方|我司)"
_DEED = r"(?:答应|承诺|说|要|来|负责|去|会|自己)?(?:的)?(?P<deed>[^，。]{0,12})"
_SIDES = {"theirs": (Pattern(_THEY + _DEED), Pattern(_WE + _DEED))}
_SIDES["ours"] = (_SIDES["theirs"][1], _SIDES["theirs"][0])


@cache
def _cues() -> str:
    return "|".join(word for word, _ in lexicon.rows("correction_slots"))


@cache
def _slots() -> tuple[tuple[str, re.Pattern[str]], ...]:
    order: dict[str, list[str]] = {}
    for pattern, kind in lexicon.rows("correction_slots"):
        order.setdefault(kind, []).append(pattern)
    return tuple((kind, re.compile(rf"{_LEAD}(?:{'|'.join(rows)})(?:的)?")) for kind, rows in order.items())


@cache
def _dropped() -> re.Pattern[str]:
    return re.compile(
        rf"(?:把)?(?P<subject>(?:{_cues()}))(?P<wrong>[^，。]{{0,12}}?)(?:都|给|也)?(?:去掉|删掉|删了|删除|拿掉|不要)(?:了|吧)*"
        rf"|(?:没说|没提|没聊|没谈|没有说|没有)(?:过|到)?(?P<subject2>(?:{_cues()}))(?P<wrong2>[^，。]{{0,12}}?)(?:了|的事)*"
        rf"|(?:去掉|删掉|拿掉)(?:刚才的?)?(?P<subject3>(?:{_cues()}))(?P<wrong3>[^，。]{{0,12}})"
    )


@cache
def _named() -> re.Pattern[str]:
    """电话错了，是138…; 预算是60万; 预算60万."""
    wrong = rf"(?:号码?)?{_WRONG}[，,：: ]*"
    return re.compile(
        rf"{_LEAD}(?P<subject>(?:{_cues()}))(?:的)?(?:{wrong})?{_SHOULD}(?:是|为|改成|改为|：|:)?(?P<right>.{{1,60}})"
    )


@cache
def _opens() -> re.Pattern[str]:
    """What else than 不对 opens a correction: 电话错了, 竞品去掉, 李工是技术不是采购."""
    return re.compile(
        rf"{_LEAD}(?:{_cues()})(?:号码?)?{_WRONG}|(?:把)?(?:{_cues()})[^，。]{{0,12}}?(?:去掉|删掉|删了|拿掉)(?:了|吧)*$"
        rf"|(?:去掉|删掉|拿掉)(?:刚才的?)?(?:{_cues()})[^，。]{{0,12}}$"
        r"|[^，。？?是]{0,10}是[^，。？?]{1,16}[，, ]?(?:而)?不是[^，。？?]{1,16}$"
    )


_WHEN = r"[今明后大前昨下上个周礼拜星期一二两三四五六日天七八九十号月点半刻早晚中午傍底初旬年零\d:： ]{2,16}?"
# 改到后天下午三点, 推迟一小时, 还是改成60万吧: a message that is nothing but the new value of what was just said.
# 周三他没空，改到周五: why it is moved.
_WHY = (
    r"(?:[今明后大前昨下上个周礼拜星期一二两三四五六日天七八九十号月点半刻早晚中午傍底初旬年零\d:： ]{0,8}?"
    r"(?:我|他们?|她|客户|对方|那边)?(?:又|都|可能|有点)?"
    r"(?:不行|没空|没时间|来不及|不方便|有事|有会|赶不上|排不开)[了啊，, ]*)?"
)
_SHIFTED = re.compile(
    _WHY + r"(?:那就?|还是|就|再|哎|算了|麻烦|帮我|给我|把?时间|[，, ])*"
    r"(?P<right>(?:推迟|延后|推后|提前|晚|早)(?:[\d一二两三四五六七八九十半]+个?(?:半)?(?:小时|钟头|分钟|刻钟|天|周|星期|礼拜))|"
    r"(?:改|推迟?|延|延后|挪|提前|换)到?(?=.{2})(?P<when>" + _WHEN + r")|"
    r"(?:改成|改为|换成)(?P<value>" + _WHEN + r"|"
    r"[\d零一二两三四五六七八九十百千万亿.]+(?:多|来)?(?:万|亿|块|元|千|台|套|个点|折|%|w|k)[块元钱左右]{0,2}|"
    r"[\u4e00-\u9fff]{1,2}(?:总|工|经理|主任|老板|姐|哥)))(?:吧|了|哈|啊)?"
)
_LONGEST = 60  # characters of a line that opens so


def opens(norm: str) -> bool:
    """Whether a message begins like a correction that no 不对 announces."""
    if len(norm) > _LONGEST:
        return False
    norm = paused(norm)
    if re.match(_THAT_ONE, norm):
        return True
    return _opens().match(norm) is not None or _SHIFTED.fullmatch(norm.rstrip(" \n。！!~")) is not None


def changed(doc: Doc, places: Sequence[Span]) -> Words | None:
    """合同68万改成70万: the first of two values of one kind, where the message is this one clause.

    What the customer changed (他们把预算从80万改成60万) is news, and no correction."""
    if len(places) <= 1 or len(doc.clauses) != 1 or re.search("从|客户|他们?|她们?|对方|要求|希望|想|让", doc.norm):
        return None
    for left, right in pairwise(places):
        if _CHANGED.fullmatch(doc.norm, left.end, right.start):
            return doc.words(left.start, left.end)
    return None


def read(doc: Doc) -> Correction:
    """The parts of a correction; what is not said is None."""
    said = paused(doc.norm).rstrip(" \n。！!~")
    if shifted := _SHIFTED.fullmatch(said):
        group = next(name for name in ("when", "value", "right") if shifted[name])
        return Correction(right=_words(doc, shifted, group), marked=True, shift=True)
    mark = _MARK.match(said)
    start = mark.end() if mark else 0
    marked = mark is not None or re.search(_WRONG, said[:16]) is not None
    if (gone := _dropped().fullmatch(said, start)) is not None and (marked or "没" not in said[start : start + 1]):
        n = next(n for n in ("", "2", "3") if gone[f"subject{n}"] is not None)
        return Correction(
            denied=_words(doc, gone, f"wrong{n}"), slot=_slot(gone[f"subject{n}"]), marked=marked, dropped=True
        )
    if mark is not None and (absent := _ABSENT.fullmatch(_bare(said), start)):
        who = _words(doc, absent, "who" if absent["who"] else "who2")
        return Correction(denied=who, slot="contact", marked=True, dropped=True)
    for form in _FORMS:
        if found := form.fullmatch(said, start):
            return _both(doc, found, marked=marked)
    return _right_alone(doc, said, start, marked=marked)


def _both(doc: Doc, found: re.Match[str], *, marked: bool) -> Correction:
    subject, right = found["subject"], found["right"]
    side = next(
        (k for k, (they, we) in _SIDES.items() if they.fullmatch(_bare(right)) and we.fullmatch(_bare(found["wrong"]))),
        None,
    )
    return Correction(
        denied=_words(doc, found, "wrong"),
        right=_words(doc, found, "right"),
        subject=_words(doc, found, "subject") if subject else None,
        slot=side or _slot(subject),
        marked=marked,
    )


def _right_alone(doc: Doc, said: str, start: int, *, marked: bool) -> Correction:
    """不对，是60万; 不对，预算60万; 电话错了，是138…: what is right, with or without the name of what it is."""
    if named := _named().fullmatch(said, start):
        right = _words(doc, named, "right")
        return Correction(
            right=right, subject=_words(doc, named, "subject"), slot=_slot(named["subject"]), marked=marked
        )
    plain = _PLAIN.fullmatch(said, start)
    if plain is None:
        rest = doc.words(start, len(said)) if start < len(said) else None
        return Correction(right=rest, marked=marked)
    subject = _words(doc, plain, "subject") if plain["subject"] else None
    return Correction(right=_words(doc, plain, "right"), subject=subject, slot=_slot(plain["subject"]), marked=marked)


def _slot(subject: str | None) -> str:
    """The kind of value that words in front name; empty where they name none."""
    if not subject:
        return ""
    return next((kind for kind, pattern in _slots() if pattern.fullmatch(subject)), "")


def promised_in(said: str) -> str:
    """What is to be done in 我们给方案, 他们承诺的: the deed without whose it is; empty where none is said."""
    for whose, _ in _SIDES.values():
        if found := whose.fullmatch(_bare(said)):
            return found["deed"]
    return ""


def slot_of(said: str) -> str:
    """The kind of value that words name by themselves (报价); empty where they name none."""
    return _slot(said)


def _bare(said: str) -> str:
    return _TAIL.sub("", said)


def _words(doc: Doc, found: re.Match[str], group: str) -> Words | None:
    """The group without what only rounds it off: 微信聊的 -> 微信聊."""
    start, end = found.span(group)
    end = start + len(_bare(doc.norm[start:end]))
    words = doc.words(start, end)
    return words if words.text else None


_NAMED = Pattern(r"预算|报价|合同|首付|定金|尾款|余款|回款|金额|单价|成交|货款|预付")


def bare(doc: Doc, amounts: Sequence[Amount]) -> tuple[Amount, ...]:
    """Amounts that no word names: 不对，是60万."""
    return () if _NAMED.search(doc.norm) else tuple(amounts)
