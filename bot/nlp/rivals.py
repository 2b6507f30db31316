"""Rivals: named firms and brands that we compete with: 竞品：合力机械, 对方选了科大讯飞, 被恒锐抢走."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.nlp import lexicon
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_NAME = r"(?:[a-z][a-z0-9.]{1,18}|[\u4e00-\u9fffa-z0-9·]{2,8}?)"
_END = (
    r"(?=[，。；！？、\s)）\n]|的|说|价格|报|更|关系|便宜|低|高|已|和|跟|$|了|吗|，|这|做|比|抢|那|在|合作|"
    r"[\d]|老(?=[丢坏出断掉漏卡涨拖迟])|总是|经常|天天|三天两头|占)"
)
_COMPARED = Pattern("中标|对?比的[是有]|对比了|在比较|比价的是|第一|^(?:输给|败给|签给)")
_ROBBING = Pattern("(?:抢|拿|签|截|撬|挖)(?:走|下|去|胡)|中标")
_LIST_SPLIT = Pattern(r"[、，,/]|和|跟|以及|还有")
_NOT_THEY = "(?! +(?:他|她|它|报|说|价|对方|我|就|也))"  # 对手是汇川 他们报2600
_CUE = Rule(
    rf"(?:竞品|竞争对手|竞对|对手|友商|对家)(?!资料|分析(?![:：])|对比|报告|情况|信息|动态|调研)(?:分析:|里[面边头]?|那边|目前|现在|主要|应该|可能|估计|听说|就|也|是|叫做?|有|为|：|:|还有|主要是|包括|除了)*(?P<a>(?:{_NOT_THEY}[^，。；！？\n(]){{2,20}})"
    rf"|(?:对比的是|(?<![对相])比的(?:是|有)|对比了?|在比较|(?<!谁)在跟|中标(?:的|方|单位)是|第一名?是(?:(?:德国|日本|美国|法国|意大利|瑞士|韩国|台湾|国产|进口|本地)的)?|同时在看|也在看|比价的是|对标)(?P<b>[^，。；！？\n]{{2,20}})"
    rf"|给了(?:隔壁|本地|当地|外地|省内)(?:的|那家|一家)?(?P<ax>{_NAME})(?=，|。|；|$)"
    rf"|被(?P<h>{_NAME})(?:给)?(?:抢|拿|签|截|撬|中标|拿下|挖)(?:走|了|下|去|胡)?"
    rf"|(?:选了|选择了|定了|(?<![发交付寄送递报转借租卖让])给了|输给了?|败给|改用了?|换成了?|转投|签给了|倾向)(?:了?(?:隔壁|旁边|对面)(?:的|那家)?)?(?P<c>{_NAME}){_END}"
    rf"|(?:他们|她们|客户|目前|现在|一直|原来|之前|以前)*在?用的[^，。；\n]{{2,8}}是(?P<am>{_NAME})家?的(?=，|。|；|$|已|跑|用|[\d一二两三四五六七八九])"
    rf"|(?:用|租|买|装|选|订|换)的(?:都|还)?是(?P<w>{_NAME})家?的(?=，|。|；|$|[\d一二两三四五六七八九十])"
    rf"|(?:在用|用的是|[租买装使]的是|指定(?:要|用|的是)|指名要|用着|目前用|现在用|一直用|原来用|已经用|已上|上了)(?:的是|着|的)?(?P<d>{_NAME}){_END}"
    rf"|(?:跟|和|与|比)(?P<e>{_NAME})的?(?:比|相比|对比|便宜|贵|低|竞争)"
    rf"|(?:隔壁|旁边|对面)(?:的|那家)?(?![^，。；\n]{{0,3}}[用买租装换选])(?P<f>{_NAME})(?=已经|报|的|就?能|[\d一二两三四五六七八九十]+(?:天|周|个月))"
    rf"|(?:另外?一家|还有一家|其中一家|对面|供应商|供货商|服务商)(?:是|叫)(?P<g>{_NAME}){_END}"
    rf"|(?:统一用|统一采购|决定用|准备用|打算用|改用|换成|转投|(?:不然|否则|不行|要么)就?[换用]|输给了?|败给了?|签给了?|倾向于?|中标的?是|还在用)(?P<i>{_NAME}){_END}"
    rf"|(?:他们|她们|客户|目前|现在|一直|原来|之前|以前|老早|都)(?:在)?用的?(?:都|还)?是?(?P<j>{_NAME}){_END}"
    rf"|换(?:成|用|了)?(?P<p>{_NAME})的(?:系统|软件|设备|平台|产品|机器)"
    rf"|(?<=[，。；])用的(?:都|还)?是?(?P<o>{_NAME})(?=，|。|；|$)"
    rf"|(?:目前|现在|一直|原来|之前|以前|都)是(?:由|让|找)?(?P<n>{_NAME})(?=在?(?:供货?|供应|配货?|做着?|服务|维护|维保|承包|承运|代工)(?:的|着|，|。|；|$))"
    rf"|(?:还有|另外|其他|其余)(?:一|两|三|四|几)家(?:是|有|分别是|:|，)+(?P<m>[^。；！？\n]{{2,20}})"
    rf"|(?:听说|据说|得知|打听到|发现)[^，。；\n]{{2,10}}?在(?:跟|和|与)(?P<q>{_NAME})(?:谈|接触|聊|比价|打样|测试)"
    rf"|(?:(?:他们|她们|客户|对方|甲方|那边)(?:也|还|都|现在|最近|同时|一边|又)*|[总工姐哥](?:也|还|同时|一边)+)(?:正?在|去)(?:跟|和|与)(?P<r>{_NAME})(?:谈|接触|聊|"
    rf"比价|打样|测试)"
    rf"|(?:贵|高|便宜)了?[^。；\n]{{0,4}}[，、 ](?P<s>{_NAME})(?:那边|那家|家)?(?:才|只)(?:要|报|卖|收)?(?=[\d.]{{2,}}|"
    rf"[一二两三四五六七八九几]+[百千万])"
    rf"|(?:也|还|又|同时)找了?(?P<t>{_NAME})(?=报价|报了|比价|打样|做方案|谈|询价)"
    rf"|拿(?:着|了)?(?P<u>{_NAME})的(?:报价单?|价格?|方案)(?=压|比|说|跟|来|对)"
    rf"|(?:原来|一直|现在|以前|之前|目前|去年|前年|今年|上次|每年|他们|客户|都|是)(?:都|就|也)?(?:是)?(?:从|在|找|跟)(?P<v>{_NAME})(?:那边|那里|家)?(?:采购|拿货|进货|拿的|进的|买的|订货)"
    rf"|(?:他们|她们|客户|对方)(?:已经?|都|早就?)*(?:跟|和|与)(?P<ag>{_NAME})签(?=了|的|约|下)"
    rf"|(?:同行|友商|别家|另一家)的?(?P<ah>{_NAME})(?=报|给了|做|卖|才|只)"
    rf"|(?:最|分量|威胁)[^，。；]{{0,2}}[强重大狠凶难][^，。；]{{0,3}}的(?:对手)?是(?P<ai>[^，。；！？\n]{{2,20}})"
    rf"|(?:年|月|前|时候)(?:用|买|装|上)的(?P<aj>{_NAME})(?=，|。|；|$)"
    rf"|(?:正?在|已经?)试用?(?P<ak>{_NAME})的(?=，|。|；|$|样)"
    rf"|(?:前[两三][名家]|(?:排(?:在)?(?:我们)?)?前面的?|其他两[名家])(?:分别)?(?:是|有)(?P<al>[^，。；！？\n]{{2,20}})"
    rf"|(?:跑去|转头|转身|又去)(?:去)?(?:问|找)了?(?P<aa>{_NAME})(?=了|，|。|；|$)"
    rf"|(?:跟|和|与)(?P<ab>{_NAME})(?=拼|抢单|打价格战|竞争|pk|死磕|抢这)|(?:比|拼|干|斗)不过(?P<ac>{_NAME})(?=，|。|；|的|$)"
    rf"|(?:手里|手上|那边|那儿)(?:还)?有(?P<ad>[^，。；！？\n]{{2,14}}?)的(?:报价|方案|样品)"
    rf"|(?:上家|前一家|原先|原来|之前|以前)[^，。；]{{0,4}}叫(?:做)?(?P<ae>{_NAME})(?=的|，|。|；|$)"
    rf"|(?:系统|软件|网站|平台|设备|项目|一期|机房|弱电|接口|装修|维保|物业)(?:都|原来|之前|现在|目前|一直)?是(?:找|由|让)?(?P<af>{_NAME})家?(?=[做装供建上管]的|开发|实施|施工|集成|维护)"
    rf"|(?:买|装|订|换|选|租|进)了(?P<an>{_NAME})的(?=，|。|；|$)"
    rf"|我们(?:和|跟|与)(?P<ar>[^，。；\n]{{2,14}}?)(?:一起|同时|都)(?:报价?|投标?|比价|参与|入围|比)"
    rf"|(?:老|原|原来的?|现有的?|现在的?|之前的?)(?:供应商|供货商|服务商|厂家|合作方|代理商)(?:是|叫)?(?P<at>{_NAME})(?=这|也|还|又|都|已|最近|在|，|。|；|$|给|报|跟)"
    rf"|最低(?:价|的)?是(?P<av>{_NAME})(?=[\d，。；]|报|$)"
    rf"|用[惯着过]了?(?P<aw>{_NAME})的(?=[a-z\u4e00-\u9fff]{{2,8}}(?:，|。|；|$))"
    rf"|只[认用买信](?P<au>[^，。；！？\n]{{2,14}})"
    rf"|我们(?:和|跟|与)(?P<aq>{_NAME})(?=谁|哪家|哪个|二选一|之间|两家|差不多|打平|pk|里面选|中间选)"
    rf"|(?:不行|不然|否则|不改|不降|不给|不让|大不了|要不|还这样)[^，。；\n]{{0,2}}，?就(?:去|只能)?(?:找|换|用|给|转给?)(?P<ap>{_NAME})(?=做|供|干|代工|家|了|的|，|。|$)"
    rf"|(?:我们?|他们?|她们?|客户|这边|那边)就(?:换|找|用|改用)(?:成|回)?(?P<ao>{_NAME})(?=了|，|。|；|$)"
    rf"|(?:在比|比了比?|比价的?(?:是|有)?|对比了?)(?P<l>[^，。；！？\n]{{2,12}})"
)

# More of them, behind which a maker, a firm or a name that is no word stands for a rival.
_AMOUNT = r"[\d一二两三四五六七八九十几]"
_MORE = Rule(
    rf"(?:供|供应|供货|配套|提供|配送|维护|维保|代工)[^，。；\n]{{0,8}}的(?:一直|现在|目前|都)?是(?P<ba>[^，。；！？\n]{{2,20}})"
    rf"|第[一二三123](?:名(?:是|:)?|家是|低的?是|是|叫)(?P<bb>{_NAME})(?=才|只|也|报|，|。|；|$|的|{_AMOUNT})"
    rf"|最(?:低|高|便宜)的(?:是|叫)?(?P<bl>{_NAME})(?=才|只|也|报|{_AMOUNT})"
    rf"|(?:说|讲|透露)(?:人家|隔壁|那边)?(?P<bc>{_NAME})(?:那边|那家|家)?(?:的价格?|的报价)?(?:只|才|就|也)?(?:要|报|卖|收|给|做)(?:了|价|到|的是)?(?={_AMOUNT})"
    rf"|再[^，。；\n]{{1,8}}就(?:去|直接|只能)?(?:找|换|用|改用|换成|转)(?P<bd>{_NAME})(?=做|供|了|的|，|。|；|$)"
    rf"|(?:最终|最后|还是|已经?|决定|客户|他们|对方)(?:定|选|签|买|订)了(?P<be>{_NAME})的(?!那)"
    rf"|(?:替换|替掉|换掉|顶掉|取代|替代|顶替)(?:掉|了)?(?:原来的|现在的|老的|现有的)?(?P<bf>{_NAME})(?=的|，|。|；|$)"
    rf"|把(?P<bg>{_NAME})(?:给)?(?:换掉|换下来|替掉|踢掉|踢出|换成我们|换了)"
    rf"|(?:他们|她们|客户|对方|人家|那边|甲方)[^，。；\n]{{0,4}}(?:跟|和|与)(?P<bh>{_NAME})(?:已经|都)?(?:合作|签)(?:了|过)?{_AMOUNT}+多?年"
    rf"|(?:他们|客户|对方|那边|人家)(?:一直|本来|原来)?(?:就)?是(?P<bi>{_NAME})的(?:老)?(?:客户|用户)"
    rf"|(?:他们|她们|客户|对方|人家|那边|甲方)[^，。；\n]{{0,4}}(?:跟|和|与)(?P<bj>{_NAME})的(?:合同|维保|服务|协议|合作)[^，。；]{{0,6}}(?:到期|到年底|快到|没到|还没|期满)"
    rf"|(?:老|旧|原来的?|现有的?|现在的?|之前的?)(?:系统|设备|软件|平台|机器|产线|仪器|服务|合同)是(?P<bm>{_NAME})家?的"
    rf"|(?:统一采购|统采|集采|统签|引进|采购|(?<![加附赶遇碰谈看约跟算搭撞接晚早用装])上)了(?P<bn>{_NAME})(?=的|，|。|；|$|这)"
    rf"|(?:现在|目前|一直|原来|之前|以前|眼下|去年|今年|现阶段|历来|向来|都|还)(?:还|都|就)?是?(?:给|找|买|用|由|租|拿|吃|走|包给|交给|外包给|委托)(?:了)?(?P<bo>{_NAME})家?(?=的|做|供|在|那|，|。|；|$)"
    rf"|(?:留下|剩下|入围|进短名单|中标|在比|最后|进决赛)的(?:就|只)?(?:是|有|剩)(?P<bp>[^，。；！？\n]{{2,20}})"
    rf"|被(?:隔壁|本地|当地|外地|邻省|省内|同行)(?:的|那家)?(?P<bq>{_NAME})(?:给)?(?:抢|拿|签|截|撬|挖)(?:走|下|去|胡|了)"
    rf"|(?:他们|她们|客户|对方|上次|之前|去年|前年|上半年|下半年|原来)[^，。；\n]{{0,4}}从(?P<br>{_NAME})(?:那边|那里|家)?(?:买|进|拿|订|采购)了"
    rf"|(?:竞品|对手|别家|友商|人家)[^。；\n]{{0,12}}，?(?:牌子|品牌|名字|公司)(?:叫|是)(?P<bs>{_NAME})(?=，|。|；|$|的)"
    rf"|(?:跟|和|与)(?P<bt>{_NAME})(?:摆|放|搁)(?:在)?一(?:起|块)比"
    rf"|(?<![^，。；\n])(?:中|拿标|中标|胜出|赢)的(?:却|就)?是(?P<bu>{_NAME})(?=，|。|；|$)"
    rf"|(?:同样|一样|相同|同等|差不多)的(?:配置|东西|方案|规格|货|型号|量)，?(?P<bv>{_NAME})(?:才|只|就)?(?:报|要|卖|给)(?:了|价)?(?={_AMOUNT})"
    rf"|(?:入围|剩下|剩|报名|竞争|投标|pk)[^。；\n]{{0,6}}我们(?:和|跟|与)(?P<bw>{_NAME})(?=，|。|；|$)"
    r"|(?:comparing (?:us )?(?:with|to|against)|also (?:talking to|looking at|using|considering)|"
    r"(?:currently|now) (?:use|using|with|on)|"
    r"switch(?:ing)? from|instead of|went with|lost to|competitor is) "
    r"(?P<bx>(?!the |our |an? |other|local|us )[a-z][a-z0-9&-]{2,18})"
    rf"|(?:都|就|还|一直|全)?是从(?P<by>{_NAME})(?:那边|那里|家)?(?:租|买|进|拿|订|采购)的"
    rf"|(?:人家|他们|客户|对方|最后|最终|业主|甲方)[^，。；\n]{{0,3}}(?:定|选|买|签|租|装|要|挑|看中)的"
    rf"(?:还|就)?是(?P<bz>{_NAME})(?=的(?![那这])|，|。|；|$)"
    rf"|嫌(?P<bk>{_NAME})(?:贵|慢|不行|的?(?:服务|响应|质量|售后|价格))"
)
_QUOTED = Pattern(
    rf"(?:^|[，。；\n ])(?P<k>{_NAME})(?:那边|那家)?"
    rf"(?:给的是|给了|报的是|报到|开价|喊价|出价|要价|开到|喊到|给的|开的价|的价格?|的报价)(?![改调降做发重])"
    rf".{{0,4}}(?=[\d一二两三四五六七八九])"
)
_CAME_TOO = Pattern(
    rf"(?:^|[，。；\n])(?P<y>{_NAME})(?:报(?:了|价|的)?(?:是)?(?=[\d一二三四五六七八九十百]).{{1,10}}，(?:我们|咱们?|我方)|跟(?:他们|客户|对方)签)|"
    rf"(?:^|[，。；\n])(?:听说|据说)?(?P<x>{_NAME})也(?:来过|来了|(?:去|来)(?:看|谈|聊|送|报|投|跑|拜访|摸|讲|演示)|报了|在跟|在谈|在接触|进来|盯上|送样|送了|投了|入围|在推|在报)"
)
_THEIR_PART = Pattern(
    rf"(?:^|[，。；\n说])(?:听说|据说)?(?P<z>{_NAME})(?:给的价格?(?=比|低|才)|"
    r"(?:目前|现在|一家)?(?:占|拿|吃)(?:了|着|到|据|掉|走)?(?=[一二两三四五六七八九大\d]+(?:成|个点|%)|大头|一半|一大半|多数|大部分)|"
    r"的(?:人|销售|业务员?|代理商?|老板|厂家)(?:又|也|还|最近|这[周两]天?|[昨今]天|上周|刚|一直|正|天天|已经)*(?:又|也|在|来|去)?"
    r"(?:去|来)?(?:找|跑|盯|接触|拜访|跟|围|缠)(?:过|着|了)?(?=他|她|客户|对方|甲方|那边|刘|张|[\u4e00-\u9fff]{1,2}[总工]))"
)
_MAY_PART = Rule(
    "占[了着到据]?[一二两三四五六七八九大\\d多]|[拿吃][了着走掉]|的人[又也还最这昨今上刚一正天已在来去找跑围缠跟]|的(?:销售|业务|代理|老板|厂家)|给的价"
)
_MAY_COME = Rule("报|跟他们签|跟客户签|跟对方签|也来|也去|也报|也在|也进|也盯|也送|也投|也入围")
_MAY_QUOTE = Rule(
    "给的[\\d一二两三四五六七八九十]|开价|喊价|出价|要价|开到|喊到|给的是|给了|报的是|报到|开的价|的价|的报价"
)


@cache
def _any_brand() -> Rule:
    return Rule(lexicon.either("brands").lower(), lexicon.beginnings("brands"))


@cache
def _active() -> Pattern:
    """用友也在接触, 用友做二期: a known maker that does something."""
    return Pattern(
        f"(?<![a-z])(?:{lexicon.either('brands').lower()})(?=(?:[和、跟与][\u4e00-\u9fffa-z0-9]{{2,8}})?(?:也|都|还|已经?|正|那边)*(?:报名|进了|入围|中标|给的|在接触|在跟|在谈|在报|在投|报价|报了|介入|"
        "的人[^，。]{0,4}(?:也在|也来|在场)|接触|投标|参与|竞争|抢|做[一二三]期|更便宜|便宜|价格|关系|的?区别|的?差别|的?对比|的(?:报价|价)(?=，|。|；|$)))"
    )


def find(doc: Doc, book: Book) -> list[Words]:
    """Named firms or brands that we compete with or would replace; 竞品 and 另一家 are no names."""
    found = [doc.words(*place) for place in book.competitors.places(doc)]
    if _any_brand().first(doc):
        found += [doc.words(match.start(), match.end()) for match in _active().finditer(doc.norm)]
    quoted = _QUOTED.finditer(doc.norm) if _MAY_QUOTE.may(doc) else ()
    came = _CAME_TOO.finditer(doc.norm) if _MAY_COME.may(doc) else ()
    parts = _THEIR_PART.finditer(doc.norm) if _MAY_PART.may(doc) else ()
    for match in (*_CUE.each(doc), *_MORE.each(doc), *quoted, *came, *parts):
        group = match.lastgroup or ""
        telling = (_ROBBING if group == _ROBBED else _COMPARED).search(match.group()) is not None
        found.extend(_listed(doc, match.start(group), match.end(group), group, telling=telling))
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
def _any_firm_end() -> Pattern:
    return Pattern(f"(?:{lexicon.either('org_suffixes')})$")


def _like_a_firm(said: str) -> bool:
    return len(said) >= _FIRM and _any_firm_end().search(said) is not None


_SHORTEST = 2
_FIRM = 4  # characters of the shortest name that ends as firms do


def _like_a_name(said: str) -> bool:
    """What is compared with may be a brand that no list has; ordinary words about the goods are none."""
    if _like_a_firm(said):
        return True
    return 2 <= len(said) <= 4 and not re.search("[我你他她的价格方案家个产品同功能服务谈聊哪几么样款性质量]", said)


def _listed(doc: Doc, start: int, end: int, group: str, *, telling: bool) -> list[Words]:
    found = []
    at = start
    for cut in [*_LIST_SPLIT.finditer(doc.norm, start, end), None]:
        stop = cut.start() if cut else end
        name = _trimmed(doc, at, stop)
        if name is not None and not _COUNTED.match(name.text) and _stands(name.text, group, telling=telling):
            found.append(name)
        at = cut.end() if cut else end
    return found


_ENGLISH = "bx"
_BLAMED = "bk"  # 嫌海康的售后; 嫌滤芯贵 is said of goods
_LATER = 2  # letters of the groups of _MORE: ba, bb
_SURE = (
    "t",
    "u",
    "y",
    "aa",
    "ab",
    "ac",
    "ad",
    "ae",
    "af",
    "ag",
    "ah",
)  # behind these stands a rival, whatever it is called
_OWNERS = "w"  # 用的是蓝图的
_NEWCOMER = "x"  # 科瑞也来过了
_LIKENED = "e"  # 比锐意贵一成
_COUNTED = Pattern(r"[一二两三四五六七八九十几\d]+[家个]")  # 对手有四家
_CHOSEN = "cf"  # 选了佳通轮胎, 隔壁的大胜纸板: who ends like a firm there is one
_BRANDS_ONLY, _UNHEARD, _ROBBED = (
    "bcdef",
    (
        "d",
        "g",
        "h",
        "i",
        "j",
        "k",
        "l",
        "m",
        "n",
        "o",
        "p",
        "q",
        "r",
        "s",
        "t",
        "u",
        "v",
        "w",
        "x",
        "z",
        "am",
        "an",
        "ao",
        "at",
        "au",
        "av",
        "aw",
        "ax",
        "aq",
        "ap",
    ),
    "h",
)  # groups of the cues


def _stands(name: str, group: str, *, telling: bool) -> bool:
    """Whether a cue's name is a rival: anything behind 竞品：, a maker or a firm elsewhere, and behind a cue that a
    rival alone follows also a name that is no word. `telling`: the cue says that they compare, or who took it away."""
    if name[0] in "把将按照的":
        return False
    if _is_brand(name):
        return True
    if group == _LIKENED:
        return _no_word(name)
    if group == _NEWCOMER and name[0] in lexicon.words("plain_surnames"):
        return False
    if len(group) == _LATER and group[0] == "b":
        return group == _ENGLISH or _like_a_firm(name) or (group != _BLAMED and _no_word(name))
    if group in _SURE:
        return _may_be_called(name)
    if group == _OWNERS and _a_noun(name):
        return True
    if group in _UNHEARD:
        return _no_word(name) or (group == _ROBBED and (_like_a_firm(name) or (telling and _takes(name))))
    if group in _CHOSEN and (_like_a_firm(name) or (telling and _no_word(name))):
        return True
    return group not in _BRANDS_ONLY or (telling and group not in _CHOSEN and _like_a_name(name))


def _may_be_called(name: str) -> bool:
    """Whether a firm could have this name: no word that binds others, counts, points or is said of anybody."""
    words = segmenter().cut(name)
    ordinary = lexicon.either_of("breaks", "not_names")
    plain = not any(segmenter().tag(word).startswith(_BINDING) for word in words)
    return plain and _COULD_BE.fullmatch(name) is not None and not _NEVER.search(name) and ordinary.isdisjoint(words)


def _a_noun(name: str) -> bool:
    """Whose it is may be called by any noun, but for the common ones: 蓝图; not 公司, 国产."""
    words = segmenter().cut(name)
    ordinary = lexicon.either_of("breaks", "not_names")
    nouns = all(segmenter().tag(word) in ("", "n", "nz", "nr", "nt") for word in words)
    return nouns and not _NEVER.search(name) and ordinary.isdisjoint(words)


def _takes(name: str) -> bool:
    """被佳丽座椅拿走了: who takes an order away is a firm, unless a word says who else it was (客户, 领导)."""
    words = segmenter().cut(name)
    ordinary = lexicon.either_of("breaks", "not_names")
    return len(name) >= _SHORTEST and not _NEVER.search(name) and ordinary.isdisjoint(words)


_PROPER = ("nz", "nt", "nr")
_SIDES = ("东", "南", "西", "北")
_BINDING = ("r", "m", "q", "d", "p", "c", "u", "t", "f", "y")


def _no_word(name: str) -> bool:
    """A name that the dictionary does not hold as an ordinary word: 捷锐, 温特豪德; not 人工, 老系统, 周五. A side of
    the compass may begin it: 北矿."""
    if not _COULD_BE.fullmatch(name) or _NEVER.search(name):
        return False
    words = segmenter().cut(name)
    tags = [segmenter().tag(word) for word in words]
    if any(word in lexicon.words("breaks") or word in lexicon.words("not_names") for word in words):
        return False
    if len(words) == 1:
        return not tags[0] or tags[0].startswith(_PROPER)
    ordinary = len(words[-1]) > 1 and tags[-1] and not tags[-1].startswith(_PROPER)
    return not ordinary and not any(tag.startswith(_BINDING) for tag in tags[words[0] in _SIDES :])


_COULD_BE = Pattern("[\u4e00-\u9fff]{2,5}|[A-Za-z][A-Za-z0-9.]{2,14}")
_NEVER = Pattern(
    "^[把将按照让对]|国产|进口|自研|[我你他她的了着过吗呢吧这那哪某几些家款套台价元万]|老板|人家|别人|对手|同行|领导|^[小老阿][\u4e00-\u9fff]$|总$|经理$|工$"
)
_TRAIL = Pattern(
    r"(?<=..)(?:报价?|(?<![商民家通专军车农])用|的|价格|已经|也|都|关系|更|最|系统|方案|家|了|做|在|，).*$"
)


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
def _firm_end() -> Pattern:
    return Pattern(f"(?:{lexicon.either('org_suffixes', 'strong')})$")


def _unique(found: list[Words]) -> list[Words]:
    kept: list[Words] = []
    for words in sorted(found, key=lambda w: (w.span.start, -w.span.end)):
        overlapping = any(words.span.start < other.span.end and other.span.start < words.span.end for other in kept)
        if not overlapping and words.text not in {other.text for other in kept}:
            kept.append(words)
    return kept
