"""The files that people sent, on disk under the data folder: by what is in them, never by what they are called.

A file's place is the SHA-256 of its bytes, so the same picture sent twice is there once, and no name that somebody made
up ever becomes a path. Files are readable by their owner alone, and are never executed or served.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = "files"  # of the data folder
LARGEST = 20 << 20  # bytes; what WeCom lets a member send, at most
_LONGEST = 120  # characters of a name
_KINDS: tuple[tuple[bytes, int, str, str], ...] = (  # what stands at which place, the type, the usual ending
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"GIF8", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
    (b"%PDF-", 0, "application/pdf", ".pdf"),
    (b"#!AMR", 0, "audio/amr", ".amr"),
    (b"ID3", 0, "audio/mpeg", ".mp3"),
    (b"ftyp", 4, "video/mp4", ".mp4"),
    (b"PK\x03\x04", 0, "application/zip", ".zip"),
)
_ANYTHING = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: its place, how many bytes, and what they seem to be."""

    sha256: str
    size: int
    media_type: str


class FileStore:
    """Keeps files in a folder, which is made with the first of them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, data: bytes) -> StoredFile:
        """Keep these bytes; returns only when they are on disk. The same bytes are kept once."""
        return await asyncio.to_thread(self.put_now, data)

    async def get(self, digest: str) -> bytes:
        """The bytes again; raises FileNotFoundError where somebody took them away."""
        return await asyncio.to_thread(self._path(digest).read_bytes)

    def put_now(self, data: bytes) -> StoredFile:
        """`put`, for who has a thread of his own."""
        stored = StoredFile(sha256(data).hexdigest(), len(data), media_type(data))
        path = self._path(stored.sha256)
        if path.exists():
            return stored
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
        return stored

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self._root / digest[:2] / digest


def media_type(data: bytes) -> str:
    """What the first bytes say; nobody's word for it is taken."""
    return next((kind for mark, at, kind, _ in _KINDS if data[at : at + len(mark)] == mark), _ANYTHING)


def ending(kind: str) -> str:
    """The usual ending of a file of this type, for one that has no name."""
    return next((suffix for _, _, known, suffix in _KINDS if known == kind), "")


def harmless(name: str) -> str:
    """A name that is only a name: no folders, nothing invisible, nothing that turns its ending around, not hidden."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    kept = shown.strip().lstrip(".").translate(_WINDOWS).strip()
    if len(kept) <= _LONGEST:
        return kept
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[: _LONGEST - 12]}…{dot}{suffix}" if dot and len(suffix) <= 10 else kept[:_LONGEST]


_WINDOWS = str.maketrans('<>:"|?*', "_______")
