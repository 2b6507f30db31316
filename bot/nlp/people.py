"""People who speak for a customer: 张总, 采购王经理, 尹总的助理小芮, 王丽（采购总监）, David.

A person needs a name or a form of address; a role alone (他们采购) is none. Our own people are none either.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bot.nlp import introduced, lexicon, people_known
from bot.nlp.book import Book
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import ContactMention, Span
from bot.nlp.pattern import Pattern
from bot.nlp.people_forms import SAYS, firm_chars, forms, title_ends
from bot.nlp.people_latin import in_latin
from bot.nlp.segment import may_be_person, segmenter

# In front of a name that is denied, one of ours, or one that something is handed to.
_NOT_THEIRS = Pattern(
    r"(?:(?:写|记|说|打|录|听|叫|喊)成|不是|并非|不叫|别找|(?:我们|我司|我方|咱们?|(?<![\u4e00-\u9fff])公司)(?:公司)?的?|派|派了|派出|"
    r"转给|(?<![告品料票件案书纸单货价表函证卡同样账帐册章图具备钥匙器箱机本稿])(?:转交给|交给)|移交给|分给|划给|拨给|让给|指派给|派给|分配给|抄送)$"
)


class Person(NamedTuple):
    """A mention of a person; `private` is one who buys for herself (先生, 阿姨)."""

    start: int
    end: int
    name: str
    title: str | None = None
    private: bool = False
    left: int = 0  # where the title in front begins, or the name itself

    def mention(self) -> ContactMention:
        return ContactMention(self.name, self.title, Span(self.start, self.end))


def find(doc: Doc, book: Book) -> list[Person]:
    """All people of the customer's side from left to right; denied names and our colleagues are left out."""
    spotted = [
        *(_titled(doc, *place) for place in people_known.places(doc, book)),
        *(Person(start, end, doc.text[start:end], title) for start, end, title in people_known.surnamed(doc)),
        *_addressed(doc),
        *_parents(doc),
        *_nicks(doc),
        *_named(doc),
        *_plain(doc),
        *_latin(doc),
    ]
    kept: list[Person] = []
    for person in sorted(spotted, key=lambda p: (p.start, -(p.end - p.start))):
        if kept and person.start < kept[-1].end:
            continue
        if not _excluded(doc, book, person) and person.name not in {other.name for other in kept}:
            kept.append(person)
    return but_owners(doc, kept)


def but_owners(doc: Doc, found: list[Person]) -> list[Person]:
    """Those of them who are not only named as whose somebody is."""
    return [person for person in found if not _only_owner(doc, person, found)]


def learned(doc: Doc, start: int, end: int, book: Book) -> list[Person]:
    """The person of a learned name, unless it is one of ours or denied."""
    person = _titled(doc, start, end)
    said = doc.norm[start:end]
    common = said in lexicon.either_of("not_people", "not_names") or segmenter().tag(said) in ("n", "vn", "l")
    return [] if end - start < _SHORTEST or common or _excluded(doc, book, person) else [person]


_SHORTEST = 2
_WHOLE = Pattern("[部价额量数店行站台院校]|共(?!享)|成本|投资")  # 药房总部, 单总价: 总 is no form of address
_WORK = Pattern("地|作|[期程序艺资具种伤龄]|厂(?!长)|业|会(?!长)")  # 从工地, 张工作室
_ALONE = Pattern(
    "(?![不要很的(话电打回讲介反表约接见找办管今明昨说去在让也就还来同问答跟和没那这给叫看批签，。；、：:！!？? \\n]|$)"
)  # 窦处说, but not 金处理
_OTHER_WORDS = {"总": _WHOLE, "工": _WORK, "处": _ALONE, "局": _ALONE, "科": _ALONE, "队": _ALONE}
_LONGEST_AHEAD = 4  # characters of a name in front of its form of address


