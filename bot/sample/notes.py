"""What salespeople write after a contact: patterns by the phase of the sale, with the facts that the words hold."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

PRODUCTS: tuple[tuple[str, int, int], ...] = (  # with the usual range of the price, in 万
    ("ERP系统", 35, 120),
    ("MES系统", 40, 150),
    ("WMS系统", 25, 90),
    ("设备联网", 18, 60),
    ("质量追溯", 15, 45),
    ("排产系统", 30, 80),
    ("数据看板", 8, 25),
    ("年度维保", 3, 12),
    ("手持终端", 4, 15),
    ("供应商门户", 12, 40),
)
RIVALS = ("用友", "金蝶", "鼎捷", "浪潮", "当地一家小软件公司")
WORRIES = (
    "实施周期太长",
    "老数据迁不过来",
    "车间工人不会用",
    "和现有系统对不上",
    "价格超预算",
    "售后响应慢",
    "切换时影响发货",
    "总部不批预算",
    "定制太多后面不好升级",
    "上线后没人维护",
)
NEEDS = (
    "库存要实时准",
    "订单进度能随时查",
    "扫码报工",
    "质量问题能追到批次",
    "成本能算到单品",
    "报表不再手工做",
    "老板手机上能看",
    "跟设备联起来",
    "排产自动化",
    "多仓库一起管",
)

# (type, words): {who} the person met, {name} the customer, {product}, {money} an amount in words.
OPENING: tuple[tuple[str, str], ...] = (
    ("call", "给{name}打了第一个电话，{who}接的，{need}，约了下周见面细聊"),
    ("visit", "第一次去{name}，{who}带着看了车间，现在还是Excel在管，想要{need}"),
    ("meeting", "展会上认识{name}的{who}，对{product}感兴趣，主要想{need}，先加了微信"),
    ("wechat", "加上{name}{who}微信了，发了公司介绍，先认识一下"),
    ("visit", "顺路拜访{name}，见到{who}，聊了十分钟，留了资料"),
)
WARMING: tuple[tuple[str, str], ...] = (
    ("wechat", "微信跟{name}{who}发了两个同行案例，说先看看"),
    ("call", "{name}电话没人接，晚点再打"),
    ("call", "{name}{who}说今年没预算，明年一季度再联系"),
    ("email", "给{name}{who}发了{product}的资料，说转给信息部看看"),
    ("visit", "又去了趟{name}，{who}在开会，只说了几句"),
    ("wechat", "{name}{who}问了下{product}大概价格，没细说"),
    ("call", "跟{name}{who}约下周见面，说要看老板时间"),
    ("call", "{name}{who}提到现在最头疼的是{need}"),
    ("wechat", "过节给{name}{who}发了问候，顺便问了下今年的计划"),
    ("visit", "路过{name}，跟{who}喝了杯茶，{rival}上个月也来过"),
)
NEEDING: tuple[tuple[str, str], ...] = (
    ("visit", "上午去{name}做调研，{who}讲了三个痛点，最要紧的是{need}"),
    ("meeting", "跟{name}{who}开了需求会，{product}范围基本清楚，{need}，担心{worry}"),
    ("call", "跟{name}{who}电话聊了{product}，预算{money}左右，担心{worry}"),
    ("visit", "下午拜访{name}{who}，现场看了流程，预算大概{money}，要求年底前上线"),
    ("demo", "给{name}{who}演示了{product}，反馈不错，问能不能{need}"),
    ("wechat", "{name}{who}把现有单据发过来了，要按他们的流程配一套看看"),
    ("call", "{name}{who}说信息部内部在讨论，{rival}也在接触"),
    ("meal", "中午跟{name}{who}吃饭，说老板很支持，但{worry}是个坎"),
    ("meeting", "跟{name}{who}线上开会，过了一遍需求清单，还差仓库那块没确认"),
)
OFFERING: tuple[tuple[str, str], ...] = (
    ("email", "{product}方案和报价发{name}{who}了，报价{money}"),
    ("visit", "去{name}讲方案，{who}在场，报价{money}，说比{rival}高一点"),
    ("call", "跟{name}{who}确认收到报价，担心{worry}，要我们出个实施计划"),
    ("demo", "第二次给{name}演示{product}，{who}带了车间的人来看，提了几个小改动"),
    ("wechat", "{name}{who}问报价{money}含不含培训，回复含三天"),
    ("meeting", "跟{name}{who}过方案，{rival}也报了，技术上我们占优，担心{worry}"),
    ("visit", "带{name}{who}去看了同行案例，印象很好，回去内部汇报"),
    ("call", "{name}{who}说方案领导在看，下周给答复"),
)
BARGAINING: tuple[tuple[str, str], ...] = (
    ("visit", "下午去{name}谈价格，{who}想再降一点，{money}基本能接受"),
    ("call", "跟{name}{who}电话谈付款方式，想三三四，我们坚持首付四成"),
    ("meeting", "{name}{who}把法务拉进来过合同条款，主要卡在验收标准"),
    ("wechat", "{name}{who}说{rival}降到很低，问我们还有没有空间"),
    ("meal", "晚上跟{name}{who}吃饭，透露老板倾向我们，担心{worry}"),
    ("call", "{name}{who}说采购流程在走，预计下周能定"),
    ("visit", "去{name}见{who}，合同金额{money}没问题，等总部盖章"),
)
SERVING: tuple[tuple[str, str], ...] = (
    ("visit", "回访{name}，{who}说{product}用得还行，想再加两个报表"),
    ("call", "{name}{who}反馈打印慢，转给实施同事处理了"),
    ("wechat", "跟{name}{who}对了下尾款时间，说财务在走流程"),
    ("visit", "去{name}培训，{who}和车间班组长都来了，问题不多"),
    ("call", "给{name}{who}打电话问使用情况，说比以前省事多了"),
    ("meeting", "跟{name}{who}开了季度例会，明年想上{product}"),
    ("delivery", "给{name}送了手持终端样机，{who}签收"),
)
LOST: tuple[tuple[str, str], ...] = (
    ("call", "{name}{who}说最后选了{rival}，价格低不少，以后有机会再合作"),
    ("wechat", "{name}{who}说项目暂停了，老板今年不投这块"),
)
BY_STAGE = {
    "初步接触": WARMING,
    "需求分析": NEEDING,
    "方案报价": OFFERING,
    "商务谈判": BARGAINING,
    "签约": SERVING,
}


@dataclass(frozen=True, slots=True)
class Written:
    """One note: how the contact was made, the words, and the facts in them."""

    type: str
    text: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom a note is about, on which day, and what is being sold for how much (in 万)."""

    day: date
    name: str
    who: str
    title: str
    product: str
    amount: int


