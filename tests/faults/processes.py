"""genjin in processes of its own, to be killed without a word and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds until a process that does not answer counts as broken


class Nursery:
    """Starts processes by forking one that has imported everything already."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def start(self, environment: Mapping[str, str]) -> int:
        return await self._order("start", json.dumps(environment))

    async def reap(self, pid: int) -> int:
        """Wait until a started process has ended; returns its status, negative for a signal."""
        return await self._order("reap", str(pid))

    async def _order(self, word: str, rest: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(f"{word} {rest}\n".encode())
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(log: Path) -> AsyncIterator[Nursery]:
    """A nursery whose children write their errors to `log`."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.nursery",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


class Commands:
    """Starts processes as an operator does: `genjin serve`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._started: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, environment: Mapping[str, str]) -> int:
        with self._log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.cli",
                "serve",
                "--role",
                environment["GENJIN_TEST_ROLE"],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
            )
        self._started[process.pid] = process
        return process.pid

    async def reap(self, pid: int) -> int:
        return await self._started.pop(pid).wait()


class Genjin:
    """One place where a genjin process lives: always the same port, one process after the other."""

    def __init__(self, starter: Nursery | Commands, environment: Mapping[str, str], port: int, role: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.role = role
        self.listens = role != "worker"  # for callbacks
        self._starter = starter
        self._environment = {**environment, "GENJIN_BIND": f"127.0.0.1:{port}"}
        self._pid: int | None = None

    async def start(self) -> None:
        """Start a process and return when it answers."""
        self._pid = await self._starter.start(self._environment)
        async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
            while not await self._answers(http):  # noqa: ASYNC110 - another process cannot set an event
                await asyncio.sleep(0.01)

    @property
    def pid(self) -> int | None:
        return self._pid

    def kill(self) -> None:
        """SIGKILL, at once; a process that is dead already stays so."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)

    async def gone(self) -> int | None:
        """Wait until the killed process is gone; returns how it ended."""
        pid, self._pid = self._pid, None
        return None if pid is None else await self._starter.reap(pid)

    async def stop(self) -> int | None:
        """Ask it to end, as an operator does."""
        self.signal(signal.SIGTERM)
        return await self.gone()

    async def _answers(self, http: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError, OSError):
            async with http.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        return False
