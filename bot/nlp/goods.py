"""Goods that no list names: a noun that ends as goods do (口扫仪, 停车道闸), where goods are spoken of.

A word of dealing in front (看了, 想上), a count (12台), 那台, or what is done with goods behind (报价, 坏了) makes it
one; the noun alone, as a topic between two commas, may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.goods_names import ASKS, LISTED, SHORTEST, TOPIC, begin, binds, left, named, part, tails
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


_ORDERED = Rule(
    r"(?:要|上|做|装|弄|来|推|卖|印|缺|试|首批|头批|第一批|一共|总共|订|定|买|采购|进|拿|下|追加|补|发|寄|送|租|报|求购|需要|换)(?:了|货|单|再|走)?(?:[\d.]+|[一二两三四五六七八九十百千万几半]+)(?:来|多|几)?"
    r"(?:台|套|张|支|箱|把|辆|组|盒|瓶|吨|樘|桶|卷|只|根|片|米|公斤|斤|袋|包|双|件|匹|棵|车|副|公里|平米?|平方|方|块|款|份|册|条|支|张|部|个|节|门|种|升|顶|盆|株|罐|坛|听|捆|艘|架|口|面|床|幅|座|杆|筒|枚|颗|粒|筐|篮|串|束|盘|块)的?"
    r"(?P<name>[\u4e00-\u9fff]{2,8}?)(?=[，。；、！\n]|$|的?(?:单价|报价|价格)|给他|给她|过来|过去|试用|样品|试[试样])"
)


_LISTED_ON = Rule(
    "[，、:](?:再|还要|外加|和)?(?:[0-9.]+|[一二两三四五六七八九十百千几半]+)(?:台|套|箱|把|辆|瓶|吨|樘|桶|卷|只|根|公斤|斤|袋|包|双|匹|棵|"
    "盏|扇|架|盆|顶|株|罐|艘|床|幅|座|组)(?P<name>[\u4e00-\u9fff]{2,8})(?=[，。；、\n]|$)"
)


_LINK = Pattern("[和跟及加]|以及")  # 网套和泡沫箱


def ordered(doc: Doc) -> Iterator[Words]:
    """再进200箱螺丝, 寄了15块色卡: what is counted behind a word of ordering, to the end of the thought."""
    for match in (*_ORDERED.each(doc), *_LISTED_ON.each(doc)):
        start, end = match.span("name")
        if end not in doc.edges:
            continue  # where it begins, the dictionary may be wrong: 200份伴 + 手礼
        if (link := _LINK.search(doc.norm, start + 2, end - 2)) and {link.start(), link.end()} <= doc.edges:
            yield from (doc.words(start, link.start()), doc.words(link.end(), end))
            continue
        words = segmenter().cut(doc.norm[start:end])
        if doc.norm[start] in "试用给先一" or words[-1] in lexicon.words("not_names") or _NO_GOODS.search(words[-1]):
            continue
        if part(words[-1], first=True) and not any(binds(word) for word in words[:-1]):
            yield doc.words(start, end)


_NO_GOODS = Pattern(
    "^(?:色差|破损|瑕疵|不良|库容|产能|容量|库存|载重|点|月|礼拜|季度|学期|疗程|人|折|字|会|单|钱|问题|电话|小时|钟头|星期|要求|条件|点位|名额|版本|意见|时间|机会|理由|说法|样子|公司|工作|"
    "案例|流程|计划|制度|资质|清单|名单|客户|学员|工人|师傅|老师)$"
)


_DEALT = Rule(
    r"(?:要的(?:就)?是|要买|想买|想要|想换|想做|想上|想装|想租|想搞|要印|要做|加装|换装|咨询|询价|主推|推了|采购|主要用|一直用|"
    r"寄样:?|送样:?|试用|"
    r"[试用看尝装换上]了?(?:试|一下|过|下)?(?=(?:我们|咱们|我司|咱家)的)|求购|给(?:孩子|娃|儿子|女儿|闺女|老大|老二|宝宝|孙子|孙女|小孩|自己)报|想报|谈妥了?)"
    r"(?:了|一下|个|的|我们的?|咱们的?|新的?|老的?|点|些|:| )*"
    r"(?P<name>[\u4e00-\u9fffa-z0-9]{2,9}?)(?=[，。；！\n]|$|租赁|服务|"
    r"的(?:事|报价|资料|样|价|方案|目录)|报价|方案| \d|"
    r"[\d一二两三四五六七八九十]+[台套个份张批件把支辆箱组吨米]|换掉|培训)|"
    r"(?:买|订|要|用|租)[了过]?(?P<had>[\u4e00-\u9fff]{2,6})(?=的(?:那?[0-9一二两三四五六七八九几]*[家位户]|老?客户))|"
    r"[那这](?:批|台|款|套|箱|车|单)(?P<those>[\u4e00-\u9fff]{2,7}?)(?=怎么|还没|没[到发]|什么时候|[到出]了|坏|有|不|能|，|。|$)|"
    r"问(?:了|下|一下|过)?(?P<asked>[\u4e00-\u9fffa-z0-9]{2,9}?)(?=多少钱|怎么卖|咋卖|什么价|啥价|的?价格|的?报价)"
)


def wanted(doc: Doc) -> Iterator[Words]:
    """他要的是食品级硅胶, 问黄铜阀多少钱, 上次那批腻子粉怎么还没到: whatever it is called, behind words by which
    goods alone are dealt with, or pointed at by its measure."""
    for match in _DEALT.each(doc):
        start, end = match.span(match.lastgroup or "name")
        if {start, end} <= doc.edges and named(doc, start, end) and not _ACTS.search(doc.norm, start, end):
            yield doc.words(start, end)


_ACTS = Pattern(
    "委员|部门|[0-9]号|[说让给把被来去的]|东西|先|试一|一下|打样|多少|时间|周期|价|折|款项|付款|账期|我|你|他|她|"
    "代理|省代|总代|加盟|同行|案例|流程|计划|制度|资质|清单|名单|供应商|厂家|便宜|现货"
)


_RATHER = Rule("不是(?P<no>[\u4e00-\u9fff]{2,8})，(?:而)?是(?P<name>[\u4e00-\u9fff]{2,8})(?=[，。；\n]|$)")


def rather(doc: Doc) -> Iterator[Words]:
    """不是飞机盒，是天地盖: what is right in place of goods is goods."""
    for match in _RATHER.each(doc):
        denied = match["no"]
        tail = next((m for m in tails().finditer(denied) if m.end() == len(denied)), None)
        if tail is not None and denied not in lexicon.words("not_products") and not _ACTS.search(match["name"]):
            yield doc.words(*match.span("name"))


_COUNT_AT = Rule(
    r"(?:[0-9][0-9.]*|[一二两三四五六七八九十百千几]+)(?:来|多|几)?"
    r"(?:台|套|箱|把|辆|盒|瓶|吨|樘|桶|卷|只|根|片|公斤|袋|包|匹|棵|副|盏|扇|架)(?=[，。；、！\n]|$|不变|起订|现货)"
)
_ASKED = Pattern(f"(?:[，。；、！：:\\n]|{ASKS})$")


def asked_for(doc: Doc, walls: frozenset[int]) -> Iterator[Words]:
    """询价机械手3台, 再要镀锌管80吨: what is asked for right before its count, whatever it is called."""
    for match in _COUNT_AT.each(doc):
        end = match.start()
        if end not in doc.edges:
            continue
        start = begin(doc, end, walls)
        asked = not start or _ASKED.search(doc.norm, max(0, start - 6), start)
        if asked and end - start > 1 and named(doc, start, end) and not _SO.match(doc.norm, start, end):
            yield doc.words(start, end)


_SO = Pattern("那|就|再|先(?=[下来订要发拿给])")  # 那先下20台


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
