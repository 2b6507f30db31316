"""Everybody else's customers: invented firms, their people, what is being sold to them, and what was said."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.sample import companies, notes
from bot.sample.companies import Company
from bot.sample.days import Days
from bot.sample.ledger import WAN, Ledger
from bot.sample.model import Contact, Customer, Opportunity
from bot.sample.staff import EAST, LIN_YUE, NORTH, SOUTH, sellers
from domain.stages import STAGES

POOL = 22
SOURCES = ("官网注册", "展会", "展会", "代理商推荐", "老客户介绍", "电话营销", "其他")
RECENT = {"A": (1, 3), "B": (1, 7), "C": (1, 25)}  # days since the last contact
NEGLECTED = 0.15
STUCK = 15


@dataclass(frozen=True, slots=True)
class Account:
    """A customer with the people there, the sale that is on (or was), and how far it got."""

    customer: Customer
    people: tuple[Contact, ...]
    sale: Opportunity | None
    product: str
    amount: int
    stage: str


def trade(ledger: Ledger, chance: random.Random, customers: int, activities: int) -> None:
    """Put so many more customers on record, and so many notes about them."""
    accounts = [_account(ledger, chance, owner, firm) for owner, firm in _owners(chance, customers)]
    for account, count in zip(accounts, _shares(chance, accounts, activities), strict=True):
        _tell(ledger, chance, account, count)


def _owners(chance: random.Random, count: int) -> list[tuple[int | None, Company]]:
    """Firms of each region with somebody of its team; the pool's have nobody."""
    used: set[str] = set()
    pairs: list[tuple[int | None, Company]] = []
    teams = (EAST, SOUTH, NORTH)
    for n, team in enumerate(teams):
        share = count // len(teams) + (n < count % len(teams))
        people = sellers(team)
        free = POOL // len(teams)
        firms = companies.invent(chance, team, share, used)
        pairs += [(None if i < free else people[i % len(people)], firm) for i, firm in enumerate(firms)]
    return pairs


def _account(ledger: Ledger, chance: random.Random, owner: int | None, firm: Company) -> Account:
    days = ledger.days
    status = chance.choices(("合作客户", "潜在客户", "线索", "流失客户"), (28, 48, 14, 10))[0]
    if owner is None and status == "合作客户":
        status = "流失客户"
    level = chance.choices("ABC", {"合作客户": (25, 45, 30), "潜在客户": (12, 40, 48)}.get(status, (0, 10, 90)))[0]
    product, low, high = chance.choice(notes.PRODUCTS)
    known = chance.randrange(40, 200)
    customer = ledger.put(
        ledger.customers,
        Customer,
        name=firm.full,
        short_name=firm.short,
        owner_id=owner,
        level=level,
        status=status,
        source=chance.choice(SOURCES),
        industry=firm.industry,
        region=firm.city,
        size=firm.size,
        created_at=days.at(days.ago(known), 9, chance.randrange(60)),
    )
    people = _people(ledger, chance, customer)
    amount = chance.randrange(low, high + 1)
    sale = _sale(ledger, chance, customer, product, amount, known) if owner is not None else None
    stage = sale.stage if sale else STAGES[0]
    return Account(customer, people, sale, product, amount, stage)


def _people(ledger: Ledger, chance: random.Random, customer: Customer) -> tuple[Contact, ...]:
    """One to three people of different titles. Whose 张总 is meant must stay clear for 林越, so none here is a 张."""
    titles = chance.sample(companies.TITLES, chance.choices((1, 2, 3), (45, 40, 15))[0])
    return tuple(
        ledger.put(
            ledger.contacts,
            Contact,
            customer_id=customer.id,
            name=companies.name(chance),
            title=title,
            role=role,
            mobile=companies.mobile(chance),
            created_at=customer.created_at,
        )
        for title, role in titles
    )


def _sale(
    ledger: Ledger, chance: random.Random, customer: Customer, product: str, amount: int, known: int
) -> Opportunity | None:
    """What the customer's status says: a sale that is on, was won, or was lost; a lead has none."""
    if customer.status == "合作客户":
        won = _closed(ledger, chance, customer, product, amount, known, "won")
        _contract(ledger, chance, won)
        return won
    if customer.status == "流失客户":
        return _closed(ledger, chance, customer, product, amount, known, "lost")
    if customer.status == "线索" or chance.random() < 0.2:
        return None
    days, mine = ledger.days, customer.owner_id == LIN_YUE
    stage = chance.choices(STAGES[:4], (20, 35, 28, 17))[0]
    began = chance.randrange(20, known)
    since = min(chance.randrange(1, STUCK if mine else 30), began)
    return ledger.put(
        ledger.opportunities,
        Opportunity,
        customer_id=customer.id,
        owner_id=customer.owner_id,
        product=product,
        amount=amount * WAN,
        about=stage in STAGES[:2],
        stage=stage,
        stage_since=days.at(days.today - timedelta(days=since), 16),
        state="open",
        expected_on=days.ahead(chance.randrange(5, 45)),
        created_at=days.at(days.today - timedelta(days=began), 10),
    )


