"""Files that members send to the robot, at addresses that live five minutes; each is under a key of its own."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.messenger.model import Ids, JSONObject
from config.clock import Clock

PATH = "/aibot-file"
LIFE = timedelta(minutes=5)
_BLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    name: str
    sealed: bytes
    until: datetime


class RobotFiles:
    """Serves them; `base` is where this server is reached, known once somebody has connected. By callbacks every file
    is under `aes_key`, the callback's."""

    def __init__(self, clock: Clock, ids: Ids, aes_key: str = "") -> None:
        self._clock, self._ids = clock, ids
        self._aes_key = base64.b64decode(aes_key + "=") if aes_key else b""
        self._kept: dict[str, _Kept] = {}
        self.base = ""

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH + "/{id}", self._serve)]

    def keep(self, name: str, data: bytes) -> JSONObject:
        """What a message says of the file: where it is, and its key, whose padding `=` is left away as it may be."""
        key = self._aes_key or os.urandom(32)
        count = _BLOCK - len(data) % _BLOCK
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        sealed = encryptor.update(data + bytes([count]) * count) + encryptor.finalize()
        file_id = self._ids("file")
        self._kept[file_id] = _Kept(name=name, sealed=sealed, until=self._clock.now() + LIFE)
        apart = {} if self._aes_key else {"aeskey": base64.b64encode(key).decode().rstrip("=")}
        return {"url": f"{self.base}{PATH}/{file_id}", **apart}

    async def _serve(self, request: web.Request) -> web.Response:
        kept = self._kept.get(request.match_info["id"])
        if kept is None or kept.until < self._clock.now():
            return web.Response(status=403)
        disposition = f"attachment; filename*=UTF-8''{quote(kept.name)}"
        return web.Response(body=kept.sealed, headers={"Content-Disposition": disposition})