def _addressed(doc: Doc) -> list[Person]:
    found: list[Person] = []
    address = forms().address.search(doc.norm) if forms().address.may(doc) else None
    if address is None:
        return found
    for match in forms().addressed.finditer(doc.norm, max(0, address.start() - _LONGEST_AHEAD)):
        name = match["name"]
        kind = lexicon.kinds("addresses")[match["address"]]
        if (other_word := _OTHER_WORDS.get(match["address"])) and other_word.match(doc.norm, match.end()):
            continue
        if doc.norm.startswith("温哥华", match.start()):
            continue
        if name in lexicon.words("not_people") or (
            match.start()
            and (
                (doc.norm[match.start() - 1] in "对我双甲乙" and name[0] == "方")
                or (doc.norm[match.start() - 1] in "人大咱他她你" and name[0] == "家")
            )
        ):
            continue
        glued = (
            match.start() not in doc.edges and match.start() + 1 in doc.edges and len(name) > len(match["address"]) + 1
        )
        if glued and name[1] in lexicon.words("surnames"):
            name = name[1:]  # 加盟商 + 裴先生
        start = match.end() - len(name) + _surplus(name[: -len(match["address"])], match["address"])
        start += _owned_by_firm(doc, start, match.end() - len(match["address"]))
        if _ends_firm(doc.norm, start, match.end() - len(match["address"])) or _is_deed(doc, start, match.end()):
            continue
        if (
            len(match["address"]) == 1
            and match.end() - start > 2
            and doc.norm[start : start + 2] not in lexicon.words("surnames")
        ):
            continue
        if match.end() - len(match["address"]) - start > 2 and name[-len(match["address"]) - 1] in "阁楼堂轩斋居坊庄苑":
            continue  # 明月阁老板: of the house
        if doc.norm[max(0, start - 1) : start + 1] in lexicon.words("titles"):
            continue
        if doc.norm[start : match.end() - len(match["address"])] in lexicon.words("titles"):
            continue
        if doc.norm[start : match.end()] not in lexicon.words("not_people"):
            found.append(_titled(doc, start, match.end(), private=kind == "private"))
    return found


def _is_deed(doc: Doc, start: int, end: int) -> bool:
    """安排 + 师傅: what looks like a family and a given name is a verb; 改成采购总监: its end."""
    if doc.norm[start] in "成为到" and doc.norm[max(0, start - 1) : start] in tuple("改换变升调转当做"):
        return True
    first, last = doc.tokens_from(start)[0]
    return first == start and last - first > 1 and last < end and segmenter().tag(doc.norm[first:last]).startswith("v")


def _owned_by_firm(doc: Doc, start: int, end: int) -> int:
    """1 where the first character still belongs to a firm: 五金 + 张老板, 药房 + 黄店长."""
    if end - start < 2 or doc.norm[start + 1] not in lexicon.words("surnames"):
        return 0
    return int(_ends_firm(doc.norm, 0, start + 1))


@cache
def _firm_ends() -> tuple[frozenset[str], tuple[int, ...]]:
    """Endings of firms, and how long they are."""
    ends = frozenset(word for word in lexicon.words("org_suffixes") if len(word) > 1)
    return ends, tuple(sorted({len(end) for end in ends}))


def _ends_firm(norm: str, start: int, end: int) -> bool:
    """Whether [start, end) ends like a firm, which a match may have swallowed: 来饭店 + 老板."""
    ends, lengths = _firm_ends()
    return any(norm[end - length : end] in ends for length in lengths if length <= end - start)


def _surplus(person: str, address: str) -> int:
    """How many characters of a match belong to the word before: 包装尤 + 总 is 尤总 behind 包装."""
    surnames = lexicon.words("surnames")
    for size in (1, 2):
        last = person[-size:]
        if last in surnames and len(person) > size and (len(address) == 1 or len(person) - size > 1):
            return len(person) - size
    return 0


_RELATIVE = Rule("妈妈|爸爸|奶奶|爷爷|家长")


def _parents(doc: Doc) -> list[Person]:
    found: list[Person] = []
    if not _RELATIVE.may(doc):
        return found
    for match in forms().parent.finditer(doc.norm):
        at_start = match.start() == 0 or doc.norm[match.start() - 1] in "，。；和跟给：: 了"
        if at_start and match["name"][0] not in "他她我你孩" and match["name"] not in lexicon.words("not_names"):
            found.append(_titled(doc, match.start(), match.end(), private=True))
    return found


_FAMILIAR = Rule("[小老阿]")


def _nicks(doc: Doc) -> list[Person]:
    if not _FAMILIAR.may(doc):
        return []
    return [
        _titled(doc, match.start(), match.end())
        for match in forms().nick.finditer(doc.norm)
        if match.group() not in lexicon.words("not_people")
    ]


def _named(doc: Doc) -> list[Person]:
    """Family and given name, where a title or a word like 对接人 stands in front, or a title in brackets behind."""
    ways = forms()
    found = []
    titled = ways.titled.finditer(doc.norm) if ways.ranked.first(doc) else ()
    for matches in (titled, ways.cued.each(doc)):
        for match in matches:
            end = _given_end(doc, match.start("name"), match.end("name"))
            if doc.norm.endswith(("牌子", "品牌", "公司", "店", "厂"), 0, match.start()) and match.group()[0] == "叫":
                continue
            if end and not ways.addressed.match(doc.norm, match.start("name")) and not _a_thing(doc, match, end):
                buys = _BUYS.search(doc.norm, max(0, match.start() - 2), match.start()) is not None
                found.append(_titled(doc, match.start("name"), end, private=buys))
    if _MAY_PRESENT.may(doc):
        surnames = lexicon.words("surnames")
        for start, end in doc.tokens:
            if 2 <= end - start <= 3 and doc.norm[start] in surnames and _presented(doc, start, end):
                found.append(_titled(doc, start, end))
    no_names = lexicon.either_of("not_names", "not_people", "addresses")
    return [
        person
        for person in found
        if person.name[-1] not in _NEVER_GIVEN
        and person.name not in no_names
        and not segmenter().tag(person.name).startswith(_NO_NAME_TAGS)
    ]


