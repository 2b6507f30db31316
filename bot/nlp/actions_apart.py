"""Actions whose day stands apart from them: 周五上午十点 到江北粮库交流, 提前一周去催尾款, 重新报个价，周二给我."""

from __future__ import annotations

import re
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

MAY_REMIND = Rule("提醒|催我|叫|喊|通知|闹钟|[设定加]个|[设定加]一个")
# 每周五下午催我写周报: what comes round is genjin's to call for; 客户每周催我报价 tells of somebody.
URGE_ME = "每(?:周|个?月|天|日|星期|礼拜|个?季度?|年)[^，。都就还总老]{0,8}催我(?!们|[^，。]{0,8}的(?:客户|人|单))"
REMIND = Pattern(
    r"(?:请|麻烦|帮我?)?(?:再)?(?:提醒|叫醒?|喊|通知)(?:我(?!们)|一下我?|下我)(?:一下|一声|要|"
    r"去(?=[做办处]))?|记得提醒我?|(?:设|定|加)(?:个|一个)(?:提醒|闹钟)[：:，]?|"
    rf"(?<![\u4e00-\u9fff]){URGE_ME}"
)

_EARLY = Rule(r"提前|提早")
_LENGTH = Pattern(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")


def remind(doc: Doc, clause: Clause, own: Sequence[Time], rest: Sequence[Clause], times: Timed) -> NextAction | None:
    """What is to be reminded of: 周五上午十点提醒我给张总打电话."""
    match = MAY_REMIND.search(doc.norm, clause.start, clause.end) and REMIND.search(doc.norm, clause.start, clause.end)
    if match is None:
        return None
    when = own[0] if own else None
    if when is not None and not rest and _says_nothing(doc, clause, match, when):
        return action_of(doc, doc.words(match.start(), match.end()), when)  # 叫我: what was said, nothing invented
    start, end = match.end(), clause.end
    if start >= end - 1 and rest:
        start, end = rest[0].start, rest[0].end  # 设个提醒，周五给方案
        own = [t for t in times.of(rest[0]) if t.kind != "duration"]
        when = when or (own[0] if own else None)
    text = phrase(doc, start, end, own)
    return action_of(doc, text, when) if text.text else None


_FILLER = Pattern(r"(?:[，, ]|一下|一声|下|请|麻烦|帮我?|你|记得|到时候?|再|就|吧|啊|哈|哦)*")


def _says_nothing(doc: Doc, clause: Clause, match: re.Match[str], when: Time) -> bool:
    """10分钟后叫我: a moment and a wish to be called, and no word of what for."""
    ahead = doc.norm[clause.start : min(when.start, match.start())] + doc.norm[when.end : match.start()]
    behind = doc.norm[max(match.end(), when.end) : clause.end]
    return all(_FILLER.fullmatch(said.strip("。！!~ ")) is not None for said in (ahead, behind))


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


_EVENT = "到期|期满|过期|开标|投标|截标|交付|验收|开业|续签|续保|开学|进场|上线|开工|开庭|过户|发货|出差|年检"
_AHEAD_OF = Rule(f"(?P<what>{_EVENT})之?前(?:必须|务必|一定|还|也|再|记得|需要?|要|得)*(?=[\u4e00-\u9fff]{{2}})")
_STILL = Pattern("没|不|[了过]|已|怎么|的(?:时候|话)")


def before_event(doc: Doc, clauses: Sequence[Clause], times: Timed, found: Sequence[NextAction]) -> list[NextAction]:
    """合同10月底到期，到期前要回访: what is to be done before an event, by the day that the message gives it."""
    more: list[NextAction] = []
    for clause in _AHEAD_OF.among(doc, clauses):
        match = _AHEAD_OF.search(doc.norm, clause.start, clause.end)
        if match is None or any(clause.start <= a.span.start < clause.end for a in found):
            continue
        text = phrase(doc, match.end(), clause.end, ())
        if not _TO_BE_DONE.match(text.text) or _STILL.search(doc.norm, match.end(), clause.end):
            continue
        named = (t for t in times.all if t.end <= clause.end and doc.norm.startswith(match["what"], t.end))
        day = next(named, None)
        planned = action_of(doc, text, day)
        if planned.due is None and day is not None and day.stop is not None:
            planned = replace(planned, due=(day.stop - timedelta(days=1)).date())
        more.append(planned)
    return more


_TO_BE_DONE = Pattern(
    "(?:再)?(?:回访|联系|约|催|问|跟|找|给|把|去|送|寄|发|交|准备|打|上门|拜访|做|谈|提醒|续|补|改|盖|办)"
)
_REMEMBER = Pattern("(?:要|得)?(?:记得|别忘了?|不要忘了?|记着)")


def dated_before(doc: Doc, clauses: Sequence[Clause], times: Timed, found: list[NextAction]) -> None:
    """后天老鲁家孩子满月，记得随礼: what is to be remembered is for the day of what stands right before it."""
    for index, action in enumerate(found):
        at = next((n for n, c in enumerate(clauses) if c.start <= action.span.start < c.end), 0)
        if action.due is not None or not at or not _REMEMBER.match(doc.norm, clauses[at].start):
            continue
        said = [t for t in times.of(clauses[at - 1]) if t.moment.date() >= doc.today and t.kind != "duration"]
        if len(said) == 1 and not _HAPPENED.search(doc.norm, clauses[at - 1].start, clauses[at - 1].end):
            when = action_of(doc, doc.words(action.span.start, action.span.end), said[0])
            found[index] = replace(when, text=action.text)


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
    if doc.norm[clause.end : rest[0].start] == "，":
        return _behind_comma(doc, clause, own[0], rest[0], times)
    end, parts = clause.end, 0
    for part in rest[:_PARTS]:
        if doc.norm[end : part.start].strip(" ") or part.start == end or times.of(part):
            break
        end, parts = part.end, parts + 1
    said = doc.norm[clause.end : end]
    if not parts or not _AN_EVENT.search(said) or _HAPPENED.search(said) or _NO_WORK.search(said):
        return None
    return action_of(doc, doc.words(clause.end, end), own[0])


_GOODS = Pattern(
    "(?P<goods>(?:技术|实施|设计|付款|二期|一期|修改|改后的?)?(?:方案|报价单?|合同|样[机品册件卡布]|资料|发票|协议|标书|清单|图纸?|ppt|文件|案例|授权书?|手册|证书|"
    "材料|订单|对?账单|计划书?|纪要|报告|邮件|说明书?|彩页|配置单?|排期表?|价格表|货|票))$"
)
_HANDED = Pattern(
    "(?:之?前|以?内|左右)?(?:我们?)?(?:就|再|会|要|得|能|可以)*(?P<verb>发|寄|送|给|交|出|开|做|改|签|补|报|拿|传)(?:给)?"
    "(?:过去|出去|出来|好|掉|他们?|她|客户|对方)?吧?"
)
_THEIRS = Pattern(
    "[他她](?:们)?|客户|对方|甲方|说|答应|表示|[总工哥姐]|经理|主任|没|不|了|已|完|问|等|催|要(?!发|寄|送|给|交)|收到?"
)


def goods_first(doc: Doc, clause: Clause, own: Sequence[Time]) -> NextAction | None:
    """样机周四寄, 合同明天发: what is to be handed over, its day, and the verb at the end; of ours alone."""
    if len(own) != 1:
        return None
    verb = _HANDED.fullmatch(doc.norm, own[0].end, clause.end)
    goods = _GOODS.search(doc.norm, clause.start, own[0].start) if verb else None
    if verb is None or goods is None or _THEIRS.search(doc.norm, clause.start, own[0].start):
        return None
    action = action_of(doc, doc.words(goods.start(), verb.end("verb")), own[0])
    day = action.due.date() if isinstance(action.due, datetime) else action.due
    if day is None or day < doc.today:
        return None
    return replace(action, text=verb["verb"] + doc.text[goods.start() : goods.end()])


_WE_DO = Pattern(
    "(?:我们?|咱们?)?(?:再|先|要|得)?(?:去|到|跟|和|与|给|把|见|约|讲|谈|聊|看|量|开|视频|拜访|参加|带|送|陪|上门|回访|汇报|演示|讲标|述标|投标|培训|验收|"
    "安装|接|请)(?![了过])"
)


def _behind_comma(doc: Doc, clause: Clause, day: Time, then: Clause, times: Timed) -> NextAction | None:
    """明天上午十点，去华星谈合同: a day to come, and nothing else, in front of what we do then."""
    sure = day.clock or day.earlier is None
    if (
        doc.norm[clause.start : day.start] not in ("", "是", "就")
        or not sure
        or times.of(then)
        or not _WE_DO.match(doc.norm, then.start)
    ):
        return None
    text = phrase(doc, then.start, then.end, ())
    return None if _HAPPENED.search(doc.norm, then.start, then.end) else action_of(doc, text, day)


_PARTS = 2  # a name and what is done there
_TO_ME = Pattern("(?:再|就)?(?:给|发|交|回|报|拿|送)(?:给)?我(?:们)?(?:就行|吧)?")


def told_when(action: NextAction) -> bool:
    """Whether 周二给我 only says until when: it is their wish, and the day of what they asked for."""
    return _TO_ME.fullmatch(action.text) is not None
