"""What one note says, as the record keeps it: values with the words that they came from.

A `NoteDraft` is what a handler makes of a parsed message; it is stored with the activity as JSON, so that the card can
show each fact and its quote, and a correction can change one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

ROLES = {"decider": "决策人", "influencer": "影响人", "user": "使用人", "finance": "财务"}
CAME = "回款"  # money that is on record as received
ATTITUDES = {"supportive": "支持", "neutral": "中立", "opposed": "反对"}


@dataclass(frozen=True, slots=True)
class Said:
    """Words with the quote that they stand in."""

    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """Money: `kind` is budget, quote, deal, payment or other; fen, or hundredths of `currency` where that is
    foreign. `each`: the price of one piece, which is not what a sale is worth. `bare`: a figure without a unit."""

    kind: str
    fen: int
    fen_max: int | None = None
    about: bool = False
    currency: str = "CNY"
    quote: str = ""
    each: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What is to be done. `due_at` (aware) is set where a time of day was said, else `due_on`; `before`: a deadline.
    `by` is who of theirs promised it."""

    text: str
    due_on: date | None = None
    due_at: datetime | None = None
    before: bool = False
    quote: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the payment: `share` in hundredths of a per cent, or fen; neither means the rest."""

    label: str
    share: int | None = None
    fen: int | None = None
    due_on: date | None = None
    condition: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """Money that came: `label` is the part of the payment (首付), empty where no part is named; fen, None where the
    words give no sum. Once it is on record `payment_id` is set, and `planned` is what had been expected, in fen."""

    label: str
    fen: int | None = None
    quote: str = ""
    payment_id: int | None = None
    planned: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """A birthday: month and day as said, of the lunar calendar or not; `year` where it was said. `who` is how the
    person was called, empty where the words name nobody."""

    month: int
    day: int
    lunar: bool = False
    year: int | None = None
    who: str = ""
    quote: str = ""

    @property
    def words(self) -> str:
        """6月3日, 农历8月8日, 1980年6月3日."""
        year = f"{self.year}年" if self.year is not None else ""
        return f"{'农历' if self.lunar else ''}{year}{self.month}月{self.day}日"


@dataclass(frozen=True, slots=True)
class Score:
    """What the customer gave: `scale` is csat (1 to 5), nps (0 to 10) or percent; tenths."""

    scale: str
    tenths: int
    quote: str = ""

    @property
    def words(self) -> str:
        """4分, NPS 9, 96%."""
        value = f"{self.tenths / 10:g}"
        return {"csat": f"{value}分", "nps": f"NPS {value}", "percent": f"{value}%"}[self.scale]


@dataclass(frozen=True, slots=True)
class Met:
    """A person at the customer, as he was called; `name` is empty where the words only point at him (他) or give no
    more than a phone. `role` is decider, influencer, user or finance, `attitude` supportive, neutral or opposed."""

    name: str
    title: str = ""
    phone: str = ""
    role: Said | None = None
    attitude: Said | None = None
    email: str = ""
    born: Born | None = None
    wechat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """A word that points at what was said before (他, 那单, 上次说的), with what it was found to mean.

    `kind` is that of bot/nlp/words/references.txt; `among` are the people that it may mean where that is not clear;
    `on` is the day of what was said."""

    kind: str
    word: str
    means: str = ""
    among: tuple[str, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One thing that a correction did. `slot` is an amount's kind, due, contact, or a kind of `services.rights`; `name`
    says which promise, whose value, or what a sum was taken for. `before` and `after` are values in words, or as the
    record keeps them (a day in ISO form, a share in hundredths of a per cent, the key of a kind of contact)."""

    slot: str
    name: str = ""
    before: str = ""
    after: str = ""
    sum_before: Sum | None = None
    sum_after: Sum | None = None
    due_before: Promise | None = None
    due_after: Promise | None = None
    term_before: Term | None = None
    term_after: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """One event of a note. `stage_before` and `stage_after` are filled in when it is filed."""

    text: str
    type: str | None = None
    occurred_on: date
    said_when: str = ""
    reached: bool = True
    contacts: tuple[Met, ...] = ()
    products: tuple[Said, ...] = ()
    amounts: tuple[Sum, ...] = ()
    discounts: tuple[int, ...] = ()
    stage: Said | None = None
    outcome: Said | None = None
    intent_level: Said | None = None
    promises: tuple[Promise, ...] = ()
    awaited: tuple[Promise, ...] = ()  # what the customer promised: nobody's task
    competitors: tuple[Said, ...] = ()
    needs: tuple[Said, ...] = ()
    concerns: tuple[Said, ...] = ()
    terms: tuple[Term, ...] = ()
    came: tuple[Came, ...] = ()
    source: Said | None = None
    done: tuple[Said, ...] = ()
    emails: tuple[str, ...] = ()
    quantities: tuple[Said, ...] = ()  # 蒸烤箱 12台
    ways: tuple[Said, ...] = ()  # how it is paid: 账期60天
    reason: Said | None = None  # why it was won or lost
    scores: tuple[Score, ...] = ()
    births: tuple[Born, ...] = ()  # those whose person is not clear
    left_over: tuple[str, ...] = ()
    leans: tuple[Lean, ...] = ()
    stage_before: str = ""
    stage_after: str = ""
    new_customer: bool = False
    budget_before: Sum | None = None  # a budget on record that differs, until somebody says which it is
    budget_before_on: date | None = None
    changed: tuple[Changed, ...] = ()  # what the last correction did

    def sum_of(self, *kinds: str) -> Sum | None:
        """The first amount of these kinds, in the order in which the kinds are named; none that is a price a piece."""
        return next((a for kind in kinds for a in self.amounts if a.kind == kind and not a.each), None)

    def lean(self, kind: str) -> Lean | None:
        """The first word of this kind that points at what was said before."""
        return next((lean for lean in self.leans if lean.kind == kind), None)

    def to_json(self) -> dict[str, Any]:
        """Only what is set, dates in ISO form."""
        said = ((name, getattr(self, name)) for name in _kinds(NoteDraft))
        return {name: _plain(value) for name, value in said if value} | {"reached": self.reached}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> NoteDraft:
        return cls(**{name: _load(kind, body[name]) for name, kind in _kinds(cls).items() if name in body})


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, NoneType)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return {name: _plain(getattr(value, name)) for name in _kinds(type(value))}


def _load(kind: Any, value: Any) -> Any:
    """The JSON value in the type that the field declares."""
    if isinstance(value, list):
        return tuple([_load(kind, inner) for inner in value])
    if isinstance(value, dict):
        kinds = _kinds(kind)
        return kind(**{name: _load(kinds[name], inner) for name, inner in value.items()})
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is date and isinstance(value, str) else value


_KINDS: dict[Any, dict[str, Any]] = {}


def _kinds(cls: Any) -> dict[str, Any]:
    """The type of each field of a dataclass, or of what it holds many of; evaluated once, as that is slow."""
    if cls not in _KINDS:
        hints = get_type_hints(cls)
        _KINDS[cls] = {f.name: _innermost(hints[f.name]) for f in fields(cls)}
    return _KINDS[cls]


def _innermost(hint: Any) -> Any:
    options = [o for o in get_args(hint) if o not in (NoneType, Ellipsis)]
    return _innermost(options[0]) if options else hint
