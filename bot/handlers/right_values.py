"""The right value of a correction in the form in which a note keeps it, for each kind of value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from bot.context import Context
from bot.drafts import draft as draft_of
from bot.nlp import activity, lexicon, times
from bot.nlp.correction import promised_in
from bot.nlp.doc import Doc
from bot.nlp.due import due
from bot.nlp.parsed import Correction
from bot.nlp.stage import STAGES
from bot.nlp.times_model import Time
from domain import counting
from domain.facts import NoteDraft, Promise, Said, Score, Sum, Term
from domain.naming import same_person
from domain.services.corrections import Right
from domain.services.rights.desk import Put, Value

# What is put in front of the right value so that it is read as what it is; `subject` is what the line itself had there.
_FRONT = {"budget": "预算", "quote": "报价", "deal": "合同", "payment": "回款", "birthday": "生日是", "score": "满意度"}
_WITH_SUBJECT = frozenset({"way", "term", "score", "attitude"})
_SHELL = re.compile(r"^(?:担心的?|怕的?|嫌|想要的?|要的?|希望的?|因为|主要是|是)+(?=.{2})")
_NEXT_WEEK = re.compile(r"(?P<week>下+个?(?:周|星期|礼拜))[一二三四五六日天]")
_FIGURE = re.compile(
    r"(?:大概|大约|差不多|约|也就|应该|就|才|是)*(?P<figure>\d+(?:\.\d+)?|[一二两三四五六七八九十百零半]+)(?:左右|上下|多|来)?(?:的|了|吧)*"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")


@dataclass(frozen=True)
class Meant:
    """A correction, the note that it is about, and the kind of value that it means, as far as that is known."""

    ctx: Context
    words: Correction
    stored: NoteDraft
    slot: str

    @property
    def text(self) -> str:
        return self.words.right.text if self.words.right else ""

    @property
    def denied(self) -> str:
        return self.words.denied.text if self.words.denied else ""

    @property
    def front(self) -> str:
        """What stands in front: the name of what it is (账期), or of somebody (李工)."""
        return self.words.subject.text if self.words.subject else ""

    @property
    def who(self) -> str:
        """The person of the note who is named in front."""
        there = any(m.name and same_person(self.front, m.name) for m in self.stored.contacts)
        return self.front if self.front and there else ""

    @property
    def quote(self) -> str:
        """The words under 看依据: the line itself."""
        return self.ctx.text[:200]

    @cached_property
    def read(self) -> NoteDraft:
        """What is right, read by itself or behind the name of what it is."""
        ctx = self.ctx
        front = self.front if self.slot in _WITH_SUBJECT and self.front else _FRONT.get(self.slot, "")
        text = front + self.text
        parsed = ctx.reader.read(replace(ctx.message, text=text), ctx.names)
        return draft_of(parsed, text, ctx.moment.today, ctx.moment.zone, whole=True)

    def when(self) -> Promise | None:
        """The day or moment that is right; of a mere weekday beside 下周三 the one of that week."""
        said = self.text
        week, day = _NEXT_WEEK.search(self.denied), _WEEKDAY.search(said)
        if week and day and not said[: day.start()].endswith("下"):
            said = said[: day.start()] + week["week"] + said[day.start("day") :]
        found = [(t, moment) for t, moment in self._due(said) if moment is not None]
        if not found:
            return None
        before, moment = found[0][0].before, found[0][1]
        if isinstance(moment, datetime):
            return Promise("", due_at=moment.replace(tzinfo=self.ctx.moment.zone), before=before, quote=self.quote)
        return Promise("", due_on=moment, before=before, quote=self.quote)

    def denied_day(self) -> date | None:
        """The day that was wrong."""
        found = [moment for _, moment in self._due(self.denied) if moment is not None]
        return (found[0].date() if isinstance(found[0], datetime) else found[0]) if found else None

    def _due(self, text: str) -> list[tuple[Time, date | datetime | None]]:
        doc = self._doc(text)
        return [(said, due(said, doc.local)) for said in times.find(doc)]

    def _doc(self, text: str) -> Doc:
        return Doc(text, self.ctx.moment.local)


Read: TypeAlias = Callable[[Meant], "Value | Right"]


def value_of(meant: Meant) -> Right:
    """What the correction puts right, its kind being known; empty where the right value cannot be read as that."""
    found = _READ[meant.slot](meant)
    if isinstance(found, Right):
        return found
    return Right() if found is None else _put(meant, found)


def _put(meant: Meant, value: Value) -> Right:
    return Right(puts=(Put(slot=meant.slot, value=value, before=meant.denied, who=meant.who),))


def _words(meant: Meant) -> Value:
    said = _SHELL.sub("", meant.text) if meant.slot in ("need", "concern", "reason") else meant.text
    return Said(said[:200], meant.quote) if said else None


def _sum(meant: Meant) -> Value:
    found = next(iter(meant.read.amounts), None)
    if found is None:
        return None
    return replace(counted_as(found, meant.text, meant.stored, meant.slot), kind=meant.slot, quote=meant.quote)


def counted_as(right: Sum, said: str, stored: NoteDraft, kind: str) -> Sum:
    """不是80，是60 of 80万 is 60万: a figure without a unit has that of the sum whose place it takes: then the two are
    most alike."""
    old = next((each for each in stored.amounts if each.kind == kind), None)
    if old is None or old.fen <= 0 or right.fen <= 0 or _FIGURE.fullmatch(said) is None:
        return right
    return replace(counting.most_alike(right, old.fen), bare=False)


def only_figure(said: str, stored: NoteDraft) -> Sum | None:
    """不对，是3.6 behind a note with one sum and no quantity: that sum, counted as the one before."""
    found = _FIGURE.fullmatch(said)
    if found is None or not found["figure"][0].isdigit() or len(stored.amounts) != 1 or stored.quantities:
        return None
    old = stored.amounts[0]
    bare = replace(old, fen=int(Decimal(found["figure"]) * 100), fen_max=None)
    return counted_as(bare, said, stored, old.kind)


def is_figure_of(said: str, amount: Sum) -> bool:
    """Whether 80 is what was said of 80万."""
    found = _FIGURE.fullmatch(said)
    if found is None or not found["figure"][0].isdigit():
        return False
    return any(amount.fen == int(Decimal(found["figure"]) * unit * 100) for unit in counting.UNITS)


def _contact(meant: Meant) -> Right:
    own = meant.ctx.parsed
    named = draft_of(own, meant.ctx.text, meant.ctx.moment.today, meant.ctx.moment.zone, whole=True).contacts
    met = tuple(m for m in named if m.name) or tuple(m for m in meant.read.contacts if m.name)
    return Right(contacts=met[:1], denied=meant.denied)


def _role(meant: Meant) -> Right:
    """决策人不是张总是李工, 李工才是决策人."""
    own = lexicon.kinds("right_values")
    kind, _, role = own.get(meant.text, "").partition(" ")
    if kind == "role":
        return Right(puts=(Put(slot="role", value=Said(role, meant.quote), who=meant.who),))
    person = next((m.name for m in meant.read.contacts if m.name), "")
    role = "influencer" if "影响" in meant.front else "user" if "使用" in meant.front else "decider"
    return Right(puts=(Put(slot="role", value=Said(role, meant.quote), before=meant.denied, who=person),))


def _closed(meant: Meant) -> Value:
    kind, _, value = lexicon.kinds("right_values").get(meant.text, "").partition(" ")
    if kind == meant.slot:
        return Said(value, meant.quote)
    read = {"intent_level": meant.read.intent_level, "outcome": meant.read.outcome}.get(meant.slot)
    if meant.slot == "attitude":
        read = next((m.attitude for m in meant.read.contacts if m.attitude), None)
    return replace(read, quote=meant.quote) if read is not None else None


def _outcome(meant: Meant) -> Right:
    """不是丢单，是暂缓: where the right word is no outcome, there is none."""
    value = _closed(meant)
    return Right(puts=(Put(slot="outcome", value=value),))


def _stage(meant: Meant) -> Value:
    if meant.text in STAGES:
        return Said(meant.text, meant.quote)
    return replace(meant.read.stage, quote=meant.quote) if meant.read.stage is not None else None


def _type(meant: Meant) -> Value:
    return activity.named(meant.text)


def _date(meant: Meant) -> Value:
    when = meant.when()
    return when.due_on if when is not None else None


def _due(meant: Meant) -> Right:
    when = meant.when()
    return Right(promises=(when,)) if when is not None else Right()


def _todo(meant: Meant) -> Right:
    """给报价, or 周四前给报价 with its day."""
    promised = next(iter(meant.read.promises), None)
    text = promised.text if promised is not None else meant.text
    puts = (Put(slot="todo", value=Said(text[:200], meant.quote), before=meant.denied),) if text else ()
    when = meant.when()
    return Right(puts=puts, promises=(replace(when, text=text),) if when is not None else ())


def _phone(meant: Meant) -> Value:
    found = meant.ctx.parsed.phones or ()
    return Said(found[-1].text, meant.quote) if found else None


def _email(meant: Meant) -> Value:
    found = meant.ctx.parsed.emails or ()
    return Said(found[-1].text, meant.quote) if found else None


def _birthday(meant: Meant) -> Value:
    found = [*(m.born for m in meant.read.contacts if m.born), *meant.read.births]
    return replace(found[0], who="", quote=meant.quote) if found else None


def _discount(meant: Meant) -> Value:
    return next(iter(meant.read.discounts), None)


def _quantity(meant: Meant) -> Value:
    """20台 of the goods of which there were 12."""
    found = next(iter(meant.read.quantities), None)
    if found is None:
        return None
    old = next(iter(meant.stored.quantities), None)
    goods = old.text.rpartition(" ")[0] if old is not None and " " not in found.text else ""
    return Said(f"{goods} {found.text}".strip(), meant.quote)


def _way(meant: Meant) -> Value | Right:
    part = next((t for t in meant.read.terms if any(t.label == old.label for old in meant.stored.terms)), None)
    if part is not None:
        return Right(puts=(Put(slot="term", value=replace(part, quote=meant.quote)),))
    found = next(iter(meant.read.ways), None)
    return Said(found.text if found else (meant.front + meant.text)[:80], meant.quote)


def _term(meant: Meant) -> Value:
    found = next(iter(meant.read.terms), None)
    if found is None and meant.stored.came and meant.read.amounts:  # 不对，首付到了15万
        found = Term(meant.front, fen=meant.read.amounts[0].fen)
    return replace(found, quote=meant.quote) if found is not None else None


def _score(meant: Meant) -> Value:
    found = next(iter(meant.read.scores), None)
    return Score(found.scale, found.tenths, meant.quote) if found is not None else None


def _side(meant: Meant) -> Right:
    """是他们承诺的不是我们: the promise of which the words speak."""
    deed = promised_in(meant.denied) or promised_in(meant.text) or meant.front
    return Right(puts=(Put(slot=meant.slot, before=deed),))


_READ: dict[str, Read] = {
    **dict.fromkeys(("product", "competitor", "need", "concern", "source", "reason", "title"), _words),
    **dict.fromkeys(("budget", "quote", "deal", "payment", "other"), _sum),
    **dict.fromkeys(("attitude", "intent_level"), _closed),
    **dict.fromkeys(("theirs", "ours"), _side),
    "birthday": _birthday,
    "contact": _contact,
    "customer": lambda _: None,
    "date": _date,
    "discount": _discount,
    "due": _due,
    "email": _email,
    "outcome": _outcome,
    "phone": _phone,
    "quantity": _quantity,
    "role": _role,
    "score": _score,
    "stage": _stage,
    "term": _term,
    "todo": _todo,
    "type": _type,
    "way": _way,
}
KNOWN = frozenset(_READ)
