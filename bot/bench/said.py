"""What the bench of the parser reads: short texts with a value or two, notes of some sixty characters, a long paste.

Made of parts, so that no two are alike and no reader can answer from memory; the same in every run.
"""

from __future__ import annotations

from itertools import cycle, islice

DAYS = (
    "明天",
    "下周三",
    "后天上午",
    "12月8号",
    "月底前",
    "周五下午三点",
    "下个月5号",
    "国庆后",
    "三天内",
    "今天下班前",
    "两周后",
    "季度末",
)
SUMS = (
    "50万",
    "五六十万",
    "120w",
    "3.5k",
    "1.2个亿",
    "小100万",
    "5万八",
    "10-15万",
    "8,400美元",
    "不超过20万",
    "一百来万",
    "十几万",
)
DEEDS = (
    "给报价",
    "见王总",
    "去现场",
    "发合同",
    "约演示",
    "寄样品",
    "签协议",
    "对技术参数",
    "安排试用",
    "催回款",
    "交方案",
    "做验收",
)
TAILS = (
    "85折",
    "让3个点",
    "百分之八十",
    "13800138000",
    "要32套",
    "0571-87654321",
    "每周一例会",
    "质保一年半",
    "电话没人接",
    "三台设备",
    "在杭州",
    "还没定",
)
FIRMS = ("远大机械", "宏图物流", "金穗食品", "恒通轴承", "云帆信息", "华兴五金", "东来印务")
PEOPLE = ("张总", "李工", "王经理", "赵姐", "采购部的陈主任")


def shorts(count: int) -> list[str]:
    """Texts of 5 to 15 characters, as they are typed one after another."""
    pairs = (
        pattern.format(day=day, sum=amount, deed=deed, tail=tail)
        for day in DAYS
        for amount in SUMS
        for deed, tail in zip(DEEDS, TAILS, strict=True)
        for pattern in ("{day}{deed}", "预算{sum}，{tail}", "{deed}，{tail}", "{day}付{sum}", "{tail}")
    )
    return list(islice(cycle(dict.fromkeys(pairs)), count))


def notes(count: int) -> list[str]:
    """Notes of sixty characters, give or take five."""
    made = (
        f"{day}去拜访{firm}的{who}，聊了二期，预算{amount}左右，嫌交期太长，希望{tail}，{following}{deed}，再约技术看现场"
        for firm in FIRMS
        for day, following in zip(DAYS, (*DAYS[3:], *DAYS[:3]), strict=True)
        for who, amount, deed, tail in zip(cycle(PEOPLE), SUMS, DEEDS, TAILS, strict=False)
    )
    return list(islice(cycle(dict.fromkeys(made)), count))


def paste(length: int) -> str:
    """One text of so many characters, of notes that follow each other."""
    return "".join(notes(length // 50 + 1))[:length]
