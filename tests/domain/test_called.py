"""How colleagues call one another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.services.people import known
from domain.tables import Person

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "title", "roles", "called"),
    [
        ("林越", "", ["sales"], "小林"),
        ("周波", "销售经理", ["manager"], "周总"),
        ("周波", "", ["manager", "sales"], "周总"),
        ("陈工", "高级工程师", ["sales"], "陈工"),
        ("欧阳明远", "", ["sales"], "欧阳明远"),
        ("David Li", "", ["manager"], "David Li"),
    ],
)
def test_colleagues_are_called_by_rank_where_they_have_one(
    name: str, title: str, roles: list[str], called: str
) -> None:
    person = Person(id=1, name=name, title=title, roles=roles, created_at=NOON)
    assert known(person).called == called
