"""The page behind a to-do in a messenger's own list, where the messenger has its owner finish it on a page of ours.

It is there for its owner alone, who is signed in, and ticking it does what ticking it in the chat does.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.html import button, facts, page
from bot.web.signin import SignIn
from cards.builders.todo_page import todo_page
from cards.links import BY
from domain.actor import Actor, Cause
from domain.database import Database
from domain.errors import Refused
from domain.services import people, tasks, todos
from domain.views import todos as views
from domain.when import Local

TODO_AT = "/h5/todos/{id}"
_ROUTE = TODO_AT.replace("{id}", "{id:\\d{1,18}}")


class TodoPages:
    """Its routes."""

    def __init__(self, database: Database, sign_in: SignIn, zone: ZoneInfo) -> None:
        self._database, self._sign_in, self._zone = database, sign_in, zone

    def routes(self) -> list[web.RouteDef]:
        return [web.get(_ROUTE, self._shows), web.post(_ROUTE, self._ticks)]

    async def _shows(self, request: web.Request) -> web.Response:
        viewer = await self._viewer(request)
        if viewer is None:
            return self._sign_in.begin(request.path, request.query.get(BY, ""))
        return await self._page(viewer, int(request.match_info["id"]))

    async def _ticks(self, request: web.Request) -> web.Response:
        """Done; once more changes nothing. The session's cookie comes with no form of another site."""
        viewer, task = await self._viewer(request), int(request.match_info["id"])
        if viewer is None:
            return self._sign_in.begin(request.path, request.query.get(BY, ""))
        try:
            async with self._database.unit(viewer, Cause("web")) as uow:
                await todos.finish(uow, task)
                await tasks.refresh_today(uow, Local(uow.now, self._zone))
        except Refused as refused:
            return page("没办成", refused.said, status=404)
        return await self._page(viewer, task)

    async def _viewer(self, request: web.Request) -> Actor | None:
        person_id = self._sign_in.person(request)
        if person_id is None:
            return None
        async with self._database.read() as session:
            return await people.viewer(session, person_id)

    async def _page(self, viewer: Actor, task: int) -> web.Response:
        local = Local(self._database.clock.now(), self._zone)
        try:
            async with self._database.read() as session:
                found = await views.assigned(session, viewer, local, task=task, by=0)
        except Refused as gone:
            return page("打不开", gone.said, status=404)
        shown = todo_page(found, local)
        parts = (facts(shown.facts), *((button("完成"),) if shown.open else ()))
        return page(shown.title, shown.note, parts, posts=shown.open)
