"""Files of the messenger's page: what a person picks is sent as that member's, what stands in a chat can be looked at.

Only pages of this very address may send, as on the page's WebSocket. A file is served as what its first bytes say, and
anything but a picture as a download.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.messenger.member import FileKind
from bot.messenger.model import Delivery, Refusal
from bot.messenger.page.face import Faces
from bot.messenger.wecom import WeComServer

_KINDS: Mapping[str, FileKind] = {"image": "image", "video": "video", "voice": "voice", "file": "file"}
_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))
_HOSTS = ("127.0.0.1", "localhost", "::1")


def same_origin(request: web.Request) -> bool:
    """Whether a page of ours asks. Names that were made to point at this machine (DNS rebinding) are no names of it."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.host and origin.hostname in _HOSTS


def is_here(request: web.Request) -> bool:
    """Whether the request was made under a name of this machine."""
    return urlsplit(f"//{request.host}").hostname in _HOSTS


class PageFiles:
    """`POST /send?as=&kind=&name=` with the bytes as the body, where a messenger has that with `words` beside a
    picture; and `GET /media/ID`."""

    def __init__(self, server: WeComServer, beside: Faces) -> None:
        self._server, self._beside = server, beside

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/send", self.send), web.get("/media/{id}", self.show)]

    async def send(self, request: web.Request) -> web.Response:
        """Answers as the page's other actions do: `ok`, `accepted`, or `error` in words."""
        if not same_origin(request):
            raise web.HTTPForbidden
        kind, name = _KINDS.get(request.query.get("kind", "")), request.query.get("name", "")[:200]
        if kind is None or not name:
            raise web.HTTPBadRequest
        try:
            delivery = await self._sent(request, kind, name)
        except Refusal:
            return web.json_response({"ok": False, "error": "文件太大或是空的，发不出去"})
        except KeyError:
            return web.json_response({"ok": False, "error": "这里已经变了，看最新的再点"})
        answer = {"ok": True, "accepted": delivery.accepted, "message_id": delivery.message_id}
        return web.json_response(answer)

    async def show(self, request: web.Request) -> web.Response:
        stored = self._stored(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound
        name, data = stored
        picture = next((kind for mark, kind in _PICTURES if data.startswith(mark)), None)
        how = "inline" if picture else "attachment"
        headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}
        return web.Response(body=data, content_type=picture or "application/octet-stream", headers=headers)

    async def _sent(self, request: web.Request, kind: FileKind, name: str) -> Delivery:
        data, member = await request.read(), request.query.get("as", "")
        if (there := self._beside.of(member)) is not None:
            return await there.file(member, kind, name, data, request.query.get("words", ""))
        media = request.headers.get("Content-Type") or "application/octet-stream"
        return await self._server.members.file(member, kind, name, data, media)

    def _stored(self, media_id: str) -> tuple[str, bytes] | None:
        """Name and bytes, of whichever messenger has it."""
        if (found := self._server.media(media_id)) is not None:
            return found.filename, found.data
        return next(filter(None, (there.media(media_id) for there in self._beside.all)), None)
