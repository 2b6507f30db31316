"""Counts and plain numbers in a text: 三台, 1,280套, 三分之二, -2.5, 五十打, 八千来人.

What else is said with a number (a day, a share, a telephone) is left out by `entities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.nlp import lexicon
from bot.nlp.doc import Doc
from bot.nlp.numbers import ARABIC, BIG, HAN, SMALL, Figure, apart, plain, read
from bot.nlp.pattern import Pattern

_S = " {0,2}"
_FINE = r"[零〇一二三四五六七八九\d壹贰叁肆伍陆柒捌玖]"
_HAN = rf"[{HAN}]{{1,40}}"
_SPACED = rf"{_HAN}(?: {{1,2}}{_HAN}){{0,12}}"
_OTHER = (
    rf"|(?P<mix>\d{{1,8}} ?[百千万亿]"
    rf"(?:(?: ?零?\d{{1,4}} ?[百千万亿]){{1,6}}(?: ?零?\d{{1,4}})?| ?零?\d{{1,4}})(?![\d.]))"
    rf"|(?P<round>(?:\d{{1,6}}|[{HAN}](?: ?[{HAN}]){{0,15}})) ?(?P<more>多|余|来|几|零几) ?"
    rf"(?:(?P<by>[万亿]{{1,2}})|(?=[{''.join(sorted(lexicon.words('measures')))}]))"
    r"|(?P<list>\d+(?:\.\d+){2,24})"
    r"|(?:(?P<ones>\d{1,4}) )?(?P<above>\d{1,9}) ?/ ?(?P<below>\d{1,9})(?![\d/])"
    rf"|(?P<a>{ARABIC}|(?<![\w.])\.\d{{1,12}})(?:(?P<exp>(?:e|\^)[+-]?\d{{1,3}})(?![a-z\d])|"
    r"(?P<u>[百千万亿]{1,3}|(?: ?(?:[kmgt]|w))(?![a-z]))?)"
    rf"|(?P<half>半)(?=个(?!月|小时|钟头|星期|礼拜|工作))"
)
_SIGN = r"(?P<neg>负 ?|(?<![\w)-])- ?(?!-))?"
_DOZEN = r"(?P<dozen>打(?![电折开包样算印破听扫造动卡钱]))?"


def _pattern(han: str, begin: str) -> Pattern:
    """`begin` is the alternative of fractions, which few texts need."""
    decimal = rf"{han}(?: ?点 ?{_FINE}{{1,40}})?"
    return Pattern(rf"(?=[-负半.\d{HAN}]){_SIGN}(?:{begin}{_OTHER}|(?P<h>{decimal})){_DOZEN}")


_ANY = rf"(?:{_SPACED}(?: ?点 ?{_FINE}{{1,40}})?|{ARABIC})"
_FRACTION = (
    rf"(?:(?P<whole>{_ANY}){_S}又{_S})?(?P<den>{_ANY}){_S}分{_S}(?:之|(?=[{HAN}])(?<=又..分)|(?<=又.分)){_S}"
    rf"(?P<minus>负)?(?P<num>{_ANY})"
)
_NUMBER = _pattern(_SPACED, _FRACTION)
_PLAIN = _pattern(_HAN, "(?P<whole>(?!))(?P<den>)(?P<num>)(?P<minus>)")
_LETTERS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "w": 10**4}
_SINGLE_BEFORE = frozenset("唯统万单专同不划第初老小阿周期大之某")
_SHARES = frozenset(("百", "佰", "千", "仟", "万"))  # 百分之八十 is a share; its number is 80
_FORMAL = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟")


def find_numbers(doc: Doc) -> Iterator[Figure]:
    """Every number; one Chinese numeral alone only where a measure word or nothing follows (三台, not 三亚)."""
    pattern = _NUMBER if "分" in doc.norm or " " in doc.norm else _PLAIN
    for match in pattern.finditer(doc.norm):
        if match["list"]:
            yield from _listed(match)
            continue
        value = _value(match)
        if value is None or not _stands_alone(doc.norm, match):
            continue
        if match["den"] and match["den"].strip() in _SHARES:
            if match["num"] and (part := read(match["num"])) is not None:
                yield Figure(match.start("num"), match.end("num"), part)
            continue
        value = value * 12 if match["dozen"] else value
        end = match.end()
        if match["h"] and match["h"][-1] == "兆" and doc.norm[end : end + 1] not in "元，":
            continue
        yield Figure(match.start(), end, -value if match["neg"] else value)


def _listed(match: re.Match[str]) -> Iterator[Figure]:
    """2222.333.44 is no number but three."""
    for piece in re.finditer(r"\d+", match.group()):
        yield Figure(match.start() + piece.start(), match.start() + piece.end(), Decimal(piece.group()))


def _value(match: re.Match[str]) -> Decimal | None:
    if match["den"]:
        return _fraction(match)
    if match["above"]:
        below = Decimal(match["below"])
        return Decimal(match["ones"] or 0) + Decimal(match["above"]) / below if below else None
    if match["half"]:
        return Decimal("0.5")
    if match["mix"] or match["round"]:
        return read(match["mix"] or match["round"].rstrip("零") + (match["by"] or ""))
    return _arabic(match) if match["a"] else read(match["h"])


def _fraction(match: re.Match[str]) -> Decimal | None:
    below, above = read(match["den"]), read(match["num"])
    whole = read(match["whole"]) if match["whole"] else Decimal(0)
    if not below or above is None or whole is None:
        return None
    return whole + (-above if match["minus"] else above) / below


def _arabic(match: re.Match[str]) -> Decimal | None:
    said = match["a"]
    value = Decimal(said) if said[0] == "." else read(said)
    units = (match["u"] or "").strip()
    if value is None:
        return None
    if power := match["exp"]:
        return value * Decimal(10) ** int(power[1:]) if power[0] == "e" else value ** int(power[1:])
    if units == "g" and value in (2, 3, 4, 5, 6):
        return None  # 5G is a network
    if units in _LETTERS:
        return value * _LETTERS[units]
    if units and value == int(value):
        return read(f"{plain(value)}{units}")
    for unit in units:
        value *= SMALL.get(unit) or BIG.get(unit) or 1
    return value


def _stands_alone(norm: str, match: re.Match[str]) -> bool:
    before, after = norm[max(0, match.start() - 1) : match.start()], norm[match.end() : match.end() + 1]
    if match["round"] or match["neg"] or match["den"] or match["half"] or match["dozen"]:
        return True
    if match["a"] or match["mix"] or match["above"]:
        return not (before.isascii() and before.isalpha())
    return not _in_idiom(norm, match.start()) and _han_alone(norm, match["h"], before, after)


_IDIOM = Pattern(
    "乱七八糟|七上八下|七嘴八舌|七零八落|三心二意|三言两语|三番五次|四面八方|四平八稳|五花八门|五颜六色|五湖四海|一五一十|一清二楚|"
    "一心一意|一模一样|一干二净|接二连三|丢三落四|朝三暮四|颠三倒四|千方百计|千篇一律|千家万户|千变万化|万无一失|百分百|"
    "数一数二|独一无二|说一不二|略知一二|三三两两|隔三差五|隔三岔五|横七竖八|杂七杂八|八九不离十|十有八九|十全十美|十万火急"
)


def _in_idiom(norm: str, start: int) -> bool:
    return any(_IDIOM.match(norm, at) for at in range(max(0, start - 2), start + 1))


def _han_alone(norm: str, said: str, before: str, after: str) -> bool:
    if all(char in BIG or char in SMALL for char in said):
        return len(norm) == len(said) and said not in ("万", "亿", "千", "兆", "万万")
    if len(said) == 2 and said[0] == said[1] and said[0] not in _FORMAL:
        return False  # 九九, 两两
    if said == "万一" or (said[:2] == "万一" and before == ""):
        return False
    if len(said) > 1 and "点" not in said:
        return not (after in lexicon.words("measures") and apart(said, counts=True))  # 三四个 is no figure
    if (
        "点" not in said
        and (
            before in _SINGLE_BEFORE or (said in _FORMAL and "\u4e00" <= before <= "\u9fff" and before not in "是为写")
        )
        and before
    ):
        return False
    return not after or after in lexicon.words("measures") or not "\u4e00" <= after <= "\u9fff"
