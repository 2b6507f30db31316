"""The moment and the book that the tests of understanding share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.parsed import Parsed
from bot.nlp.pipeline import parse

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 16, 0, tzinfo=ZONE)  # a Wednesday
BOOK = Book.of(
    customers=["华星精工", "华星", "宏图物流", "宏图", "金穗食品", "华兴五金", "华兴"],
    contacts=["张总"],
    products=["ERP二期"],
    colleagues=["周波", "李明"],
)


def read(text: str, book: Book | None = BOOK) -> Parsed:
    return parse(text, NOW, book)


def doc(text: str) -> Doc:
    return Doc(text, NOW)
