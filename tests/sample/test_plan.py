"""The sample data: the same for the same moment, whole, and such as a sales manager would believe."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sample.model import Plan
from bot.sample.plan import people_only, plan
from config.calendar import is_working
from domain.facts import NoteDraft
from domain.naming import Named, NameIndex
from domain.stages import STAGES

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = [
    pytest.param(datetime(2026, 11, 25, 8, 0, tzinfo=UTC), id="wednesday-afternoon"),
    pytest.param(datetime(2026, 11, 22, 6, 0, tzinfo=UTC), id="sunday"),
    pytest.param(datetime(2026, 10, 4, 1, 0, tzinfo=UTC), id="national-holiday"),
    pytest.param(datetime(2027, 2, 28, 16, 30, tzinfo=UTC), id="just-after-midnight"),
]


@pytest.fixture(scope="module", params=MOMENTS)
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture(scope="module")
def sample(now: datetime) -> Plan:
    return plan(now, ZONE)


def test_the_same_moment_gives_the_same_data(sample: Plan, now: datetime) -> None:
    assert plan(now, ZONE) == sample


def test_a_later_day_moves_everything_along(sample: Plan, now: datetime) -> None:
    later = plan(now + timedelta(days=14), ZONE)

    assert [c.name for c in later.customers] == [c.name for c in sample.customers]
    assert max(a.occurred_on for a in later.activities) > max(a.occurred_on for a in sample.activities)


def test_there_is_as_much_as_was_promised(sample: Plan) -> None:
    assert (len(sample.teams), len(sample.people), len(sample.customers)) == (3, 14, 200)
    assert len(sample.activities) == 1500
    assert len([o for o in sample.opportunities if o.state == "open"]) >= 50
    assert 1 <= len(sample.approvals) <= 2
    assert len(sample.reminders) >= 5
    assert any(c.owner_id is None for c in sample.customers)


def test_numbers_run_from_one_without_a_gap(sample: Plan) -> None:
    for rows in (sample.people, sample.customers, sample.contacts, sample.activities, sample.tasks, sample.payments):
        assert [row.id for row in rows] == list(range(1, len(rows) + 1))


def test_whoever_is_named_exists(sample: Plan) -> None:
    people = {p.id for p in sample.people}
    customers = {c.id: c for c in sample.customers}
    sales = {o.id: o for o in sample.opportunities}
    contracts = {c.id for c in sample.contracts}

    assert {c.owner_id for c in sample.customers} - {None} <= people
    assert {p.manager_id for p in sample.people} - {None} <= people
    assert {t.lead_id for t in sample.teams} <= people
    assert {c.customer_id for c in sample.contacts} == set(customers)
    assert {a.person_id for a in sample.activities} <= people
    assert {t.owner_id for t in sample.tasks} <= people
    assert {p.contract_id for p in sample.payments} == contracts
    for linked in (*sample.activities, *sample.contracts, *sample.approvals):
        if linked.opportunity_id is not None:
            assert sales[linked.opportunity_id].customer_id == linked.customer_id


def test_a_sale_belongs_to_the_customers_owner_and_has_a_stage(sample: Plan) -> None:
    owners = {c.id: c.owner_id for c in sample.customers}

    for sale in sample.opportunities:
        assert sale.owner_id == owners[sale.customer_id]
        assert sale.stage in STAGES
        assert sale.amount > 0
        assert sale.created_at <= sale.stage_since
        assert (sale.state == "open") == (sale.closed_at is None)
        assert sale.state != "won" or sale.stage == "签约"


def test_payments_add_up_to_their_contract(sample: Plan) -> None:
    sums = Counter[int]()
    for payment in sample.payments:
        sums[payment.contract_id] += payment.amount

    assert sums == {c.id: c.amount for c in sample.contracts}


def test_nothing_that_happened_lies_ahead(sample: Plan, now: datetime) -> None:
    assert all(a.occurred_at <= now and a.created_at <= now for a in sample.activities)
    assert all(c.created_at <= now and (c.last_contact_at or now) <= now for c in sample.customers)
    assert all(p.received_at is None or p.received_at <= now for p in sample.payments)
    assert all(t.created_at <= now and (t.done_at or now) <= now for t in sample.tasks)
    assert all(r.due_at > now for r in sample.reminders)
    assert all(a.created_at < now < a.deadline_at for a in sample.approvals)


def test_people_visit_customers_on_working_days(sample: Plan) -> None:
    assert [a.occurred_on for a in sample.activities if not is_working(a.occurred_on)] == []


def test_the_last_contact_is_that_of_the_newest_note(sample: Plan) -> None:
    newest: dict[int, datetime] = {}
    for note in sample.activities:
        newest[note.customer_id] = max(note.occurred_at, newest.get(note.customer_id, note.occurred_at))

    assert {c.id: c.last_contact_at for c in sample.customers} == newest


def test_facts_are_those_that_the_words_hold(sample: Plan) -> None:
    for note in sample.activities:
        facts = NoteDraft.from_json(dict(note.facts))
        assert facts.text == note.text
        said = (*facts.concerns, *facts.needs, *facts.products, *facts.competitors)
        assert [each.text for each in said if each.text not in note.text] == []
        assert set(note.contacts) <= {c.name for c in sample.contacts if c.customer_id == note.customer_id}


def test_texts_are_not_all_alike(sample: Plan) -> None:
    assert len({a.text for a in sample.activities}) > 1200


def test_mobiles_look_like_mobiles(sample: Plan) -> None:
    assert [c.mobile for c in sample.contacts if len(c.mobile) != 11 or not c.mobile.startswith("1")] == []


def test_every_customer_is_found_by_both_of_its_names(sample: Plan) -> None:
    index = NameIndex(
        Named(id=c.id, full=c.name, short=c.short_name, others=(), place=c.region) for c in sample.customers
    )

    assert [c.name for c in sample.customers if index.find(c.name).match != c.id] == []
    assert [c.short_name for c in sample.customers if index.find(c.short_name).match != c.id] == []


def test_the_first_conversations_find_their_customers(sample: Plan) -> None:
    people = {p.id: p.userid for p in sample.people}
    owners = {c.short_name: people.get(c.owner_id or 0) for c in sample.customers}
    by_customer = {c.short_name: {k.name for k in sample.contacts if k.customer_id == c.id} for c in sample.customers}

    for name in ("华星精工", "宏图物流", "金穗食品", "恒力机械", "华兴五金"):
        assert owners[name] == "lin.yue"
    assert owners["华星精密机械"] == "li.ming"
    assert {"张总", "刘工"} <= by_customer["华星精工"]
    assert {"张总", "王经理"} <= by_customer["宏图物流"]


def test_only_two_customers_of_lin_yue_have_somebody_called_zhang(sample: Plan) -> None:
    mine = {c.id: c.short_name for c in sample.customers if c.owner_id == 3}
    called = {mine[k.customer_id] for k in sample.contacts if k.customer_id in mine and k.name.startswith("张")}

    assert called == {"华星精工", "宏图物流"}


def test_no_request_waits_for_zhou_bo_whose_first_one_is_to_come(sample: Plan) -> None:
    people = {p.id: p for p in sample.people}

    assert {people[a.approver_id].userid for a in sample.approvals} == {"zhao.qing", "wu.hao"}
    assert all(people[a.asker_id].manager_id == a.approver_id for a in sample.approvals)


def test_people_alone_have_nothing_to_do() -> None:
    alone = people_only()

    assert len(alone.people) == 14
    assert alone.customers == alone.activities == ()
