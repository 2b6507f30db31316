"""What an event of WeCom tells that no person said (protocol reference 1.7), in the words of `bot.message.Happening`.

`subscribe` comes for everybody at once when the app is published, and changes of the address book come from `sys`, so
none of it begins a conversation. Of a change only whom it is about is read: what is true now is asked of WeCom, so
that events which come late, twice or in another order do no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from xml.etree.ElementTree import Element

from bot.message import Happening
from domain.actor import JSON

_LONGEST = 64  # characters of an id
PEOPLE = {
    "create_user": "put",
    "update_user": "put",
    "delete_user": "drop",
    "create_party": "unit",
    "update_party": "unit",
    "delete_party": "drop_unit",
}
CUSTOMERS = {
    "add_external_contact": "added",
    "add_half_external_contact": "half",
    "edit_external_contact": "edited",
    "del_external_contact": "dropped",
    "del_follow_user": "lost",
    "transfer_fail": "refused",
}
SCOPE: Mapping[str, Literal["joined", "left"]] = {"subscribe": "joined", "unsubscribe": "left"}  # what the app may see
_REASONS = {"customer_refused": "refused", "customer_limit_exceed": "full"}
_BY_TRANSFER = "delete_by_transfer"


def happening(event: str, root: Element) -> Happening | None:
    """What happened; None for an event of another kind. `event` is in lower case."""
    if event in SCOPE:
        return Happening(SCOPE[event], {"userid": _id(root, "FromUserName")})
    change = _text(root, "ChangeType").lower()
    if event == "change_contact":
        return Happening("people", _change_of_people(root, PEOPLE.get(change, "other")))
    if event == "change_external_contact":
        return Happening("customers", _change_of_customers(root, CUSTOMERS.get(change, "other")))
    return None


def about(happened: Happening) -> str:
    """Whom or what it is about, so that what happens to one of them is handled in its order, and beside the rest."""
    data = happened.data
    return str(data.get("external") or data.get("unit") or data.get("userid") or happened.name)


def _change_of_people(root: Element, did: str) -> dict[str, JSON]:
    if did in ("unit", "drop_unit"):
        return {"did": did, "unit": _text(root, "Id")[:_LONGEST]}
    found: dict[str, JSON] = {"did": did, "userid": _id(root, "UserID")}
    becomes = _id(root, "NewUserID")
    return found | {"becomes": becomes} if becomes else found


def _change_of_customers(root: Element, did: str) -> dict[str, JSON]:
    found: dict[str, JSON] = {
        "did": did,
        "userid": _id(root, "UserID"),
        "external": _text(root, "ExternalUserID")[:_LONGEST],
    }
    if welcome := _text(root, "WelcomeCode")[:256]:
        found["welcome"] = welcome
    if did == "refused":
        found["reason"] = _REASONS.get(_text(root, "FailReason").lower(), "other")
    if _text(root, "Source").lower() == _BY_TRANSFER:
        found["passed"] = True
    return found


def _id(root: Element, name: str) -> str:
    return _text(root, name).casefold()[:_LONGEST]


def _text(root: Element, name: str) -> str:
    return (root.findtext(name) or "").strip()
