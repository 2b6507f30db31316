"""The robots that members add to groups of the simulated DingTalk (自定义机器人): a key, a secret, one way (5.3).

Strict: what is not signed well is refused, the 21st message of a minute silences the robot for ten, and a `msgUuid` is
taken once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.messenger.chats import Group
from bot.messenger.dingtalk.faults import DingTalkFaults
from bot.messenger.dingtalk.model import OapiRefusal
from bot.messenger.dingtalk.sending import DingTalkSending
from bot.messenger.dingtalk.spoiled import spoiled
from bot.messenger.limits import MINUTE, Limit
from bot.messenger.model import Ids, JSONObject
from bot.messenger.people import Member, Organisation
from bot.messenger.robot.chats import RobotChats
from config.clock import Clock

PATH = "/robot/send"
PER_MINUTE, SILENT = 20, timedelta(minutes=10)
SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GroupRobot:
    """A robot that somebody added to a group: the key of its address, the secret that signs, and the group."""

    token: str
    secret: str
    chatid: str


class DingTalkWebhooks:
    """All of the organisation."""

    def __init__(
        self,
        organisation: Organisation,
        sending: DingTalkSending,
        chats: RobotChats,
        clock: Clock,
        ids: Ids,
        faults: DingTalkFaults,
    ) -> None:
        self._organisation, self._sending, self._chats = organisation, sending, chats
        self._clock, self._ids, self._faults = clock, ids, faults
        self._robots: dict[str, GroupRobot] = {}
        self._limit = Limit(clock, {MINUTE: PER_MINUTE})
        self._silent: dict[str, datetime] = {}
        self._taken: set[tuple[str, str]] = set()
        self.log: list[JSONObject] = []

    @property
    def robots(self) -> list[GroupRobot]:
        """Those that are in their groups."""
        return list(self._robots.values())

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._serve)]

    def add(self, name: str, members: Sequence[str]) -> GroupRobot:
        """A group of these userids, made by the first, with a robot in it."""
        chat = f"cid{self._ids('group')}=="
        self._chats.add_group(Group(chat, name, members[0], list(members)))
        robot = GroupRobot(_made("token", chat), f"SEC{_made('secret', chat)}", chat)
        self._robots[robot.token] = robot
        return robot

    def remove(self, token: str) -> None:
        """Somebody took the robot out of its group."""
        del self._robots[token]

    async def _serve(self, request: web.Request) -> web.Response:
        return await spoiled(self._faults, request, self._take)

    async def _take(self, request: web.Request, ordered: int) -> web.Response:
        entry: JSONObject = {"at": self._clock.now(), "body": {}, "errcode": 0}
        self.log.append(entry)
        try:
            entry["body"] = body = await _read(request)
            self._send(request, body, ordered)
        except OapiRefusal as refused:
            entry["errcode"] = refused.errcode
            return web.json_response(refused.body())
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _send(self, request: web.Request, body: JSONObject, ordered: int) -> None:
        if ordered:
            raise OapiRefusal(ordered, "ordered")
        robot = self._robots.get(request.query.get("access_token", ""))
        if robot is None:
            raise OapiRefusal(300005, "token is not exist")
        self._check(robot, request.query.get("timestamp", ""), request.query.get("sign", ""))
        shown = self._sending.as_webhook(self._named(body))
        key = (robot.token, str(body.get("msgUuid", "")))
        if key[1] and key in self._taken:
            return
        now = self._clock.now()
        if self._silent.get(robot.token, now) <= now and not self._limit.take(robot.token):
            self._silent[robot.token] = now + SILENT
        if self._silent.get(robot.token, now) > now:
            raise OapiRefusal(410100, "发送速度太快而限流")
        self._taken.add(key)
        self._chats.put(robot.chatid, shown)

    def _check(self, robot: GroupRobot, stamp: str, sign: str) -> None:
        digest = hmac.new(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode(), hashlib.sha256).digest()
        well = hmac.compare_digest(sign.encode(), base64.b64encode(digest))
        late = abs(self._clock.now().timestamp() * 1000 - int(stamp)) if stamp.isdecimal() else None
        if not well or late is None or late > SKEW.total_seconds() * 1000:
            raise OapiRefusal(310000, "sign not match")

    def _named(self, body: JSONObject) -> JSONObject:
        """Whoever is called is shown by his name, where his id stands in the words."""
        kind, at = str(body.get("msgtype")), body.get("at")
        part = body.get(kind)
        called = at.get("atUserIds") if isinstance(at, dict) else None
        if not isinstance(part, dict) or not isinstance(called, list):
            return body
        for member in filter(None, (self._organisation.find(str(userid)) for userid in called)):
            part = {name: _with_name(said, member) for name, said in part.items()}
        return {**body, kind: part}


def _with_name(said: Any, member: Member) -> Any:
    return said.replace(f"@{member.userid} ", f"@{member.name}") if isinstance(said, str) else said


async def _read(request: web.Request) -> JSONObject:
    if request.content_type != "application/json":
        raise OapiRefusal(43004, "Content-Type")
    try:
        body: Any = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise OapiRefusal(40035, "不合法的参数") from None
    if not isinstance(body, dict):
        raise OapiRefusal(40035, "不合法的参数")
    return body


def _made(what: str, chat: str) -> str:
    """Sixty-four letters and digits, as the platform's keys are."""
    return hashlib.sha256(f"{what} {chat}".encode()).hexdigest()
