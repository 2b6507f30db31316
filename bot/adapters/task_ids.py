"""A delivery's key as the id of a card and back, so that a tap names the card it was on (WeCom's reference 3.4).

A task_id holds digits, letters, `_`, `-` and `@`, at most 128 bytes, and is used for one message only. Keys of that
alphabet but for `@` pass unchanged; every other byte becomes `@` and two hex digits.
"""

from __future__ import annotations

import hashlib
import re

_MOST = 128
_FREE = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-")
_ESCAPED = re.compile(rb"@([0-9A-F]{2})")


def task_id_of(key: str) -> str:
    """The task_id of a delivery; a key too long for one gets an id that leads to no delivery."""
    task_id = "".join(chr(byte) if byte in _FREE else f"@{byte:02X}" for byte in key.encode())
    return task_id if len(task_id) <= _MOST else hashlib.sha256(key.encode()).hexdigest()


def key_of(task_id: str) -> str | None:
    """The delivery's key; None for a task_id that is empty or that no delivery had."""
    raw = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), task_id.encode())
    key = raw.decode("utf-8", "replace")
    return key if key and key.isprintable() else None
