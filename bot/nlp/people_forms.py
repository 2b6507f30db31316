"""How people are named in a note: expressions over surnames, titles and forms of address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.nlp import lexicon
from bot.nlp.gate import Rule
from bot.nlp.pattern import Pattern

_HAN = "[\u4e00-\u9fff]"
_KIN = "侄子|侄女|儿子|女儿|弟弟|哥哥|妹妹|姐姐|太太|老公|老婆|先生|爱人|表弟|堂弟|同学|同事|外甥|女婿"
SAYS = (
    "说|讲|反馈|接手|升职|离职|负责|对接|表示|要求|告诉|觉得|认为|回复|回电|来电|手机|电话|一直|"
    "微信|也|和|、|，|。|；|$|\\s|\\(|休|现在|那边|提了|问|加了|他|她|发来|同意|"
    "(?:看|来|去|到|发|打|谈|聊|见|约|签|拿|带|试|换|订|买|选|定|答应|接|吃|喝|请)(?:了|过|完)"
)


@dataclass(frozen=True, slots=True)
class Forms:
    """Each way in which a person may be named."""

    address: Rule
    addressed: Pattern
    parent: Pattern
    nick: Pattern
    ranked: Rule
    titled: Pattern
    cued: Rule
    before: Pattern
    after: Pattern
    behind: Pattern
    plain: Pattern


@cache
def forms() -> Forms:
    """All ways, made out of the word lists once."""
    surname = f"(?:{lexicon.either('surnames')})"
    rank, area, alone = (lexicon.either("titles", kind) for kind in ("rank", "area", "alone"))
    title = f"(?:(?:{area}){{0,3}}(?:{rank})|{alone})"
    every = lexicon.either("addresses")
    full = rf"(?P<name>{surname}(?:{_HAN}{{1,2}}))"
    return Forms(
        address=Rule(every, lexicon.beginnings("addresses")),
        addressed=Pattern(
            rf"(?P<name>(?!那[个位边家些]|明[天早晚后年日]|周[一二三四五六日天末]){surname}(?:(?!的){_HAN}){{0,2}}?(?P<address>{every}))(?!们|里|公司|办|室|助理?会|事务所|楼$|楼[的，])"
        ),
        parent=Pattern(rf"(?P<name>{_HAN}{{1,3}}?(?:妈妈|爸爸|奶奶|爷爷|家长))"),
        nick=Pattern(
            rf"(?<![大最较很微从减缩])(?P<name>[小老阿]{surname})(?=[从给已又刚喝吃调升辞退她他说的，。、：:！发来在去回讲电约那也要和跟提问觉手休谈聊打签让带陪负接反都就很推想撸碰喝开加确核商敲试介帮答是报批换买订定拍嫌管急怕私透骂挑坚愿肯松咬承不没直自抱拒笑主等签又把被先才怪劝陪张担点摇追盯|微电短语昨今明]|家(?=孩子|儿子|女儿|闺女|老|里)|"
            rf"$|\s)|(?:(?<=秘书|助理|司机|采购|财务|会计|出纳|文员|跟单|店员|同事|徒弟|运营|主管|店长|经理|技术|行政|人事|老板|前台|库管|师傅|销售|客服|护士|老师)|(?<=老板娘)|(?<=[科组处部室]))(?P<aide>[小老阿]{surname})(?![\u4e00-\u9fff]?[总工姐哥])|"
            rf"(?=阿)(?:(?<=老板|师傅|老友|客户|那边|这边|店长|厂长|教练|经理|主管|会计|司机|助理|采购|财务|店员)|"
            rf"(?<=老板娘|负责人|主理人|合伙人|技术员|业务员|采购员|材料员|跟单员|质检员)|"
            rf"(?<=[，。；、：:跟和找给问约见了叫的 ])|^)"
            rf"(?P<ah>阿(?![里姨胶拉尔联根富克斯托莫司坝勒房门])[\u4e00-\u9fff])(?={SAYS}|请|就|要|有|想|把|让|在|回|管|嫌|催|问|没|不|还|跟|约|给|签|同意|怕|急|加|发|来|打|回|又|已|刚|才|再|都|要|收|接|带|拿|看|试|订|定)"
        ),
        ranked=Rule(rf"(?:{rank}|{alone}) ?{surname}", lexicon.beginnings("titles", "rank", "alone")),
        titled=Pattern(rf"(?P<title>{title})(?:(?<=[长理任监管人师]) )?{full}"),
        cued=Rule(
            rf"(?:(?:现任|新任|新来的|接任的?)(?:{title})?(?:是|叫)?|(?:联系人|对接人|经办人|负责人|收件人|收货人|签收人|经手人|(?:名片|纸条|签名)上?(?:写|印|签)(?:着|的是?)?|找|叫|由|的是|(?:{_KIN})|原来的|换成了?|一个叫)(?:是|为|"
            rf"叫)?[:：]? ?){full}"
        ),
        before=Pattern(rf"(?P<title>{title})[:：]?$"),
        after=Pattern(
            rf" ?\((?P<title>[^()]{{2,20}})\)|(?:是|任|升任|现在是|升职了，现在是|，现在是|"
            rf"，(?:职位|职务|岗位)(?:是|为|:)?|，)(?:他们)?(?:的)?(?P<is>{title})(?=，|。|；|、|$|\s|[的那])"
        ),
        behind=Pattern(rf" ?(?P<title>{title})(?=，|。|；|、|:|$|\s|\d|的|说|聊|谈|反馈|那边)"),
        plain=Pattern(
            rf"(?=[{lexicon.heads('plain_surnames')}])(?:(?<=[的和跟与给找约问陪由部科处、])|(?<=见了)|(?<=见到)|(?<=约了)|(?<=联系了)|(?<=拜访了)|(?<=认识了)|(?<=客户)|"
            rf"(?<=[{firm_chars()}]))(?P<name>(?:{lexicon.either('plain_surnames')}){_HAN}{{1,2}})"
        ),
    )


@cache
def title_ends() -> frozenset[str]:
    """The last characters of titles in front of a name."""
    return frozenset(word[-1] for word, kind in lexicon.rows("titles") if kind in ("rank", "alone")) | {":", "："}


def firm_chars() -> str:
    """The last characters of firms' names: a person may follow them at once (恒力机械李敏)."""
    return "".join(sorted({word[-1] for word in lexicon.words("org_suffixes")}))
