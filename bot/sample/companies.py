"""Invented customers: registered names by city and trade, none of them like one that the stories name."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bot.sample.staff import EAST, NORTH, SOUTH

CITIES = {
    EAST: ("苏州", "无锡", "常州", "南通", "杭州", "宁波", "嘉兴", "绍兴", "合肥", "上海", "昆山", "温州"),
    SOUTH: ("广州", "深圳", "佛山", "东莞", "中山", "珠海", "厦门", "泉州", "长沙", "惠州"),
    NORTH: ("北京", "天津", "青岛", "济南", "石家庄", "大连", "沈阳", "郑州", "烟台", "太原"),
}
# What a firm of each trade calls itself, and the trade as the record names it.
TRADES: tuple[tuple[str, str], ...] = (
    ("精密机械", "制造业-机械设备"),
    ("智能装备", "制造业-机械设备"),
    ("数控设备", "制造业-机械设备"),
    ("汽车零部件", "制造业-汽车零部件"),
    ("电子科技", "制造业-电子电器"),
    ("电气", "制造业-电子电器"),
    ("包装材料", "制造业-包装印刷"),
    ("印务", "制造业-包装印刷"),
    ("纺织", "制造业-纺织服装"),
    ("服饰", "制造业-纺织服装"),
    ("新材料", "制造业-化工材料"),
    ("涂料", "制造业-化工材料"),
    ("医疗器械", "制造业-医疗器械"),
    ("食品", "制造业-食品饮料"),
    ("家居", "制造业-家居建材"),
    ("建材", "制造业-家居建材"),
    ("供应链", "物流仓储"),
    ("冷链物流", "物流仓储"),
    ("商贸", "批发零售"),
    ("环保工程", "工程服务"),
)
_FIRST = "瑞博凯卓嘉泰鼎银丰亿巨宇凌旭铭昊尚景沃"
_SECOND = "达盛合威邦泽川峰捷腾润诺朗晖森维"
# Words of everyday speech, and names that real firms are known by.
_NOT = frozenset(
    {"嘉合", "尚合", "凯捷", "泰森", "瑞森", "凯达", "银川", "丰润", "沃森", "巨峰", "鼎盛", "丰盛", "泰达"}
)
_FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司")
SIZES = ("50人以下", "50-200人", "50-200人", "200-500人", "500-1000人", "1000人以上")


@dataclass(frozen=True, slots=True)
class Company:
    """A firm: its registered name, what people call it, and where and what it is."""

    full: str
    short: str
    industry: str
    city: str
    size: str


def invent(chance: random.Random, team: int, count: int, used: set[str]) -> list[Company]:
    """So many firms of a team's region; a brand is given once, and `used` remembers it."""
    free = sorted({a + b for a in _FIRST for b in _SECOND} - _NOT - used)
    brands = chance.sample(free, count)
    used.update(brands)
    return [_company(chance, team, brand) for brand in brands]


def _company(chance: random.Random, team: int, brand: str) -> Company:
    city = chance.choice(CITIES[team])
    trade, industry = chance.choice(TRADES)
    return Company(f"{city}{brand}{trade}{chance.choice(_FORMS)}", brand + trade, industry, city, chance.choice(SIZES))


def mobile(chance: random.Random) -> str:
    """A number that looks like one: eleven digits of a mobile prefix."""
    return chance.choice(("130", "135", "136", "137", "138", "139", "150", "158", "186", "189")) + "".join(
        str(chance.randrange(10)) for _ in range(8)
    )


SURNAMES = "刘李赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "建国",
    "志强",
    "海燕",
    "丽华",
    "伟东",
    "晓明",
    "文斌",
    "雪梅",
    "春林",
    "国平",
    "永刚",
    "小红",
    "俊杰",
    "思远",
    "佳宁",
    "一鸣",
    "立新",
    "玉兰",
    "振华",
    "秀英",
    "宏伟",
    "明辉",
    "天佑",
    "雅琴",
    "庆丰",
    "德胜",
    "美玲",
    "晓峰",
    "志远",
    "亚东",
    "颖",
    "涛",
    "敏",
    "刚",
    "洁",
    "磊",
    "静",
    "鹏",
    "琳",
    "斌",
    "娟",
    "超",
    "勇",
    "军",
)
TITLES: tuple[tuple[str, str], ...] = (
    ("总经理", "决策人"),
    ("董事长", "决策人"),
    ("副总经理", "决策人"),
    ("采购经理", "影响人"),
    ("采购总监", "影响人"),
    ("信息部经理", "影响人"),
    ("IT主管", "影响人"),
    ("生产总监", "影响人"),
    ("厂长", "影响人"),
    ("车间主任", "使用人"),
    ("仓库主管", "使用人"),
    ("计划员", "使用人"),
    ("财务经理", "财务"),
)


def name(chance: random.Random) -> str:
    """A person's full name."""
    return chance.choice(SURNAMES) + chance.choice(_GIVEN)
