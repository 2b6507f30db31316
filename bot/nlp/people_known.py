"""People whom no form of address tells: those on record by their whole name, and 财务总监姓吴."""

from __future__ import annotations

from functools import cache

from bot.nlp import lexicon
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_SHORT = 2  # characters of a name that may be part of a longer word
_MAY = Rule("姓")


def places(doc: Doc, book: Book) -> list[tuple[int, int]]:
    """[start, end) of names on record; 高峰 is nobody in 高峰期."""
    found = book.contacts.places(doc)
    tag = segmenter().tag
    longer = [(a, b) for a, b in doc.tokens if b - a > _SHORT and tag(doc.norm[a:b])] if found else []
    return [
        (start, end)
        for start, end in found
        if not any(a <= start and end <= b and b - a > end - start for a, b in longer)
    ]


def surnamed(doc: Doc) -> list[tuple[int, int, str]]:
    """The family name and the title of each of whom no more is said: 他们财务总监姓吴."""
    if not _MAY.may(doc):
        return []
    return [(*match.span("name"), doc.text[slice(*match.span("title"))]) for match in _called().finditer(doc.norm)]


@cache
def _called() -> Pattern:
    rank, area, alone = (lexicon.either("titles", kind) for kind in ("rank", "area", "alone"))
    title = f"(?:(?:{area}){{0,3}}(?:{rank})|{alone})"
    behind = r"(?=[，。；！、 \n(]|$|的(?![\u4e00-\u9fff]{2})|电话|手机|微信)"
    return Pattern(rf"(?P<title>{title})(?:[是就也，]|应该|好像)*姓(?P<name>{lexicon.either('surnames')}){behind}")
