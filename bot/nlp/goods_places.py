"""Goods told by their place alone: 数字标牌的方案, 电子签章那个单子, 冷却槽 报11.5w, 年度翻译服务，8.8万.

What stands beside them is said of goods only: an offer, a sample, a price of it, that deal. The name itself is plain
words of the dictionary up to the next name, cue or comma; a name that the dictionary does not know is left to `goods`,
which goes by how it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule
from bot.nlp.goods_names import SHORTEST, TOPIC, begin, begins, binds, tails
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_OFFERED = Rule(
    "[那这](?:个|张|一)?(?:单子|订单|标(?![书的])|单(?![价位独子])|项目(?![经部组]))|"
    "的(?:合同|标(?![准志识])|单子|项目|年框|方案|报价|样品|样机|样册|图册|目录|单价|价[格钱]|订单|定金|订金|试用装|打样|"
    "标书|投标|招标|POC|demo|样本|说明书|合格证|证书|试用单|(?:检测|质检|测试|试用|验收|出厂|第三方)+(?:报告|单)|质保[函书])|"
    "(?:[今明后]年|下?半年|[上下]学期|[年月]底|[0-9]{1,2}月[份底]?)*(?:重新|再|要|还)*(?:比选|招标|选型|询价|续签|投标)|"
    "样[品机布](?=签收|收到|通过|合格|到了|寄|没|已|不)|(?:总算|终于|一直|还是?|又)*(?:有|没)(?:了|有)?(?:动静|消息|眉目|进展|下文|着落)|[那这][块头]|报价(?=[还没已发给他客])|"
    "(?:(?:[今明后]|[上下]半)年|年底|要|准备|打算|想)+换(?:一批|[0-9一二两三四五六七八九十]+[台套]|新|掉)|"
    "想[再先]?(?:扩|加|换|上|改|添|升级|更新|租|买|订|做|试|拿|进)|给了(?=[\u4e00-\u9fff]{2})(?![我他她你咱客对一两三个])|"
    "输给|被[\u4e00-\u9fff]{2,6}(?:截胡|抢|拿|撬)| 报(?=[了价 ]{0,2}[0-9])|"
    "报了(?=[0-9一二两三四五六七八九十])|(?:单价|报价)(?=[0-9一二两三四五六七八九十 ])|"
    "按[\u4e00-\u9fff]{1,2}(?:收|算|卖|结|付|计)|[二三两]选一|多少钱|怎么(?:卖|收费|算钱)|什么价|"
    "一个?[月年季台套平次场趟天吨箱亩](?=(?:大概|大约|差不多|也就|约)?[0-9一二两三四五六七八九十])|"
    "每[年月台套平吨箱次人亩](?=[0-9])"
)
_HEAD = Pattern(
    "[，。；、！？：:\\n ]|(?:[问说讲提]|提到|[他她]们|客户|对方|是|[给发送拿寄看]了|要|把|对|的|和|跟进|催|推)$"
)
_ALREADY = Pattern("[上这那本每老新大小我你他她它]|[0-9]|其他|别的|客户|对方|友商|同行|竞|领导|老板|公司|部门")


def offered(doc: Doc, walls: frozenset[int]) -> Iterator[Words]:
    """数字标牌的方案, 电子签章那个单子, 荣盛屠宰 冷却槽 报11.5w: in front of what is said of goods alone."""
    for match in _OFFERED.each(doc):
        end = match.start()
        if end not in doc.edges:
            continue
        start = _begin(doc, end, walls)
        ahead = doc.norm[max(0, start - 4) : start]
        name = doc.norm[start:end]
        sample = match.group()[0] == "样" and len(name) == SHORTEST and name not in lexicon.words("not_names")
        beside = not start or start in walls or _HEAD.search(ahead[-1:]) or _HEAD.search(ahead)
        if beside and (_plain(doc, start, end) or (sample and segmenter().tag(name) == "n")):
            yield doc.words(start, end)


def _begin(doc: Doc, end: int, walls: frozenset[int]) -> int:
    """Where the name begins that ends here; work that is sold is no noun to the dictionary."""
    last = doc.tokens_from(end - 1)[0][0]
    return begin(doc, end, walls, last if works().fullmatch(doc.norm, last, end) else None)


def are_goods(doc: Doc, start: int, end: int) -> bool:
    """Whether what could be a customer's name is goods instead: 电子签章那个单子, but not 阳光保洁那个单子."""
    if not {start, end} <= doc.edges:
        return False
    if works().fullmatch(doc.norm, doc.tokens_from(end - 1)[0][0], end):
        words = [doc.norm[a:b] for a, b in doc.tokens if start <= a < end]
        if all(map(_known_word, words)) and any(map(tails().fullmatch, words[:-1])):
            return True  # 校车租赁
    if doc.norm[end : end + 1] == " " and end - start >= TOPIC and tails().fullmatch(doc.norm[end - 1]):
        firm = doc.norm[slice(*doc.tokens_from(end - 1)[0])] in lexicon.words("org_suffixes")
        return not firm and not _PERSON.match(doc.norm, end + 1)  # 钢格板 瑞通石化 2.3万
    offer = _OFFERED.match(doc.norm, end)
    if offer is None or not _plain(doc, start, end):
        return False
    first, last = doc.tokens_from(start)[0], doc.tokens_from(end - 1)[0]
    if (
        "换" in offer.group()
        or doc.norm[end + 1 : end + 2] in ("块", "头")
        or tails().fullmatch(doc.norm, start, first[1])
    ):
        return True  # 布草洗涤一个月12万
    return doc.norm[slice(*last)] not in lexicon.words("org_suffixes")


