"""The secret with which genjin seals and signs: as set, else made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config.settings import Settings

FILE = "secret.key"


def secret_of(settings: Settings) -> str:
    """At least 32 characters. Without a setting (SQLite) it is a file that only genjin's user may read."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / FILE
    try:
        return path.read_text(encoding="ascii").strip() or _made(path)
    except FileNotFoundError:
        return _made(path)


def _made(path: Path) -> str:
    """A new one; of two processes that make one at the same time the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text(encoding="ascii").strip()
