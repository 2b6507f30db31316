"""Notes of people at the counter that were read wrongly once: customers of trades that no list has, rivals in passing,
people behind a title, orders by other words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read
from tests.nlp.test_heard import customer, kind, outcome, people, rivals
from tests.nlp.test_heard_trades import intent, stage

# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("金盾押运的车载监控画面卡", customer, "金盾押运"),
    ("老客户天合气体反映气瓶漏气两次了", customer, "天合气体"),
    ("翔宇纸模降为C级", customer, "翔宇纸模"),
    ("锦程搬家的调度说车不够用", customer, "锦程搬家"),
    ("安心月嫂标记成重点客户", customer, "安心月嫂"),
    ("介绍了云帆排程", customer, None),
    ("给城投集团审计部发了邮件", customer, "城投集团"),
    ("长顺客运集团机务处霍处长说要先装两台车", customer, "长顺客运集团"),
    ("给Halden Foods发了报价", customer, "Halden Foods"),
    ("给Halden Foods发了报价", people, []),
    ("展台搭建那个单子被灵通展览截胡了", customer, None),
    ("瑞和血透中心", intent, "query"),
    ("他们说诺亚泵业只要27万5", rivals, ["诺亚泵业"]),
    ("他说工期只要30天", rivals, []),
    ("再有一次就找法液空", rivals, ["法液空"]),
    ("现在给他们供安全鞋的是霍尼韦尔和赛固", rivals, ["霍尼韦尔", "赛固"]),
    ("现在给洁丰做，嫌破损率高", rivals, ["洁丰"]),
    ("现在给孩子做", rivals, []),
    ("两家入围，我们和联影", rivals, ["联影"]),
    ("把内控咨询的报价给了他", rivals, []),
    ("客户最终定了帝森的，工期短一周", outcome, "lost"),
    ("客户定了周五的会", outcome, None),
    ("物业的卞工签了字", outcome, None),
    ("人家校长亲自打的招呼", people, []),
    ("真正拍板的是合伙人Linda Wu", people, ["Linda Wu"]),
    ("拜访：设备处处长 汪海", people, ["汪海"]),
    ("跟森屿民宿的老板娘阿娟加了微信", people, ["阿娟"]),
    ("昨天写成聂工了，到场的其实是小蒲", people, ["小蒲"]),
    ("见了宋经理，周五前把施工计划给他", intent, "note"),
    ("鼎泰模具以后归贺雨欣跟", intent, "command"),
    ("敬姐手机号发我", intent, "query"),
    ("自来水公司的丁科长来电话", intent, "note"),
    ("帮我把华星的阶段改到方案报价", stage, "方案报价"),
    ("预算砍到了28万", stage, "需求分析"),
    ("谈了一下午砍到了40", stage, "商务谈判"),
    ("铂悦会健身的人来我们体验店看了", kind, "visit"),
    ("和他在线上过了一遍方案", kind, "meeting"),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_a_note_from_the_counter_is_read_as_it_is_meant(
    note: str, told: Callable[[Parsed], Any], expected: Any
) -> None:
    assert told(read(note)) == expected
