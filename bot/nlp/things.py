"""Products that we sell, and rivals: 聊了ERP二期, 推荐了WMS标准版; 竞品：合力机械, 对方选了科大讯飞."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.nlp import lexicon
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.parsed import Words

_NAME = r"(?:[a-z][a-z0-9.]{1,18}|[\u4e00-\u9fffa-z0-9·]{2,8}?)"
_END = r"(?=[，。；！？、\s)）\n]|的|说|价格|报|更|关系|便宜|低|高|已|和|跟|$|了|吗|，|这|做|比|抢|那|在|合作)"
_COMPARED = re.compile("对比的是|对比了|在比较|比价的是|第一")
_LIST_SPLIT = re.compile(r"[、，,/]|和|跟|以及|还有")
_CUE = re.compile(
    rf"(?:竞品|竞争对手|竞对|对手|友商)(?:那边|目前|现在|主要|应该|可能|估计|听说|就|也|是|叫做?|有|为|：|:|还有|主要是|包括|除了)*(?P<a>[^，。；！？\n(]{{2,20}})"
    rf"|(?:对比的是|对比了?|在比较|在跟|中标(?:的|方|单位)是|第一名?是|同时在看|也在看|比价的是|对标)(?P<b>[^，。；！？\n]{{2,20}})"
    rf"|(?:选了|选择了|定了|给了|输给了?|败给|被|改用了?|换成了?|转投|签给了|倾向)(?:了?(?:隔壁|旁边|对面)(?:的|那家)?)?(?P<c>{_NAME}){_END}"
    rf"|(?:在用|用的是|用着|目前用|现在用|一直用|原来用|已经用|已上|上了)(?:的是|着|的)?(?P<d>{_NAME}){_END}"
    rf"|(?:跟|和|与|比)(?P<e>{_NAME})(?:比|相比|对比|便宜|贵|低|竞争)"
    rf"|(?:隔壁|旁边)(?P<f>{_NAME})(?=已经|报|的)"
)


@cache
def _any_brand() -> re.Pattern[str]:
    return re.compile(lexicon.either("brands").lower())


@cache
def _active() -> re.Pattern[str]:
    """用友也在接触, 用友做二期: a known maker that does something."""
    return re.compile(
        f"(?<![a-z])(?:{lexicon.either('brands').lower()})(?=(?:也|都|还|已经?|正|那边)*(?:在接触|在跟|在谈|在报|在投|报价|报了|介入|"
        "接触|投标|参与|竞争|抢|做[一二三]期|更便宜|便宜|价格|关系))"
    )


def rivals(doc: Doc, book: Book) -> list[Words]:
    """Named firms or brands that we compete with or would replace; 竞品 and 另一家 are no names."""
    found = [doc.words(*place) for place in book.competitors.places(doc.norm)]
    if _any_brand().search(doc.norm):
        found += [doc.words(match.start(), match.end()) for match in _active().finditer(doc.norm)]
    for match in _CUE.finditer(doc.norm):
        group = next(name for name in "abcdef" if match[name])
        found.extend(
            _listed(
                doc,
                match.start(group),
                match.end(group),
                strict=group in "bcdef",
                compared=_COMPARED.match(match.group()) is not None,
            )
        )
    return _unique(found)


def is_rival(doc: Doc, start: int, end: int, rivals: Sequence[Words]) -> bool:
    """对手是用友软件，用友报了32万: a rival that is named again, in short or in full, is still the rival."""
    name = doc.norm[start:end]
    for rival in rivals:
        known = doc.norm[rival.span.start : rival.span.end]
        if known.startswith(name) or (name.startswith(known) and name[len(known) :] in lexicon.words("org_suffixes")):
            return True
    return False


@cache
def _any_firm_end() -> re.Pattern[str]:
    return re.compile(f"(?:{lexicon.either('org_suffixes')})$")


def _like_a_name(said: str) -> bool:
    """What is compared with may be a brand that no list has; ordinary words about the goods are none."""
    if len(said) >= 4 and _any_firm_end().search(said):
        return True
    return 2 <= len(said) <= 4 and not re.search("[我你他她的价格方案家个产品同功能服务谈聊哪几么样款性质量]", said)


def _listed(doc: Doc, start: int, end: int, *, strict: bool, compared: bool) -> list[Words]:
    found = []
    at = start
    for cut in [*_LIST_SPLIT.finditer(doc.norm, start, end), None]:
        stop = cut.start() if cut else end
        name = _trimmed(doc, at, stop)
        if name is not None and (not strict or _is_brand(name.text) or (compared and _like_a_name(name.text))):
            found.append(name)
        at = cut.end() if cut else end
    return found


_TRAIL = re.compile(r"(?<=..)(?:报价?|用|的|价格|已经|也|都|关系|更|最|系统|方案|家|了|做|在|，).*$")


def _trimmed(doc: Doc, start: int, end: int) -> Words | None:
    said = doc.norm[start:end].strip()
    lead = re.match(r"(?:是|有|为|主要|：|:| )+", doc.norm[start:end])
    start += lead.end() if lead else 0
    body = _TRAIL.sub("", doc.norm[start:end])
    words = doc.words(start, start + len(body))
    if (
        not 2 <= len(words.text) <= 10
        or re.match(r"[报是价]|.*\d", words.text)
        or words.text in lexicon.words("not_names")
        or not said
    ):
        return None
    return words


@cache
def _brands() -> frozenset[str]:
    return frozenset(word.lower() for word in lexicon.words("brands"))


def _is_brand(name: str) -> bool:
    """A known maker, or a name that ends like a firm's."""
    if name.lower() in _brands():
        return True
    ending = _firm_end().search(name)
    return ending is not None and ending.start() >= 2


