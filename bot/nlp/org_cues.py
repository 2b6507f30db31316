"""Short names of organisations between a cue in front and a cue behind: 给远大发合同, 远大那边还没回."""

from __future__ import annotations

from collections.abc import Iterator

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.org_places import ADDRESSED, HAN, LONGEST_STEM, Org, Taken, a_role, clear_left, clear_right, near
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_TWO, _THREE = 2, 3
_MOST_WORDS = 3


def by_cue(doc: Doc, taken: Taken) -> list[Org]:
    """给远大发合同, 远大那边还没回: a short name between a cue in front and a cue behind."""
    found: list[Org] = [*_unheard_first(doc, taken)]
    for start, ends in _short(doc):
        if not clear_left(doc, start, taken):
            continue
        for end in ends:
            if not HAN.fullmatch(doc.norm, start, end) or not taken.inside.isdisjoint(range(start, end)):
                continue
            if not _strong_context(doc, start, end) or _unlike_a_name(doc, start, end):
                continue
            if _DEED.match(doc.norm, end) or clear_right(doc, end, taken):
                found.append(Org(start, end, 0 if _GOODS.match(doc.norm, end) else 1))
                break
    return found


def _short(doc: Doc) -> Iterator[tuple[int, list[int]]]:
    """Where a stretch of one to three words and two to six characters may begin, behind a break or the last character
    of a cue, with all the closings in front of which it may end; from left to right."""
    norm, cuts, closings = doc.norm, doc.cuts, _closings(doc)
    for index, start in enumerate(cuts):
        if not start or norm[start - 1] in _LEADS:
            near = cuts[index + 1 : index + 1 + _MOST_WORDS]
            ends = [end for end in near if end in closings and _TWO <= end - start <= LONGEST_STEM]
            if (
                start + _TWO in closings
                and norm[start + _TWO : start + _THREE] in _GLUED
                and _runs_on(doc, start, near)
            ):
                ends.insert(0, start + _TWO)
            if ends:
                yield start, ends


_GLUED = frozenset("要续说想问催嫌退报回签")


def _runs_on(doc: Doc, start: int, ends: list[int]) -> bool:
    """华腾要 + 退货, 金诺续 + 了: a word that no dictionary has, with what they do glued to it."""
    return start + _THREE == ends[0] and not segmenter().tag(doc.norm[start : start + _THREE])


def _closings(doc: Doc) -> set[int]:
    """Where a short name may end: in front of a cue, of a break, or of the end."""
    found = {match.start() for match in _BREAK.finditer(doc.norm)}
    for cue in (_CERTAIN, _LIKELY, _DEED, _ITS):
        if cue.may(doc):
            found.update(match.start() for match in cue.finditer(doc.norm))
    found.update((len(doc.norm), len(doc.norm) - doc.norm.endswith("的")))
    return found


def _unlike_a_name(doc: Doc, start: int, end: int) -> bool:
    first = next(((a, b) for a, b in near(doc, end) if a == start), None)
    if first and first[1] - start == 1 and segmenter().tag(doc.norm[start]) == "v":
        return True  # 去量尺寸
    tokens = [doc.norm[a:b] for a, b in near(doc, end) if a >= start]
    said = doc.norm[start:end]
    if place := next((said[:size] for size in (2, 3) if said[:size] in lexicon.words("places")), ""):
        tokens = [] if tokens[:1] == [said] else tokens[1:]
        if _ordinary(said.removeprefix(place)):
            return True
    if said[0] in "别没不未" or (len(said) > _TWO and said[0] in "陪给跟把被从去到帮催"):
        return True
    if a_role(said) or said[-1] in "处室组" or (said[-1] == "部" and said[-2] != "乐"):
        return True
    if said[-1] in "机器" and len(tokens) > 1 and end - start > _THREE:
        return True  # 污泥脱水机那个标
    if said[-1] in "了的着过吗呢吧科" or ADDRESSED.search(said):
        return True
    if said[0] in "一二两三四五六七八九十几半每这那" and said[1] in lexicon.words("measures"):
        return True  # 再去一次
    return said in lexicon.words("not_names") or any(
        word in lexicon.words("breaks") or word in lexicon.words("not_names") for word in tokens
    )


_LONG_NAME = 4
_COMMON = ("n", "vn", "v", "f", "s", "b")
_DEALS = ("那单", "这单", "那个单", "那个项目", "那个商机", "那个合同", "那个标")


def of_words(doc: Doc, start: int, end: int) -> bool:
    """Two words and more, all of them common: what a deal is about."""
    words = [doc.norm[a:b] for a, b in near(doc, end) if a >= start]
    return len(words) > 1 and all(segmenter().tag(word) in _COMMON for word in words)


