"""Whom a call names: the app, members, departments; who of them can be reached, and who is reported as invalid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.messenger.card_parts import bad
from bot.messenger.model import AppCredentials, JSONObject, Refusal
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks

MOST_USERS = 1000
MOST_PARTIES = 100


@dataclass(slots=True)
class Receivers:
    """`members` are userids as stored, each once; the rest is reported back, userids in lower case."""

    members: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)

    def add(self, organisation: Organisation, userid: str) -> None:
        member = organisation.find(userid)
        if member is None or not member.in_scope:
            self.invalid.append(userid.lower())
        elif not member.licensed:
            self.unlicensed.append(member.userid.lower())
        elif member.userid not in self.members:
            self.members.append(member.userid)

    def add_party(self, organisation: Organisation, party: str) -> None:
        if not party.isdecimal() or int(party) not in organisation.departments:
            self.parties.append(party)
            return
        for member in organisation.of(int(party), below=True):
            self.add(organisation, member.userid)

    def report(self) -> JSONObject:
        """The lists of message/send: `|`-joined, absent where clean."""
        lists = {
            "invaliduser": self.invalid,
            "invalidparty": self.parties,
            "invalidtag": self.tags,
            "unlicenseduser": self.unlicensed,
        }
        return {name: "|".join(ids) for name, ids in lists.items() if ids}


def agent_is_ours(app: AppCredentials, body: JSONObject, quirks: Quirks) -> None:
    """40056 for an agentid that is none, 301002 for another app's."""
    agent: Any = body.get("agentid")
    if isinstance(agent, str) and quirks.agentid_as_text and agent.isdecimal():
        agent = int(agent)
    if type(agent) is not int:
        raise Refusal(40056, "invalid agentid")
    if agent != app.agent_id:
        raise Refusal(301002, "not allow operate another agent with this accesstoken")


def named(organisation: Organisation, body: JSONObject) -> Receivers:
    """touser, toparty, totag of message/send; 82001 where nobody is named, 81013 where nobody can be reached."""
    users = _split(body, "touser", MOST_USERS, 40031, 40032)
    parties = _split(body, "toparty", MOST_PARTIES, 40058, 40058)
    tags = _split(body, "totag", MOST_PARTIES, 40058, 40058)
    if not users and not parties and not tags:
        raise Refusal(82001, "touser, toparty and totag are all empty")
    to = Receivers()
    if users == ["@all"]:
        users, parties, tags = [m.userid for m in organisation.in_scope()], [], []
    for userid in users:
        to.add(organisation, userid)
    for party in parties:
        to.add_party(organisation, party)
    to.tags = tags  # this organisation has no tags
    if not to.members:
        raise Refusal(81013, "user & party & tag all invalid")
    return to


def chosen(organisation: Organisation, body: JSONObject, holders: Iterable[str]) -> Receivers:
    """userids, partyids, tagids or atall of an update; who never got the message is invalid."""
    got, to = set(holders), Receivers()
    users = _array(body, "userids", MOST_USERS, str)
    parties = _array(body, "partyids", MOST_PARTIES, int)
    tags = _array(body, "tagids", MOST_PARTIES, int)
    if body.get("atall", 0) not in (0, 1):
        raise bad("atall")
    if body.get("atall") == 1:
        to.members = sorted(got)
        return to
    if not users and not parties and not tags:
        raise Refusal(82001, "userids, partyids, tagids and atall are all empty")
    for userid in users:
        to.add(organisation, userid)
    for party in parties:
        to.add_party(organisation, str(party))
    to.invalid += [userid.lower() for userid in to.members if userid not in got]
    to.members = [userid for userid in to.members if userid in got]
    return to


def _split(body: JSONObject, name: str, most: int, wrong: int, too_many: int) -> list[str]:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Refusal(wrong, f"invalid {name}")
    ids = [part for part in value.split("|") if part]
    if len(ids) > most:
        raise Refusal(too_many, f"{name} is too long")
    return ids


def _array(body: JSONObject, name: str, most: int, kind: type) -> list[Any]:
    value = body.get(name) or []
    if not isinstance(value, list) or len(value) > most or not all(type(v) is kind for v in value):
        raise bad(name)
    return value
