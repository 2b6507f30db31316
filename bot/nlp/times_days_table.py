"""How days and stretches of days are worded, with the reader of each wording."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TypeAlias

from bot.nlp import lexicon
from bot.nlp.pattern import Pattern
from bot.nlp.times_days import (
    Reader,
    read_american,
    read_bare_part,
    read_day_first,
    read_day_of_month,
    read_english,
    read_half,
    read_iso,
    read_month,
    read_month_day,
    read_quarter,
    read_relative_day,
    read_slash,
    read_week,
    read_weekday,
    read_weekend,
    read_working_day,
    read_year_span,
)
from bot.nlp.times_festivals import off_work, read_around, read_festival, read_first_day_back
from bot.nlp.times_lunar import read_bare_lunar_day, read_lunar_day, read_lunar_month
from bot.nlp.times_seasons import read_season
from bot.nlp.times_spans import (
    read_days,
    read_days_beside,
    read_months,
    read_neighbouring_months,
    read_neighbours,
    read_weekdays,
    read_years,
)

_RY = r"(?P<ry>今年|本年|明年|后年|去年|前年|大前年|大后年|当年|来年|次年|翌年|[上下]一?年(?!半|级))"
_Y = (
    r"(?:(?P<y>\d{4}|[零〇一二三四五六七八九]{4}|两千[零〇一二三四五六七八九十]{1,3}|\d{2}|"
    rf"[零〇一二三四五六七八九]{{2}}) ?年|{_RY}) ?的?"
)
_MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_M = rf"(?P<m>{_MONTH}) ?月份?"
_TWO_MONTHS = "十一二|[一二三四五六七八][二三四五六七八九]"
_DAY = (
    r"3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]|"
    r"十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_D = rf"(?P<d>{_DAY})"
_RM = r"(?P<rm>上{2,4}个?月|下{2,4}个?月|上一?个?月|下一?个?月|本月|这个?月|当月)"
_W = r"(?:周|星期|礼拜|礼)"
_PART = "底|末|初|中旬|中|上旬|下旬"
_PART_OF = rf"(?P<part>{_PART})"
_OTHER_DATE = r"(?![\d个台吨万.,:%])"
_CAL = r"(?P<cal>农历|阴历|旧历)?的?"
_LM = rf"(?P<leap>闰)?(?P<lm>正|腊|冬|{_MONTH})月份?"
_LD = (
    r"(?P<ld>初(?:10|[1-9]|[一二三四五六七八九十])|廿[一二三四五六七八九]?|三十|"
    r"二十[一二三四五六七八九]?|十[一二三四五六七八九]|[12]\d|30)"
)
_TO = r" ?(?:到|至|~|-{1,2}|ー) ?"
_HAO = r"(?:日(?!期|本|常|用|报|产|均|程|之计|三秋|千里)|号(?!码|线|楼|院|机|称|店|门|厂|令|召|房|桌|车))"

Rows: TypeAlias = "tuple[tuple[str, str, str, Reader], ...]"
Readers: TypeAlias = "list[tuple[Pattern, Reader]]"
_DIGITS = "0123456789"
_HEADS_D = "0一二三四五六七八九十廿"
_HEADS_M = "0一二三四五六七八九十"
_HEADS_Y = "0零〇一二三四五六七八九两今本明后去前大当来次翌上下"
_HEADS_L = "农阴旧闰正腊冬"
_HEADS_RM = "上下本这当"
# What may follow a head: the character behind it, for a numeral the one behind the number. 今年, 3月, 大前年, 上一年.
_THEN_YM = "年月一前后"
_THEN_Y = "年一前后"
_THEN_RM = "上下一个月"
_THEN_TO = "到至~-ー "
_THEN_W = "期拜 一二三四五六日天1234567"


@lru_cache(maxsize=4096)
def readers(char: str, then: str) -> Readers:
    """The wordings that may begin with a character, as (pattern, reader); the longest reading at a place wins. `then`
    is the character behind it, or behind the number that begins with it.

    """
    digit = "0" if char.isdecimal() else char
    rows = (row for row in _all() if digit in row[0])
    return [(pattern, reader) for _, after, pattern, reader in rows if not after or then in after]


@cache
def _all() -> list[tuple[str, str, Pattern, Reader]]:
    rows = (*_lunar(), *_dates(), *_numeric(), *_spans(), *_both_ends(), *_named(), *_festivals(), *_seasons())
    return [(heads, then, Pattern(pattern), reader) for heads, then, pattern, reader in rows]


def _lunar() -> Rows:
    """Before the others: of two readings of one length the first wins."""
    of_year = rf"(?:{_Y} ?)?"
    heads, then = _HEADS_L + _HEADS_Y + _HEADS_M, _THEN_YM + "历正腊冬二三四五六七八九十" + _DIGITS
    return (
        (heads, then, rf"{_CAL}{of_year}{_CAL.replace('cal', 'cal2')}{_LM}的?{_LD}(?![日号\d])", read_lunar_day),
        (heads, then, rf"{_CAL}{of_year}{_LM}(?:月?(?P<part>底|末|初(?![一-十\d])|上旬|中旬|下旬))?", read_lunar_month),
        (
            "大初廿",
            "",
            r"(?P<new>大年)?(?P<ld>初[一二三四五六七八九十]|廿[一二三四五六七八九])(?!学|班|年级|生|的?孩|家长|月|中)",
            read_bare_lunar_day,
        ),
    )


def _dates() -> Rows:
    return (
        (_HEADS_Y + _HEADS_M, _THEN_YM, rf"(?:{_Y} ?)?{_M} ?(?:的)?{_D} ?(?:日|号){_sep()}", read_month_day),
        (
            "周星礼",
            _THEN_W,
            rf"{_W}(?P<wb>[一二三四五六日天])[，、 ]{{1,2}}{_M} ?(?:的)?{_D} ?(?:日|号)",
            read_month_day,
        ),
        (_HEADS_Y + _HEADS_M, _THEN_YM, rf"(?:{_Y} ?)?{_M} ?{_D}{_OTHER_DATE}(?![日号十年月天])", read_month_day),
        (_HEADS_RM, _THEN_RM, rf"{_RM} ?的?{_D} ?(?:日|号)", read_day_of_month),
        (_HEADS_D, "日号廿", rf"{_D} ?{_HAO}", read_day_of_month),
    )


def _numeric() -> Rows:
    month, day = r"1[0-2]|0?[1-9]", r"3[01]|[12]\d|0?[1-9]"
    return (
        ("0", "-/.", rf"((?:19|20)\d{{2}})[-/.]({month})[-/.]({day})(?!\d)(?:日|号)?", read_iso),
        ("0", _DIGITS, rf"((?:19|20)\d{{2}}) ({month}) ({day})(?!\d)", read_iso),
        ("0", _DIGITS, r"((?:19|20)\d{2})(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?![\d万千百元块.-])", read_iso),
        ("0", "/", rf"(?P<m>{month})[/](?P<d>{day})(?![\d/%万千元块w])(?:日|号)?", read_slash),
        ("0", "·・", rf"(?P<m>{month})[·・](?P<d>{day})(?!\d)(?:日|号)?", read_slash),
        ("0", "-", r"(?P<m>1[0-2]|0[1-9])-(?P<d>3[01]|[12]\d|0[1-9])(?![\d万千元块w个%-])(?:日|号)?", read_slash),
        ("0", ".", rf"(?P<m>{month})[.](?P<d>{day})(?:日|号)", read_slash),
        ("0", "/", rf"(?P<m>{month})/(?P<d>{day})/(?P<y2>\d{{4}}|\d{{2}})(?!\d)", read_american),
        ("0", "-.", rf"(?P<d>{day})[-.](?P<m>{month})[-.](?P<y2>(?:19|20)\d{{2}})(?![\d.-])", read_day_first),
        ("0", "-", rf"(?P<d>{day})-(?P<m>{month})-(?P<y2>\d{{2}})(?![\d.-])", read_day_first),
    )


def _both_ends() -> Rows:
    days = rf"(?P<days>(?:{_DAY})(?:{_TO}|[日号](?:{_TO}|[，、 ]{{1,2}}))(?:(?:{_DAY})[日号][，、 ]{{1,2}})*(?:{_DAY}))"
    year = r"(?:19|20)\d\d"
    neighbours = r"(?P<days>(?:[二三]?十|廿)?[一二三四五六七八][二三四五六七八九])"
    return (
        ("0从自", "", rf"(?:从|自)?(?P<ya>{year})年?{_TO}(?P<yb>{year})年(?!\d)", read_years),
        ("从自", "", rf"(?:从|自)(?P<ya>{year})年?{_TO}(?P<yb>{year})(?![\d/.-])", read_years),
        ("0", "年" + _DIGITS, rf"(?P<ya>{year})年?(?:与|和|跟)(?P<yb>{year})年之?间", read_years),
        (
            _HEADS_Y + _HEADS_M,
            _THEN_YM + _THEN_TO,
            rf"(?:{_Y} ?)?(?P<ma>{_MONTH})(?:月份?)?{_TO}(?P<mb>{_MONTH})月份?(?! ?(?:{_DAY}) ?[日号\d])",
            read_months,
        ),
        (_HEADS_Y + _HEADS_M, _THEN_YM + _THEN_TO + "日号", rf"(?:(?:{_Y} ?)?{_M} ?)?{days} ?{_HAO}", read_days),
        (_HEADS_Y + _HEADS_M, "", rf"(?:{_Y} ?)?(?P<months>{_TWO_MONTHS})月份?", read_neighbouring_months),
        (_HEADS_D + _HEADS_RM, "", rf"(?:{_RM}的?)?{neighbours}{_HAO}", read_neighbours),
        (_HEADS_Y + _HEADS_M, _THEN_YM, rf"(?:{_Y} ?)?{_M}{neighbours}{_HAO}", read_neighbours),
    )


def _spans() -> Rows:
    return (
        (_HEADS_Y + _HEADS_M, _THEN_YM, rf"(?:{_Y} ?)?{_M}(?:月?{_PART_OF}(?!间))?", read_month),
        (_HEADS_RM, _THEN_RM, rf"{_RM}(?:月?{_PART_OF})?", read_month),
        (
            "月年季",
            "度底末初中上下",
            r"(?P<of>月|年|季)(?:度(?=[底末初]))?(?P<part>底|末|初|中旬|中|上旬|下旬)(?!间|级|介)",
            read_bare_part,
        ),
        (
            _HEADS_Y,
            _THEN_Y,
            rf"{_Y}年?(?P<part>底|末|初|中(?!秋)|伊始)?(?!级|龄|货|轻|后|内|以(?!前)|之(?!前))",
            read_year_span,
        ),
        (_HEADS_Y, _THEN_Y, rf"{_Y}", read_year_span),
        (_HEADS_Y, _THEN_Y, rf"{_Y} ?(?P<half>上半年|下半年|前半年|后半年)", read_year_span),
        ("上下前后", "半个", r"(?P<half>上|下|前|后)(?P<turn>个)?半个?(?P<of>年|月|周)", read_half),
        (
            _HEADS_Y + "第本这上下q",
            _THEN_Y + "个季二三四1234",
            rf"(?:{_Y} ?)?(?P<q>第?[一二三四1234](?:个)?季(?:度|(?=[末初底报前后内的与、，。 ]|$))|"
            r"q[1-4](?!\d)|[本这上下]一?个?季度?)"
            r"(?P<part>末|底|初)?(?!节|军)",
            read_quarter,
        ),
    )


def _named() -> Rows:
    wd = r"(?P<wd>[一二三四五六日天1-7])"
    which = r"(?P<which>上{1,4}|下{1,4}|本|这|此)?一?个?"
    return (
        (
            "大本今明后昨前当次翌隔",
            "大前后天日早晚晨儿朝夜明",
            r"大{1,3}[前后][天儿]|今[天日早晚晨儿朝]个?|明[天日早晚晨儿]个?|后(?:[天日]|儿(?!子|媳|童|女))个?|"
            r"昨[天日早晚晨儿]个?|本日(?!常|报)|前(?:[天日晚]|儿(?!子|媳|童|女))个?|当[天日晚]|今夜|次日|翌日|隔天",
            read_relative_day,
        ),
        (
            "上下本这此一个周星礼",
            "上下个周星礼" + _THEN_W,
            rf"{which}{_W} ?{wd}(?![个种项条些台万季]|周(?![一二三四五六日天末])|(?<=\d)\d)",
            read_weekday,
        ),
        (
            "上下本这",
            "上下一个周星礼",
            r"(?P<which>上{1,4}|下{1,4}|本|这)一?个?(?:周|星期|礼拜)(?P<end>末)?(?![一二三四五六日天年])",
            read_week,
        ),
        (
            "上下本这周星礼",
            "上下个周星礼" + _THEN_W,
            rf"{which}{_W}(?P<wds>[一二三四五六][二三四五六日天])(?![个点时十百千万亿台套家号月天种项条次件位人、和]|周)",
            read_weekdays,
        ),
        ("今明", "明后", r"(?P<both>今明后|今明|明后)(?:天|[两三](?:天|日))", read_days_beside),
        ("周", "末", r"周末", read_weekend),
        ("上下", "一个工交", r"(?P<which>上|下)一?个?(?:工作日|交易日)", read_working_day),
        (
            "bonmtwfsyjad",
            "",
            r"(?:by |before |on |until )*(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? "
            r"(?P<date>\d{1,2})(?:st|nd|rd|th)?(?![\d:.%])|"
            r"(?:by |before |on |next )*(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day(?P<after> next week)?|"
            r"(?:by |before |on |next )+"
            r"(?P<abbr>mon|tue|wed|thu|fri|sat|sun)(?:s|rs)?\b|(?P<rel>today|tomorrow|yesterday)",
            read_english,
        ),
    )


def _festivals() -> Rows:
    names = f"(?P<f>{lexicon.either('festivals')})"
    festivals = "".join(sorted({word[0] for word in lexicon.words("festivals")}))
    off = "(?P<off>期间|假期|长假|黄金周|放假期间)"
    return (
        (
            _HEADS_Y + "国" + festivals,
            "",
            rf"(?:{_Y} ?)?(?:国际)?{names}(?:{off}|放假)?"
            r"(?!路|街|广场|区|促|大|[\d.元块万亿百千十点个台套一二三四五六七八九])",
            read_festival,
        ),
        (
            festivals + "节年过",
            "",
            rf"(?:{names}|(?P<way>节|年|过?完年))(?:假期)?(?:回来|后|之后|过后|上班|收假|开工)(?:的)?(?:上班)?(?:的)?"
            r"(?:第一天|第一个工作日|头一?天)",
            read_first_day_back,
        ),
        (
            "节年过双",
            "完了年节之前后",
            r"(?P<of>过?完年|过了年|过?年|过?完?节|双节)(?:(?P<side>之?[前后])(?!期|面|台|续|景|端|备|勤)|(?<=完[年节]))",
            read_around,
        ),
        ("下收打", "班工烊", r"(?:下班|收工|打烊)(?:之?前|以前)", off_work),
    )


def _seasons() -> Rows:
    return (
        (
            _HEADS_Y + "春夏秋冬开入暑",
            _THEN_Y + "天季春夏秋冬假",
            rf"(?:{_Y} ?)?(?:(?P<season>[春夏秋冬])[天季]|[开入](?P<start>[春夏秋冬])|(?P<off>暑假))",
            read_season,
        ),
    )


def _sep() -> str:
    """The weekday that people add to a date: 10月12号，星期一."""
    return r"(?: ?[(，]? ?(?:周|星期|礼拜)(?P<wa>[一二三四五六日天])\)?)?"
