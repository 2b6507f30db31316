"""Notes of yet other trades that were read wrongly once: goods that begin a thought, rivals by what they do or own,
customers like 宁波港 and 顺丰同城, plans whose day stands in front of a comma, notes in English."""

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


def stage(said: Parsed) -> str | None:
    return said.stage[0] if said.stage else None


def wishes(said: Parsed) -> list[str]:
    return [words.text for words in said.needs]


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("刹车片第二批到了，质检抽了20副", goods, ["刹车片"]),
    ("智慧工地平台输给了广联达", goods, ["智慧工地平台"]),
    ("滴灌带报了0.38一米", goods, ["滴灌带"]),
    ("他说防水卷材差40卷", goods, ["防水卷材"]),
    ("隆昌陶瓷的喷墨机要换", goods, ["喷墨机"]),
    ("先把煎药机停租两个月", goods, ["煎药机"]),
    ("抛丸机要添一台", goods, ["抛丸机"]),
    ("老板老蔡嫌颗粒料涨太快", goods, ["颗粒料"]),
    ("楼宇广告那单，益和堂嫌点位太偏", goods, ["楼宇广告"]),
    ("给海拓讲了一上午沙盘课", goods, ["沙盘课"]),
    ("想给老人装个楼道升降椅，问政府补不补贴", goods, ["楼道升降椅"]),
    ("不是飞机盒，是天地盖", goods, ["天地盖"]),
    ("就是做番茄酱的那个", goods, []),
    ("根管马达想先试一个礼拜", goods, ["根管马达"]),
    ("裕丰钱柜的老板嫌贵", goods, []),
    ("备料先走起来", goods, []),
    ("说缺水洗标", worries, []),
    ("刚才说缺等保证书", worries, ["缺等保证书"]),
    ("冷库板漏风，让派人", worries, ["冷库板漏风"]),
    ("客户没说不行，就说要再比两家", worries, []),
    ("price is a bit too high for them", worries, ["price is a bit too high"]),
    ("汇川的人又去找他们了", rivals, ["汇川"]),
    ("汇川的人昨天来找我们谈合作", rivals, []),
    ("贝卡尔特占了八成，我们想切一块", rivals, ["贝卡尔特"]),
    ("贝卡尔特占了八成，我们想切一块", sums, []),
    ("人工占了八成", rivals, []),
    ("目前是安邦在做", rivals, ["安邦"]),
    ("目前是小王在做", rivals, []),
    ("客户自己先买了陶氏的", rivals, ["陶氏"]),
    ("他买了新的", rivals, []),
    ("再这样我就换海康了", rivals, ["海康"]),
    ("他们就换人了", rivals, []),
    ("他们用的电梯是迅达的，老坏", rivals, ["迅达"]),
    ("用的设备是进口的", rivals, []),
    ("丰巢也报了", rivals, ["丰巢"]),
    ("丰巢也报了", stage, None),
    ("老王也报了", rivals, []),
    ("说下礼拜再不行就找恒彩做", rivals, ["恒彩"]),
    ("就看我们和南矿谁便宜", rivals, ["南矿"]),
    ("前面是华工和大族", rivals, ["华工", "大族"]),
    ("客户说隔壁园区用的是捷顺，一年才收一万八", rivals, ["捷顺"]),
    ("项目给了本地的兰清，人家送三年滤袋", rivals, ["兰清"]),
    ("竞品分析:蓝湖报价低", rivals, ["蓝湖"]),
    ("宁波港那边的龙门吊要检修", customer, "宁波港"),
    ("顺丰同城的项目他们还是倾向自研", customer, "顺丰同城"),
    ("到了深圳机场", customer, None),
    ("给中科院苏州所寄了三支抗体", customer, "中科院苏州所"),
    ("先到中建七局的雅苑项目", customer, "中建七局"),
    ("材料员小褚说差40卷", customer, None),
    ("材料员小褚说差40卷", people, ["小褚"]),
    ("污泥脱水机那个标评委换了", customer, None),
    ("挖机租赁，路桥三分公司的老詹", customer, "路桥三分公司"),
    ("恒泰广场消防维保明年要重新招", customer, "恒泰广场"),
    ("嘉和置业电梯厅的导视定稿了", customer, "嘉和置业"),
    ("跟雷诺森的中国区负责人视频了半小时", customer, "雷诺森"),
    ("锦江之星前台说他们店长调走了", customer, "锦江之星"),
    ("鼎泰的，量还是五千套", customer, "鼎泰"),
    ("上周来看厂的那位客户下单了", customer, None),
    ("不是老板，是老板娘", customer, None),
    ("新娘叫汪晓彤，要粉紫色系", customer, "汪晓彤"),
    ("采购部部长卞国庆吃了碗面", people, ["卞国庆"]),
    ("后天老鲁家孩子满月", people, ["老鲁"]),
    ("他们HRD Vivian当场说再来一期", people, ["Vivian"]),
    ("Kevin from Bosch Rexroth called, wants 200 pcs", people, ["Kevin"]),
    ("Visited Halden Foods yesterday", customer, "Halden Foods"),
    ("Visited Halden Foods yesterday", day, date(2026, 11, 24)),
    ("明月阁老板不在", people, []),
    ("老公不同意", people, []),
    ("老蔡不同意", people, ["老蔡"]),
    ("前天老客户电话拜访了一下", kind, "call"),
    ("跟他在食堂吃的，聊了聊", kind, "meal"),
    ("给他们公邮发了份方案", kind, "email"),
    ("给绿源发了份方案PDF", stage, "方案报价"),
    ("周日来店里看样板间的那对小夫妻，今天回电话说要加个柜子", kind, "call"),
    ("周日来店里看样板间的那对小夫妻，今天回电话说要加个柜子", todo, []),
    ("周四下午两点来公司看样机", kind, None),
    ("周二去远山机械开会，对方说可以", kind, "meeting"),
    ("周五跟华星吃的饭", day, date(2026, 11, 20)),
    ("后天老鲁家孩子满月，记得随礼", todo, [("随礼", date(2026, 11, 27))]),
    ("昨天开会，记得发纪要", todo, [("发纪要", None)]),
    ("下周三他们开业，别忘了送花篮", todo, [("送花篮", date(2026, 12, 2))]),
    ("维保合同12月20号到期，到期前要回访一次", todo, [("回访一次", date(2026, 12, 20))]),
    ("验收前要把培训做完", todo, [("把培训做完", None)]),
    ("明天上午十点，去华星谈合同", todo, [("去华星谈合同", datetime(2026, 11, 26, 10))]),
    ("下周三，他们开会定", todo, []),
    ("我说要评估，周五给答复", todo, [("给答复", date(2026, 11, 27))]),
    ("我们这边承诺一周内把坏的道闸换好", todo, [("把坏的道闸换好", date(2026, 12, 2))]),
    ("让我们最晚后天派师傅", todo, [("派师傅", date(2026, 11, 27))]),
    ("问能不能做到十五分钟以内", todo, []),
    ("问能不能做到十五分钟以内", wishes, ["做到十五分钟以内"]),
    ("老葛问，去沈阳的线能不能周发三班", wishes, ["周发三班"]),
    ("非要把中粮大厦换进来", wishes, ["把中粮大厦换进来"]),
    ("我们的人留下来连夜调", todo, []),
    ("我说年前下单就给", todo, []),
    ("demo on Dec 9 at 2pm", todo, [("demo", datetime(2026, 12, 9, 14))]),
    ("Revised quote by Friday next week", todo, [("Revised quote", date(2026, 12, 4))]),
    ("牙椅还是嫌7.8万贵", sums, [("quote", 78000)]),
    ("现款9.2万，账期的话9.6万", sums, [("quote", 92000), ("quote", 96000)]),
    ("上午拜访三元养殖，场长不在", sums, []),
    ("老板选了第二款", outcome, None),
    ("说下周一再不定就不做了", outcome, None),
    ("打印耗材年框中了！", outcome, "won"),
    ("宏昌模切下了一单", outcome, "won"),
    ("先把合同签了再说", outcome, None),
    ("把礼品方案改成了三档，发给客户了", intent, "note"),
    ("把礼品方案改成三档", intent, "command"),
    ("贝因特的尾款收齐没有", intent, "query"),
    ("华星这单转小范跟", intent, "command"),
    ("让小王跟他说", intent, "note"),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_a_note_of_yet_another_trade_is_read_as_it_is_meant(
    note: str, told: Callable[[Parsed], Any], expected: Any
) -> None:
    assert told(read(note)) == expected
