"""Which words tell that money has come."""

from __future__ import annotations

import pytest

from bot.drafts import draft
from tests.nlp.support import NOW, ZONE, read


def came(said: str) -> list[tuple[str, int | None]]:
    made = draft(read(said, None), said, NOW.date(), ZONE, whole=True)
    return [(each.label, each.fen) for each in made.came]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("首付到账了", ("首付", None)),
        ("今天回款18万", ("", 18_000_000)),
        ("回款=18万", ("", 18_000_000)),
        ("尾款收到了20万，合同还没签", ("尾款", 20_000_000)),
        ("他们把余款打过来了", ("余款", None)),
        ("款到了", ("", None)),
        ("钱已经到账", ("", None)),
    ],
)
def test_money_that_came(said: str, told: tuple[str, int | None]) -> None:
    assert came(said) == [told]


@pytest.mark.parametrize(
    "said",
    [
        "首付下周付",
        "尾款还没到",
        "王总说尾款打了",
        "收到付款通知了",
        "新款到了两台",
        "款到发货",
        "首付到账了吗",
        "等首付到了再发货",
        "这款收到了",
        "回款目标50万",
        "收到样机了",
        "他们还欠5万尾款",
        "付款方式定了",
    ],
)
def test_money_that_did_not_come_or_is_something_else(said: str) -> None:
    assert came(said) == []
