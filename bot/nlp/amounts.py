"""Which sum is what: budget, quote, deal, payment, or something else; and which prices are cut to what share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import cast

from bot.nlp import lexicon, money, opinions_sums
from bot.nlp.doc import Clause, Doc
from bot.nlp.learned.figures import Figures, Told
from bot.nlp.money import Money
from bot.nlp.numbers import Figure
from bot.nlp.parsed import Amount, AmountKind, Span, Words
from bot.nlp.pattern import Pattern

# 没说过预算100万 is denied; 比原来少了7万 says how much another sum has changed.
_DENIED = Pattern(
    r"(?:不是|从没说过|没说过|没说|而不是|并非)(?:预算|报价|合同)?$|"
    r"比(?:原来|原先|之前|以前|上次|去年|计划)[^，。\d]{0,3}(?:[少多低高贵]|便宜|[涨降])了?$"
)
_BARE_CUE = Pattern(
    r"(?:预算|报价|报了?价?|人均|均价|每平方?米?|每立方米?|每公[斤里顷]|每小时|每[户台人月年套箱吨瓶件米个盒包只张间亩平份吨斤桶餐本册块卷根支把条双床位辆节场次天晚头棵株方柜车桌盏部]|"
    r"一[亩吨箱台套平米瓶件]|一[家个](?:门店|店|点位?|人|学期|季度)|最多给|最低|挂价|一年|年费|做到|还价|单价|总价|总共|合计|总额|金额|定金|订金|首付|余款|尾款|"
    r"货款|预付款|"
    r"缴费|缴了|交了|付了?|收了?|底价|扣了|退了|罚了?(?:我们|咱们?)?|实收|实付|价格|还?欠|还?剩|还差|卖|给的|报的|费|(?:[降砍压谈让涨调还]到了?)|(?:可以|能|只能|最多|最低|量大)到|[年月日]租金?|扣款|赔[偿付了款]?|索赔|补偿|补贴|一平|要|是|应该是|成交价|"
    r"budget)(?:是|为|到|大概|约|共)? ?$"
)
_EXTENSION = Pattern(r"(?:分机|工号|尾号|房号|门牌|编号|单号|电话|密码|邮编)(?:号码?|是)?[，, :]?$")
_BARE_AFTER = Pattern(
    r" ?(?:/|每|一)(?:台|吨|平|套|件|人|个|米|箱|公斤|斤|瓶|盒|包|张|间|亩|只|桶|份|组|块|扇|双|本|卷|支|把|条|棵|餐|"
    r"年|月|位|学员|床|晚)|太高|太贵|左右|上下|出头"
)
_HAS_MONEY = Pattern(r"预算|报价|报|合同|价|款|金|元|缴费|续了|付|万|费|[定签]了|budget|quote")


@cache
def _roles() -> Pattern:
    groups = {
        kind: [p for p, of in lexicon.rows("amount_roles") if of == kind]
        for kind in ("budget", "quote", "deal", "payment", "other")
    }
    first = "".join(sorted({pattern[0] for patterns in groups.values() for pattern in patterns}))
    either = (f"(?P<{kind}>{'|'.join(sorted(found, key=len, reverse=True))})" for kind, found in groups.items())
    return Pattern(f"(?=[{first}])(?:{'|'.join(either)})")


_NEAR = 120  # characters in which a cue is looked for: whole clauses, but not all of a paste for each of its sums


_IN_WAN = Pattern(
    r"(?:预算|报价|总价|价格|成交价|合同额|订单额|采购额|营业额|投资额|金额)(?:大概|大约|差不多|不超过|最多|也就|[在是有约就到])*"
    r"(?P<low>\d{1,4}(?:\.\d)?)(?:[-~到至](?P<high>\d{1,4}))? ?个(?=左右|上下|以内|出头|[，。；！？、\n吧的]|$)"
)


def _in_wan(doc: Doc) -> list[Money]:
    """预算30-40个: what is counted in 个 behind a word about money is ten thousands."""
    return [
        Money(m.start("low"), m.end(), Decimal(m["low"]) * 10_000, Decimal(m["high"]) * 10_000 if m["high"] else None)
        for m in _IN_WAN.finditer(doc.norm)
    ]


def figures_of(doc: Doc, blocked: Sequence[tuple[int, int]]) -> list[Money]:
    """All figures that may be sums, from left to right; `blocked` are places of dates, phones and shares."""
    counted = _in_wan(doc) if "个" in doc.norm else []
    said = [item for item in money.find(doc) if not any(item.start < c.end and c.start < item.end for c in counted)]
    free = [item for item in (*said, *counted) if not any(item.start < b and a < item.end for a, b in blocked)]
    return sorted(free, key=lambda each: each.start)


def find(doc: Doc, blocked: Sequence[tuple[int, int]], rivals: Sequence[Words]) -> list[Amount]:
    """All sums of the message with their role; `blocked` are places of dates, phones and shares."""
    found: list[Amount] = []
    learned = Figures(doc)
    for item in figures_of(doc, blocked):
        if _is_pieces(doc, item) or _OUTPUT.search(doc.norm, max(0, item.start - 8), item.start):
            continue
        if not item.marked and _counts_else(doc, item):
            continue
        told = learned.told(item)
        if not opinions_sums.stands(item, told, by_rule=item.marked or _is_price(doc, item)):
            continue
        if _DENIED.search(doc.norm, max(0, item.start - 10), item.start):
            continue
        amount = _amount(doc, item, rivals, found, told)
        if found and _in_place_of(doc, found[-1], amount):
            found.pop()
        found.append(amount)
    return found


_FROM = Pattern("(?:从|由|原来(?:的|是)?|本来(?:的|是)?)$")
_BECAME = Pattern(
    "，?(?:直接|一下子?|又|给|被|现在|已经)*(?:[砍降压减涨加调改变提缩谈让追]|下调|上调|缩减|追加)(?:价|了)?[到成为至](?:了)?"
)


_NO = Pattern("[，。 ]*(?:哦|啊|呃|哎|，)*(?:不对|不是|错了|说错了|口误|更正)[，。 ]*(?:应该)?(?:是)?")


def _in_place_of(doc: Doc, before: Amount, amount: Amount) -> bool:
    """预算从80万砍到60万: the former sum is none any more."""
    between = doc.norm[before.span.end : amount.span.start]
    if _NO.fullmatch(between):  # 30万，不对，35万
        return True
    return (
        before.kind == amount.kind
        and _BECAME.fullmatch(between) is not None
        and _FROM.search(doc.norm, max(0, before.span.start - 4), before.span.start) is not None
    )


_BY_PIECE = Pattern(
    "(?:(?:坏|换|装|少|缺|加|碎|裂)了?|板|屏|电池|手表|电表|水表|砖|玻璃|硬盘|布|毯|牌|膜|蛋糕|香皂|模组)(?:要|买|订|共|一共|各|来)?了?$"
)
_MOST_PIECES = 1000
_GOODS_BEHIND = Pattern("[\u4e00-\u9fff](?<![钱左上多每一的给吧了就都也起试])")
_SENT = Pattern("[寄送拿补带装](?:了|去|来|过去)?$")  # 寄了15块色卡


_A_SHARE = Pattern("[切分抢啃占吃](?:下|走|出)?$")  # 想切一块
_OUTPUT = Pattern(
    "(?:[日月]产量?|产能|库存|销量|客流|人流|粉丝|阅读|播放|[日月]均(?:销|处理|用)?量?)(?:大概|约|有|是)?$"
)


def _is_pieces(doc: Doc, item: Money) -> bool:
    """黑板24块: goods that are counted in 块, and no price."""
    if doc.norm[item.start : item.end] == "一块" and _A_SHARE.search(doc.norm, max(0, item.start - 2), item.start):
        return True
    if doc.norm[item.end - 1] != "块" or item.value is None or item.value >= _MOST_PIECES:
        return False
    sent = _GOODS_BEHIND.match(doc.norm, item.end) and _SENT.search(doc.norm, max(0, item.start - 4), item.start)
    return bool(sent) or _BY_PIECE.search(doc.norm, max(0, item.start - 8), item.start) is not None


_WHOLE = 100  # per cent
_SHARES = Pattern(r"\d{1,2} ?(?:%|个点)|百分之")  # 先打30%，货到付60: shares of a whole


# 价格分从40降到30, 800乘650: marks and measures, and no sum.
_SCORED = Pattern(
    r"(?:分|分值|得分|人数|天数|次数|温度|比例|年限|数量)(?:值|数)?(?:(?:从|由)[\d.]*)?(?:[降升涨提减加调]到|是|为|占)?$|[\d.][乘×*]$"
)


def _counts_else(doc: Doc, item: Money) -> bool:
    """Whether a bare figure is an extension, marks, a size or a count, whatever stands around it."""
    ahead = max(0, item.start - 14)
    return (
        _EXTENSION.search(doc.norm, max(0, item.start - 8), item.start) is not None
        or _SCORED.search(doc.norm, ahead, item.start) is not None
        or doc.norm[item.end : item.end + 1] in _COUNTERS
        or item.value is None
    )


_COUNTERS = frozenset("期版档批家条月号日点分%折年级者般题乘×*")


def _is_price(doc: Doc, item: Money) -> bool:
    """A bare figure counts as money only beside a word about money, and not where it counts or dates something."""
    if item.value is None or (item.value < 10 and not _is_small_price(doc, item)):
        return False
    if not doc.norm[item.start].isdigit() and not re.search("[百千万]", doc.norm[item.start : item.end]):
        return False
    before = doc.norm[max(0, item.start - 8) : item.start]
    if item.value < _WHOLE and before.endswith(("付", "留", "打", "收")) and _SHARES.search(doc.norm, 0, item.start):
        return False
    said = doc.norm[item.start : item.end]
    if before.endswith("要") and doc.norm.startswith("的", item.end):
        return False  # 克重要480的
    if _BARE_CUE.search(before):
        return not (re.search(r"(?:要|是|报了?|收了?|交了)(?:大概|约)? ?$", before) and len(said) < 2)
    clause = doc.clause_at(item.start)
    if clause.start == item.start and clause.end == item.end and clause.start and _SPOKEN.fullmatch(said):
        return True  # 看中胡桃木餐桌，八千六
    alone = doc.norm[item.end : item.end + 1] in ("", "，", "。", "；") and (
        doc.norm[item.start - 1 : item.start] in "，、" or (clause.start == item.start and before.endswith("定了 "))
    )
    return (alone and item.value >= 100 and bool(_HAS_MONEY.search(doc.norm, 0, item.start))) or bool(
        _BARE_AFTER.match(doc.norm, item.end) and item.value >= 100
    )


_SPOKEN = Pattern("[一二两三四五六七八九][百千万][一二三四五六七八九零百千]*")
_PRICED = Pattern("(?:[单报底还给]价|报了?|给|每[台套吨件个米箱斤瓶盒包张只桶份本双块卷])(?:是|为|到|了|大概|约)? ?$")


def _is_small_price(doc: Doc, item: Money) -> bool:
    """单价4.2, 报价5.6一个: less than ten yuan, written to the cent."""
    return (
        "." in doc.norm[item.start : item.end]
        and _PRICED.search(doc.norm, max(0, item.start - 8), item.start) is not None
    )


# 同样的配置深信服报62万，我们71万: theirs beside ours.
_THEIRS = Pattern("(?<!我们)(?<!咱们)[\u4e00-\u9fff]{2}(?<!我们)报[价了到]?$")
_OURS = Pattern("[^，。]{0,4}，(?:我们?|咱们?)[^，。]{0,4}[0-9]")


_GOES_ON = Pattern("(?:才|只|就|也|他们|人家)?(?:报|要|开|出)(?:了|价|的)")


def _amount(doc: Doc, item: Money, rivals: Sequence[Words], before: Sequence[Amount], told: Told) -> Amount:
    """A sum; `told` is what was learned of it, and where a rival stands beside it, it is none of ours."""
    clause = doc.clause_at(item.start)
    role = _role(doc, clause, item, before)
    told_of = item.start if item.start > clause.start else clause.start - 1  # 签了，68万
    said = any(cue.end() == told_of for cue in _roles().finditer(doc.norm, max(0, told_of - 6), max(0, told_of)))
    kind = opinions_sums.kind(role, told, said=said) or _plain_role(item, clause)
    if any(r.span.start >= clause.start and r.span.end <= item.start for r in rivals) and kind in ("quote", "deal"):
        kind = "other"
    if kind in ("quote", "deal") and _GOES_ON.match(doc.norm, clause.start) and clause.start:
        before_it = doc.clause_at(clause.start - 1)  # 金蝶也在报，报了48万
        if any(before_it.start <= r.span.start < before_it.end for r in rivals):
            kind = "other"
    if kind == "quote" and _THEIRS.search(doc.norm, clause.start, item.start) and _OURS.match(doc.norm, item.end):
        kind = "other"
    value = item.value if item.value is not None else item.value_max or Decimal(0)
    top = item.value_max if item.value is not None else None
    if not item.marked and value < 1000 and any(a.value >= 10_000 and a.value % 10_000 == 0 for a in before):
        value *= 10_000  # 45w太高 要38: the unit is carried over
    value = Decimal(int(value)) if value == int(value) else value
    return Amount(kind, value, Span(item.start, item.end), top, item.currency, item.about)


def _role(doc: Doc, clause: Clause, item: Money, before: Sequence[Amount]) -> AmountKind | None:
    """By the nearest cue in front in the same clause, then behind, then the sum before, then the clauses before; None
    where there is no cue."""
    start, end = max(clause.start, item.start - _NEAR), min(clause.end, item.end + _NEAR)
    cues = list(_roles().finditer(doc.norm, start, end))
    ahead = [m for m in cues if m.end() <= item.start + 1]
    behind = [m for m in cues if m.start() >= item.end and m.start() - item.end <= 4]
    if behind and behind[0].lastgroup == "payment" and not (ahead and item.start - ahead[-1].end() <= 2):
        return "payment"
    for chosen in (ahead[-1:], behind[:1]):
        if chosen:
            return cast(AmountKind, chosen[0].lastgroup)
    if before and _same_list(doc, before[-1].span.end, item.start):
        return before[-1].kind
    earlier = list(_roles().finditer(doc.norm, max(0, clause.start - 40), clause.start))
    return cast(AmountKind, earlier[-1].lastgroup) if earlier else None


def _plain_role(item: Money, clause: Clause) -> AmountKind:
    """A limit is a budget; a sum that is a thought by itself (八千六) is a price of ours."""
    if item.value is None:
        return "budget"
    return "quote" if not item.marked and (item.start, item.end) == (clause.start, clause.end) else "other"


def settled(sums: Sequence[Amount], doc: Doc) -> tuple[Amount, ...]:
    """The sums of a note that tells of a win: a total or a sum that no word names is the deal."""
    return tuple(
        replace(a, kind="deal")
        if a.kind in ("quote", "other") and not _NOT_DEAL.search(doc.norm, max(0, a.span.start - 8), a.span.start)
        else a
        for a in sums
    )


_NOT_DEAL = Pattern(r"报|单价|每|一[亩吨箱台套平米瓶件年月]|对手|竞|便宜|还价|押金|保证金|退|扣|罚|规模|底价")


def _same_list(doc: Doc, end: int, start: int) -> bool:
    return doc.norm[end:start].strip() in ("、", "和", "，", "/", "跟") and end < start


_LEFT = Pattern(r"让利|让$|再降|降价?|便宜|优惠|下浮|再让|减")
_NOT_CUT = Pattern(
    r"返点|返利|利率|涨|上浮|提高|税|首付|占|提升|多付|准确|比我们|比咱|良率|合格|折扣率|增长|份额|折腾|折旧|折叠"
)


_NOT_SO = Pattern("不是[打要]?$")  # 不是打8折，是82折


def discounts(doc: Doc, shares: Sequence[Figure]) -> list[tuple[Decimal, Span]]:
    """The share that is left: 打85折 0.85, 让利12% 0.88, 再降三个点 0.97; rebates and rates are none."""
    found = []
    for item in shares:
        said = doc.norm[item.start : item.end]
        near = doc.norm[max(0, item.start - 6) : item.end + 2]
        span = Span(item.start, item.end)
        if len(shares) > 1 and _NOT_SO.search(doc.norm, max(0, item.start - 4), item.start):
            continue
        if ("折" in said or said == "半价") and not _NOT_CUT.search(near):
            found.append(((item.value / 100).normalize(), span))
        elif (
            "成" not in said
            and _LEFT.search(doc.norm, max(0, item.start - 5), item.start)
            and not _NOT_CUT.search(near)
        ):
            found.append(((1 - item.value / 100).normalize(), span))
    return found
