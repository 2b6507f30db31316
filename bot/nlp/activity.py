"""Contact that the message reports: how it was made, on which day, and whether anybody was reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Clause, Doc
from bot.nlp.events import Timed
from bot.nlp.gate import Rule, begun
from bot.nlp.parsed import ActivityMention, ActivityType, Span
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time

_ORDER: tuple[ActivityType, ...] = ("demo", "meal", "visit", "meeting", "call", "wechat", "email", "delivery")
# A clause that speaks of what is yet to come, of a number to call, or of what did not take place.
PLAN = Rule(
    r"下次|改天|回头|再约|约好|(?<![续签违邀])约了|准备|打算|计划(?!书)|将要|提醒|待(?=约|发|给|定)|下一步|"
    r"安排(?!了)|必须|得把|记得|别忘了|明天|后天|明早|明晚|下周|下个?月|下礼拜|"
    r"争取|预计|推到|改到|挪到|尽快|尽早|之后再|再(?=跟|催|约|去|谈|聊|联系|打|发|拜访|沟通)"
)
_PAST = Pattern(r"了|过|已|刚|完|昨|前天|上周|今天上午|没|首次")
_NO_CONTACT = Pattern(
    r"(?:手机|联系电话|电话|座机)(?:号码?)?(?:是|为|：|:)? ?\(?[\d+]|电话 ?\d|电话多少|"
    r"的电话(?:给|发|留|号|转)|(?:发货|到货|交货|送货|交付|演示|试用|开会|见面|上门)(?:之)?(?:前|后|时|以后)|前台转|邮箱[^，。]{0,3}[a-z]|微信号|下次|小程序|留(?:了|下|个)*电话|会议不是|不(?:是|用)电话"
)
# 聊了试用方案, 对演示系统感兴趣: a demonstration that is spoken of, and not given.
_ONLY_NAMED = Pattern(
    r"(?:聊|谈|讨论|商量|沟通|确认|敲定|定|说|问|关于|对|需要|想要?|希望|要求|申请|安排)(?:到|起|一下|了|好)*"
    r"(?:一下|下|下次|后续|怎么|能不能|可以|免费|先|的|关于|个)*$"
)
_SPOKE = Rule(
    r"[对谈过聊]完了|讲(?=[他她我咱现这得了价戴说要想不没有]|，|:)|说(?!明)|说(?=明[年天早晚后])|表示|反馈|反映|要求|问(?!题|一?圈)|透露|答应|同意|愿意|告知|回复|回信|确认|提了|提出|强调|"
    r"觉得|认为|嫌|最关心|希望|倾向|接受|拒绝|对比的是|发给|发了|报了|已报|顾虑|担心|怕|"
    r"暂时不|不需要|感兴趣|沟通|交流|想(?!法|起)|聊|谈|推荐|认可|没来|没约[上到成]|球|失约|放鸽子|喜欢|打[一二三四五六七八九]折|要打|预算|"
    r"挑中|看中|选中|提的是|没提|介意|犹豫|纠结|承诺|保证(?!金)|催|骂|生气|发火|着急|名片|讨论|商量|敲定|引荐|"
    r"对了(?!方|手|面)|核对|让我|叫我|要我们|让咱|叫咱|回话|捎话|带话|放话|撂话|吐口|吐槽|"
    r"(?:总|工|经理|主任|[姐哥他她]|老板|对方|客户|人家|悄悄|偷偷|私下|[跟和]我|又|也)讲(?![究课师座标堂解义台])|"
    r"(?:叔|姨|嫂|婶|[爷奶]|先生|太太|女士|师傅)讲|(?:那边|法务|对方|他们?|[总工姐哥任理])[^，。]{0,4}回了(?![家来去访])|不认(?=，|。|$)|"
    r"提的[^，。]{0,4}(?:[点条]|意见|问题|要求)|火气|发脾气|有意见|摆手|摇头|还价|开价|咬[住死定]|"
    r"[传递转交]给[^，。]{1,6}了|(?:报价|方案|图纸|样册|资料|合同)[^，。]{0,3}[发传给递交]过去了|转发自|"
    r"爽约|said|asked|met |"
    r"点头|松口|传话|转告|嘱咐|叮嘱|交代|暗示|打听|埋怨|诉苦|坚持|主张|建议|老实|婉拒|推脱|打太极|冷淡|客气|口头|发飙|[总工姐哥任理计长师板]:|"
    r"原话|发来的|拒收|返点|投诉|抱怨|说了|没说|意向|回访了?|满意度"
)
_MISSED = Rule(
    r"没联系上|联系不上|没接|未接|没人接|打不通|没打通|没通|关机|占线|无人接听|没见到|没见着|不在(?!乎|意|线|少)|"
    r"扑空|不接(?![受触单纳待活入班])|没遇到|没碰到|失联|爽约|不让进|拒接|空号"
)


@cache
def _kinds() -> tuple[tuple[ActivityType, Rule], ...]:
    return tuple((kind, Rule("|".join(p for p, of in lexicon.rows("activity") if of == kind))) for kind in _ORDER)


def find(doc: Doc, clauses: Sequence[Clause], times: Timed, names: Sequence[tuple[int, int]]) -> ActivityMention | None:
    """The contact that these clauses report, of the most specific kind; None for a plan or a mere fact. `names` are
    places of organisations: the 快运 of a firm is no delivery."""
    told = _reported(doc, clauses, times)
    best = _kind(doc, told, names) or _chatted(doc) or _told(doc, told)
    if best is None:
        return None
    day = _day(doc, told, times.all, best[1])
    kind, span = best
    if day is None or day.begin is None:
        return ActivityMention(kind, doc.today, None, span, None)
    return ActivityMention(kind, _past(doc, day).date(), doc.text[day.start : day.end], span, Span(day.start, day.end))


_SPEAKER = Pattern(r"(?:^|\n)[^\n:，。]{1,12}(?: \d{1,2}:\d{2}(?::\d{2})?\n|: ?(?=[^\n]))")
_MINE = Pattern(r"(?:^|\n)(?:我|本人)(?: \d{1,2}:\d{2}|:)")
_TURNS = 3


def _chatted(doc: Doc) -> tuple[ActivityType, Span] | None:
    """罗工：扭矩不够 / 我：可以换: lines of a chat, in which we speak too."""
    if doc.norm.count("\n") + 1 < _TURNS or not (mine := _MINE.search(doc.norm)):
        return None
    turns = len(_SPEAKER.findall(doc.norm))
    return ("wechat", Span(*mine.span())) if turns >= _TURNS else None


def _reported(doc: Doc, clauses: Sequence[Clause], times: Timed) -> list[Clause]:
    """The clauses that are no plan; what goes on behind a dated plan (约了明天见，聊园林) belongs to it."""
    told: list[Clause] = []
    may, ahead = begun(doc), False
    dated = False
    for clause in clauses:
        own, planning = times.of(clause), may[clause.start] & PLAN.bit != 0
        hangs, dated = dated and not own, bool(own) and _only_when(doc, clause, own[-1])
        if hangs and _WENT.search(doc.norm, clause.start, clause.end) is None:
            continue
        also = ahead and own and _still_ahead(doc, clause, own)
        if also or ((own or planning) and _planned(doc, clause, own, planning=planning)):
            ahead = any((t.stop or t.moment) > doc.local for t in own)
        elif not ahead or not _TOPIC_ONLY.match(doc.norm, clause.start, clause.end):
            told.append(clause)
            ahead = False
    return told


def _only_when(doc: Doc, clause: Clause, said: Time) -> bool:
    """周五下午两点半，采购总监来公司考察: a moment to come, with what is planned for it behind the comma."""
    bare = said.end == clause.end and said.start - clause.start <= _TO_WHOM
    return bare and (said.clock or said.earlier is None) and said.moment > doc.local and not said.before


_TO_WHOM = 1  # a blank behind @李娜


def named(words: str) -> ActivityType | None:
    """The kind of contact that a few words name by themselves: 打电话, 上门拜访, 微信聊."""
    return next((kind for kind, pattern in _kinds() if pattern.search(words.lower())), None)


def _still_ahead(doc: Doc, clause: Clause, own: Sequence[Time]) -> bool:
    """周末搭好环境，周一上午演示: a bare weekday behind a plan is the coming one."""
    return any(t.moment > doc.local for t in own) and not _PAST.search(doc.norm, clause.start, clause.end)


_TOPIC_ONLY = Pattern(r"(?:主要)?(?:聊|谈|看|见|演示|沟通|讨论|对接)(?!了|过)")


def _told(doc: Doc, clauses: Sequence[Clause]) -> tuple[ActivityType, Span] | None:
    """The customer said or did something, but the text does not say how we know."""
    if not _SPOKE.may(doc):
        return None
    said = next((m for c in clauses if (m := _SPOKE.search(doc.norm, c.start, c.end))), None)
    return ("other", Span(said.start(), said.end())) if said else None


def _kind(doc: Doc, clauses: Sequence[Clause], names: Sequence[tuple[int, int]]) -> tuple[ActivityType, Span] | None:
    for kind, rule in _kinds():
        said = clauses and rule.may(doc) and rule.search(doc.norm, clauses[0].start, clauses[-1].end)
        for clause in clauses if said else ():
            match = rule.search(doc.norm, clause.start, clause.end)
            while match and any(start <= match.start() < end for start, end in names):
                match = rule.search(doc.norm, match.end(), clause.end)
            if match and _YET.search(doc.norm, clause.start, match.start()):
                match = None
            if match and kind == "visit" and _WHO_CAME.match(doc.norm, match.end()):
                match = None
            if match and kind == "demo" and _ONLY_NAMED.search(doc.norm[clause.start : match.start()]):
                match = None
            if match and not _NO_CONTACT.search(
                doc.norm, max(clause.start, match.start() - 2), _stop(doc.norm, match.end())
            ):
                return kind, Span(match.start(), match.end())
    return None


# 周日来店里看样板间的那对夫妻: who they are.
_WHO_CAME = Pattern("[^，。；了]{0,8}的[那这][一两几]?[对位个家户批帮]")

# 让我们元旦以后过去看现场, 先来两台试用: wanted, and not done.
_YET = Pattern(
    "(?:让|叫|要|请|约|邀请?|希望|建议)我们?[^了]{0,16}$|(?:想|先|要)(?:来|拿|给|发|寄|送|上|装)[^了，]{1,6}$"
)


def _stop(norm: str, at: int) -> int:
    """Six characters on, or where the thought ends before."""
    return next((at + i for i, char in enumerate(norm[at : at + 6]) if char in "，。；！\n"), min(len(norm), at + 6))


_MET_AS_AGREED = Pattern(r"约了(?!.*[上下]午|.*[点号])(?:见|聊)")
_DID = Pattern(r"没约[上到成]|敲定|谈妥|谈拢|说妥|(?:拜访|见|聊|谈|去|打|开|演示)(?:完)?了|先电话后")


_TOLD_AHEAD = Pattern(
    r"(?:敲定|谈妥|谈定|商定|说定|约定)|(?<!我)(?<!我们)(?<!咱们)(?:说(?![好定])|表示|告知|透露|通知我|反馈|回复|来电|来信|回信|发来|答复|提到|答应|让我们|叫我们|要我们|(?:总|经理|主任|工|姐|哥|长|老板)让我)(?!一下)"
)


def _planned(doc: Doc, clause: Clause, own: Sequence[Time], *, planning: bool) -> bool:
    """Whether a clause speaks of what is to come; 他说下周出国 tells of what he said. `planning`: a word of PLAN may
    stand in it."""
    text = doc.norm[clause.start : clause.end]
    planning = planning and PLAN.search(text) is not None and not _MET_AS_AGREED.search(text)
    if not own:
        return planning and not _DID.search(text)
    ahead = [t for t in own if t.begin and t.begin.date() > doc.today]
    open_ended = [t for t in own if t.before and t.stop and t.stop > doc.local]
    under_way = [t for t in own if _under_way(doc, t)]
    coming = (*ahead, *open_ended, *under_way)
    if coming and _TOLD_AHEAD.search(doc.norm, clause.start, min(t.start for t in coming)):
        return False
    if planning:
        return any(not t.before for t in ahead) or not _DID.search(text)
    if open_ended:
        return not _PAST.search(text)
    if _coming_weekday(doc, clause, own):
        return True
    return bool(under_way or any(t.earlier is None for t in ahead)) and not _PAST.search(text)


def _under_way(doc: Doc, said: Time) -> bool:
    """今晚, 年底 in December: begun perhaps, and not over."""
    part = said.clock or said.unit.endswith("-part")
    return said.earlier is None and part and (said.stop or said.moment) > doc.local


_GOES = Pattern(r"(?:上午|下午|早上|晚上|中午)?(?:我们?)?(?:要|去|约|得去|寄(?!来)|送(?!来)|发货|交货|付款|打款|进场)")
_WENT = Pattern(r"了|过(?![去来])|完|没|刚|说|表示|反馈|觉得|回来|出来")


def _coming_weekday(doc: Doc, clause: Clause, times: Sequence[Time]) -> bool:
    """周四下午两点去华星开会: a bare weekday with a verb of going is the coming one, unless something is told of it."""
    return any(
        t.earlier is not None
        and doc.norm.startswith(("周", "星期", "礼拜"), t.start, t.end)
        and _GOES.match(doc.norm, t.end, clause.end) is not None
        and _WENT.search(doc.norm, clause.start) is None
        for t in times
    )


def _day(doc: Doc, clauses: Sequence[Clause], times: Sequence[Time], span: Span) -> Time | None:
    """The day that a word gives the contact: in its own clause first, then in the clauses before it."""
    own = doc.clause_at(span.start)
    near = [t for t in times if own.start <= t.start < own.end]
    earlier = [
        t for t in times if any(c.start <= t.start < c.end for c in clauses) and t.start < own.start and t not in near
    ]
    titled = [t for t in times if _TITLED.search(doc.norm, max(0, t.start - 4), t.start)]  # 时间：6月10日下午
    for said in [*near, *earlier, *titled]:
        if said.day is None or said.before or _past(doc, said).date() > doc.today:
            continue
        if said.moment.date() > doc.today and _SET.match(doc.norm, said.end):
            continue
        if _HE_SAYS.search(doc.norm, max(0, said.start - _HE), said.start):
            continue
        if said.earlier is None or not _NOT_SAID.search(doc.norm, own.start, said.start):
            return said
    return None


# 没答应周五给答复: the Friday that was not promised is the next one, and not the day of the talk.
_NOT_SAID = Pattern("(?:没有?|未|不)(?:说|讲|提|答应|承诺|同意|保证|表示|肯|愿意?)(?:要|会|能)?[^，。]{0,4}$")


# 李总说周五不行: the day that he speaks of is not the one on which he said it.
_HE_SAYS = Pattern(
    "(?:[总工哥姐理任长户方他她]|老板|领导|们|边)(?:就|也|又|都|刚)?(?:说|讲|表示|回复|反馈|通知)(?:是|他们?|她们?|我们?)?$"
)
_HE = 8

_SET = Pattern(
    "(?:号|日)?(?:就|才)?(?:截标|截止|开标|封标|投标|挂网|"
    "上网|发标|公示|开工|验收|交货|交付|上会|到期|投产|进场|开业|生效)"
)  # 11月3号截标

_TITLED = Pattern("(?:时间|日期)[:：] ?$")


_LONG_PAST = timedelta(days=60)


def _past(doc: Doc, said: Time) -> datetime:
    """The day in the past that is meant, if any; a festival to come (快过年了) is not last year's."""
    if said.moment.date() <= doc.today or said.earlier is None:
        return said.moment
    return said.moment if said.unit == "festival" and doc.local - said.earlier > _LONG_PAST else said.earlier


def reached(doc: Doc, start: int, end: int) -> bool:
    """False where the words say that nobody was there: 没人接, 没见到."""
    return not _MISSED.may(doc) or _MISSED.search(doc.norm, start, end) is None
