"""Customers in Latin letters: Huaxing's CFO, Emma (procurement manager, Orion Tools), 给Halden Foods发了报价."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlp.doc import Doc
from bot.nlp.org_places import Org
from bot.nlp.pattern import Pattern

_KINDS = (
    "Foods?|Timber|Steel|Logistics|Freight|Hotels?|Hospital|Clinic|Dental|Dairy|Farms?|Motors?|Systems|Tech|Technologies|"
    "Industries|Industrial|Group|Trading|Traders|Electronics|Electric|Medical|Pharma|Textiles?|Energy|Power|Solar|Marine|Shipping|"
    "Airlines|Bank|Capital|Media|Studios?|Labs?|Works|GmbH|Ltd|Limited|Inc|LLC|Co|Company|Corp|Pte|Plastics|Chemicals?|"
    "Packaging|Furniture|Homes?|Retail|Stores?|Supply|Supplies|Machinery|Tools|Auto|Automotive|Equipment|Instruments|Optics|Rubber|"
    "Glass|Paper|Printing|Apparel|Fashion|Toys?|Sports?|Outdoors?|Coffee|Tea|Wines?|Brewery|Brewing|Bakery|Kitchens?|Services|"
    "Solutions|Partners|International|Global|Holdings|Enterprises|Engineering|Construction|Builders|Properties|Realty|Resorts?|"
    "AG|SA|BV|KG|AB|Oy|SpA|Pty|School|College|University|Academy|Ceramics|Metals|Mining|Robotics|Software|Networks|"
    "Hardware|Garments|Leather|Seafood|Beverages?"
)
_WORD = "[A-Z][A-Za-z]{1,20}"
COMPANY = Pattern(
    rf"(?<![A-Za-z]){_WORD}(?: {_WORD}){{0,3}} (?:{_KINDS})(?![A-Za-z])\.?|"
    rf"(?<![A-Za-z]){_WORD}(?: {_WORD})? ?& ?{_WORD}(?: {_WORD})?"
)
"""A name that ends as companies do, or of two that are joined by &."""

_ORG_LATIN = Pattern(
    r"(?<![A-Za-z])(?P<name>[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){0,3})(?:'s |\) (?:said|asked|wants))|"
    r"(?:@|\b(?:from|at|[Vv]isited|[Vv]isit (?:to|at))) ?(?P<of>[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){1,3})\b"
)
_MAY = Pattern("[A-Z][A-Za-z&]* ?[&A-Z]")
_VERB = Pattern("(?:Met|Visited|Called|Saw|Emailed|With|At|From|Sent|Told) ")


def in_latin(doc: Doc) -> Iterator[Org]:
    """All that are surely told: by how they end anywhere, by what stands beside them in an English note."""
    if not doc.latin or not _MAY.search(doc.text):
        return
    for match in COMPANY.finditer(doc.text):
        yield Org(match.start() + _verb(match.group()), match.end(), 2)
    if not doc.text.isascii():
        return
    for match in _ORG_LATIN.finditer(doc.text):
        group = "of" if match["of"] else "name"
        yield Org(match.start(group) + _verb(match[group]), match.end(group), 2)


def _verb(name: str) -> int:
    """The length of a verb that begins the sentence: Met in Met Huaxing."""
    match: re.Match[str] | None = _VERB.match(name)
    return match.end() if match else 0
