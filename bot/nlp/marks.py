"""Marks of identity and places: credit codes (统一社会信用代码), WeChat ids behind a word that says so, and addresses.

An address goes from the province or city down to the district, the street and the door.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.pattern import Pattern


class Mark(NamedTuple):
    """A mark with its place; a credit code is in capitals, the others are as typed."""

    kind: Literal["credit_code", "wechat", "address"]
    start: int
    end: int
    value: str


_CREDIT = Pattern(r"(?<![\da-z])(?=\d*[a-z]|[19][1-9])[\da-hj-npqrtuwxy]{2}\d{6}[\da-hj-npqrtuwxy]{10}(?![\da-z])")
_PERSON = Pattern(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]")  # an identity card
_WECHAT = Pattern(
    r"(?:微信号?|(?<![a-z])(?:vx|wx|wechat)(?![a-z])|v信|薇信)(?:号码?|id|同号)?(?:是|为)?[ :]{0,2}"
    r"(?P<id>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_@.-])"
)
_NAME = "[\u4e00-\u9fff](?<![的了去在到和是我你他她它见约给把被跟有没要就都也还这那哪很去来做开看说问打发送寄])"
_DOOR = rf"\d{{1,5}}(?:号(?!线|机|码)|弄)?(?:(?:{_NAME}|[a-z\d-]){{0,10}}?(?:幢|栋|号楼|楼|室|座|层|单元))*"


@cache
def _address() -> Pattern:
    places = lexicon.either("places")
    district = rf"(?:{_NAME}){{1,7}}?(?:新区|自治县|区(?!域|别|间|经|总|块|分|销|代)|县|旗)"
    town = rf"(?:{_NAME}){{1,8}}?(?:街道|镇(?!长)|乡(?!长)|开发区|工业园|产业园|科技园)"
    street = rf"(?:{_NAME}|\d){{1,10}}?(?:大道|路(?!过|上|演|由)|街(?!道)|巷|胡同)(?:{_DOOR})?"
    return Pattern(
        rf"(?:{places})(?:省|(?:壮族|回族|维吾尔)?自治区)?(?:(?:{places}|(?:{_NAME}){{2,4}}?)?(?:市|自治州|地区|盟))?(?:{places})?"
        rf"(?:{district}(?:{town})?(?:{street})?|{town}(?:{street})?|(?<=市){street}|(?:{_NAME}|\d){{1,8}}?(?:大道|路|街){_DOOR})"
    )


_MAY_BE_ADDRESS = Pattern("区|县|镇|乡|旗|路|街道|大道")


def find(doc: Doc) -> Iterator[Mark]:
    """All marks of a text, by kind."""
    if doc.latin or _has_long(doc.norm):
        for match in _CREDIT.finditer(doc.norm):
            if not _PERSON.fullmatch(match.group()):
                yield Mark("credit_code", match.start(), match.end(), match.group().upper())
    yield from wechats(doc)
    if _MAY_BE_ADDRESS.search(doc.norm):
        for match in _address().finditer(doc.norm):
            yield Mark("address", match.start(), match.end(), doc.text[match.start() : match.end()])


def wechats(doc: Doc) -> Iterator[Mark]:
    """The ids under which people are found in WeChat."""
    if doc.latin:
        for match in _WECHAT.finditer(doc.norm):
            yield Mark("wechat", match.start("id"), match.end("id"), doc.text[match.start("id") : match.end("id")])


_LONG = Pattern(r"\d{18}")


def _has_long(norm: str) -> bool:
    return _LONG.search(norm) is not None
