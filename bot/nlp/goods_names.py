"""Where a name of goods begins and of what words it is made: 增氧泵 of 把增氧泵的定金, 锂电池 of 送两块锂电池."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.pattern import Pattern
from bot.nlp.segment import segmenter

_LONGEST = 9
LISTED = 3
SHORTEST = 2
_SHOWN = Pattern(r"[这那](?:台|套|批|款|个|张|辆|条|部|件|块)(?=..)")  # 那台口, which the dictionary knows as no word
_WANTED = Pattern(
    r"(?:[报做弄搞定订买装换配租印加添送借修]个|[今明去后]年|[上下本]半?年|必须|一定|准备|打算|一?下(?=充)|不?含(?=[\u4e00-\u9fff]{2})|[要想上用](?=[^要想上用]))+(?=..)"
)  # 今年必须上 + 设备
_NOUNS = ("n", "b", "vn", "eng", "an", "j", "l", "x")
_USED = frozenset("手体相用能")  # 二手, 一体, 三相: numerals to the dictionary, and no count
_LINKS = frozenset("高低大小新老旧冷热干湿")
TOPIC = 3  # characters of a name that is one wherever a thought begins with it
_NUMERALS = frozenset("0123456789一二两三四五六七八九十百千万几半")
_WORKED_BY = frozenset(
    "点切打喷压磨割拌封贴卷绞搅烘烫烤蒸煮洗刷扫抛剪锯焊铆钉冲注吹挤拉折裁缝绣染刻雕吸抽排喂捡分选筛称测检捆缠码拆卸铲挖钻"
)
_ASKS = (
    r"(?:[想来再只还又]*要(?:的是)?|[想来再]?[订买]|进|拿|发|换成?|改?用|采购|求购|询价|追加|需要)(?:了|一下|的|个)?"
)
_ASKING = Pattern(_ASKS)


@cache
def tails() -> Rule:
    """How goods are called."""
    return Rule(
        f"(?:{lexicon.either('goods', 'tail', also='product_ends')})(?![商部城馆厂])",
        lexicon.beginnings("goods", "tail") | lexicon.beginnings("product_ends"),
    )


@cache
def left() -> Pattern:
    return Pattern(f"(?:{'|'.join(word for word, kind in lexicon.rows('goods') if kind == 'left')})$")


def binds(word: str) -> bool:
    """Whether a word ties others together, so that it is inside of no name."""
    return word in lexicon.words("breaks") or segmenter().tag(word).startswith(("r", "u", "c", "y"))


def begin(doc: Doc, end: int, walls: frozenset[int], known: int | None = None) -> int:
    """Where the noun begins: words to the left that may be part of its name, of which [known, end) surely is."""
    start = end if known is None else known
    index = bisect_left(doc.cuts, start)
    while index:
        token_start, token_end = doc.tokens[index - 1]
        word = doc.norm[token_start:token_end]
        if (
            end - token_start > _LONGEST
            or (token_end in walls and token_end < end)
            or (walls and not walls.isdisjoint(range(token_start + 1, token_end)))
            or not (part(word, first=start == end) or _torn_off(doc, word, start, end))
            or _counts(doc, token_start, token_end)
        ):
            break
        start, index = token_start, index - 1
    start = _unasked(doc, start, end)
    if (
        start < end
        and start in doc.edges
        and doc.norm[start] in "套台批款"
        and start + 1 in doc.edges
        and end - start > LISTED
    ):
        start += 1  # 上 + 套 + 考勤系统
    shown = _SHOWN.match(doc.norm, start, end) or _WANTED.match(doc.norm, start, end)
    return shown.end() if shown else start


def _torn_off(doc: Doc, word: str, start: int, end: int) -> bool:
    """点 + 餐机, 切 + 菜机, 洗 + 烘 + 一体机: what the machine does, cut from a name that no dictionary has."""
    if word not in _WORKED_BY or start == end:
        return False
    rest = doc.norm[start:end]
    return (
        (len(rest) == SHORTEST and not segmenter().tag(rest)) or segmenter().tag(rest) == "d" or rest[0] in _WORKED_BY
    )


def _unasked(doc: Doc, start: int, end: int) -> int:
    """Where 再要镀锌管 begins without the words of asking; 发电机 is a word of its own."""
    for word_start, word_end in doc.tokens_from(start):
        if word_end > end - 2 or not _ASKING.fullmatch(doc.norm, word_start, word_end):
            return word_start
    return start


def _counts(doc: Doc, start: int, end: int) -> bool:
    """The 台 of 12台立式钢琴."""
    return (
        end - start == 1
        and start > 0
        and doc.norm[start - 1] in _NUMERALS
        and doc.norm[start] in lexicon.words("measures")
    )


def part(word: str, *, first: bool) -> bool:
    """Whether a word may be part of a name of goods; the last one (`first` from the right) is a noun."""
    if lexicon.kinds("not_products").get(word) == "never":
        return False
    if word in lexicon.words("breaks") or word in lexicon.words("not_names"):
        return len(word) > 1 and (first or word in begins())
    if not word.isalnum() or word.isdigit() or (len(word) > 1 and word[-1] in "个了过"):
        return False  # 装个, a word to the dictionary
    tag = segmenter().tag(word)
    if first:
        known = tag.startswith(_NOUNS) or (tag == "i" and len(word) >= TOPIC)  # 抛丸机, an idiom to the dictionary
        ends = tails().fullmatch(word if len(word) < TOPIC else word[-1])  # 片冰机, an adverb to the dictionary
        return not tag or known or tails().fullmatch(word) is not None or (ends is not None and not tag.startswith("n"))
    if len(word) == 1:
        return word in _LINKS or tag in ("n", "b", "ng", "Ng", "q")
    person = tag.startswith("nr") and word[0] in lexicon.words("surnames")  # 智慧 is none
    return (
        not tag
        or (tag.startswith(_NOUNS) and not person)
        or (tag == "m" and word[-1] in _USED)
        or (tag == "d" and len(word) >= TOPIC)  # 一次性
        or (tag in ("v", "z") and len(word) > 1 and not left().search(word))
    )


@cache
def begins() -> frozenset[str]:
    """Words that may begin a name of goods although they end other names: the 工地 of 智慧工地平台."""
    return frozenset(word for word, kind in lexicon.rows("goods") if kind == "part")