@cache
def _firm_end() -> re.Pattern[str]:
    return re.compile(f"(?:{lexicon.either('org_suffixes', 'strong')})$")


def _unique(found: list[Words]) -> list[Words]:
    kept: list[Words] = []
    for words in sorted(found, key=lambda w: (w.span.start, -w.span.end)):
        overlapping = any(words.span.start < other.span.end and other.span.start < words.span.end for other in kept)
        if not overlapping and words.text not in {other.text for other in kept}:
            kept.append(words)
    return kept


@cache
def _product_forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    ends = lexicon.either("product_ends")
    cue = (
        r"(?:聊了聊?|谈了谈?|介绍了(?:一下)?|推荐了?|演示了|讲了|展示了|试用了?|看了(?:看)?|"
        r"试驾了?|想买个?|想看看?|想上|想要|要买|对|咨询了?|"
        r"询价|报了|产品(?:是|为|：|:)?|买个|买了|订了|采购了?|需要|喜欢|想了解|了解了?|问了?|卖|换|"
        r"推|确认|的|上|给.{2,8}?演示了?|现有|两台老?|一套|一台)"
    )
    body = r"(?P<name>[\u4e00-\u9fffa-z0-9+\-]{0,8}?"
    first = "聊谈介推演讲展试看想要对咨询报产买订采需喜了问卖换确的上给现两一"
    return (
        re.compile(
            rf"(?=[{first}])(?<=[\u4e00-\u9fff\d，。；：: ])"
            rf"{cue}[了的个下 ]*{body}(?:{ends}))(?=[，。；！？、\s)\n了的和跟]|"
            rf"$|要|价格|报|多少|压力|怎么|方案|续|打|申请|预算|两|三|挺)"
        ),
        re.compile(
            rf"(?:^|[，。；、和：: ]|"
            rf"给{_NAME})(?P<name>[\u4e00-\u9fffa-z0-9+\-]{{1,8}}?(?:{ends}))(?=方案发|先缓|续了|申请|可以上|能不能|坏了|又坏|有问题|"
            rf"首批|[打\d]|，|。|$|上|的?(?:报价|价格))"
        ),
    )


@cache
def _product_end() -> re.Pattern[str]:
    """How goods are called, in front of what may follow them in any of the forms."""
    return re.compile(
        rf"(?:{lexicon.either('product_ends')})(?:$|[，。；！？、\s)\n了的和跟要价报多压怎方续打申预两三挺先可能坏又有首上\d])"
    )


