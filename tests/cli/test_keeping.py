"""`genjin backup` and `restore`, as an operator calls them."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import update
from sqlmodel import col

from config.clock import SystemClock
from domain.actor import Address, Ref
from domain.backup import restore
from domain.files import FOLDER, FileStore
from domain.tables import Account, Attachment
from domain.uow import UnitOfWork
from tests.cli.conftest import Done, Genjin, write
from tests.services import Postgres

NOTE = "今天下午拜访了苏州海棠机电有限公司的周总，聊了排产系统，预算大概30万，下周三之前给方案"
KINDS = (
    "customers",
    "contacts",
    "activities",
    "opportunities",
    "tasks",
    "reminders",
    "messages",
    "deliveries",
    "audit",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a place, on each engine, where no database of genjin is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def genjin_with_note(genjin_with_data: Genjin) -> Genjin:
    assert genjin_with_data("ask", "--as", "lin.yue", NOTE).code == 0
    return genjin_with_data


def everything(genjin: Genjin) -> dict[str, list[dict[str, Any]]]:
    return {kind: genjin("export", kind).lines for kind in KINDS}


def test_a_backup_put_back_elsewhere_has_everything_and_goes_on(
    genjin_with_note: Genjin, elsewhere: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = everything(genjin_with_note)
    taken = genjin_with_note("backup", str(tmp_path / "b"))
    monkeypatch.setenv("GENJIN_DATABASE_URL", elsewhere)

    done = genjin_with_note("restore", str(tmp_path / "b"))

    assert (taken.code, done.code) == (0, 0), taken.err + done.err
    assert "rows in" in taken.out
    assert "put back" in done.out
    assert everything(genjin_with_note) == before
    assert genjin_with_note("ask", "--as", "lin.yue", "拜访了海棠机电的周总，方案发了").code == 0
    assert len(genjin_with_note("export", "activities").lines) == 2


@pytest.mark.parametrize(
    ("options", "told", "back"),
    [((), "and 1 files, as of", [b"%PDF-1.7 terms"]), (("--no-files",), "as of", [])],
    ids=["with", "without"],
)
def test_what_people_sent_is_put_back_beside_the_rows(
    genjin: Genjin, office: str, tmp_path: Path, options: tuple[str, ...], told: str, back: list[bytes]
) -> None:
    stored = FileStore(tmp_path / "data" / FOLDER).put_now(b"%PDF-1.7 terms")
    for digest in (stored.sha256, "0" * 64):  # the other one is on another machine
        sent = Attachment(person_id=1, sort="file", name="技术协议.pdf", sha256=digest, created_at=SystemClock().now())
        write(office, partial(_added, sent))

    taken = genjin("backup", str(tmp_path / "b"), *options)
    shutil.rmtree(tmp_path / "data" / FOLDER)
    done = genjin("restore", str(tmp_path / "b"), "--force")

    assert (taken.code, done.code) == (0, 0), taken.err + done.err
    assert told in taken.out
    assert ("1 files that people sent are not in" in taken.out) == bool(back)
    files = [each for each in (tmp_path / "data" / FOLDER).rglob("*") if each.is_file()]
    assert [each.read_bytes() for each in files] == back


async def _added(row: Attachment, uow: UnitOfWork) -> None:
    await uow.add(row)


def test_rows_are_replaced_only_by_force(genjin_with_note: Genjin, tmp_path: Path) -> None:
    genjin_with_note("backup", str(tmp_path / "b"))
    genjin_with_note("ask", "--as", "lin.yue", "拜访了宁波远山泵业有限公司的李总")

    refused = genjin_with_note("restore", str(tmp_path / "b"))
    kept = len(genjin_with_note("export", "activities").lines)
    forced = genjin_with_note("restore", str(tmp_path / "b"), "--force")

    assert (refused.code, kept) == (2, 2)
    assert "--force" in refused.err
    assert forced.code == 0, forced.err
    assert len(genjin_with_note("export", "activities").lines) == 1


@pytest.mark.usefixtures("office")
def test_a_damaged_file_is_refused_before_anything_is_touched(genjin: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "b"
    assert genjin("backup", str(file)).code == 0
    file.write_bytes(file.read_bytes()[:-40])
    before = everything(genjin)

    refused = genjin("restore", str(file), "--force")

    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "ends in the middle; nothing was changed" in refused.err
    assert everything(genjin) == before


@pytest.mark.usefixtures("office")
def test_a_dry_run_says_what_the_file_holds_and_touches_nothing(
    genjin: Genjin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    genjin("backup", str(tmp_path / "b"))
    monkeypatch.setenv("GENJIN_DATABASE_URL", f"sqlite:///{tmp_path / 'untouched.db'}")

    done = genjin("restore", str(tmp_path / "b"), "--dry-run")

    assert done.code == 0
    assert "whole" in done.out
    assert not (tmp_path / "untouched.db").exists()


@pytest.mark.usefixtures("office")
def test_a_file_that_is_there_is_not_written_over(genjin: Genjin, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")

    refused = genjin("backup", str(tmp_path / "b"))

    assert refused.code == 2
    assert "name another one" in refused.err
    assert (tmp_path / "b").read_text() == "mine"


@pytest.mark.usefixtures("office")
def test_a_missing_folder_is_one_line(genjin: Genjin, tmp_path: Path) -> None:
    refused = genjin("backup", str(tmp_path / "no" / "b"))

    assert refused.code == 2
    assert refused.err.count("\n") == 1


@pytest.mark.usefixtures("office")
def test_a_database_in_use_is_not_replaced(genjin: Genjin, tmp_path: Path) -> None:
    genjin("backup", str(tmp_path / "b"))
    with closing(sqlite3.connect(tmp_path / "data" / "genjin.db")) as other:
        other.execute("SELECT 1 FROM person").fetchall()

        refused = genjin("restore", str(tmp_path / "b"), "--force")

    assert refused.code == 2
    assert "stop all processes of genjin first" in refused.err
    assert genjin("restore", str(tmp_path / "b"), "--force").code == 0


@pytest.mark.usefixtures("office")
def test_a_postgresql_database_in_use_is_not_replaced(
    genjin: Genjin, postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    genjin("backup", str(tmp_path / "b"))
    monkeypatch.setenv("GENJIN_DATABASE_URL", postgres_url)
    monkeypatch.setenv("GENJIN_SECRET_KEY", "k" * 40)

    async def beside_another() -> Done:
        other = await asyncpg.connect(postgres_url)
        try:
            return await asyncio.to_thread(genjin, "restore", str(tmp_path / "b"))
        finally:
            await other.close()

    with monkeypatch.context() as patch:
        patch.setattr(restore, "LEAVING", (0.01,))
        refused = asyncio.run(beside_another())

    assert refused.code == 2
    assert "1 other connections to the database are open; stop all processes" in refused.err
    assert genjin("restore", str(tmp_path / "b")).code == 0


@pytest.mark.usefixtures("office")
def test_who_has_just_left_a_postgresql_database_is_waited_for(
    genjin: Genjin, postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    genjin("backup", str(tmp_path / "b"))
    monkeypatch.setenv("GENJIN_DATABASE_URL", postgres_url)
    monkeypatch.setenv("GENJIN_SECRET_KEY", "k" * 40)
    looks = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND query LIKE '%client backend%'"
    )

    async def beside_one_who_leaves() -> Done:
        leaves = await asyncpg.connect(postgres_url)
        restoring = asyncio.create_task(asyncio.to_thread(genjin, "restore", str(tmp_path / "b")))
        while not (restoring.done() or await leaves.fetch(looks)):  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
        await leaves.close()
        return await restoring

    done = asyncio.run(beside_one_who_leaves())

    assert done.code == 0, done.err


@pytest.mark.usefixtures("office")
def test_a_file_that_is_no_database_any_more_is_to_be_moved_away(genjin: Genjin, tmp_path: Path) -> None:
    genjin("backup", str(tmp_path / "b"))
    database = tmp_path / "data" / "genjin.db"
    database.write_bytes(b"garbage" * 1000)

    refused = genjin("restore", str(tmp_path / "b"), "--force")
    database.unlink()

    assert refused.code == 2
    assert "move it away and try again" in refused.err
    assert genjin("restore", str(tmp_path / "b")).code == 0
    assert len(genjin("export", "audit").lines) > 0


@pytest.mark.usefixtures("office")
def test_a_place_without_a_folder_is_one_line(genjin: Genjin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    genjin("backup", str(tmp_path / "b"))
    monkeypatch.setenv("GENJIN_DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'x.db'}")

    refused = genjin("restore", str(tmp_path / "b"))

    assert refused.code == 2
    assert refused.err.count("\n") == 1


@pytest.mark.usefixtures("office")
def test_a_database_file_with_a_broken_page_is_not_backed_up(genjin: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "data" / "genjin.db"
    with closing(sqlite3.connect(file)) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'customer'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
        database.execute("PRAGMA journal_mode=DELETE")
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\x00" * 100)

    refused = genjin("backup", str(tmp_path / "b"))

    assert refused.code == 2
    assert "damaged" in refused.err
    assert not (tmp_path / "b").exists()


async def _waiting(uow: UnitOfWork, late: timedelta) -> None:
    """One delivery and one reminder that wait since so long."""
    at = uow.now - late
    uow.tell(Address.account("wecom", "lin.yue"), "plain.text", key=f"wait-{late.days}", after=at, text="等着的话")
    uow.later("reminder", Ref("reminder", 1), at, key=f"remind-{late.days}")


def test_what_waited_for_over_a_day_is_held_back(genjin_with_data: Genjin, database_url: str, tmp_path: Path) -> None:
    for late in (timedelta(hours=1), timedelta(days=3)):
        write(database_url, partial(_waiting, late=late))
    genjin_with_data("backup", str(tmp_path / "b"))

    done = genjin_with_data("restore", str(tmp_path / "b"), "--force")
    listed = genjin_with_data("dead")

    assert "deliveries 1, reminders 1" in done.out
    assert listed.code == 1
    assert "over a day late" in listed.out
    states = {d["dedupe_key"]: d["state"] for d in genjin_with_data("export", "deliveries").lines}
    assert states == {"wait-0": "waiting", "wait-3": "dead"}


def test_people_are_told_since_when_their_words_are_missing(genjin: Genjin, office: str, tmp_path: Path) -> None:
    write(office, _lin_writes)
    genjin("backup", str(tmp_path / "b"))

    done = genjin("restore", str(tmp_path / "b"), "--force", "--tell")

    assert "1 people" in done.out  # 周波 never wrote
    assert [(d["recipient"], d["kind"]) for d in genjin("export", "deliveries").lines] == [("lin.yue", "plain.text")]


async def _lin_writes(uow: UnitOfWork) -> None:
    await uow.session.execute(update(Account).where(col(Account.userid) == "lin.yue").values(used_at=uow.now))
