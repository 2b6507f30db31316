"""Products that we sell or that are asked for: 聊了ERP二期, 推荐了WMS标准版, 想买个医疗险."""

from __future__ import annotations

import re
from functools import cache

from bot.nlp import goods, goods_latin, goods_places, lexicon
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern

_TOPIC = Rule(
    r"(?:聊了聊?|谈了谈?|介绍了(?:一下)?|推荐了?|已推荐|演示了|讲解?了|展示了|咨询了?|询价|"
    r"试用了|产品(?:是|为|：|:)|对(?=.{2,14}[感有]兴趣)|对(?=.{2,10}挺上心))"
    r"(?:一下|下|的|了)?(?:我们|咱们?|我司|咱家)?的?(?:新(?:出|上|推|开发)的)?(?:[这那][款套台批个种])?(?:[\d一两二三四五六七八九十几半]+(?:天|周|次|个?半?小时|分钟|轮|遍|"
    r"架次)的?)?(?P<name>[A-Za-z0-9\u4e00-\u9fff+\- ]{2,14}?)(?=[，。；！？、\n(（]|$|[也都还]?(?:[挺很蛮]|"
    r"比较|非常|特别|十分)?[感有]兴趣|挺上心|的(?:预算|需求|事|报价|价格|方案|功能)|，|和价)"
)
_CODE = Pattern(
    r"(?i)(?<![A-Za-z0-9])(?<!他们的)(?<!她们的)(?<!现有的)(?<!原有的)(?<!对接)(?<![接连走传提和跟与])(?:ERP|CRM|WMS|MES|OA|HIS|PLM|SCM|TMS|BI|SUV|POS|SaaS|HR(?=系统|软件|模块|平台|saas|外包)|EHR|PACS|LIS|"
    r"DMS|(?-i:[A-Z]{3,6})(?=报价|单价|招标|的?价格))(?:[\u4e00-\u9fff]{0,2}(?:期|版|系统|模块|平台|接口|软件))?(?!总监|经理|主管|专员|负责人|[A-Za-z])"
)


_COUNTED = Rule(
    r"(?:一[批台套款]|[两几][台套批]|这款|那款|[0-9]+[台套批]|买|换|采购|订购?|安装)(?:一[批台套]|个|了)?"
    r"(?P<name>[\u4e00-\u9fffa-z0-9]{1,6}(?:机|器|仪|泵|阀|柜|灯|板|膜|漆|胶|椅|床|桌|炉|秤|锁|屏))(?=，|。|$|、|要|的|了|用)"
)


def products(doc: Doc, book: Book, taken: list[Words]) -> list[Words]:
    """What we sell or what is asked for, in the words used."""
    found = [doc.words(*place) for place in book.products.places(doc)]
    if doc.latin:
        found += [doc.words(m.start(), m.end()) for m in _CODE.finditer(doc.text)]
    for match in _TOPIC.finditer(doc.text) if _TOPIC.may(doc) else ():
        if _is_topic(match["name"], doc.norm[match.start() : match.start("name")]):
            found.append(doc.words(match.start("name"), match.end("name")))
    found += [_tight(doc, m.start("name"), m.end("name")) for m in _COUNTED.each(doc)]
    walls = frozenset(words.span.end for words in taken)
    found += [
        *goods.find(doc, walls),
        *goods_places.offered(doc, walls),
        *goods_places.bare(doc, walls),
        *goods_latin.find(doc),
    ]
    found = [_uncounted(doc, w) for w in found or goods_places.named(doc, walls)]
    found = [part for w in found for part in _apart(doc, w)]
    found = [w for w in found if not any(w.span.start < o.span.end and o.span.start < w.span.end for o in taken)]
    none = lexicon.words("not_products")
    kept = [w for w in _longest(found) if len(w.text) >= 2 and w.text not in none and not _TELLS.search(w.text)]
    kept = [_with_work(doc, w) for w in kept if len(kept) == 1 or not _FOUND_FAULT.search(doc.norm, 0, w.span.start)]
    return [_with_model(doc, w) for w in kept] if _DIGIT.search(doc.norm) else kept


_AND = Pattern("[和跟及、]")


def _apart(doc: Doc, words: Words) -> list[Words]:
    """赶猪通道和料塔 are two."""
    start, end = words.span.start, words.span.end
    link = _AND.search(doc.norm, start + 2, end - 1)
    if (
        link is None
        or not {link.start(), link.end()} <= doc.edges
        or not goods_places.are_called(doc, start, link.start())
    ):
        return [words]
    return [doc.words(start, link.start()), doc.words(link.end(), end)]


_FOUND_FAULT = Pattern("嫌$")  # 想装净水机，嫌滤芯贵: a part of what is wanted


def _with_work(doc: Doc, words: Words) -> Words:
    """电梯 + 轿厢装潢, 注塑机 + 节能改造: the work that is done on it is what is sold."""
    for start, end in doc.tokens_from(words.span.end):
        if start >= words.span.end and goods_places.works().fullmatch(doc.norm, start, end):
            apart = doc.norm[words.span.end : start]
            if not apart or (apart.isalnum() and apart not in lexicon.words("breaks")):
                return doc.words(words.span.start, end)
    return words


