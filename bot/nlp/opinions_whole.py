"""What a whole message is: what the rules told, and where they are unsure, what was learned of such messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from bot.nlp import activity
from bot.nlp import stage as stages
from bot.nlp.doc import Clause
from bot.nlp.intent import Wish
from bot.nlp.learned import wholes
from bot.nlp.learned.wholes import Whole
from bot.nlp.parsed import ActivityMention, ActivityType, Intent, Level, Outcome, Parsed, Span, Stage
from bot.nlp.pattern import Pattern

_RATHER = 0.5  # how likely a kind of contact or a stage has to be
_ENDED = 0.8  # how likely a sale has to be won or lost
_BY_FAR = 0.93  # how likely another intent has to be
_ALL_BUT_SURE = 0.95  # how likely another kind of contact has to be than one that is said
_OPEN_TO_DOUBT = frozenset({"note", "unknown"})  # acts that no exact words told
_TELLS = Pattern(".{0,12}?(?:客户|对方|人家|[他她]们?)?(?:提醒|[来又]?问|说|想|要求|让我|叫我|希望|打算|表示)")


def wish(parsed: Parsed, whole: Whole) -> Wish | None:
    """What else is wanted with the message: exact words and orders that were understood stand, and who tells of a
    person tells a note; of the rest what is likelier by far."""
    told = whole.of("intent", least=_BY_FAR)
    if told in (None, parsed.intent) or parsed.act not in _OPEN_TO_DOUBT or parsed.command is not None:
        return None
    if told == "note":
        return Wish("note", "note") if parsed.intent != "chitchat" else None  # what is vague stays so
    return None if parsed.contacts or _TELLS.match(whole.doc.norm) else Wish(cast(Intent, told), "unknown")


def contact(found: ActivityMention | None, whole: Whole) -> ActivityMention | None:
    """How contact was made. What is planned was made in no way yet, and what the rules know to be said is so."""
    planned = activity.PLAN.may(whole.doc)
    told = whole.of("contact", least=_ALL_BUT_SURE if found else _BY_FAR if planned else _RATHER)
    if told in (None, wholes.NOTHING):
        return found
    kind = cast(ActivityType, told)
    if found is None:
        said = whole.words("contact", kind)
        return ActivityMention(kind, whole.doc.today, None, said, None) if said else None
    return replace(found, type=kind) if found.type == "other" else found


def stage(found: tuple[Stage, Span] | None, whole: Whole, real: Sequence[Clause]) -> tuple[Stage, Span] | None:
    """Where the sale stands, as one of the thoughts that are facts tells."""
    return found or cast("tuple[Stage, Span] | None", _told("stage", _RATHER, whole, real))


def outcome(found: tuple[Outcome, Span] | None, whole: Whole, real: Sequence[Clause]) -> tuple[Outcome, Span] | None:
    """Whether it was won or lost, told likewise."""
    if found:
        return found
    told = cast("tuple[Outcome, Span] | None", _told("outcome", _ENDED, whole, real))
    return None if told and told[0] == "won" and stages.settled_else(whole.doc, real) else told


def level(found: tuple[Level, Span] | None, whole: Whole, real: Sequence[Clause]) -> tuple[Level, Span] | None:
    """How keen the customer is."""
    return found or cast("tuple[Level, Span] | None", _told("level", _RATHER, whole, real))


def _told(question: str, least: float, whole: Whole, real: Sequence[Clause]) -> tuple[str, Span] | None:
    """What is likely enough, with the words that say so; None where they are no fact (如果…就签了)."""
    told = whole.of(question, least=least)
    if told in (None, wholes.NOTHING):
        return None
    said = whole.words(question, told)
    a_fact = said and any(clause.start < said.end and said.start < clause.end for clause in real)
    return (told, said) if said and a_fact else None
