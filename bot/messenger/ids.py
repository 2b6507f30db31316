"""Where new ids come from. Never the same twice, also after a restart: a peer takes a known id for a redelivery."""

from __future__ import annotations

import secrets
from collections.abc import Callable

_MESSAGE = 7_000_000_000_000_000_000  # MsgId is a 64-bit number

_MAKERS: dict[str, Callable[[], str]] = {
    "message": lambda: str(_MESSAGE + secrets.randbelow(2 * 10**18)),
    "echo": lambda: str(10**9 + secrets.randbelow(9 * 10**9)),
    "nonce": lambda: str(10**8 + secrets.randbelow(9 * 10**8)),
    "prefix": lambda: secrets.token_hex(8),
    "chat": lambda: "wr" + secrets.token_hex(15),
}


def random_ids(kind: str) -> str:
    """A new id. Kinds: message, echo, nonce, prefix (16 ASCII characters), chat, token, msgid, code, media."""
    maker = _MAKERS.get(kind)
    return maker() if maker else f"{kind}_{secrets.token_urlsafe(24)}"
