"""What a bench runs beside itself: servers in processes of their own, measured from outside."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.bench.load import APP

START = 60.0  # seconds that a process has to say its address
QUIET = 0.05  # seconds of CPU within one second, above which a process still reads its dictionaries
SETTLES = 30  # seconds that it has for that
ENDING = 3000  # bytes of a log
_ADDRESS = re.compile(rb"http://\S+")


class NotStarted(Exception):
    """A process ended or stayed silent; the message is the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    url: str
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU that it has used; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def quiet(self) -> None:
        """Return once it has nothing more to do after its start."""
        for _ in range(SETTLES):
            before = self.cpu()
            await asyncio.sleep(1)
            if self.cpu() - before <= QUIET:
                return

    def memory(self) -> float:
        """Megabytes that it holds in memory; 0 where the system does not say."""
        try:
            said = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0.0
        return round(int(said.partition("VmRSS:")[2].split()[0]) / 1024, 1)


@asynccontextmanager
async def server(
    command: list[str], environment: Mapping[str, str], log: IO[bytes] | None = None
) -> AsyncIterator[Server]:
    """A Python program (its arguments) that prints its address when it serves, ended afterwards.

    What it logs goes to `log`, or to a file of nobody's, as it would go to a journal: writing it is a part of the work.
    """
    with tempfile.TemporaryFile() as nobodys:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=log or nobodys, env=dict(environment)
        )
        try:
            yield Server(await _address(process), process.pid)
        except NotStarted:
            nobodys.seek(0)
            raise NotStarted(f"{' '.join(command)}: {nobodys.read()[-ENDING:].decode(errors='replace')}") from None
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise NotStarted
    said = _ADDRESS.search(await asyncio.wait_for(process.stdout.readline(), START))
    if said is None:
        raise NotStarted
    return said[0].decode()


def settings(database_url: str, folder: Path, api: str, **more: str) -> dict[str, str]:
    """The environment of a genjin process, with nothing of this process's own settings."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("GENJIN_")},
        "GENJIN_DATA": str(folder),
        "GENJIN_DATABASE_URL": database_url,
        "GENJIN_SECRET_KEY": "k" * 40,
        "GENJIN_BIND": "127.0.0.1:0",
        "GENJIN_WECOM__CORP_ID": APP.corp_id,
        "GENJIN_WECOM__AGENT_ID": str(APP.agent_id),
        "GENJIN_WECOM__SECRET": APP.secret,
        "GENJIN_WECOM__TOKEN": APP.token,
        "GENJIN_WECOM__AES_KEY": APP.aes_key,
        "GENJIN_WECOM__API_BASE": api,
        **more,
    }


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """A folder on the disk of the working folder: a temporary one may lie in memory, where nothing is durable."""
    with tempfile.TemporaryDirectory(prefix="genjin-bench-", dir=Path.cwd()) as name:
        yield Path(name)
