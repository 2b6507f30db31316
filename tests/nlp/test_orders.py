"""Commands as typed objects: what is ordered in each of its forms, with arguments and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlp import to_json
from tests.nlp.support import read

# kind, what must be named of it, and its variants
ORDERS: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    (
        "remind",
        {"text": "给张总打电话", "due": "2026-11-26T10:00"},
        ("明天上午十点提醒我给张总打电话", "提醒我明天上午十点给张总打电话", "明天上午十点叫我给张总打电话"),
    ),
    (
        "transfer",
        {"customer": "华星精工", "to": "蔡琳"},
        ("把华星精工转给蔡琳", "华星精工转给蔡琳吧", "帮我把华星精工分配给蔡琳", "华星精工移交给蔡琳"),
    ),
    ("share", {"customer": "华星精工", "to": "蔡琳"}, ("把华星精工共享给蔡琳", "华星精工分享给蔡琳")),
    ("claim", {"customer": "华星精工"}, ("帮我领了公海里的华星精工", "认领华星精工", "领取公海的华星精工")),
    ("release", {"customer": "华星精工"}, ("把华星精工放回公海", "华星精工退回公海", "帮我把华星精工释放到公海")),
    ("create_customer", {"customer": "远山茶业"}, ("新建客户远山茶业", "添加客户 远山茶业", "创建客户：远山茶业")),
    (
        "create_contact",
        {"contact": "宋经理"},
        ("新增联系人宋经理 13577889900", "添加联系人：宋经理", "建个联系人，宋经理"),
    ),
    (
        "create_opportunity",
        {"customer": "华星精工"},
        ("给华星精工建个商机，金额30万", "新建商机：华星精工ERP二期30万", "帮华星精工加个商机"),
    ),
    ("create_task", {}, ("新建待办 周五交周报", "建个任务，周五前交周报", "加个待办：周五交周报")),
    ("create_ticket", {"customer": "华星精工"}, ("给华星精工开个工单，设备漏油", "给华星精工建个工单，漏油")),
    (
        "create_field",
        {"value": "年用电量"},
        ("客户加个字段「年用电量」，数字", "新增字段「年用电量」", "给客户加字段「年用电量」"),
    ),
    ("create_rule", {}, ("A类客户超过3天没跟进就提醒我", "A类客户一周没联系就提醒我")),
    (
        "add_tag",
        {"customer": "华星精工", "value": "重点"},
        ("给华星精工打上重点标签", "华星精工打个重点标签", "给华星精工加上重点的标签"),
    ),
    (
        "change_level",
        {"customer": "华星精工", "value": "B"},
        ("把华星精工的级别调成B", "华星精工的级别改成B", "把华星精工标成B类", "华星精工升到B级"),
    ),
    (
        "change_stage",
        {"customer": "华星精工", "value": "商务谈判"},
        ("华星精工推进到商务谈判", "把华星精工推进到商务谈判阶段"),
    ),
    ("apply_discount", {"discount": 0.85}, ("华星精工申请85折", "给华星精工申请八五折", "帮我给华星精工申请个85折")),
    ("apply_other", {}, ("申请用印", "申请出差", "申请样品")),
    (
        "invoice",
        {"customer": "华星精工", "amount": 125000},
        ("给华星精工开票，专票，12.5万", "给华星精工开发票，普票，12.5万"),
    ),
    ("undo", {}, ("撤销", "撤回刚才那条", "撤销上一条")),
    ("approve", {}, ("同意", "批准", "批了")),
    ("refuse", {}, ("驳回，毛利太低", "不同意", "不批")),
    ("cancel_reminder", {}, ("取消明天给张总的提醒", "删掉明天的提醒")),
    ("move_reminder", {}, ("把那个提醒改到后天上午", "把提醒推迟到周五")),
    ("delete", {}, ("把今天的拜访记录删了", "删除华星精工这个客户", "把华星精工删掉")),
    ("merge", {}, ("合并华星精工和华星", "把华星精工和华星合并了")),
    ("export", {}, ("导出本月的回款", "导出客户名单")),
    ("import", {}, ("导入客户表",)),
    (
        "change_field",
        {"field": "电话", "value": "13911223344"},
        ("把华星精工的电话改成13911223344", "帮我把华星精工的电话改为13911223344"),
    ),
    ("switch_rule", {}, ("停用那条规则", "启用生日规则", "暂停公海规则")),
    ("urge", {}, ("催一下华星精工的合同", "催一下审批")),
)
CASES = [
    pytest.param(text, kind, named, id=f"{kind}-{index}")
    for kind, named, texts in ORDERS
    for index, text in enumerate(texts)
]


@pytest.mark.parametrize(("text", "kind", "named"), CASES)
def test_an_order_is_read_in_each_of_its_forms(text: str, kind: str, named: dict[str, Any]) -> None:
    row = to_json.message(read(text))

    assert row["intent"] == "command", row
    order = row["command"]
    assert order["kind"] == kind
    assert {name: order.get(name) for name in named} == named
    for name, (start, end) in order["spans"].items():
        assert 0 <= start < end <= len(text), name
        if name in ("customer", "contact", "to", "field", "value", "text"):
            assert text[start:end] == order[name]


def test_there_are_thirty_kinds() -> None:
    assert len({kind for kind, _, _ in ORDERS}) == 30


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("明天上午十点提醒我", ["text"]),
        ("提醒我给张总打电话", ["due"]),
        ("转给蔡琳", ["customer"]),
        ("把华星精工转一下", ["to"]),
        ("把华星精工转给蔡琳", []),
        ("给华星精工开票", ["amount"]),
        ("认领", ["customer"]),
        ("新增联系人", ["name"]),
    ],
)
def test_what_is_missing_is_named_so_that_one_question_can_be_asked(text: str, missing: list[str]) -> None:
    assert to_json.message(read(text))["command"]["missing"] == missing


@pytest.mark.parametrize("text", ["今天拜访了华星精工的张总", "华星精工还欠多少", "谢谢", "王总说月底前转给蔡琳"])
def test_what_orders_nothing_has_no_command(text: str) -> None:
    assert "command" not in to_json.message(read(text))
