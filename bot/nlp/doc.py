"""One message as all steps see it: the text as typed, the same text in one writing, the moment, and the cuts.

`norm` has the length of `text` (half width, lower case, simplified, no dialect), so an offset in one is the offset
in the other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import accumulate, pairwise
from operator import add
from typing import NamedTuple

from bot.nlp import lexicon
from bot.nlp.lazy import lazy
from bot.nlp.parsed import Span, Words, span_of, words_of
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_TRIM = " \t\r\n,.;:!?、，。；：！？…~～\"'“”‘’「」『』《》【】()（）[]—-·"
_TRIMMED = frozenset(_TRIM)
_CLAUSE_END = Pattern(
    r"[，。；！？\n…|]+|(?<=[\u4e00-\u9fff0-9a-z%]) +(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) +(?=[a-z0-9])|"
    r"(?<=[a-z]{3})\. (?=[a-z])"
)
_MARKS = Pattern(r"[，。；！？\n…|]+")  # the same where the text has no blanks
_SENTENCE_END = frozenset("。；！？\n…|")
# In dictated text without punctuation these words begin a new thought.
_TURN = Pattern(
    r"然后|(?<=.{4})(?:[她他](?:们)?(?:就)?(?:说|透露|表示|觉得)|对方(?:说|表示)|顺便|另外|"
    r"但是|不过|而且|并且)|(?<=.{4})(?:因为|所以)|"
    r"(?<=.{2})(?:还有)?一个是|"
    r"(?<=.{4})[\u4e00-\u9fff](?:[总工姐哥]|部长|经理|主任|老板)的意思是?|"
    r"(?<=.{4})(?:我(?:们|们这边|这边)?(?:就|也)?(?:答应|承诺|跟[他她](?:们)?说|告诉|回[去来](?=跟|找|问|再))|预算(?=大概|是|在|差不多|还?没)|"
    r"说(?=上[次回]|之前那))"
)
_MAY_TURN = Pattern(r"[然她他顺另但不而并因所]|对方|一个是|我|预算|说[上之]|的意思")
_LONG = 14  # characters that a clause may have before turns of thought are looked for
_LETTER = Pattern("[a-z]")
_THOUSANDS = Pattern(r"，(?<=\d，)(?=\d{3}(?!\d))")


class Clause(NamedTuple):
    """A stretch of the text between two breaks; `sentence` numbers the sentences, `line` the lines."""

    start: int
    end: int
    sentence: int


@cache
def _table() -> dict[int, str]:
    """One character to one character: full width, traditional, upper case."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table.update({ord(k): v for k, v in lexicon.rows("hant") if len(k) == 1 and len(v) == 1})
    table.update({ord(","): "，", ord(";"): "；", ord("!"): "！", ord("?"): "？"})
    table.update({ord("："): ":", ord("\u3000"): " ", ord("\t"): " ", ord("\xa0"): " "})
    table.update({ord("～"): "~", ord("—"): "-", ord("–"): "-", ord("―"): "-", ord("￥"): "¥"})
    table.update({code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
    table.update({code: chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)})
    for mark in "，；！？":
        del table[ord(mark)]
    return table


@cache
def _other_writing() -> frozenset[str]:
    return frozenset(map(chr, _table()))


@cache
def _dialect() -> Pattern:
    return Pattern(lexicon.either("dialect"))


def common(text: str) -> str:
    """`text` with the words of dialects as they are said elsewhere, of the same length: 佢哋听日俾 is 他们明天给."""
    words = _dialect()
    if words.search(text) is None:
        return text
    return str(words.sub(lambda match: lexicon.kinds("dialect")[match.group()], text))


def normalise(text: str) -> str:
    """`text` in one writing, of the same length; a comma stays one only inside a figure like 8,400."""
    norm, table = text, _table()
    for char in _other_writing().intersection(text):
        norm = norm.replace(char, table[ord(char)])
    if norm is text or "，" not in norm:
        return norm
    return _THOUSANDS.sub(lambda m: "," if _is_thousands(text, m.start()) else "，", norm)


_GAP = Pattern(r"(?<=[\u4e00-\u9fff0-9a-z%]) +(?=[\u4e00-\u9fff])")


def paused(norm: str) -> str:
    """`norm` with the blanks between thoughts as the commas that they stand for, of the same length: 没丢 是暂停了."""
    if " " not in norm:
        return norm
    return str(_GAP.sub(lambda match: "，" * len(match.group()), norm))


def _is_thousands(text: str, at: int) -> bool:
    """A comma between figures belongs to them where it is of their width: 8,400 and ８，４００, not 8，400."""
    return text[at] == "," or text[at - 1] > "\uff00"


class Doc:
    """A message under analysis. `now` is when it was said, aware; all days and clocks in it are local to that zone."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text = text
        self.now = now
        self._common = common(text)
        self.norm = normalise(self._common)
        self.latin = _LETTER.search(self.norm) is not None
        """Whether any Latin letter stands in the text."""
        self.looked_up = self.begun = 0
        self.begun_in: dict[int, int] = {}
        self.begun_at: list[int] = []
        self.stretches: list[tuple[int, int, int]] = []
        """Up to which rule the text was looked up; the rules that may match in it, in the clause that begins at an
        offset, right at an offset, and in each stretch from one clause to the next with its ends (`bot.nlp.gate`)."""

    @lazy
    def local(self) -> datetime:
        """`now` as a wall clock shows it, without a zone and without fractions of a second."""
        now = self.now
        return datetime(now.year, now.month, now.day, now.hour, now.minute, now.second)  # noqa: DTZ001 - a wall clock

    @lazy
    def today(self) -> date:
        return self.now.date()

    @lazy
    def pairs(self) -> list[str]:
        """Each two neighbouring characters, by the offset of the first."""
        return list(map(add, self.norm, self.norm[1:]))

    @lazy
    def tokens(self) -> tuple[tuple[int, int], ...]:
        """The words, as [start, end)."""
        return tuple(pairwise(self.cuts))

    @lazy
    def said(self) -> list[str]:
        """The words themselves, in the one writing."""
        norm = self.norm
        return [norm[start:end] for start, end in self.tokens]

    @lazy
    def cuts(self) -> list[int]:
        """Offsets at which a word begins or ends, from left to right."""
        return [0, *accumulate(map(len, segmenter().cut(self._common)))]

    def tokens_from(self, at: int) -> tuple[tuple[int, int], ...]:
        """The word that holds an offset and the one after it."""
        index = bisect_right(self.cuts, at)
        return self.tokens[max(0, index - 1) : index + 1]

    @lazy
    def edges(self) -> frozenset[int]:
        """The same as a set; none in an empty text."""
        return frozenset(self.cuts) if self.text else frozenset()

    @lazy
    def clauses(self) -> tuple[Clause, ...]:
        """The text cut at punctuation, at breaks between Chinese words, and in dictation at turns of thought."""
        norm, found = self.norm, list[Clause]()
        start = sentence = 0
        for match in (_CLAUSE_END if " " in norm else _MARKS).finditer(norm):
            end, after = match.span()
            if end > start:
                self._put(found, start, end, sentence)
            start = after
            sentence += not _SENTENCE_END.isdisjoint(match.group())
        self._put(found, start, len(norm), sentence)
        return tuple(found)

    def _put(self, found: list[Clause], start: int, end: int, sentence: int) -> None:
        """The clauses of a stretch without punctuation: one, unless it is long and thoughts turn in it."""
        if end - start <= _LONG or not _MAY_TURN.search(self.norm, start, end):
            cuts = [start, end]
        else:
            turns = (match.start() for match in _TURN.finditer(self.norm[start:end]))
            cuts = [start, *(start + at for at in turns if at), end]
        for first, last in pairwise(cuts):
            if self.norm[first:last].strip(_TRIM):
                found.append(Clause(first, last, sentence))

    def cut_at(self, gaps: Sequence[tuple[int, int]]) -> None:
        """Cut clauses apart at each gap [start, end), which belongs to none of them."""
        found: list[Clause] = []
        for clause in self.clauses:
            start = clause.start
            for first, last in gaps:
                if start < first and last < clause.end:
                    found.append(Clause(start, first, clause.sentence))
                    start = last
            found.append(Clause(start, clause.end, clause.sentence))
        self.clauses, self.starts, self.looked_up = tuple(found), [clause.start for clause in found], 0

    def clause_at(self, offset: int) -> Clause:
        """The clause that holds an offset; between two clauses, the one before."""
        index = bisect_right(self.starts, offset)
        return self.clauses[index - 1] if index else Clause(0, len(self.norm), 0)

    @lazy
    def starts(self) -> list[int]:
        """Where the clauses begin."""
        return [clause.start for clause in self.clauses]

    @lazy
    def whole(self) -> Words:
        """All of the text."""
        return self.words(0, len(self.text))

    def words(self, start: int, end: int) -> Words:
        """The text of [start, end) as typed, without white space and punctuation at its ends."""
        span = start, end = self.span(start, end)
        return words_of((self.text[start:end], span))

    def span(self, start: int, end: int) -> Span:
        """[start, end) without white space and punctuation at its ends."""
        text = self.text
        while start < end and text[start] in _TRIMMED:
            start += 1
        while end > start and text[end - 1] in _TRIMMED:
            end -= 1
        return span_of((start, end))