_PERSON = Pattern("[\u4e00-\u9fff]{1,3}?(?:[总工姐哥叔]|老板|经理|主任)")


def _plain(doc: Doc, start: int, end: int) -> bool:
    """Whether these are plain words of the dictionary that make a name of goods together."""
    if end - start < TOPIC or _ALREADY.match(doc.norm, start, end):
        return False
    words = [doc.norm[a:b] for a, b in doc.tokens if start <= a < end]
    names = lexicon.words("not_names")
    sold = works().fullmatch(words[-1]) or (len(words) > 1 and tails().fullmatch(words[-1]))
    if (
        (words[-1] in names and not sold)
        or (words[0] in names and words[0] not in begins())
        or doc.norm[start:end] in lexicon.words("not_products")
    ):
        return False
    return all(map(_common, words[:-1])) and _ends(words[-1], alone=len(words) == 1)


def _common(word: str) -> bool:
    """A word that is nobody's name and may stand inside of a name of goods."""
    tag = segmenter().tag(word)
    long_enough = len(word) >= SHORTEST or tag in ("n", "b")  # 碳排放核查
    if tag == "d":
        return len(word) >= TOPIC  # 一次性
    return long_enough and (not tag or tag[0] in _INSIDE) and not tag.startswith(("nr", "ns", "nt")) and not binds(word)


_INSIDE = ("n", "b", "v", "a", "j", "l", "x")


def _ends(word: str, *, alone: bool) -> bool:
    """Whether a name of goods may end so: a noun, or work that is done for somebody (搭建, 清洗)."""
    if tails().fullmatch(word) or works().fullmatch(word):
        return not alone or len(word) >= TOPIC
    tag = segmenter().tag(word)
    if tails().fullmatch(word[-1]) and (len(word) >= TOPIC or not (tag or alone)):
        return True  # 增氧泵, 钢 + 格板
    return len(word) >= (_WHOLE if alone else SHORTEST) and tag in ("n", "nz", "vn", "an") and not _WHO.search(word)


_WHOLE = 3  # characters of a word that names goods by itself: 人脸识别
_WHO = Pattern(
    "[人员长师家者商室方部门组户司厂店行院校所局会社村队]$|图纸|资料|文件|清单|名单|名片|手册|情况|问题|事情|时候|时间|地方|意思|进度|流程|需求|合作|关系"
)


