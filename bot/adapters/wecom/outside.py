"""WeCom's customer contact (客户联系, protocol reference 7): who a customer is, welcome, remark, tags, handing over.

The customer's level is a tag of the group 客户级别, which is made when it is first needed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from bot.adapters.wecom.answers import Answer, code, ident, words
from bot.adapters.wecom.api import WeComApi
from domain.actor import JSON
from domain.outside import Details, Met, Wanted

GROUP, LEVELS = "客户级别", ("A", "B", "C")
_NO_RELATION = frozenset({84061, 40096})
_NOT_ALLOWED = frozenset({48002, 84074})  # 客户联系 is not used, or not with this app
_TOO_LATE = frozenset({41050, 41051})
_MOST = 100  # people whom one call passes on
_REMARK = 20


class WeComOutside:
    """`scheduler.ports.Outside` of one app."""

    def __init__(self, api: WeComApi) -> None:
        self._api = api
        self._tags: dict[str, str] = {}  # level to tag id

    async def details(self, userid: str, external_id: str) -> Details | None:
        """What this colleague has noted of somebody."""
        answer = await self._api.get("externalcontact/get", expected=_NO_RELATION, external_userid=external_id)
        who = answer.get("external_contact")
        follow = next((f for f in _objects(answer, "follow_user") if _is(f, userid)), None)
        if code(answer) or not isinstance(who, dict) or follow is None:
            return None
        return _details(who, follow, _level(follow))

    async def colleagues(self) -> list[str]:
        """Those who may use 客户联系; nobody where the app may not."""
        answer = await self._api.get("externalcontact/get_follow_user_list", expected=_NOT_ALLOWED)
        listed = answer.get("follow_user")
        return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []

    async def everybody(self, userids: Sequence[str]) -> AsyncIterator[list[Met]]:
        """A hundred colleagues at a time, a hundred of their customers a call; one call after the other, far below
        WeCom's rate."""
        if not userids:
            return
        tags = await self._known_tags()
        for start in range(0, len(userids), _MOST):
            async for page in self._pages(userids[start : start + _MOST]):
                yield [met for each in page if (met := _met(each, tags)) is not None]

    async def _pages(self, userids: Sequence[str]) -> AsyncIterator[list[Answer]]:
        """Until there is no cursor: a page may be empty and not the last."""
        cursor = ""
        while True:
            some: list[JSON] = list(userids)
            body: dict[str, JSON] = {"userid_list": some, "cursor": cursor, "limit": _MOST}
            answer = await self._api.post("externalcontact/batch/get_by_user", body, expected=_NO_RELATION)
            if found := _objects(answer, "external_contact_list"):
                yield found
            before, cursor = cursor, ident(answer, "next_cursor", 1024)
            if code(answer) or not cursor or cursor == before:
                return

    async def greet(self, code_: str, text: str) -> bool:
        """One welcome for one code."""
        body: dict[str, JSON] = {"welcome_code": code_, "text": {"content": text}}
        answer = await self._api.post("externalcontact/send_welcome_msg", body, expected=_TOO_LATE)
        return code(answer) == 0

    async def write(self, userid: str, external_id: str, wanted: Wanted, *, instead_of: str) -> bool:
        """Remark first, then the tag: either alone may be refused."""
        about: dict[str, JSON] = {"userid": userid, "external_userid": external_id}
        if wanted.remark:
            body: dict[str, JSON] = {**about, "remark": wanted.remark[:_REMARK]}
            if external_id.startswith("wm") and wanted.company:  # of WeChat customers alone
                body["remark_company"] = wanted.company[:_REMARK]
            if code(await self._api.post("externalcontact/remark", body, expected=_NO_RELATION)):
                return False
        if wanted.level:
            tags = await self._level_tags()
            change: dict[str, JSON] = {**about, "add_tag": [tags[wanted.level]]}
            if instead_of in tags:
                change["remove_tag"] = [tags[instead_of]]
            if code(await self._api.post("externalcontact/mark_tag", change, expected=_NO_RELATION)):
                return False
        return True

    async def transfer(self, userid: str, to: str, external_ids: Sequence[str], *, resigned: bool) -> frozenset[str]:
        """In calls of a hundred."""
        path = "externalcontact/resigned/transfer_customer" if resigned else "externalcontact/transfer_customer"
        refused: set[str] = set()
        for start in range(0, len(external_ids), _MOST):
            some: list[JSON] = list(external_ids[start : start + _MOST])
            body: dict[str, JSON] = {"handover_userid": userid, "takeover_userid": to, "external_userid": some}
            answer = await self._api.post(path, body)
            for each in _objects(answer, "customer"):
                if each.get("errcode") != 0:
                    refused.add(ident(each, "external_userid", 64))
        return frozenset(refused)

    async def _level_tags(self) -> dict[str, str]:
        """The tag of each level; those that are missing are made."""
        if missing := [level for level in LEVELS if level not in await self._known_tags()]:
            made: list[JSON] = [{"name": level} for level in missing]
            answer = await self._api.post("externalcontact/add_corp_tag", {"group_name": GROUP, "tag": made})
            self._tags |= _tags([answer["tag_group"]] if isinstance(answer.get("tag_group"), dict) else [])
        return self._tags

    async def _known_tags(self) -> dict[str, str]:
        """The tag of each level that there is."""
        if len(self._tags) < len(LEVELS):
            answer = await self._api.post("externalcontact/get_corp_tag_list", {})
            self._tags = _tags([g for g in _objects(answer, "tag_group") if g.get("group_name") == GROUP])
        return self._tags


def _met(each: Answer, tags: Mapping[str, str]) -> Met | None:
    """One of a page, where the tags are ids alone."""
    who, follow = each.get("external_contact"), each.get("follow_info")
    if not isinstance(who, dict) or not isinstance(follow, dict):
        return None
    userid, external = ident(follow, "userid", 64).casefold(), ident(who, "external_userid", 64)
    held = follow.get("tag_id")
    given = held if isinstance(held, list) else []
    level = next((level for level, tag in tags.items() if tag in given), "")
    return Met(userid, external, _details(who, follow, level)) if userid and external else None


def _details(who: Answer, follow: Answer, level: str) -> Details:
    phones = follow.get("remark_mobiles")
    return Details(
        name=words(who.get("name"), 64),
        company=words(follow.get("remark_corp_name"), 64) or words(who.get("corp_name"), 64),
        unionid=ident(who, "unionid", 64),
        remark=words(follow.get("remark"), 64),
        phones=tuple(words(each, 30) for each in phones if words(each, 30)) if isinstance(phones, list) else (),
        level=level,
    )


def _tags(groups: Sequence[JSON]) -> dict[str, str]:
    found = {}
    for group in groups:
        for tag in _objects(group, "tag") if isinstance(group, dict) else []:
            if (name := words(tag.get("name"), 4)) in LEVELS:
                found[name] = ident(tag, "id", 64)
    return found


def _level(follow: Answer) -> str:
    for tag in _objects(follow, "tags"):
        if tag.get("group_name") == GROUP and (name := words(tag.get("tag_name"), 4)) in LEVELS:
            return name
    return ""


def _is(follow: Answer, userid: str) -> bool:
    return ident(follow, "userid", 64).casefold() == userid.casefold()


def _objects(answer: Answer, name: str) -> list[Answer]:
    held = answer.get(name)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