def _a_thing(doc: Doc, match: re.Match[str], end: int) -> bool:
    """跌的是原料, 找司机: behind these words a noun of the dictionary is no name."""
    word = doc.norm[match.start("name") : end]
    return (
        match.group().startswith(("的是", "找", "叫", "由"))
        and segmenter().tag(word).startswith(("n", "vn"))
        and (not segmenter().tag(word).startswith("nr"))
    )


_NO_NAME_TAGS = ("v", "u", "d", "p", "r", "c", "m")  # 老婆 + 来看 is what she did
_BUYS = Pattern("新[娘郎]|业主|车主|学员|会员|住户|患者")  # 新娘叫汪晓彤
_MAY_PRESENT = Rule(
    "[(]|总监|经理|负责人|主管|部长|科长|厂长|总裁|总经理|升职|接手|离职|转岗|调岗|调走|跳槽|退休|休产假|辞职|上任|接任"
)  # one of them is in what follows
_PRESENTED = Pattern(
    r" ?\([^()]{2,12}(?:长|总监|经理|负责人|主管|主任|员|总|助理|师)\)|"
    r"(?:升职|接手|离职|转岗|调岗|调走|跳槽|退休|休产假|辞职|上任|接任)|"
    r"，(?:(?:(?![见约找跟和与问给陪])[\u4e00-\u9fff]){0,6}(?:总监|经理|负责人|主管|部长|科长|厂长|总裁|总经理))(?=，|。|$|"
    r"\s)"
)


def _presented(doc: Doc, start: int, end: int) -> bool:
    return bool(_PRESENTED.match(doc.norm, end)) and doc.norm[start:end] not in lexicon.words("not_names")


_PLAIN_ENDS = Pattern(
    r"[，。；、！:() \n\d]|$|聊|谈|说|讲|沟通|打|发|通|见|吃|开|约|那边|要|提|问|表示|确认|介绍|想|喝|对接|反馈|"
    r"的(?:邮箱|电话|手机|微信|办公室|名片|意思|意见|说法|要求)|负责|电话|手机|微信|觉得|认为|答应|回复|来电|来|和|跟|与|及|去|碰|交流|汇报|确定|敲定|签|看|加了?(?:我|个)?微信|转"
)
_DEEDS_BEHIND = "开要说问聊谈打来见回发给做提约催报签看想让把在去叫通寄送跟拿带找"
_DEEDS = "发说聊谈打来问要见回"  # what may stand behind a name and be taken for its end
LONGEST_NAME = 3  # characters, of nearly everybody
_NEVER_GIVEN = frozenset(
    "氏了的着过在是有没不说要给和跟到上下前后中这那个们人家里部也都就很完好吗呢吧我你他她它对把被让"
)


def _plain(doc: Doc) -> list[Person]:
    """恒力机械的王芳, 和陈晓东聊: a whole name without a form of address, where the dictionary knows no such word."""
    ways = forms()
    found = []
    for match in ways.plain.finditer(doc.norm):
        start = match.start("name")
        if ways.addressed.match(doc.norm, start):
            continue
        stop = _plain_end(doc, start, match.end("name"))
        if stop and (doc.norm[start - 1] not in firm_chars() or _behind_firm(doc, start)):
            title = ways.behind.match(doc.norm, stop)
            person = _titled(doc, start, stop, private=doc.norm.endswith("客户", 0, start))
            told = doc.text[title.start("title") : title.end("title")] if title else person.title
            found.append(person._replace(title=told))
    return found


def _behind_firm(doc: Doc, start: int) -> bool:
    return doc.norm[start - 1] in "的和跟与给找约问陪由部科处、了到" or (
        _ends_firm(doc.norm, 0, start) or doc.norm.endswith("客户", 0, start)
    )


