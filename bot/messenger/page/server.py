"""The web face of the local messenger: one page, its files, and a WebSocket that keeps every open page up to date.

Every change has a rising id. A page that comes back asks for what came after the last one it saw, and gets just that
if it is still at hand, else everything. A page that reads too slowly is cut off; it comes back and asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import WSCloseCode, WSMsgType, web

from bot.messenger import speech
from bot.messenger.model import Change
from bot.messenger.page.actions import Actions
from bot.messenger.page.client import Client
from bot.messenger.page.face import Face, Faces
from bot.messenger.page.faults import FaultsFace
from bot.messenger.page.files import PageFiles, same_origin
from bot.messenger.page.frames import Frame, Frames, milliseconds
from bot.messenger.page.robot import RobotFace
from bot.messenger.robot.server import RobotServer
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock

STATIC = Path(__file__).parent / "static"
KEPT = 2_000  # changes that a page coming back can catch up with
WAITING = 500  # frames that may wait for one page
LARGEST = 64 << 10  # bytes of one request of a page
BEAT = 15.0  # seconds between signs of life
UPLOAD = 32 << 20  # bytes: the API's largest file, with room for its form

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page(
    server: WeComServer,
    clock: ShiftableClock,
    zone: ZoneInfo,
    robot: RobotServer | None = None,
    forget: Sequence[tuple[str, str]] = (),
    beside: Sequence[Face] = (),
) -> web.Application:
    """The whole local messenger as one application: the page at `/` and the server's own API at `/cgi-bin/`.

    Times are shown in `zone`. The page moves `clock`; whoever must act on that subscribes to it. With `robot` the page
    shows its chats too; `beside` are further messengers, which it serves as well. `forget` are the cookies, name
    and path, by which the app's own pages know a browser.
    """
    app = web.Application(client_max_size=UPLOAD)
    there = Faces(beside)
    live = _Page(server, clock, zone, RobotFace(robot) if robot is not None else None, there)
    app.add_routes([*server.routes(), *(robot.routes() if robot is not None else ())])
    for face in beside:
        app.add_routes(face.routes())
    app.router.add_get("/", _index)
    app.router.add_get("/ws", live.serve)
    app.add_routes(
        [*PageFiles(server, there).routes(), *speech.routes(), *Client(server.oauth, there, forget).routes()]
    )
    app.router.add_static("/static/", STATIC)
    app.on_response_prepare.append(_add_headers)
    app.cleanup_ctx.append(live.running)
    app.on_shutdown.append(live.hang_up)
    return app


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    if not request.path.startswith("/cgi-bin/"):
        response.headers.update(HEADERS)


class _Line:
    """One open page: frames wait here until its socket takes them."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._frames: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self.slow = asyncio.Event()

    def put(self, frame: str) -> None:
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.slow.set()

    async def write(self) -> None:
        """Send frames as they come, until cancelled or the page is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                await self.socket.send_str(await self._frames.get())

    async def cut_when_slow(self) -> None:
        await self.slow.wait()
        await self.socket.close(code=WSCloseCode.TRY_AGAIN_LATER)


class _Page:
    """What all open pages share."""

    def __init__(
        self,
        server: WeComServer,
        clock: ShiftableClock,
        zone: ZoneInfo,
        robot: RobotFace | None,
        beside: Faces,
    ) -> None:
        self._clock, self._zone = clock, zone
        faults = FaultsFace(server.faults.switches, beside)
        self._actions = Actions(server, clock, zone, faults, robot, beside)
        self._frames = Frames(server, robot, beside)
        self._epoch = secrets.token_hex(8)  # change ids begin again with each run of the server
        self._recent: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._lines: set[_Line] = set()
        self._asked: set[asyncio.Task[None]] = set()
        self._server = server
        for source in (server, *([robot] if robot else ()), *beside.all):
            source.subscribe(self._changed)
        for call in (faults.call, *(each.call for each in beside.all)):
            call(self._furnished)
        server.menus.changed = self._furnished
        server.outside.changed = server.staff.changed = self._furnished
        clock.subscribe(self._moved)
        self._closing = [server.close, *(face.close for face in beside.all)]

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Beat while the application runs; then drop what was asked and not done, and close the servers' own lines."""
        beating = asyncio.create_task(self._beat())
        yield
        for task in (beating, *self._asked):
            task.cancel()
        await asyncio.gather(beating, *self._asked, return_exceptions=True)
        for close in self._closing:
            await close()

    async def hang_up(self, _: web.Application) -> None:
        """End every page's line, or the application would wait for the pages to go."""
        await asyncio.gather(*(line.socket.close(code=WSCloseCode.GOING_AWAY) for line in list(self._lines)))

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page's line, from its hello to its end. Pages of other origins are refused, and names that were made to
        point at this machine (DNS rebinding) are no names of it."""
        if not same_origin(request):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(max_msg_size=LARGEST)
        await socket.prepare(request)
        line = _Line(socket)
        aside = [asyncio.create_task(line.write()), asyncio.create_task(line.cut_when_slow())]
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._heard(line, message.data)
        finally:
            self._lines.discard(line)
            for task in aside:
                task.cancel()
        return socket

    def _heard(self, line: _Line, text: str) -> None:
        try:
            asked = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(asked, dict):
            return
        if asked.get("type") == "hello":
            self._welcome(line, asked)
            return
        task = asyncio.create_task(self._answer(line, asked))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    def _welcome(self, line: _Line, hello: dict[str, Any]) -> None:
        after = hello.get("after")
        oldest = self._recent[0][0] if self._recent else self._frames.last_id + 1
        if hello.get("epoch") == self._epoch and isinstance(after, int) and after + 1 >= oldest:
            line.put(_text({"type": "resumed"} | self._furniture() | self._now()))
            for number, frame in self._recent:
                if number > after:
                    line.put(frame)
        else:
            told = self._frames.snapshot() | self._furniture() | self._now()
            line.put(_text(told | {"epoch": self._epoch, "zone": self._zone.key}))
        self._lines.add(line)

    async def _answer(self, line: _Line, asked: dict[str, Any]) -> None:
        answer = await self._actions.do(asked)
        line.put(_text({"type": "done", "ref": asked.get("ref")} | answer))

    def _changed(self, change: Change) -> None:
        change = replace(change, id=self._frames.last_id + 1)  # the servers count their changes each for itself
        frame = _text(self._frames.change(change))
        self._recent.append((change.id, frame))
        self._tell(frame)

    def _furnished(self) -> None:
        self._tell(_text({"type": "furniture"} | self._furniture()))

    def _furniture(self) -> Frame:
        """What stands around the chats: who there is, the app's menu, where the app's pages are, and what can be
        changed there."""
        furniture = {"appMenu": self._server.menus.buttons, "home": self._server.oauth.trusted}
        furniture |= {"people": self._frames.people()}
        return furniture | self._actions.around()

    def _moved(self) -> None:
        self._tell(_text({"type": "clock"} | self._now()))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._tell(_text({"type": "beat"} | self._now()))

    def _tell(self, frame: str) -> None:
        for line in self._lines:
            line.put(frame)

    def _now(self) -> Frame:
        return {"now": milliseconds(self._clock.now())}


def _text(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
