"""People named in Latin letters: 跟David聊, Kevin只是COO, the procurement lead Nina, Mr. Brandt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlp.doc import Doc
from bot.nlp.org_latin import COMPANY
from bot.nlp.pattern import Pattern

_BEFORE = Pattern(
    r"(?<![A-Za-z0-9.@_'-])(?P<name>阿?[A-Z][a-z]{2,14})(?=(?:总|姐|哥)?(?:说|只是|就是|是(?![A-Za-z])|也|又|刚|已|负责|管|讲|嫌|让|给|打|看|拍板|话|聊|谈|反馈|问|回|"
    r"那边|提|要|来|发|开|吃|见|约|确认|觉得| ?\(|"
    r" (?:from [A-Z][A-Za-z]*|said|asked|wants?|needs?|told|called|emailed|confirmed|replied|likes?|"
    r"thinks|agreed|wanted|prefers|complained|mentioned|promised|will|is|was)\b))"
)
_ROLE = "lead|manager|director|buyer|engineer|head|owner|officer|founder|president|supervisor|chef|purchaser|C[EFTO]O"
# the procurement lead Nina: what she is, in front of her name
_TITLE = Pattern(
    r"(?<![A-Za-z])(?P<title>(?:(?:procurement|purchasing|sourcing|plant|sales|project|product|IT|operations|supply|chain|"
    r"quality|general|senior|chief|technical|marketing|finance|HR|store|warehouse|kitchen|facility|production|"
    r"maintenance|lab|head) ){0,2}"
    rf"(?:{_ROLE})) $"
)
_HONOURED = Pattern(r"(?<![A-Za-z])(?P<name>(?:Mr|Mrs|Ms|Miss|Mme)\.? [A-Z][a-zà-ÿ]{1,14}(?: [A-Z][a-zà-ÿ]{1,14})?)")
_AFTER = Pattern(
    r"(?:跟|和|见了?|找|给|问|客户|老外|约了?|与|联系了?|认识了?|遇到|总监|经理|主管|采购|助理|老板娘?|合伙人|负责人|总裁|创始人|设计师|店长|厂长|对接人|联系人|拍板的是|叫|HRD|HRBP|HR|C[EFTIOM]O|VP|GM|PM|"
    r"(?<![A-Za-z])(?:[Ww]ith|[Mm]et|[Ss]aw|[Cc]alled) (?=[A-Z][a-z]+ (?:from|at|of|\()[ A-Z])|"
    rf"(?<![A-Za-z])(?:{_ROLE})(?= [A-Z][a-z]+(?! (?:Ltd|Inc|Group|Corp|Tools)))|"
    r"(?<=[\u4e00-\u9fff])的(?=[A-Z][a-z]+(?:视频|电话|语音|邮件|微信|联系|对接|确认|沟通|开会|见面|来|加|约|碰|谈|说|聊|对|讲|问|请|让|把|也|已|在|过|核)))"
    r" ?(?P<name>[A-Z][a-z]{2,14}(?: [A-Z][a-zà-ÿ]{1,14})?)(?![A-Za-zà-ÿ])"
)
_CAPITAL = Pattern("[A-Z][a-z]")
_OF_FIRM = Pattern("(?:from|at|of) [A-Z][A-Za-z]* $")  # Kevin from Bosch + Rexroth called
_FAR = 60  # characters of a company's name at most
_AHEAD = 40  # in which an English title may stand


def in_latin(doc: Doc) -> Iterator[tuple[int, int, str | None]]:
    """Where such names begin and end, and the title that stands in brackets behind or in English in front."""
    if not doc.latin or not _CAPITAL.search(doc.text):
        return
    for pattern in (_HONOURED, _BEFORE, _AFTER):
        for match in pattern.finditer(doc.text):
            start, end = match.span("name")
            if _OF_FIRM.search(doc.text, 0, start) or _in_firm(doc, start):
                continue
            inside = re.match(r" ?\((?P<title>[^(),，]{3,30})", doc.text[end:])
            ahead = _TITLE.search(doc.text, max(0, start - _AHEAD), start)
            yield start, end, inside["title"].strip() if inside else ahead["title"] if ahead else None


def _in_firm(doc: Doc, at: int) -> bool:
    """Whether a company's name holds this place: 给 + Halden Foods."""
    return any(match.start() <= at < match.end() for match in COMPANY.finditer(doc.text, max(0, at - _FAR)))