_COUNT_AHEAD = Pattern(
    r"(?:问(?![卷诊题])|(?:还|另外?)有|(?<=[要想])换(?![热气能向])|[只就先]?想(?:看|试|要|买|了解)(?!板))(?=..)|(?:再|想)?(?:[订买来换进](?:购|货)?)?(?:[\d一二两三四五六七八九十百千几半]+|首|这|那)(?:来|多)?[台套个份款条块张批件把支部辆箱组双](?=[^\d]{2,})|(?:加装|换装|要装)(?=..)|(?<=[要想])[换加装配修租补带](?=[\u4e00-\u9fff]{3})"
)


def _uncounted(doc: Doc, words: Words) -> Words:
    """两个滤芯 is 滤芯."""
    match = _COUNT_AHEAD.match(doc.norm, words.span.start, words.span.end)
    return doc.words(match.end(), words.span.end) if match else words


_DIGIT = Pattern("[0-9]")
_MODEL_BEHIND = Pattern(r" ?[a-z]{1,4}-?\d{1,5}[a-z]{0,3}(?![a-z0-9.%])")
_MODEL_AHEAD = Pattern(r"(?:(?<![a-z0-9])[a-z]{1,4}-?\d{1,5}[a-z]?|(?<![0-9a-z.:/-])\d{3,4}) ?$")


def _with_model(doc: Doc, words: Words) -> Words:
    """钛白粉R-996, 904拖拉机: the model belongs to the name."""
    start, end = words.span.start, words.span.end
    behind = _MODEL_BEHIND.match(doc.norm, end)
    ahead = _MODEL_AHEAD.search(doc.norm, max(0, start - 9), start)
    if behind is None and ahead is None:
        return words
    return doc.words(ahead.start() if ahead else start, behind.end() if behind else end)


_TELLS = Pattern(
    "[0-9]+[号点]|(?<=.)是(?=.)|又来|来问|又问|过来|去问|(?<=[0-9])[一二三]期$|(?<![解演])说(?!明书)|[我他她你]|怀疑|不含"
)  # 兽医站长说鸡苗: no name of goods


_LITTLE_WORDS = Pattern(
    r"(?:(?:打算|准备|计划)(?:再)?(?:上|买|换|做|装|弄)?|上[一两几]?套|聊了聊?|谈了谈?|介绍了?|推荐了?|演示了?|看了?|试了|咨询了?|问了?|申请|确认|完成|分|"
    r"首批|另外|顺便|我们的?|他们的?|那套|这套|那款|这款|新款|一下|想|买|要|看|个|了|的|给.{2,6}买个|"
    r"都在?问|加?订购?|采购|换|装|拿|提|加购|\d+(?:架次|[台套箱批个部块张天周次])|[一二两三四五六七八九十百千几]+(?:架次|[台套批个份款部组条块张天周次])|是|在|把|有|上|做|跟|和|对|报|发|老|两台|一台|几台|先|还是)+"
)


def _tight(doc: Doc, start: int, end: int) -> Words:
    """Without verbs and little words at the front: 想买个医疗险 is 医疗险."""
    match = _LITTLE_WORDS.match(doc.norm[start:end])
    owner = max(doc.norm.rfind("的", start, end - 1), doc.norm.rfind("了", start, end - 2), _wanted(doc, start, end))
    if owner > start:
        return doc.words(owner + 1, end)
    return doc.words(start + (match.end() if match and match.end() < end - start - 1 else 0), end)


def _wanted(doc: Doc, start: int, end: int) -> int:
    """Where the 要 of 华星要水泵 ends; -1 where there is none."""
    wants = _WANTS.search(doc.norm, start, end - 2)
    if wants is None or wants.start() not in doc.edges:
        return -1
    return next((at - 1 for at in (wants.end(), wants.end("want")) if at in doc.edges), -1)


_WANTS = Pattern(
    "(?<![主需重必想只])(?P<want>[再还又]?要)(?:装|上|订|换|做|添|加装|安装)?(?![求素点件紧0-9一二两三四五六七八九十几半])"
)

_NOT_TOPIC = Pattern(
    r"^[给到]|(?:\d|^[一二三四五六七八九十半个几很挺点些会不没]|多少)|问题|情况|价格|预算|分钟|小时|"
    r"需求|合作|半天|一下|事情|细节|他|她|我们|客户|怎么|什么|付款|账期|合同|条款|老板|公司$"
)


@cache
def _topic_end() -> Pattern:
    return Pattern(f"(?:{lexicon.either('product_ends')})$")


def _is_topic(name: str, cue: str) -> bool:
    name = name.strip()
    plain_verb = cue.startswith(("聊", "谈"))
    ends = _topic_end().search(name.lower())
    if _NOT_TOPIC.search(name) and not ends:
        return False
    return bool(ends) or (len(name) <= 8 and (not plain_verb or bool(re.match(r"[A-Za-z]", name)) or len(name) <= 6))


def _longest(found: list[Words]) -> list[Words]:
    kept: list[Words] = []
    for words in sorted(found, key=lambda w: (w.span.start - w.span.end, w.span.start)):
        overlapping = any(words.span.start < other.span.end and other.span.start < words.span.end for other in kept)
        if not overlapping and not any(other.text.endswith(words.text) for other in kept):  # 裁床 of 自动裁床
            kept.append(words)
    return sorted(kept, key=lambda w: w.span.start)
