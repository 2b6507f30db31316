"""What the customer wants (希望质保三年) and what worries her (担心售后响应慢), each a span of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from bot.nlp import lexicon
from bot.nlp.doc import Clause, Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Words
from bot.nlp.pattern import Pattern

_MAY_WORRY = Rule(
    "(?:问题|意见|毛病)[：:]|顾虑|痛点|担心|怕|嫌|抱怨|反映|投诉|吐槽|质疑|不满|关心|原因是|worr|concern|"
    "(?:觉得|认为|说)(?=[^，。]{0,8}(?:太|偏|贵|不够|不行|慢|难用|不划算|不放心))"
)
_WORRY = Rule(
    r"(?P<cue>主要顾虑[^：:，]{0,4}[：:]|顾虑(?:是|在于|[：:])|当前痛点[：:]|痛点(?:是|[：:])|(?:提了|有)[一二两三四五几\d]+(?:个|点|条)(?:问题|顾虑|意见|毛病|担心|不满)[：:]|"
    r"(?:比较|主要|还是|就是|就|有点|最|也|又|客户)*(?:担心|怕|嫌|抱怨|反映(?!良好|不错|很好|还行|可以)|投诉|吐槽|质疑|不满(?:意(?!就|可以|再|的话)|(?!意))|"
    r"顾虑)(?:的是|是)?|(?<!最)关心(?:的是)?(?=[^，。]{1,20}(?:能不能|会不会|是否|行不行|够不够|多久|稳不稳))|"
    r"(?:他们?|客户|对方|她)?(?:觉得|认为|说)(?=[^，。]{0,8}(?:太|偏|贵|不够|(?<![行再])不行|慢|难用|"
    r"不划算|不放心))|原因是|是嫌|worried about|concerned about|"
    r"(?:main |biggest |only )?(?:worry|concern) is )(?P<what>[^。；！？\n]{2,})"
)
_BAD = Pattern(
    r"(?:太(?:贵|高|长|慢|短|复杂|大|小|少|麻烦|旧|差|低|远|多|久|紧|"
    r"重)|偏(?:高|贵|长|慢|低)|(?:响应|速度|到货|交货|系统|报表|网络)慢|"
    r"[\u4e00-\u9fff]{2,4}慢(?=，|。|、|$)|难用|不放心|不稳定|压力大|有延迟|能耗高|不够用|"
    r"不好用|(?:价格|保费|费用|成本|能耗|运费|租金|门槛|起订量|报价|噪音|杂音|异响|震动|振动|损耗|误差|色差|粉尘)(?:有点|比较|还是)?(?:高|贵|大)|"
    r"老出故障|经常坏|又坏|老坏|总坏|有异味|有点(?:复杂|贵|慢|高|难|长|旧|紧|大)|比较(?:复杂|贵|慢|难用))(?:了)?|(?P<whole>预算没批下来|预算.{0,4}要砍)"
)
_MAY_BE_BAD = Rule(
    r"太[贵高长慢短复大小少麻旧差低远多久紧重]|偏[高贵长慢低]|慢|难用|不放心|不稳定|压力大|有延迟|能耗高|不够用|不好用|"
    r"(?:价格|保费|费用|成本|能耗|运费|租金|门槛|起订量|报价|噪音|杂音|异响|震动|振动|损耗|误差|色差|粉尘)(?:有点|比较|还是)?[高贵大]|"
    r"老出故障|经常坏|又坏|老坏|总坏|有异味|有点[复贵慢高难长旧紧大]|比较[复贵慢难]|预算"
)
_TOLD = Pattern(
    r"(?:[\u4e00-\u9fff]{0,5}?|[a-z ]{1,12})(?:反馈|反映|抱怨|投诉|说|表示|觉得|认为)(?=[\u4e00-\u9fff]{2})"
)
_ONLY = Pattern(
    r"(?:然后|而且|结果|现在|目前|就是|只是|但是?|不过|可惜|可是|主要是?|还是|唯一的?就是|就)+(?=[\u4e00-\u9fff]{2})"
)
_NOT_BAD = Pattern(r"不是.{0,2}$|没有?$|不$|并不$|竞.*$")
_MAY_WISH = Rule(
    "最好|最在[意乎]|提出[要想]|诉求|需求|希望|要求|想|需要|最关心|关心的是|看重|关注|要[换买采支能有看先求做加发本质现带一定送开专我分月含包改减]|要的是|得是|要[\u4e00-\u9fff]{1,4}月发|"
    "还要能|另外能|必须|非[要得]|坚持要|执意要|问(?=[^。；！\n]{0,24}能不能)|(?:说|讲|想知道)(?=[^，。；！\n你我]{0,10}能不能)|"
    "要[^，。；:0-9我]{2,10}、|一个是|want|need"
)
_WISH = Pattern(
    r"(?P<cue>客户诉求[：:]|诉求(?:是|[：:])|需求(?:是|为|[：:])|(?:客户|对方|他们?|她们?|院长|"
    r"还|也|又|都|就|最|[\u4e00-\u9fff]{0,2})?(?:希望|要求|想要|需要|最关心|最看重|最在意|最在乎|看重|"
    r"关心的是|关注|想(?![法想起不过到必象见问着来去我]|知道)|"
    r"(?<![需想只重主不])要(?=换|买|采购|支持|能|有|添|增|扩|贴|配|压到|缩到|降到|提高到|提前到|改(?![到约天期时善进])|含|包(?!装)|减|看|先(?:[看试装用跑测租]|打样)|[^，。；:0-9我]{2,10}、[^，。；]{2}|求|做|加|发|本月|质保|现货|带|一套|一批|定制|"
    r"[\u4e00-\u9fff]{1,4}月发|送货|开专票|专票|分期|月结)|要我们|还要能|另外能|另外要|提出(?:要|想要?)|最好(?=[\u4e00-\u9fff])|必须(?!得?我|满足:)(?=[\u4e00-\u9fff]{2})|"
    r"问[^。；！\n你]{0,24}?能不能|(?:说|讲|想知道)[^，。；！\n你我]{0,10}?能不能|非[要得]|坚持要|执意要)|一个是(?=[^，。]{0,6}要)|要的是(?=[^，。]{2})|(?<![觉懂值舍])得是(?=[^，。]{2})|wants?|needs?)"
    r"(?:我们|咱们|咱)?(?:能够?|可以|要|是|的是)?(?P<what>[^。；！？，\n]{2,})"
)
_WORRY_LEAD = 40  # characters of the words that may lead in: 还是比较就是
_WISH_LEAD = 3
_LEAD = Pattern(
    r"(?:第?[一二三四]是|(?:我们|咱们?)的|能够?|可以|要|有|的是|是|把(?=库存)|我们|看(?=近|看|现)|支持|：|:|，|、)+(?=[\u4e00-\u9fffa-z0-9]{2})"
)
_SPLIT = Pattern(r"[、]|(?<=[\u4e00-\u9fff]{2})怕(?=[\u4e00-\u9fff]{2})|，(?=还|也|另外|并且|而且)|以及|，")
_STOP = Pattern(
    r"，(?=[^，]{0,6}(?:我|明天|下周|下一步|预算|约|周|报价|让我们|今天|先|说|回|再|\d|要我们|"
    r"不过|但))|了?让(?=打|我们|降)|，(?:[^，]{0,10})(?:前|之前)"
)
_ACTIONS = Pattern(
    r"重新报|^拿下|(?<![交工货周]期)(?:让|降|压|砍)到|报价$|回复|答复|再来一次|打.{1,3}折|折$|便宜|砍|明天|下周|周[一二三四五]|前(?:交|给|发)|提醒"
)


@cache
def _complaints() -> tuple[Pattern, Rule]:
    """What is found fault with, and a hint without which there is none."""
    kinds = {
        kind: "|".join(word for word, of in lexicon.rows("complaints") if of == kind)
        for kind in ("state", "lack", "contrast", "whole")
    }
    subject = r"(?:[\u4e00-\u9fff]{2,8}?|(?<=[:，。；\n])(?![没不未无别又也都就很太好])[\u4e00-\u9fff])"
    ends = r"(?=了?(?:，|。|；|、|\n|$|所以|想|要|[一二两三四五几\d]+[回次遍]))"
    states = rf"(?<!不是)(?<!没){subject}(?:{kinds['state']}){ends}"
    lacks = rf"(?:{kinds['lack']})(?![\d一二两三四五六七八九十几]+[万千百元块])[\u4e00-\u9fffa-z0-9]{{2,10}}"
    contrasts = rf"(?<=但是|就是|不过|可惜|只是)(?:{kinds['contrast']})(?=了?(?:，|。|；|\n|$))"
    return (
        Pattern(f"{kinds['whole']}|{states}|{lacks}|{contrasts}"),
        Rule(f"{kinds['whole']}|{kinds['state']}|{kinds['lack']}|但是|就是|不过|可惜|只是"),
    )


def _faults(doc: Doc, clauses: Sequence[Clause], spoken_for: Sequence[tuple[int, int]]) -> Iterator[Words]:
    """经费批不下来, 缺等保证书, 但是离家远: what is wrong with a thing, without the words that lead in."""
    pattern, hint = _complaints()
    for clause in _holding(doc, clauses, hint):
        for match in pattern.finditer(doc.norm, clause.start, clause.end):
            start, end = match.start(), match.end()
            if _NOT_SAID.search(match.group()):
                continue
            told = max((m.end() for m in _TOLD_OF.finditer(doc.norm, clause.start, end - 2)), default=start)
            start = max(start if match.start() - clause.start > _LEADS_IN else clause.start, told)
            lead = _ONLY.match(doc.norm, start, end)
            start = _after_time(lead.end() if lead else start, end, spoken_for)
            start = max(start, doc.norm.rfind("的", start, match.end() - 2) + 1)
            if not _OURS.search(doc.norm, clause.start, end) and not _NOT_BAD.search(
                doc.norm, max(0, match.start() - 3), match.start()
            ):
                yield doc.words(start, end)


_NOT_SAID = Pattern("(?:没|未|不是)(?:有)?(?:说|讲|嫌|提|表示)")  # 客户没说不行
_LEADS_IN = 6  # characters of a clause that still belong to the thing complained of
_TOLD_OF = Pattern(r"反馈|反映|抱怨|投诉|说|讲(?!究|解)|表示|觉得|认为|提到|发现")
_OURS = Pattern("我(?!们的)|样品没|如果|要是|万一|以免|避免|防止|解决|不怕|已经(?:修|换|补)")


def concerns(doc: Doc, clauses: Sequence[Clause], spoken_for: Sequence[tuple[int, int]]) -> list[Words]:
    """Worries, objections and complaints, one entry each; an objection that is denied is left out."""
    found: list[Words] = []
    for match in _runs(doc, clauses, _MAY_WORRY, _WORRY, lead=_WORRY_LEAD):
        if _NOT_BAD.search(doc.norm, max(0, match.start() - 3), match.start()):
            found.extend(_rather(doc, match))
            continue
        listed = match["cue"][-1:] in ":：" or "原因" in match["cue"]
        found.extend(_items(doc, match.start("what"), match.end("what"), listed=listed))
        if (more := _BESIDES.search(doc.norm, match.start("what"), match.end("what"))) and not listed:
            found.extend(_items(doc, more.start("what"), more.end("what"), listed=False))
    for clause in _holding(doc, clauses, _MAY_BE_BAD):
        for start, end in _bad(doc, clause):
            if any(w.span.start < end and start < w.span.end for w in found):
                continue
            start = clause.start if start - clause.start <= _LEADS_IN else start
            told = _TOLD.match(doc.norm, start, end)
            start = told.end() if told else start
            lead = _ONLY.match(doc.norm, start, end)
            start = lead.end() if lead else start
            start += doc.norm[start] == "的"
            found.append(doc.words(_after_time(start, end, spoken_for), end))
    found += [doc.words(*match.span("what")) for match in _ABOUT.each(doc) if _inside(match, clauses)]
    if doc.latin and " too " in doc.norm:
        found += [doc.words(*m.span()) for c in clauses for m in _ENGLISH_BAD.finditer(doc.norm, c.start, c.end)]
    found += [w for w in _faults(doc, clauses, spoken_for) if not any(_overlap(w, other) for other in found)]
    return _unique(found)


_ENGLISH_BAD = Pattern(
    r"(?:[a-z]+ ){1,3}?(?:(?:is|are|was|still|a bit|way|much|[\d.]+%) )*too "
    r"(?:high|low|expensive|slow|long|late|heavy|small|big|tight|short|complicated)\b"
)

# 最怕的是半夜停机，还有备件要等
_BESIDES = Pattern("，(?:还有|再就是|其次是?|再一个是?)(?P<what>[^，。；！？\n]{2,})")
_ABOUT = Rule(
    "对(?!方|我们|手)(?P<what>[^，。；！？\n]{2,12}?)(?:还是|很|比较|有点|一直|都)?"
    "(?:有意见|不满意?|有顾虑|有疑虑|不放心|没信心|有看法|不感冒)"
)


def _bad(doc: Doc, clause: Clause) -> Iterator[tuple[int, int]]:
    """What is bad (太贵) with the six characters in front of it at most, which say of what: 你们价格太贵."""
    free = clause.start
    for match in _BAD.finditer(doc.norm, clause.start, clause.end):
        start, most = match.start(), 0 if match["whole"] else _LEADS_IN
        while start > free and match.start() - start < most and _WORDY.match(doc.norm, start - 1):
            start -= 1
        if _LATIN.match(doc.norm, start):  # MOQ 500太多
            while start > clause.start and _WORDY.match(doc.norm, start - 1):
                start -= 1
        free = match.end()
        yield start, free


_WORDY = Pattern("[\u4e00-\u9fffa-z0-9 ]")
_LATIN = Pattern("[a-z0-9 ]")


def _overlap(left: Words, right: Words) -> bool:
    return left.span.start < right.span.end and right.span.start < left.span.end


_RATHER = Pattern(r"，(?:而|主要|就)?是(?:嫌|怕|担心|顾虑)(?P<what>[^，。；！？\n]{2,})")


def _rather(doc: Doc, match: re.Match[str]) -> list[Words]:
    """不是嫌贵，是嫌没有本地仓: what is worried about instead of what is denied."""
    instead = _RATHER.search(doc.norm, match.start(), match.end())
    return _items(doc, instead.start("what"), instead.end("what"), listed=False) if instead else []


_NO_WISH = Pattern(r"(?:不|没|暂时不|不再|只|我们?|得|是否|也许|可能)$")


def needs(doc: Doc, clauses: Sequence[Clause], spoken_for: Sequence[tuple[int, int]]) -> list[Words]:
    """Wishes and conditions of the customer, without 要, 希望 and 需要; what we shall do next is none."""
    found: list[Words] = []
    for match in _runs(doc, clauses, _MAY_WISH, _WISH, lead=_WISH_LEAD):
        start, end = match.start("what"), match.end("what")
        turn = _TURN.search(doc.norm, start + 2, end)
        end = turn.start() if turn else end
        if any(a < end and start < b for a, b in spoken_for) or _ACTIONS.search(doc.norm, start, end):
            continue
        if _NO_WISH.search(doc.norm[max(0, match.start() - 2) : match.start("cue")]) or match["cue"].startswith(
            ("不", "我")
        ):
            continue
        more = (
            _also(doc, end, clauses) if match["cue"][-1:] in ":：" or match["cue"].endswith(("希望", "要求")) else end
        )
        if changed := _CHANGED.match(doc.norm, more):
            found.append(doc.words(more, changed.end()))
        found.extend(_items(doc, start, more, listed=True))
    found += [*_numbered(doc, clauses), *_limits(doc, clauses)]
    found += [doc.words(*match.span("what")) for match in _PROVIDED.each(doc) if _inside(match, clauses)]
    return _unique([w for w in found if not any(a < w.span.end and w.span.start < b for a, b in spoken_for)])


# 分六期付我说我回去问问: dictated, it goes on with what somebody else says.
_TURN = Pattern("我说|我[就跟]|我答应|然后|[他她]说|让我|叫我|所以|但是")
_PROVIDED = Rule(
    "(?:就是|只是|但是?|不过)(?P<what>[^，。；！？我\n]{2,8}(?<![觉值懂舍])得(?![到了很知分])[^，。；！？我\n]{2,})"
)


def _inside(match: re.Match[str], clauses: Sequence[Clause]) -> bool:
    return clauses[0].start <= match.start() < clauses[-1].end


_NUMBERED = Rule(
    "(?:关心|看重|在意|关注|要求|条件|诉求|反馈|提了?|提出|就|有|说了?)[^，。:\\n]{0,4}?(?P<count>[一二两三四五六几1-6])"
    "(?:件事|点|条|样|个(?:要求|条件|方面|点|诉求|需求))(?:要求|条件|需求|诉求)?:|"
    "(?:必须满足|硬性(?:条件|要求)|附加条件|他们的?要求|客户要求|条件)(?:如下)?:"
)
_PARTED = Pattern("[、，；]")
_ORDINAL = Pattern("(?:第?[一二三四五六]是?|[1-6][.、)]|是)(?=..)")


def _numbered(doc: Doc, clauses: Sequence[Clause]) -> Iterator[Words]:
    """提了两点：播控要支持分区，断网也得能播: as many as were announced, each as it is said."""
    for match in _NUMBERED.each(doc):
        if not _inside(match, clauses):
            continue
        left = _COUNTS.get(match["count"], _FEW)
        stop = _STOP.search(doc.norm, match.end(), clauses[-1].end) if left == _FEW else None
        over = _SENTENCE.search(doc.norm, match.end())
        at, end = match.end(), over.start() if over else len(doc.norm)
        end = min(end, stop.start()) if stop else end
        for cut in [*_PARTED.finditer(doc.norm, at, end), None]:
            piece = cut.start() if cut else end
            ordinal = _ORDINAL.match(doc.norm, at, piece)
            words = doc.words(ordinal.end() if ordinal else at, piece)
            if left and len(words.text) > 1:
                yield words
                left -= 1
            at = cut.end() if cut else end


_COUNTS = {said: number for number, said in enumerate("一二三四五六", 1)} | {str(n): n for n in range(1, 7)} | {"两": 2}
_FEW = 4  # 几点
_SENTENCE = Pattern("[。！\n]")
_LIMIT = Rule("不(?:能|得|可以?)(?:超过?|低于|高于|少于|晚于|大于|小于|多于)|[也还]得能")
_LIMIT_LEAD = Pattern("(?:[^，。]{0,5}?(?:说|要求|提出|强调|希望))?(?:但是?|不过|而且|另外)?")


def _limits(doc: Doc, clauses: Sequence[Clause]) -> Iterator[Words]:
    """烘焙日期不能超过30天, 断网也得能播: a bound or a condition is wished for with what it is set on."""
    for clause in _holding(doc, clauses, _LIMIT):
        lead = _LIMIT_LEAD.match(doc.norm, clause.start, clause.end)
        start = lead.end() if lead else clause.start
        if not _NOT_THEIRS.search(doc.norm, clause.start, clause.end):
            yield doc.words(start, clause.end)


_NOT_THEIRS = Pattern("我们?|咱|预算|折")


_CHANGED = Pattern(
    "，[\u4e00-\u9fff]{2,4}(?:改|换|做|加|减)[成到为](?!了)[^，。；！？\n]{2,12}"
)  # 底料要减盐，包装改成250克
_GOES_ON = Pattern(
    r"，(?:(?:还要?|也要?|能|并)[^，。；！？\n]{2,14}|(?:质保|保修|账期|现货|免费|包(?:安装|运输|邮|教会)|含|支持)[^，。；！？\n]{1,10})"
)


def _also(doc: Doc, end: int, clauses: Sequence[Clause]) -> int:
    """The end of a list that goes on over a comma: 希望质保三年，能现场培训."""
    match = _GOES_ON.match(doc.norm, end)
    return match.end() if match and not _ACTIONS.search(match.group()) else end


def _holding(doc: Doc, clauses: Sequence[Clause], hint: Rule) -> list[Clause]:
    """The clauses in which a word stands without which the real expression, slow to try everywhere, matches nothing."""
    return [clause for clause in hint.among(doc, clauses) if hint.search(doc.norm, clause.start, clause.end)]


def _runs(
    doc: Doc, clauses: Sequence[Clause], hint: Rule, pattern: Pattern | Rule, lead: int
) -> Iterator[re.Match[str]]:
    """Matches over whole sentences, so that a list may run over its commas; each cue is seen, also behind another.
    Each has a word of `hint` at most `lead` characters behind its beginning."""
    if not hint.may(doc):
        return
    for _, group in groupby(clauses, key=lambda clause: clause.sentence):
        parts = list(group)
        at, end = parts[0].start, parts[-1].end
        while (near := hint.search(doc.norm, at, end)) and (
            match := pattern.search(doc.norm, max(at, near.start() - lead), end)
        ):
            yield match
            at = match.end("cue")


_ROUNDED_OFF = Pattern("(?:(?<![新旧大小好])的|了)$")  # 想换台新的 is a wish as it stands


def _items(doc: Doc, start: int, end: int, *, listed: bool) -> list[Words]:
    if not listed:
        comma = doc.norm.find("，", start, end)
        end = comma if comma > 0 else end
    stop = _STOP.search(doc.norm, start, end)
    end = stop.start() if stop else end
    found, at = [], start
    for cut in [*_SPLIT.finditer(doc.norm, start, end), None]:
        piece_end = cut.start() if cut else end
        lead = _LEAD.match(doc.norm, at, piece_end)
        words = doc.words(lead.end() if lead else at, piece_end)
        words = doc.words(words.span.start, words.span.end - bool(_ROUNDED_OFF.search(words.text)))
        if len(words.text) >= 2:
            found.append(words)
        at = cut.end() if cut else end
    return found


def _after_time(start: int, end: int, blocked: Sequence[tuple[int, int]]) -> int:
    return max([b for a, b in blocked if a <= start < b < end], default=start)


def _unique(found: list[Words]) -> list[Words]:
    kept: list[Words] = []
    for words in sorted(found, key=lambda w: (w.span.start, -w.span.end)):
        if not any(words.span.start < other.span.end and other.span.start < words.span.end for other in kept):
            kept.append(words)
    return [words for words in kept if words.text]
