"""Files over the simulated DingTalk: what the app uploads, and what members sent, for whoever has its download code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.messenger.dingtalk.model import OapiRefusal, V1Refusal
from bot.messenger.media import Upload
from bot.messenger.model import Ids, JSONObject
from config.clock import Clock

PATH = "/dingtalk/files/{code}"
MOST = {"image": 20 << 20, "voice": 2 << 20, "video": 20 << 20, "file": 20 << 20}
ENDINGS = {
    "image": ("jpg", "jpeg", "gif", "png", "bmp"),
    "voice": ("amr", "mp3", "wav"),
    "video": ("mp4",),
    "file": ("doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"),
}
LIFE = timedelta(minutes=30)  # of a download code; no page says how long


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that a member sent."""

    filename: str
    data: bytes
    until: datetime


class DingTalkMedia:
    """`uploaded` are the app's files by media id."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self.uploaded: dict[str, Upload] = {}
        self._kept: dict[str, Kept] = {}

    def upload(self, kind: str, part: Upload | None) -> JSONObject:
        """`POST /media/upload`."""
        if kind not in MOST:
            raise OapiRefusal(40004, "不合法的媒体文件类型")
        if part is None or not part.data:
            raise OapiRefusal(40035, "media")
        if len(part.data) > MOST[kind]:
            raise OapiRefusal(40006, "不合法的文件大小")
        if part.filename.rpartition(".")[2].lower() not in ENDINGS[kind]:
            raise OapiRefusal(40005, "不合法的文件类型")
        media_id = "@" + self._ids("media")
        self.uploaded[media_id] = part
        created = int(self._clock.now().timestamp() * 1000)
        return {"type": kind, "media_id": media_id, "created_at": created}

    def find(self, media_id: str) -> Upload:
        """What was uploaded under this id."""
        if media_id not in self.uploaded:
            raise V1Refusal("resource.not.found")
        return self.uploaded[media_id]

    def keep(self, name: str, data: bytes) -> str:
        """A member sent a file; returns its download code."""
        code = self._ids("download")
        self._kept[code] = Kept(name, data, self._clock.now() + LIFE)
        return code

    def peek(self, media_id: str) -> Kept | Upload | None:
        """A file that was sent in either direction, for who looks at it."""
        return self._kept.get(media_id) or self.uploaded.get(media_id)

    def download(self, body: JSONObject, origin: str) -> JSONObject:
        """`POST /v1.0/robot/messageFiles/download`."""
        found = self._kept.get(str(body.get("downloadCode", "")))
        if found is None or found.until <= self._clock.now():
            raise V1Refusal("invalidParameter.robotCode.downloadCode")
        return {"downloadUrl": f"{origin}{PATH.format(code=body['downloadCode'])}"}

    async def serve(self, request: web.Request) -> web.Response:
        """The address that `download` gave."""
        found = self._kept.get(request.match_info["code"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.data, headers={"Content-Disposition": 'attachment; filename="a.file"'})
