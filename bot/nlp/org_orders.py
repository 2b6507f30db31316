"""Customers that an order is about, whatever their name is made of: 安心月嫂标记成重点客户."""

from __future__ import annotations

from collections.abc import Iterator

from bot.nlp.doc import Doc
from bot.nlp.org_places import Org, Taken
from bot.nlp.pattern import Pattern

_ORDERED = Pattern(
    "(?:帮我|麻烦)?(?:[把给将])?(?P<name>(?![把给将帮我你他这那上刚])[\u4e00-\u9fff]{4,10}?)"
    "(?:标记?(?:成|为)|(?:扔|放|丢|退)(?:到|进|回)?公海|降[为成到]|升[为成到]|(?:转|分)给|交给[^，。]{1,4}(?:跟|负责|管)|申请[\\d.]+折)"
)
_NO_CUSTOMER = Pattern(
    "[的这那条单]|客户|商机|待办|合同|任务|记录|提醒|级别|阶段|线索|项目|联系人|报价|方案|资料|订单|全部|所有|拜访|跟进|审批|折扣|预算|我们|他们"
)


def by_order(doc: Doc, taken: Taken) -> Iterator[Org]:
    """安心月嫂标记成重点客户: whom an order is about that is the whole message, whatever the name is made of."""
    match = _ORDERED.search(doc.norm, max(0, doc.norm.rfind("，") + 1))
    if match and match.start() in (0, doc.norm.rfind("，") + 1) and not _NO_CUSTOMER.search(match["name"]):
        start, end = match.span("name")
        if taken.inside.isdisjoint(range(start, end)) and {start, end} <= doc.edges | {0}:
            yield Org(start, end, 1)
