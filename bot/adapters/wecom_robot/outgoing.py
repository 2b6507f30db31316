"""Files that the smart robot sends (protocol reference 5.6): up the long connection in pieces, then by their media id.

An id lives for three days. Who asks again within that time gets the file by the same one.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from bot.adapters.wecom.answers import ident
from bot.adapters.wecom.media import EARLY, KEPT, sent_as
from bot.adapters.wecom_robot import frames
from bot.adapters.wecom_robot.connection import Connection
from cards.model import CardFile
from config.clock import Clock
from domain.actor import JSON
from domain.errors import ChannelError, Rejected
from domain.files import FileStore

PIECE = 256 << 10  # bytes; WeCom takes 512 KB, and a hundred pieces
_MOST_IDS = 1000


class RobotFiles:
    """Makes the content of a message out of a file in the store."""

    def __init__(self, store: FileStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._ids: dict[tuple[str, str], tuple[str, datetime]] = {}

    async def content(self, connection: Connection, file: CardFile) -> dict[str, JSON]:
        """`msgtype` and its object; raises `Rejected` where the file is not there any more, or WeCom takes none like
        it."""
        try:
            data = await self._store.get(file.sha256)
        except FileNotFoundError:
            raise Rejected("the file is not in the store") from None
        kind, name = sent_as(data, file.media_type), (file.name, file.sha256)
        media_id, until = self._ids.get(name, ("", self._clock.now()))
        if until <= self._clock.now():
            media_id = await _uploaded(connection, kind, file.name, data)
            kept = [*self._ids.items()][-_MOST_IDS:]
            self._ids = dict(kept) | {name: (media_id, self._clock.now() + KEPT - EARLY)}
        return {"msgtype": kind, kind: {"media_id": media_id}}


async def _uploaded(connection: Connection, kind: str, name: str, data: bytes) -> str:
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    about: dict[str, JSON] = {"type": kind, "filename": name, "total_size": len(data), "total_chunks": len(pieces)}
    begun = await connection.ask(frames.UPLOAD, about | {"md5": digest})
    upload: dict[str, JSON] = {"upload_id": ident(begun.body, "upload_id")}
    for index, piece in enumerate(pieces):
        part: dict[str, JSON] = {"chunk_index": index, "base64_data": base64.b64encode(piece).decode()}
        await connection.ask(frames.UPLOAD_PIECE, upload | part)
    ended = await connection.ask(frames.UPLOADED, upload)
    if not (media_id := ident(ended.body, "media_id")):
        raise ChannelError("wecom robot upload: no media_id in the answer")
    return media_id
