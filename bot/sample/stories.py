"""The customers that the first conversations are about, with what happened so far, told by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sample.days import Days
from bot.sample.ledger import WAN, Ledger
from bot.sample.model import Contact, Customer, Opportunity
from bot.sample.notes import Written
from bot.sample.staff import LI_MING, LIN_YUE


@dataclass(frozen=True, slots=True)
class Said:
    """A note: how many days ago, how, with whom, in which words; `worry` and `need` stand in the words."""

    days: int
    type: str
    who: str
    text: str
    worry: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One customer. `sale` is product, 万, stage, days in that stage and days since it began."""

    full: str
    short: str
    owner: int
    level: str
    status: str
    source: str
    industry: str
    city: str
    size: str
    known: int
    people: tuple[tuple[str, str, str, str], ...]
    sale: tuple[str, int, str, int, int] | None = None
    said: tuple[Said, ...]


STORIES = (
    Story(
        full="苏州华星精工机械有限公司",
        short="华星精工",
        owner=LIN_YUE,
        level="B",
        status="合作客户",
        source="老客户介绍",
        industry="制造业-机械设备",
        city="苏州",
        size="200-500人",
        known=210,
        people=(("张总", "总经理", "决策人", "13800138000"), ("刘工", "信息部工程师", "使用人", "13912345678")),
        said=(
            Said(205, "visit", "张总", "第一次去华星精工，张总带着看了车间，想先把库存管起来", need="先把库存管起来"),
            Said(172, "demo", "刘工", "给华星精工刘工演示了ERP，库存和采购两块都过了一遍"),
            Said(150, "visit", "张总", "华星精工一期签了，合同35万，张总要求三个月上线"),
            Said(88, "visit", "刘工", "华星精工一期上线培训，刘工和仓库的人都来了，问题不多"),
            Said(41, "call", "刘工", "华星精工刘工反馈打印慢，转给实施同事处理了"),
            Said(16, "meeting", "张总", "展会上碰到华星精工张总，说一期用得不错，想看看二期能做什么"),
            Said(5, "call", "张总", "跟华星精工张总电话，想看同行案例，答应给他寄样品", need="想看同行案例"),
        ),
    ),
    Story(
        full="上海宏图物流有限公司",
        short="宏图物流",
        owner=LIN_YUE,
        level="A",
        status="潜在客户",
        source="展会",
        industry="物流仓储",
        city="上海",
        size="500-1000人",
        known=41,
        people=(("王经理", "运营经理", "影响人", "13701234567"), ("张总", "总经理", "决策人", "13501234567")),
        sale=("WMS系统", 72, "商务谈判", 6, 41),
        said=(
            Said(41, "meeting", "王经理", "展会上认识宏图物流王经理，想把五个仓一起管", need="五个仓一起管"),
            Said(30, "visit", "王经理", "去宏图物流看了两个仓，王经理要扫码出入库", need="扫码出入库"),
            Said(20, "demo", "王经理", "在宏图物流现场演示WMS，张总也来了，问得很细"),
            Said(12, "email", "王经理", "WMS方案和报价发宏图物流王经理了，报价72万"),
            Said(6, "visit", "张总", "拜访宏图物流张总谈价格，王经理在场，开始过合同"),
            Said(
                2,
                "call",
                "王经理",
                "宏图物流王经理电话，担心系统切换影响发货，答应带同行案例给他",
                worry="系统切换影响发货",
            ),
        ),
    ),
    Story(
        full="杭州金穗食品股份有限公司",
        short="金穗食品",
        owner=LIN_YUE,
        level="B",
        status="潜在客户",
        source="官网注册",
        industry="制造业-食品饮料",
        city="杭州",
        size="500-1000人",
        known=63,
        people=(("孟总", "副总经理", "决策人", "13611112222"), ("小吴", "品控专员", "使用人", "15922223333")),
        sale=("质量追溯", 36, "方案报价", 5, 50),
        said=(
            Said(60, "call", "孟总", "金穗食品官网留的电话，孟总接的，想做批次追溯", need="批次追溯"),
            Said(44, "visit", "小吴", "去金穗食品调研，小吴讲了现在怎么留样，纸质单据太多"),
            Said(19, "demo", "孟总", "给金穗食品孟总演示质量追溯，反馈不错"),
            Said(
                5,
                "email",
                "孟总",
                "质量追溯方案发金穗食品孟总了，报价36万，他担心老数据迁不过来",
                worry="老数据迁不过来",
            ),
        ),
    ),
    Story(
        full="无锡恒力机械制造有限公司",
        short="恒力机械",
        owner=LIN_YUE,
        level="B",
        status="潜在客户",
        source="展会",
        industry="制造业-机械设备",
        city="无锡",
        size="50-200人",
        known=34,
        people=(("王芳", "采购总监", "影响人", "18612349876"),),
        sale=("设备联网", 28, "需求分析", 9, 30),
        said=(
            Said(34, "meeting", "王芳", "展会认识恒力机械王芳，采购总监，设备联网想看样机", need="想看样机"),
            Said(9, "visit", "王芳", "拜访恒力机械王芳，看了十二台机床，先上六台试试", need="先上六台试试"),
        ),
    ),
    Story(
        full="宁波华兴五金制品有限公司",
        short="华兴五金",
        owner=LIN_YUE,
        level="B",
        status="潜在客户",
        source="代理商推荐",
        industry="制造业-机械设备",
        city="宁波",
        size="200-500人",
        known=92,
        people=(("许总", "总经理", "决策人", "13388887777"), ("老何", "车间主任", "使用人", "13088886666")),
        sale=("MES系统", 55, "商务谈判", 16, 80),
        said=(
            Said(90, "visit", "许总", "代理商带着去了华兴五金，许总想把车间报工管起来", need="车间报工"),
            Said(58, "demo", "老何", "给华兴五金老何演示MES，车间的人觉得能用"),
            Said(27, "email", "许总", "MES报价55万发华兴五金许总了"),
            Said(16, "visit", "许总", "去华兴五金谈价格，许总担心总部不批预算", worry="总部不批预算"),
            Said(6, "call", "许总", "华兴五金许总说预算还在走，月底给消息"),
        ),
    ),
    Story(
        full="苏州华星精密机械有限公司",
        short="华星精密机械",
        owner=LI_MING,
        level="B",
        status="潜在客户",
        source="电话营销",
        industry="制造业-机械设备",
        city="苏州",
        size="200-500人",
        known=75,
        people=(("曹总", "总经理", "决策人", "13788881234"),),
        sale=("排产系统", 48, "方案报价", 7, 60),
        said=(
            Said(
                70,
                "call",
                "曹总",
                "给华星精密机械打电话，曹总说排产全靠老师傅，想排产自动化，愿意见面",
                need="排产自动化",
            ),
            Said(33, "visit", "曹总", "拜访华星精密机械曹总，看了三个车间"),
            Said(7, "email", "曹总", "排产方案发华星精密机械曹总了，报价48万"),
        ),
    ),
)


