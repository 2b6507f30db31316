"""Makes inputs that are almost right: a real one, bent in a few places. Fast, and the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

LARGEST = 64 << 10  # bytes: what the edge lets through
ODD = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
        b"\x1b[31m",
        b"\x7f",
        b"\r\n",
    ),
    *(
        s.encode()
        for s in ("\u202e", "\u200b", "\u2028", "\ufffe", "👨‍👩‍👧", "𠮷", "İ", "ß", "ﬀ", "٣", "½", "　", "９", "〇")
    ),
    *(
        b"-1",
        b"0",
        b"1e999",
        b"9" * 40,
        b"99999999999",
        b"0x10",
        b"NaN",
        b"1_000",
        b"-0",
        b"%00",
        b"%ff",
        b"%",
        b"&#0;",
    ),
    *(
        b"'",
        b'"',
        b"\\",
        b"\\ud800",
        b"\\u0000",
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
        b"]]>",
        b"<![CDATA[",
        b"=",
        b",",
        b"\n",
        b"\t",
        b":",
    ),
    *(b"null", b"true", b"false", b"{}", b"[]", b"[[[[", b"../", b"; DROP TABLE", b"{{7*7}}", b"%s", b"${x}", b"=1+1"),
)


class Mutator:
    """Bends seeds; `words` are pieces of the format that is attacked. No input is over `longest` bytes."""

    def __init__(
        self, seeds: Sequence[bytes], words: Sequence[bytes] = (), seed: int | str = 0, longest: int = LARGEST
    ) -> None:
        self._longest = longest
        self._seeds = seeds
        self._words = (*ODD, *words)
        self._random = random.Random(seed)
        # As often as it stands here: small changes leave most of an input right, so they get deep.
        self._ways: tuple[Callable[[bytearray], bytearray], ...] = (
            *(self._insert_word, self._insert_word, self._overwrite_word, self._overwrite_word, self._number),
            *(self._flip, self._flip, self._delete, self._double, self._swap, self._splice, self._cut, self._repeat),
        )

    def __call__(self, count: int) -> Iterator[bytes]:
        """That many inputs; each seed comes once as it is."""
        yield from self._seeds[:count]
        for _ in range(count - len(self._seeds)):
            yield self.one()

    def one(self) -> bytes:
        """One input: a seed with one to six changes."""
        made = bytearray(self._random.choice(self._seeds))
        for _ in range(self._random.choice((1, 1, 1, 1, 2, 2, 3, 5))):
            made = self._random.choice(self._ways)(made)
        return bytes(made[: self._longest])

    def _at(self, data: bytearray) -> int:
        return self._random.randrange(len(data) + 1)

    def _span(self, data: bytearray) -> tuple[int, int]:
        start = self._at(data)
        return start, min(len(data), start + self._random.choice((1, 2, 4, 8, 16, 64, 256)))

    def _insert_word(self, data: bytearray) -> bytearray:
        at = self._at(data)
        data[at:at] = self._random.choice(self._words)
        return data

    def _overwrite_word(self, data: bytearray) -> bytearray:
        at, word = self._at(data), self._random.choice(self._words)
        data[at : at + len(word)] = word
        return data

    def _number(self, data: bytearray) -> bytearray:
        """Some digits become other digits."""
        places = [at for at, byte in enumerate(data) if 48 <= byte < 58]
        if places:
            at = self._random.choice(places)
            data[at : at + self._random.randrange(3)] = str(
                self._random.choice((0, 7, 31, 2**31, 2**63, 10**30))
            ).encode()
        return data

    def _flip(self, data: bytearray) -> bytearray:
        if data:
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        return data

    def _delete(self, data: bytearray) -> bytearray:
        start, end = self._span(data)
        del data[start:end]
        return data

    def _double(self, data: bytearray) -> bytearray:
        start, end = self._span(data)
        data[end:end] = data[start:end]
        return data

    def _swap(self, data: bytearray) -> bytearray:
        start, end = self._span(data)
        piece = data[start:end]
        del data[start:end]
        at = self._at(data)
        data[at:at] = piece
        return data

    def _splice(self, data: bytearray) -> bytearray:
        other = self._random.choice(self._seeds)
        return data[: self._at(data)] + other[self._random.randrange(len(other) + 1) :]

    def _cut(self, data: bytearray) -> bytearray:
        return data[: self._at(data)]

    def _repeat(self, data: bytearray) -> bytearray:
        """Now and then a very long one: what is quadratic shows itself."""
        start, end = self._span(data)
        times = self._random.choice((2, 3, 10, 100)) if self._random.random() < 0.9 else 2000
        data[end:end] = (data[start:end] * times)[: self._longest // 2]
        return data
