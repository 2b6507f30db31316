"""DingTalk's address book (protocol reference 7.1): departments one level at a time, and the members of each.

Somebody may be in several departments; he is told once, in the first. A mobile number comes only where the app has that
permission, and is what tells that somebody is known from elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.words import Answer, ident, words
from domain.actor import JSON
from domain.addressbook import ROOT, Member, Unit

_TOP = 1  # the whole company
_PAGE = 100
_MOST_UNITS = 5000
_NOBODY = frozenset({"33012", "60121"})
_HIDDEN = frozenset({"50002", "50004"})
_NO_DEPARTMENT = frozenset({"60003", "50004", "50002"})


class DingTalkDirectory:
    """`scheduler.ports.Directory` of one app."""

    def __init__(self, api: DingTalkApi) -> None:
        self._api = api

    async def units(self, unit: str | None = None) -> list[Unit]:
        """All departments that the app may see, those above first. One alone is told of only by the one above it, so
        all are read whichever is asked for."""
        top = [Unit(unit=str(_TOP), name="全公司")]
        for above in top:
            if len(top) >= _MOST_UNITS:
                break
            answer = await self._api.old(
                "department/listsub", {"dept_id": _number(above.unit)}, expected=_NO_DEPARTMENT
            )
            top += [each for each in map(_unit, _objects(answer.get("result"))) if each.unit]
        return [await self._led(each) for each in top]

    async def members(self, units: Sequence[Unit]) -> AsyncIterator[list[Member]]:
        """Everybody in them, a page at a time, each once."""
        known: set[str] = set()
        for unit in units:
            async for page in self._pages(unit.unit):
                here = [_member(each) for each in page]
                new = [each for each in here if each.userid and each.userid not in known]
                known.update(each.userid for each in new)
                if new:
                    yield new

    async def member(self, userid: str) -> Member:
        """One colleague; hidden from the app counts as disabled, unknown as gone."""
        answer = await self._api.old("user/get", {"userid": userid}, expected=_NOBODY | _HIDDEN)
        result = answer.get("result")
        if not isinstance(result, dict):
            return Member(userid=userid, state="gone" if str(answer.get("errcode")) in _NOBODY else "disabled")
        return _member(result)

    async def _led(self, unit: Unit) -> Unit:
        """The department with those who lead it."""
        leaders: list[str] = []
        async for page in self._pages(unit.unit):
            leaders += [ident(each, "userid", 64) for each in page if _leads(each, unit.unit)]
        return Unit(unit=unit.unit, name=unit.name, parent=unit.parent, leaders=tuple(filter(None, leaders)))

    async def _pages(self, unit: str) -> AsyncIterator[list[Answer]]:
        cursor = 0
        while True:
            body: dict[str, JSON] = {"dept_id": _number(unit), "cursor": cursor, "size": _PAGE}
            result = (await self._api.old("user/list", body, expected=_NO_DEPARTMENT)).get("result")
            if not isinstance(result, dict):
                return
            yield _objects(result.get("list"))
            before, cursor = cursor, _count(result.get("next_cursor"))
            if str(result.get("has_more")).lower() != "true" or cursor <= before:
                return


def _unit(each: Answer) -> Unit:
    number, parent = _count(each.get("dept_id")), _count(each.get("parent_id"))
    return Unit(
        unit=str(number) if number > 0 else "",
        name=words(each.get("name"), 64) or str(number),
        parent=str(parent) if parent > 0 else ROOT,
    )


def _member(each: Answer) -> Member:
    boss, places = ident(each, "manager_userid", 64), each.get("dept_id_list")
    first = _count(places[0]) if isinstance(places, list) and places else 0
    active = str(each.get("active", True)).lower() != "false"
    return Member(
        userid=ident(each, "userid", 64),
        name=words(each.get("name"), 64),
        title=words(each.get("title"), 64),
        unit=str(first) if first > 0 else "",
        bosses=(boss,) if boss else (),
        mobile="".join(c for c in words(each.get("mobile"), 20) if c.isdigit()),
        state="here" if active else "disabled",
    )


def _leads(each: Answer, unit: str) -> bool:
    told = _objects(each.get("leader_in_dept"))
    return any(str(one.get("dept_id")) == unit and str(one.get("leader")).lower() == "true" for one in told)


def _objects(value: JSON) -> list[Answer]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _count(value: JSON) -> int:
    """A number, or one that is written out, as published samples have it; 0 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if type(value) is int else 0


def _number(unit: str) -> int:
    return _count(unit) or _TOP
