"""The address book that the simulated DingTalk shows the app: departments one level at a time, members (7.1)."""

from __future__ import annotations

from typing import Any

from bot.messenger.dingtalk.model import OapiRefusal
from bot.messenger.model import JSONObject
from bot.messenger.people import ROOT, Member, Organisation

_MOST = 100


class DingTalkContacts:
    """What the permission points of the app let it read. `mobiles` are by userid; a number has its own permission."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self.mobiles: dict[str, str] = {}
        self.gives_mobiles = True

    def user(self, body: JSONObject) -> JSONObject:
        """`POST /topapi/v2/user/get`."""
        member = self._organisation.find(str(body.get("userid", "")))
        if member is None or member.userid != body.get("userid") or member.status == 5:
            raise OapiRefusal(60121, "找不到该用户")
        if not member.in_scope:
            raise OapiRefusal(50002, "员工不在授权范围")
        return {"result": self._told(member)}

    def users(self, body: JSONObject) -> JSONObject:
        """`POST /topapi/v2/user/list`: the members of this department alone."""
        department, cursor = self._department(body), int(body.get("cursor", 0))
        size = int(body.get("size", 0))
        if not 0 < size <= _MOST:
            raise OapiRefusal(400002, "size")
        there = [m for m in self._organisation.of(department) if m.status != 5]
        page: JSONObject = {"list": [self._told(m) for m in there[cursor : cursor + size]]}
        more = len(there) > cursor + size
        return {"result": page | {"has_more": more} | ({"next_cursor": cursor + size} if more else {})}

    def below(self, body: JSONObject) -> JSONObject:
        """`POST /topapi/v2/department/listsub`: those directly below."""
        department = self._department(body)
        there = [d for d in self._organisation.departments.values() if d.parent == department and d.id != department]
        return {"result": [{"dept_id": d.id, "name": d.name, "parent_id": d.parent} for d in there]}

    def _department(self, body: JSONObject) -> int:
        department = body.get("dept_id", ROOT)
        if not isinstance(department, int) or department not in self._organisation.departments:
            raise OapiRefusal(60003, "部门不存在")
        return department

    def _told(self, member: Member) -> JSONObject:
        told: dict[str, Any] = {
            "userid": member.userid,
            "unionid": f"uni-{member.userid}",
            "name": member.name,
            "title": member.title,
            "dept_id_list": [member.department],
            "leader_in_dept": [{"dept_id": member.department, "leader": member.leads}],
            "active": member.status == 1,
        }
        if member.leader is not None:
            told["manager_userid"] = member.leader
        if self.gives_mobiles and member.userid in self.mobiles:
            told["mobile"] = self.mobiles[member.userid]
        return told
