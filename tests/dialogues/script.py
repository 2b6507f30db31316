"""A conversation as data: reading a script, with everything that it does not say filled in from the cast.

All scalars are text (`80`, `16:00`, `no` stay as written). README.md in this folder says what a script can hold; a word
that means nothing is refused, so that no expectation is lost to a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.dialogues.records import BadScript

FOLDER = Path(__file__).parent
DOES = ("says", "taps", "opens", "sends", "menu", "happens", "book", "outside", "clock")
MODIFIES = ("who", "to", "in", "choose", "on", "times", "delivered", "variants", "back")
EXPECTS = ("sees", "card_now", "others", "nothing_for", "group", "rows", "outsiders")
LOOKS = (
    *(
        "title",
        "note",
        "facts",
        "has_facts",
        "lines",
        "quote",
        "asked",
        "choice",
        "lists",
        "buttons",
        "has_buttons",
        "no_buttons",
    ),
    *("via", "primary", "menu", "state", "kind", "text", "tone", "has", "without"),
)
TOP = ("title", "now", "listens", "robot", "book", "groups", "hooks", "people", "teams", "customers", "turns")


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation. `people`, `teams` and `customers` are what is on record before it."""

    name: str
    title: str
    now: str
    company: str
    people: Mapping[str, dict[str, Any]]
    teams: Mapping[str, dict[str, Any]]
    customers: Mapping[str, dict[str, Any]]
    turns: tuple[dict[str, Any], ...]
    listens: bool = False
    book: str = ""
    robot: bool = False
    groups: Mapping[str, list[str]] = field(default_factory=dict)
    hooks: Mapping[str, list[str]] = field(default_factory=dict)


def names() -> list[str]:
    """Every script, by file name."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "cast")


def read(name: str) -> Script:
    """One script, checked."""
    cast, own = _cast(), _load(FOLDER / f"{name}.yaml")
    _known(own, TOP, "the script")
    turns = tuple(own.get("turns") or ())
    if not turns:
        raise BadScript("nobody says anything")
    with_robot = own.get("robot") == "yes" or "groups" in own
    for turn in turns:
        _check(turn)
        if not with_robot and ("to" in turn or "in" in turn):
            raise BadScript(f"there is no robot and no group: {turn}")
        if turn.get("in", "") not in ("", *(own.get("groups") or {})):
            raise BadScript(f"there is no group {turn['in']}")
    return Script(
        name=name,
        title=own["title"],
        now=own.get("now", "2026-11-25T16:00"),
        company=cast["company"],
        people=_laid_over(cast["people"], own.get("people") or {}),
        teams=_laid_over(cast["teams"], own.get("teams") or {}),
        customers=_customers(cast["customers"], own.get("customers") or ()),
        turns=turns,
        listens=own.get("listens") == "yes",
        book=own.get("book", ""),
        robot=with_robot,
        groups=own.get("groups") or {},
        hooks=own.get("hooks") or {},
    )


def _check(turn: dict[str, Any]) -> None:
    _known(turn, (*DOES, *MODIFIES, *EXPECTS), "a turn")
    if not any(name in turn for name in DOES):
        raise BadScript(f"nothing happens in the turn {turn}")
    if "who" not in turn and set(turn) & {"says", "taps", "opens", "sends", "menu", "sees", "card_now"}:
        raise BadScript(f"who? {turn}")
    if ("variants" in turn and "says" not in turn) or ("back" in turn and "variants" not in turn):
        raise BadScript(f"other wordings of what? {turn}")
    if turn.get("to", "robot") != "robot":
        raise BadScript(f"to whom? {turn}")
    _looks(turn)
    for look in (turn.get("others") or {}).values():
        if look != "any":
            _known(look, ("sees", "card_now"), "others")
            _looks(look)
    for look in (turn.get("group") or {}).values():
        _look(look)


def wordings(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same turn in its other wordings, a minute later each, behind what takes the one before it back: 撤销, unless
    it says."""
    if "variants" not in turn:
        return []
    plain = {name: value for name, value in turn.items() if name not in ("variants", "back", "clock")}
    back = [] if turn.get("back") == "none" else listed(turn.get("back", "撤销"))
    undone = [{"who": turn["who"], "says": said} for said in back]
    return [each for said in listed(turn["variants"]) for each in (*undone, {**plain, "says": said, "clock": "+1m"})]


def last_wording(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """The same turn in the last of its wordings alone, behind the minutes that the others would take."""
    if "variants" not in turn:
        return [turn]
    others = listed(turn["variants"])
    plain = {name: value for name, value in turn.items() if name not in ("variants", "back", "clock")}
    waits = [{"clock": turn["clock"]}] if "clock" in turn else []
    return [*waits, {"clock": f"+{len(others)}m"}, {**plain, "says": others[-1]}]


def _looks(part: Mapping[str, Any]) -> None:
    for name in ("sees", "card_now"):
        for look in listed(part.get(name)):
            _look(look)


def _look(look: Any) -> None:
    if isinstance(look, Mapping):
        _known(look, LOOKS, "a card")


def listed(value: Any) -> list[Any]:
    """Nothing, one or several, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _known(part: Mapping[str, Any], words: tuple[str, ...], where: str) -> None:
    if wrong := [word for word in part if word not in words]:
        raise BadScript(f"{where} cannot have {', '.join(wrong)}; it can have {', '.join(words)}")


def _customers(book: Mapping[str, Any], said: Any) -> dict[str, dict[str, Any]]:
    """A list of names from the cast, or names with what is different about them."""
    if not isinstance(said, Mapping):
        said = {name: {} for name in said}
    found = {name: {**book.get(name, {}), **(changes or {})} for name, changes in said.items()}
    if blank := [name for name, given in found.items() if not given]:
        raise BadScript(f"the cast has no customer {', '.join(blank)}")
    return found


def _laid_over(book: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {**book.get(name, {}), **(changes.get(name) or {})} for name in (*book, *changes)}


@cache
def _cast() -> dict[str, Any]:
    return _load(FOLDER / "cast.yaml")


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return loaded