def tell(ledger: Ledger) -> None:
    """Put the stories on record."""
    for story in STORIES:
        customer = _customer(ledger, story)
        people = {c.name: c for c in ledger.contacts if c.customer_id == customer.id}
        sale = _sale(ledger, customer, story)
        for said in story.said:
            at, who = _moment(ledger.days, said), people[said.who]
            ledger.note(who, story.owner, at, _written(said, who.title, at.date().isoformat()), sale)
    _first_phase(ledger)


def _moment(days: Days, said: Said) -> datetime:
    return days.at(days.ago(said.days), 10 + said.days % 7, said.days * 7 % 60)


def _customer(ledger: Ledger, story: Story) -> Customer:
    days = ledger.days
    known = days.at(days.ago(story.known), 9)
    last = min(story.said, key=lambda s: s.days)
    customer = ledger.put(
        ledger.customers,
        Customer,
        name=story.full,
        short_name=story.short,
        owner_id=story.owner,
        level=story.level,
        status=story.status,
        source=story.source,
        industry=story.industry,
        region=story.city,
        size=story.size,
        needs="、".join(s.need for s in reversed(story.said) if s.need),
        last_contact_at=_moment(days, last),
        created_at=known,
    )
    for name, title, role, mobile in story.people:
        ledger.put(
            ledger.contacts,
            Contact,
            customer_id=customer.id,
            name=name,
            title=title,
            role=role,
            mobile=mobile,
            created_at=known,
        )
    return customer


def _sale(ledger: Ledger, customer: Customer, story: Story) -> Opportunity | None:
    if story.sale is None:
        return None
    product, amount, stage, in_stage, began = story.sale
    days = ledger.days
    return ledger.put(
        ledger.opportunities,
        Opportunity,
        customer_id=customer.id,
        owner_id=story.owner,
        product=product,
        amount=amount * WAN,
        about=stage == "需求分析",
        stage=stage,
        stage_since=days.at(days.today - timedelta(days=in_stage), 11),
        state="open",
        expected_on=days.ahead(15),
        created_at=days.at(days.today - timedelta(days=began), 10),
    )


def _written(said: Said, title: str, day: str) -> Written:
    facts: dict[str, Any] = {"text": said.text, "type": said.type, "occurred_on": day, "reached": True}
    facts["contacts"] = [{"name": said.who, "title": title, "phone": ""}]
    for key, words in (("concerns", said.worry), ("needs", said.need)):
        if words:
            facts[key] = [{"text": words, "quote": words}]
    return Written(said.type, said.text, facts)


def _first_phase(ledger: Ledger) -> None:
    """What 华星精工 bought before: 35万, of which the last 12万 are still to come."""
    days = ledger.days
    signed_on = days.ago(150)
    customer = next(c for c in ledger.customers if c.short_name == "华星精工")
    won = ledger.put(
        ledger.opportunities,
        Opportunity,
        customer_id=customer.id,
        owner_id=LIN_YUE,
        product="ERP一期",
        amount=35 * WAN,
        about=False,
        stage="签约",
        stage_since=days.at(signed_on, 15),
        state="won",
        expected_on=signed_on,
        closed_at=days.at(signed_on, 15),
        created_at=days.at(days.ago(200), 10),
    )
    parts = [("首付", 1_050, days.ago(143), True), ("进度款", 1_250, days.ago(80), True)]
    parts.append(("尾款", 1_200, days.ahead(11), False))
    ledger.sign(won, signed_on, [(label, hundredths * WAN // 100, day, came) for label, hundredths, day, came in parts])
