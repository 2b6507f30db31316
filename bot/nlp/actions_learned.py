"""What was learned to be something to do, with the day that is said for it."""

from __future__ import annotations

from bot.nlp import actions
from bot.nlp.action_words import action_of
from bot.nlp.doc import Doc
from bot.nlp.events import Timed
from bot.nlp.parsed import NextAction, Words
from bot.nlp.pattern import Pattern


def told(doc: Doc, text: Words, times: Timed) -> NextAction | None:
    """What these words of a clause say is to be done, by the time that it names; None where it is only hoped for."""
    clause = doc.clause_at(text.span.start)
    unsettled = (pattern.search(doc.norm, clause.start, clause.end) for pattern in (actions.HOPED, actions.STILL_OPEN))
    not_set = _NOT_SET.search(doc.norm, clause.start, text.span.start)
    if not_set or _WISHED.match(doc.norm, text.span.start) or any(unsettled):
        return None
    own = times.of(clause) or [t for t in times.all if t.start == clause.end + 1 and _ONLY_GIVEN.match(doc.norm, t.end)]
    return action_of(doc, text, actions.ahead(doc, clause, [t for t in own if t.kind != "duration"]))


_ONLY_GIVEN = Pattern("[^，。；！？\n]{0,3}(?:[，。；！？\n]|$)")  # 整理书面答复，周四给
_WISHED = Pattern("希望|想|要求|能(?!源)")
_NOT_SET = Pattern(
    "[过到逾]期$|[没未不](?:有|会|再)?(?:答应|承诺|说|提|约|要求|让)|说(?!.*[让叫求]我)"
)  # 过期重报, Grace说旺季前要把系统切过来
