"""What people in offices, shops and the field said that was read wrongly once: orders and questions in their own
words, contacts without a verb of meeting, stages by their names, and what is no win."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read
from tests.nlp.test_heard import customer, day, kind, outcome
from tests.nlp.test_heard_trades import intent, stage


def order(said: Parsed) -> str | None:
    return said.command.kind if said.command else None


def level(said: Parsed) -> str | None:
    return said.intent_level[0] if said.intent_level else None


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("下午去瑞和家园见了沈工，两部扶梯要大修，周五前把检修规划给他", intent, "note"),
    ("美程旅游以后归苏晓琳跟", order, "transfer"),
    ("美程旅游今后由苏晓琳负责，麻烦改一下", order, "transfer"),
    ("美程旅游有两份资料，删掉重复的那份", intent, "command"),
    ("他们把旧标书作废了，重新来过", intent, "note"),
    ("保养到期前15天自动提醒我", intent, "command"),
    ("设备要能自动通知我们的值班室", intent, "note"),
    ("给丰收农资贴个大客户的标", intent, "command"),
    ("公海里那家长河机械给我捞回来", order, "claim"),
    ("上面三条合并成一条", intent, "command"),
    ("华南区六月回款率排第几", intent, "query"),
    ("苏晓琳这周见了几家", intent, "query"),
    ("见了几家都没谈成", intent, "note"),
    ("杜主任是哪个科室的", intent, "query"),
    ("方姐微信号发我", intent, "query"),
    ("两个合伙人意见不一样，拍不了板", intent, "note"),
    ("于洋调去采购部了，现在管设备的是老贾", intent, "note"),
    ("定下来了", intent, "note"),
    ("困死了想回家", intent, "chitchat"),
    ("嘿嘿好的，明白", intent, "chitchat"),
    ("把美程旅游推到签约阶段", stage, "签约"),
    ("企微上跟沈工敲定账期年底再议，今晚发合同", kind, "wechat"),
    ("企微上跟沈工敲定账期年底再议，今晚发合同", stage, "商务谈判"),
    ("两处工地都量完了，就差图纸", kind, "visit"),
    ("上午串了五家，都说再看看", kind, "visit"),
    ("在楼下大厅等了半小时也没见人下来", kind, "visit"),
    ("昨天线上碰了一下排期", kind, "meeting"),
    ("对方摇摇头，让我过阵子再来", kind, "other"),
    ("对方摇摇头，让我过阵子再来", level, "low"),
    ("祝姐说她们口头同意续约了", outcome, None),
    ("祝姐说她们口头同意续约了", kind, "other"),
    ("下周得催续费了", outcome, None),
    ("他们续费了", outcome, "won"),
    ("孩子的书法课退了", outcome, "lost"),
    ("这单算是没了", outcome, "lost"),
    ("展会上扫的微信，做外贸的", stage, "初步接触"),
    ("明天下午四点跟沈工开视频会，讲扶梯改造", kind, None),
    ("美程旅游走个八八折的审批", intent, "command"),
    ("刚才那条录串了，给我撤回", intent, "command"),
    ("公海里那个长河机械我来跟", order, "claim"),
    ("优先级改成高", intent, "command"),
    ("客户表里添一列 床位数", intent, "command"),
    ("以后超过两个月没回款的自动标红", intent, "command"),
    ("标签去掉待激活，换成年框", intent, "command"),
    ("大超市催开票，便利店要退货", intent, "note"),
    ("川西片区哪个丢单最多", intent, "query"),
    ("上季度丢的单子都是啥原因", intent, "query"),
    ("这个季度目标完成百分之几", intent, "query"),
    ("忙了一天腰都直不起来", intent, "chitchat"),
    ("给方姐去了个电话，她说收到了", kind, "call"),
    ("打了三遍，占线", kind, "call"),
    ("试用装上午送到瑞宠医院，院长签收", kind, "delivery"),
    ("沈工追着问几号能发货", kind, "other"),
    ("跟沈工微信语音聊完了", kind, "wechat"),
    ("互相留了电话，还没细聊", kind, "other"),
    ("改好的图纸传给沈工了", kind, "other"),
    ("上周三回访了一趟，机器没毛病", kind, "visit"),
    ("人不在，门卫说出差了", kind, "visit"),
    ("在北郊砖厂里转了半天", kind, "visit"),
    ("吨价他咬住4800不放", stage, "商务谈判"),
    ("新报价发过去了，38万含运费", stage, "方案报价"),
    ("幼儿园滑梯那单敲定了", outcome, "won"),
    ("合同盖好章寄回来了", outcome, "won"),
    ("现在用着挺好，两三年内不会换", level, "low"),
    ("换的意愿很强", level, "high"),
    ("昨天去清溪绿野合作社看大棚", customer, "清溪绿野合作社"),
    ("昨天去清溪绿野合作社看大棚", kind, "visit"),
    ("昨儿后晌去南堡李家盐场转了一圈", day, date(2026, 11, 24)),
    ("中午请建工集团三分公司项目部的宫经理吃海鲜", kind, "meal"),
    ("下午把试用的两桶送到了", kind, "delivery"),
    ("长兴重工拿下🎉总价95万", outcome, "won"),
    ("让我再降两个点", stage, "商务谈判"),
    ("让我们发个报价", stage, None),
    ("商机里加一个阶段叫样机试用", intent, "command"),
    ("单子在一个阶段停满15天就通知我", intent, "command"),
    ("行，知道了，谢谢", intent, "chitchat"),
    ("好，撤了吧", intent, "chitchat"),
]


@pytest.mark.parametrize(("said", "part", "meant"), HEARD)
def test_what_is_said_in_other_words_is_read(said: str, part: Callable[[Parsed], Any], meant: object) -> None:
    assert part(read(said)) == meant
