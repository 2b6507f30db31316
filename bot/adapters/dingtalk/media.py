"""Files over DingTalk (protocol reference 5.6): fetched by their download code, uploaded for whoever is sent one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import aiohttp

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.words import ident
from cards.model import CardFile
from config.clock import Clock
from domain.actor import JSON
from domain.errors import ChannelError, Rejected
from domain.files import FileStore
from scheduler.ports import Fetched

_KEPT = timedelta(days=2)  # for which an id is used again; no page says how long one lives
_MOST_IDS = 1000
_LARGEST = 20 << 20
_PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
_ENDINGS = frozenset({"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"})


class DingTalkMedia:
    """One robot's files."""

    def __init__(self, api: DingTalkApi, clock: Clock, store: FileStore) -> None:
        self._api, self._clock, self._store = api, clock, store
        self._ids: dict[tuple[str, str], tuple[str, datetime]] = {}

    async def fetch(self, source: Mapping[str, str], most: int) -> Fetched:
        """See `scheduler.ports.Media`. The name in what comes is none, so the message's own is kept."""
        body: dict[str, JSON] = {"downloadCode": source.get("code", ""), "robotCode": self._api.robot_code}
        answer = await self._api.call("POST", "robot/messageFiles/download", body)
        url = answer.get("downloadUrl")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise ChannelError("dingtalk download: no address in the answer")
        return Fetched(await self._api.download(url, most))

    async def message(self, file: CardFile) -> tuple[str, dict[str, JSON]]:
        """`msgKey` and its parameters; raises `Rejected` where the file is not there any more, or DingTalk takes none
        like it."""
        try:
            data = await self._store.get(file.sha256)
        except FileNotFoundError:
            raise Rejected("the file is not in the store") from None
        if not 0 < len(data) <= _LARGEST:
            raise Rejected(f"dingtalk media/upload: {len(data)} bytes")
        ending = file.name.rpartition(".")[2].lower()
        if file.media_type in _PICTURES:
            name = f"{file.sha256[:16]}.{_PICTURES[file.media_type]}"
            return "sampleImageMsg", {"photoURL": await self._id("image", name, data, file)}
        if ending not in _ENDINGS:
            raise Rejected(f"dingtalk media/upload: a file of the kind {ending[:10]}")
        media_id = await self._id("file", file.name, data, file)
        return "sampleFile", {"mediaId": media_id, "fileName": file.name, "fileType": ending}

    async def _id(self, kind: str, name: str, data: bytes, file: CardFile) -> str:
        known = self._ids.get((kind, file.sha256))
        if known is not None and known[1] > self._clock.now():
            return known[0]
        answer = await self._api.upload(kind, lambda: _form(name, data, file.media_type))
        if not (media_id := ident(answer, "media_id")):
            raise ChannelError("dingtalk media/upload: no media_id in the answer")
        kept = [*self._ids.items()][-_MOST_IDS:]
        self._ids = dict(kept) | {(kind, file.sha256): (media_id, self._clock.now() + _KEPT)}
        return media_id


def _form(name: str, data: bytes, media_type: str) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", data, filename=name, content_type=media_type)
    return form
