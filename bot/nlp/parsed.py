"""What one message says: the result of `bot.nlp.pipeline`, and its JSON form (`genjin parse`).

Every value is grounded: it is a span of the text as typed or normalised from one, and `Span` says where. Unknown is
None or empty, never a guess. Offsets count code points of the text as typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple, TypeAlias

Intent: TypeAlias = Literal["note", "command", "query", "chitchat"]
# What is wanted, finer than the intent. note: record it. correct: the last record was wrong. remind: push words at a
# time. apply: ask for a discount. approve, refuse: decide a request. undo: take back. help: what can be said.
# today: whom first. name: a customer or person alone. smalltalk: see `smalltalk`. unknown: nothing here handles it yet.
Act: TypeAlias = Literal[
    "note",
    "correct",
    "remind",
    "apply",
    "approve",
    "refuse",
    "undo",
    "help",
    "today",
    "name",
    "smalltalk",
    "unknown",
    "teach",
    "forget",
    "taught",
]
Role: TypeAlias = Literal["decider", "influencer", "user", "finance"]  # 决策人, 影响人, 使用人, 财务
Attitude: TypeAlias = Literal["supportive", "neutral", "opposed"]
# How a clause is meant. past: it happened. planned: we will. promised: the customer said that she will. hypothetical:
# 如果, 要是. negated: it did not happen. reported: the customer's words. corrected: what was said before is put right.
Mood: TypeAlias = Literal["past", "planned", "promised", "hypothetical", "negated", "reported", "corrected"]
# What a word points at; see words/references.txt.
ReferenceKind: TypeAlias = Literal["person", "customer", "deal", "last", "earlier", "other"]
ActivityType: TypeAlias = Literal["call", "visit", "meeting", "wechat", "email", "demo", "meal", "delivery", "other"]
AmountKind: TypeAlias = Literal["budget", "quote", "deal", "payment", "other"]
Outcome: TypeAlias = Literal["won", "lost"]
Level: TypeAlias = Literal["high", "medium", "low"]
Stage: TypeAlias = Literal["初步接触", "需求分析", "方案报价", "商务谈判", "签约"]


class Span(NamedTuple):
    """`text[start:end]`; a tuple, as some fifty are made for each note."""

    start: int
    end: int


class Words(NamedTuple):
    """A value that stands in the text as it is."""

    text: str
    span: Span


# The same from a pair, in half the time: for where they are made by the dozen.
span_of: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)
words_of: Callable[[tuple[str, Span]], Words] = partial(tuple.__new__, Words)


@dataclass(frozen=True, slots=True)
class ContactMention:
    """Somebody at the customer. `role` in the decision and `attitude` towards us, with the words that say so."""

    name: str
    title: str | None
    span: Span
    role: tuple[Role, Span] | None = None
    attitude: tuple[Attitude, Span] | None = None


@dataclass(frozen=True, slots=True)
class ActivityMention:
    """How and when contact was made. `said` is the wording of the time (今天下午), None where no word dates it; `span`
    is the words that decided the type, `date_span` those of the date."""

    type: ActivityType
    date: date
    said: str | None = None
    span: Span | None = None
    date_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """Yuan unless `currency` says otherwise; `value_max` is the upper end of a range; `about` is 大概, 左右, 来."""

    kind: AmountKind
    value: Decimal
    span: Span
    value_max: Decimal | None = None
    currency: str = "CNY"
    about: bool = False


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One part of 首付30%下月5号前付，余款验收后付: a share (0.3) or an amount in yuan, by a day or on a condition.
    `share` and `value` both None means the rest."""

    label: str  # 首付, 余款, 尾款 ... as written
    span: Span
    share: Decimal | None = None
    value: Decimal | None = None
    due: date | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentWay:
    """How it is paid, where no part of a sum is named: 货到付款, 账期60天 (days), 按年付."""

    text: str
    span: Span
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer promised (王总说月底前答复): `by` is who, None where the words name nobody."""

    text: str
    span: Span
    by: Words | None = None
    due: date | datetime | None = None
    due_span: Span | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of what: 12台蒸烤箱; `of` is None where the goods are not named beside the figure."""

    value: Decimal
    unit: str
    span: Span
    of: Words | None = None
    value_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Birthday:
    """储总生日是农历八月初八: month and day as said, lunar or not; `who` is None where nobody is named."""

    month: int
    day: int
    span: Span
    who: Words | None = None
    year: int | None = None
    lunar: bool = False


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """A score that the customer gave: csat is 1 to 5, nps 0 to 10, percent 0 to 100."""

    scale: Literal["csat", "nps", "percent"]
    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class NextAction:
    """What is to be done, without the time words. `due` is a date, or a local datetime (naive, in the company's zone)
    where the text names a time of day; `before` says that the words set a deadline (下周三之前) rather than a day."""

    text: str
    span: Span
    due: date | datetime | None = None
    due_span: Span | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that points at what was spoken of before: 他, 这家, 那单, 上次说的. Of a person also what is said of him
    (他拍板)."""

    kind: ReferenceKind
    span: Span
    role: tuple[Role, Span] | None = None
    attitude: tuple[Attitude, Span] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened with one customer; a message may hold several."""

    text: str = ""  # the clauses that it came from, as typed
    customer: Words | None = None
    contacts: tuple[ContactMention, ...] = ()
    phones: tuple[Words, ...] = ()  # text is digits only
    emails: tuple[Words, ...] = ()
    activity: ActivityMention | None = None
    amounts: tuple[Amount, ...] = ()
    discounts: tuple[tuple[Decimal, Span], ...] = ()  # the share that is left
    stage: tuple[Stage, Span | None] | None = None
    outcome: tuple[Outcome, Span] | None = None
    intent_level: tuple[Level, Span] | None = None
    next_actions: tuple[NextAction, ...] = ()
    competitors: tuple[Words, ...] = ()
    products: tuple[Words, ...] = ()
    needs: tuple[Words, ...] = ()
    concerns: tuple[Words, ...] = ()
    payment_terms: tuple[PaymentTerm, ...] = ()
    promises: tuple[Promise, ...] = ()  # the customer's, not ours
    quantities: tuple[Quantity, ...] = ()
    outcome_reason: Words | None = None  # why it was won or lost
    satisfaction: tuple[Satisfaction, ...] = ()
    birthdays: tuple[Birthday, ...] = ()
    moods: tuple[tuple[Mood, Span], ...] = ()  # of the clauses, in their order; a mere fact has none
    payment_ways: tuple[PaymentWay, ...] = ()
    source: Words | None = None  # 展会, 老客户介绍 ...: where the customer comes from
    done: tuple[Words, ...] = ()  # deeds that may keep a promise: 方案发张总了 -> 方案发
    reached: bool = True  # False: 没人接, 没见到
    refers: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """不对，是60万 / 见的不是李总是刘工 / 竞品去掉: the wrong value and the right one, as far as they were said.

    `subject` is what stands in front of them, `slot` the kind of value that it names (words/correction_slots.txt, or
    theirs and ours for whose promise it is). `marked`: a word such as 不对 says that it is one. `dropped`: the value is
    to go. `shift`: it is nothing but another value for what was just said (改到五点). The right values are in the
    Parsed itself too; `bare_amounts` are right amounts whose kind no word says.
    """

    denied: Words | None = None
    right: Words | None = None
    subject: Words | None = None
    slot: str = ""
    marked: bool = False
    dropped: bool = False
    shift: bool = False
    bare_amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class Teaching:
    """教你：HW就是华为: the word, and what it means (None where it is to be forgotten)."""

    word: Words
    means: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be done, with all that was said of it; `missing` names the arguments without which it cannot be done,
    the most needed first, so that one question can be asked."""

    kind: str  # a kind of words/commands.txt
    span: Span
    customer: Words | None = None
    contact: Words | None = None
    to: Words | None = None  # the colleague that something is handed to
    field: Words | None = None  # what is changed
    value: Words | None = None  # what it is changed to; a tag, a level, a stage, a name
    text: Words | None = None  # what is to be done or reminded of
    amount: Amount | None = None
    discount: tuple[Decimal, Span] | None = None
    due: date | datetime | None = None
    due_span: Span | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed(Event):
    """One message: its leading event, the others, and what is wanted with it."""

    intent: Intent = "chitchat"
    act: Act = "unknown"
    others: tuple[Event, ...] = ()
    correction: Correction | None = None
    # thanks, ping, laugh, ok, who, test, curse, offtopic, question_marks, digits, sad, draft, or privacy: who sees what
    # I write.
    smalltalk: str | None = None
    reason: Words | None = None  # why a discount is asked for, or why a request is refused
    condition: Words | None = None  # 批，但首付要50%
    teaching: Teaching | None = None
    lessons: tuple[Teaching, ...] = ()  # all of them, where several are taught at once
    command: Command | None = None  # where the intent is a command
    follow_up: Words | None = None  # 那上个月呢: what takes the place of a part of the last question
    left_over: tuple[Words, ...] = field(default_factory=tuple)  # clauses that no step understood
