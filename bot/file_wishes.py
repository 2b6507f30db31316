"""Whether a line asks for what was sent before: 把启航的合同照片发我, 看看附件. The words for it are in file_words.txt.

Only a whole line is such a wish, with a word of asking or 附件 in it; what a note tells of files stays a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST = 30  # characters of such a line
_BEFORE = (
    r"(?:麻烦|帮我|帮忙|请)?(?P<before>把|将|给我看看|给我看一下|给我看|看看|看一下|看下|找一下|找找|找出|调出|调一下|打开"
    r"|给我发|发我|给我)?"
)
_AFTER = (
    r"(?P<after>发我看看|发给我看看|发给我|发我|发过来|给我看看|给我看一下|给我看|拿来看看|看一下|看看|调出来|找出来|给我"
    r"|有哪些|有吗)?(?:一下|下)?[吧呗呢。！!？?\s]*"
)
_NOT_MINE = re.compile(r"让|叫|请|要求|说|他|她|客户|把|给|发|了|，|,")
_WHEN = re.compile(r"(?:上次|之前|刚才|刚刚|昨天|今天|前天)?我?(?:发的|传的|存的|拍的)")
_POINTING = frozenset(
    {"", "上次", "那张", "这张", "那个", "这个", "之前", "刚才", "那家", "这家", "他们", "最近", "今天", "昨天"}
)
_LOOKS = re.compile(r"看")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: `who` is how its customer is named, empty for the one that is talked about; `about` is what
    the file is to show, `sort` is image, video, file, or empty. `looks`: to be looked at rather than had."""

    who: str
    about: str
    sort: str
    looks: bool


def wish(text: str) -> Wish | None:
    """The wish, or None for anything else."""
    if len(text) > LONGEST or (found := _line().fullmatch(text.strip())) is None:
        return None
    asked, kind, rest = bool(found["before"] or found["after"]), found["kind"], _WHEN.sub("", found["rest"]).strip()
    if (not asked and kind != "附件") or _NOT_MINE.search(rest):
        return None
    who, dot, about = rest.rpartition("的")
    if not dot:
        who, about = "", rest
    if about in _POINTING:
        about = ""
    sort = _kinds()[kind]
    if sort == "any" and kind != "附件":
        about = about or kind
    named = "" if who in _POINTING else who
    looks = bool(_LOOKS.search(f"{found['before'] or ''}{found['after'] or ''}"))
    return Wish(named, about, "" if sort == "any" else sort, looks)


@cache
def _kinds() -> dict[str, str]:
    lines = Path(__file__).with_name("file_words.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _line() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _kinds()), key=len, reverse=True))
    return re.compile(rf"{_BEFORE}(?P<rest>.{{0,16}}?)(?P<kind>{words}){_AFTER}")
