"""The file of a backup: gzip over lines of JSON, to be read with `zcat`, and either whole or refused.

    {"genjin": "backup", "version": 2, "schema": "0002", "taken_at": "2026-11-25T08:00:00Z", ...}
    {"table": "team", "columns": ["id", "name", ...]}
    [1, "华东组", ...]                          a line for each row, in the order of the keys
    {"rows": 12, "sha256": "…"}                 of the rows of this table
    {"file": "…", "size": 81234}                a file that somebody sent, by the SHA-256 of its bytes; then the bytes,
    "…"                                         a line of base64 for each piece
    {"tables": 24, "rows": 20123, "files": 3, "sha256": "…"}    of every line before that is no row and no piece;
                                                nothing comes after it. Version 1 knows no files.

It says nothing of an engine: moments are ISO 8601 in UTC, days ISO dates, and what is JSON in the database is its
text with sorted keys. So the same rows have the same lines and the same sums on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

VERSION, READ = 2, (1, 2)
PIECE = 3 << 18  # bytes of a file in one line
LEVEL = 4  # of gzip: higher ones cost more time than the rows themselves, for a tenth of the size
_BUFFER = 1 << 20

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Damaged(Exception):
    """The file is no whole backup; the message says what is wrong with it."""


class Newer(Exception):
    """The file was made by a later release than this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself. `schema` is the revision of its tables; `taken_at` is ISO 8601 in UTC."""

    schema: str
    taken_at: str
    release: str
    engine: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows, and the SHA-256 of their lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file; `batches` has to be read to its end before the next table."""

    name: str
    columns: tuple[str, ...]
    batches: Iterator[list[bytes]]


class Writer:
    """Writes a backup line by line; `close` makes it whole."""

    def __init__(self, file: gzip.GzipFile, header: Header) -> None:
        self._file = file
        self._all = sha256()
        self._tables = self._rows = self._files = 0
        self._line({"genjin": "backup", "version": VERSION, **{n: getattr(header, n) for n in header.__slots__}})

    def table(self, name: str, columns: Iterable[str]) -> None:
        self._tables += 1
        self._line({"table": name, "columns": list(columns)})

    def rows(self, lines: bytes) -> None:
        """Lines of this table, each with its line feed."""
        self._file.write(lines)

    def end(self, found: Sum) -> None:
        """The table is complete."""
        self._rows += found.rows
        self._line({"rows": found.rows, "sha256": found.sha256})

    def kept(self, digest: str, data: bytes) -> None:
        """A file that somebody sent; after the last table."""
        self._files += 1
        self._line({"file": digest, "size": len(data)})
        for start in range(0, len(data), PIECE):
            self._file.write(b'"' + b64encode(data[start : start + PIECE]) + b'"\n')

    def close(self) -> None:
        counts = {"tables": self._tables, "rows": self._rows, "files": self._files}
        self._line(counts | {"sha256": self._all.hexdigest()})

    def _line(self, body: dict[str, Any]) -> None:
        line = encode(body).encode() + b"\n"
        self._all.update(line)
        self._file.write(line)


