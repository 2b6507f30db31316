"""Sums, wins and losses in words that no rule has."""

from __future__ import annotations

import pytest

from tests.nlp.support import read


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("全款19800，当场转的账", [19800]),
        ("基础版5980，旗舰版8980", [5980, 8980]),
        ("付了八千订金", [8000]),
        ("要订30把折叠椅", []),
        ("寄了4块样砖过去", []),
        ("尺寸是600乘450", []),
    ],
)
def test_a_figure_without_its_unit_is_a_sum_where_people_mean_one(text: str, sums: list[int]) -> None:
    assert [amount.value for amount in read(text, None).amounts] == sums


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("尾款压着八千六，验收单签了才肯给", "payment"),
        ("他们手上只有四五十万", "budget"),
        ("预算90万，报价72万", "quote"),
        ("合同签了，52万，首付30%，余款验收后付", "deal"),
    ],
)
def test_what_a_sum_is_for_is_told_by_what_stands_around_it(text: str, kind: str) -> None:
    assert read(text, None).amounts[-1].kind == kind


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("那单没拿下，让本地一家抢走了", "lost"),
        ("王先生家的延保今天续上了，3200", "won"),
        ("如果能分期，他们当场就签了", None),
        ("酒店定了，一晚420", None),
        ("名单定了，八个人", None),
        ("续约合同发过去了", None),
    ],
)
def test_a_sale_is_won_or_lost_as_a_fact_alone(text: str, outcome: str | None) -> None:
    told = read(text, None).outcome

    assert (told and told[0]) == outcome
