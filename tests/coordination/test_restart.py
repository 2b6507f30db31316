"""One genjin process after the other over one database, behind one messenger."""

from __future__ import annotations

from bot.adapters.wecom.callback import PATH
from bot.app import listening, running
from config.clock import ShiftableClock
from domain.database import Database
from tests.faults import world
from tests.faults.pair import NOW, PACE, settings_of

LIVES = 3


async def test_no_card_has_the_id_of_one_that_was_sent_before_a_restart(database_url: str) -> None:
    """WeCom takes each task_id once for ever. The clock stands, so that ids made of the time would be alike."""
    clock, company = ShiftableClock(NOW, still=True), world.members(2)
    database = Database(database_url, clock)
    await world.settle_in(database, company, [])
    await database.close()
    async with world.messenger(company, clock, [], member_per_minute=PACE, member_per_hour=PACE) as (server, api):
        for life in range(LIVES):
            settings = settings_of(database_url, None, api)
            async with running(settings, clock) as app, listening(app.web, "127.0.0.1", 0) as port:
                server.callback_url = f"http://127.0.0.1:{port}{PATH}"
                for member in company:
                    await server.say(member.userid, f"今天上午拜访了{member.customer}，单号K{life:04d}")
                await app.settled()
    shown = [shown for member in company for shown in server.chat(member.userid) if shown.card]

    assert len(shown) == LIVES * len(company)
    assert len({shown.card["task_id"] for shown in shown if shown.card}) == len(shown)
