"""The pages behind cards: what a card has no room for, read-only, as whoever is signed in may see it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.html import facts, page, section
from bot.web.signin import SignIn
from cards.builders.customer_page import customer_page
from cards.links import BY
from domain.database import Database
from domain.errors import NotFound
from domain.services import people
from domain.views import customer as views
from domain.views.lookup import Option
from domain.when import Local

CUSTOMER_AT = "/h5/customers/{id}"
CUSTOMER = CUSTOMER_AT.replace("{id}", "{id:\\d{1,18}}")
_NOT_THERE = NotFound.said


class Pages:
    """The routes below /h5."""

    def __init__(self, database: Database, sign_in: SignIn, zone: ZoneInfo) -> None:
        self._database, self._sign_in, self._zone = database, sign_in, zone

    def routes(self) -> list[web.RouteDef]:
        return [web.get(CUSTOMER, self._customer)]

    async def _customer(self, request: web.Request) -> web.Response:
        """The record with its follow-ups; of a colleague's as little as in chat."""
        person_id = self._sign_in.person(request)
        if person_id is None:
            return self._sign_in.begin(request.path, request.query.get(BY, ""))
        number = int(request.match_info["id"])
        if number >= 2**63:
            return page("打不开", _NOT_THERE, status=404)
        local = Local(self._database.clock.now(), self._zone)
        async with self._database.read() as session:
            viewer = await people.viewer(session, person_id)
            if viewer is None:
                return self._sign_in.begin(request.path, request.query.get(BY, ""))
            try:
                found = await views.customer(session, viewer, local, customer=number)
                if isinstance(found, Option):
                    return page(found.name, f"{found.owner or '同事'}负责")
                history = await views.history(session, viewer, customer=number)
            except NotFound as gone:
                return page("打不开", gone.said, status=404)
        shown = customer_page(found, history, local)
        lists = (("联系人", shown.contacts), ("待办", shown.promises), ("跟进", shown.happened))
        return page(shown.title, shown.note, (facts(shown.facts), *(section(*each) for each in lists)))
