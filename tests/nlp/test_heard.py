"""Notes of other trades that were read wrongly once, each with the one thing that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from bot.nlp.parsed import Parsed
from tests.nlp.support import read


def customer(said: Parsed) -> str | None:
    return said.customer.text if said.customer else None


def people(said: Parsed) -> list[str]:
    return [contact.name for contact in said.contacts]


def rivals(said: Parsed) -> list[str]:
    return [rival.text for rival in said.competitors]


def goods(said: Parsed) -> list[str]:
    return [product.text for product in said.products]


def todo(said: Parsed) -> list[tuple[str, date | datetime | None]]:
    return [(action.text, action.due) for action in said.next_actions]


def kind(said: Parsed) -> str | None:
    return said.activity.type if said.activity else None


def day(said: Parsed) -> date | None:
    return said.activity.date if said.activity else None


def outcome(said: Parsed) -> str | None:
    return said.outcome[0] if said.outcome else None


def sums(said: Parsed) -> list[tuple[str, int]]:
    return [(amount.kind, int(amount.value)) for amount in said.amounts]


def worries(said: Parsed) -> list[str]:
    return [worry.text for worry in said.concerns]


def promises(said: Parsed) -> list[str]:
    return [promise.text for promise in said.promises]


# Said on Wednesday, 25 November 2026, at four in the afternoon.
HEARD: list[tuple[str, Callable[[Parsed], Any], Any]] = [
    ("补记：上周五去过一次德润汽配，没谈什么实质的", customer, "德润汽配"),
    ("晚上和德润的两位老总吃了个饭，喝得有点多", customer, "德润"),
    ("跟谷雨文创签了，3年，每年9.8万", customer, "谷雨文创"),
    ("和兴旺纺机谭厂长确认了技术协议", customer, "兴旺纺机"),
    ("刚见完九州软件的钟总，他们今年不上了", customer, "九州软件"),
    ("在小区门口碰到碧波物业的包经理", customer, "碧波物业"),
    ("送货到祥瑞电站，签收人老段", customer, "祥瑞电站"),
    ("晚上请宏丰注塑的生产副总汤国栋吃了顿饭", customer, "宏丰注塑"),
    ("客户：云南白桦；对接人：段经理；进展：样品检测合格", customer, "云南白桦"),
    ("德润的采购换人了，新来的叫唐一鸣", customer, "德润"),
    ("和顺康药业 钱经理 拜访 聊了中药饮片包装机 有意向", customer, "和顺康药业"),
    ("约了宜品宅装的老板下周四去工地看样板间", customer, "宜品宅装"),
    ("早上去江宁区教育局送了方案，信息中心的闻主任让我们改", customer, "江宁区教育局"),
    ("沃尔玛验厂通过了，可以开始打样了", customer, None),
    ("昨晚跟老魏喝酒，他透露集团明年要上MES", customer, None),
    ("开始走合同了，法务那边卡在赔偿上限", customer, None),
    ("昨晚跟老魏喝酒，他说明年要扩产", people, ["老魏"]),
    ("小邹从德润离职了", people, ["小邹"]),
    ("明早十点跟德润地产的Kevin视频会议", people, ["Kevin"]),
    ("邮件抄送了他们的IT经理James Wood", people, ["James Wood"]),
    ("方厂长来电，滤布破了，要配件", people, ["方厂长"]),
    ("见了采购部副部长龚海，仓库主任老冯也在", people, ["龚海", "老冯"]),
    ("德润酒店的布草现在是洁美雅在供，年底到期", rivals, ["洁美雅"]),
    ("样品测试排第二，第一名是德国的贺利顿，价格比我们贵一倍", rivals, ["贺利顿"]),
    ("给了9折，感觉在等大华的价", rivals, ["大华"]),
    ("免税店换了收银系统，用的石基，咱们没戏了", rivals, ["石基"]),
    ("儿童摄影店要续费了，老板在考虑换美团的系统", rivals, ["美团"]),
    ("跟陈列部开了个短会，预算砍半", people, []),
    ("客户最近资金紧张，付款要拖到明年三月份", todo, []),
    ("跟陈列部开了个短会，预算砍半", kind, "meeting"),
    ("儿童摄影店要续费了，老板还没定", outcome, None),
    ("试用期还剩7天，周末前催一下付款", todo, [("催一下付款", date(2026, 11, 29))]),
    ("刘会计说发票抬头错了，今天必须寄出去", todo, [("寄出去", date(2026, 11, 25))]),
    ("约的是后天上午，结果肖总有事，改下周一上午10点", todo, [("约", datetime(2026, 11, 30, 10))]),
    ("跟经销商聊了明年返点的事", todo, []),
    ("周三参加了泉州鞋机展，碰到老客户", todo, []),
    ("还在等地里的实验结果，12月初出，让我先别催", todo, []),
    ("小孟说样衣洗了缩水，让重新打一版", todo, [("重新打一版", None)]),
    ("王主任儿子12月18号结婚，记得随礼", todo, [("随礼", date(2026, 12, 18))]),
    ("提了充电桩，他让发份资料看看", todo, [("发份资料看看", None)]),
    ("周末前把演示环境搭好，周一上午10点演示", kind, None),
    ("今天跟德润齿科的前台小妹加了微信", kind, "wechat"),
    ("晚上七点跟Tom开zoom，讨论排期", kind, None),
    ("展厅灯光项目的尾款，今天打电话给邱会计了", kind, "call"),
    ("跟德润的单子板上钉钉了", kind, None),
    ("试用期还剩7天，德润乳业用得挺勤", kind, None),
    ("现场调了两个钟头，客户签了验收单", outcome, None),
    ("标书被废了，少盖了个骑缝章", outcome, "lost"),
    ("下了订单，300箱，12月15号前到货", outcome, "won"),
    ("德润宾馆续约了，一年41万", outcome, "won"),
    ("把价格压到了每平米58，对方还在犹豫", sums, [("other", 58)]),
    ("砍价砍到280一格了，我说300是底线", sums, [("other", 280)]),
    ("先打30%定金，货到付60，留10个点质保", sums, []),
    ("报价单收到，比隔壁家贵了6个点", worries, ["比隔壁家贵了6个点"]),
    ("陆院长嫌我们的CT太贵", worries, ["CT太贵"]),
    ("对我们的在线监测挺认可，问有没有同行案例", worries, []),
    ("杜总说下半年不考虑新增了", promises, []),
    ("他们秘书回复说月底", promises, []),
    ("跟采购谈价格，没谈拢", people, []),
    ("财务付款慢，拖到月底了", people, []),
    ("财务付玉兰确认收到发票", people, ["付玉兰"]),
    ("见了九州文旅的那个副总", people, []),
    ("今天那位王总又来电话了", customer, None),
    ("听说万和家居在跟箭脉谈", rivals, ["箭脉"]),
    ("他们也在跟科沃接触", rivals, ["科沃"]),
    ("我们还在跟科沃谈", rivals, []),
    ("客户说贵，宏发那边只要三万八", rivals, ["宏发"]),
    ("价格高了点，预算才20万", rivals, []),
    ("询价翻斗车3台，下周给报价", goods, ["翻斗车"]),
    ("再要镀锌管80吨", goods, ["镀锌管"]),
    ("对方想订自攻螺丝200箱", goods, ["自攻螺丝"]),
    ("一共3台，周五前发", goods, []),
    ("再要发电机3台", goods, ["发电机"]),
    ("他们想买进口扫描仪2台", goods, ["进口扫描仪"]),
    ("采购换热器5台", goods, ["换热器"]),
    ("小区物业要装充电桩，12台", goods, ["充电桩"]),
    ("今天又被宏远建设的老邱放鸽子了，约好的两点没来", rivals, []),
    ("今天又被宏远建设的老邱放鸽子了，约好的两点没来", todo, []),
    ("违约金条款卡着了，我明天找老板批", people, []),
    ("跟天朗科技的技术总监开完会，他嫌文档太烂", kind, "meeting"),
    ("陈院长答应帮我们引荐省肿瘤医院的设备科", customer, "省肿瘤医院"),
    ("海川集团说招标文件出来了，11月3号截标", day, date(2026, 11, 25)),
    ("李姐那边说东西挺好，就是贵", worries, ["贵"]),
    ("样品不错，就是贵州那家也在报", worries, []),
    ("仓库的老周介绍了个朋友，说是做冷链的", people, ["老周"]),
    ("明天把合同寄给范总，顺丰到付", kind, None),
    ("样品已经发快递了", kind, "delivery"),
    ("下周计划写好了，已经发周总邮箱", todo, []),
    ("下周方案做好发给客户", todo, [("方案做好发给客户", None)]),
    ("天目湖的事儿成了，合同118万", outcome, "won"),
    ("这事要是成了，我请客", outcome, None),
    ("价格成了最大的问题", outcome, None),
    ("约了下周三下午两点到盛大总部讲标", todo, [("到盛大总部讲标", datetime(2026, 12, 2, 14))]),
    ("讲标推迟了，估计要到明年一季度", todo, []),
    ("客户要的资质文件今晚之前必须发过去", todo, [("发过去", date(2026, 11, 25))]),
    ("跟法务确认了，合同第七条要改，改完重新发客户", todo, [("改完重新发客户", None)]),
    ("南方电网那个标中了，中标价1286万", outcome, "won"),
    ("标中了没有还不知道", outcome, None),
    ("客户投诉上批货有色差，今晚写个处理方案", todo, [("写个处理方案", date(2026, 11, 25))]),
    ("今晚陪王总吃了饭", todo, []),
    ("行，那先下20台", goods, []),
    ("报价有效期写到12月15号，过期重报", todo, []),
    ("聊到他们准备在越南建厂", todo, []),
    ("这单要是能在月底前签下来，返点给2个点", todo, []),
    ("老板同意给他们账期45天", promises, []),
    ("投标文件这周末要弄完", todo, [("弄完", date(2026, 11, 28))]),
    ("工程款又拖了，说好10号付的30%到现在没影", promises, []),
    ("客户说凭啥贵两成", worries, ["凭啥贵两成"]),
]


@pytest.mark.parametrize(
    ("note", "told", "expected"), HEARD, ids=[f"{told.__name__}: {note}" for note, told, _ in HEARD]
)
def test_a_note_of_another_trade_is_read_as_it_is_meant(
    note: str, told: Callable[[Parsed], Any], expected: Any
) -> None:
    assert told(read(note)) == expected


def test_the_afternoon_behind_tomorrow_morning_is_tomorrows() -> None:
    assert todo(read("明天一早飞成都，下午见德润医药的毛总")) == [
        ("飞成都", date(2026, 11, 26)),
        ("见德润医药的毛总", date(2026, 11, 26)),
    ]


@pytest.mark.parametrize("said", ["王工反馈传感器有问题，已申请换货，明天发顺丰", "陆院长说太贵，让我回去再申请个特价"])
def test_what_was_applied_for_or_is_yet_to_be_is_a_note(said: str) -> None:
    assert read(said).intent == "note"
