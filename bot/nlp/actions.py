"""What is to be done next, by us or together: 下周三之前给方案, 回头跟领导申请, 周五上午十点提醒我给张总打电话.

What the customer alone will do (他说周末看) is not ours. A clause is taken where a word sets it in the future; its text
is as written, without the time words and without the bot's part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.nlp.action_words import action_of, phrase
from bot.nlp.actions_apart import (
    MAY_REMIND,
    before_event,
    behind_blank,
    called_early,
    dated_before,
    done_early,
    goods_first,
    remind,
    told_when,
)
from bot.nlp.doc import Clause, Doc
from bot.nlp.events import Timed
from bot.nlp.gate import Rule, begun
from bot.nlp.parsed import NextAction, Words
from bot.nlp.pattern import Match, Pattern
from bot.nlp.times_model import Time

# Behind 让我们: until when, and what they want of us.
_TILL = "(?:[这本下]周|[这本下]个?月|[今明后]天|周[一二三四五六日])?"
_US = (
    rf"{_TILL}(?=把|发|给|出|寄|报|做|改|再|尽快|先|"
    r"准备|提供|派|帮|补|重|开|加[^班]|带|安排|核|写|整理|算|递|填|备|配|拿)"
)
_LATER = Rule(
    r"回头|改天|下次|下一步|[让要得]重新?(?=报|打|做|出|发|改|寄|开|写|签|印|选|测|算|核|设计)|"
    r"要(?=给(?:他|她|他们|客户|对方)[^，。]{0,4}(?:申请|准备|安排|做|出|报|发|寄|送|带))|"
    r"(?:需要?|得|要)(?=(?:再|先)?(?:跟|找|问|向)(?:我们)?(?:财务|领导|老板|总部|工厂|公司|技术|法务|研发|生产|库房|仓库|厂里)[^，]{0,4}"
    r"(?:确认|申请|商量|核实|沟通|汇报|请示|核|协调))|(?:我|我们)(?:先|再)?(?:去|回去)?(?=问问|问一下|问下)|"
    r"还(?:要|得|需要?)(?=补|给|发|送|寄|出|改|提交|跟我们|找我们)|再(?=申请|跟|催|约|去|谈|聊|联系|打|发|寄|送|补|带|做[一个份版]|出[一个份版]|拜访|沟通|测|报|看|来|问|回访|确认|"
    rf"推)|要我们(?=派|去|补|改|出|重|再|尽快|安排)|让(?:我们?|咱们?)?{_US}|叫(?:我们?|咱们?){_US}|要我(?!们){_US}|(?:回来|回去|回公司)(?=跟|找|问|再|请示|汇报|商量)|先(?=发|寄|开(?:过去|票|发票|专票)|报[个一份]|出[个一份]|给[个一份]|做[个一份]|提[个一份])|重新报|(?:改|弄|做|签|盖)完了?(?:再|重新)(?=发|给|报|寄|送|传)|[得该](?=[催追])|待会|稍后|随后|过几天|尽快|尽早|近期|之后再|"
    r"记得|别忘了|待办|约好(?!的)|(?:^|，|我们?)(?:答应|承诺|保证)(?=了?[^，]{0,10}(?:把|给|发|送|交|出|寄|到|完成))|准备|打算|安排(?!了|$)|(?<=前)[要得](?=把)|争取|节后|一周后|二周后"
)
_HINTS = MAY_REMIND.bit | _LATER.bit
# Cancelled, or feared: 取消, 担心.
_NO_PLAN = Rule(
    r"(?<!去)(?<!先)(?<!来)(?<!再)问(?:我们|咱们?|[今明]年|年[前底内]|[这下]个?[周月])?能不能|取消|(?:续|签|订|排|卖|做)到了|(?:下单|付款|打款|签约)就(?=[给发送安])|不用|不下来|不出来|截止|有效期(?:到|至|写|为|是)|挂网|别再|先别|拖到|不要再|别(?:再)?提醒|不去了|作废|延期不|担心|害怕|怕(?<!恐怕)(?!是)|嫌|顾虑"
)
_THEIRS = Pattern(
    r"^(?:那边|对方|客户|他们?|她们?|老板|太太|财务|采购|领导|[\u4e00-\u9fff]{0,3}(?:[院校园厂店科处局站所队场行]长|主任|总监))?(?:就|也|都)?(?:[说讲]|"
    r"透露|表示|回复)(?!.*(?:让我们?|要我们?|叫我们?|我们|安排人|再谈))|"
    r"^(?:[那这]个|[那这]边|[老新])*(?:对方|客户|他们|她们|他|她|公司|(?!我们|咱)[\u4e00-\u9fff]{2,4}(?=内部))?(?:那边|公司)?(?:也|都|还|就|要|会|先|再|得)*"
    r"内部(?:还|也|先|再|要|会|得|走|讨论|商量|开会|评审|审批|评估|过|定|沟通|研究|协调|汇报)|"
    r"^(?:(?:聊到|提到|说到|得知|听说|了解到|透露)了?)?(?:对方|客户|他们|她们|他|她|院长|老板|领导|[\u4e00-\u9fff]{1,2}总)(?:还|也|都|就|会|要(?!的)|"
    r"得|下|明|周|元|打算|准备|计划)"
)
_MAY_BE_THEIRS = Rule("[说讲透表回内对客他她院老领总]")  # one of them is in all that is theirs
_SUBJECT_THEIRS = Pattern(
    r"^(?:回|来|看|定|定[\d一二两三四五六七八九]+[万千亿]?|回来|回国|上班|出院|出差)$|(?:付(?<!交付)|付款|打款|回复|答复|过会|招标|开标|重新招|再招|启动|上马|立项|出国|到货|给(?:我们)?(?:答复|回复|消息)|回信|"
    r"上会|审批完|结束|看|(?<!搞)(?<!敲)定)$|要(?:本月|下月)?发$|不在$|更换$|换[掉新]$|淘汰$|开新店|排产|放假|再说$|不考虑|公告$|公示$|"
    r"考虑$|^(?:来|到|过来|看|参观)[^，]*的[那这][一两几]?[对位个家户批帮][\u4e00-\u9fff]{1,6}$"
)
_MOVED = Pattern(
    r"(?:改到|推到|挪到|改成|改为|推迟到|提前到|延到|顺延到|约在|定在|(?:改|推|挪|延)到了|(?<![不要想再更])改|(?<!再)改约(?:[到在成]|为)?)$"
)
_DUTY = Pattern(
    r"前|内|给|发|送|交|去|飞|见|拜访|打|电话|约|寄|提|签|做|走|看|取|报|催|带|来|回|复|改|整理|"
    r"视频|量|测|返|补|校|拍|装|运|开会|谈|聊|吃|演示|培训|安装|跟|办|处理|联系|对账|办理|面|准备|推|补|核|对接|"
    r"查|写|弄|赶|完成|定|安排|评审|讲标|述标|投标|应标|答辩|踏勘|考察|调试|上门|试|要|搞定|拿下|落实|续|发布|参加|招|办|碰|派|帮|听(?=反馈|消息|结果|信)|把(?=[^，]{3})|进场|进驻|派驻|驻场|试产|开机|出(?!差)|交付|提供|解决|修|更换|换货|换[掉新好上]|盯|摸摸?底|打听|转转|退|改好|重[开做打印签]|勘|申请|拿到|盖章|问(?!题)|(?<![预合打结总就划])算(?![了是])|重新|递|填|过(?=[一]?[遍下]|方案|需求|合同|图纸|材料|细节|价格|流程)"
)
_PASTS = Pattern(r"了(?!解)|已|过(?![去来会户]|一[遍下])|刚")


def find(doc: Doc, clauses: Sequence[Clause], times: Timed) -> list[NextAction]:
    """The actions of these clauses in their order."""
    found: list[NextAction] = []
    may = begun(doc)
    for index, clause in enumerate(clauses):
        here, said = may[clause.start], times.of(clause)
        own = [t for t in said if t.kind != "duration"] if said else []
        if not (own or here & _HINTS):
            continue
        if here & _NO_PLAN.bit and _NO_PLAN.search(doc.norm, clause.start, clause.end):
            continue
        action = remind(doc, clause, own, clauses[index + 1 :], times) if here & MAY_REMIND.bit else None
        action = action or (goods_first(doc, clause, own) if own else None)
        action = action or _planned(doc, clause, own, clauses[:index], here, times)
        action = action or (behind_blank(doc, clause, own, clauses[index + 1 :], times) if own else None)
        if action is not None and found and told_when(action):
            found[-1] = replace(
                found[-1], due=found[-1].due or action.due, due_span=found[-1].due_span or action.due_span
            )
        elif action is not None and action.text:
            if found and own and _was_set(doc, found[-1]) and _MOVED.search(doc.norm, clause.start, own[-1].start):
                found.pop()
            same = next((n for n, other in enumerate(found) if _is_same(other, action)), None)
            if same is None:
                found.append(action)
            elif found[same].due is None:
                found[same] = action
    called_early(doc, clauses, times.all, found)
    dated_before(doc, clauses, times, found)
    return found + done_early(doc, clauses, times) + before_event(doc, clauses, times, found)


_WAS_SET = Pattern("(?:约|定|说)的|原(?:来|定|本)|本来")


def _was_set(doc: Doc, action: NextAction) -> bool:
    """约的周四，改约周五: what is moved was said to be set before."""
    clause = doc.clause_at(action.span.start)
    return _WAS_SET.search(doc.norm, clause.start, clause.end) is not None


def _is_same(before: NextAction, action: NextAction) -> bool:
    """What is said again with its day: 要再测一次，时间约在周五."""
    return before.text == action.text or (before.due is None and action.due is not None and before.text in action.text)


_ONLY_WHEN = Pattern(
    r"(?:(?:[让要叫请]|要求|希望)我们?|(?:我|我们)?(?:答应|承诺|说好|最迟|最晚|就|在|给|发|送|交|寄|回))*"
)


# 价钱还要再谈 says how things stand, and sets nobody a task.
STILL_OPEN = Rule(
    r"(?:价格?|价钱|条款|账期|合同|细节|折扣).{0,4}(?:还|还是)?(?:要|得|需要|想)?再(?:谈|看|商量|考虑|讨论)|(?:说|觉得|表示).{0,8}(?:还|还是)?(?:要|得|需要|想)再(?:谈|看|商量|考虑|讨论|议)|"
    r"(?:没问题|合适|量大|满意|可以|顺利|过了|好用|通过|定了|有结果|有消息)了?(?:的话)?再(?:谈|说|聊|看|定|签)"
)


# 估计下周能签: what is hoped for is nothing to do.
HOPED = Rule(
    "(?:估计|应该|可能|大概率?|预计|也许|有望|没准|说不定|争取)[^，。我]{0,8}能?(?:签|定下|拍板|下单|付款|打款|回款|到账|过会|批下|签收|送达)"
    "(?:来|掉|了|吧)*$|能(?:签|定下|拍板|下单|付款|打款|到账|过会|批下)(?:来|掉|了|吧)*$"
)
_OPEN = Rule(r"不是|吗$|\?|没(?:动静|消息)|有消息")
_FINISHED = Pattern("(?!.*(?:前|要|得|争取|必须|等|先)).*(?:写|做|弄|改|填|办|整理|准备)(?:好|完)了")  # 下周计划写好了
_UNSURE = STILL_OPEN.bit | HOPED.bit
_TALKED_OF = Pattern("(?:聊|谈|说|讨论|沟通|商量|汇报|介绍|讲)(?:了|到|过|完)(?:一下|下)?$")  # 聊了明年返点的事
_ONLY_PUT_OFF = Pattern(
    r"(?:改|推|挪|延|约|定)(?:[到在为]|的是)?|(?:估计|可能|大概|应该|预计|恐怕|至少|最快|怎么)+也?(?:要|得)?(?:等|拖|到)*"
)
_TOLD_TO = Pattern(r"(?:说|问|让我们?|要我们|叫我们|要求|希望)(?:想|要)?(?=[\u4e00-\u9fff]{2})")


def _planned(
    doc: Doc, clause: Clause, own: Sequence[Time], before: Sequence[Clause], may: int, times: Timed
) -> NextAction | None:
    """`may` are the rules that may match in the clause."""
    when = ahead(doc, clause, own) if own else None
    said = doc.norm[clause.start : clause.end]
    later = _LATER.search(said) if may & _LATER.bit else None
    if when is None and not later:
        return None
    if may & _UNSURE and ((when is None and STILL_OPEN.search(said)) or HOPED.search(said)):
        return None
    if when is not None and _FINISHED.fullmatch(said):
        return None
    moved = when is not None and _MOVED.search(doc.norm, clause.start, when.start) is not None
    if moved and _NOT_OURS.search(said):
        return None
    if (may & _MAY_BE_THEIRS.bit and _is_theirs(doc, clause, own, before)) or (may & _OPEN.bit and _OPEN.search(said)):
        return _after_move(doc, clause, when, before, times)
    if when is None and later and later.group() in "要得" and _SAYS.search(said, 0, later.start()):
        return None  # Grace说旺季前要把系统切过来: what they will do
    if (
        when is None
        and later
        and _PASTS.search(said.rstrip("了") if later.group() in "得该" else said, _from(later))
        and later.group() not in ("再", "重新报", "改天", "回头", "约好", "别忘了")
    ):
        return None
    if when is not None and not when.before and _past_deed(doc, clause, when):
        return None
    if when is not None and when.unit == "festival" and _SENT.search(doc.norm, when.end, clause.end):
        return None
    if when is not None and _TALKED_OF.search(doc.norm, clause.start, when.start):
        return None
    text = _text(doc, clause, own, when)
    if _ONLY_WHEN.fullmatch(text.text) and before and not _PASTS.search(doc.norm, before[-1].start, before[-1].end):
        last = before[-1]
        told = _TOLD_TO.search(doc.norm[last.start : last.end])
        thing = phrase(doc, last.start + (told.end() if told else 0), last.end, ())
        text = thing if _DUTY.search(thing.text) else doc.words(text.span.start, clause.end)
    if _ONLY_PUT_OFF.fullmatch(text.text) or (text.text == "出" and not _ASKED_OF_US.search(said)):
        text = doc.words(clause.start, clause.start)
    if when is not None and (moved or not text.text):
        return _after_move(doc, clause, when, before, times) or (action_of(doc, text, when) if text.text else None)
    if doc.text[clause.start : clause.end].isascii():
        return action_of(doc, text, when) if when is not None and text.text else None
    if (
        (
            _SUBJECT_THEIRS.search(text.text)
            and not (
                _ASKED_OF_US.search(said)
                or _AGREED.search(said)
                or _URGED.match(text.text)
                or _TO_THEM.search(text.text)
                or _SHOWN.match(text.text)
                or (before and _WE.match(doc.norm, before[-1].start) and _GIVES.match(text.text))
            )
        )
        or _MONEY_DUE.match(text.text)
        or not (_DUTY.search(text.text) or (later and later.group() in ("记得", "别忘了") and text.text != "别忘"))
        or text.text.endswith("说")
        or _IS_THERE.match(text.text)
    ):
        return None
    return action_of(doc, text, when)


def _is_theirs(doc: Doc, clause: Clause, own: Sequence[Time], before: Sequence[Clause]) -> bool:
    """Whether others say or do it; behind 我没松口, 说回来跟领导商量 is what we said."""
    text = _without(doc, clause, own)
    if before and text.startswith("说") and _WE.match(doc.norm, before[-1].start):
        return False
    return _THEIRS.search(text) is not None


_SHOWN = Pattern("(?:把|带|拿|给|陪|请|送|发|寄|派)[^，]{2,}看看?$")  # 把效果图给闻总看


def _from(later: Match) -> int:
    """Where to look for what has happened: in front of 让我 others tell their tale."""
    return later.start() if later.group()[0] in "让叫" else 0


_SAYS = Pattern("[说讲]|表示|[他她]们?")
_GIVES = Pattern("(?:再)?给(?!我)")  # 我说要评估，周五给答复
_WE = Pattern("我(?!们?的)")
_ASKED_OF_US = Pattern("要求|[让要叫](?:我|(?=[发给寄报出做]))")
_MONEY_DUE = Pattern("(?:首批|剩下的?|剩余的?|其余的?)?(?:定金|尾款|余款|首付|预付款|货款|首款|提货款|进度款)")
_TO_THEM = Pattern(
    "(?:给|回)(?:他|她|客户|对方|人家|[\u4e00-\u9fff]{1,3}(?:总|工|姐|哥|经理|主任))[^，]{0,3}(?:答复|回复|消息|回话|回信|话)"
)
_IS_THERE = Pattern("有(?!空)|就?等(?!他们?)|(?:周会|例会|月会|会议)?纪要")  # 他们年底有考核, 就等集团盖章
_AGREED = Pattern(
    "约(?:[了在]|好(?!的))|约(?:我|他|她|大家)|^(?:我们?)?再?约|^(?:我们?)?[也就]?(?:答应|承诺|保证)(?:了|他|她|客户|对方|人家)|"
    "^我们?(?:跟|和|对)(?:他们?|她们?|客户|对方|人家|[\u4e00-\u9fff]{1,3}[总工姐哥])(?:说|讲)"
)  # 约好周二去看: what both will do
_URGED = Pattern("(?:再|去|得)?(?:催|追|盯|跟)(?!他们?自己)")  # 催一下付款: what is theirs to do is ours to ask for
_DONE_ONCE = Pattern(
    r"[吃喝打开谈见聊签送去办]的(?:饭|会|面|酒|球|茶|火锅)?$|没(?:能)?(?:联系|见|打通|接|找|碰|遇|约|谈|签)[上到着成]?|(?:了|过(?!一[遍下]))(?:一|个|场|顿|次|趟|会儿|下|半天|[两三几][个场顿次趟局杯圈])|"
    r"^(?:在|去|到)?(?:参加|拜访|走访|见|去|跑|聊|谈|打|开|吃|演示|培训|送|签|碰)(?:完|到)?了(?!解)"
)
_SENT = Pattern("(?<![把要得])[^把要得必务]{3,}(?:[走出完掉]|过去)了$")  # 节前最后一车货发走了
_JUST_DONE = Pattern(r"(?<!约)(?<!好)了$")


def _past_deed(doc: Doc, clause: Clause, when: Time) -> bool:
    """今天下午拜访了: the day is said, but the deed is done."""
    behind = doc.norm[when.end : clause.end]
    if _MUST.match(behind):
        return False
    yet = _INTENDED.match(behind) and when.begin is not None and when.begin > doc.local
    today = when.begin is not None and when.begin.date() <= doc.today and not when.unit.endswith("-part") and not yet
    if (when.earlier is not None or when.unit == "weekend") and _DONE_ONCE.search(behind):
        return True  # 周末陪他打了场球
    if _TOLD_THEN.match(behind):
        return True  # 周一见面时程总提过
    coming = when.begin is not None and when.begin > doc.local  # 今晚写个方案, said in the afternoon
    told = bool(_PASTS.search(behind)) or not (when.clock or coming)
    return (today and told) or bool(_JUST_DONE.search(behind))


_TOLD_THEN = Pattern("[^，。]{1,4}过的|[^，。]{1,8}(?:时候?|期间|那会儿?)[^，。]{0,6}(?:说|提|讲|聊|问|透露|表示)")
_INTENDED = Pattern("把|要(?!求)|得(?!知)")  # 今晚把方案赶出来, said in the afternoon
_MUST = Pattern("(?:之内|内|就)?(?:必须|务必|一定[要得]|无论如何)")  # 今天必须寄出去: yet to be done


def ahead(doc: Doc, clause: Clause, own: Sequence[Time]) -> Time | None:
    """The wording that sets the clause in the future; a bare day of today is none unless it is a deadline."""
    for said in reversed(own):
        if said.kind == "recurrence" or _TARGET.search(doc.norm, clause.start, said.start):
            continue
        said = _next_year(doc, clause, said)
        open_start = (
            said.before or said.begin is None or said.unit.endswith("-part") or _TONIGHT.match(doc.norm, said.start)
        )
        edge = said.stop if open_start else said.begin
        if edge is not None and (edge > doc.local or (said.before and edge.date() >= doc.today)):
            last = doc.norm[said.end : said.end + 1]
            if last != "了" or said.before:
                return said
        if said.begin is not None and said.begin.date() == doc.today and _MUST.match(doc.norm, said.end):
            return said
    return None


_TONIGHT = Pattern("今晚|今天晚上")  # said when it has begun
# 做到十五分钟以内: how fast something is to be, and no day.
_TARGET = Pattern("(?:做到|控制[在到]|[压缩降减]短?到|提升到|保证|不超过|时间(?:要|得)?(?:在|是)?)$")
_YEAR = Pattern(r"[年今去前明]|20\d\d")


def _next_year(doc: Doc, clause: Clause, said: Time) -> Time:
    """一月底交货, said in October: a month that names no year is the next one where nothing is told of it."""
    if said.unit not in ("month", "month-part") or said.begin is None or said.stop is None or said.stop > doc.local:
        return said
    if _YEAR.search(doc.norm, said.start, said.end) or _PASTS.search(doc.norm, clause.start, clause.end):
        return said
    return said._replace(begin=_later(said.begin), stop=_later(said.stop))


def _later(moment: datetime) -> datetime:
    """The same day a year on."""
    return moment.replace(year=moment.year + 1, day=min(moment.day, _SHORTEST if moment.month == _FEBRUARY else 31))


_FEBRUARY, _SHORTEST = 2, 28


def _without(doc: Doc, clause: Clause, own: Sequence[Time]) -> str:
    text = doc.norm[clause.start : clause.end]
    for said in own:
        text = text.replace(doc.norm[said.start : said.end], "")
    return text


def _text(doc: Doc, clause: Clause, own: Sequence[Time], when: Time | None) -> Words:
    """The longer side of the time words, without the words that lead in."""
    if when is None:
        later = _LATER.search(doc.norm, clause.start, clause.end)
        start = later.start() if later else clause.start
        return phrase(doc, start, clause.end, own)
    after = phrase(doc, when.end, clause.end, own)
    if told := _TOLD_US.match(after.text):
        after = doc.words(after.span.start + told.end(), after.span.end)  # 下周三开机让我带两桶去试
    if _TO_WHOM.fullmatch(after.text):
        ahead = phrase(doc, clause.start, when.start, own).text
        if len(ahead) > len(after.text) and _DUTY.search(ahead):
            return doc.words(when.start - len(ahead), when.start) if doc.text[: when.start].endswith(ahead) else after
    if len(after.text) == 1 and _WE_WILL.search(doc.norm, clause.start, when.start):
        return doc.words(clause.start, clause.end)  # 报价我今晚发
    if len(after.text) == 1 and _ONLY_WHEN.fullmatch(doc.norm[clause.start : when.start]):
        return after
    if len(after.text) >= 2:
        return after
    return phrase(doc, clause.start, when.start, own)


_WE_WILL = Pattern("[\u4e00-\u9fff]{2}我们?$")
_TOLD_US = Pattern("[^，。把]{1,8}?(?:让|叫|要求)我们?(?=[\u4e00-\u9fff]{2})")
# 改完图明天给他: what is in front says what.
_TO_WHOM = Pattern("(?:再)?[给发寄送交][他她它](?:们)?|[发送寄给打转交传带]过去")


def _after_move(
    doc: Doc, clause: Clause, when: Time | None, before: Sequence[Clause], times: Timed
) -> NextAction | None:
    """会议不是周二，改到周三下午两点 and 要现场再测，时间约在周五: what is moved stands in front."""
    if when is None or not _MOVED.search(doc.norm, clause.start, when.start):
        return None
    text = doc.words(clause.start, clause.start)
    subject = _SUBJECT_MOVED.match(doc.norm[clause.start : when.start])
    if subject:
        text = doc.words(clause.start + subject.start("what"), clause.start + subject.end("what"))
    elif before and _ONLY_MOVE.fullmatch(doc.norm[clause.start : when.start]):
        text = _moved_thing(doc, before, times)
    return action_of(doc, text, when) if text.text else None


_NOT_OURS = Pattern(
    "大修|检修|停机|停产|订单|项目|付款|打款|招标|开标|投产|开业|到货|停产|入住|交房|竣工|预算"
)  # what they put off
_SUBJECT_MOVED = Pattern(
    r"(?:把|(?:本来|原来|原定)(?:[\d一二三四五六七八九十]+[号日])?)?(?P<what>[^，。]{1,10}?)(?:要|想要?|得)?的?(?:时间)?(?:从.{1,6})?(?:改到|推到|挪到|改成|改为|推迟到|提前到|延到|顺延到)"
)
_ONLY_MOVE = Pattern(
    r"(?:所以|就|又|把)?(?:时间|日期)?(?:改到|推到|挪到|改成|改为|推迟到|提前到|延到|顺延到|约在|定在|改约?(?:[到在成]|为)?)"
)


_FORMERLY = Pattern(r"(?P<what>[^，。]{1,10}?)(?:不是|原来|本来|的是)")


def _moved_thing(doc: Doc, before: Sequence[Clause], times: Timed) -> Words:
    """What was moved stands in the nearest clause that names something to do."""
    last = next((c for c in reversed(before) if _DUTY.search(doc.norm, c.start, c.end)), before[-1])
    named = _FORMERLY.match(doc.norm[last.start : last.end])
    thing = phrase(doc, last.start, last.start + named.end("what") if named else last.end, times.of(last))
    kept = _CANNOT.search(doc.norm, thing.span.start, thing.span.end)
    return doc.words(thing.span.start, kept.start()) if kept else thing


_CANNOT = Pattern("(?<=.)(?:不了*|的)$")  # 下周三去不了了，改到下周五: 去
