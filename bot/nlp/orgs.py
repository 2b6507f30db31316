"""Customers as organisations: full names (远大重工有限公司), short names (远大), and those on record.

A name with an ending such as 科技 or 医院 is one by itself. A short name without an ending needs company: a person
behind it (远大李工), a cue in front (给远大), a cue behind (远大那边, 远大签了), or the whole message to itself.
"""

from __future__ import annotations

import re
from functools import cache

from bot.nlp import introduced, lexicon
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.goods_places import are_goods, works
from bot.nlp.org_cues import by_cue
from bot.nlp.org_latin import in_latin
from bot.nlp.org_orders import by_order
from bot.nlp.org_places import ADDRESSED, HAN, Org, Taken, a_role, clear_left, clear_right, near, stem_start
from bot.nlp.org_shapes import by_shape
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person
from bot.nlp.segment import segmenter
from bot.nlp.times_model import Time


def find(doc: Doc, book: Book, people: list[Person], times: list[Time], rivals: list[Words]) -> list[Org]:
    """Mentions of customers from left to right, none overlapping another, rivals left out."""
    places = [(t.start, t.end) for t in times] + [(p.left, p.end) for p in people]
    taken = Taken.of([*places, *((r.span.start, r.span.end) for r in rivals)])
    by_ending = _by_ending(doc, taken)
    spotted = [
        *(_in_full(doc, book, *place, by_ending, people) for place in book.customers.places(doc)),
        *by_ending,
        *_by_person(doc, people, taken),
        *by_cue(doc, taken),
        *in_latin(doc),
        *_called(doc),
        *_labelled(doc),
        *by_shape(doc, taken),
        *(by_order(doc, taken) if len(doc.norm) <= _ORDER else ()),
        *_alone(doc),
    ]
    kept: list[Org] = []
    for org in sorted(spotted, key=lambda o: (-o.weight, o.start, -o.end)):
        if doc.text[org.start : org.end] in book.colleagues:
            continue
        if not any(org.start < other.end and other.start < org.end for other in kept) and _sensible(doc, org, rivals):
            kept.append(org)
    sure = any(org.weight >= 2 for org in kept)
    return sorted((org for org in kept if org.weight or not sure), key=lambda o: o.start)


_ORDER = 30  # characters of an order at most
_GENERIC_TAIL = ("公司", "工厂", "厂", "集团公司")


def _in_full(doc: Doc, book: Book, start: int, end: int, spotted: list[Org], people: list[Person]) -> Org:
    """The known name, or the longer name that it begins: 华星 on record and 华星精密仪器 in the text are two firms.

    A word that may as well be goods (设备, 电源) makes a longer name only in front of a person, 公司 never does.
    """
    known = Org(start, end, 4)
    for org in spotted:
        if not org.start <= start < end < org.end:
            continue
        ahead, more = doc.norm[org.start : start], doc.norm[end : org.end]
        goods = any(at == end for at, _ in book.products.places(doc))
        firm = _endings().search(more)
        strong = firm is not None and (bool(firm["tail"]) or lexicon.kinds("org_suffixes")[firm["end"]] == "strong")
        led = any(person.left - org.end in (0, 1) for person in people)
        if (not ahead or ahead in lexicon.words("places")) and more not in _GENERIC_TAIL and not goods:
            return Org(org.start, org.end, 4) if strong or led else known
    return known


def _sensible(doc: Doc, org: Org, rivals: list[Words]) -> bool:
    said = doc.norm[org.start : org.end]
    if org.weight < 4 and (said in lexicon.words("not_names") or _GENERIC.fullmatch(said) or _NO_NAME.search(said)):
        return False
    if org.weight < 4 and are_goods(doc, org.start, org.end):
        return False
    if org.weight < 4 and _NOT_CUSTOMER.search(doc.norm, max(0, org.start - 6), org.start):
        return False
    if introduced.by(doc, org.end):
        return False
    return not any(org.start < r.span.end and r.span.start < org.end for r in rivals)


