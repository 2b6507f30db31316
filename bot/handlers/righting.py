"""From the words of a correction to the values that they put right, given the note that they are about.

Which value is meant is told by what stands in front (竞品), else by where the wrong one stands in the note, else by
what kind of thing the right one is. What is right is read as any other words are: 账期不是60天是90天 says 账期90天.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from bot import values
from bot.context import Context
from bot.drafts import draft as draft_of
from bot.handlers.right_values import Meant, value_of
from bot.nlp import activity, lexicon
from bot.nlp.correction import slot_of
from bot.nlp.parsed import Correction
from bot.nlp.stage import STAGES
from cards.builders.note_facts import KIND
from domain.facts import NoteDraft, Promise, Said
from domain.naming import same_person
from domain.services.corrections import Right
from domain.services.rights.desk import Put, fits

SUMS = ("budget", "quote", "deal", "payment", "other")
_LISTS = {"product": "products", "competitor": "competitors", "need": "needs", "concern": "concerns"}
_MORE = {"quantity": "quantities", "way": "ways"}
_CLOSED = ("role", "attitude", "outcome", "intent_level")  # values with words of their own


def right_of(ctx: Context, stored: NoteDraft, said: Correction | None = None) -> Right:
    """Everything that the sender's line puts right in a note; empty where it fits nothing there. `said` is the
    correction where the line itself does not look like one (预算改成什么 → 60万)."""
    words = said or ctx.parsed.correction or Correction(right=None)
    slot = words.slot or stands_in(stored, words)
    meant = Meant(ctx, words, stored, slot)
    if words.dropped:
        return Right(puts=(Put(slot=slot, before=meant.denied),)) if slot else Right()
    if crossed := _crossed(words, stored):
        return Right(puts=crossed)
    return value_of(meant) if slot else _by_kind(meant)


def stands_in(stored: NoteDraft, words: Correction) -> str:
    """The kind of value that the denied one is in the note; empty where it stands nowhere there."""
    if words.denied is None:
        return _of_person(stored, words)
    denied = words.denied.text
    return next(_places(stored, words, denied), "")


def _places(stored: NoteDraft, words: Correction, denied: str) -> Iterator[str]:
    if slot := _of_person(stored, words):
        yield slot
    if any(m.name and same_person(denied, m.name) for m in stored.contacts):
        yield "contact"
    for slot, name in (*_LISTS.items(), *_MORE.items()):
        if any(fits(value.text, denied) for value in getattr(stored, name)):
            yield slot
    for slot, one in (("source", stored.source), ("reason", stored.reason)):
        if one is not None and fits(one.text, denied):
            yield slot
    if any(fits(p.text, denied) for p in stored.promises):
        yield "todo"
    if any(fits(m.phone, denied) for m in stored.contacts):
        yield "phone"
    if any(fits(m.email, denied) for m in stored.contacts):
        yield "email"
    kind = activity.named(denied)
    if kind is not None and (kind == stored.type or KIND.get(stored.type or "") == denied):
        yield "type"
    if denied in STAGES:
        yield "stage"
    yield from (slot for slot in ("outcome", "intent_level") if closed(slot, denied))


def _of_person(stored: NoteDraft, words: Correction) -> str:
    """李工是技术不是采购: what is said of somebody in the note; a part in the decision, an attitude, else a title."""
    subject = words.subject.text if words.subject else ""
    if words.right is None or not any(m.name and same_person(subject, m.name) for m in stored.contacts):
        return ""
    right = words.right.text
    return next((slot for slot in ("role", "attitude") if closed(slot, right)), "title")


def closed(slot: str, said: str) -> str:
    """The value of a kind that has words of its own: 高 -> high."""
    kind, _, value = lexicon.kinds("right_values").get(said.strip(), "").partition(" ")
    return value if kind == slot else ""


def _crossed(words: Correction, stored: NoteDraft) -> tuple[Put, ...]:
    """80万是报价不是预算, 用友是竞品不是产品: the value is right, it was taken for another kind of thing."""
    if words.denied is None or words.right is None or words.slot:
        return ()
    wrong, right = slot_of(words.denied.text), slot_of(words.right.text)
    if wrong in SUMS and right in SUMS:
        return (Put(slot="amount_kind", value=right, before=wrong),)
    if wrong not in _LISTS or right not in _LISTS:
        return ()
    said = words.subject.text if words.subject else ""
    there = [v for v in getattr(stored, _LISTS[wrong]) if not said or fits(v.text, said)]
    if len(there) != 1:
        return ()
    there_already: tuple[Said, ...] = getattr(stored, _LISTS[right])
    return (
        Put(slot=wrong, before=there[0].text),
        Put(slot=right, value=there[0], before=there_already[0].text if len(there_already) == 1 else ""),
    )


def _by_kind(meant: Meant) -> Right:
    """不对，是微信聊的: the kind of value that the right one is by itself."""
    own, found = draft_of_line(meant.ctx), meant.read
    if (shifted := _shifted(meant)) is not None:
        return Right(promises=(shifted,))
    if (moved := meant.when()) is not None and not own.promises:
        return _moved(meant, moved)
    puts: list[Put] = []
    if found.discounts:
        puts.append(Put(slot="discount", value=found.discounts[0]))
    phone = next((m.phone for m in own.contacts if m.phone), "")
    email = next((m.email for m in own.contacts if m.email), "")
    if phone and not any(m.name for m in own.contacts):
        puts.append(Put(slot="phone", value=Said(phone, meant.quote), before=meant.denied))
    if email and not any(m.name for m in own.contacts):
        puts.append(Put(slot="email", value=Said(email, meant.quote), before=meant.denied))
    kind = activity.named(meant.text) if meant.text else None
    if kind is not None and not (own.amounts or own.promises):
        puts.append(Put(slot="type", value=kind))
    if found.quantities and not own.amounts:
        meant = replace(meant, slot="quantity")
        return value_of(meant)
    if meant.text in STAGES:
        puts.append(Put(slot="stage", value=Said(meant.text, meant.quote)))
    if not puts and not own.promises and not own.amounts:
        puts += [Put(slot="concern", value=replace(said, quote=meant.quote)) for said in found.concerns[:1]]
    named = tuple(m for m in own.contacts if m.name)
    return Right(promises=own.promises, contacts=named, denied=meant.denied, puts=tuple(puts))


def draft_of_line(ctx: Context) -> NoteDraft:
    """The whole line as a draft, without what it denies."""
    return draft_of(ctx.parsed, ctx.text, ctx.moment.today, ctx.moment.zone, whole=True)


def _shifted(meant: Meant) -> Promise | None:
    """改到五点, 推迟一小时 behind a note of one promise: counted from when that was to be kept."""
    if not meant.words.shift or len(meant.stored.promises) != 1:
        return None
    old, local = meant.stored.promises[0], meant.ctx.moment
    if old.due_at is not None:
        was = old.due_at.astimezone(local.zone).replace(tzinfo=None)
    else:
        was = datetime.combine(old.due_on or local.today, time())
    when = values.moved(meant.text, local.local.replace(tzinfo=None), was)
    if isinstance(when, datetime) and (old.due_at is not None or not values.duration(meant.text, local.local)):
        return Promise(old.text, due_at=when.replace(tzinfo=local.zone), quote=meant.quote)
    day = when.date() if isinstance(when, datetime) else when
    return None if day is None else Promise(old.text, due_on=day, quote=meant.quote)


def _moved(meant: Meant, when: Promise) -> Right:
    """Another day: of the contact where it is past, of a promise where it is to come."""
    day = when.due_on or (when.due_at.astimezone(meant.ctx.moment.zone).date() if when.due_at else None)
    wrong = meant.denied_day()
    stored = meant.stored
    promised = next((p for p in (*stored.promises, *stored.awaited) if wrong is not None and p.due_on == wrong), None)
    if promised is None and day is not None and day <= meant.ctx.moment.today:
        return Right(puts=(Put(slot="date", value=day),))
    return Right(promises=(replace(when, text=promised.text if promised else ""),))