def write(chance: random.Random, patterns: tuple[tuple[str, str], ...], scene: Scene) -> Written:
    """A note after one of the patterns. What it says besides the pattern is drawn, and stands in the facts too."""
    kind, pattern = chance.choice(patterns)
    worry, need, rival = chance.choice(WORRIES), chance.choice(NEEDS), chance.choice(RIVALS)
    text = pattern.format(
        name=scene.name,
        who=scene.who,
        product=scene.product,
        money=f"{scene.amount}万",
        worry=worry,
        need=need,
        rival=rival,
    )
    facts: dict[str, Any] = {"text": text, "type": kind, "occurred_on": scene.day.isoformat(), "reached": True}
    if "没人接" in pattern:
        facts["reached"] = False
    else:
        facts |= _drawn(pattern, scene, worry, need, rival)
    return Written(kind, text, facts)


def _drawn(pattern: str, scene: Scene, worry: str, need: str, rival: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "{who}" in pattern:
        facts["contacts"] = [{"name": scene.who, "title": scene.title, "phone": ""}]
    for slot, key, words in (("{worry}", "concerns", worry), ("{need}", "needs", need)):
        if slot in pattern:
            facts[key] = [{"text": words, "quote": words}]
    if "{product}" in pattern:
        facts["products"] = [{"text": scene.product, "quote": scene.product}]
    if "{rival}" in pattern and "一家" not in rival:
        facts["competitors"] = [{"text": rival, "quote": rival}]
    if "{money}" in pattern:
        kind = "budget" if "预算" in pattern else "quote"
        said = f"{scene.amount}万"
        facts["amounts"] = [{"kind": kind, "fen": scene.amount * 1_000_000, "about": kind == "budget", "quote": said}]
    return facts
