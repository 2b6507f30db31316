"""The file of a backup: whole, or refused with what is wrong, whatever has become of its bytes."""

from __future__ import annotations

import gzip
import json
import random
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from domain.backup import archive
from domain.backup.archive import Damaged, Header, Newer, Sum

HEADER = Header(schema="0001", taken_at="2026-11-25T08:00:00Z", release="0.1.0", engine="sqlite")
ROWS = "".join(f'[{number},"客户{number}","{random.Random(number).random()}"]\n' for number in range(400)).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup with one table of 400 rows and one without any."""
    path = tmp_path / "backup"
    with archive.writing(path, HEADER) as made:
        made.table("customer", ["id", "name", "note"])
        made.rows(ROWS)
        made.end(Sum(400, sha256(ROWS).hexdigest()))
        made.table("team", ["id"])
        made.end(Sum(0, sha256().hexdigest()))
    return path


def read(path: Path) -> bytes:
    with archive.reading(path) as reader:
        return b"".join(line for table in reader.tables() for batch in table.batches for line in batch)


def test_what_was_written_is_read(file: Path) -> None:
    found = archive.check(file)

    assert (found.header, found.sums["customer"].rows, found.sums["team"].rows) == (HEADER, 400, 0)
    assert read(file) == ROWS


def test_what_people_sent_comes_back_byte_for_byte(tmp_path: Path) -> None:
    sent = [random.Random(1).randbytes(archive.PIECE * 2 + 5), b"small", b""]
    with archive.writing(tmp_path / "b", HEADER) as made:
        made.table("team", ["id"])
        made.end(Sum(0, sha256().hexdigest()))
        for data in sent:
            made.kept(sha256(data).hexdigest(), data)
    back: list[bytes] = []

    found = archive.check(tmp_path / "b", back.append)

    assert (found.files, back) == (3, sent)


@pytest.mark.parametrize("became", [b'"bGFyZ2U="\n', b""], ids=["changed", "gone"])
def test_a_file_of_people_that_was_changed_is_refused(tmp_path: Path, became: bytes) -> None:
    with archive.writing(tmp_path / "b", HEADER) as made:
        made.kept(sha256(b"small").hexdigest(), b"small")
    lines = gzip.decompress((tmp_path / "b").read_bytes())
    (tmp_path / "b").write_bytes(gzip.compress(lines.replace(b'"c21hbGw="\n', became)))

    with pytest.raises(Damaged, match="a file in it is not what it should be"):
        archive.check(tmp_path / "b")


def test_a_backup_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    first = {"genjin": "backup", "version": 1} | {name: getattr(HEADER, name) for name in Header.__slots__}
    lines = f"{archive.encode(first)}\n"
    lines += f'{{"tables":0,"rows":0,"sha256":"{sha256(lines.encode()).hexdigest()}"}}\n'
    (tmp_path / "b").write_bytes(gzip.compress(lines.encode()))

    assert archive.check(tmp_path / "b").header == HEADER


def test_only_its_owner_may_read_it(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_cut_off_anywhere_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(0, len(whole), 97):
        file.write_bytes(whole[:length])
        with pytest.raises(Damaged, match=r"ends in the middle|no backup"):
            archive.check(file)


def test_a_changed_byte_is_refused_or_changes_nothing(file: Path) -> None:
    whole, dice = bytearray(file.read_bytes()), random.Random(7)
    refused = 0
    for place in dice.sample(range(len(whole)), 150):
        spoiled = whole.copy()
        spoiled[place] ^= 1 << dice.randrange(8)
        file.write_bytes(spoiled)
        try:
            assert read(file) == ROWS  # a byte of gzip's own head that says nothing of the content
        except Damaged:
            refused += 1
    assert refused > 140


def lose_a_row(lines: list[bytes]) -> None:
    del lines[5]


def swap_two_rows(lines: list[bytes]) -> None:
    lines[5], lines[6] = lines[6], lines[5]


def lose_a_table(lines: list[bytes]) -> None:
    del lines[-3:-1]


def forget_the_end(lines: list[bytes]) -> None:
    del lines[-1]


def go_on_after_the_end(lines: list[bytes]) -> None:
    lines.append(lines[-1])


def say_something_else(lines: list[bytes]) -> None:
    lines[1] = b"null\n"


def name_no_schema(lines: list[bytes]) -> None:
    lines[0] = b'{"genjin":"backup","version":1}\n'


@pytest.mark.parametrize(
    "forge",
    [
        lose_a_row,
        swap_two_rows,
        lose_a_table,
        forget_the_end,
        go_on_after_the_end,
        say_something_else,
        name_no_schema,
    ],
)
def test_a_file_that_somebody_edited_is_refused(file: Path, forge: Callable[[list[bytes]], None]) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    forge(lines)
    file.write_bytes(gzip.compress(b"".join(lines)))

    with pytest.raises(Damaged):
        archive.check(file)


def test_a_file_of_a_later_kind_is_refused_as_such(file: Path) -> None:
    body = json.loads(gzip.decompress(file.read_bytes()).splitlines()[0]) | {"version": archive.VERSION + 1}
    file.write_bytes(gzip.compress(json.dumps(body).encode() + b"\n"))

    with pytest.raises(Newer):
        archive.check(file)


def test_a_file_that_is_there_is_never_written_over(file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(FileExistsError), archive.writing(file, HEADER):
        pass

    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def fill() -> None:
        with archive.writing(tmp_path / "backup", HEADER) as made:
            made.table("customer", ["id"])
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fill()

    assert list(tmp_path.iterdir()) == []
