"""`genjin doctor`: one line for each thing that must be well, and what to do about it where it is not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import aiohttp
from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError

from bot.checkup import Step, Unwell
from bot.messengers import MESSENGERS
from bot.nlp import second
from bot.nlp.llm import LlmReader
from config.clock import Clock, SystemClock
from config.settings import Settings
from domain import migrate
from domain.database import Database
from domain.views import dead

PACKAGES = ("bot", "cards", "config", "domain", "scheduler")
SECONDS = 20.0


async def doctor(settings: Settings, clock: Clock | None = None, *, fix: bool = False) -> int:
    """Try every step and print it; returns 1 if one failed. Behind a messenger's step that fails its others wait.

    `fix`: what genjin can put right by itself is put right.
    """
    well = [await _try(step) for step in _own(settings)]
    async with aiohttp.ClientSession() as http:
        for steps in _messengers(settings, http, clock or SystemClock(), fix=fix):
            for step in steps:
                well.append(await _try(step))
                if not well[-1]:
                    break
    return int(not all(well))


def _own(settings: Settings) -> tuple[Step, ...]:
    checks = (_settings, _packages, _database, _queues, _redis, _llm)
    return tuple(Step(check.__name__.strip("_"), partial(check, settings)) for check in checks)


def _messengers(
    settings: Settings, http: aiohttp.ClientSession, clock: Clock, *, fix: bool
) -> Iterator[tuple[Step, ...]]:
    """The steps of each messenger."""
    if not any(messenger.used(settings) for messenger in MESSENGERS):
        yield (Step("wecom", _not_configured),)
    for messenger in MESSENGERS:
        yield from messenger.steps(settings, http, clock, fix)


async def _not_configured() -> str:
    return "not configured; set GENJIN_WECOM__CORP_ID and its companions to use it"


async def _try(step: Step) -> bool:
    """Whether all is well, said in a line."""
    try:
        line, well = f"ok    {step.name}: {await asyncio.wait_for(step.look(), SECONDS)}", True
    except TimeoutError:
        line, well = f"FAIL  {step.name}: no answer within {SECONDS:.0f} s; is it reachable from here?", False
    except Unwell as why:
        line, well = f"FAIL  {step.name}: {why}", False
    sys.stdout.write(line + "\n")
    return well


async def _settings(settings: Settings) -> str:
    if not settings.data.exists():
        return f"valid; the data folder {settings.data} is made at the first start"
    return f"valid; data in {settings.data}"


async def _packages(_: Settings) -> str:
    """The packages have plain names, so another distribution could stand before one of them."""
    places = {name: _folder(name) for name in PACKAGES}
    home = places["bot"]
    strangers = [f"{name} from {place}" for name, place in places.items() if place != home]
    if strangers:
        raise Unwell(f"genjin is in {home}, but {strangers[0]}; install genjin alone in its environment")
    return f"all from {home}"


def _folder(name: str) -> Path:
    spec = find_spec(name)
    return Path(spec.origin).resolve().parents[1] if spec and spec.origin else Path()


async def _database(settings: Settings) -> str:
    kind = "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    try:
        await migrate.check(settings.database)
    except migrate.OutdatedSchema as wrong:
        raise Unwell(str(wrong)) from None
    except (SQLAlchemyError, PostgresError, OSError) as wrong:
        reason = str(wrong).splitlines()[0][:120]
        raise Unwell(f"{kind} does not answer ({reason}); check GENJIN_DATABASE_URL") from None
    return f"{kind}, at this release's schema"


async def _queues(settings: Settings) -> str:
    database = Database(settings.database, SystemClock())
    try:
        async with database.read() as session:
            given_up = await dead.count(session)
    except (SQLAlchemyError, PostgresError, OSError):
        raise Unwell("cannot be read; see the line above") from None
    finally:
        await database.close()
    if given_up:
        raise Unwell(f"{given_up} rows were given up; genjin dead says which and why")
    return "nothing was given up"


async def _redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return "not set; one process does all"
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client: Redis = Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        await client.ping()
    except (RedisError, OSError) as wrong:
        raise Unwell(f"does not answer ({type(wrong).__name__}); check GENJIN_REDIS_URL") from None
    finally:
        await client.aclose()
    return "answers"


async def _llm(settings: Settings) -> str:
    if settings.llm is None:
        return "not configured; notes are read by rules alone"
    async with aiohttp.ClientSession() as http:
        try:
            answer = await LlmReader(settings.llm, http).ask("今天拜访了华星精工的张总", SystemClock().now())
        except (aiohttp.ClientError, OSError, ValueError) as wrong:
            reason = str(wrong) or type(wrong).__name__
            raise Unwell(f"no usable answer ({reason[:120]}); check GENJIN_LLM__BASE_URL, API_KEY and MODEL") from None
    if second.checked(answer) is None:
        raise Unwell(f"{settings.llm.model} answers in another form than it was asked for; try another model")
    return f"{settings.llm.model} answers"
