"""How days and stretches of days are worded, with the reader of each wording."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from bot.nlp import lexicon
from bot.nlp.times_days import (
    Reader,
    read_after_festival,
    read_american,
    read_bare_part,
    read_day_of_month,
    read_edge_day,
    read_english,
    read_festival,
    read_half_year,
    read_iso,
    read_month,
    read_month_day,
    read_nth_of_month,
    read_quarter,
    read_relative_day,
    read_slash,
    read_week,
    read_weekday,
    read_weekend,
    read_year_span,
)
from bot.nlp.times_model import head

_Y = (
    r"(?:(?P<y>\d{4}|[零〇一二三四五六七八九]{4}|两千[零〇一二三四五六七八九十]{1,3}|\d{2}|"
    r"[零〇一二三四五六七八九]{2}) ?年|(?P<ry>今年|本年|明年|后年|去年|前年|大前年|当年)) ?的?"
)
_M = r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|正|腊) ?月份?"
_D = (
    r"(?P<d>3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]|"
    r"十[一二三四五六七八九]?|[一二三四五六七八九])"
)
_RM = r"(?P<rm>上上个?月|下下个?月|上一?个?月|下一?个?月|本月|这个?月|当月)"
_W = r"(?:周|星期|礼拜|礼)"
_PART_OF = r"(?P<part>底|末|初|中旬|中|上旬|下旬)"
_OTHER_DATE = r"(?![\d个台吨万.,:%])"

Table: TypeAlias = "tuple[tuple[str, str, Reader], ...]"
Readers: TypeAlias = "list[tuple[re.Pattern[str], Reader]]"
_HEADS_D = "0一二三四五六七八九十廿"
_HEADS_M = "0一二三四五六七八九十正腊"
_HEADS_Y = "0零〇一二三四五六七八九两今本明后去前大当"
_HEADS_RM = "上下本这当"


def readers() -> dict[str, tuple[re.Pattern[str], Readers]]:
    """The wordings by what they may begin with (`times_model.head`), as (pattern, reader); the longest reading at a
    place wins. The expression in front of them matches where any of them does."""
    compiled = [(heads, re.compile(pattern), reader) for heads, pattern, reader in (*_dates(), *_spans(), *_named())]
    found: dict[str, Readers] = {}
    for heads, pattern, reader in compiled:
        for char in dict.fromkeys(head(heads, at) for at in range(len(heads))):
            found.setdefault(char, []).append((pattern, reader))
    return {char: (_any_of(pattern for pattern, _ in rows), rows) for char, rows in found.items()}


def _any_of(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in patterns))


def _dates() -> Table:
    return (
        (_HEADS_Y + _HEADS_M, rf"(?:{_Y} ?)?{_M} ?(?:的)?{_D} ?(?:日|号){_sep()}", read_month_day),
        (_HEADS_Y + _HEADS_M, rf"(?:{_Y} ?)?{_M} ?{_D}{_OTHER_DATE}(?![日号十年月天])", read_month_day),
        ("0", r"((?:19|20)\d{2})[-/.](1[0-2]|0?[1-9])[-/.](3[01]|[12]\d|0?[1-9])(?!\d)(?:日|号)?", read_iso),
        ("0", r"(?P<m>1[0-2]|0?[1-9])[/](?P<d>3[01]|[12]\d|0?[1-9])(?![\d/%])(?:日|号)?", read_slash),
        ("0", r"(?P<m>1[0-2]|0[1-9])-(?P<d>3[01]|[12]\d|0[1-9])(?![\d-])(?:日|号)?", read_slash),
        ("0", r"(?P<m>1[0-2]|0?[1-9])[.](?P<d>3[01]|[12]\d|0?[1-9])(?:日|号)", read_slash),
        ("0", r"(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])/(?P<y2>\d{4}|\d{2})(?!\d)", read_american),
        (_HEADS_RM, rf"{_RM} ?的?{_D} ?(?:日|号)", read_day_of_month),
        (
            _HEADS_D,
            rf"{_D} ?(?:日(?!期|本|常|用|报|产|均|程)|号(?!码|线|楼|院|机|称|店|门|厂|令|召|房|桌|车))",
            read_day_of_month,
        ),
    )


def _spans() -> Table:
    return (
        (_HEADS_Y + _HEADS_M, rf"(?:{_Y} ?)?{_M}(?:{_PART_OF})?", read_month),
        (_HEADS_RM, rf"{_RM}(?:{_PART_OF})?", read_month),
        ("月年", r"(?P<of>月|年)(?P<part>底|末|初|中旬|中|上旬|下旬)(?!间|级|介)", read_bare_part),
        (_HEADS_Y, rf"{_Y}(?P<part>底|末|初|中)?(?!级|龄|货|轻|前|后|内|以|之)", read_year_span),
        (_HEADS_Y, rf"{_Y}", read_year_span),
        (_HEADS_Y, rf"{_Y} ?(?P<half>上半年|下半年|前半年|后半年)", read_year_span),
        ("上下前后", r"(?P<half>上半年|下半年|前半年|后半年)", read_half_year),
        (
            _HEADS_Y + "第本这上下q季",
            rf"(?:{_Y} ?)?(?P<q>第?[一二三四1234](?:个)?季度|q[1-4](?!\d)|[本这上下]一?个?季度|"
            rf"季)(?P<part>末|底|初)?(?<!季)",
            read_quarter,
        ),
    )


def _named() -> Table:
    names, festivals = f"(?P<f>{lexicon.either('festivals')})", "".join(word[0] for word in lexicon.words("festivals"))
    wd = r"(?P<wd>[一二三四五六日天1-7])"
    which = r"(?P<which>上上|下下|上|下|本|这|此)?一?个?"
    return (
        (
            "大今明后昨前当次翌隔",
            r"大前天|大后天|今[天日早晚晨儿朝]个?|明[天日早晚晨儿]个?|后天|后日|昨[天日早晚晨儿]个?|"
            r"前天|前日|前晚|当[天日晚]|今夜|今明(?=两天)|次日|翌日|隔天",
            read_relative_day,
        ),
        ("上下本这此一个周星礼", rf"{which}{_W} ?{wd}(?![个周种项条些台万季\d])", read_weekday),
        (
            "上下本这",
            r"(?P<which>上上|下下|上|下|本|这)一?个?(?:周|星期|礼拜)(?P<end>末)?(?![一二三四五六日天年])",
            read_week,
        ),
        ("周", r"周末", read_weekend),
        (
            "bonmtwfsy",
            r"(?:by |before |on |next )?(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day|(?P<rel>today|"
            r"tomorrow|yesterday)",
            read_english,
        ),
        (
            _HEADS_Y + _HEADS_M + _HEADS_RM,
            rf"(?:(?:{_Y} ?)?{_M}|{_RM})的?第(?P<n>[一二三四五1-5])个?{_W}{wd}",
            read_nth_of_month,
        ),
        (_HEADS_Y + _HEADS_M + _HEADS_RM, rf"(?:(?:{_Y} ?)?{_M}|{_RM})的?(?P<edge>最后一天|第一天)", read_edge_day),
        (
            _HEADS_Y + "国" + festivals,
            rf"(?:{_Y} ?)?(?:国际)?{names}(?:假期|放假)?(?!路|街|广场|区|促|大)",
            read_festival,
        ),
        (
            festivals + "节",
            rf"(?:{names}|节)(?:假期)?(?:回来|后|之后|过后|上班|收假)(?:的)?(?:上班)?(?:的)?第一(?:天|个工作日)",
            read_after_festival,
        ),
    )


def _sep() -> str:
    """The weekday that people add to a date: 10月12号，星期一."""
    return r"(?: ?[(，]? ?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
