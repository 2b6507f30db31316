"""Forms of address around a customer's name: 去华星那边, 华星的王总, 华星采购部的老陈."""

from __future__ import annotations

import re

from domain.naming.forms import normal, only_trades, split, without_place
from domain.naming.people import PERSON

_DEPARTMENT = (
    "采购|技术|财务|销售|研发|市场|人事|行政|生产|质量|品质|工程|设备|项目|供应链|信息|法务|商务|运营|售后|业务|物流|"
    "仓库|基建|后勤|办公"
)
_AFTER = (
    re.compile(
        r"的?(?:那边|那里|那儿|这边|这里|这儿|那头|内部|方面|他们家?|她们|人家|那家|这家|那个|这个|那帮人|的人|人员)$"
    ),
    re.compile(r"的?(?:那家|这家|那个|这个|他们)(?:公司|厂子?|单位|企业|集团|客户|医院|学校)$"),
    re.compile(rf"的?{PERSON}$"),
    re.compile(
        r"的?(?:一?[位个])?(?:老板娘?|老总|总经理|副总|经理|采购|会计|财务|前台|负责人|对接人|联系人|董事长|总监|主任|客户)$"
    ),
    re.compile(rf"的?(?:{_DEPARTMENT})(?:部门?|处|科|组|室|中心|事业部)的?$"),
    re.compile(r"(?:采购|财务|人事|法务|行政|总务)的?$"),
    re.compile(r"的$"),
)
_BEFORE = re.compile(
    r"^(?:(?:昨天|今天|明天|刚才?|再|又|准备|打算)*(?:联系|拜访|走访|回访|客户|关于|找|去|跟|给|见|约|和|与|到|问|催|请|对|在|帮))了?(?:一下)?"
)
_BRANCH = re.compile(
    r"^(?P<of>.+?)第?[一二三四五六七八九十\d]*(?:分公司|子公司|办事处|代表处|联络处|分行|支行|分厂|分店|门店|营业部|经营部)$"
)
_NOBODY = re.compile(
    r"(?:我们?|你们?|他们?|她们?|咱们?|人家|对方|甲方|乙方|[老新大小]?客户|供应商|经销商|代理商|[那这哪][个家边里位儿]?|的|了|做|搞|是|在|和|跟|"
    r"[老新大小]?公司|单位|厂子?|[国央民外]企|院校|学校|昨天|今天|明天|前天|上次|上午|下午|刚才?|认识|展会上?|人|边|家)+"
)
_MOST = 10


def peel(wording: str) -> tuple[str, ...]:
    """The wording and what may be left of it when forms of address are taken off, longest first."""
    found = {wording: None}
    queue = [wording]
    while queue and len(found) < _MOST:
        text = queue.pop(0)
        for rest in (*(after.sub("", text) for after in _AFTER), _BEFORE.sub("", text)):
            if rest not in found and len(rest) > 1 and not (len(rest) < 3 and only_trades(rest)):
                found[rest] = None
                queue.append(rest)
    return tuple(sorted(found, key=len, reverse=True))


def names_nobody(text: str) -> bool:
    """Whether a wording in normal form says no name: 客户那边, 上海那家公司, 王总, 科技公司."""
    if re.fullmatch(PERSON, text):
        return True
    core = without_place(split(text).core, least=0)[0]
    said = _NOBODY.sub("", core)
    return len(said) < 2 or only_trades(said) or bool(re.fullmatch(PERSON, said))


def branch_of(text: str) -> str | None:
    """The company whose branch, office or shop is named, with the branch's place perhaps; None if it is no branch."""
    found = _BRANCH.match(normal(text))
    return found["of"] if found else None
