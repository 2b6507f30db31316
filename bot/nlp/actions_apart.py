"""Actions whose day stands apart from them: 周五上午十点 到江北粮库交流, 提前一周去催尾款, 重新报个价，周二给我."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlp.action_words import action_of, phrase
from bot.nlp.doc import Clause, Doc
from bot.nlp.events import Timed
from bot.nlp.gate import Rule
from bot.nlp.parsed import NextAction
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time

REMIND = Pattern(
    r"(?:请|麻烦|帮我?)?(?:再)?(?:提醒|叫醒?|喊|通知)(?:我(?!们)|一下我?|下我)(?:一下|一声|要|"
    r"去(?=[做办处]))?|记得提醒我?|(?:设|定|加)(?:个|一个)(?:提醒|闹钟)[：:，]?"
)

_EARLY = Rule(r"提前|提早")
_LENGTH = Pattern(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")


def called_early(doc: Doc, clauses: Sequence[Clause], times: Sequence[Time], found: list[NextAction]) -> None:
    """周四两点去开会，提前一小时叫我: the plan before it becomes due that much earlier; an hour before a mere day is
    no moment and changes nothing."""
    if not found or not _EARLY.may(doc):
        return
    for clause in clauses:
        early = _EARLY.search(doc.norm, clause.start, clause.end)
        plan = next((i for i in reversed(range(len(found))) if found[i].span.start < clause.start), None)
        if early is None or plan is None or not REMIND.search(doc.norm, early.end(), clause.end):
            continue
        length = next((t.exact for t in times if t.start == early.end() and t.exact), None)
        parts = _LENGTH.fullmatch(length) if length else None
        due_then = found[plan].due
        if parts is None or due_then is None or (not isinstance(due_then, datetime) and "T" in parts.group()):
            continue
        span = timedelta(**{unit: int(n) for unit, n in parts.groupdict(default="0").items()})
        found[plan] = replace(found[plan], due=due_then - span)


def _length(said: Time) -> timedelta | None:
    """How long 一周 or 两个小时 is."""
    parts = _LENGTH.fullmatch(said.exact) if said.exact else None
    return timedelta(**{unit: int(n) for unit, n in parts.groupdict(default="0").items()}) if parts else None


_TO_DO = Pattern("(?:再)?(?:去|要|把|给|发|催|跟|找|联系|通知|准备|打|送|约|问|确认|安排|续|寄|报)")


def done_early(doc: Doc, clauses: Sequence[Clause], times: Timed) -> list[NextAction]:
    """提前一周去催尾款，4月10号付: what is to be done that long before a day that the sentence names."""
    found: list[NextAction] = []
    for clause in _EARLY.among(doc, clauses):
        early = _EARLY.search(doc.norm, clause.start, clause.end)
        ahead = next((t for t in times.of(clause) if early and t.start == early.end()), None)
        length = _length(ahead) if ahead else None
        if ahead is None or length is None or not _TO_DO.match(doc.norm, ahead.end):
            continue
        day = next((t for t in times.all if t.start != ahead.start and (t.stop or t.moment) > doc.local), None)
        text = phrase(doc, ahead.end, clause.end, ())
        if day is not None and not REMIND.search(doc.norm, clause.start, clause.end):
            planned = action_of(doc, text, day)
            found += [replace(planned, due=planned.due - length)] if planned.due else []
    return found


_AN_EVENT = Pattern(
    "会$|会议|交流|巡检|考察|演示|培训|验收|评审|答辩|述标|讲标|送样|拜访|上门|安装|调试|勘察|量|签|谈|见|去|到|来|发|寄|给|送|交|写|做|打|开|约|回|接|跑|陪|吃|看|催"
)
_NO_WORK = Pattern("机动|待定|休息|调休|请假|休假|放假")
_HAPPENED = Pattern("了(?!解)|过(?![去来会户])|已|刚|没")


def behind_blank(
    doc: Doc, clause: Clause, own: Sequence[Time], rest: Sequence[Clause], times: Timed
) -> NextAction | None:
    """周三上午九点半 江北粮库技术交流: behind a day to come and a blank stands what is planned for it."""
    if len(own) != 1 or own[0].end != clause.end or not rest or own[0].moment <= doc.local:
        return None
    end, parts = clause.end, 0
    for part in rest[:_PARTS]:
        if doc.norm[end : part.start].strip(" ") or part.start == end or times.of(part):
            break
        end, parts = part.end, parts + 1
    said = doc.norm[clause.end : end]
    if not parts or not _AN_EVENT.search(said) or _HAPPENED.search(said) or _NO_WORK.search(said):
        return None
    return action_of(doc, doc.words(clause.end, end), own[0])


_PARTS = 2  # a name and what is done there
_TO_ME = Pattern("(?:再|就)?(?:给|发|交|回|报|拿|送)(?:给)?我(?:们)?(?:就行|吧)?")


def told_when(action: NextAction) -> bool:
    """Whether 周二给我 only says until when: it is their wish, and the day of what they asked for."""
    return _TO_ME.fullmatch(action.text) is not None