_TOPIC = re.compile(
    r"(?:聊了聊?|谈了谈?|介绍了(?:一下)?|推荐了?|已推荐|演示了|讲解了?|展示了|咨询了?|询价|"
    r"试用了|产品(?:是|为|：|:)|对(?=.{2,10}感兴趣)|对(?=.{2,10}挺上心))"
    r"(?:一下|下|我们的|我们|的|"
    r"了)?(?P<name>[A-Za-z0-9\u4e00-\u9fff+\- ]{2,14}?)(?=[，。；！？、\n(（]|$|(?:[挺很蛮]|"
    r"比较|非常|特别)?感兴趣|挺上心|很感兴趣|的(?:预算|需求|事|报价|价格|方案|功能)|，|和价)"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:ERP|CRM|WMS|MES|OA|HIS|PLM|SCM|TMS|BI|SUV|POS|SaaS|HR|EHR|PACS|LIS|"
    r"DMS)(?:[\u4e00-\u9fff]{0,2}(?:期|版|系统|模块|平台|接口|软件))?(?!总监|经理|主管|专员|负责人|[A-Za-z])",
    re.I,
)


_COUNTED = re.compile(
    r"(?:一[批台套款]|[两几][台套批]|这款|那款|\d+[台套批]|买|换|采购|订购?|安装)(?:一[批台套]|个|了)?"
    r"(?P<name>[\u4e00-\u9fffa-z0-9]{1,6}(?:机|器|仪|泵|阀|柜|灯|板|膜|漆|胶|椅|床|桌|炉|秤|锁|屏))(?=，|。|$|、|要|的|了|用)"
)


def products(doc: Doc, book: Book, taken: list[Words]) -> list[Words]:
    """What we sell or what is asked for, in the words used."""
    found = [doc.words(*place) for place in book.products.places(doc.norm)]
    if doc.latin:
        found += [doc.words(m.start(), m.end()) for m in _CODE.finditer(doc.text)]
    for match in _TOPIC.finditer(doc.text):
        if _is_topic(match["name"], doc.norm[match.start() : match.start("name")]):
            found.append(doc.words(match.start("name"), match.end("name")))
    found += [_tight(doc, m.start("name"), m.end("name")) for m in _COUNTED.finditer(doc.norm)]
    for pattern in _product_forms() if _product_end().search(doc.norm) else ():
        found += [_tight(doc, match.start("name"), match.end("name")) for match in pattern.finditer(doc.norm)]
    found = [w for w in found if not any(w.span.start < o.span.end and o.span.start < w.span.end for o in taken)]
    return [w for w in _longest(found) if len(w.text) >= 2 and w.text not in lexicon.words("not_products")]


_LITTLE_WORDS = re.compile(
    r"(?:聊了聊?|谈了谈?|介绍了?|推荐了?|演示了?|看了?|试了|咨询了?|问了?|申请|确认|完成|分|"
    r"首批|我们的?|他们的?|那套|这套|那款|这款|新款|一下|想|买|要|看|个|了|的|给.{2,6}买个|"
    r"都在?问|加?订购?|采购|换|\d+[台套箱批个部]|[一二两三四五六七八九十几][台套批个份款部组条]|是|在|把|有|上|做|跟|和|对|报|发|老|两台|一台|几台|先|还是)+"
)


def _tight(doc: Doc, start: int, end: int) -> Words:
    """Without verbs and little words at the front: 想买个医疗险 is 医疗险."""
    match = _LITTLE_WORDS.match(doc.norm[start:end])
    owner = max(doc.norm.rfind(word, start, end - 1) + len(word) - 1 for word in ("的", "定了", "订了", "要了", "选了"))
    owner = owner if owner > start else -1
    if owner > 0:
        return doc.words(owner + 1, end)
    return doc.words(start + (match.end() if match and match.end() < end - start - 1 else 0), end)


_NOT_TOPIC = re.compile(
    r"(?:\d|^[一二三四五六七八九十半个几很挺点些会不没]|多少)|问题|情况|价格|预算|分钟|小时|"
    r"需求|合作|半天|一下|事情|细节|他|她|我们|客户|怎么|什么|付款|账期|合同|条款|老板|公司$"
)


@cache
def _topic_end() -> re.Pattern[str]:
    return re.compile(f"(?:{lexicon.either('product_ends')})$")


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
        if not overlapping and words.text not in {other.text for other in kept}:
            kept.append(words)
    return sorted(kept, key=lambda w: w.span.start)