@cache
def works() -> Pattern:
    """Work that is sold: 清洗, 测评."""
    return Pattern("|".join(word for word, kind in lexicon.rows("goods") if kind == "work"))


_SUMS = Pattern(
    " ?(?:[0-9]|[一二两三四五六七八九十]+(?:[万千百]|[台套个年月])|报|单价|总价|人均|合计|一共|总共|首批|全年|年付|"
    "[年月日]租|(?:预计|大概|大约|估计|约)[0-9])|"
    "(?:最后|最终|结果)?(?:给了|选了|定了|被|输给|丢了|黄了|没戏|签了|中了|拿下)"
)
_CLOSED_DEAL = Pattern("(?:签|成|定|中|拿下|下单|续签|续)了?[！!，。 ]*$")
_LONGEST_BARE = 10


def bare(doc: Doc, walls: frozenset[int]) -> Iterator[Words]:
    """年度翻译服务，8.8万; 签了，智慧园区平台; 铝模板租赁，中天六局要两万平: a thought that is nothing but a name of
    goods, in front of what it costs or behind the deal; or the first of a message that goes on about a customer."""
    clauses = doc.clauses
    if len(clauses) == 1:
        return
    for index, clause in enumerate(clauses):
        length = clause.end - clause.start
        if length < TOPIC or (
            length > _LONGEST_BARE and walls.isdisjoint(range(clause.end - _LONGEST_BARE, clause.end))
        ):
            continue
        behind = index + 1 < len(clauses) and _SUMS.match(doc.norm, clauses[index + 1].start)
        closed = index and _CLOSED_DEAL.search(doc.norm, clauses[index - 1].start, clause.start)
        opens = not index and _goes_on(doc, clauses[1], walls)
        if not (behind or closed or opens):
            continue
        end = clause.end
        start = _begin(doc, end, walls)
        owned = start - 1 in walls and doc.norm[start - 1] == "的"  # 康宁护理院的护工派遣，一个月5800
        if (
            (start == clause.start or start in walls or owned)
            and _plain(doc, start, end)
            and (closed or (behind and start != clause.start) or are_called(doc, start, end))
        ):
            yield doc.words(start, end)


def _goes_on(doc: Doc, then: Clause, walls: frozenset[int]) -> bool:
    """Whether the next thought begins with a name."""
    return any(then.start < wall <= then.start + _LONGEST_BARE for wall in walls)


def named(doc: Doc, walls: frozenset[int]) -> Iterator[Words]:
    """眼镜片 wherever it is said, by the list of goods: for a note in which nothing else is told to be goods."""
    for match in tails().each(doc):
        start, end = match.span()
        if end - start < SHORTEST or not {start, end} <= doc.edges or _OTHERS.match(doc.norm, end):
            continue
        start = begin(doc, end, walls, start)
        ahead = [doc.norm[a:b] for a, b in doc.tokens if start <= a < match.start()]
        name = doc.norm[start:end]
        if name in lexicon.words("not_products") or _ALREADY.match(name) or not all(map(_known_word, ahead)):
            continue
        if not _THEIRS.search(doc.norm, max(0, start - 4), start):
            yield doc.words(start, end)


def _known_word(word: str) -> bool:
    tag = segmenter().tag(word)
    return tag not in ("", "nz") and _common(word)


_OTHERS = Pattern("[卸厂店行城馆部科组室]|公司|市场|行业|协会|老板|经理|工程师|师傅|[总工姐哥]|那边|这边|考察|展会?")
_THEIRS = Pattern("[做卖产搞]|打[上个]?$|生产|他们|人家|隔壁|[选选用]了|对手|旧的?|现有的?|自己的?|没有|不含|含")


def are_called(doc: Doc, start: int, end: int) -> bool:
    """Whether its last word is one by which goods are called."""
    last = doc.norm[max(start, doc.tokens_from(end - 1)[0][0]) : end]
    return bool(tails().fullmatch(last) or works().fullmatch(last))