# 要换三台设备, 第三期 count something; 忽略以上数据 says what to do with what was written.
_NO_NAME = Pattern(
    r"(?<![\u4e00-\u9fff]{2})[\d一二两三四五六七八九十几]{1,3}[台套条批款件辆份张种趟车箱盒瓶桶袋吨块卷支根片](?=..)|"
    r"^第[\d一二三四五六七八九十]{1,3}[期批次版轮单]$|[换订买加装要][\d一二两三四五六七八九十几]{1,3}[台套条批款件辆个]|"
    r"^(?:哪|什么|啥)|[\u4e00-\u9fff][0-9]{2,}[\u4e00-\u9fff]|[验进到出回看新老旧分]厂$|^[小老][\u4e00-\u9fff][叫是姓]|以[上下]|能不能|要不要|是不是|[前上下]面|之前|所有|全部|^(?:忽略|无视|忘记|跳过|不要|不管|不用|别管)|"
    r"^(?:再|先|去)?(?:问|催|找|联系|通知|告诉|请教)(?:一问|一催|一下|下|问|催|过|了)(?!银|科)"
)
_NOT_CUSTOMER = Pattern(r"(?:调[去到往]|跳槽[去到]|不是|并非|转给|交给|对手|竞品|我们是|对接|支持)[:：是]?$")


# 现有设备, 新厂房, 他们系统 are things that somebody has, no firms.
_GENERIC = Pattern(
    r"(?:(?:和|跟|与)?(?:[他她我你人]家|现有|原有|已有|现在|目前|原来|新|老|旧|他们?|她们?|我们?|你们?|咱们?|自己|那个|这个|这套|那套|整个|"
    r"全部|所有|对面|另外?一家|那家|这家|一家|某家?|别家|同行|二手|进口|国产|国外|国内|其他|其它|别的|另外|上一?代|下一?代|整套|几台|两台|一台|一套|当地|本地|附近|生产|办公|"
    r"智能|自动|财务|仓储|仓库|业务|管理|核心|关键)的?)+"
    r"(?:设备|系统|产线|生产线|车间|厂房|工厂|厂|仓库|软件|网络|数据|信息|平台|机器人|自动化|装备|材料|市场|中心|医院|学校|"
    r"酒店|超市|公司|仪器|仪表|机械|电梯|电源|电机|汽车|包装|家具|家电|电器|玻璃|门窗|机床|模具|管道|工程|环境|保险|物流|快递|运输)"
)


@cache
def _endings() -> Rule:
    """How a firm is called behind its own name: `end` is one trade or kind, `tail` what companies add (管理公司)."""
    more = "管理|服务|工程|技术|发展|销售|股份|国际|集团|制造|实业|商贸|贸易|有限|责任|咨询|设备|系统"
    return Rule(
        f"(?P<end>{lexicon.either('org_suffixes')})(?P<tail>(?:{more}){{0,5}}公司|(?:{more}){{0,3}}集团|(?:分|总|门)?店)?"
        "(?![学险版器费系票部科处展路街区房]|园(?!长)|(?<=教育)金(?=[，。年交]|$)|(?<=[厂院校店行局所馆社])长(?![江城期春安沙途])|(?<=投)标|机(?![务电动]|关)|(?:验收|督察|督查|检查|手续)|(?<=消防|暖通|照明|幕墙|安防|制冷|绿化|电梯)(?:维保|年检|改造|检测|器材|设备))",
        lexicon.beginnings("org_suffixes"),
    )


def _by_ending(doc: Doc, taken: Taken) -> list[Org]:
    found: list[Org] = []
    for match in _endings().each(doc):
        start = stem_start(doc, match.start(), taken)
        if match.start() - start < 2:
            start = _told_start(doc, match.start(), start, taken)
        name = _NAMED.match(doc.norm, start, match.start())
        start = name.end() if name else start
        seen = _SEEN.match(doc.norm, start, match.start())
        start = seen.end() if seen else start
        start += match.start() - start > 2 and (
            (
                doc.norm[start] in "陪给跟把被从请去到啊哎呃嗯哦"
                or (doc.norm[start] == "比" and doc.norm[start + 1] != "亚")
            )
            or doc.norm.endswith(("客户方", "对方", "甲方"), 0, start + 1)
        )
        role = _ROLE.match(doc.norm, start, match.start())
        start = role.end() if role else start
        end = match.end()
        if found and found[-1].end == match.start() and _premises(doc, found[-1]) and not _PART.search(match["end"]):
            continue  # 万佳超市 + 冷链改造
        if found and found[-1].end == match.start() and start >= found[-1].start:
            if end not in doc.edges:
                continue  # 荔园小学 + 塑胶跑道
            start = found[-1].start
        stem = doc.norm[start : match.start()]
        kind = "strong" if match["tail"] else lexicon.kinds("org_suffixes")[match["end"]]
        if (
            len(stem) < 2
            or _RANKED.fullmatch(stem)
            or (stem in lexicon.words("not_names") and not _of_town(stem, match["end"]))
            or stem.isdigit()
            or _only_trade(stem, match["end"])
        ):
            continue
        if doc.norm[start - 1 : start] in ("做", "卖", "搞") and doc.norm[end : end + 1] == "的":
            continue  # 做 + 外贸箱包 + 的那个
        if doc.norm[match.start() - 1] in "装换买卖修" and match.start() - 1 in doc.edges:
            continue  # 老屋 + 装 + 太阳能
        if (
            (kind == "weak" or works().fullmatch(match["end"]))
            and not match["tail"]
            and _goods_alone(doc, start, match.start())
        ):
            continue
        weight = 2 if kind == "strong" else 1
        left = clear_left(doc, start, taken)
        right = clear_right(doc, end, taken) or _gone_for(doc, start, end)
        weight += (left or right) if kind == "strong" else left + (right or _proper_first(doc, start, match.start()))
        if doc.norm[start - 1 : start] == "的" and not left and _goods_alone(doc, start, match.start()):
            continue  # 帝森的 + 电梯轿厢装潢
        if weight >= 3 or (weight == 2 and kind == "strong" and end - start >= 4 and end in doc.edges):
            if found and found[-1].start == start:
                found.pop()  # 嘉和置业电梯 is one name where it is one at all
            found.append(Org(start, end, min(weight, 3)))
    return found


