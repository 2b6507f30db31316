"""Customers and their names on record, and whom a wording means to whom."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain import audit
from domain.errors import NotFound
from domain.services import customers, people
from domain.tables import Contact, Customer, CustomerName
from domain.views import lookup
from tests.work.stage import Company, company


async def resolved(here: Company, person_id: int, wording: str) -> lookup.Resolved:
    names = await here.names()
    async with here.database.read() as session:
        actor = await people.actor_of(session, person_id)
        return await lookup.resolve(session, actor, names, wording)


async def called(here: Company, person_id: int, mention: str, customer: int | None = None) -> list[str]:
    async with here.database.read() as session:
        actor = await people.actor_of(session, person_id)
        return [h.customer for h in await lookup.people_called(session, actor, mention, customer)]


async def test_a_registered_name_is_found_by_what_people_call_it(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("苏州恒力机械有限公司", here.lin, named=True)

        for wording in ("苏州恒力机械有限公司", "恒力机械", "恒力"):
            assert await resolved(here, here.lin, wording) == lookup.One(made, "恒力机械")


async def test_the_full_name_that_follows_keeps_the_short_one(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力", here.lin)
        async with here.acting(here.lin) as uow:
            await customers.rename(uow, made, "苏州恒力机械有限公司")
            change = uow.change_set

        assert await resolved(here, here.lin, "苏州恒力机械有限公司") == lookup.One(made, "恒力")

        async with here.acting(here.lin) as uow:
            await audit.revert(uow, change)
            await customers.follow_names(uow)

        assert await resolved(here, here.lin, "恒力") == lookup.One(made, "恒力")
        assert not isinstance(await resolved(here, here.lin, "苏州恒力机械有限公司"), lookup.One)


async def test_a_customer_that_was_taken_back_is_found_no_more_until_restored(database_url: str) -> None:
    async with company(database_url) as here:
        async with here.acting(here.lin) as uow:
            made = await customers.create(uow, "恒力机械", owner_id=here.lin, named=False)
            change = uow.change_set
        async with here.acting(here.lin) as uow:
            await audit.revert(uow, change)
            await customers.follow_names(uow)
            undone = uow.change_set
        gone = await resolved(here, here.lin, "恒力机械")
        async with here.acting(here.lin) as uow:
            await audit.revert(uow, undone)
            await customers.follow_names(uow)

        assert gone == lookup.Nothing()
        assert await resolved(here, here.lin, "恒力机械") == lookup.One(made.id, "恒力机械")


async def test_an_alias_is_added_once(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.lin)
        async with here.acting(here.lin) as uow:
            await customers.add_alias(uow, made, "老恒")
            await customers.add_alias(uow, made, "老恒")

        assert (await here.names()).find("老恒").match == made
        async with here.database.read() as session:
            query = select(CustomerName.name).where(CustomerName.customer_id == made, CustomerName.sort == "alias")
            assert list((await session.scalars(query)).all()) == ["老恒"]


async def test_a_colleagues_customer_is_named_and_no_more(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.li)

        assert await resolved(here, here.lin, "恒力机械") == lookup.Colleague(made, "恒力机械", here.li, "李明")
        assert await resolved(here, here.zhou, "恒力机械") == lookup.One(made, "恒力机械")
        assert await resolved(here, here.lin, "天瑞包装") == lookup.Nothing()


async def test_a_name_that_a_colleagues_customer_does_not_quite_have_is_asked_about(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力精密机械", here.li)

        found = await resolved(here, here.lin, "恒力精密")
        assert isinstance(found, lookup.Alike)
        assert [o.customer_id for o in found.options] == [made]
        assert await resolved(here, here.li, "恒力精密") == lookup.One(made, "恒力精密机械")


async def test_somebodys_own_customer_is_meant_before_a_namesake(database_url: str) -> None:
    async with company(database_url) as here:
        theirs = await here.customer("南通恒力机械有限公司", here.li, named=True)
        own = await here.customer("苏州恒力机械有限公司", here.lin, named=True)

        assert await resolved(here, here.lin, "恒力机械") == lookup.One(own, "恒力机械")
        both = await resolved(here, here.zhou, "恒力机械")
        assert isinstance(both, lookup.Several)
        assert {o.customer_id for o in both.options} == {own, theirs}


async def test_who_sells_nothing_does_not_learn_who_is_on_record(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.li)
        async with here.acting(here.lin) as uow:
            person = await people.actor_of(uow.session, here.lin)
        outsider = type(person)(person_id=here.lin, roles=frozenset({"admin"}), people=frozenset({here.lin}))
        names = await here.names()

        async with here.database.read() as session:
            with pytest.raises(NotFound):
                await lookup.resolve(session, outsider, names, "恒力机械")
            with pytest.raises(NotFound):
                await lookup.option(session, outsider, made)


async def test_people_are_found_by_how_they_are_called_last_contact_first(database_url: str) -> None:
    async with company(database_url) as here:
        now = here.clock.now()
        first = await here.customer("恒力机械", here.lin)
        second = await here.customer("宏图物流", here.lin, last_contact_at=now)
        theirs = await here.customer("金穗食品", here.li)
        for customer, name, title in (
            (first, "张伟", "总经理"),
            (second, "张总", ""),
            (second, "李工", ""),
            (theirs, "张总", ""),
        ):
            await here.add(Contact(customer_id=customer, name=name, title=title, created_at=now))

        assert await called(here, here.lin, "张总") == ["宏图物流", "恒力机械"]
        assert await called(here, here.lin, "张总", first) == ["恒力机械"]
        assert await called(here, here.lin, "王总") == []
        assert sorted(await called(here, here.zhou, "张总")) == sorted(["宏图物流", "恒力机械", "金穗食品"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([("张总", "", ""), ("张总", "", "")], [("张总", "", "")], id="the-same-person"),
        pytest.param(
            [("王总", "", ""), ("王芳", "采购总监", "13800138000")],
            [("王芳", "采购总监", "13800138000")],
            id="the-whole-name-later",
        ),
        pytest.param(
            [("王芳", "", "13800138000"), ("小王", "", "13800138000")],
            [("王芳", "", "13800138000")],
            id="the-same-phone",
        ),
        pytest.param(
            [("张总", "", "13800138000"), ("张总监", "", "13900139000")],
            [("张总", "", "13800138000"), ("张总监", "", "13900139000")],
            id="two-phones-are-two-people",
        ),
        pytest.param([("张总", "", ""), ("李总", "", "")], [("张总", "", ""), ("李总", "", "")], id="two-people"),
    ],
)
async def test_a_contact_is_put_on_record_once(
    database_url: str, said: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]
) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.lin)
        found: dict[int, tuple[str, str, str]] = {}
        async with here.acting(here.lin) as uow:
            for name, title, phone in said:
                row = await customers.contact(uow, made, name, title, phone)
                found[row.id] = (row.name, row.title, row.mobile)

        assert list(found.values()) == expected


async def test_only_the_owner_shares_a_customer(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒力机械", here.li)

        with pytest.raises(NotFound):
            async with here.acting(here.lin) as uow:
                await customers.answer_share(uow, made, here.lin, grant=True)
        async with here.acting(here.li) as uow:
            first = await customers.share(uow, made, here.lin)
            second = await customers.share(uow, made, here.lin)

        assert (first, second) == (True, False)
        assert await resolved(here, here.lin, "恒力机械") == lookup.One(made, "恒力机械")


async def test_a_name_longer_than_the_record_has_room_for_is_cut(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("恒" * 200, here.lin)

        async with here.database.read() as session:
            row = await session.get(Customer, made)
            assert row is not None
            assert len(row.name) == 120
