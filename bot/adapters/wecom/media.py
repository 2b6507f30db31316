"""Files over WeCom's API (protocol reference 3.10): what a member sent is fetched, what a card shows is uploaded.

WeCom keeps a file for three days in both directions. So what came is stored by us, and what went out is uploaded again
when it is sent again later; within the three days the id is used again, because a repetition of a message is recognised
only by being the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import aiohttp

from bot.adapters.wecom.answers import code, ident
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.errors import FILE_GONE, failure
from config.clock import Clock
from domain.errors import ChannelError, FileGone, Rejected
from scheduler.ports import Fetched

KEPT = timedelta(days=3)
_EARLY = timedelta(hours=6)  # before its end an id is not used any more
_MOST_IDS = 1000
_LIMITS = {"image": 10 << 20, "file": 20 << 20}
_PICTURES = frozenset({"image/jpeg", "image/png"})
_NAME = re.compile(r'filename="((?:[^"\\]|\\.)*)"')


class WeComMedia:
    """One app's files."""

    def __init__(self, api: WeComApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._ids: dict[tuple[str, str, str], tuple[str, datetime]] = {}

    async def fetch(self, source: Mapping[str, str], most: int) -> Fetched:
        """See `scheduler.ports.Media`."""
        answer, found = await self._api.download("media/get", most, media_id=source.get("media_id", ""))
        if found is not None:
            return Fetched(found.data, _named(found.disposition))
        if code(answer) in FILE_GONE:
            raise FileGone("wecom media/get: the file is gone")
        raise failure(code(answer), "media/get")

    async def upload(
        self, name: str, data: bytes, media_type: str, digest: str
    ) -> tuple[Literal["image", "file"], str]:
        """How the file is sent, and under which media id; raises `Rejected` for one that WeCom does not take."""
        kind: Literal["image", "file"] = "image" if _is_picture(data, media_type) else "file"
        if not 5 < len(data) <= _LIMITS[kind]:
            raise Rejected(f"wecom media/upload: {len(data)} bytes")
        known = self._ids.get((kind, name, digest))
        if known is not None and known[1] > self._clock.now():
            return kind, known[0]
        answer = await self._api.upload("media/upload", lambda: _form(name, data, media_type), type=kind)
        media_id = ident(answer, "media_id")
        if not media_id:
            raise ChannelError("wecom media/upload: no media_id in the answer")
        while len(self._ids) >= _MOST_IDS:
            del self._ids[next(iter(self._ids))]
        self._ids[kind, name, digest] = (media_id, self._clock.now() + KEPT - _EARLY)
        return kind, media_id

    def forget(self, media_id: str) -> None:
        """WeCom does not know this id any more: the file is uploaded again."""
        self._ids = {key: value for key, value in self._ids.items() if value[0] != media_id}


def _is_picture(data: bytes, media_type: str) -> bool:
    """What WeCom shows as a picture; a larger or other one goes as a file."""
    return media_type in _PICTURES and len(data) <= _LIMITS["image"]


def _form(name: str, data: bytes, media_type: str) -> aiohttp.FormData:
    """One part with a plain `filename` in UTF-8: WeCom is reported not to read `filename*`."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", data, filename=name, content_type=media_type)
    return form


def _named(disposition: str) -> str:
    found = _NAME.search(disposition)
    if found is None:
        return ""
    raw = found[1].replace('\\"', '"').replace("\\\\", "\\")
    try:
        return raw.encode("utf-8", "surrogateescape").decode()  # what no header should hold comes in half
    except UnicodeError:
        return ""
