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

# What only WeCom has: an app's menu, an event for an opened chat, places and links as messages, webhooks that are set
# by their address, customers outside, an address book that a script changes, and a repetition under another id.
_TURNS = {"menu", "opens", "happens", "book", "outside"}
_SENDS = {"location", "link"}


def why_not(script: Script) -> str:
    """Why a script is of WeCom alone; empty for one that runs here."""
    if script.book or script.hooks or script.robot:
        return "its address book, its webhooks, its smart robot"
    for turn in script.turns:
        if found := _TURNS & turn.keys():
            return ", ".join(found)
        sends = turn.get("sends", {})
        if isinstance(sends, Mapping) and (found := _SENDS & sends.keys()):
            return ", ".join(found)
        if turn.get("delivered") == "renamed" and "sends" in turn:
            return "a repetition under another id"
    return ""


def here(script: Script) -> Script:
    """The script with staff ids in small letters, as WeCom's are on record: DingTalk keeps them as they are spelt."""
    people = {called: {**given, "userid": given["userid"].lower()} for called, given in script.people.items()}
    return replace(script, people=people)


async def set_groups(stage: DingTalkStage, script: Script) -> None:
    """Each team has a group, which somebody set: on DingTalk genjin makes none itself."""
    members = [given["userid"] for given in script.people.values()]
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