def _plain_end(doc: Doc, start: int, end: int) -> int | None:
    """Where a plain name ends: with a word, in front of what people do or a title; None where it is no name."""
    for stop in (end, end - 1):
        verb = doc.norm[stop - 1] in _DEEDS
        # 王芳来电话: what looks like a given name is what she did; 陈晓来了 is told by the 了 alone.
        runs_on = verb and (doc.norm[stop : stop + 1] in ("了", "过") or stop - start == LONGEST_NAME)
        if stop - start < 2 or start not in doc.edges or runs_on:
            continue
        cut_off = stop < end and (doc.norm[end : end + 1] in ("了", "过") or doc.norm[stop] in _DEEDS)
        if stop not in doc.edges and not cut_off:
            continue
        inner = [doc.norm[a:b] for a, b in doc.tokens_from(start) if start <= a < b <= stop and b - a > 1]
        said = doc.norm[start:stop]
        if any(char in _NEVER_GIVEN for char in said[1:]) or not all(may_be_person(word) for word in [said, *inner]):
            continue
        if said in lexicon.words("not_names") or said in lexicon.words("not_people"):
            continue
        if _PLAIN_ENDS.match(doc.norm, stop) or forms().behind.match(doc.norm, stop):
            return stop
    return None


_NAME_ENDS = Pattern(SAYS)


def _swallows_deed(name: str) -> bool:
    """Three characters that the dictionary does not know, of which the last is what somebody does."""
    return name[-1] in _DEEDS_BEHIND and not segmenter().tag(name)


_ACTS = frozenset("谈付管包查关")  # surnames that are deeds as well


def _does(norm: str, start: int, end: int) -> bool:
    """财务付款慢, 采购管得严, 跟采购谈价格: what somebody does, beginning as surnames do."""
    first, word, rest = norm[start], norm[start : start + 2], norm[start + 1 : end]
    if first not in _ACTS:
        return False
    return word[-1] in "得不" or not may_be_person(word) or (first == "谈" and not may_be_person(rest))


def _given_end(doc: Doc, start: int, end: int) -> int | None:
    """Where the given name ends: two characters where the text goes on sensibly after them, else one."""
    if _does(doc.norm, start, end):
        return None
    if doc.norm[start:end] in lexicon.words("not_names") or doc.norm[start] not in lexicon.words("surnames"):
        return None
    if any(char in _NEVER_GIVEN for char in doc.norm[start + 1 : end - 1]):
        return None
    for token_start, token_end in doc.tokens_from(start):
        if token_start == start and token_end - start == LONGEST_NAME and _swallows_deed(doc.norm[start:token_end]):
            return token_end - 1  # 岑波开了会, 戴莹要样机
        if token_start == start and 2 <= token_end - start <= 3 and token_end <= end:
            longer = token_end < end and end in doc.edges and not _NAME_ENDS.match(doc.norm, token_end)
            return end if longer and _NAME_ENDS.match(doc.norm, end) else token_end
    for stop in (end, end - 1):
        if stop - start >= 2 and _NAME_ENDS.match(doc.norm, stop):
            return stop
    given = doc.tokens_from(start + 1)[0]  # 阚 + 立新, with anything behind
    whole = given[0] == start + 1 and given[1] == end and end - start == LONGEST_NAME and start in doc.edges
    tag = segmenter().tag(doc.norm[given[0] : given[1]])
    born = doc.norm[given[0] : given[1]] in _BORN_ON
    return end if whole and (born or not tag or tag.startswith(_GIVEN_TAGS)) else None


_GIVEN_TAGS = ("n", "a", "z")
_BORN_ON = frozenset(("国庆", "元旦", "建军", "中秋", "清明", "立春"))  # days that people are called by: 卞国庆


def _latin(doc: Doc) -> list[Person]:
    found = []
    for start, end, title in in_latin(doc):
        person = _titled(doc, start, end)
        found.append(person._replace(title=title or person.title))
    return found


def _titled(doc: Doc, start: int, end: int, *, private: bool = False) -> Person:
    """The person with the title that stands beside the name."""
    ways = forms()
    window = doc.norm[max(0, start - 12) : start].removesuffix(" ")
    before = ways.before.search(window) if window[-1:] in title_ends() else None
    after = ways.after.match(doc.norm, end)
    title, left = None, start
    if before:
        left = max(0, start - 12) + before.start()
        title = doc.text[left : left + len(before["title"])]
    elif after:
        group = "title" if after["title"] else "is"
        title = doc.text[after.start(group) : after.end(group)]
    return Person(start, end, doc.text[start:end], title, private, left)


def _excluded(doc: Doc, book: Book, person: Person) -> bool:
    ahead = doc.norm[max(0, person.left - 8) : person.left]
    owner = person.name.removesuffix("老板")  # 金穗老板: whoever he is, he is called by the firm's name
    if owner != person.name and owner in book.customers:
        return True
    ours = _NOT_THEIRS.search(ahead) is not None or person.name in book.colleagues
    return ours or introduced.by(doc, person.end)


_OWNED = Pattern("的?(?:助理|秘书|太太|司机|助手|下属|儿子|女儿)")


def _only_owner(doc: Doc, person: Person, people: list[Person]) -> bool:
    """尹总的助理小芮: the one who was met is 小芮."""
    owned = _OWNED.match(doc.norm, person.end)
    return owned is not None and any(other.start == owned.end() for other in people)
