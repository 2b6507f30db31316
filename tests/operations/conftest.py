"""A company whose genjin is watched: a whole bot, and what `/metrics` says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from domain.actor import SYSTEM, Actor, Cause
from domain.database import Database
from domain.services import customers
from domain.tables import Account, Person
from tests.stage import Stage, staged

WRITER = "qin.lan"
PEOPLE: list[dict[str, Any]] = [{"userid": WRITER, "name": "秦岚"}]
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass(slots=True)
class Watched:
    """A stage with an eye on it."""

    stage: Stage
    http: aiohttp.ClientSession
    url: str
    before: Samples = field(default_factory=dict)

    async def ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def metrics(self) -> Samples:
        """Every figure by name and labels."""
        status, text = await self.ask("/metrics")
        assert status == 200
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    async def grown(self, name: str, **labels: str) -> float:
        """By how much a figure grew since this began: processes of other tests count into the same numbers."""
        key = (name, frozenset(labels.items()))
        return (await self.metrics()).get(key, 0) - self.before.get(key, 0)

    async def value(self, name: str, **labels: str) -> float:
        return (await self.metrics())[name, frozenset(labels.items())]


@asynccontextmanager
async def watched(database_url: str) -> AsyncIterator[Watched]:
    """秦岚 has one customer, and has talked to genjin before."""
    async with staged(database_url, "北山科技", PEOPLE) as stage, aiohttp.ClientSession() as http:
        await _settle_in(stage.app.database)
        url = urlsplit(stage.server.callback_url)
        seen = Watched(stage, http, f"{url.scheme}://{url.netloc}")
        seen.before = await seen.metrics()
        yield seen


async def _settle_in(database: Database) -> None:
    async with database.unit(SYSTEM, Cause("test")) as uow:
        person = await uow.add(Person(name="秦岚", roles=["sales"], created_at=uow.now, greeted_at=uow.now))
        await uow.add(Account(person_id=person.id, channel="wecom", userid=WRITER))
        uow.actor = Actor(person_id=person.id, roles=frozenset({"sales"}), people=frozenset({person.id}))
        await customers.create(uow, "无锡晨光阀门有限公司", owner_id=person.id, named=True)


@pytest.fixture
async def night(sqlite_url: str) -> AsyncIterator[Watched]:
    async with watched(sqlite_url) as seen:
        yield seen
