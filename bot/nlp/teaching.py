"""What teaches genjin a word, or several at once: 教你：HW就是华为, 教你这些产品：云帆、魔方, 忘掉：HW, 你学了什么."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.nlp.parsed import Parsed, Span, Teaching, Words

_MAY_BE = re.compile(r"\s*(?:教你|记住|以后|学一下|你?(?:都|会)?学|教过|我?教|忘|别再?记|你记住|把)")
_IS = r"\s*(?:就是|等于|指的?就?是|说的?就?是|是|=|＝)\s*"
_PUT = r"[\s：:，,]*"
_TEACH = (
    re.compile(rf"\s*(?:我?教你(?:一下|个词|一个词)?|学一下){_PUT}(?P<word>\S.{{0,29}}?){_IS}(?P<means>.{{1,40}})"),
    re.compile(
        rf"\s*(?:你?记住|以后)(?:我)?(?:说|讲|提)?(?:的)?{_PUT}(?P<word>\S.{{0,19}}?)\s*(?:就是(?:指|说)?|等于|指的?就?是)\s*(?P<means>.{{1,40}})"
    ),
)
_FORGET = (
    re.compile(r"\s*(?:忘掉|别再?记(?![成错]))[\s：:，,]*(?P<word>[^，。]{1,30}?)(?:这个词|吧|了)?"),
    re.compile(
        r"\s*把\s*(?P<word>[A-Za-z0-9]{1,12}|[^，。]{1,10}?(?=这个词|的意思|这个叫法|这个说法))(?:这个词|的意思|这个叫法|这个说法)?\s*(?:给我)?忘(?:了|掉)(?:吧)?"
    ),
    re.compile(r"\s*(?:忘了|忘记)\s*[：:]\s*(?P<word>.{1,30}?)(?:这个词|吧)?"),
)
_LIST = re.compile(
    r"\s*(?:你(?:都|会)?学(?:了|过|会了?|到了?)(?:些)?(?:什么|啥|哪些)(?:词|东西)?(?:了|呢|啊)?|(?:你|我们?)?(?:学|教)过的?词(?:有哪些|列表)?|"
    r"我?教过?你?(?:些)?(?:什么|啥|哪些)(?:词)?|你记住了?(?:什么|啥|哪些)(?:词)?|学过什么(?:词)?)"
)
_MANY = re.compile(r"\s*(?:我?教你(?:一下|几个词|些词|这(?:几个|些)词)?|学一下)[\s：:，,]*(?P<rest>.+)", re.DOTALL)
_ENTRY = re.compile(rf"\s*(?P<word>[^\n，,；;]{{1,29}}?){_IS}(?P<means>[^\n，,；;]{{1,40}})\s*(?:[\n，,；;]|$)")
_OF_ONE_SORT = re.compile(
    r"\s*我?(?:教你|学一下)[\s：:，,]*(?:这(?:几个|些)|几个|些|我们的?|以下)*(?:都?是)?(?:我们的?)?(?P<sort>产品|竞品|对手)(?:有|是|名)?[\s：:]+"
    r"(?P<rest>.+)",
    re.DOTALL,
)
_ITEM = re.compile(r"\s*(?P<word>[^\n，,；;、]{2,30})\s*(?:[\n，,；;、]|$)")
MOST = 30  # words of one message
_END = "。！!？?.~ \n"


def read(text: str) -> Parsed | None:
    """The lesson that a message is; None for all other messages, which costs next to nothing."""
    if not _MAY_BE.match(text):
        return None
    said = text.rstrip(_END)
    if _LIST.fullmatch(said):
        return Parsed(text=text, intent="query", act="taught")
    if len(several := _several(said)) > 1:
        first = _parsed(text, "teach", several[0])
        return replace(first, lessons=several)
    for pattern in _TEACH:
        if (found := pattern.fullmatch(said)) and "\n" not in said:
            return _parsed(text, "teach", Teaching(_words(found, "word"), _words(found, "means")))
    for pattern in _FORGET:
        if found := pattern.fullmatch(said):
            return _parsed(text, "forget", Teaching(_words(found, "word")))
    return None


def _several(said: str) -> tuple[Teaching, ...]:
    """The lessons of a message that is nothing but lessons; empty for one that is anything else."""
    if found := _OF_ONE_SORT.fullmatch(said):
        sort = Words(found["sort"], Span(*found.span("sort")))
        return tuple(Teaching(_words(item, "word"), sort) for item in _all(_ITEM, said, found.start("rest")))
    if found := _MANY.fullmatch(said):
        entries = _all(_ENTRY, said, found.start("rest"))
        return tuple(Teaching(_words(entry, "word"), _words(entry, "means")) for entry in entries)
    return ()


def _all(pattern: re.Pattern[str], said: str, at: int) -> list[re.Match[str]]:
    """Matches that follow one another to the very end; none where something stands between them."""
    found: list[re.Match[str]] = []
    while at < len(said) and len(found) < MOST:
        match = pattern.match(said, at)
        if match is None or match.end() == at:
            return []
        found.append(match)
        at = match.end()
    return found if at >= len(said) else []


def _parsed(text: str, act: str, teaching: Teaching) -> Parsed:
    return Parsed(text=text, intent="command", act="teach" if act == "teach" else "forget", teaching=teaching)


_QUOTES = "「」『』“”\"'‘’《》 "


def _words(found: re.Match[str], group: str) -> Words:
    """The group without quotes around it."""
    start, end = found.span(group)
    text = found.string
    while start < end and text[start] in _QUOTES:
        start += 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return Words(text[start:end], Span(start, end))
