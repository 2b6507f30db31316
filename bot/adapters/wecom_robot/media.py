"""Files that people send to the smart robot (protocol reference 5.1): fetched within five minutes, and decrypted.

The address comes with the message and serves ciphertext: AES-256-CBC, its key beside it (long connection), padded to
32, the vector being the key's first half. The name stands in the answer's headers alone.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import unquote

import aiohttp

from bot.adapters.bodies import TooLong, whole
from bot.adapters.callbacks import BadCallback
from bot.adapters.seal import decrypted
from bot.adapters.wecom_robot.read import CHANNEL
from config import measures
from domain.errors import ChannelError, FileGone, FileTooLarge
from scheduler.ports import Fetched

_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5)
_PADDING = 32
_GONE = frozenset({400, 401, 403, 404, 410})
_NAMES = (re.compile(r"filename\*=(?:UTF-8|utf-8)''([^;\s]+)"), re.compile(r'filename="?([^";]+)"?'))


class RobotMedia:
    """Implements `scheduler.ports.Media`; `source` is `url` and `aeskey` as they came with the message. A file that
    comes by a callback has no key of its own, but the callback's."""

    def __init__(self, http: aiohttp.ClientSession, aes_key: str = "") -> None:
        self._http, self._aes_key = http, aes_key

    async def fetch(self, source: Mapping[str, str], most: int) -> Fetched:
        """See `scheduler.ports.Media`."""
        url = source.get("url", "")
        if not url.startswith(("https://", "http://")):
            raise FileGone("wecom robot file: no address")
        try:
            async with self._http.get(url, timeout=_PATIENCE, allow_redirects=False) as answer:
                measures.CALLS.add(CHANNEL, "file", f"http_{answer.status}")
                if answer.status in _GONE:
                    raise FileGone("wecom robot file: the address is not valid any more")
                if answer.status != 200:
                    raise ChannelError(f"wecom robot file: HTTP {answer.status}")
                sealed = await whole(answer, most + _PADDING)
                name = _named(answer.headers.get("Content-Disposition", ""))
        except TooLong as wrong:
            raise FileTooLarge(f"wecom robot file: {wrong}") from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise ChannelError(f"wecom robot file: {type(broken).__name__}") from None
        return Fetched(_opened(sealed, source.get("aeskey", self._aes_key)), name)


def _opened(sealed: bytes, aeskey: str) -> bytes:
    try:
        key = base64.b64decode(aeskey + "=" * (-len(aeskey) % 4), validate=True)
        if len(key) != 32:
            raise FileGone("wecom robot file: no key")
        return decrypted(key, sealed)
    except (BadCallback, binascii.Error, ValueError):
        raise FileGone("wecom robot file: does not open with its key") from None


def _named(disposition: str) -> str:
    starred, plain = (pattern.search(disposition) for pattern in _NAMES)
    if starred is not None:
        return unquote(starred[1], errors="replace")
    return plain[1].encode("utf-8", "surrogateescape").decode("utf-8", "replace") if plain is not None else ""
