"""Files over the long connection: announced, sent in pieces of at most 512 KB, put together, kept three days."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.messenger.card_parts import bad
from bot.messenger.limits import HOUR, MINUTE, Limit
from bot.messenger.media import MOST_BYTES, MediaStore, Stored, Upload
from bot.messenger.model import Ids, JSONObject, Refusal
from bot.messenger.quirks import Quirks
from bot.messenger.robot.model import RobotQuirks
from config.clock import Clock

MOST_CHUNKS = 100
CHUNK_BYTES = 512 << 10


@dataclass(slots=True, kw_only=True)
class _Session:
    kind: str
    filename: str
    size: int
    chunks: int
    md5: str
    at: datetime
    parts: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """A session outlives the connection, and half an hour."""

    def __init__(self, clock: Clock, quirks: RobotQuirks, ids: Ids) -> None:
        self._clock, self._quirks, self._ids = clock, quirks, ids
        self._store = MediaStore(clock, Quirks(), ids)
        self._sessions: dict[str, _Session] = {}
        self._limit = Limit(clock, {MINUTE: quirks.uploads_per_minute, HOUR: quirks.uploads_per_hour})

    def find(self, media_id: Any, kind: str) -> Stored:
        """The file; raises `Refusal`."""
        return self._store.find(media_id, kind)

    def begin(self, body: JSONObject) -> JSONObject:
        """`aibot_upload_media_init`."""
        kind, filename = body.get("type"), body.get("filename")
        size, chunks, md5 = body.get("total_size"), body.get("total_chunks"), body.get("md5", "")
        if kind not in MOST_BYTES:
            raise Refusal(40004, "invalid media type")
        if not isinstance(filename, str) or not filename:
            raise bad("filename")
        if type(size) is not int or not 0 < size <= MOST_BYTES[kind]:
            raise Refusal(45001, "media size out of limit")
        if type(chunks) is not int or not 1 <= chunks <= MOST_CHUNKS:
            raise bad("total_chunks")
        if not self._limit.take("robot"):
            raise Refusal(45009, "api freq out of limit")
        upload_id = self._ids("upload")
        self._sessions[upload_id] = _Session(
            kind=kind, filename=filename, size=size, chunks=chunks, md5=str(md5), at=self._clock.now()
        )
        return {"upload_id": upload_id}

    def add(self, body: JSONObject) -> JSONObject:
        """`aibot_upload_media_chunk`, in any order, from 0 or from 1; a repetition changes nothing."""
        session, index = self._session(body), body.get("chunk_index")
        if type(index) is not int or not 0 <= index <= session.chunks:
            raise bad("chunk_index")
        try:
            data = base64.b64decode(str(body.get("base64_data", "")), validate=True)
        except (binascii.Error, ValueError):
            raise bad("base64_data") from None
        if not 0 < len(data) <= CHUNK_BYTES:
            raise bad("base64_data")
        session.parts.setdefault(index, data)
        return {}

    def finish(self, body: JSONObject) -> JSONObject:
        """`aibot_upload_media_finish`."""
        session = self._session(body)
        first = min(session.parts, default=0)
        if sorted(session.parts) != list(range(first, first + session.chunks)):
            raise bad("chunk_index")
        data = b"".join(session.parts[index] for index in sorted(session.parts))
        if len(data) != session.size:
            raise bad("total_size")
        if session.md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != session.md5:
            raise bad("md5")
        part = Upload(name="media", filename=session.filename, content_type="application/octet-stream", data=data)
        return self._store.upload(session.kind, part)

    def _session(self, body: JSONObject) -> _Session:
        session = self._sessions.get(str(body.get("upload_id")))
        if session is None or (self._clock.now() - session.at).total_seconds() > self._quirks.upload_seconds:
            raise bad("upload_id")
        return session
