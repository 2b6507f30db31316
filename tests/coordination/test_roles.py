"""`genjin serve --role`: who takes callbacks, who works, and what makes no sense."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select
from typer.exceptions import TyperException

from bot.adapters.wecom.callback import PATH
from bot.app import listening, running
from bot.cli import cli
from bot.commands.serving import door, serve
from bot.roles import Role, advice
from config.settings import Settings
from domain.tables import Inbox
from tests.coordination.several import several


async def test_the_web_takes_in_and_the_worker_answers(postgres_url: str, redis_url: str) -> None:
    async with several(postgres_url, redis_url, [Role.WEB, Role.WORKER], members=2) as pair:
        for number in range(4):
            await pair.say(pair.company[number % 2], number)
        await pair.settle()
        assert len(pair.notes.acknowledged) == 4
        assert await pair.wrong() == []


async def test_the_web_by_itself_only_stores(postgres_url: str) -> None:
    async with several(postgres_url, None, [Role.WEB], members=1) as pair:
        await pair.say(pair.company[0], 0)
        pair.apps[0].wake_all()
        async with pair.apps[0].database.read() as session:
            [row] = (await session.scalars(select(Inbox))).all()
        assert (row.state, row.fence) == ("waiting", 0)


async def test_a_worker_takes_no_callbacks_but_says_how_it_is(postgres_url: str) -> None:
    async with (
        several(postgres_url, None, [Role.WORKER], members=1) as pair,
        listening(pair.apps[0].web, "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as http,
    ):
        for path, status in {"/readyz": 200, "/metrics": 200, PATH: 404}.items():
            async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == status, path


@pytest.mark.parametrize(("bind", "what"), [({}, "works"), ({"bind": "127.0.0.1:0"}, "listens on http://127.0.0.1:")])
async def test_a_worker_opens_a_port_where_it_is_given_one(bind: dict[str, str], what: str, sqlite_url: str) -> None:
    settings = Settings.model_validate({"database_url": sqlite_url, **bind})
    async with running(settings, role=Role.WORKER) as app, door(app) as said:
        assert said.startswith(what)


async def test_a_web_without_a_messenger_is_refused_in_a_line(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await serve(Settings(database_url=sqlite_url), Role.WEB) == 2
    error = capsys.readouterr().err
    assert "no messenger is configured" in error
    assert error.count("\n") == 1


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TyperException, match="'all', 'web', 'worker'"):
        cli(["serve", "--role", "boss"], standalone_mode=False)


def test_who_runs_several_processes_is_told_what_they_miss(tmp_path: Path) -> None:
    file = Settings(data=tmp_path)
    server = Settings.model_validate({"database_url": "postgresql://u@h/n", "secret_key": "k" * 40})

    assert "one machine only" in str(advice(Role.WEB, file))
    assert "up to a second" in str(advice(Role.WORKER, server))
    assert advice(Role.ALL, file) is None
    assert advice(Role.WORKER, server.model_copy(update={"redis_url": "redis://h"})) is None
