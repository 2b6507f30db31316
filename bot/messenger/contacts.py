"""The contact book and the app itself, as far as the app may see them: user/*, department/*, agent/get."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messenger.faults import Faults
from bot.messenger.model import AppCredentials, JSONObject, Refusal
from bot.messenger.people import ROOT, Department, Member, Organisation


class Contacts:
    """Reads the organisation. Personal fields (mobile, e-mail, avatar) are left out, as for apps made since 2022."""

    def __init__(self, app: AppCredentials, organisation: Organisation, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self._organisation = organisation

    def user(self, query: Mapping[str, str]) -> JSONObject:
        """`user/get`."""
        member = self._organisation.find(query.get("userid", ""))
        if member is None:
            raise Refusal(60111, "userid not found")
        if not member.in_scope:
            raise Refusal(60011, "no privilege to access/modify contact/party/agent")
        return _detail(member)

    def simple_list(self, query: Mapping[str, str]) -> JSONObject:
        """`user/simplelist`."""
        return {"userlist": [_brief(member) for member in self._members(query)]}

    def full_list(self, query: Mapping[str, str]) -> JSONObject:
        """`user/list`."""
        return {"userlist": [_detail(member) for member in self._members(query)]}

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
            "redirect_domain": "",
            "report_location_flag": 0,
            "isreportenter": 1,
            "home_url": "",
        }

    def _members(self, query: Mapping[str, str]) -> list[Member]:
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


def _brief(member: Member) -> JSONObject:
    return {"userid": member.userid, "name": member.name, "department": [member.department]}


def _detail(member: Member) -> JSONObject:
    return {
        **_brief(member),
        "order": [0],
        "position": member.title,
        "is_leader_in_dept": [int(member.leads)],
        "direct_leader": [member.leader] if member.leader else [],
        "main_department": member.department,
        "status": 1,
        "alias": "",
        "extattr": {"attrs": []},
    }
