"""What a correction leaves of the reading of its message: only what is right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.nlp import correction, lexicon
from bot.nlp.doc import Doc
from bot.nlp.parsed import Correction, Event, Parsed, Span, Words


def changed(doc: Doc, event: Event) -> Words | None:
    """The wrong one of two sums, shares or people of which one is put in the place of the other."""
    if len(doc.clauses) != 1:
        return None
    of_one_kind: tuple[list[Span], ...] = (
        [a.span for a in event.amounts],
        [span for _, span in event.discounts],
        [c.span for c in event.contacts],
    )
    return next((wrong for places in of_one_kind if (wrong := correction.changed(doc, places))), None)


def applied(doc: Doc, parsed: Parsed, wrong: Words | None, times: Sequence[tuple[int, int]]) -> Parsed:
    """The denied value is no amount, no customer and no contact; `wrong` is it where the sums themselves told."""
    said = Correction(denied=wrong, marked=True) if wrong is not None else correction.read(doc)
    said = _of_customer(parsed, said)
    if said.shift:  # 周三他没空，改到周五: why is no worry, and no deed of its own
        parsed = replace(parsed, next_actions=(), concerns=(), needs=())
    if said.denied is not None:
        parsed = _without(parsed, said.denied.span)
        if said.right is not None and _is_name(parsed, said, said.right, times):
            parsed = replace(parsed, customer=said.right)
    told = parsed.activity if parsed.activity and parsed.activity.type != "other" else None
    bare = correction.bare(doc, parsed.amounts)
    return replace(parsed, activity=told, stage=None, correction=replace(said, bare_amounts=bare))


def _of_customer(parsed: Parsed, said: Correction) -> Correction:
    """华星预算不是80，是60: what it is stands behind the customer's name."""
    subject, customer = said.subject, parsed.customer
    if said.slot or subject is None or customer is None or not subject.text.startswith(customer.text):
        return said
    return replace(said, slot=correction.slot_of(subject.text.removeprefix(customer.text).lstrip("的那边这")))


def _without(parsed: Parsed, wrong: Span) -> Parsed:
    def kept(span: Span) -> bool:
        return not (span.start < wrong.end and wrong.start < span.end)

    return replace(
        parsed,
        amounts=tuple(a for a in parsed.amounts if kept(a.span)),
        discounts=tuple(d for d in parsed.discounts if kept(d[1])),
        contacts=tuple(c for c in parsed.contacts if kept(c.span)),
        phones=tuple(p for p in parsed.phones if kept(p.span)),
        competitors=tuple(c for c in parsed.competitors if kept(c.span)),
        products=tuple(p for p in parsed.products if kept(p.span)),
        needs=tuple(n for n in parsed.needs if kept(n.span)),
        concerns=tuple(c for c in parsed.concerns if kept(c.span)),
        source=parsed.source if parsed.source and kept(parsed.source.span) else None,
        customer=parsed.customer if parsed.customer and kept(parsed.customer.span) else None,
    )


_DEED = re.compile("[给去发寄送做约报签丢暂]")
_NO_NAME = re.compile(r"\d|[周月号点万元折%]|[一二两三四五六七八九十]成|电话|微信|拜访|会议|[我你他她]")


def _is_name(parsed: Parsed, said: Correction, right: Words, times: Sequence[tuple[int, int]]) -> bool:
    """不是华星是华兴: a short word that is no amount, no person and no time is the name of the customer."""
    if said.slot not in ("", "customer") or (said.subject is not None and not said.slot):
        return False
    plain = not (
        parsed.amounts or parsed.contacts or parsed.customer or parsed.next_actions or parsed.discounts or parsed.phones
    )
    if right.text in lexicon.words("not_names") or correction.slot_of(right.text) or _DEED.match(right.text):
        return False
    timed = any(start < right.span.end and right.span.start < end for start, end in times)
    return plain and not timed and 2 <= len(right.text) <= 8 and not _NO_NAME.search(right.text)
