"""Files that an operator hands over: a list of people as CSV or workbook, the settings. Read from a real file."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from pathlib import Path

from bot.commands import people_file, table_file
from config import settings
from tests.fuzz import seeds
from tests.fuzz.mutate import Mutator

_MEMORY = Path("/dev/shm")
_FOLDER = tempfile.TemporaryDirectory(prefix="gj-fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None)
_SECRETS = ("FUZZ-SECRET-7c1d", "FUZZ-TOKEN-99ab")


def _file(name: str, raw: bytes) -> Path:
    path = Path(_FOLDER.name) / name
    path.write_bytes(raw)
    return path


def people_csv(raw: bytes) -> bool:
    return _people(_file("people.csv", raw))


def people_xlsx(raw: bytes) -> bool:
    return _people(_file("people.xlsx", raw))


def _people(path: Path) -> bool:
    try:
        lines = people_file.read(path)
    except table_file.BadFile as refused:
        return _in_one_line(refused)
    for line in lines:
        assert (line.entry is None) == bool(line.wrong)
        assert "\n" not in line.wrong
        if line.entry is not None:
            assert 0 < len(line.entry.userid) <= 64
            assert all(word.isprintable() for word in (line.entry.name, line.entry.team or "", line.superior))
            assert line.entry.mobile is None or len(line.entry.mobile) == 11
    return any(line.entry is not None for line in lines)


def settings_file(raw: bytes) -> bool:
    """The settings as TOML: taken, or refused in one line that names what is wrong and holds no secret."""
    return _settings({"GENJIN_CONFIG": str(_file("genjin.toml", raw))})


def settings_environment(raw: bytes) -> bool:
    """The same as variables, which hold neither NUL nor line ends."""
    text = raw.decode("utf-8", "surrogateescape").replace("\x00", "")
    pairs = (line.partition("=") for line in text.split("\n"))
    return _settings({name.strip(): value.strip(' "') for name, _, value in pairs if name.strip()})


def _settings(environ: dict[str, str]) -> bool:
    try:
        loaded = settings.load(environ)
    except settings.SettingsError as refused:
        return _in_one_line(refused)
    shown = repr(loaded)
    assert not any(address in shown for address in (loaded.database_url, loaded.redis_url) if address)
    assert loaded.wecom is None or "secret=SecretStr('**********')" in shown
    return True


def _in_one_line(refused: Exception) -> bool:
    said = str(refused)
    assert "\n" not in said
    assert not any(secret in said for secret in _SECRETS)
    return False


class Workbooks:
    """Workbooks that are bent inside, or outside: as a packed file, or in one of the files that are packed in it."""

    def __init__(self, seed: int | str = 0) -> None:
        self._parts = seeds.workbook()
        self._random = random.Random(seed)
        self._outside = Mutator([_packed(self._parts)], (b"PK\x03\x04", b"PK\x05\x06", b"\xff\xff\xff\xff"), seed)
        words = (
            b"<row>",
            b"<c t='s'><v>",
            b"999999999",
            b"<v>-1</v>",
            b'r="XFD1048576"',
            b'r="A0"',
            b't="e"',
            b"1e308",
        )
        self._inside = {name: Mutator([part], words, f"{seed}{name}") for name, part in self._parts.items()}

    def one(self) -> bytes:
        if self._random.random() < 0.3:
            return self._outside.one()
        chosen = self._random.choice(list(self._parts))
        return _packed(self._parts | {chosen: self._inside[chosen].one()})


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()
