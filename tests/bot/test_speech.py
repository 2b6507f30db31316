"""Recordings where the endpoint that writes them down fails: kept, said so, and a note as soon as it can be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.messenger import speech
from bot.messenger.speech import recording
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from domain.actor import SYSTEM, Cause
from domain.services import directory
from domain.tables import Activity, Attachment
from tests.stage import Stage, staged

LIN = "lin.yue"
PEOPLE: list[dict[str, Any]] = [{"userid": LIN, "name": "林越", "title": "销售", "department": "华东"}]
NOTE = "今天下午拜访了苏州明泰精密有限公司的贺总，预算大概80万"
LATER = "语音这会儿转不了，打几个字也行；录音留着，好了就补记"


def moods(*answers: Callable[[], web.Response]) -> Callable[[WeComServer, ShiftableClock], web.Application]:
    """A messenger whose endpoint for speech answers with these, one after the other, and then with the words."""
    left = list(answers)

    async def heard(request: web.Request) -> web.Response:
        if left:
            await request.read()
            return left.pop(0)()
        return web.json_response({"text": NOTE})

    def face(server: WeComServer, _: ShiftableClock) -> web.Application:
        application = server.application()
        application.add_routes([web.post(speech.PATH, heard)])
        return application

    return face


async def speak(stage: Stage) -> list[str]:
    """What stands in the chat after a recording was sent."""
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        await directory.put(uow, directory.Entry(userid=LIN, name="林越", team="华东", roles=("sales",)))
    await stage.server.members.file(LIN, "voice", "v.amr", recording("嗯"))
    await stage.settle()
    return [seen.text or seen.title for seen in stage.chat(LIN)]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: web.Response(status=500), id="fails"),
        pytest.param(lambda: web.Response(status=401, text='{"error":"key"}'), id="refuses-the-key"),
        pytest.param(lambda: web.Response(text="<html>busy</html>"), id="a-page"),
        pytest.param(lambda: web.json_response({"text": 7}), id="no-words"),
        pytest.param(lambda: web.json_response([]), id="a-list"),
        pytest.param(lambda: web.Response(body=b"\xff\xfe{"), id="garbage"),
    ],
)
async def test_a_recording_that_cannot_be_written_down_yet_is_a_note_later(
    sqlite_url: str, answer: Callable[[], web.Response]
) -> None:
    async with staged(sqlite_url, "远山软件", PEOPLE, face=moods(answer), listens=True) as stage:
        said = await speak(stage)
        await stage.move(timedelta(minutes=2))

        async with stage.app.database.read() as session:
            notes = (await session.scalars(select(Activity.text))).all()
            kept = (await session.scalars(select(Attachment))).all()
        assert LATER in said
        assert notes == [NOTE]
        assert [(row.state, row.text) for row in kept] == [("kept", NOTE)]


async def test_a_recording_without_words_is_asked_for_again(sqlite_url: str) -> None:
    silence = moods(lambda: web.json_response({"text": " \n "}))
    async with staged(sqlite_url, "远山软件", PEOPLE, face=silence, listens=True) as stage:
        said = await speak(stage)

        async with stage.app.database.read() as session:
            kept = (await session.scalars(select(Attachment.state))).all()
        assert "听到了，没听清，再说一遍？" in said
        assert kept == ["kept"]


async def test_who_waits_for_slow_ears_is_answered_meanwhile(sqlite_url: str) -> None:
    ears, asked = asyncio.Event(), 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await request.read()
        if asked == 1:
            await ears.wait()
        return web.json_response({"text": NOTE})

    def face(server: WeComServer, _: ShiftableClock) -> web.Application:
        application = server.application()
        application.add_routes([web.post(speech.PATH, slow)])
        return application

    async with staged(sqlite_url, "远山软件", PEOPLE, face=face, listens=True) as stage:
        stage.app.dispatcher._keeper._patience = 0.1
        said = await speak(stage)
        ears.set()

        async with stage.app.database.read() as session:
            notes = (await session.scalars(select(Activity.text))).all()
        assert LATER in said
        assert notes == [NOTE]