# 去绿沃合作社看棚: who goes somewhere does something there.
_GONE = Pattern("(?:去|到|在|跑了?趟|回访了?|走访了?)$")
_FOR = Pattern("[看转谈聊量测修装拆送取拿参考蹲堵坐盘验培教学试住逛踏勘](?![起上下])")


def _gone_for(doc: Doc, start: int, end: int) -> bool:
    """Whether somebody went there for something."""
    return _GONE.search(doc.norm, max(0, start - 4), start) is not None and _FOR.match(doc.norm, end) is not None


def _of_town(stem: str, end: str) -> bool:
    """宁波港, 宁波银行: what a town has but one of, called by its name."""
    return end in _ONE_IN_TOWN and stem in lexicon.words("places")


_ONE_IN_TOWN = frozenset(
    (
        *("港", "银行", "农商行", "大学", "地铁", "燃气", "公交", "水务", "热力", "烟草", "港务", "石化", "钢铁"),
        *("博物馆", "图书馆", "电视台", "出版社", "轨道交通"),
    )
)


_PART = Pattern("连锁|中心|店|公司|集团|食堂|[学医]院|研究|[厂校馆]$|幼儿园")
_PREMISES = ("超市", "医院", "酒店", "学校", "大学", "中学", "小学", "幼儿园", "商场", "宾馆", "工厂", "广场", "食堂")


def _premises(doc: Doc, org: Org) -> bool:
    """Whether a name is that of a place in which such works are done."""
    return doc.norm.endswith(_PREMISES, 0, org.end)


def _goods_alone(doc: Doc, start: int, end: int) -> bool:
    """盾构管片 + 模具: two common nouns or more, and no name."""
    words = [doc.norm[a:b] for a, b in near(doc, end) if a >= start]
    if lexicon.kinds("goods").get(doc.norm[start:end]) == "tail":
        return True  # 挖机租赁
    if doc.norm.startswith(_ON_GOODS, end) and any(
        lexicon.kinds("goods").get(doc.norm[end - size : end]) == "tail" for size in (1, 2)
    ):
        return True  # 铝模板 + 租赁
    if doc.norm.startswith(_ON_GOODS, end) and segmenter().tag(doc.norm[start:end]) in ("n", "vn", "b", "l"):
        return True  # 电站 + 运维
    if end - start >= _THREE and doc.norm[end - 1] in "级用型式款性":
        return True  # 食品级硅胶
    return end - start >= _FOUR and len(words) > 1 and all(segmenter().tag(word) in ("n", "vn") for word in words)


_ON_GOODS = ("运维", "托管", "外包", "租赁", "维保", "检测", "维修", "回收", "安装", "改造", "清洗", "年检", "保养")


def _only_trade(stem: str, end: str) -> bool:
    """口腔连锁, 医药连锁: what they all do, and nobody's name."""
    return end == "连锁" and stem in lexicon.words("org_suffixes")


def _proper_first(doc: Doc, start: int, end: int) -> bool:
    """九鼎冷库空压机漏油: what begins a thought and is no ordinary word is a name in front of a weak ending too."""
    if end - start != _TWO or (start and doc.norm[start - 1] not in _OPENS):
        return False
    tag = segmenter().tag(doc.norm[start:end])
    return (not tag or tag.startswith(("nz", "nt", "nr"))) and start in doc.edges and end in doc.edges


