"""A full pass through the address book: who is there, in which team, below whom; and what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, event

from config.clock import ShiftableClock
from domain.addressbook import Unit
from domain.database import Database
from tests.staff.book import NOW, UNITS, Book, Office


async def test_departments_are_teams_and_their_leaders_superiors(office: Office) -> None:
    team, lead, boss = await office.team("华东组"), await office.person("lead"), await office.person("boss")
    seller = await office.person("lin")

    assert (team.lead_id, team.parent_id) == (lead.id, None)
    assert (seller.name, seller.title, seller.team_id, seller.manager_id) == ("林越", "销售", team.id, lead.id)
    assert (lead.manager_id, boss.manager_id) == (boss.id, None)
    assert ([*lead.roles], [*seller.roles]) == (["sales", "manager"], ["sales"])


async def test_a_second_pass_changes_nothing(office: Office) -> None:
    before = [(await office.person(who)).model_dump() for who in office.book.people]

    await office.read()

    assert [(await office.person(who)).model_dump() for who in office.book.people] == before


async def test_what_an_administrator_settled_stays_until_it_changes_there(office: Office) -> None:
    boss = await office.person("boss")
    await office.change("lin", name="林悦", roles=["finance"], manager_id=boss.id)

    await office.read()
    kept = await office.person("lin")
    office.book.put("lin", "林跃", title="大客户经理")
    await office.read()
    followed = await office.person("lin")

    assert (kept.name, kept.roles, kept.manager_id) == ("林悦", ["finance"], boss.id)
    assert (followed.name, followed.title, followed.roles, followed.manager_id) == (
        "林跃",
        "大客户经理",
        ["finance"],
        boss.id,
    )


async def test_a_superior_named_there_counts_more_than_the_department(office: Office) -> None:
    office.book.put("lin", "林越", title="销售", bosses=("li",))

    await office.read()

    assert (await office.person("lin")).manager_id == (await office.person("li")).id


async def test_nobody_comes_to_be_over_himself(office: Office) -> None:
    office.book.put("boss", "钱峰", unit="1", title="总经理", bosses=("lin",))

    await office.read()

    assert (await office.person("boss")).manager_id is None


async def test_a_renamed_department_is_the_same_team(office: Office) -> None:
    before = await office.team("华东组")
    office.book.departments = (UNITS[0], replace(UNITS[1], name="华东一组"), Unit(unit="3", name="苏州组", parent="2"))

    await office.read()

    assert (await office.team("华东一组")).id == before.id
    assert (await office.team("苏州组")).parent_id == before.id


async def test_who_is_disabled_there_is_out_here(office: Office) -> None:
    office.book.put("li", "李明", title="销售", state="disabled")

    await office.read()
    out = (await office.person("li")).active
    office.book.put("li", "李明", title="销售")
    await office.read()

    assert (out, (await office.person("li")).active) == (False, True)
    assert await office.told("lead") == ["李明停用了，名下没有客户"]


async def test_one_who_is_missing_is_asked_for_and_leaves(office: Office) -> None:
    del office.book.people["li"]

    await office.read()

    assert office.book.asked == ["li"]
    assert not (await office.person("li")).active


async def test_one_who_is_only_missing_in_the_list_stays(office: Office) -> None:
    office.book.hidden = {"li"}

    await office.read()

    assert (await office.person("li")).active


async def test_a_broken_visible_range_takes_nobody_out_and_is_told(office: Office) -> None:
    await office.change("boss", roles=["admin"])
    office.book.hidden = {"lin", "li"}
    office.book.people = {who: each for who, each in office.book.people.items() if who not in office.book.hidden}

    await office.read()

    assert all([(await office.person(who)).active for who in ("lin", "li")])
    assert await office.told("boss") == [
        "通讯录里一下子少了 2 人（共 4 人），像是可见范围改小了，先谁也没停。请看看应用的可见范围"
    ]


async def test_one_who_is_looked_at_after_an_event_has_his_superior(office: Office) -> None:
    office.book.put("gao", "高雅", title="销售")

    await office.look("gao")

    new, lead = await office.person("gao"), await office.person("lead")
    assert (new.name, new.manager_id) == ("高雅", lead.id)


async def test_without_names_people_go_by_their_account_until_there_is_one(office: Office) -> None:
    office.book.put("gao")

    await office.read()
    nameless = (await office.person("gao")).name
    office.book.put("gao", "高雅")
    await office.read()

    assert (nameless, (await office.person("gao")).name) == ("gao", "高雅")


async def test_a_large_company_is_read_a_batch_at_a_time(sqlite_url: str) -> None:
    book, clock = Book(), ShiftableClock(NOW, still=True)
    book.put("lead", "周波")
    for number in range(1000):
        book.put(f"u{number}", f"员工{number}")
    office = Office(Database(sqlite_url, clock), clock, book)

    with statements() as first:
        await office.read()
    with statements() as again:
        await office.read()

    lead = await office.person("lead")
    assert (book.largest, (await office.person("u999")).manager_id) == (200, lead.id)
    assert max(len(first), len(again)) < 100  # by the batch, not by the person
    await office.database.close()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)
