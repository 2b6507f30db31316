"""A burst of calls is kept on our side before DingTalk refuses it, over all processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.pace import CallPace, api_of
from bot.adapters.tokens import TokenCache
from bot.messenger.dingtalk.model import DingTalkQuirks
from config.clock import ShiftableClock
from config.messengers import DingTalkSettings
from domain import presence as stretches
from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.presence import Stretch
from domain.services import todos
from domain.services.todos import Deed
from domain.when import Local
from scheduler import presence
from scheduler.presence import Presence
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.rig import APP, rigged
from tests.dingtalk.stage import staged
from tests.stage import NOW
from tests.waiting import until

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHEN = "Staff01"


class Paced:
    """A pace whose seconds pass when a test says so, and the calls that have their turn."""

    def __init__(self, limit: int, processes: int = 1) -> None:
        self.ends: list[Callable[[], None]] = []
        self.begun: list[str] = []
        self.processes = processes
        self.pace = CallPace("dingtalk", limit, lambda: self.processes, lambda _seconds, end: self.ends.append(end))

    async def call(self, name: str, api: str = "POST robot/send") -> None:
        async with self.pace.turn(api):
            self.begun.append(name)

    def second(self) -> None:
        """The calls that were answered count no more."""
        ends, self.ends = self.ends, []
        for end in ends:
            end()


async def test_what_is_more_waits_for_the_second_to_pass_in_the_order_in_which_it_was_asked_for() -> None:
    paced = Paced(limit=3)
    calls = [asyncio.create_task(paced.call(name)) for name in "abcde"]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    first = list(paced.begun)
    paced.second()
    await asyncio.wait(calls, timeout=0)
    await until(lambda: len(paced.begun) == 4)
    paced.second()
    await asyncio.gather(*calls)

    assert first == ["a", "b"]
    assert paced.begun == ["a", "b", "c", "d", "e"]


async def test_each_api_has_places_of_its_own() -> None:
    paced = Paced(limit=1)
    await paced.call("card", "POST card/instances")
    await paced.call("text", "POST robot/send")

    assert paced.begun == ["card", "text"]


async def test_who_gives_up_waiting_takes_nobodys_place() -> None:
    paced = Paced(limit=1)
    await paced.call("a")
    gone, stays = (asyncio.create_task(paced.call(name)) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait({gone})
    paced.second()
    await stays

    assert paced.begun == ["a", "stays"]


def test_processes_share_the_places_evenly_and_each_has_one_at_least() -> None:
    paced = Paced(limit=20, processes=2)
    shared = paced.pace.places
    paced.processes = 100

    assert (shared, paced.pace.places) == (9, 1)


@pytest.mark.parametrize(
    ("method", "path", "api"),
    [
        ("GET", "todo/users/u1/tasks/sources/genjin-task-7", "GET todo/users/-/tasks/sources/-"),
        ("PUT", "todo/users/u1/tasks/t9/executorStatus?operatorId=u1", "PUT todo/users/-/tasks/-/executorStatus"),
        ("PUT", "calendar/users/u1/calendars/primary/events/e1", "PUT calendar/users/-/calendars/primary/events/-"),
        ("POST", "robot/oToMessages/batchSend", "POST robot/oToMessages/batchSend"),
    ],
)
def test_calls_about_different_people_are_of_one_api(method: str, path: str, api: str) -> None:
    assert api_of(method, path) == api


async def test_two_processes_never_call_more_often_than_dingtalk_takes() -> None:
    async with rigged(still=False, calls_per_second=4) as rig:
        given = {"client_id": APP.client_id, "client_secret": APP.client_secret}
        settings = DingTalkSettings.model_validate(given | {"api_base": rig.base, "oapi_base": rig.base})
        paces = [CallPace("dingtalk", 4, lambda: 2) for _ in range(2)]
        apis = [DingTalkApi(settings, rig.http, TokenCache(rig.clock), pace) for pace in paces]
        answers = await asyncio.gather(*[api.old("user/get", {"userid": SHEN}) for api in apis for _ in range(3)])

        assert len(answers) == 6
        assert rig.server.api.beyond == 0


async def test_many_tasks_at_once_are_mirrored_without_a_refusal(sqlite_url: str) -> None:
    quirks = DingTalkQuirks(calls_per_second=4, calls_per_month=10_000_000)
    async with staged(sqlite_url, "远山科技", MEMBERS, quirks=quirks, todos=True, calls=4, still=False) as stage:
        await on_record(stage)
        async with stage.app.database.unit(Actor(person_id=1), Cause("test")) as uow:
            for number in range(6):
                await todos.note(uow, Deed(text=f"第{number}件"), Local(uow.now, SHANGHAI))
        await stage.settle()

        assert len(stage.dingtalk.todos.of(SHEN)) == 6
        assert stage.dingtalk.api.beyond == 0


async def test_each_process_learns_how_many_there_are(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "BEAT", 0.01)
    database = Database(sqlite_url, ShiftableClock(NOW, still=True))
    one, two = (Presence(database, SHANGHAI, "dingtalk") for _ in range(2))
    for each in (one, two):
        each.start()
        each.up()
    await until(lambda: one.processes == two.processes == 2)
    shared = CallPace("dingtalk", 20, lambda: one.processes).places
    await two.stop()
    await until(lambda: one.processes == 1)
    alone = CallPace("dingtalk", 20, lambda: one.processes).places
    await one.stop()
    await database.close()

    assert (shared, alone) == (9, 18)


async def test_a_process_that_died_counts_no_more(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "BEAT", 0.01)
    clock = ShiftableClock(NOW, still=True)
    database = Database(sqlite_url, clock)
    async with database.unit(SYSTEM, Cause("test")) as uow:
        await stretches.note(uow, Stretch("dead", "dingtalk", NOW, NOW))
    alive = Presence(database, SHANGHAI, "dingtalk")
    alive.start()
    alive.up()
    await until(lambda: alive.processes == 2)
    clock.advance(timedelta(minutes=1))
    await until(lambda: alive.processes == 1)
    places = CallPace("dingtalk", 20, lambda: alive.processes).places
    await alive.stop()
    await database.close()

    assert places == 18