_GIVEN = Pattern(
    r"(?:给|说|去了?|到了?|帮我把|把|催一下|客户[:：]|公海里的|拜访了?|走访了?|去了趟|去趟|介绍了?他?同行|约了|见了|见到|陪|客户是|客户叫|收到|接到|帮|刚从|才从|从|(?:^|[，。；\n午天上晚早]|我们?)(?:又|去|刚)?[和跟与])$"
)
_VISITED = Pattern(r"(?:去了?|到了|客户[:：是叫]|公海里的|拜访了?|走访了?|[去跑]了?一?趟)$")
_LEADS = frozenset("帮是叫陪给说去了到把下:：里的访趟行从和跟与\n，。；、！")  # how the cues above end, and breaks
_CERTAIN = Rule(
    r"那边|这边|那单|这单|那家|那个(?:单子?|项目|商机|合同|标|工厂|厂子?|店|仓|公司|学校|医院|工地)|续[了约费签]|签了|签完|签下|丢了|丢标|中标|要求|申请|转给|推进到|放回|急一点|"
    r"(?:级别|等级)?(?:改|调|升|降|标|设)(?:成|为|到|至)[a-e](?:级|类|$)|的应该|尾款|预付款|首付|定金|余款|回款|货款|的(?:尾款|预付款|首付|定金|余款|回款|货款|样[品册机本布]|资料|设备|机器|图纸|标书|快递|合同|方案|项目|单子|订单|报价|货|事|对账单|发票|证书|效果图|回单|运单|保单|返利)|的(?:[\u4e00-\u9fff]{2})?(?:合同|订单|回函|邮件|消息|通知)|新来的(?:采购|财务|技术|老板|总监|经理|主管)|"
    r"的(?![是那这他她我])[\u4e00-\u9fff]{0,4}(?:总监|经理|主管|主任|负责人|部长|科长|处长|队长|站长|所长|馆长|社长|护士长|会计|出纳|秘书|助理|"
    r"老师|工程师|设计师|主理人|合伙人|股东|采购员|业务员|对接人|联系人)(?!们|会议)|"
    r"的[\u4e00-\u9fff]{1,2}区(?:总监|经理|负责人|总)|"
    r"的[\u4e00-\u9fff]{1,3}(?:师(?!傅)|员|长|经理|主管)(?=[说问打来让要催嫌讲把]|反馈)|"
    r"的人(?=看|来|吃|去|谈|聊|说|开|喝|一起|问|打|约)|"
    r"的(?:采购|财务|技术|老板|法务|it|会计|出纳|设备|行政|老总|领导)(?:部|科)?(?=换人|换了|说|问|催|要|来|打|也|都|回|又|提|卡|把|已|在|没|还|同意|反馈|给|让|不|嫌|约|想|看)|的(?:[一两三几](?:位|个))(?:老总|老板|经理|领导|负责人|股东|合伙人|工程师|采购)|的(?:运营|采购|销售|财务|技术|市场|行政|人事|生产|设备|工程|信息|项目|产品|品牌|研发|人力|质量|物流|仓储|法务|it|数字化|区域|大区|培训|基建|后勤|it)?(?:总监|经理|主管|主任|负责人|老板|店长|厂长|校长|院长)|"
    r"的(?:面料|品控|研发|设计|运营|后厨|工程|仓储|物流|法务|行政|人事|市场|销售|设备|生产|质检|企划|电商|外贸)部"
)
# 阿胶的货 may be goods as well: a name only where the message names nobody more surely.
_GOODS = Pattern(
    r"的(?:样[品册机本布]|资料|设备|机器|图纸|标书|快递|合同|方案|项目|单子|订单|报价|货|事|对账单|发票|证书|效果图|回单|运单|保单|返利)"
)
_BREAK = Pattern(r"[，。；！\n]")
_LIKELY = Rule(
    r"样品|合同|做了|演示|送了|寄了|发了|报了|打了|开了|出来(?=，|。|$)|(?: (?=[\u4e00-\u9fff\d]))|说(?!明|法)|反馈|"
    r"打(?:个|了个)?电话|去电|发微信|打样(?=过|通过|没)|欠(?=的|我|了)|签了|要(?:订|加购|采购)(?=[\d一二两三四五六七八九十几])|"
    r"谈(?=[崩妥好拢了到得完成])|聊(?=[了完到得崩])|开(?=[了完会])|通(?=[完了过]|电话)|碰(?=[了面])|对(?=[了接])|"
    r"要(?=退|换货|补|货|开票|发票|报价|样品|方案|求)|嫌|问(?=[一下了能])|催(?=[了货发])|讲(?=[了完解])|上[次回](?=[谈聊报签说讲要提])|"
    r"(?:前台|店长|采购|财务|老板娘?|园长|校长|院长|厂长|场长|馆长|会计|技术|行政|工程部|采购部|后厨|总经办|主管)(?=[说打来问让要催讲找嫌发]|反馈)"
)
# 去远大送样: what one goes to a customer for.
_DEED = Rule(
    r"讲(?:方案|标|课|产品)|谈(?:合同|方案|价|判)|汇报|述标|看(?:样|设备|货)|对账|交(?:底|标书)|踏勘|考察|巡检|维护|保养|送[样货资合]|取样|装机|安装|调试|验收|培训|签合同|收款|量尺|看现场|开会|做(?:培训|演示|方案)"
)


