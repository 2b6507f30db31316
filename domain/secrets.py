"""Secrets that people tell genjin, sealed before they are stored: who reads the database cannot use them."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes


class Box:
    """Seals and opens with a key made from genjin's own secret. What it seals is about something: a seal for one thing
    does not open as that of another."""

    def __init__(self, secret: str) -> None:
        self._box = AESGCM(hashlib.sha256(b"genjin told secrets " + secret.encode()).digest())

    def seal(self, said: str, about: str) -> str:
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._box.encrypt(nonce, said.encode(), about.encode())).decode()

    def open(self, sealed: str, about: str) -> str | None:
        """What was sealed; None for nothing, and for what was sealed with another secret or about something else."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._box.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            return None
