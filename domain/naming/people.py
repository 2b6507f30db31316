"""People as they are spoken of: 张总, 老张, 李经理, 伟哥 - and whether a contact on record is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.naming.forms import normal
from domain.naming.sound import alike

_SURNAMES = ["欧阳", "上官", "司马", "诸葛", "皇甫", "令狐", "东方", "慕容", "尉迟", "长孙", "夏侯", "公孙", "端木", "司徒", "南宫", "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "萧", "田", "董", "袁", "潘", "于", "余", "蒋", "蔡", "杜", "叶", "程", "苏", "魏", "吕", "丁", "任", "沈", "姚", "卢", "姜", "崔", "钟", "谭", "陆", "汪", "范", "金", "石", "廖", "贾", "夏", "韦", "付", "傅", "方", "白", "邹", "孟", "熊", "秦", "邱", "江", "尹", "薛", "闫", "阎", "段", "雷", "侯", "龙", "史", "陶", "黎", "贺", "顾", "毛", "郝", "龚", "邵", "万", "钱", "严", "覃", "武", "戴", "莫", "孔", "向", "汤", "温", "康", "施", "文", "牛", "樊", "葛", "邢", "安", "齐", "易", "乔", "伍", "庞", "颜", "倪", "庄", "聂", "章", "鲁", "岳", "翟", "殷", "詹", "申", "欧", "耿", "关", "兰", "焦", "俞", "左", "柳", "甘", "祝", "包", "宁", "尚", "符", "舒", "阮", "柯", "纪", "梅", "童", "凌", "毕", "单", "季", "裴", "霍", "涂", "成", "苗", "谷", "盛", "曲", "翁", "冉", "骆", "蓝", "路", "游", "辛", "靳", "欧", "管", "柴", "蒙", "鲍", "华", "喻", "祁", "蒲", "房", "滕", "屈", "饶", "解", "牟", "艾", "尤", "阳", "时", "穆", "农", "司", "卓", "古", "吉", "缪", "简", "车", "项", "连", "芦", "麦", "褚", "娄", "窦", "戚", "岑", "景", "党", "宫", "费", "卜", "冷", "晏", "席", "卫", "米", "柏", "宗", "瞿", "桂", "全", "佟", "应", "臧", "闵", "苟", "邬", "边", "卞", "姬", "师", "和", "仇", "栾", "隋", "商", "刁", "沙", "荣", "巫", "寇", "桑", "郎", "甄", "丛", "仲", "虞", "敖", "巩", "明", "佘", "池", "查", "麻", "苑", "迟", "邝"]
_TITLES = ["总经理", "副总经理", "总裁", "副总裁", "董事长", "副董事长", "执行董事", "董事", "总监", "副总监", "总工程师", "总工", "副总", "老总", "总", "工程师", "工", "厂长", "副厂长", "经理", "副经理", "主任", "副主任", "主管", "部长", "副部长", "处长", "副处长", "科长", "副科长", "局长", "副局长", "院长", "副院长", "所长", "校长", "站长", "组长", "店长", "行长", "会长", "队长", "书记", "秘书", "助理", "专员", "会计", "出纳", "采购", "老板", "老板娘", "教授", "博士", "老师", "师傅", "大夫", "医生", "律师", "先生", "女士", "小姐", "哥", "姐", "董", "处", "局", "科", "部", "院", "书记", "总助", "店长", "司机", "前台", "负责人", "法人"]
_FAMILIAR = "老小阿大"
_SURNAME = "|".join(sorted(set(_SURNAMES), key=len, reverse=True))
_TITLE = "|".join(sorted(set(_TITLES), key=len, reverse=True))
PERSON = rf"(?:(?:{_SURNAME})(?:{_TITLE})|[{_FAMILIAR}](?:{_SURNAME}))"
"""A person without given name, as an expression: 张总, 老张."""
_MENTION = re.compile(rf"(?P<name>.*?)(?P<title>{_TITLE})?")
_FAMILIAR_NAME = re.compile(rf"[{_FAMILIAR}](?P<surname>{_SURNAME})")
_BEGINS = re.compile(_SURNAME)
_RANKS = (
    frozenset(["总", "总经理", "副总经理", "总裁", "副总裁", "副总", "老总", "总监", "副总监", "董事长", "总工", "总助", "老板", "法人", "董事", "ceo", "coo", "cto", "cfo", "vp"]),
    frozenset(["工", "工程师", "总工", "总工程师", "技术", "研发", "师傅"]),
    frozenset(["经理", "副经理", "总经理", "副总经理", "主管"]),
    frozenset(["处", "处长", "副处长"]),
    frozenset(["局", "局长", "副局长"]),
    frozenset(["科", "科长", "副科长"]),
    frozenset(["部", "部长", "副部长"]),
    frozenset(["董", "董事长", "副董事长", "董事", "执行董事"]),
)  # fmt: skip
_SAYS_NO_RANK = frozenset(["先生", "女士", "小姐", "哥", "姐", "老师", "负责人"])


@dataclass(frozen=True, slots=True)
class Core:
    """What a mention says of a person: surname, given name and title, each empty where it says nothing."""

    surname: str
    given: str
    title: str


def person_core(mention: str) -> Core:
    """Take a mention apart: 张总 -> 张, "", 总; 老张 -> 张; 欧阳晓工程师 -> 欧阳, 晓, 工程师; 伟哥 -> "", 伟, 哥."""
    text = normal(mention)
    if familiar := _FAMILIAR_NAME.fullmatch(text):
        return Core(familiar["surname"], "", "")
    found = _MENTION.fullmatch(text)
    name, title = (found["name"], found["title"] or "") if found else (text, "")
    begins = _BEGINS.match(name)
    surname = begins[0] if begins else ""
    return Core(surname, name[len(surname) :], title)


def same_person(mention: str, contact_name: str, contact_title: str | None = None) -> bool:
    """Whether the contact may be the person of the mention: 张总 may be 张伟 (采购总监), 张工 may not.

    A given name must agree, in writing or in sound; a title only where both are known.
    """
    said, own = person_core(mention), person_core(contact_name)
    if not (said.surname or said.given):
        return False
    title = normal(contact_title or "") or own.title
    named = _names_agree(said, own) or (not said.surname and own.given.endswith(said.given))
    return named and _titles_agree(said.title, title)


def _names_agree(said: Core, own: Core) -> bool:
    if not said.surname or said.surname != own.surname:
        whole, other = said.surname + said.given, own.surname + own.given
        return bool(said.given and own.given) and _sounds(whole, other)
    return not said.given or not own.given or _sounds(said.given, own.given)


def _sounds(one: str, other: str) -> bool:
    return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))


def _titles_agree(said: str, own: str) -> bool:
    if not said or not own or said in _SAYS_NO_RANK or own in _SAYS_NO_RANK or said in own:
        return True
    return any(said in rank and any(own.endswith(word) for word in rank) for rank in _RANKS)
