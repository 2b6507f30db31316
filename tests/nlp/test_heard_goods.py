"""Goods that no list names, told by where they stand; wishes, worries, sums and plans that were read wrongly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read
from tests.nlp.test_heard import customer, goods, sums, todo, worries
from tests.nlp.test_heard_trades import wishes


def cuts(said: Parsed) -> list[float]:
    return [float(share) for share, _ in said.discounts]


def terms(said: Parsed) -> list[tuple[str, float | None]]:
    return [(term.label, float(term.share) if term.share else None) for term in said.payment_terms]


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("数字标牌的方案昨天讲完了", goods, ["数字标牌"]),
    ("电子签章那个单子，他们信息部说要私有部署", goods, ["电子签章"]),
    ("电子签章那个单子，他们信息部说要私有部署", customer, None),
    ("阳光保洁那个单子黄了", customer, "阳光保洁"),
    ("碳排放核查的报价下周给", goods, ["碳排放核查"]),
    ("跟进数据迁移那个项目", goods, ["数据迁移"]),
    ("上次那单怎么样了", goods, []),
    ("恒信达那个单子丢了", goods, []),
    ("客户回访的方案", goods, []),
    ("新的报价发了", goods, []),
    ("信息科的报价单收到了", goods, []),
    ("问电子围栏怎么收费", goods, ["电子围栏"]),
    ("云帆外贸签了！年度翻译服务，8.8万", goods, ["年度翻译服务"]),
    ("外墙清洗，恒通广场的物业老周要三栋楼", goods, ["外墙清洗"]),
    ("校车租赁 育英学校 报了每车每月9800", goods, ["校车租赁"]),
    ("校车租赁 育英学校 报了每车每月9800", customer, "育英学校"),
    ("布草洗涤一个月12万左右", goods, ["布草洗涤"]),
    ("聚福楼 冷却塔 报3.2万", goods, ["冷却塔"]),
    ("海润水产把增氧泵的定金打过来了，2万4", goods, ["增氧泵"]),
    ("给盘古物流送两块叉车锂电池样品", goods, ["叉车锂电池"]),
    ("把蓄电池的检测报告发到廖工微信了", goods, ["蓄电池"]),
    ("她要看洗烘一体机的图册", goods, ["洗烘一体机"]),
    ("他们急冻隧道想扩一条", goods, ["急冻隧道"]),
    ("12套潜水服，3套水下推进器", goods, ["潜水服", "水下推进器"]),
    ("又下了200盆蝴蝶兰", goods, ["蝴蝶兰"]),
    ("那批灯带颜色发红", goods, ["灯带"]),
    ("叉车卸的，库管签了字", goods, []),
    ("给南屏中学寄的校徽样品签收了", goods, ["校徽"]),
    ("客户样品没收到", goods, []),
    ("荔园小学塑胶跑道，最后给了宝力体育", goods, ["塑胶跑道"]),
    ("康宁护理院的护工派遣，一个人一个月5800", goods, ["护工派遣"]),
    ("烤房设备明年换一批", goods, ["烤房设备"]),
    ("烤房设备明年换一批", customer, None),
    ("钢格板 瑞通石化 2.3万一吨", goods, ["钢格板"]),
    ("钢格板 瑞通石化 2.3万一吨", customer, "瑞通石化"),
    ("巴山茶油 罗总 12块6一斤", customer, "巴山茶油"),
    ("雅颂钢琴城要退掉展厅那三台灯箱", goods, ["灯箱"]),
    ("王府里社区食堂问送餐车多少钱一台", goods, ["送餐车"]),
    ("汤阿姨想给家里装净水机，嫌滤芯贵", goods, ["净水机"]),
    ("客户最终定了帝森的电梯轿厢装潢", goods, ["电梯轿厢装潢"]),
    ("讲的是垃圾清运的合同，11月到期", goods, ["垃圾清运"]),
    ("运费先垫了六百", goods, []),
    ("发短信没回", goods, []),
    ("采购委员会15号开会", goods, []),
    ("HR小庄说走OA", goods, []),
    ("想上一套OA", goods, ["OA"]),
    ("要5000个M8 bracket", goods, ["M8 bracket"]),
    ("they need 12 infusion pumps, budget about $36k", goods, ["infusion pumps"]),
    ("he loved the dough mixer but thinks $5,200 is steep", goods, ["dough mixer"]),
    ("he loved the dough mixer but thinks $5,200 is steep", sums, [("quote", 5200)]),
    ("wants a 2-year warranty", goods, []),
    ("对方提了两点：播控要支持分区，断网也得能播", wishes, ["播控要支持分区", "断网也得能播"]),
    ("就两个条件：账期60天，坏件一周内换，别的好说", wishes, ["账期60天", "坏件一周内换"]),
    ("必须满足：司机全员持证；丢货全赔", wishes, ["司机全员持证", "丢货全赔"]),
    ("说要私有部署、国密算法、对接OA", wishes, ["私有部署", "国密算法", "对接OA"]),
    ("她说洗碗机能不能先租后买", wishes, ["先租后买"]),
    ("这周看看能不能签", wishes, []),
    ("我们要跟财务、法务都对一遍", wishes, []),
    ("烘焙日期不能超过30天，要有清真认证", wishes, ["烘焙日期不能超过30天", "清真认证"]),
    ("他最在意夜班能不能自己调班", wishes, ["夜班能不能自己调班"]),
    ("底料要减盐，包装改成250克", wishes, ["减盐", "包装改成250克"]),
    ("觉得地坪漆味道大", worries, ["地坪漆味道大"]),
    ("上一批用了四个月就裂", worries, ["上一批用了四个月就裂"]),
    ("四家说刷子磨得快", worries, ["刷子磨得快"]),
    ("就是颜色不好看", worries, ["颜色不好看"]),
    ("客户说口罩耳带断了十几个，要求换货", worries, ["口罩耳带断了十几个"]),
    ("他最怕的是半夜停机没人管，还有备件要从德国等", worries, ["半夜停机没人管", "备件要从德国等"]),
    ("MOQ 500太多", worries, ["MOQ 500太多"]),
    ("main worry is installation downtime", worries, ["installation downtime"]),
    ("三样缺一不可", worries, []),
    ("原来报的46万，谈了一下午砍到了40", sums, [("quote", 460000), ("quote", 400000)]),
    ("单价2300，量大可以到2150", sums, [("quote", 2300), ("quote", 2150)]),
    ("客户要扣款2000", sums, [("other", 2000)]),
    ("同样的配置深信服报62万，我们71万", sums, [("other", 620000), ("quote", 710000)]),
    ("他们手头有70来万", sums, [("budget", 700000)]),
    ("看中胡桃木餐桌，八千六", sums, [("quote", 8600)]),
    ("克重他们要480的", sums, []),
    ("尺寸应该是800乘650", sums, []),
    ("不是打8折，是82折", cuts, [0.82]),
    ("签约付40%，到货付50%，剩下10%质保一年后付", terms, [("签约", 0.4), ("到货", 0.5), ("剩下", 0.1)]),
    ("答应他们下周一给答复", todo, [("给答复", date(2026, 11, 30))]),
    ("没问题再谈批量", todo, []),
    ("换安溪那款再寄两泡", todo, [("再寄两泡", None)]),
    ("下周一把效果图给闻总看", todo, [("把效果图给闻总看", date(2026, 11, 30))]),
    ("项目经理说明年开春再招", todo, []),
    ("供暖季前要把合同敲定", todo, [("把合同敲定", None)]),
    ("Grace说旺季前要把系统切过来", todo, []),
    ("林厂长说下周三开机让我带两桶水性墨去试", todo, [("带两桶水性墨去试", date(2026, 12, 2))]),
    ("卫健局老项回话：月底挂网，让咱先把证书备好", todo, [("把证书备好", None)]),
    ("周四晚七点半跟温哥华那边过一遍图纸", todo, [("跟温哥华那边过一遍图纸", datetime(2026, 11, 26, 19, 30))]),
    ("下周二10点约好了陈总", todo, [("约好了陈总", datetime(2026, 12, 1, 10))]),
    ("约到了护士长，12月16号下午三点，讲浓缩液", todo, [("讲浓缩液", datetime(2026, 12, 16, 15))]),
    ("元旦上班头一天开机试产", todo, [("开机试产", date(2027, 1, 4))]),
    ("明天上午11点前要把投标保证金打过去", todo, [("把投标保证金打过去", datetime(2026, 11, 26, 11))]),
    ("是这周五下午两点，去嘉禾量门洞", todo, [("去嘉禾量门洞", datetime(2026, 11, 27, 14))]),
    ("还有十天到期，得催续费了", todo, [("催续费", None)]),
    ("顺口问明年能不能把直梯也包给我们", todo, []),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_what_stands_where_goods_stand_is_read_as_it_is_meant(
    note: str, told: Callable[[Parsed], Any], expected: Any
) -> None:
    assert told(read(note)) == expected
