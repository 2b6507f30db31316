"""The evening receipt."""

from __future__ import annotations

from datetime import datetime

from cards import words
from cards.builders.first_contact import MESSENGERS
from cards.model import Card
from cards.registry import Moment, card
from domain.services.receipts import EVENING
from domain.views import receipts as views
from domain.views.receipts import Missed


@card(EVENING, load=views.evening)
def evening(missed: tuple[Missed, ...], moment: Moment) -> Card:
    """When nobody listened, a line for each messenger: what was written then has to be written again."""
    return Card(kind=EVENING, text="\n".join(_line(each, moment) for each in missed))


def _line(missed: Missed, moment: Moment) -> str:
    spans = "、".join(_span(since, until, moment) for since, until in missed.spans)
    where = f"{MESSENGERS[missed.messenger]} " if missed.messenger in MESSENGERS else ""
    return f"{where}{spans} 连接中断，若发过请重发"


def _span(since: datetime, until: datetime, moment: Moment) -> str:
    """14:02–14:05 of today, 昨天 23:50–00:10 of another day."""
    same = since.astimezone(moment.zone).date() == until.astimezone(moment.zone).date()
    end = words.time_of_day(until, moment.zone) if same else words.when(until, moment.now, moment.zone)
    return f"{words.when(since, moment.now, moment.zone)}–{end}"
