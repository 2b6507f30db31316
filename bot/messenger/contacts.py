"""The contact book and the app itself, as far as the app may see them: user/*, department/*, agent/get."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.messenger.faults import Faults
from bot.messenger.model import AppCredentials, JSONObject, Refusal
from bot.messenger.people import ROOT, Department, Member, Organisation
from bot.messenger.quirks import Quirks


class Contacts:
    """Reads the organisation. Personal fields (mobile, e-mail, avatar) are left out, as for apps made since 2022."""

    def __init__(self, app: AppCredentials, organisation: Organisation, faults: Faults, quirks: Quirks) -> None:
        self.trusted: Callable[[], str] = lambda: ""  # the app's trusted domain
        self._app = app
        self._quirks = quirks
        self._faults = faults
        self._organisation = organisation

    def user(self, query: Mapping[str, str]) -> JSONObject:
        """`user/get`."""
        member = self._organisation.find(query.get("userid", ""))
        if member is None:
            raise Refusal(60111, "userid not found")
        if not member.in_scope:
            raise Refusal(60011, "no privilege to access/modify contact/party/agent")
        return self._detail(member)

    def simple_list(self, query: Mapping[str, str]) -> JSONObject:
        """`user/simplelist`."""
        return {"userlist": [self._brief(member) for member in self._members(query)]}

    def full_list(self, query: Mapping[str, str]) -> JSONObject:
        """`user/list`."""
        return {"userlist": [self._detail(member) for member in self._members(query)]}

    def ids(self, body: JSONObject) -> JSONObject:
        """`user/list_id`: everybody's id and department, a page at a time."""
        if self._quirks.names != "ids":
            raise Refusal(48002, "api forbidden")
        limit, cursor = body.get("limit", 10_000), body.get("cursor") or "0"
        if type(limit) is not int or not 1 <= limit <= 10_000 or not str(cursor).isdecimal():
            raise Refusal(40058, "invalid limit or cursor")
        everybody, start = self._organisation.in_scope(), int(cursor)
        page = everybody[start : start + limit]
        more = start + limit < len(everybody)
        found = [{"userid": member.userid, "department": member.department} for member in page]
        return {"dept_user": found, "next_cursor": str(start + limit) if more else ""}

    def departments(self, query: Mapping[str, str]) -> JSONObject:
        """`department/list`: one department with all below it, or all."""
        top = self._department(query.get("id") or str(ROOT))
        below = self._organisation.below(top)
        return {"department": [self._entry(d) for d in self._organisation.departments.values() if d.id in below]}

    def department_ids(self, query: Mapping[str, str]) -> JSONObject:
        """`department/simplelist`."""
        entries = self.departments(query)["department"]
        return {"department_id": [{name: d[name] for name in ("id", "parentid", "order")} for d in entries]}

    def agent(self, query: Mapping[str, str]) -> JSONObject:
        """`agent/get`."""
        if query.get("agentid") != str(self._app.agent_id):
            raise Refusal(301002, "not allow operate another agent with this accesstoken")
        users = [{"userid": m.userid} for m in self._organisation.in_scope()]
        return {
            "agentid": self._app.agent_id,
            "name": self._app.name,
            "square_logo_url": "",
            "description": "",
            "allow_userinfos": {"user": users},
            "allow_partys": {"partyid": [ROOT] if users else []},
            "allow_tags": {"tagid": []},
            "close": int(self._faults.switched_off),
            "redirect_domain": self.trusted(),
            "report_location_flag": 0,
            "isreportenter": 1,
            "home_url": "",
        }

    def _members(self, query: Mapping[str, str]) -> list[Member]:
        if self._quirks.names == "ids":
            raise Refusal(48002, "api forbidden")
        below = query.get("fetch_child") == "1"
        return self._organisation.of(self._department(query.get("department_id", "")), below=below)

    def _department(self, said: str) -> int:
        if not said.isdecimal() or int(said) not in self._organisation.departments:
            raise Refusal(60003, "department not found")
        return int(said)

    def _entry(self, department: Department) -> JSONObject:
        leaders = [m.userid for m in self._organisation.of(department.id) if m.leads]
        return {
            "id": department.id,
            "name": department.name,
            "parentid": department.parent,
            "order": department.order,
            "department_leader": leaders,
        }

    def _brief(self, member: Member) -> JSONObject:
        name = member.name if self._quirks.names == "given" else member.userid
        return {"userid": member.userid, "name": name, "department": [member.department]}

    def _detail(self, member: Member) -> JSONObject:
        return {
            **self._brief(member),
            "order": [0],
            "position": member.title,
            "is_leader_in_dept": [int(member.leads)],
            "direct_leader": [member.leader] if member.leader else [],
            "main_department": member.department,
            "status": member.status,
            "alias": "",
            "extattr": {"attrs": []},
        }
