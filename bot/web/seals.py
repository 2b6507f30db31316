"""Cookies that nobody else can make: a value, until when it holds, and a signature over both and its purpose."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime


class Seals:
    """Seals values for one purpose each: what is sealed as a session is worth nothing as a sign-in."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"genjin pages " + secret.encode()).digest()

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
