"""Customers called by a name of their own and what they do, whatever that is: 翔宇纸模, 金盾押运, 天合气体.

No list has all trades. What tells such a name is its first half, two characters that are no ordinary word, in front of
a noun, where a thought begins or a cue such as 给 stands, and with something behind it that firms have or do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.org_cues import RUN_TOGETHER
from bot.nlp.org_places import HAN, Org, Taken, a_role, clear_left, clear_right
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_TWO, _LONGEST = 2, 4  # characters of the name of its own; of what the firm does


def by_trade(doc: Doc, taken: Taken) -> Iterator[Org]:
    """Such names, with the weight of a name that two cues tell."""
    cuts, norm, known = doc.cuts, doc.norm, lexicon.words("brands")
    for index, kind in enumerate(map(_own, doc.said[:-1])):
        if not kind or (kind == _HALF and _own(doc.said[index + 1]) != _HALF):
            continue
        start, stem_end = cuts[index], cuts[index + kind]
        if norm[start:stem_end] in known or norm[start - 1 : start] == "、":
            continue
        if not clear_left(doc, start, taken) or _SHOWN.search(norm, max(0, start - 4), start):
            continue
        somebody = _somebody(doc, start, stem_end)
        gone_to = _GONE_TO.search(norm, max(0, start - 4), start) is not None
        for end in _trades(doc, index + kind, gone_to=gone_to):
            if somebody and not segmenter().tag(norm[stem_end:end]).startswith("n") and not _SOMEBODY.match(norm, end):
                continue
            if (
                taken.inside.isdisjoint(range(start, end))
                and HAN.fullmatch(norm, start, end)
                and (clear_right(doc, end, taken) if norm[end : end + 1] not in _OPEN else _behind(doc, start, end))
            ):
                yield Org(start, end, 2)
                break


_ORDERED = Pattern(
    "(?:帮我|麻烦)?(?:[把给将])?(?P<name>(?![把给将帮我你他这那上刚])[\u4e00-\u9fff]{4,10}?)"
    "(?:标记?(?:成|为)|(?:扔|放|丢|退)(?:到|进|回)?公海|降[为成到]|升[为成到]|(?:转|分)给|交给[^，。]{1,4}(?:跟|负责|管)|申请[\\d.]+折)"
)
_NO_CUSTOMER = Pattern(
    "[的这那条单]|客户|商机|待办|合同|任务|记录|提醒|级别|阶段|线索|项目|联系人|报价|方案|资料|订单|全部|所有|拜访|跟进|审批|折扣|预算|我们|他们"
)


def by_order(doc: Doc, taken: Taken) -> Iterator[Org]:
    """安心月嫂标记成重点客户: whom an order is about that is the whole message, whatever the name is made of."""
    match = _ORDERED.search(doc.norm, max(0, doc.norm.rfind("，") + 1))
    if match and match.start() in (0, doc.norm.rfind("，") + 1) and not _NO_CUSTOMER.search(match["name"]):
        start, end = match.span("name")
        if taken.inside.isdisjoint(range(start, end)) and {start, end} <= doc.edges | {0}:
            yield Org(start, end, 1)


_HALF = 2


@lru_cache(maxsize=8192)
def _own(word: str) -> int:
    """How many words such as this one make the first half of a name: 1 翔宇, 2 天+合; 0 for an ordinary one."""
    if len(word) == _TWO:
        return int(_proper(word))
    return _HALF if word in _in_names() else 0


@cache
def _in_names() -> frozenset[str]:
    """The characters that firms are called by: 天合, where the dictionary sees no word."""
    return frozenset(word for word, kind in lexicon.rows("org_trades") if kind == "char")


def _proper(word: str) -> bool:
    if word in lexicon.words("breaks") or word in lexicon.words("not_names") or word in lexicon.words("places"):
        return False
    tag = segmenter().tag(word)
    if not HAN.fullmatch(word) or word[0] in _COUNTS:
        return False
    # What the dictionary lacks may be words run together: 先处, 丢单.
    told = not _in_names().isdisjoint(word) and lexicon.words("breaks").isdisjoint(word)
    return tag.startswith(_PROPER) if tag else told


_PROPER = ("nz", "nr", "ns", "nt")
_COUNTS = frozenset("一二三四五六七八九十几两每这那第半")


def _trades(doc: Doc, index: int, *, gone_to: bool) -> list[int]:
    """Where what a firm does may end: one noun, or two, the longest first."""
    cuts = doc.cuts
    ends: list[int] = []
    for last in range(index + 1, min(index + 3, len(cuts))):
        word = doc.norm[cuts[last - 1] : cuts[last]]
        if not _a_trade(word, gone_to=gone_to) or cuts[last] - cuts[index] > _LONGEST:
            break
        if cuts[last] - cuts[index] >= _TWO:
            ends.insert(0, cuts[last])
    return ends


def _a_trade(word: str, *, gone_to: bool) -> bool:
    """押运, 纸模, 气体: a noun or what is done for others; no goods (门锁), no role, nothing common."""
    if len(word) < _TWO or word in lexicon.words("breaks") or word in lexicon.words("not_names") or a_role(word):
        return False
    if lexicon.kinds("org_trades").get(word) == "service":
        return True
    if _NO_TRADE.search(word) or (
        not gone_to and any(lexicon.kinds("goods").get(word[-size:]) == "tail" for size in (1, 2))
    ):
        return False
    tag = segmenter().tag(word)
    if not tag:  # 纸模, 团餐: what the dictionary lacks, but no words run together
        return lexicon.words("breaks").isdisjoint(word) and not RUN_TOGETHER.search(word)
    return tag.startswith(_DONE)


def _somebody(doc: Doc, start: int, end: int) -> bool:
    """王强 + 检测: a family and a given name in front of what he does."""
    word = doc.norm[start:end]
    return word[0] in lexicon.words("plain_surnames") and segmenter().tag(word).startswith("nr")


_DONE = ("n", "vn", "b")
_NO_TRADE = Pattern("[嫌怕缺欠涨降坏漏]|[的了着过吗呢吧们]|问题|事情|情况|消息|[人员长师价款费量]$")
_SHOWN = Pattern(
    "(?:介绍|推荐|演示|讲|展示|推|试|看|聊|报|用|买|订)了?$"
)  # 介绍了云帆排程: goods, by a name of their own
# Behind these stands somebody, whatever the name ends with: 到启明轴承, not 启明轴承坏了.
_GONE_TO = Pattern("(?:到|去了?|拜访了?|走访了?|跟|和|给|陪|约了?|找|见了?)$")
_OPEN = ("的",)


def _behind(doc: Doc, start: int, end: int) -> bool:
    """金盾押运的监控: where a thought begins, whatever they own tells enough."""
    return start == 0 or doc.norm[start - 1] in "，。；！\n" or _SOMEBODY.match(doc.norm, end) is not None


_SOMEBODY = Pattern("的[\u4e00-\u9fff]{0,4}(?:[长师员]|总监|经理|主管|主任|负责人|老板|会计|助理|合伙人|股东)")
