"""The same scripts on DingTalk: what it has not, and what looks otherwise there though it says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

from sqlalchemy import select

from domain.tables import GroupChat, Person, Team
from tests.dialogues.script import Script, listed
from tests.dingtalk.stage import DingTalkStage
from tests.seen import Seen

# What DingTalk truly has not, by the word of a turn.
_LACKS = {
    "menu": "an app sets no menu in a robot's chat",
    "outside": "customers outside are nobody's contacts there",
    "happens": "it is an event of WeCom, with WeCom's elements",
    "location": "a place reaches the robot as a message that cannot be read",
    "link": "so does a page that is passed on",
    "becomes": "an account keeps its id for ever",
}
_HEARD = "a voice note comes with its recording, as sent_voice.yaml has it"
_OPENED = "nobody is told that a chat was opened"
_BOOKS = {"ids": "its address book always gives lists", "hidden": "its address book always gives names"}
_CHANNELS = {"wecom.robot": "dingtalk", "wecom.webhook": "dingtalk.webhook"}
_ACCOUNTS = ("userid", "leader")


def why_not(script: Script) -> str:
    """Why a script is of WeCom alone; empty for one that runs here."""
    reasons = (_why_no_turn(turn) for turn in script.turns)
    return _BOOKS.get(script.book) or next(filter(None, reasons), "")


def _why_no_turn(turn: Mapping[str, Any]) -> str:
    parts = [turn.get(name) for name in ("sends", "book")]
    words = {*turn, *(word for part in parts if isinstance(part, Mapping) for word in _words(part))}
    if found := next((reason for word, reason in _LACKS.items() if word in words), ""):
        return found
    if "to" in turn and "voice" in words:
        return _HEARD
    return _OPENED if "opens" in turn and "sees" in turn else ""


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    """The names of what is sent or done, and of what goes with it."""
    for name, given in part.items():
        yield name
        if isinstance(given, Mapping):
            yield from given


def here(script: Script) -> Script:
    """The script with staff ids in small letters, as WeCom's are on record: DingTalk keeps them as they are spelt. The
    robot is the app itself, so nothing comes by another way, and its groups are DingTalk's."""
    people = {called: {**given, "userid": given["userid"].lower()} for called, given in script.people.items()}
    named = {called: given["name"] for called, given in script.people.items()}
    return replace(script, people=people, turns=tuple(_in_groups(_here(turn), named) for turn in script.turns))


def _in_groups(turn: dict[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    """Who signed is called in a group, which WeCom's robot cannot, so that it says what he is called."""
    if "group" not in turn:
        return turn
    return {**turn, "group": {group: _calling(looks, named) for group, looks in turn["group"].items()}}


def _calling(looks: Any, named: Mapping[str, str]) -> Any:
    if isinstance(looks, list):
        return [_calling(each, named) for each in looks]
    if not isinstance(looks, Mapping) or not looks.get("title", "").startswith("🎉"):
        return looks
    title = looks["title"]
    for called, name in named.items():
        title = title.replace(f"🎉 {called}", f"🎉 @{name}")
    return {**looks, "title": title}


def _here(part: Any) -> Any:
    if isinstance(part, list):
        return [_here(each) for each in part]
    if not isinstance(part, dict):
        return part
    told = {name: _here(value) for name, value in part.items() if name != "via"}
    if told.get("delivered") == "renamed" and "rows" in told:  # the id of a message stays, so it is stored once
        told["rows"] = {table: rows for table, rows in told["rows"].items() if table != "inbox"}
    told |= {name: told[name].lower() for name in _ACCOUNTS if isinstance(told.get(name), str)}
    return told | ({"channel": _CHANNELS[told["channel"]]} if told.get("channel") in _CHANNELS else {})


async def set_groups(stage: DingTalkStage, script: Script) -> None:
    """The groups of a script, made by their first member, with the robot in them. Where it has none, each team has a
    group, which somebody set: on DingTalk genjin makes none itself."""
    for number, (name, members) in enumerate(script.groups.items(), 1):
        userids = [script.people[called]["userid"] for called in members]
        stage.dingtalk.add_group(f"cidStage{number:02}==", name, userids)
    for name, members in script.hooks.items():
        stage.add_hook(name, [script.people[called]["userid"] for called in members])
    if not script.groups and not script.hooks:
        await _set_teams(stage, [given["userid"] for given in script.people.values()])


async def _set_teams(stage: DingTalkStage, members: list[str]) -> None:
    async with stage.app.database.begin() as connection:
        teams = (await connection.execute(select(Team.id, Team.name))).all()
        someone = (await connection.execute(select(Person.id).limit(1))).scalar()
        for team_id, name in teams:
            chat = f"cidTeam{team_id}=="
            stage.dingtalk.add_group(chat, f"{name}销售群", members)
            now = stage.clock.now()
            values = {"channel": "dingtalk", "chat_id": chat, "use": "team", "team_id": team_id, "sealed": ""}
            values |= {"set_by_id": someone, "set_at": now, "created_at": now}
            await connection.execute(GroupChat.__table__.insert().values(values))  # type: ignore[attr-defined]


def changed_in_place(looks: Any, new: list[Seen], changed: list[Seen], differ: Any) -> list[Seen] | None:
    """Where WeCom shows a card anew because it can change it no more, DingTalk changes the one that stands there, and a
    line at the bottom says so. The changed cards that are not such, where everything expected came; else None."""
    ways = (_left(order, new, changed, differ) for order in permutations(listed(looks)))
    return next((left for left in ways if left is not None), None)


def _left(looks: Iterable[Any], new: list[Seen], changed: list[Seen], differ: Any) -> list[Seen] | None:
    """What is left where each expectation, in this order, takes the first that it fits."""
    spare_new, spare_changed = list(new), list(changed)
    for look in looks:
        found = _first(look, spare_new, differ) or _first(look, map(_as_anew, spare_changed), differ)
        if found is None:
            return None
        spare_new = [each for each in spare_new if each is not found]
        spare_changed = [each for each in spare_changed if each.id != found.id]
    in_place = len(spare_changed) < len(changed)
    return spare_changed if all(in_place and each.kind == "text" for each in spare_new) else None


def _first(look: Any, among: Iterable[Seen], differ: Any) -> Seen | None:
    matching: Iterator[Seen] = (each for each in among if not list(differ(look, each)))
    return next(matching, None)


def _as_anew(seen: Seen) -> Seen:
    return replace(seen, note=f"更新 · {seen.note}" if seen.note else "更新")
