"""Telephone numbers and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.nlp.doc import Doc


@dataclass(frozen=True, slots=True)
class Reach:
    """A number (digits only, extension appended) or an address (lower case) with its place."""

    start: int
    end: int
    value: str


_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}|[a-z0-9._%+-]{1,64}@\[[\d.]{7,15}\]"
)
_MOBILE = re.compile(
    r"(?<![\da-z._-])(?:\(?(?:\+|00)?86\)?[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2}|1[3-9]\d[ -]?\d{3}[ -]?\d{5})(?![\da-z])"
)
_LANDLINE = re.compile(
    r"(?<![\da-z._-])(?:\(?(?:\+|00)?86\)?[ -]?)?(\(?0\d{2,3}\)?[ -]?[2-8]\d{6,7}|"
    r"400[ -]?\d{3}[ -]?\d{4}|800[ -]?\d{3}[ -]?\d{4})"
    r"(?:[ ]?(?:转|分机|ext\.?|x|-)[ :]?(\d{1,6}))?(?!\d)"
)
_FOREIGN = re.compile(
    r"(?<![\da-z._#/:=%&-])(\(?\+?\d(?:[\d ()./-]{5,24})\d)(?: ?(?:ext\.?|x|转) ?(\d{1,6}))?(?![\da-z]|\.\d)"
)
_FOUR_DIGITS = re.compile(r"\d{4}")  # in a row, as every number of the mainland has them
_DATE_IN = re.compile(r"(?<!\d)(?:19|20)\d{2}[-/. ](?:1[0-2]|0?[1-9])[-/. ](?:3[01]|[12]\d|0?[1-9])(?!\d)|^(?:19|20)\d\d ?- ?(?:19|20)\d\d$")
_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[1-9]\d{3}[-./]\d{1,2}|\d+\.\d+|(?:\d{1,3} ){3,}\d{1,3}")


def find_emails(doc: Doc) -> Iterator[Reach]:
    if "@" not in doc.norm:
        return
    for match in _EMAIL.finditer(doc.norm):
        yield Reach(match.start(), match.end(), match.group())


def find_phones(doc: Doc, *, abroad: bool = False) -> Iterator[Reach]:
    """Mainland mobiles and landlines; with `abroad` whatever else is written like a telephone number."""
    if not abroad and not _FOUR_DIGITS.search(doc.norm):
        return
    taken = 0
    patterns = (_MOBILE, _LANDLINE, _FOREIGN) if abroad else (_MOBILE, _LANDLINE)
    found = sorted((m for p in patterns for m in p.finditer(doc.norm)), key=lambda m: (m.start(), patterns.index(m.re)))
    for match in found:
        value = _digits(match)
        if match.start() >= taken and value is not None:
            taken = match.end()
            yield Reach(match.start(), match.end(), value)


def _digits(match: re.Match[str]) -> str | None:
    said = match.group(1)
    digits = re.sub(r"\D", "", said) + ((match.group(2) or "") if match.re is not _MOBILE else "")
    if match.re is not _FOREIGN:
        return digits
    if (
        not 7 <= len(digits) <= 15
        or _DATE_IN.search(said)
        or _DATE_LIKE.fullmatch(said)
        or said.count("(") != said.count(")")
    ):
        return None
    if len(digits) < 9 and not re.search(r"[ -]", said) and "+" not in said:
        return None
    if "+" in said and digits.startswith("86"):
        return digits[2:] if re.fullmatch("861[3-9]\\d{9}", digits) else digits
    return digits
