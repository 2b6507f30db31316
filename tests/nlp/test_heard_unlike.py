"""Notes by unlike hands that were read wrongly once: short and public names, rivals without a cue, worries told as
facts, goods that no list names, plans whose day stands apart, dialect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read
from tests.nlp.test_heard import customer, day, goods, kind, outcome, people, rivals, sums, todo, worries


def intent(said: Parsed) -> str:
    return said.intent


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("接到同仁堂电话，要两百盒", customer, "同仁堂"),
    ("县医院的CT坏了", customer, "县医院"),
    ("市民政局那个养老项目下周开标", customer, "市民政局"),
    ("老王烧烤店想换冰柜", customer, "老王烧烤店"),
    ("晨光幼儿园园长说要三套滑梯", customer, "晨光幼儿园"),
    ("昨天陪博世的人看厂", customer, "博世"),
    ("客户是做轴承的，叫瑞丰", customer, "瑞丰"),
    ("对我们新出的低糖燕麦奶很感兴趣", goods, ["低糖燕麦奶"]),
    ("辣椒酱卖完了要补货", goods, ["辣椒酱"]),
    ("对家是蓝鸟，报得很低", rivals, ["蓝鸟"]),
    ("他拿飞鸿的报价单压我", rivals, ["飞鸿"]),
    ("科瑞也来过了", rivals, ["科瑞"]),
    ("客户反映机器噪音大", worries, ["机器噪音大"]),
    ("系统老是卡", worries, ["系统老是卡"]),
    ("包装破了两箱", worries, ["包装破了两箱"]),
    ("说上一批有股味道", worries, ["上一批有股味道"]),
    ("对付款方式有意见", worries, ["付款方式"]),
    ("今晚把方案赶出来", todo, [("把方案赶出来", date(2026, 11, 25))]),
    ("三天内给他们答复", todo, [("给他们答复", date(2026, 11, 28))]),
    ("需要跟财务确认一下账期", todo, [("跟财务确认一下账期", None)]),
    ("我先去问问工厂能不能做", todo, [("去问问工厂能不能做", None)]),
    ("客户到公司看了样机", kind, "visit"),
    ("视频聊了半小时", kind, "meeting"),
    ("发了份资料给他邮箱", kind, "email"),
    ("约的十点，他没来", kind, "other"),
    ("刚见完，还不错", intent, "note"),
    ("今天跑了一天，腿都断了", intent, "chitchat"),
    ("给我拉一下上月的回款", intent, "query"),
    ("人家领导不点头，没办法", intent, "note"),
    ("料都备好了就等他打款", intent, "note"),
    ("他们那边搬厂，最近顾不上", intent, "note"),
    ("库房淋雨了，货都受潮了", intent, "note"),
    ("量不大，先养着", intent, "note"),
    ("刚接到供电局张科的电话，开关柜要提前到货", customer, "供电局"),
    ("刚接到供电局张科的电话，开关柜要提前到货", people, ["张科"]),
    ("下午去区教育局开会", customer, "区教育局"),
    ("跟踪了快两年的中铁十二局三公司，今天终于下单了", customer, "中铁十二局三公司"),
    ("王处（省交投科信处）电话里讲，要改评分办法", customer, "省交投"),
    ("跟厨政部的耿师傅聊了聊", customer, None),
    ("1 福满楼签了，2.6万一年", customer, "福满楼"),
    ("2 聚贤庄再考虑，嫌贵", customer, "聚贤庄"),
    ("到的福满楼总店，跟耿师傅聊了聊", customer, "福满楼总店"),
    ("先别跟进宝龙广场了，招商部整个换人", customer, "宝龙广场"),
    ("慈溪的宏宇轴承，会计小桑让重开", customer, "宏宇轴承"),
    ("跟友邦保险培训部的Cindy对了排期", customer, "友邦保险"),
    ("跟友邦保险培训部的Cindy对了排期", people, ["Cindy"]),
    ("老板阿彪请喝了茶", people, ["阿彪"]),
    ("佢哋话个价高咗少少，叫我哋听日再俾个价", intent, "note"),
    ("恒春堂嗰边阿May话月尾前落单", customer, "恒春堂"),
    ("恒春堂嗰边阿May话月尾前落单", people, ["阿May"]),
    ("中标的是千喜鹤", rivals, ["千喜鹤"]),
    ("中标的是千喜鹤", outcome, "lost"),
    ("他们在跟博世力士乐谈，已经送样了", rivals, ["博世力士乐"]),
    ("现在租的是永恒力的六台", rivals, ["永恒力"]),
    ("甲方指定用东方雨虹", rivals, ["东方雨虹"]),
    ("跟赛默飞的比了一下，差一点", rivals, ["赛默飞"]),
    ("说隔壁用的是蓝图的，快一倍", rivals, ["蓝图"]),
    ("他们去跟海得谈了", rivals, ["海得"]),
    ("那台二手注塑机客户看上了", goods, ["二手注塑机"]),
    ("把蒸烤箱试了一遍", goods, ["蒸烤箱"]),
    ("金阳陶瓷 窑炉备件 报3.85w", goods, ["窑炉备件"]),
    ("葡萄酒那批货卡在海关", goods, ["葡萄酒"]),
    ("天美印刷-烫金机，意向强", goods, ["烫金机"]),
    ("首批三十箱凉茶颗粒", goods, ["凉茶颗粒"]),
    ("看了904拖拉机", goods, ["904拖拉机"]),
    ("让这周出两版方案", todo, [("出两版方案", None)]),
    ("会计小桑让重开，还要补个对账单", todo, [("重开", None), ("补个对账单", None)]),
    ("今天终于下单了，预付20%，一月底交货", todo, [("交货", date(2027, 1, 31))]),
    ("就知道他们年底有信创替换的考核", todo, []),
    ("那你重新报个价，周二给我", todo, [("重新报个价", date(2026, 12, 1))]),
    ("周三上午九点半 江北粮库技术交流；周四 机动", todo, [("江北粮库技术交流", datetime(2026, 12, 2, 9, 30))]),
    ("下周三去不了了，改到下周五下午两点", todo, [("去", datetime(2026, 12, 4, 14))]),
    ("提前一周去催南岭水泥的尾款，合同约定4月10号付", todo, [("去催南岭水泥的尾款", date(2027, 4, 3))]),
    ("约的周四，改约周五上午十点", todo, [("约", datetime(2026, 11, 27, 10))]),
    ("周一见面时程总提过要扩产", todo, []),
    ("让我们后天再拿台大一号的来比比", todo, [("再拿台大一号的来比比", date(2026, 11, 27))]),
    ("电池老坏，然后修起来又慢", worries, ["电池老坏", "修起来又慢"]),
    ("罗工：扭矩不够\n我：可以换\n罗工：那你重新报个价", kind, "wechat"),
    ("让我们元旦以后过去看一下现场", kind, "other"),
    ("他想换咱们的叉车，先来两台试用一个月", kind, "other"),
    ("王处电话里讲，框架11月8号上网", day, date(2026, 11, 25)),
    ("年用量大概6万方", sums, []),
    ("帮忙把福满楼挂给小戴，她熟", intent, "command"),
    ("下周一带工程师过去勘测", todo, [("带工程师过去勘测", date(2026, 11, 30))]),
    ("下周一带工程师过去勘测", people, []),
    ("周五带合同去盖章", customer, None),
    ("跟着调去卫健委了，接任的是赖主任", customer, None),
    ("补一场夜班的，让下周补一场", worries, []),
    ("对手有四家，其他两家是陪标", rivals, []),
    ("把竞品资料发给了佳成科技", rivals, []),
    ("价格分从40降到30", sums, []),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_a_note_by_an_unlike_hand_is_read_as_it_is_meant(
    note: str, told: Callable[[Parsed], Any], expected: Any
) -> None:
    assert told(read(note)) == expected
