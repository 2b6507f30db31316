"""Two who decide the same thing at the same moment, in small; `python -m tests.races` does it ten thousand times."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.races import messengers, service
from tests.races.company import DINGTALK, WECOM


async def test_of_two_who_decide_at_once_against_the_service_one_does(postgres_url: str) -> None:
    won = await service.trial(postgres_url, 80)

    assert won.wrong == []
    assert won.races == sum(won.first.values()) == 80


async def test_of_two_who_tap_at_once_on_two_messengers_one_decides_and_both_cards_say_who(postgres_url: str) -> None:
    raced = await messengers.trial(postgres_url, 8, a_second=100.0, pairs=4)

    assert raced.wrong == []
    assert len(raced.seconds) == 8


@pytest.mark.parametrize("away", [WECOM, DINGTALK])
async def test_a_card_is_closed_when_its_messenger_is_back_after_ten_minutes(away: str, sqlite_url: str) -> None:
    took, wrong = await messengers.outage(sqlite_url, away, 2)

    assert wrong == []
    assert took <= timedelta(minutes=1)  # without the probes it would be up to an hour
