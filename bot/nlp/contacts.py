"""Telephone numbers and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from bot.nlp.doc import Doc
from bot.nlp.pattern import Pattern


class Reach(NamedTuple):
    """A number (digits only, extension appended) or an address (lower case) with its place."""

    start: int
    end: int
    value: str


_EMAIL = Pattern(
    r"[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}|[a-z0-9._%+-]{1,64}@\[[\d.]{7,15}\]"
)
_MOBILE = Pattern(
    r"(?=[\d(+])(?<![\da-z._-])"
    r"(?:\(?(?:\+|00)?86\)?[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2}|1[3-9]\d[ -]?\d{3}[ -]?\d{5})(?![\da-z])"
)
_LANDLINE = Pattern(
    r"(?=[\d(+])(?<![\da-z._-])(?:\(?(?:\+|00)?86\)?[ -]?)?(\(?0\d{2,3}\)?[ -]?[2-8]\d{2,3}[ -]?\d{4}|"
    r"(?<=86[ -])\d{2,3}[ -][2-8]\d{6,7}|400[ -]?\d{3}[ -]?\d{4}|800[ -]?\d{3}[ -]?\d{4})"
    r"(?:[ ]?(?:转|分机|ext\.?|x|-)[ :]?(\d{1,6}))?(?!\d)"
)
_FOREIGN = Pattern(
    r"(?=[\d(+])(?<![\da-z._#/=%&+-])(?<!\d:)(\(?\+?\d(?:[\d ()./-]{5,24})\d)"
    r"(?: ?(?:ext\.?|x|转) ?(\d{1,6}))?(?![\da-z]|\.\d| [a-f]\d)"
)
_NO_PHONE = Pattern(
    r"(?:单号?|编号|订单|合同|账号|帐号|卡号|税号|身份证|工号|发票|流水|"
    r"快递|运单|序列号|代码|邮编|qq)(?:号码?)?[:是为 ]{0,2}$"
)
_SAID_PHONE = Pattern(
    r"(?:电话|手机|座机|传真|热线|总机|前台|[室处科部办院校台]|(?=[)）][2-8]\d{7}(?!\d)))"
    r"(?:号码?)?(?:[)）]|是|为|:){0,2} ?(?P<n>\d{5,12})(?![ ./()-]{0,2}[\da-z]|[万元块个台人件%年月日号])"
)
_HAN_DIGITS = dict(zip("零〇幺一二三四五六七八九", "001123456789", strict=True))
_SPOKEN = "零〇幺一二三四五六七八九"
_DICTATED = Pattern(
    rf"(?<![{_SPOKEN}十百千万\d])(?:[一幺][三四五六七八九][{_SPOKEN}]{{9}}|[零〇][{_SPOKEN[2:]}][{_SPOKEN}]{{8,10}})"
    rf"(?![{_SPOKEN}十百千万\d])"
)
# In a row, as every number of the mainland has them; the engine skips to a class, but not to a repeated one.
_FOUR_DIGITS = Pattern(r"\d\d{3}")
_DATE_IN = Pattern(
    r"(?<!\d)(?:19|20)\d{2}[-/. ](?:1[0-2]|0?[1-9])[-/. ](?:3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|^(?:19|20)\d\d ?- ?(?:19|20)\d\d$"
)
_DATE_LIKE = Pattern(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[1-9]\d{3}[-./]\d{1,2}|\d+\.\d+|(?:\d ){3,}\d{1,3}")


def find_emails(doc: Doc) -> Iterator[Reach]:
    if "@" not in doc.norm:
        return
    for match in _EMAIL.finditer(doc.norm):
        yield Reach(match.start(), match.end(), match.group())


def find_phones(doc: Doc, *, abroad: bool = False) -> Iterator[Reach]:
    """Mainland mobiles and landlines; with `abroad` whatever else is written like a telephone number."""
    taken = 0
    patterns: tuple[Pattern, ...]
    patterns = (_MOBILE, _LANDLINE, _FOREIGN, _SAID_PHONE) if abroad else (_MOBILE, _LANDLINE)
    patterns = patterns if (_SEVEN_DIGITS if abroad else _FOUR_DIGITS).search(doc.norm) else ()
    if _TEN_HAN.search(doc.norm):
        patterns = (*patterns, _DICTATED)
    found = [(match.start(), rank, match) for rank, p in enumerate(patterns) for match in p.finditer(doc.norm)]
    for start, rank, match in sorted(found, key=itemgetter(0, 1)):
        way = patterns[rank]
        value = _digits(way, match)
        if way is _SAID_PHONE:
            start = match.start("n")
        if way is _FOREIGN and match.group().startswith("(") and ")" not in match.group():
            start += 1
        if start >= taken and value is not None:
            taken = match.end()
            yield Reach(start, match.end(), value)


_NESTED = Pattern(r"\([^)]*\(")
_SERVICE = Pattern(r"1\d\d[ -]\d{4}")  # 112-3333 is dialled nowhere
_LIKE_DAY = Pattern(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_SEVEN_DIGITS = Pattern(r"(?:\d[ ()./+-]{0,3}){6}")
_TEN_HAN = Pattern("[零〇幺一二三四五六七八九][零〇幺一二三四五六七八九]{9}")


def _digits(way: Pattern, match: re.Match[str]) -> str | None:
    if way is _DICTATED:
        return "".join(_HAN_DIGITS[char] for char in match.group())
    said = match.group(1)
    if way is _SAID_PHONE:
        return None if _LIKE_DAY.fullmatch(said) else said
    digits = re.sub(r"\D", "", said) + ((match.group(2) or "") if way is not _MOBILE else "")
    if way is not _FOREIGN:
        return digits
    if (
        not 7 <= len(digits) <= 15
        or _NO_PHONE.search(match.string, max(0, match.start() - 8), match.start())
        or _NESTED.search(said)
        or _SERVICE.fullmatch(said)
        or _DATE_IN.search(said)
        or _DATE_LIKE.fullmatch(said)
        or said.count("(") < said.count(")")
    ):
        return None
    if len(digits) < 9 and not re.search(r"[ -]", said) and "+" not in said and said.count(".") < 5:
        return None
    if "+" in said and digits.startswith("86"):
        return digits[2:] if re.fullmatch("861[3-9]\\d{9}", digits) else digits
    return digits