def _closed(
    ledger: Ledger, chance: random.Random, customer: Customer, product: str, amount: int, known: int, state: str
) -> Opportunity:
    days = ledger.days
    closed_at = days.at(days.ago(chance.randrange(15, known)), 15)
    discount = chance.choice((None, 9_500, 9_200, 9_000, 8_800, 8_500))
    price = amount * WAN if discount is None else amount * WAN * discount // 10_000
    return ledger.put(
        ledger.opportunities,
        Opportunity,
        customer_id=customer.id,
        owner_id=customer.owner_id,
        product=product,
        amount=price,
        about=False,
        stage=STAGES[4] if state == "won" else chance.choice(STAGES[1:4]),
        stage_since=closed_at,
        state=state,
        expected_on=closed_at.date(),
        closed_at=closed_at,
        discount=discount,
        created_at=customer.created_at,
    )


def _contract(ledger: Ledger, chance: random.Random, won: Opportunity) -> None:
    """Three payments: at the signing, a month on, and half a year on; what is not due yet has not come."""
    days = ledger.days
    signed_on = (won.closed_at or days.now).astimezone(days.zone).date()
    first, second = won.amount * 3 // 10, won.amount * 4 // 10
    due = [signed_on + timedelta(days=n) for n in (7, 60, 180)]
    parts = zip(("首付", "进度款", "尾款"), (first, second, won.amount - first - second), due, strict=True)
    ledger.sign(won, signed_on, [(label, fen, *_paid(chance, days, won.owner_id, day)) for label, fen, day in parts])


def _paid(chance: random.Random, days: Days, owner: int, day: date) -> tuple[date, bool]:
    """The day of a payment, and whether it came: hardly any that is due is still open, and none of 林越's."""
    if day < days.today:
        return day, owner == LIN_YUE or chance.random() < 0.95
    soon = owner == LIN_YUE and day < days.today + timedelta(days=20)
    return (day + timedelta(days=30) if soon else day), False


def _shares(chance: random.Random, accounts: list[Account], total: int) -> list[int]:
    """How many notes each customer has: the more it matters, the more; none has fewer than one."""
    weight = {"A": 16, "B": 9, "C": 5}
    weights = [weight[a.customer.level] * chance.uniform(0.6, 1.4) * (0.4 if a.sale is None else 1) for a in accounts]
    exact = [w * (total - len(accounts)) / sum(weights) for w in weights]
    counts = [1 + int(x) for x in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: int(exact[i]) - exact[i])
    for i in by_rest[: total - sum(counts)]:
        counts[i] += 1
    return counts


def _tell(ledger: Ledger, chance: random.Random, account: Account, count: int) -> None:
    """The customer's notes, oldest first, each of the phase that the sale was in."""
    customer, days = account.customer, ledger.days
    writer = customer.owner_id or chance.choice(sellers(chance.choice((EAST, SOUTH, NORTH))))
    dates = _dates(chance, account, days, count)
    known: set[str] = set()
    for n, day in enumerate(dates):
        person = chance.choice(account.people)
        scene = notes.Scene(day, customer.short_name, _called(person), person.title, account.product, account.amount)
        said = notes.write(chance, _phase(account, n, len(dates)), scene)
        known |= {need["text"] for need in said.facts.get("needs", ())}
        at = min(days.sometime(chance, day), days.now - timedelta(minutes=20))
        ledger.note(person, writer, at, said, account.sale)
        customer = replace(customer, last_contact_at=max(at, customer.last_contact_at or at))
    rivals = {c["text"] for a in ledger.activities[-count:] for c in a.facts.get("competitors", ())}
    ledger.customers[customer.id - 1] = replace(
        customer, needs="、".join(sorted(known)), competitors="、".join(sorted(rivals))
    )


def _called(person: Contact) -> str:
    """周总, 刘经理, 陈主管: as a colleague would write it; else the name."""
    for rank, form in (("总经理", "总"), ("董事长", "总"), ("总监", "总"), ("经理", "经理"), ("主任", "主任")):
        if rank in person.title:
            return person.name[0] + form
    return person.name


def _dates(chance: random.Random, account: Account, days: Days, count: int) -> list[date]:
    """On which working days there was contact; the last one as lately as the level asks for, mostly."""
    customer = account.customer
    low, high = RECENT[customer.level]
    back = chance.randrange(low, high + 1)
    neglected = customer.owner_id != LIN_YUE and chance.random() < NEGLECTED
    if customer.owner_id is None or customer.status == "流失客户":
        back = chance.randrange(35, 70)
    elif neglected:
        back += chance.randrange(5, 25)
    last = days.today - timedelta(days=back - 1)
    first = customer.created_at.astimezone(days.zone).date()
    fitting = [day for day in days.worked if first <= day <= last] or [first]
    if neglected or customer.owner_id is None or len(fitting) < 2:
        return sorted(chance.choices(fitting, k=count))
    return sorted([*chance.choices(fitting, k=count - 1), fitting[-1]])


def _phase(account: Account, n: int, count: int) -> tuple[tuple[str, str], ...]:
    """What was talked about in the n-th of so many contacts."""
    if n == 0:
        return notes.OPENING
    if account.sale is None:
        return notes.WARMING
    lost = account.sale.state == "lost"
    if lost and n == count - 1:
        return notes.LOST
    reached = STAGES.index(account.stage)
    return notes.BY_STAGE[STAGES[min(reached, n * (reached + 1) // count)]]
