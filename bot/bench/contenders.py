"""Who is measured by `genjin bench path`: the floor, genjin on each database, and a minimal bot of the trade."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bench import backends, baseline, company
from bot.bench.load import Load, WeCom, sealed
from bot.bench.processes import ENDING, NotStarted, Server, server, settings

WARM_UP = 40  # notes that are not counted: dictionaries and names are read with the first ones
GENJIN = ("-m", "bot.cli", "serve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One that takes notes. `wecom` takes the answers of those that send them; the others answer in the same breath.

    `environment` is that of a genjin process, for its own commands.
    """

    name: str
    servers: tuple[Server, ...]
    load: Load
    said: Iterator[tuple[str, str]]
    wecom: WeCom | None = None
    environment: dict[str, str] | None = None
    logs: Path | None = None

    def log(self) -> str:
        """What it has logged."""
        return self.logs.read_text(encoding="utf-8", errors="replace") if self.logs else ""

    def cpu(self) -> float:
        return sum(server.cpu() for server in self.servers)

    def memory(self) -> float:
        return round(sum(server.memory() for server in self.servers), 1)


@asynccontextmanager
async def simple(name: str, folder: Path) -> AsyncIterator[Contender]:
    """The floor or the baseline, by the name of its module."""
    command = ["-m", f"bot.bench.{name}", str(folder / f"{name}.db")]
    async with server(command, os.environ) as running:
        yield await _warm(Contender(name=name, servers=(running,), load=Load([running.url], None), said=_said()))


@asynccontextmanager
async def genjin(
    name: str,
    database_url: str,
    folder: Path,
    *,
    processes: int = 1,
    command: tuple[str, ...] = GENJIN,
    wecom: WeCom | None = None,
    loaded: Callable[[list[str], WeCom], Load] = Load,
    **more: str,
) -> AsyncIterator[Contender]:
    """genjin as `genjin serve`, in so many processes over one database, with a company of 2,000 senders. `loaded` makes
    the load for their addresses."""
    await company.settle_in(database_url, company.sellers())
    wecom = wecom or WeCom()
    async with wecom.listening() as api, AsyncExitStack() as stack:
        environment = settings(database_url, folder, api, **more)
        logs = folder / f"{name}.log"
        log = stack.enter_context(logs.open("ab"))
        servers = tuple(
            [await stack.enter_async_context(server(list(command), environment, log)) for _ in range(processes)]
        )
        load = loaded([running.url for running in servers], wecom)
        contender = Contender(
            name=name, servers=servers, load=load, said=_said(), wecom=wecom, environment=environment, logs=logs
        )
        try:
            yield await _warm(contender)
        finally:
            load.close()


@asynccontextmanager
async def several(names: tuple[str, ...], folder: Path) -> AsyncIterator[tuple[list[Contender], list[str]]]:
    """All that were asked for and are installed, running side by side, and who is not there and why."""
    async with AsyncExitStack() as stack:
        found, without = [await stack.enter_async_context(simple("floor", folder))], []
        if "sqlite" in names:
            url = f"sqlite:///{folder / 'genjin.db'}"
            found.append(await stack.enter_async_context(genjin("sqlite", url, folder)))
        if "postgresql" in names:
            try:
                await _on_postgresql(stack, folder, found)
            except backends.NotInstalled as missing:
                without.append(f"not all of PostgreSQL was measured: {missing}")
        if baseline.installed():
            found.append(await stack.enter_async_context(simple("baseline", folder)))
        else:
            without.append("the baseline was not measured: flask and waitress are not installed")
        yield found, without


async def _on_postgresql(stack: AsyncExitStack, folder: Path, found: list[Contender]) -> None:
    """One process, then two that share a Redis, each over a database of its own."""
    first = await stack.enter_async_context(backends.postgres())
    found.append(await stack.enter_async_context(genjin("postgresql", first, folder)))
    redis_url = await stack.enter_async_context(backends.redis())
    second = await stack.enter_async_context(backends.database(first))
    two = genjin("postgresql x2", second, folder, processes=2, GENJIN_REDIS_URL=redis_url)
    found.append(await stack.enter_async_context(two))


async def _warm(contender: Contender) -> Contender:
    tally = await contender.load.closed(sealed(contender.said, WARM_UP), 4, seconds=60.0)
    if tally.missing:
        said = f"{contender.name}: {tally.missing} of the first {WARM_UP} notes were not answered"
        raise NotStarted(f"{said}; its log ends\n{contender.log()[-ENDING:]}")
    return contender


def _said() -> Iterator[tuple[str, str]]:
    return itertools.chain.from_iterable([company.notes(company.sellers())])
