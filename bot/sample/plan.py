"""The sample data as a whole: the same for the same moment, always relative to it."""

from __future__ import annotations

import random
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sample import agenda, staff, stories, trade
from bot.sample.days import Days
from bot.sample.ledger import Ledger
from bot.sample.model import Plan

CUSTOMERS = 200
ACTIVITIES = 1_500
REACHES_BACK = 215  # days
SEED = 20_260_801


def people_only() -> Plan:
    """Three teams and fourteen people, without anything to do."""
    return Plan(teams=staff.teams(), people=staff.people())


def plan(now: datetime, zone: ZoneInfo) -> Plan:
    """A sales department as it stands at `now` (aware), whose days are those of `zone`."""
    chance = random.Random(SEED)  # noqa: S311 - sample data, nothing to guess
    ledger = Ledger(Days.around(now, zone, REACHES_BACK))
    stories.tell(ledger)
    trade.trade(ledger, chance, CUSTOMERS - len(ledger.customers), ACTIVITIES - len(ledger.activities))
    agenda.plan_ahead(ledger, chance)
    return Plan(
        teams=staff.teams(),
        people=staff.people(),
        customers=tuple(ledger.customers),
        contacts=tuple(ledger.contacts),
        opportunities=tuple(ledger.opportunities),
        contracts=tuple(ledger.contracts),
        payments=tuple(ledger.payments),
        activities=tuple(ledger.activities),
        tasks=tuple(ledger.tasks),
        reminders=tuple(ledger.reminders),
        approvals=tuple(ledger.approvals),
    )
