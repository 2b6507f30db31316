"""The longest that people really say: names of forty characters, reasons of two hundred, big sums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.facts import Born, Lean, Met, NoteDraft, Promise, Said, Score, Sum, Term

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday 16:00 in Shanghai
NEXT_YEAR = datetime(2027, 3, 2, 6, 30, tzinfo=UTC)  # when every date of the record needs its year

SHORT = "长三角精密装备制造研究院"
FULL = "长三角精密装备制造研究院苏州工业园区高端模具与自动化设备科技集团股份有限公司华东"
PRODUCT = "高精度五轴联动数控加工中心整线改造含三年驻厂维保与备件包年版"[:30]
CLAUSE = "担心整线切换期间停产超过两周，上次别家拖了3个月没验收，财务不肯先付30%，"
REASON = "对手德玛吉森精机报1,234.56万还送两年驻厂维保，" + CLAUSE * 5
TEXT = "上午在苏州工厂见了采购和财务，" + CLAUSE * 5
MONEY = 1_234_567_890_12  # 1,234,567,890.12元
MONTHS_ON = date(2027, 12, 31)
STAFF = {
    "seller": ("阿依古丽·买买提江", "大客户销售", "boss", ["sales"]),
    "colleague": ("迪丽拜尔·阿不都热依木", "大客户销售", "boss", ["sales"]),
    "boss": ("欧阳震华", "华东大区销售总监", "above", ["manager"]),
    "above": ("买合木提·阿布都克里木", "副总裁", None, ["manager"]),
    "finance": ("阿迪力江·吾守尔", "应收会计", "above", ["finance"]),
    "admin": ("古丽努尔·吐尔逊", "信息部", "above", ["admin"]),
}
PHONE = "+86 0512-66668888-80012345"
SOMEBODY = Lean(kind="person", word="他", among=("欧阳长宏采购经理", "司马长宏采购经理", "诸葛长宏采购经理"))
TERMS = (
    Term("合同签订首付款", share=3333, due_on=MONTHS_ON),
    Term("第二期设备到货验收进度款", share=3333, condition="全部设备到厂并且双方书面验收合格之后的第30个工作日"),
    Term("质保尾款", condition="质保三年期满"),
)


def draft(**more: object) -> NoteDraft:
    """A note with everything in it."""
    given: dict[str, object] = {
        "text": TEXT,
        "type": "visit",
        "occurred_on": date(2026, 11, 25),
        "said_when": "今天上午",
        "contacts": tuple(
            Met(
                f"{s}长宏采购经理",
                "集团采购中心副总经理",
                PHONE,
                Said("influencer", CLAUSE),
                Said("supportive", CLAUSE),
                f"{'changhong.ouyang' * 3}@purchasing.example.com.cn",
                Born(month=12, day=28, lunar=True, year=1968, quote=CLAUSE),
            )
            for s in ("欧阳", "司马", "诸葛", "上官")
        ),
        "products": tuple(Said(f"{n}号{PRODUCT}"[:30], TEXT[:80]) for n in (1, 2, 3)),
        "amounts": (
            Sum("budget", MONEY, MONEY * 2, about=True, quote=TEXT[:80]),
            Sum("quote", 98_765_432_10, about=True, currency="EUR", quote=TEXT[:80]),
            Sum("payment", MONEY // 3, quote=TEXT[:80]),
        ),
        "discounts": (8525, 9050, 7999),
        "stage": Said("商务谈判", TEXT[:80]),
        "intent_level": Said("medium"),
        "promises": tuple(Promise(f"{n}给{CLAUSE}", MONTHS_ON, before=True, quote=CLAUSE) for n in (1, 2, 3, 4)),
        "competitors": tuple(Said(f"{n}号德玛吉森精机机床贸易") for n in (1, 2, 3)),
        "needs": tuple(Said(f"{n}{CLAUSE}", CLAUSE) for n in (1, 2)),
        "concerns": tuple(Said(f"{n}{CLAUSE}", CLAUSE) for n in (1, 2, 3)),
        "quantities": (Said(f"{PRODUCT} 1,234,567台", CLAUSE), Said("300套", CLAUSE)),
        "ways": (Said("账期60天", CLAUSE), Said("银行承兑汇票", CLAUSE)),
        "reason": Said(CLAUSE * 3, CLAUSE),
        "scores": (Score("csat", 45, CLAUSE), Score("nps", 100, CLAUSE)),
        "births": (Born(month=12, day=28, lunar=True, year=1968, who="欧阳长宏采购经理", quote=CLAUSE),),
        "source": Said("2026中国国际工业博览会上海站现场扫码"),
        "left_over": (TEXT,),
        "leans": (
            Lean(kind="deal", word="那单", means=f"9号{PRODUCT * 4}"[:80]),
            Lean(kind="last", word="上次说的", means=TEXT[:60], on=date(2025, 12, 31)),
        ),
    }
    return NoteDraft(**{**given, **more})  # type: ignore[arg-type]
