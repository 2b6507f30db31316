"""Customers outside (客户联系): who added whom, remarks, tags, welcome codes and handing over.

The calls refuse what WeCom refuses; the acts are what customers and members do on their phones, and tell the app.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.messenger.model import Delivery, Ids, JSONObject, Refusal
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from config.clock import Clock

Tell = Callable[[str, Mapping[str, str]], Awaitable[Delivery]]
EVENT = "change_external_contact"
WELCOME_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """Somebody outside; `kind` is 1 for WeChat and 2 for WeCom."""

    external_userid: str
    name: str
    corp_name: str = ""
    unionid: str = ""
    kind: int = 1


@dataclass(slots=True, kw_only=True)
class Follow:
    """How one member has one customer."""

    at: datetime
    remark: str = ""
    description: str = ""
    company: str = ""
    mobiles: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    state: str = ""


@dataclass(slots=True)
class _Code:
    external: str
    userid: str
    until: datetime
    used: bool = False


class Outside:
    """All of it. `welcomed` are the texts that customers got, by external userid; `passed` what is being handed over,
    which takes 24 hours. `changed` is called after each change."""

    def __init__(self, organisation: Organisation, clock: Clock, quirks: Quirks, ids: Ids, tell: Tell) -> None:
        self._organisation, self._clock, self._quirks, self._ids, self._tell = organisation, clock, quirks, ids, tell
        self.customers: dict[str, Outsider] = {}
        self.follows: dict[tuple[str, str], Follow] = {}
        self.tags: dict[str, tuple[str, str]] = {}  # id to group and name
        self.welcomed: dict[str, list[str]] = {}
        self.passed: dict[tuple[str, str], str] = {}  # (who had him, whom) to who gets him
        self.codes: dict[str, _Code] = {}
        self.changed: Callable[[], None] = lambda: None
        self._had: set[str] = set()
        self._echoes: set[asyncio.Task[Delivery]] = set()

    @property
    def echoing(self) -> bool:
        """Whether the app is being told of changes that it made itself."""
        return bool(self._echoes)

    async def close(self) -> None:
        """Tell nothing more."""
        for task in self._echoes:
            task.cancel()
        await asyncio.gather(*self._echoes, return_exceptions=True)

    # -- what people do ----------------------------------------------------------------------------------------------

    def had(self, userid: str, external: str, name: str = "", **more: Any) -> None:
        """The two are contacts, and the app was never told: it was not connected then."""
        known = {key: more.pop(key) for key in ("corp_name", "unionid", "kind") if key in more}
        member = self._organisation.get(userid)
        self._had.add(member.userid.casefold())
        if external not in self.customers or name:
            self.customers[external] = Outsider(external_userid=external, name=name or external, **known)
        self.follows[member.userid.casefold(), external] = Follow(at=self._clock.now(), **more)

    async def add(self, userid: str, external: str, name: str = "", *, half: bool = False, **more: Any) -> Delivery:
        """The two become contacts. `half`: the customer added the member, who has not answered."""
        self.had(userid, external, name, **more)
        member = self._organisation.get(userid)
        parts = {"State": str(more.get("state", ""))}
        if not self._quirks.own_welcome:
            code = self._ids("welcome")
            until = self._clock.now() + timedelta(seconds=WELCOME_SECONDS)
            self.codes[code] = _Code(external, member.userid, until)
            parts["WelcomeCode"] = code
        change = "add_half_external_contact" if half else "add_external_contact"
        return await self._told(change, member.userid, external, **parts)

    async def edit(self, userid: str, external: str, **changes: Any) -> Delivery:
        """The member changes remark, mobiles or tags."""
        key = (self._organisation.get(userid).userid.casefold(), external)
        self.follows[key] = replace(self.follows[key], **changes)
        return await self._told("edit_external_contact", userid, external)

    def lost(self, userid: str, external: str) -> None:
        """The two are contacts no more, and the app was never told: it could not be reached then."""
        del self.follows[self._organisation.get(userid).userid.casefold(), external]
        self.changed()

    async def drop(self, userid: str, external: str) -> Delivery:
        """The member deletes the customer."""
        del self.follows[self._organisation.get(userid).userid.casefold(), external]
        return await self._told("del_external_contact", userid, external)

    async def leave(self, userid: str, external: str) -> Delivery:
        """The customer deletes the member."""
        del self.follows[self._organisation.get(userid).userid.casefold(), external]
        return await self._told("del_follow_user", userid, external)

    async def refuse(self, external: str, *, reason: str = "customer_refused") -> Delivery:
        """The customer does not want the member to whom he was handed over; KeyError where he was to nobody."""
        was, to = self._handed(external)
        del self.passed[was, external]
        return await self._told("transfer_fail", to, external, FailReason=reason)

    async def arrive(self, external: str) -> Delivery:
        """The 24 hours of a hand-over are over: who got the customer has him now, with remark and tags."""
        was, to = self._handed(external)
        del self.passed[was, external]
        self.follows[to, external] = replace(self.follows.pop((was, external)), at=self._clock.now())
        await self._told("del_external_contact", was, external, Source="DELETE_BY_TRANSFER")
        return await self._told("add_external_contact", to, external, State="")

    def _handed(self, external: str) -> tuple[str, str]:
        """Who had the customer, and who is to get him."""
        for (was, who), to in self.passed.items():
            if who == external:
                return was, to
        raise KeyError(external)

    async def _told(self, change: str, userid: str, external: str, **parts: str) -> Delivery:
        self.changed()
        return await self._tell(EVENT, {"ChangeType": change, "UserID": userid, "ExternalUserID": external, **parts})

    # -- what the app reads ------------------------------------------------------------------------------------------

    def followers(self, _: Mapping[str, str]) -> JSONObject:
        """`externalcontact/get_follow_user_list`: who may have customers, with or without any."""
        return {"follow_user": sorted(self._had | {userid for userid, _ in self.follows})}

    def listed(self, query: Mapping[str, str]) -> JSONObject:
        """`externalcontact/list`."""
        member = self._member(query.get("userid"))
        found = [external for userid, external in self.follows if userid == member]
        if not found:
            raise Refusal(84061, "not external contact")
        return {"external_userid": found}

    def details(self, query: Mapping[str, str]) -> JSONObject:
        """`externalcontact/get`."""
        outsider = self.customers.get(query.get("external_userid", ""))
        here = {u: follow for (u, e), follow in self.follows.items() if outsider and e == outsider.external_userid}
        if outsider is None or not here:
            raise Refusal(84061, "not external contact")
        return {"external_contact": _contact(outsider), "follow_user": [self._follow(u, f) for u, f in here.items()]}

    def batch(self, body: JSONObject) -> JSONObject:
        """`externalcontact/batch/get_by_user`."""
        userids, limit, cursor = body.get("userid_list"), body.get("limit", 50), body.get("cursor") or "0"
        if not isinstance(userids, list) or not 1 <= len(userids) <= 100 or not str(cursor).isdecimal():
            raise Refusal(40058, "invalid userid_list or cursor")
        if type(limit) is not int or not 1 <= limit <= 100:
            raise Refusal(40058, "invalid limit")
        wanted = {self._member(userid) for userid in userids}
        every = [(u, e) for u, e in self.follows if u in wanted]
        start = int(cursor)
        found = []
        for userid, external in every[start : start + limit]:
            told = self._follow(userid, self.follows[userid, external])
            told["tag_id"] = [tag["tag_id"] for tag in told.pop("tags")]
            found.append({"external_contact": _contact(self.customers[external]), "follow_info": told})
        more = start + limit < len(every)
        return {"external_contact_list": found, "next_cursor": str(start + limit) if more else ""}

    def tag_list(self, _: JSONObject) -> JSONObject:
        """`externalcontact/get_corp_tag_list`."""
        groups: dict[str, list[JSONObject]] = {}
        for tag, (group, name) in self.tags.items():
            groups.setdefault(group, []).append({"id": tag, "name": name, "create_time": 0, "order": 0})
        return {
            "tag_group": [
                {"group_id": f"group-{group}", "group_name": group, "create_time": 0, "order": 0, "tag": tags}
                for group, tags in groups.items()
            ]
        }

    # -- what the app does -------------------------------------------------------------------------------------------

    def add_tags(self, body: JSONObject) -> JSONObject:
        """`externalcontact/add_corp_tag`."""
        group, tags = body.get("group_name") or body.get("group_id", "").removeprefix("group-"), body.get("tag")
        if not group or not isinstance(tags, list) or not all(isinstance(t, dict) and t.get("name") for t in tags):
            raise Refusal(40058, "group_name or tag missing")
        made = []
        for tag in tags:
            if (group, tag["name"]) in self.tags.values():
                raise Refusal(40071, "tag name exists")
            self.tags[name := self._ids("tag")] = (group, tag["name"])
            made.append({"id": name, "name": tag["name"], "create_time": 0, "order": 0})
        self.changed()
        return {"tag_group": {"group_id": f"group-{group}", "group_name": group, "tag": made}}

    def remark(self, body: JSONObject) -> JSONObject:
        """`externalcontact/remark`."""
        follow = self._of(body)
        before = replace(follow)
        limits = {"remark": 20, "remark_company": 20, "description": 150}
        given = {name: body[name] for name in (*limits, "remark_mobiles") if name in body}
        if not given:
            raise Refusal(40063, "nothing to change")
        for name, most in limits.items():
            if name in given and (not isinstance(given[name], str) or len(given[name]) > most):
                raise Refusal(40058, f"{name} too long")
        if "remark_company" in given and self.customers[body["external_userid"]].kind != 1:
            raise Refusal(40058, "remark_company is for WeChat customers")
        follow.remark = given.get("remark", follow.remark)
        follow.company = given.get("remark_company", follow.company)
        follow.description = given.get("description", follow.description)
        if (mobiles := given.get("remark_mobiles")) is not None:
            follow.mobiles = [each for each in mobiles if each]
        self._echo(body, changed=follow != before)
        return {}

    def mark(self, body: JSONObject) -> JSONObject:
        """`externalcontact/mark_tag`."""
        follow = self._of(body)
        add, remove = body.get("add_tag") or [], body.get("remove_tag") or []
        if not add and not remove:
            raise Refusal(40063, "no tag")
        if any(tag not in self.tags for tag in (*add, *remove)):
            raise Refusal(40068, "invalid tagid")
        before, follow.tags = follow.tags, (follow.tags | set(add)) - set(remove)
        self._echo(body, changed=follow.tags != before)
        return {}

    def welcome(self, body: JSONObject) -> JSONObject:
        """`externalcontact/send_welcome_msg`: once, within 20 seconds of the event."""
        code = self.codes.get(str(body.get("welcome_code")))
        if code is None or code.until < self._clock.now():
            raise Refusal(41050, "welcome code invalid or expired")
        if code.used:
            raise Refusal(41051, "welcome code was used")
        text = (body.get("text") or {}).get("content", "")
        if not text and not body.get("attachments"):
            raise Refusal(40063, "text or attachments needed")
        if len(str(text).encode()) > 4000 or len(body.get("attachments") or []) > 9:
            raise Refusal(40058, "text or attachments too long")
        code.used = True
        self.welcomed.setdefault(code.external, []).append(text)
        self.changed()
        return {}

    def transfer(self, body: JSONObject, *, resigned: bool) -> JSONObject:
        """`externalcontact/transfer_customer`, and `resigned/transfer_customer` for who has left."""
        was, to, externals = body.get("handover_userid"), body.get("takeover_userid"), body.get("external_userid")
        if not isinstance(externals, list) or not 1 <= len(externals) <= 100:
            raise Refusal(40058, "external_userid: 1 to 100")
        if len(str(body.get("transfer_success_msg", ""))) > 200:
            raise Refusal(40058, "transfer_success_msg too long")
        if resigned == (self._organisation.find(str(was)) is not None):
            raise Refusal(40003, "handover_userid is here, or is not")
        taker, giver = self._member(to), str(was).casefold()
        went = [{"external_userid": e, "errcode": self._passed(giver, taker, e)} for e in externals]
        self.changed()
        return {"customer": went}

    def result(self, body: JSONObject) -> JSONObject:
        """`externalcontact/transfer_result` and `resigned/transfer_result`."""
        giver, taker = str(body.get("handover_userid")).casefold(), str(body.get("takeover_userid")).casefold()
        found = [e for (u, e), to in self.passed.items() if (u, to) == (giver, taker)]
        return {"customer": [{"external_userid": e, "status": 2, "takeover_time": 0} for e in found], "next_cursor": ""}

    def _passed(self, giver: str, taker: str, external: str) -> int:
        if (giver, external) in self.passed:
            return 40129
        if (giver, external) not in self.follows:
            return 40096
        if giver == taker:
            return 40130
        self.passed[giver, external] = taker
        return 0

    # -- inside ------------------------------------------------------------------------------------------------------

    def _echo(self, body: JSONObject, *, changed: bool) -> None:
        """What the app itself changes is told to it like what a member changes."""
        self.changed()
        if changed:
            told = self._told("edit_external_contact", str(body["userid"]), str(body["external_userid"]))
            self._echoes.add(task := asyncio.create_task(told))
            task.add_done_callback(self._echoes.discard)

    def _member(self, userid: object) -> str:
        member = self._organisation.find(str(userid))
        if member is None:
            raise Refusal(60111, "userid not found")
        return member.userid.casefold()

    def _of(self, body: JSONObject) -> Follow:
        follow = self.follows.get((self._member(body.get("userid")), str(body.get("external_userid"))))
        if follow is None:
            raise Refusal(84061, "not external contact")
        return follow

    def _follow(self, userid: str, follow: Follow) -> JSONObject:
        tags = [(tag, *self.tags[tag]) for tag in sorted(follow.tags)]
        return {
            "userid": self._organisation.get(userid).userid,
            "remark": follow.remark,
            "description": follow.description,
            "createtime": int(follow.at.timestamp()),
            "tags": [{"group_name": g, "tag_name": n, "tag_id": t, "type": 1} for t, g, n in tags],
            "remark_corp_name": follow.company,
            "remark_mobiles": follow.mobiles,
            "oper_userid": userid,
            "add_way": 1,
            "state": follow.state,
        }


def _contact(outsider: Outsider) -> JSONObject:
    found: JSONObject = {
        "external_userid": outsider.external_userid,
        "name": outsider.name,
        "type": outsider.kind,
        "gender": 0,
        "avatar": "",
    }
    if outsider.corp_name:
        found |= {"corp_name": outsider.corp_name, "corp_full_name": outsider.corp_name}
    return found | ({"unionid": outsider.unionid} if outsider.unionid else {})
