"""WeCom's address book (protocol reference 6.1): departments, and people by department.

Where an app may not list people with their names (48002), it gets ids, and asks for each; where it sees single people
and no department, it sees those. A page of a department is what is held at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from bot.adapters.wecom.answers import Answer, code, ident, members, words
from bot.adapters.wecom.api import WeComApi
from domain.actor import JSON
from domain.addressbook import ROOT, Member, State, Unit

BATCH = 200
_NOT_ALLOWED = 48002
_NOBODY = frozenset({40003, 46004, 60111})  # not there, or not any more
_HIDDEN = frozenset({60011, 60021})  # outside what the app may see
_NO_DEPARTMENT = frozenset({60003, *_HIDDEN})
_STATES: dict[JSON, State] = {2: "disabled", 5: "gone"}


class WeComDirectory:
    """`scheduler.ports.Directory` of one app."""

    def __init__(self, api: WeComApi, agent_id: int) -> None:
        self._api = api
        self._agent_id = agent_id

    async def units(self, unit: str | None = None) -> list[Unit]:
        """All departments that the app may see, those above first."""
        only = {"id": unit} if unit else {}
        answer = await self._api.get("department/list", expected=_NO_DEPARTMENT, **only)
        found = [] if code(answer) else [_unit(each) for each in _objects(answer, "department")]
        return _downwards([each for each in found if each.unit])

    async def members(self, units: Sequence[Unit]) -> AsyncIterator[list[Member]]:
        """Everybody in them, a department at a time, each once."""
        known: set[str] = set()
        for number, unit in enumerate(units):
            answer = await self._api.get(
                "user/list", expected=frozenset({_NOT_ALLOWED, *_NO_DEPARTMENT}), department_id=unit.unit
            )
            if code(answer) == _NOT_ALLOWED and number == 0:
                async for batch in self._one_by_one(self._every_id()):
                    yield batch
                return
            here = [_member(each) for each in _objects(answer, "userlist")] if code(answer) == 0 else []
            new = [each for each in here if each.userid and each.userid not in known]
            known.update(each.userid for each in new)
            for start in range(0, len(new), BATCH):
                yield new[start : start + BATCH]
        if not units:
            async for batch in self._one_by_one(self._chosen()):
                yield batch

    async def member(self, userid: str) -> Member:
        """One colleague; hidden from the app counts as disabled, unknown as gone."""
        answer = await self._api.get("user/get", expected=_NOBODY | _HIDDEN, userid=userid)
        if code(answer):
            return Member(userid=userid.casefold(), state="gone" if code(answer) in _NOBODY else "disabled")
        return _member(answer)

    async def _one_by_one(self, userids: AsyncIterator[str]) -> AsyncIterator[list[Member]]:
        batch: list[Member] = []
        async for userid in userids:
            batch.append(await self.member(userid))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _every_id(self) -> AsyncIterator[str]:
        """The ids of everybody, a page at a time."""
        cursor, known = "", set[str]()
        while True:
            body: dict[str, JSON] = {"cursor": cursor, "limit": 1000} if cursor else {"limit": 1000}
            answer = await self._api.post("user/list_id", body)
            for userid in (ident(each, "userid", 64).casefold() for each in _objects(answer, "dept_user")):
                if userid and userid not in known:
                    known.add(userid)
                    yield userid
            before, cursor = cursor, ident(answer, "next_cursor", 1024)
            if not cursor or cursor == before:
                return

    async def _chosen(self) -> AsyncIterator[str]:
        """The ids of the single people who may see the app."""
        about = await self._api.get("agent/get", agentid=str(self._agent_id))
        users = about.get("allow_userinfos")
        for each in _objects(users, "user") if isinstance(users, dict) else []:
            if userid := ident(each, "userid", 64).casefold():
                yield userid


def _objects(answer: dict[str, JSON], name: str) -> list[Answer]:
    held = answer.get(name)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _unit(each: Answer) -> Unit:
    number, parent = each.get("id"), each.get("parentid")
    return Unit(
        unit=str(number) if type(number) is int else "",
        name=words(each.get("name"), 64) or str(number),
        parent=str(parent) if type(parent) is int and parent > 0 else ROOT,
        leaders=tuple(_ids(each.get("department_leader"))),
    )


def _downwards(units: Iterable[Unit]) -> list[Unit]:
    """Those above first, so that each finds the one that it is in; what a ring holds comes last."""
    left = {unit.unit: unit for unit in units}
    found: list[Unit] = []
    while left:
        top = [unit for unit in left.values() if unit.parent not in left] or list(left.values())
        found += top
        for unit in top:
            del left[unit.unit]
    return found


def _member(each: Answer) -> Member:
    userid = ident(each, "userid", 64).casefold()
    name = words(each.get("name"), 64)
    return Member(
        userid=userid,
        name="" if name.casefold() == userid else name,  # an app that may not know names is given ids in their place
        title=words(each.get("position"), 64),
        unit=_main(each),
        bosses=tuple(_ids(each.get("direct_leader"))),
        state=_STATES.get(each.get("status"), "here"),
    )


def _main(each: Answer) -> str:
    main, places = each.get("main_department"), each.get("department")
    if type(main) is int and main > 0:
        return str(main)
    first = places[0] if isinstance(places, list) and places else None
    return str(first) if type(first) is int else ""


def _ids(value: JSON) -> list[str]:
    """Userids in their order, each once, in lower case."""
    fit = members({"ids": value}, "ids")
    said = [each.casefold() for each in value if isinstance(each, str)] if isinstance(value, list) else []
    return list(dict.fromkeys(each for each in said if each in fit and len(each) <= 64))
