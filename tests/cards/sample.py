"""What a sample of a card is, and the usual kinds of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.cards.lengthy import PHONE, SHORT, TEXT
from tests.cards.longest import Case, Longest

Params: TypeAlias = Callable[[Longest, Case], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A card to draw: what its title (or its line of text) must still say, its parameters, and who looks."""

    says: str
    params: Params
    viewer: str = "seller"


def row(says: str, param: str, name: str, viewer: str = "seller", **more: Any) -> Sample:
    """A card about one row of the case."""
    return Sample(says, lambda _, case: {param: case[name], **more}, viewer)


def note(says: str, name: str, viewer: str = "seller") -> Sample:
    return row(says, "activity", name, viewer)


def approval(says: str, name: str, viewer: str = "boss", **more: Any) -> Sample:
    return row(says, "approval_id", name, viewer, **more)


def customer(says: str, viewer: str = "seller", **more: Any) -> Sample:
    return Sample(says, lambda _, case: {"customer": case.customer, **more}, viewer)


def offered(says: str, count: int, wording: str = "欧阳总", **more: Any) -> Sample:
    """A question about a message, with that many customers to choose from: this one, one alike, then others."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        alike = [case.customer, case["colleagues"], *here.many]
        return {"inbox": here.inbox, "wording": wording, "offered": alike[:count], **more}

    return Sample(says, params)


def colleagues(says: str, viewer: str = "seller") -> Sample:
    """A message that turned out to be about a colleague's customer."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"inbox": here.inbox, "wording": "阿依古丽·买买提江", "offered": [case["colleagues"]]}

    return Sample(says, params, viewer)


def plea(says: str, name: str, viewer: str, **more: Any) -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"customer": case[name], "asker": here.people["seller"], "words": TEXT, **more}

    return Sample(says, params, viewer)


def which(says: str, wording: str, count: int) -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        return {"wording": wording, "customers": [case.customer, case["colleagues"], case["pool"], *here.many][:count]}

    return Sample(says, params)


def phone(says: str, **more: Any) -> Sample:
    return Sample(says, lambda _, case: {"phone": PHONE[:30], "customer": case.customer, **more})


def kept(says: str, **more: Any) -> Sample:
    return Sample(says, lambda here, _: {"inbox": here.inbox, **more})


def about(says: str, miss: int) -> Sample:
    return Sample(
        says, lambda here, case: {"inbox": here.inbox, "customer": case.customer, "called": SHORT, "miss": miss}
    )


def greeting(says: str, viewer: str, role: str) -> Sample:
    return Sample(says, lambda here, _: {"person": here.people[viewer], "role": role, "channel": "wecom"}, viewer)


def today(says: str, count: int, *, picking: bool = False, viewer: str = "seller") -> Sample:
    def params(here: Longest, case: Case) -> dict[str, Any]:
        customers = [case.customer, *here.many][:count]
        made = {"person": here.people[viewer], "day": "2026-11-25", "since": "2026-11-25T08:00:00+00:00"}
        return {**made, "customers": customers, "putting_off": case.customer if picking else None}

    return Sample(says, params, viewer)


def inner(says: str, kind: str, param: str, name: str) -> Sample:
    """A card that tells another one in other words."""
    return Sample(says, lambda _, case: {"kind": kind, "params": {param: case[name]}})


def did(says: str, did: str, **more: Any) -> Sample:
    """A command, as its giver sees what it did."""

    def params(_: Longest, case: Case) -> dict[str, Any]:
        return {"changes": case.sets[did], "did": did, "customer": case[f"did_{did}"], **more}

    return Sample(says, params)


def asked(says: str, sort: str, name: str, question: str, **more: Any) -> Sample:
    """The question of a command, with rows of a sort to choose from."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        rows = {
            "customer": [case.customer, case["colleagues"], *here.many],
            "person": list(here.people.values()),
            "task": [case["open"]],
        }
        offered = rows.get(sort, [])[:5]
        given = {"text": TEXT[:60], "to": "#4"}
        asked = {"inbox": here.inbox, "name": name, "sort": sort, "question": question, "given": given}
        return {"choices": [], **asked, "offered": offered, "about": case.customer, **more}

    return Sample(says, params)


def several(says: str, **more: Any) -> Sample:
    """Two questions of a command at once."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        given = {"text": TEXT[:60]}
        base = {"inbox": here.inbox, "given": given, "choices": []}
        whose = {"name": "customer", "sort": "customer", "question": "转哪家？", "offered": [case.customer, *here.many]}
        whom = {"name": "to", "sort": "person", "question": "转给谁？", "offered": list(here.people.values())}
        return {"inbox": here.inbox, "given": given, "questions": [base | whose, base | whom], **more}

    return Sample(says, params)


def left(says: str, **more: Any) -> Sample:
    """Somebody who sells has left, and his superior is asked."""

    def params(here: Longest, _: Case) -> dict[str, Any]:
        to = {"to": here.people["colleague"]} if "handed" in more else {}
        return {"person": here.people["seller"], **to, **more}

    return Sample(says, params, "boss")


def taken(says: str) -> Sample:
    """The seller has got the customers of a colleague who left."""

    def params(here: Longest, case: Case) -> dict[str, Any]:
        people = here.people
        return {"person": people["colleague"], "by": people["boss"], "customers": [case.customer, *here.many]}

    return Sample(says, params)


def in_a_row(says: str, param: str, name: str) -> Sample:
    """What was sent together with others, all of which stand on one card."""
    return Sample(says, lambda _, case: {param: case[name], "more": [case["document"], case["film"]]})


def chat_group(says: str, name: str, **more: Any) -> Sample:
    """A chat group as everybody in it sees what became of it, by somebody with a long name."""

    def params(here: Longest, _case: Case) -> dict[str, Any]:
        return {"group": here.groups[name], "by": here.people["above"], **more}

    return Sample(says, params, "group")


def outsider(says: str, which: str, **more: Any) -> Sample:
    """Somebody outside whom the seller has added."""
    return Sample(says, lambda here, case: {"outsider": here.outsiders[which], **more})
