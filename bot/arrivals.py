"""Money that a note says has come: 首付到账了, 今天回款18万, 尾款收到；not what is due, promised or missing."""

from __future__ import annotations

import re

from bot.nlp.parsed import Amount
from domain.facts import Came

_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+[？?]?")
_LABEL = re.compile(
    "首付款?|首款|[定订]金|预付款?|进度款|[一二三四]期款|到货款|发货款|验收款|尾款|余款|质保金|货款|合同款|全款|回款|"
    "(?<![新老旧式借贷存罚捐付条退打汇收])(?:款子?|钱)(?=(?:都|也|已经?|今天|昨天|刚|终于|全)*(?:到|打|付|收|结|汇|转|进))"
)
_CAME = re.compile(
    "到账|到了|收到|收了|收齐|打(?:过来|来|了)|付(?:过来|来|了|清)|已(?:经)?[付打汇转]|结[清了]|[汇转](?:过来|来)?了|[进入]账|登记|录入|"
    "回款了?(?:[=＝:： ]|是)*(?=约?[\\d一二两三四五六七八九十百])"
)
_NOT = re.compile(
    "没|未|还差|还欠|还剩|还有|欠|拖|要(?!紧)|会(?!员)|等|催|计划|预计|估计|应该|争取|目标|指标|任务|准备|答应|承诺|说|打算|安排|明[天年]|后天|下周|下个?月|月底|年底|"
    "如果|要是|[前后再才就]付|吗|么|？|\\?|扣|退|我们(?:先|已经?|刚)?[付打汇转]|率|多少|什么|怎么|验收单|发票|样|通知|申请|流程|计划|方式|条件|条款|比例|协议|合同里|凭证|这款|那款"
)
_PLAIN = frozenset({"回款", "款", "款子", "钱", "合同款", "全款", "货款"})  # no part of a plan


def came(text: str, amounts: tuple[Amount, ...], offset: int = 0) -> tuple[Came, ...]:
    """Each clause that tells of it; `offset` is where `text` begins in the message that the sums have their places
    in."""
    found = []
    for match in _CLAUSE.finditer(text):
        said = match.group()
        label = _LABEL.search(said)
        if label is None or _CAME.search(said) is None or _NOT.search(said):
            continue
        inside = [a for a in amounts if match.start() <= a.span.start - offset < match.end() and a.currency == "CNY"]
        name = "" if label.group() in _PLAIN else label.group()
        found.append(Came(name, int(inside[0].value * 100) if inside else None, said.strip()))
    return tuple(found)
