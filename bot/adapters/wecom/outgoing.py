"""A card that is a file, as WeCom takes it: uploaded, then shown on a card, or sent by its media id."""

from __future__ import annotations

from bot.adapters.wecom.media import WeComMedia
from cards.model import Card, CardFile
from cards.renderers import wecom
from domain.actor import JSON
from domain.errors import Rejected
from domain.files import FileStore


class OutgoingFiles:
    """Makes the content of a message out of a file in the store."""

    def __init__(self, media: WeComMedia, store: FileStore) -> None:
        self._media = media
        self._store = store

    async def content(self, card: Card, file: CardFile, task_id: str) -> dict[str, JSON]:
        """`msgtype` and its object: a picture with a title on a card that shows it, else the file itself. Raises
        `Rejected` where the file is not there any more, or WeCom takes none like it."""
        try:
            data = await self._store.get(file.sha256)
        except FileNotFoundError:
            raise Rejected("the file is not in the store") from None
        if card.title and (url := await self._media.picture(file.name, data, file.media_type, file.sha256)):
            return {"msgtype": "template_card", "template_card": wecom.news(card, url, task_id)}
        kind, media_id = await self._media.upload(file.name, data, file.media_type, file.sha256)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    def forget(self, content: dict[str, JSON]) -> None:
        """WeCom does not know this id: the next content has a new one."""
        part = content[str(content["msgtype"])]
        if isinstance(part, dict) and "media_id" in part:
            self._media.forget(str(part["media_id"]))
