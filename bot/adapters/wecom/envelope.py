"""The XML of WeCom callbacks, read with suspicion (protocol reference 1.5, 9.1).

The outer envelope is read before anybody's signature is known, so a stranger may have written it: only `Encrypt` is
taken from it. Neither the outer nor the inner XML may declare a DTD, nest deeper than WeCom's own, or repeat an
element.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from bot.adapters.callbacks import BadCallback

_OUTER = (2, 16)  # depth and number of elements; WeCom's has four in two levels
_INNER = (8, 1000)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # in XML 1.0, and NUL in a database


def encrypted(body: bytes) -> str:
    """The ciphertext of the outer envelope; everything else in it proves nothing and is not looked at."""
    try:
        root = _tree(body.decode("utf-8-sig"), _OUTER)
    except UnicodeDecodeError:
        raise BadCallback("not UTF-8") from None
    found = [child for child in root if child.tag == "Encrypt"]
    if len(found) != 1 or not (found[0].text or "").strip():
        raise BadCallback("not exactly one Encrypt")
    return (found[0].text or "").strip()


def fields(inner: bytes) -> Element:
    """The decrypted XML as a tree whose direct children are all different.

    What a person typed may hold bytes that XML forbids; they are dropped, because refusing them would lose his note.
    """
    root = _tree(_ILLEGAL.sub("", inner.decode("utf-8", "replace")), _INNER)
    tags = [child.tag for child in root]
    if len(set(tags)) != len(tags):
        raise BadCallback("an element twice")
    return root


def _tree(text: str, size: tuple[int, int]) -> Element:
    try:
        return _Small(*size).read(text)
    except (ExpatError, ValueError):
        raise BadCallback("not the XML of a callback") from None


class _Small:
    """Builds one tree until it grows too deep or too large, so that a heap of tags costs its sender more than us.

    Without a DTD there are no entities but XML's own five, and nothing that is fetched from elsewhere.
    """

    def __init__(self, depth: int, elements: int) -> None:
        self._tree = TreeBuilder()
        self._depth_left = depth
        self._elements_left = elements

    def read(self, text: str) -> Element:
        """The root; raises `BadCallback` for what is too much, and expat's error for what is no XML."""
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        parser.Parse(text, True)
        return self._tree.close()

    def _doctype(self, *_declared: object) -> None:
        raise BadCallback("a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth_left -= 1
        self._elements_left -= 1
        if self._depth_left < 0 or self._elements_left < 0:
            raise BadCallback("too deep or too many elements")
        self._tree.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth_left += 1
        self._tree.end(tag)