_RANKED = Pattern("[去到在找跟和][省市区县]")  # 去区教育局: the dictionary has 去区
_OPENS = frozenset("，。；！？\n ")
_THREE, _FOUR = 3, 4
_TWO = 2  # 和美幼儿园: without 和 the name would be one character
_TOLD = Pattern(
    r"(?:和|跟|与|给|拜访了?|走访了?|去了?|见了?|约了?|找|陪|联系了?|^|[^\u4e00-\u9fffa-z0-9])(?P<stem>[\u4e00-\u9fff]{2,4})$"
)


# 一家新客户叫远大自动化, 名字叫远大, 是一家叫做远大的公司: the word that gives a name is no part of it.
_NAMED = Pattern(r"[\u4e00-\u9fff]{0,4}?(?:叫做|叫作|叫|名为)(?=[\u4e00-\u9fffa-z]{2})")
# The dictionary cuts 拜访华茂 as 拜 访华 茂: the word of going to see them is no part of the name.
_SEEN = Pattern(
    r"[\u4e00-\u9fff]{0,4}?(?:拜访|走访|回访|探访|约见)(?:了|过)?(?=[\u4e00-\u9fffa-z]{2})|"
    r"[\u4e00-\u9fff]{0,4}?(?:去|来|到|跑|见|聊|谈|做|卖|送)过(?:[一两三几][次趟回面])?(?=[\u4e00-\u9fffa-z]{2})|(?:访|见)(?=华[\u4e00-\u9fff])|"
    r"[聊谈说提讲]到(?=[\u4e00-\u9fff]{2})|[先再又还才刚后就](?:到|去|跑|找|见|约|给|跟)(?=[\u4e00-\u9fff]{2})|"
    r"[\u4e00-\u9fff]{0,2}(?<=[做开吃聊见跑谈打看装签接通送讲挂])完(?=[\u4e00-\u9fff]{2})|"
    r"[\u4e00-\u9fff]{0,5}?(?<=[货样单书件品料图])给(?=[\u4e00-\u9fff]{2})"
)
# 代理商鑫汇科技: what the firm is to us is no part of its name.
_ROLE = Pattern("(?:代理商|经销商|渠道商|分销商|集成商|加盟商|总包|总代|合作伙伴)(?=[\u4e00-\u9fff]{2})")
_CALLED = Pattern(
    r"(?:[开办搞]了?家|那家[^，。；]{0,4}|客户|公司|单位|工厂|厂名?|店名|公司名|厂家|企业|一家|同行|牌子|品牌|机构|店|名字|名称|全称|简称)(?:的)?(?:名字|名称|全称)?(?:是一家|是)?"
    r"(?:叫做|叫作|叫|名为)(?P<name>[\u4e00-\u9fff]{2,12}?)"
    r"(?:的(?:新?客户|公司|企业|工厂|厂子?|单位|店|老板娘?|采购|负责人)|(?=[，。；！？\n ]|$))"
)


_CALLED_LATER = Pattern(
    r"(?:客户|公司|厂|店|一家)(?:是|在)[^。；\n]{1,14}，(?:名字)?叫(?:做)?"
    r"(?P<name>[\u4e00-\u9fff]{2,8})(?=[，。；！？\n ]|$)"
)


_LABELLED = Rule(
    r"(?:客户(?:名称?|单位)?|新?线索|意向单位)[:：] ?"
    r"(?P<name>[\u4e00-\u9fffa-z0-9]{2,20}(?:\([\u4e00-\u9fffa-z0-9]{1,10}\)[\u4e00-\u9fffa-z0-9]{1,16})?)"
    r"(?=[，。；、\n |(]|$)"
)


def _labelled(doc: Doc) -> list[Org]:
    """客户：云南白药（新客户）；: a form that was filled in. What stands in brackets behind a name is no part of it."""
    return [Org(*match.span("name"), 3) for match in _LABELLED.each(doc) if not ADDRESSED.search(match["name"])]


def _called(doc: Doc) -> list[Org]:
    if "叫" not in doc.norm and "名为" not in doc.norm:
        return []
    spans = (match.span("name") for form in (_CALLED, _CALLED_LATER) for match in form.finditer(doc.norm))
    return [Org(start, end, 3) for start, end in spans if not re.match("我|你|他|她|什么|啥|不", doc.norm[start:end])]


