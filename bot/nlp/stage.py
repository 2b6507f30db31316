"""The stage of the sale, won or lost, and how strongly the customer means to buy, where the words carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, Protocol, cast

from bot.nlp import lexicon
from bot.nlp.activity import PLAN
from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule
from bot.nlp.org_places import Org
from bot.nlp.parsed import Amount, Level, Outcome, Parsed, Span, Stage, Words
from bot.nlp.pattern import Pattern

STAGES: tuple[Stage, ...] = ("初步接触", "需求分析", "方案报价", "商务谈判", "签约")
_OPEN = Pattern(
    r"估计|可能|快要|差点|再(?:不|这样|拖)|(?:下单|签约?|付款)就|先把|的意思|就(?:能|会|可以)?(?:下单|签|订|定|买)|才(?:能|会|肯)?(?:下单|签)|要把|如果|要是|万一|争取|等.{0,6}再|推到|得把|把.{0,14}签下来|没(?=签|丢)|"
    r"还没|没有(?=签)|不再?续|不签|准备|推进到|别(?:记|写|说)成|不是|\?|？|吗$"
)
_NO_LEAD = Pattern(r"没|不太|不是很|不怎么|并不")


@cache
def _table(name: str) -> tuple[tuple[str, Rule], ...]:
    order: dict[str, list[str]] = {}
    for pattern, value in lexicon.rows(name):
        order.setdefault(value, []).append(pattern)
    return tuple((value, Rule("|".join(patterns))) for value, patterns in order.items())


def stage(doc: Doc, clauses: Sequence[Clause]) -> tuple[Stage, Span] | None:
    """The furthest stage that is said; what is only promised or open does not count, but for needs and talks."""
    best: tuple[Stage, Span] | None = None
    for value, rule in _table("stages"):
        if not rule.may(doc):
            continue
        if value == "需求分析":
            match = _unless_denied(doc, clauses, rule)
        else:
            match = next((m for c, m in _each(doc, clauses, rule) if not _is_open(doc, c, value, m)), None)
        if match:
            best = (cast(Stage, value), Span(match.start(), match.end()))
    return best


def called(words: Words) -> tuple[Stage, Span] | None:
    """The stage that an order names, in full or by its beginning: 签约, 方案."""
    return next(((each, words.span) for each in STAGES if words.text and each.startswith(words.text)), None)


_DENIED = Pattern("(?:没有?|未|不是|并非)(?:说|提|聊|谈|讲|做|给|要)?过?$")


def _unless_denied(doc: Doc, clauses: Sequence[Clause], rule: Rule) -> re.Match[str] | None:
    """What is said over a comma too; 没说预算100万 is no talk about what is needed."""
    found = rule.finditer(doc.norm, clauses[0].start, clauses[-1].end) if clauses else iter(())
    return next((m for m in found if not _DENIED.search(doc.norm, max(0, m.start() - 4), m.start())), None)


def _each(doc: Doc, clauses: Sequence[Clause], rule: Rule) -> Iterator[tuple[Clause, re.Match[str]]]:
    """The clauses in which something is said, with what it is."""
    for clause in rule.among(doc, clauses):
        if match := rule.search(doc.norm, clause.start, clause.end):
            yield clause, match


_ASKED = Pattern(r"前.{0,4}(?:给|发|报)|重新报|能接受吗")
_WANTED = Pattern("让我们?|要我们?")  # to be offered; who lets us go down by two points bargains


def _is_open(doc: Doc, clause: Clause, value: str, match: re.Match[str]) -> bool:
    text = doc.norm[clause.start : clause.end]
    if doc.norm.endswith(("没", "没有", "不", "别", "未"), max(clause.start, match.start() - 2), match.start()):
        return True
    if value == "签约":
        return bool(_OPEN.search(text)) or _yet_to_come(doc, clause, match)
    if value == "商务谈判" and match.group().endswith(("点", "折")):
        return False
    if value == "方案报价" and _WANTED.search(text):
        return True
    return value in ("方案报价", "商务谈判") and bool(
        ((value == "方案报价" or match.group().startswith("合同")) and PLAN.search(text)) or _ASKED.search(text)
    )


def _yet_to_come(doc: Doc, clause: Clause, match: re.Match[str]) -> bool:
    """他明天下单, 下周签约: planned, and not said to be done."""
    done = "了" in match.group() or doc.norm[match.end() : match.end() + 1] in ("了", "完", "好", "过")
    return not done and PLAN.search(doc.norm, clause.start, match.start()) is not None


_RATHER = Pattern("，(?:只|先|想|还是)?(?:要|换|改)(?!求)")  # 抗蓝光的不要了，要变色的


def outcome(doc: Doc, clauses: Sequence[Clause]) -> tuple[Outcome, Span] | None:
    """Won or lost as a fact; 估计黄了 is neither. Of both, lost stands only where nothing was won."""
    found: dict[str, Span] = {}
    for value, rule in _table("outcomes"):
        for clause, match in _each(doc, clauses, rule) if rule.may(doc) else ():
            if (value == "won" and _yet_to_come(doc, clause, match)) or (
                match.group().startswith("不要") and _RATHER.match(doc.norm, match.end())
            ):
                continue
            denied = _OPEN.search(doc.norm, clause.start, clause.end)
            if not denied or (denied.group().startswith("不") and value == "lost"):
                found.setdefault(value, Span(match.start(), match.end()))
    if "won" in found:
        return "won", found["won"]
    return ("lost", found["lost"]) if "lost" in found else None


_FIXED = Rule("定(?:下来)?了")
# 时间定了, 方案定了, 价格定了: what was settled is no sale.
_NO_SALE = Pattern(
    "(?:时间|日子|日期|点|方案|会议?|预算|价格?|报价|单价|底价|人选?|名单|地[点方]|行程|标准|规格|颜色|尺寸|型号|款式?|交期|工期|样式|样品|图纸?|设计|"
    "方式|流程|酒店|餐厅|饭店|包[间厢]|[会场]场|场地|票|车|展位|费用?|租金|工资|奖金|指标|任务|目标|名额|数量|首付|定金|订金|比例|折扣|账期|条款|政策|"
    "思路|方向|原则|主意|[事活]动?|婚期|档期|菜单|规则|版本|参数|配置|班次?|周[一二三四五六日天]|[月号日天])[都就也已经终于总算可先]*$|"
    "等|如|若|要|只要|一旦|看|问|快|差不多|基本|大概|应该|口头|原则上|初步|暂|谁|哪|怎么"
)
_SETTLES_AT = Pattern(
    "(?:合同|协议|订单|单子)?(?:总?[价金]?额|总[价共数]|一?共|成交价?|最后|最终|拍板|最终价)?"
    "(?:定在|就是|就按|是|就|按)?[:： ]?"
)
_NO_MORE = Pattern(" ?(?:整|含税|不含税|成交|拿下|左右|多|出头|全款|的合同|的单子?|[啊呀了吧哈]|元|块)*")


class Named(Protocol):
    """What of a message is customers, and what competitors."""

    @property
    def orgs(self) -> Sequence[Org]: ...
    @property
    def rivals(self) -> Sequence[Words]: ...


def settled(
    doc: Doc, clauses: Sequence[Clause], sums: Sequence[Amount], named: Named
) -> tuple[Literal["won"], Span] | None:
    """定了！合同65万, 跟拍定了，6800: said with the sum for which it was settled, else it may be anything."""
    rivals = named.rivals
    for clause, match in _each(doc, clauses, _FIXED) if sums else ():
        behind = [org.end for org in named.orgs if clause.start <= org.start < org.end <= match.start()]
        said = doc.norm[max(behind, default=clause.start) : match.start()]
        ended = not doc.norm[match.end() : clause.end].strip("啊哈啦呀哦 ~!！")
        if not ended or _NO_SALE.search(said) or _OPEN.search(said) or any(r.text.lower() in said for r in rivals):
            continue
        following = [c for c in doc.clauses if c.start >= clause.end][:2]
        if following and _COUNT.fullmatch(doc.norm, *following[0][:2]):  # 婚宴定了，28桌，总价12万
            following = following[1:]
        if following and any(_is_price_alone(doc, following[0], each.span) for each in sums):
            return "won", Span(match.start(), match.end())
    return None


def settled_else(doc: Doc, clauses: Sequence[Clause]) -> bool:
    """时间定了, 酒店定了，800: whether something is settled that is no sale."""
    return any(_NO_SALE.search(doc.norm, clause.start, match.start()) for clause, match in _each(doc, clauses, _FIXED))


_COUNT = Pattern(r"(?:一共|总共|共)?\d{1,5} ?(?![万亿元块千百])[\u4e00-\u9fff]{1,3}")


def _is_price_alone(doc: Doc, clause: Clause, span: Span) -> bool:
    """合同65万, 6800, 一共3万2: a thought that names a sum and nothing else."""
    if not clause.start <= span.start < clause.end:
        return False
    behind = _NO_MORE.fullmatch(doc.norm, span.end, max(span.end, clause.end))
    return behind is not None and _SETTLES_AT.fullmatch(doc.norm, clause.start, span.start) is not None


_CHOSE = Pattern("(?:选|选择|定|给|签给|签|订|换成?|输给|败给|倒向)了?(?:[本当外]地的|隔壁的?|对面的?|对手|的是)?$")
_TOOK = Pattern("(?:给)?(?:拿下|拿走|抢走|截胡|签走|撬走|中标|抢了|拿了)")


def lost_to(doc: Doc, clauses: Sequence[Clause], rivals: Sequence[Words]) -> tuple[Literal["lost"], Span] | None:
    """客户最终定了帝森的, 单子恒锐拿走了: a rival who was chosen, as a fact; the span of the words that say so."""
    for rival in rivals:
        start, end = rival.span
        clause = doc.clause_at(start)
        if clause not in clauses or _OPEN.search(doc.norm, clause.start, clause.end):
            continue
        chose = _CHOSE.search(doc.norm, max(clause.start, start - 8), start)
        if chose and "了" in chose.group() and _GONE.search(doc.norm, clause.start, start):
            return "lost", Span(*chose.span())
        if took := _TOOK.match(doc.norm, end):
            return "lost", Span(*took.span())
    return None


_GONE = Pattern("最终|最后|还是|已经|客户|他们|对方|甲方|院里|学校|人家|单子?|项目|的|标")


def level(doc: Doc, clauses: Sequence[Clause]) -> tuple[Level, Span] | None:
    """意向很强 high, 感兴趣 medium, 不考虑 low; refusal outweighs interest in the same breath."""
    for value, rule in _levels():
        for clause, match in _each(doc, clauses, rule) if rule.may(doc) else ():
            ahead = max(clause.start, match.start() - 3)
            if value == "low" or not _NO_LEAD.search(doc.norm, ahead, match.start()):
                return value, Span(match.start(), match.end())
    return None


@cache
def _levels() -> tuple[tuple[Level, Rule], ...]:
    table = dict(_table("levels"))
    return ("low", table["low"]), ("high", table["high"]), ("medium", table["medium"])


_SET_TO = Pattern(f"(?:推进|改|调|设|变|转|进|挪)(?:到|成|为|至)(?P<stage>{'|'.join(STAGES)})?")


def ordered(parsed: Parsed) -> tuple[Stage, Span | None] | None:
    """The stage that a command names: 改到方案报价 needs no other words of that stage."""
    if (match := _SET_TO.search(parsed.text)) is None:
        return None
    return (cast(Stage, match["stage"]), Span(*match.span("stage"))) if match["stage"] else parsed.stage
