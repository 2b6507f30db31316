"""The words of an action: as written, without what leads in and out and without times, and when it is due."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlp.doc import Doc
from bot.nlp.due import due
from bot.nlp.parsed import NextAction, Span, Words
from bot.nlp.pattern import Pattern
from bot.nlp.times_model import Time

_LEAD = Pattern(
    r"(?:让(?=把|重|尽快|[这本下][周个月]|[发给寄报出做])|下一步|下步|后续|接下来|待办|计划|然后|所以|那|我们|咱们|"
    r"我(?!们)|让(?:我们?|咱们?)|要我们?|"
    r"叫我们?|他们?|客户方?|对方|已?推荐.*?，|要求|最晚|必须|务必|一定|"
    r"说|回去|回头|改天|准备(?![\u4e00-\u9fff]{2,8}$)|打算|争取|记得|别忘了|需要?|得(?=把|去|给|走|再|跟|催|追)|要(?!求)|约在|"
    r"约好(?!了[\u4e00-\u9fff])|约(?=$|好(?!了[\u4e00-\u9fff])|[在到个，,：: ]|"
    r"[\d今明后本下这上周星月早晚中礼号一二三四五六七八九十])|时间约在|[：:，,、 的]|"
    r"wants? |needs? |asked for |send |"
    r"还要|还得|还需要?|的(?:高铁|飞机|火车|航班|车)|\d{1,2}[.、)]|是|在(?=$)|会(?![上议])|将|尽快|就|先|"
    r"乙方|甲方|一个是|把时间|改到|推到|挪到|定在|到时候|安排在)+"
)
_TAIL = Pattern(
    r"(?:[，,：: ]|改到|推到|挪到|约在|时间约在|约了?|定在|改成|在|(?<!送)到|了|，)+$|"
    r"(?<=..)改(?:成|为)(?:线上|线下|视频|电话|远程)(?:的)?$"
)


def phrase(doc: Doc, start: int, end: int, own: Sequence[Time]) -> Words:
    """[start, end) without the words that lead in or out and without times at its edges: what is to be done."""
    for said in own:
        if said.start <= start < said.end:
            start = said.end
        elif start < said.start < end and said.end >= end:
            end = said.start
    lead = _LEAD.match(doc.norm, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    for said in own:
        if said.start <= start < said.end <= end:
            return phrase(doc, said.end, end, own)
    tail = _TAIL.search(doc.norm, start, end)
    return doc.words(start, tail.start() if tail and tail.start() > start else end)


def action_of(doc: Doc, text: Words, when: Time | None) -> NextAction:
    """What is to be done, by the day or the moment that a wording names."""
    if when is None:
        return NextAction(text.text, text.span)
    moment = due(when, doc.local)
    return NextAction(
        text.text, text.span, moment, Span(when.start, when.end) if moment is not None else None, when.before
    )
