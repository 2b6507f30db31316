"""Goods that no list names: a noun that ends as goods do (口扫仪, 停车道闸), where goods are spoken of.

A word of dealing in front (看了, 想上), a count (12台), 那台, or what is done with goods behind (报价, 坏了) makes it
one; the noun alone, as a topic between two commas, may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.goods_names import LISTED, SHORTEST, TOPIC, begin, left, tails
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_COUNT = Pattern(
    r"(?:[\d.]+|[一二两三四五六七八九十百千几]+)来?(?:多)?(?:台|套|张|支|条|批|部|个|箱|件|把|辆|块|组|盒|瓶|吨|米|平|款|樘|盏|桶|卷|只|根|片|床|间|节|份)的?$"
)
_COUNT_BEHIND = Pattern(
    r" ?(?:[\d]+|[一二两三四五六七八九十百千几]+)(?:台|套|张|支|条|部|个|箱|件|把|辆|盒|瓶|吨|平|樘|盏|桶|卷|只|根|"
    r"块(?!钱)|扇|面|架|艘|棵|株|头|本|册|枚|颗|副)"
)
_THAT = Pattern(r"[这那](?:台|套|批|款|个|张|辆|条|部|件|块)$|(?:我们|咱们|我司)的?$")
_SPANS = frozenset("午上天时头周期拜月")
_SPENT = Pattern(
    "(?:[一两]|半|整|大半)个?(?:上午|下午|晚上|天|周|星期|礼拜|月)$|(?:[0-9]+|[一两二三四五半几])个?[多半]?个?(?:小时|钟头|半天)$"
)
_BY = Pattern(r"(?:了|一下|下|的|个|些|一批|是)+$")


@cache
def _right() -> Pattern:
    return Pattern(f"(?:{'|'.join(word for word, kind in lexicon.rows('goods') if kind == 'right')})")


def find(doc: Doc, walls: frozenset[int]) -> Iterator[Words]:
    """Goods with a word of dealing beside them, as they are written; they do not reach over `walls`, ends of names."""
    seen = set()
    for match in tails().each(doc):
        end, listed = match.end(), match.end() - match.start() >= LISTED
        glued = 0 if end in doc.edges else _glued(doc, end)
        if end in seen or not (listed or glued or end in doc.edges):
            continue  # the dictionary may cut a name of the list: 滴灌 + 带报 + 了
        seen.add(end)
        if end - match.start() == 1 and _DONE.match(doc.norm, match.start()):
            continue
        known = match.start() if listed and match.start() in doc.edges else end - glued
        start = begin(doc, end, walls, known) if glued or end in doc.edges else match.start()
        said = _SAID.match(doc.norm, start, end - SHORTEST) or _ASKED_ABOUT.match(doc.norm, start, end - SHORTEST)
        start = said.end() if said else start
        if listed:
            start = (
                min(start, match.start()) if match.start() in doc.edges else match.start()
            )  # a whole name of the list, which the dictionary may cut: 蒸 烤箱
        name = doc.norm[start:end]
        if len(name) < SHORTEST or name in lexicon.words("not_products"):
            continue
        if doc.norm[end : end + 1] == "的" and _TRADE.search(doc.norm, max(0, start - 2), start):
            continue
        if _dealt_with(doc, start, end) or _is_topic(doc, start, end, walls):
            yield doc.words(start, end)


_DONE = Pattern("[垫锁钻漆架胶][了过着]")  # 运费先垫了
_ASKED_ABOUT = Pattern(".*(?<![顾访慰询学提疑])问(?![卷诊题])")  # 社区食堂问送餐车
_SAID = Pattern("[说讲]|问(?![卷诊])")


def _dealt_with(doc: Doc, start: int, end: int) -> bool:
    ahead = doc.norm[max(0, start - 12) : start].rstrip()
    if _COUNT.search(ahead) or _THAT.search(ahead) or _LISTED_AS.search(ahead):
        return True
    if ahead[-1:] in _MORE and _and_more().search(ahead):
        return True
    if ahead.endswith("把") and _HANDLED.match(doc.norm, end):
        return True
    if ahead[-1:] in _SPANS:
        ahead = _SPENT.sub("", ahead)  # 讲了 + 一上午 + 沙盘课
    bare = _BY.sub("", ahead)
    if left().search(ahead) or left().search(bare):
        return True
    if _COUNT_BEHIND.match(doc.norm, end):
        return True
    if doc.norm[end : end + 1] == " " and _PRICED.match(doc.norm, end + 1):
        return True
    return _right().match(doc.norm, end + (doc.norm[end : end + 1] == "的")) is not None


def _glued(doc: Doc, end: int) -> int:
    """How much of a name stands in a word that the dictionary ties to what follows, 0 where there is none such:
    喷墨 + 机要 + 换, 煎药 + 机停 + 租, 光油发 + 黏."""
    start, stop = doc.tokens_from(end - 1)[0]
    word = doc.norm[start:stop]
    tied = word == "机要" or (len(word) <= LISTED and not segmenter().tag(word))
    return end - start if tied and stop == end + 1 else 0


_TRADE = Pattern("(?<!要)(?<!想)(?:[做卖搞种养]|生产)$")  # 做番茄酱的: who they are
_SPOKEN_OF = Pattern("(?:[说讲问提]|提到|关于|至于|发现|反映|反馈|觉得|(?:意思|关键|重点|主要|就)是|嫌)$")
_OWNER_BEHIND = Pattern("的?(?:老板|采购|财务|[\u4e00-\u9fff]{1,3}[总工姐哥])|那边|这边|愿意|说|欠|[总工姐哥叔]")


def _is_topic(doc: Doc, start: int, end: int, walls: frozenset[int]) -> bool:
    """刹车片第二批到了, 华成空压机漏油, 他说冷库板翘了: what a thought begins with and then tells something of."""
    if end - start < TOPIC or end == len(doc.norm) or doc.norm[end] in _CLOSED or _OWNER_BEHIND.match(doc.norm, end):
        return False
    return start in walls or start in doc.starts or _SPOKEN_OF.search(doc.norm, max(0, start - 4), start) is not None


_CLOSED = frozenset("，。；！？\n、")
_MORE = frozenset("和、跟及加")


@cache
def _and_more() -> Pattern:
    """密封胶和 + 玻璃胶: behind other goods."""
    return Pattern(f"(?:{lexicon.either('goods', 'tail')}|{lexicon.either('product_ends')})(?:和|、|跟|及|加|以及)$")


_LISTED_AS = Pattern("[\u4e00-\u9fff][-:]$")  # 天美印刷-烫金机
_HANDLED = Pattern("(?:给|都|也|先|重新)?[试换拆装修退砍降弄调搬运拉卖租停签定订升扩切接迁]")  # 把蒸烤箱试了
_PRICED = Pattern(
    r"(?:再|先|重|已|我们?)?(?:报|询|单价|要)[了价]?|\d+(?:\.\d+)?[万wk元]|[\d一二两三四五六七八九十百]+[台套箱吨件个]"
)
