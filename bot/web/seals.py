"""Cookies that nobody else can make: a value, until when it holds, and a signature over both and its purpose.

The key is made of GENJIN_SECRET_KEY; where none is set, one is made once and kept in the data folder, readable by
genjin's user alone.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings

KEPT = "secret.key"


def key_of(settings: Settings) -> bytes:
    """The key that all processes of this genjin share."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    return _kept(settings.data / KEPT)


def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(made, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


class Seals:
    """Seals values for one purpose each: what is sealed as a session is worth nothing as a sign-in."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, purpose: str, value: str, until: datetime) -> str:
        """The value as a cookie holds it."""
        body = urlsafe_b64encode(f"{int(until.timestamp())}:{value}".encode()).decode().rstrip("=")
        return f"{body}.{self._signature(purpose, body)}"

    def open(self, purpose: str, sealed: str, now: datetime) -> str | None:
        """The value; None for what was changed, sealed for something else or with another key, or is too old."""
        body, _, signature = sealed.partition(".")
        if not sealed.isascii() or not hmac.compare_digest(signature, self._signature(purpose, body)):
            return None
        until, _, value = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition(":")
        return value if datetime.fromtimestamp(int(until), UTC) > now else None

    def _signature(self, purpose: str, body: str) -> str:
        return hmac.new(self._key, f"genjin {purpose} {body}".encode(), hashlib.sha256).hexdigest()