class Reader:
    """Reads a backup in one pass; whatever is not as `Writer` leaves it is `Damaged`. `keep` gets each file."""

    def __init__(self, file: Iterable[bytes], keep: Callable[[bytes], object] | None = None) -> None:
        self._lines = iter(file)
        self._keep = keep
        self._all = sha256()
        self._version = VERSION
        self.files = 0
        self.sums: dict[str, Sum] = {}
        self.header = self._header()

    def tables(self) -> Iterator[Table]:
        """The tables in the order of the file. The end is reached only if every sum was right."""
        while True:
            before = self._all.hexdigest()
            body = self._object(self._next())
            if "tables" in body:
                break
            if "file" in body:
                self._kept(body)
                continue
            name, columns = str(body.get("table")), body.get("columns")
            if not isinstance(columns, list):
                raise Damaged("a line is not what it should be")
            yield Table(name, tuple(columns), self._batches(name))
            if name not in self.sums:
                raise Damaged(f"the table {name} was not read to its end")
        counts = {"tables": len(self.sums), "rows": self.rows} | ({"files": self.files} if self._version > 1 else {})
        if body != counts | {"sha256": before}:
            raise Damaged("its checksum is wrong")
        if next(self._lines, None) is not None:
            raise Damaged("something follows its end")

    @property
    def rows(self) -> int:
        """The rows read so far."""
        return sum(each.rows for each in self.sums.values())

    def _header(self) -> Header:
        body = self._object(self._next())
        if body.get("genjin") != "backup":
            raise Damaged("it is no backup of genjin")
        if body.get("version") not in READ:
            raise Newer("it is of a kind that this release cannot read")
        self._version = int(body["version"])
        try:
            return Header(**{name: str(body[name]) for name in Header.__slots__})
        except KeyError as missing:
            raise Damaged(f"its first line has no {missing}") from None

    def _kept(self, body: dict[str, Any]) -> None:
        """One file, piece by piece; it must be what it is called."""
        digest, size = body.get("file"), body.get("size")
        data = bytearray()
        while isinstance(size, int) and len(data) < size:
            try:
                data += b64decode(self._next().strip(b'"\n'), validate=True)
            except ValueError:
                break
        if len(data) != size or sha256(data).hexdigest() != digest:
            raise Damaged("a file in it is not what it should be")
        self.files += 1
        if self._keep is not None:
            self._keep(bytes(data))

    def _batches(self, name: str) -> Iterator[list[bytes]]:
        digest, count, batch, size = sha256(), 0, [], 0
        while (line := self._next())[:1] == b"[":
            batch.append(line)
            size += len(line)
            if size >= _BUFFER:
                digest.update(b"".join(batch))
                count += len(batch)
                yield batch
                batch, size = [], 0
        digest.update(b"".join(batch))
        count += len(batch)
        if self._object(line) != {"rows": count, "sha256": digest.hexdigest()}:
            raise Damaged(f"the checksum of the table {name} is wrong")
        self.sums[name] = Sum(count, digest.hexdigest())
        if batch:
            yield batch

    def _next(self) -> bytes:
        line = next(self._lines, b"")
        if not line.endswith(b"\n"):
            raise Damaged("it ends in the middle")
        return line

    def _object(self, line: bytes) -> dict[str, Any]:
        self._all.update(line)
        try:
            body = json.loads(line)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Damaged("a line is not what it should be")
        return body


@contextmanager
def reading(path: Path, keep: Callable[[bytes], object] | None = None) -> Iterator[Reader]:
    """The backup in this file; `keep` gets what people sent, one file after the other. What the file itself has wrong
    is `Damaged` too; one that is not there is an OSError."""
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            yield Reader(_buffered(packed), keep)
    except EOFError:
        raise Damaged("it ends in the middle") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Damaged("it is no backup of genjin, or bytes of it were changed") from None


def _buffered(packed: gzip.GzipFile) -> Iterator[bytes]:
    """Lines, cut out of large pieces: the library's own way of reading a line is several times slower."""
    rest = b""
    while piece := packed.read(_BUFFER):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
    if rest:
        yield rest


def check(path: Path, keep: Callable[[bytes], object] | None = None) -> Reader:
    """Read the whole file and compare every sum; `Damaged` where one is wrong. What it holds is on the reader."""
    with reading(path, keep) as reader:
        for table in reader.tables():
            for _ in table.batches:
                pass
        return reader


@contextmanager
def writing(path: Path, header: Header) -> Iterator[Writer]:
    """A backup that is in the file only once it is whole and on the disk; only its owner may read it.

    Raises FileExistsError where there is such a file already, also if it came meanwhile.
    """
    if path.exists():
        raise FileExistsError(17, "there is such a file already; name another one", str(path))
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
            with gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed:
                writer = Writer(packed, header)
                yield writer
                writer.close()
            raw.flush()
            os.fsync(raw.fileno())
        check(partial)  # what was not read back is no backup
        if path.exists():
            raise FileExistsError(17, "there is such a file already; name another one", str(path))
        partial.rename(path)
        _sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
