"""Short notes in the style of those who are in a hurry, read wrongly once: names of two characters, rivals of any name,
goods of many trades, stages and outcomes in other words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read
from tests.nlp.test_heard import customer, goods, kind, outcome, rivals, sums, todo, worries
from tests.nlp.test_heard_unlike import intent


def stage(said: Parsed) -> str | None:
    return said.stage[0] if said.stage else None


def level(said: Parsed) -> str | None:
    return said.intent_level[0] if said.intent_level else None


def wishes(said: Parsed) -> list[str]:
    return [need.text for need in said.needs]


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("跟启明聊了一下扩容的事，他们预算还没下来", customer, "启明"),
    ("启明的法务又提了三处修改", customer, "启明"),
    ("昌达那个单子飞了，给了本地一家", customer, "昌达"),
    ("帮德明问下交期，他们急", customer, "德明"),
    ("刚跟利群通完电话，说还要等总部批", customer, "利群"),
    ("收到宏泰的回签合同了", customer, "宏泰"),
    ("收到宏泰的回签合同了", outcome, "won"),
    ("华腾要退货，说批次不对", customer, "华腾"),
    ("金诺续了一年，价格没变", customer, "金诺"),
    ("客户是金诺，联系人老邵", customer, "金诺"),
    ("跟天蓝新来的采购碰了一面", kind, "visit"),
    ("恒昌嫌贵，跑去问永固了", rivals, ["永固"]),
    ("恒昌嫌贵，跑去问永固了", customer, "恒昌"),
    ("被永固截胡了，差两个点", rivals, ["永固"]),
    ("被永固截胡了，差两个点", outcome, "lost"),
    ("永固报了32万，我们35，客户犹豫", rivals, ["永固"]),
    ("跟永固拼价格拼不过", rivals, ["永固"]),
    ("客户手里有永固和鼎丰的报价", rivals, ["永固", "鼎丰"]),
    ("原先那家叫鼎丰的服务太差才找的我们", rivals, ["鼎丰"]),
    ("系统是鼎丰做的，接口不开放", rivals, ["鼎丰"]),
    ("鼎丰跟他们签了独家", rivals, ["鼎丰"]),
    ("要上一套粉尘监测", goods, ["粉尘监测"]),
    ("想给食堂换批餐盘", goods, ["餐盘"]),
    ("对接的是门禁改造", goods, ["门禁改造"]),
    ("报了密封胶和玻璃胶", goods, ["密封胶", "玻璃胶"]),
    ("客户现有的打包机老卡带", worries, ["打包机老卡带"]),
    ("对方提了两个问题：一是安装空间小，二是电压不稳", worries, ["安装空间小", "电压不稳"]),
    ("就是交货时间卡得死", worries, ["交货时间卡得死"]),
    ("觉得颜色不正", worries, ["颜色不正"]),
    ("需要提供原厂授权", wishes, ["提供原厂授权"]),
    ("后天下午4点线上过方案", todo, [("线上过方案", datetime(2026, 11, 27, 16, 0))]),
    ("这周五前必须拿到盖章件", todo, [("拿到盖章件", date(2026, 11, 27))]),
    ("过两天再问问", todo, [("再问问", None)]),
    ("要给他申请个样机", todo, [("给他申请个样机", None)]),
    ("后天演示改成线上", todo, [("演示", date(2026, 11, 27))]),
    ("在他办公室聊了一个小时", kind, "visit"),
    ("开了线上答疑会", kind, "meeting"),
    ("去现场装好了两台", kind, "visit"),
    ("客户来电咨询价格", kind, "call"),
    ("陪客户打了场球", kind, "other"),
    ("跟客户约了三次都没约上", kind, "other"),
    ("客户要45，我们最低48", sums, [("other", 45), ("quote", 48)]),
    ("总包价一百二十八万六", sums, [("quote", 1286000)]),
    ("随便问问的，没什么意向", level, "low"),
    ("博纳最近一次跟进是啥时候", intent, "query"),
    ("把昌达标成重点客户", intent, "command"),
    ("对方没回", intent, "note"),
    ("他要的是食品级硅胶", goods, ["食品级硅胶"]),
    ("他家主要用我们的切削液", goods, ["切削液"]),
    ("推了两款面霜", goods, ["面霜"]),
    ("想做个企业官网", goods, ["企业官网"]),
    ("给了一份物流专线报价", goods, ["物流专线"]),
    ("有机肥先发两车", goods, ["有机肥"]),
    ("那批护栏网做好了", goods, ["护栏网"]),
    ("要印5000份宣传册", goods, ["宣传册"]),
    ("客户问有没有防静电地坪漆", goods, ["防静电地坪漆"]),
    ("换了两个滤芯", goods, ["滤芯"]),
    ("车间要加装除尘", goods, ["除尘"]),
    ("她想给孩子报奥数", goods, ["奥数"]),
    ("看了A3户型", goods, ["A3户型"]),
    ("提供了详细方案，客户在看", stage, "方案报价"),
    ("还在谈付款方式", stage, "商务谈判"),
    ("需求基本摸清了", stage, "需求分析"),
    ("第一次接触，先混个脸熟", stage, "初步接触"),
    ("合同已经双方盖章", stage, "签约"),
    ("方案汇报完了，反响不错", stage, "方案报价"),
    ("价格来回磨了三轮", stage, "商务谈判"),
    ("只差付款比例没谈拢", stage, "商务谈判"),
    ("投标文件交了", stage, "方案报价"),
    ("客户决定自己做了", outcome, "lost"),
    ("把我们淘汰了", outcome, "lost"),
    ("客户付了全款提货", outcome, "won"),
    ("合同签好寄回来了", outcome, "won"),
    ("报名费交了", outcome, "won"),
    ("说今年不上了，明年再看", outcome, "lost"),
    ("没谈拢，散了", outcome, "lost"),
    ("人家内定了，陪跑", outcome, "lost"),
    ("续保成功", outcome, "won"),
    ("订单额大概60个", sums, [("deal", 600000)]),
    ("罚了我们5000", sums, [("other", 5000)]),
    ("尾款还欠七千", sums, [("payment", 7000)]),
    ("对手卖1350", sums, [("other", 1350)]),
    ("希望交期压到两周", wishes, ["交期压到两周"]),
    ("客户提出要驻场服务", wishes, ["驻场服务"]),
    ("他希望价格再低点，最好能送安装", wishes, ["价格再低点", "送安装"]),
    ("宏盛的标书递了", intent, "note"),
    ("老邱今天没露面", intent, "note"),
    ("他们董事长下周回国", intent, "note"),
    ("对接人休产假了", intent, "note"),
    ("价格压得很低", intent, "note"),
    ("公章还没下来", intent, "note"),
    ("他们资金链有问题", intent, "note"),
    ("仓库进水了，货泡了", intent, "note"),
    ("打样费免了", intent, "note"),
    ("就差盖章", intent, "note"),
    ("他爱人管钱", intent, "note"),
    ("他让我等通知", intent, "note"),
    ("把宏盛归到老孙名下", intent, "command"),
    ("宏盛放公海吧", intent, "command"),
    ("宏盛的报价单发了没", intent, "query"),
    ("本月待回款清单", intent, "query"),
    ("今天不想上班", intent, "chitchat"),
    ("在忙吗", intent, "chitchat"),
    ("客户真难搞", intent, "chitchat"),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_a_hurried_note_is_read_as_it_is_meant(note: str, told: Callable[[Parsed], Any], expected: Any) -> None:
    assert told(read(note)) == expected