def _ordinary(rest: str) -> bool:
    """Whether what stands behind a place is no name: 苏州工厂, 苏州项目, and 苏州 alone; but 苏州德纳."""
    return len(rest) < _TWO or rest in lexicon.words("not_names") or segmenter().tag(rest) in _ORDINARY


_ORDINARY = ("n", "j", "s", "f", "t", "d")  # the dictionary's: a thing, an abbreviation, a place, a side, a time, how


_COMMON_BEHIND = frozenset("要嫌谈聊开吃通碰对问催")  # what anybody does, not firms alone: 司机要补贴


def _common_noun(doc: Doc, start: int, end: int) -> bool:
    word = next(((a, b) for a, b in near(doc, end) if a == start), None)
    return word == (start, end) and segmenter().tag(doc.norm[start:end]) in ("n", "vn", "v", "s", "t", "r")


def _unheard_first(doc: Doc, taken: Taken) -> Iterator[Org]:
    """美宜佳要上自助收银: a thought begins with a word that no dictionary has and that begins no one's name."""
    for clause in doc.clauses:
        if clause.start and doc.norm[clause.start - 1] != "\n":
            continue
        start, end = next(((a, b) for a, b in doc.tokens_from(clause.start) if a >= clause.start), (0, 0))
        if end - start > _TWO and doc.norm[start] in "帮催":
            start += 1  # 帮 + 德明, one word to the dictionary
        elif end - start < _THREE:
            continue
        if not HAN.fullmatch(doc.norm, start, end) or not clear_right(doc, end, taken):
            continue
        said = doc.norm[start:end]
        if said[0] in lexicon.words("surnames") or _unlike_a_name(doc, start, end) or segmenter().tag(said):
            continue
        if taken.inside.isdisjoint(range(start, end)) and not RUN_TOGETHER.search(said):
            yield Org(start, end, 1)


# What the dictionary lacks may be words run together: 别记, 谈崩, 没货.
RUN_TOGETHER = Pattern(
    "[机仪器泵阀柜灯板膜漆胶架箱]$|[的了着过吗呢吧是在有没不别要给和跟到我你他她它这那哪很太都就也还又再让把被用去来说问谈聊看打发寄送报签约见催报改做拿换退买卖收付款单货价]"
)


def _strong_context(doc: Doc, start: int, end: int) -> bool:
    """A cue on both sides, or one that is certain on one side where a thought begins."""
    ahead = max(0, start - 8)
    may = doc.begun_at[end] if end < len(doc.norm) else 0
    certain = _CERTAIN.match(doc.norm, end) if may & _CERTAIN.bit else None
    likely = _LIKELY.match(doc.norm, end) if may & _LIKELY.bit else None
    if (certain or likely) and _GIVEN.search(doc.norm, ahead, start):
        return True
    if certain and certain.group().startswith(_DEALS) and end - start >= _LONG_NAME and of_words(doc, start, end):
        return False  # 展台搭建那个单子
    if certain:
        return start == 0 or doc.norm[start - 1] in "\n，。；、！"
    if likely and likely.group() == " " and doc.norm[end + 1].isdigit() and not _no_word(doc, start, end):
        return False  # 螺丝 20箱
    if likely and likely.group()[0] in _COMMON_BEHIND and _common_noun(doc, start, end):
        return False
    if likely:
        return start == 0 or (doc.norm[start - 1] in "\n。；！" and likely.group() != " ")
    if _OWNED.match(doc.norm, end) and (not start or doc.norm[start - 1] in "，。；、\n"):
        return _no_word(doc, start, end)
    closed = end == len(doc.norm) or doc.norm[end] in "，。；！\n" or _DEED.match(doc.norm, end) is not None
    if closed and _HANDED.search(doc.norm, ahead, start) and end - start >= _THREE:
        return _no_word(doc, start, end)
    return closed and bool(_VISITED.search(doc.norm, ahead, start))


_ITS = Rule("的[，。；！\\n]")
_OWNED = Pattern("的(?=[，。；！\\n]|$)")  # 送样，沃尔德的
_HANDED = Pattern("[发寄送交报传打]给$")


def _no_word(doc: Doc, start: int, end: int) -> bool:
    """What no dictionary has, or only as somebody's name."""
    tags = [segmenter().tag(doc.norm[a:b]) for a, b in near(doc, end) if a >= start]
    return not any(tag and not tag.startswith(("nr", "nt", "nz", "zg")) for tag in tags)
