"""A card that is a file, as WeCom takes it: uploaded, then sent by its media id as a picture or as a file."""

from __future__ import annotations

from bot.adapters.wecom.media import WeComMedia
from cards.model import CardFile
from domain.actor import JSON
from domain.errors import Rejected
from domain.files import FileStore


class OutgoingFiles:
    """Makes the content of a message out of a file in the store."""

    def __init__(self, media: WeComMedia, store: FileStore) -> None:
        self._media = media
        self._store = store

    async def content(self, file: CardFile) -> dict[str, JSON]:
        """`msgtype` and its object; raises `Rejected` where the file is not there any more, or WeCom takes none like
        it."""
        try:
            data = await self._store.get(file.sha256)
        except FileNotFoundError:
            raise Rejected("the file is not in the store") from None
        kind, media_id = await self._media.upload(file.name, data, file.media_type, file.sha256)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    def forget(self, content: dict[str, JSON]) -> None:
        """WeCom does not know this id: the next content has a new one."""
        part = content[str(content["msgtype"])]
        if isinstance(part, dict):
            self._media.forget(str(part["media_id"]))
