"""The longest that people really put on record, as long as `tests.cards.lengthy` has it.

Two customers have the same history, one called by a short name of twelve characters, one only by its full name, so that
every card can be drawn with either. What can be done through a service is done through it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from config.clock import ShiftableClock
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.facts import Met, NoteDraft, Said, Sum
from domain.services import (
    approvals,
    corrections,
    customers,
    decisions,
    lessons,
    notes,
    outsiders,
    people,
    tasks,
    todos,
)
from domain.services.approvals import Request
from domain.services.corrections import Right
from domain.services.todos import Deed
from domain.tables import Account, Customer, Inbox, Opportunity, Outsider, Payment, Person, Team
from domain.uow import UnitOfWork
from domain.when import Local
from tests.cards.grouped import grouped
from tests.cards.lengthy import (
    CLAUSE,
    FULL,
    MONEY,
    MONTHS_ON,
    NOW,
    PRODUCT,
    REASON,
    SHORT,
    SOMEBODY,
    STAFF,
    TERMS,
    TEXT,
    ZONE,
    draft,
)
from tests.cards.ordered import Do, ordered
from tests.cards.sent import sent


@dataclass(slots=True)
class Case:
    """One customer and the ids of all that happened with it, each by what it is; `sets` are the change sets of commands
    by what they did, `ids["did_…"]` the customers that they were about."""

    customer: int
    ids: dict[str, int] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.ids[name]


@dataclass(slots=True)
class Longest:
    """The company. `cases` are the customer with a short name and the one without; `many` are eleven more. `groups` are
    chat groups by what became of them."""

    database: Database
    people: dict[str, int]
    team: int
    cases: dict[str, Case]
    many: list[int]
    inbox: int
    outsiders: dict[str, int]
    groups: dict[str, int]

    async def viewer(self, name: str) -> Actor:
        """Somebody of the staff, or the group of the team."""
        async with self.database.read() as session:
            if name == "group":
                team = await session.get(Team, self.team)
                assert team is not None
                return people.group(team)
            return await people.actor_of(session, self.people[name])


@asynccontextmanager
async def longest(url: str) -> AsyncIterator[Longest]:
    """The company on a fresh database; nothing in it changes any more."""
    clock = ShiftableClock(NOW, still=True)
    database = Database(url, clock)
    try:
        async with database.unit(SYSTEM, Cause("test")) as uow:
            team = await uow.add(Team(name="华东区域战略大客户一组", shows_amounts=True, created_at=NOW))
            staff = await _staff(uow, team.id)
        here = Maker(database, staff)
        cases = {"short": await here.history(SHORT), "bare": await here.history("")}
        many = [await here.customer(f"{n:02}号{SHORT}"[:12], "seller") for n in range(1, 12)]
        await here.waiting(many)
        more = (await here.message(), await here.outsiders(many[0]), await grouped(here, team.id))
        yield Longest(database, staff, team.id, cases, many, *more)
    finally:
        await database.close()


async def _staff(uow: UnitOfWork, team: int) -> dict[str, int]:
    rows = {}
    for key, (name, title, _, roles) in STAFF.items():
        rows[key] = await uow.add(Person(name=name, title=title, roles=roles, team_id=team, created_at=NOW))
        await uow.add(Account(person_id=rows[key].id, channel="wecom", userid=key))
    for key, (_, _, manager, _) in STAFF.items():
        rows[key].manager_id = rows[manager].id if manager else None
    return {key: row.id for key, row in rows.items()}


class Maker:
    """Puts the history on record, one unit of work at a time."""

    def __init__(self, database: Database, staff: dict[str, int]) -> None:
        self._database = database
        self.staff = self._staff = staff
        self.local = self._local = Local(NOW, ZONE)
        self._messages = 0

    @asynccontextmanager
    async def acting(self, name: str = "seller") -> AsyncIterator[UnitOfWork]:
        async with self._database.unit(SYSTEM, Cause("test")) as uow:
            uow.actor = await people.actor_of(uow.session, self._staff[name])
            yield uow

    async def outsiders(self, customer: int) -> dict[str, int]:
        found, said = {}, {"name": SHORT * 2, "remark": SHORT * 2, "company": f"{SHORT}有限公司", "added_at": NOW}
        async with self.acting() as uow:
            for name in ("asked", "known"):
                row = Outsider(channel="wecom", external_id=name, person_id=self._staff["seller"], userid="x", **said)
                found[name] = (await uow.add(row)).id
            await outsiders.place(uow, found["known"], customer)
        return found

    async def history(self, short: str) -> Case:
        """One customer's whole life."""
        case = Case(await self.customer(short, "seller"))
        case.ids["colleagues"] = await self.customer(short, "colleague")
        case.ids["pool"] = await self.customer(short, None)
        await self._notes(case, short)
        await self._promises(case)
        await self._reminders(case)
        await self._approvals(case)
        await self._share(case, short)
        async with self.acting() as uow:
            for n in (1, 2, 3):
                sale = await customers.open_deal(uow, case.customer, f"{n}号{PRODUCT * 4}", MONEY, about=True)
                case.ids[f"deal_{n}"] = sale.id
        await ordered(self, case, short, CLAUSE, MONEY, datetime(2027, 12, 31, 1, 30, tzinfo=ZONE))
        return case

    async def did(self, case: Case, name: str, customer: int, do: Do) -> None:
        """Carry out a command as a message of the seller's does."""
        message = await self.message()
        async with self._database.unit(SYSTEM, Cause("inbox", message)) as uow:
            uow.actor = await people.actor_of(uow.session, self._staff["seller"])
            await do(uow)
            case.sets[name], case.ids[f"did_{name}"] = uow.change_set, customer

    async def promised(self, customer: int) -> None:
        """An open promise and an open sale at a customer that somebody has."""
        async with self.acting() as uow:
            if (await uow.get(Customer, customer)).owner_id is not None:
                deed = Deed(text=f"给{CLAUSE}", due=MONTHS_ON, before=True, customer_id=customer)
                await todos.note(uow, deed, self._local)
                await customers.open_deal(uow, customer, PRODUCT, MONEY, about=True)

    async def customer(self, short: str, owner: str | None) -> int:
        async with self.acting() as uow:
            owner_id = self._staff[owner] if owner else None
            made = await customers.create(uow, FULL, owner_id=owner_id, named=True, region="江苏省苏州市工业园区")
            made.short_name, made.level, made.industry = short, "A", "高端装备制造与工业自动化集成"
            made.credit_code = "91320594MA1XXXXXXX"
            await customers.sync_names(uow, made)
            return made.id

    async def message(self) -> int:
        """A message of 195 characters, kept."""
        self._messages += 1
        row = Inbox(
            lane="wecom:seller",
            due_at=NOW,
            state="done",
            channel="wecom",
            message_id=f"message-{self._messages}",
            sender="seller",
            kind="text",
            text=TEXT,
            payload={},
            sent_at=NOW,
            received_at=NOW,
        )
        async with self.acting() as uow:
            return int((await uow.add(row)).id)

    async def waiting(self, many: list[int]) -> None:
        """More requests than a list can show, and a customer of each that is silent, late or stuck."""
        for customer in many:
            await self._request(customer, PRODUCT)

    # -- notes -----------------------------------------------------------------------------------------------------

    async def _file(self, customer: int, said: NoteDraft, inbox: int | None = None, part: int = 0) -> int:
        message = inbox or await self.message()
        origin = notes.Origin(
            inbox_id=message,
            message_id=f"message-{message}",
            channel="wecom",
            sent_at=NOW,
            part=part,
            carried=said.type == "call",
        )
        async with self.acting() as uow:
            return (await notes.file(uow, said, customer, origin, self._local)).activity_id

    async def _notes(self, case: Case, short: str) -> None:
        unnamed = await self.customer(short, "seller")
        async with self.acting() as uow:
            (await uow.get(Customer, unnamed)).named = False
        won = Said("won", CLAUSE)
        win = draft(outcome=won, amounts=(Sum("deal", MONEY),), terms=TERMS)
        case.ids |= {
            "note": await self._file(case.customer, draft()),
            "carried": await self._file(
                case.customer, draft(type="call", reached=False, contacts=(), leans=(SOMEBODY,))
            ),
            "new": await self._file(unnamed, draft(new_customer=True)),
            "budgets": await self._two_budgets(case.customer),
            "corrected": await self._file(case.customer, draft()),
            "undone": await self._file(case.customer, draft()),
            "won": await self._file(case.customer, win),
            "lost_win": await self._file(case.customer, win),
            "several": await self.message(),
            "several_undone": await self.message(),
        }
        for part in range(7):
            missed = draft(type="call", reached=False, promises=())
            await self._file(case.customer, missed, case["several"], part)
            gone = await self._file(case.customer, missed, case["several_undone"], part)
            async with self.acting() as uow:
                await corrections.undo(uow, gone)
        await self._afterwards(case)
        await self._lessons(case)
        message = await self.message()
        async with self.acting("seller") as uow:
            case.ids |= await sent(uow, case.customer, message, Local(NOW, ZONE))

    async def _two_budgets(self, customer: int) -> int:
        """A year apart, for one product: the second note asks which it is."""
        product = (Said(f"9号{PRODUCT}"[:30], CLAUSE),)
        before = draft(products=product, amounts=(Sum("budget", MONEY * 2),), occurred_on=date(2025, 12, 31))
        await self._file(customer, before)
        return await self._file(customer, draft(products=product, amounts=(Sum("budget", MONEY, about=True),)))

    async def _lessons(self, case: Case) -> None:
        """Words that mean this customer and a product; one of them is forgotten."""
        async with self.acting("seller") as uow:
            word = f"江南那家老主顾高端装备分公司{case.customer}"
            case.ids["word"] = await lessons.teach(uow, "customer", word, SHORT, customer_id=case.customer)
            case.ids["product"] = await lessons.teach(uow, "product", f"{PRODUCT[:50]}{case.customer}", PRODUCT)
            case.ids["forgotten"] = await lessons.teach(uow, "competitor", f"{FULL[:50]}{case.customer}", FULL)
            await lessons.forget(uow, case.ids["forgotten"])

    async def _afterwards(self, case: Case) -> None:
        """Corrections, undoing, and the to-dos of finance."""
        right = Right(
            amounts=(Sum("budget", MONEY * 3, MONEY * 4), Sum("quote", MONEY, currency="EUR")),
            contacts=(Met("欧阳长宏图采购", "集团采购中心副总经理"),),
            denied="司马长宏采购经理",
        )
        for name in ("won", "lost_win"):
            async with self.acting() as uow:
                case.ids[f"{name}_invoice"] = (await corrections.tasks_of(uow, case[name], sort="invoice"))[0]
        async with self.acting() as uow:
            await corrections.correct(uow, case["corrected"], right, self._local)
        for name in ("undone", "lost_win"):
            async with self.acting() as uow:
                await corrections.undo(uow, case[name])
        case.ids["billed"] = await self._file(case.customer, draft(outcome=Said("won"), terms=TERMS))
        async with self.acting() as uow:
            case.ids["billed_invoice"] = (await corrections.tasks_of(uow, case["billed"], sort="invoice"))[0]
        async with self.acting("finance") as uow:
            await tasks.finish(uow, case["billed_invoice"], "开好了")

    # -- promises and reminders ------------------------------------------------------------------------------------

    async def _promises(self, case: Case) -> None:
        async with self.acting() as uow:
            open_, early, late = [
                await tasks.promise(
                    uow,
                    customer_id=case.customer,
                    owner_id=self._staff["seller"],
                    activity_id=case["note"],
                    text=f"{name}{CLAUSE}",
                    due_on=due_on,
                    due_at=None,
                    before=True,
                    local=self._local,
                )
                for name, due_on in (("给", date(2025, 11, 30)), ("发", MONTHS_ON), ("寄", date(2025, 1, 2)))
            ]
            await tasks.finish(uow, early.id, said=TEXT)
            await tasks.finish(uow, late.id, said="发给" + CLAUSE)
            case.ids |= {"open": open_.id, "early": early.id, "late": late.id}
            await uow.add(
                Payment(
                    customer_id=case.customer,
                    label="第二期设备到货验收进度款",
                    amount=MONEY,
                    due_on=date(2025, 12, 31),
                    created_at=NOW,
                )
            )

    async def _reminders(self, case: Case) -> None:
        past = NOW - timedelta(days=400)
        async with self.acting() as uow:
            contact = await customers.contact(uow, case.customer, "欧阳长宏采购经理")
            for name in ("set", "due", "put_off", "thrice", "done", "dropped"):
                made = await tasks.remind(
                    uow,
                    text=f"打给{CLAUSE}",
                    due_at=datetime(2027, 12, 31, 1, tzinfo=UTC) if name == "set" else past,
                    customer_id=case.customer,
                    contact_id=contact.id,
                )
                case.ids[f"reminder_{name}"] = made.id
                for _ in range({"put_off": 1, "thrice": 3}.get(name, 0)):
                    await tasks.come_due(uow, made.id, uow.now)
                    await tasks.put_off(uow, made.id, past)
                if name in ("due", "done", "dropped"):
                    await tasks.come_due(uow, made.id, uow.now)
            await tasks.done(uow, case["reminder_done"])
            await tasks.drop(uow, case["reminder_dropped"])

    # -- requests --------------------------------------------------------------------------------------------------

    async def _request(self, customer: int, product: str) -> int:
        async with self.acting() as uow:
            sale = Opportunity(
                customer_id=customer,
                owner_id=self._staff["seller"],
                product=product,
                amount=MONEY,
                stage="商务谈判",
                stage_since=NOW - timedelta(days=1234),
                created_at=NOW,
            )
            await uow.add(sale)
            asked = Request(customer_id=customer, discount=8525, text=TEXT, product=product, reason=REASON)
            made = await approvals.ask(uow, asked, self._local)
            await approvals.add(uow, made, TEXT)
            return made

    async def _approvals(self, case: Case) -> None:
        for n, name in enumerate(("asked", "nudged", "yes", "if", "no", "why", "withdrawn", "handed", "escalated")):
            case.ids[name] = await self._request(case.customer, f"{n}期{PRODUCT}"[:30])
        async with self.acting() as uow:
            await approvals.nudge(uow, case["nudged"])
            await approvals.withdraw(uow, case["withdrawn"])
        boss, above = self._staff["boss"], self._staff["above"]
        async with self.acting("boss") as uow:
            await decisions.hand_on(uow, case["handed"], above, self._local)
            await decisions.approve(uow, case["yes"], 9)
            await decisions.approve(uow, case["if"], 9, condition=REASON)
            await decisions.refuse(uow, case["no"], 9)
            await decisions.refuse(uow, case["why"], 9, reason=REASON)
        async with self._database.unit(SYSTEM, Cause("due")) as uow:
            await decisions.run_out(uow, case["escalated"], boss, self._local)

    async def _share(self, case: Case, short: str) -> None:
        """The colleague shares another customer with the seller."""
        case.ids["shared"] = await self.customer(short, "colleague")
        async with self.acting("colleague") as uow:
            await customers.share(uow, case["shared"], self._staff["seller"])