def _told_start(doc: Doc, at: int, start: int, taken: Taken) -> int:
    """和新希望乳业谈: a name may hold a word that usually ends one, where a cue says that it begins further left."""
    match = _TOLD.search(doc.norm, max(0, at - 8), at)
    if match is None or match.start("stem") in taken.inside or match["stem"] in lexicon.words("not_names"):
        return start
    words = [doc.norm[a:b] for a, b in near(doc, at) if match.start("stem") <= a < at]
    if words and words[0] != "和" and words[0] in lexicon.words("breaks"):
        return start  # 刚 + 接到 + 供电局
    if re.search("[的说是他她们有没不要这那就了]", match["stem"]) or (
        match["stem"][0] in "给跟和与去到找陪见约" and not (match["stem"][0] == "和" and len(match["stem"]) == _TWO)
    ):
        return start
    return match.start("stem")


def _by_person(doc: Doc, people: list[Person], taken: Taken) -> list[Org]:
    """远大李工, 远大的李工, 远大采购部王经理: the short name in front of a person."""
    found = []
    for person in people:
        end = person.left
        end -= (doc.norm[end - 1 : end] in ("的", " ", ":") and 1) or 0
        end = _skip_department(doc, end)
        if end - 2 in doc.edges and _DEPARTMENT.fullmatch(doc.norm, end - 2, end):
            continue  # 骨科谢主任: whose, another place says
        if doc.norm[end : end + 1] == "的" and _ANY_DEPARTMENT.search(doc.norm, max(0, end - 4), end):
            continue  # 厨政部的耿师傅
        start = stem_start(doc, end, taken)
        start += (
            doc.norm[start : start + 1] in tuple("跟给陪找") and end - start > _TWO
        )  # 跟铭, a word to the dictionary
        if (
            doc.norm[end - 1] != "叫"
            and not a_role(doc.norm[start:end])
            and not (end - start <= _THREE and doc.norm[end - 1] in "组科室")
            and 2 <= end - start <= (6 if doc.norm[end] == "的" else 5)
            and not ADDRESSED.search(doc.norm[start:end])
            and HAN.match(doc.norm, start)
            and (clear_left(doc, start, taken) or _behind_deed(doc, start, end))
        ):
            found.append(Org(start, end, 2))
    return found


def _behind_deed(doc: Doc, start: int, end: int) -> bool:
    """请 + 远大的李工, 寄给了 + 远大的李工: the word in front is no part of any name."""
    if not start:
        return False
    (first, last), following = doc.tokens_from(start - 1)
    word = doc.norm[first:last]
    if last != start or word not in lexicon.words("breaks") or not segmenter().tag(word).startswith(("v", "p", "u")):
        return False
    known = segmenter().tag(doc.norm[following[0] : following[1]])  # 做 + 烘焙的席小姐: what she does
    return following[1] < end or not known or known.startswith(_PROPER)


_PROPER = ("nr", "ns", "nt", "nz")


_DEPARTMENT = Pattern(
    r"(?:(?:信息|设备|采购|后勤|财务|技术|工程|生产|销售|市场|人事|行政|品质|质量|物流|仓储|研发|"
    r"总务|基建)(?:科|部|处|中心|室|办|组)?|"
    r"(?:(?:供应商|采购|运营|生产|质量|项目|客户|物业)管理|培训|招商|企划|客服|电商|外贸|事业|运营)部|"
    r"(?:骨|内|外|儿|妇|眼|口腔|检验|药剂|放射|影像|麻醉|病理|急诊|皮肤|康复|器械|防疫|医务|护理)科)$"
)


_ANY_DEPARTMENT = Pattern("[\u4e00-\u9fff](?:部|科|处|组|室|车间|中心)$")


def _skip_department(doc: Doc, end: int) -> int:
    match = _DEPARTMENT.search(doc.norm, max(0, end - 5), end)
    return match.start() if match and match.start() >= 2 else end


_BARE = Pattern(r"[\u4e00-\u9fffA-Za-z0-9]{2,12}")


def _alone(doc: Doc) -> list[Org]:
    """A message that is one name and nothing else, by its ending."""
    said = doc.whole
    if not _BARE.fullmatch(said.text) or said.text in lexicon.words("not_names"):
        return []
    endings = list(_endings().finditer(doc.norm, said.span.start, said.span.end))
    whole = bool(endings) and endings[-1].end() == said.span.end and endings[-1].start() - said.span.start >= 2
    plain_stem = whole and not any(doc.norm[a:b] in lexicon.words("breaks") for a, b in doc.tokens)
    return [Org(said.span.start, said.span.end, 3)] if plain_stem else []
