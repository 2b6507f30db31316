"""Playing a script on the stage and holding what people see against what it says they see.

In each turn everything new on anybody's screen is accounted for: a message that no expectation names is a failure, and
so is a missing one. Cards that changed in place are looked at where the script says `card_now`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.messenger.faults import Trick
from bot.messenger.people import Organisation
from bot.messenger.robot.model import RobotQuirks
from tests import company
from tests.dialogues import on_dingtalk
from tests.dialogues.records import ZONE, BadScript, Records, moment
from tests.dialogues.script import EXPECTS, Script, last_wording, listed, wordings
from tests.dingtalk.stage import DingTalkStage
from tests.dingtalk.stage import staged as staged_on_dingtalk
from tests.stage import QUIRKS, Seen, Stage, Stuck, staged

_STEP = re.compile(r"^\+(\d+)(s|m|h|d)$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DELIVERED = {"twice": Trick.TWICE, "concurrently": Trick.CONCURRENTLY, "renamed": Trick.RENAMED}
_NUMBERS = ("department", "status", "number", "parent")  # of what an administrator types
_ORDERED = ("facts", "lines", "choice", "lists", "buttons", "menu")


class Differs(AssertionError):
    """What was seen is not what the script says."""


async def play(script: Script, database_url: str, *, variants: bool = True, on: str = "wecom") -> None:
    """The whole conversation, with every other wording of its turns, or each turn in its last wording alone, at the
    time at which that would be said; raises `Differs` with the transcript so far. `on` is the messenger."""
    if on == "dingtalk":
        script = on_dingtalk.here(script)
    async with _stage(script, database_url, on) as stage:
        records = Records(stage.app.database)
        await records.cast(script.people, script.teams, channel=on)
        if script.book:
            await _follow(stage, script)
        for short, given in script.customers.items():
            await records.customer(short, given)
        if isinstance(stage, DingTalkStage):
            await on_dingtalk.set_groups(stage, script)
        else:
            make_groups(stage, script)
        player = Player(script, stage, records)
        for number, turn in enumerate(script.turns, 1):
            for said in (turn, *wordings(turn)) if variants else last_wording(turn):
                await player.turn(number, said, silent=said is not turn and said.keys().isdisjoint(EXPECTS))


async def difference(script: Script, database_url: str, **how: Any) -> str:
    """How the conversation went where it is not as its script says."""
    try:
        await play(script, database_url, **how)
    except Differs as seen:
        return str(seen)
    return ""


def _stage(script: Script, database_url: str, on: str) -> AbstractAsyncContextManager[Stage]:
    people = [] if script.book else [_member(given) for given in script.people.values()]
    more: dict[str, Any] = {"listens": script.listens, "robot": RobotQuirks() if script.robot else None}
    if script.book:
        more |= {"contacts": True, "quirks": replace(QUIRKS, names=script.book)}
    if on == "dingtalk":
        more = {"own_template": True, "listens": script.listens, "contacts": bool(script.book)}
        more["now"] = moment(script.now)
        return staged_on_dingtalk(database_url, script.company, people, **more)
    return staged(database_url, script.company, people, now=moment(script.now), **more)


def make_groups(stage: Stage, script: Script) -> None:
    """The groups of a script, made by their first member, with the robot in them."""
    for number, (name, members) in enumerate(script.groups.items(), 1):
        stage.robot.add_group(f"wrStage{number:02}", name, [script.people[called]["userid"] for called in members])
    for name, members in script.hooks.items():
        stage.add_hook(name, [script.people[called]["userid"] for called in members])


def _member(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"userid": given["userid"], "name": given["name"], "title": given.get("title", "")}


async def _follow(stage: Stage, script: Script) -> None:
    """The company is in the address book as it is on record, and genjin has read it."""
    userids = {called: given["userid"] for called, given in script.people.items()}
    leads = {given.get("lead") for given in script.teams.values()}
    members = []
    for called, given in script.people.items():
        placed = {"department": given["team"]} if "team" in given else {}
        boss = userids.get(given.get("manager", ""))
        members.append(_member(given) | placed | {"leader": boss, "leads": called in leads})
    made = Organisation.build(script.company, members)
    stage.server.organisation.departments.update(made.departments)
    for member in made:
        stage.server.organisation.add(member)
    await stage.settle()
    await company.staff(stage, "read", {})


@dataclass(slots=True)
class Screen:
    """One person's chat, or one group's: what came in this turn, and what changed on older cards."""

    new: list[Seen] = field(default_factory=list)
    changed: list[Seen] = field(default_factory=list)


class Player:
    """Plays turns one after the other; `transcript` is what happened so far, for a person to read."""

    def __init__(self, script: Script, stage: Stage, records: Records) -> None:
        self._script, self._stage, self._records = script, stage, records
        self._userids = {called: given["userid"] for called, given in script.people.items()}
        self._before: dict[str, dict[str, Seen]] = {}
        self.transcript: list[str] = []

    async def turn(self, number: int, turn: Mapping[str, Any], *, silent: bool = False) -> None:
        """One turn; of a `silent` one nothing is expected, as it only takes back what was before it."""
        wrong: list[str] = []
        try:
            await self._act(turn)
        except (Stuck, LookupError) as broken:
            wrong.append(f"{type(broken).__name__}: {broken}")
        chats, groups = self._look()
        self._write_down(chats, groups)
        if not wrong and not silent:
            wrong += self._chats(turn, chats)
            wrong += self._groups(turn.get("group") or {}, groups)
            wrong += await self._rows(turn.get("rows") or {})
            wrong += _told_outside(turn.get("outsiders") or {}, self._stage)
        if wrong:
            told = "\n".join(self.transcript)
            what = "\n".join(f"✗ {line}" for line in wrong)  # first, for a long failure is shown cut at its end
            raise Differs(f"{self._script.title}, turn {number}\n{what}\n\n{told}")

    # -- doing -----------------------------------------------------------------------------------------------------

    async def _act(self, turn: Mapping[str, Any]) -> None:
        who = turn.get("who", "")
        if who and who not in self._userids:
            raise BadScript(f"nobody is called {who}")
        if clock := turn.get("clock"):
            await self._stage.move(_moved(clock))
        now = f"{self._stage.clock.now().astimezone(ZONE):%m-%d %H:%M}"
        did = next(
            (
                f"{name}: {turn[name]}"
                for name in ("says", "taps", "sends", "menu", "happens", "book", "opens")
                if name in turn
            ),
            "",
        )
        picked = f" ({turn['choose']})" if "choose" in turn else ""
        picked += f" @ {turn.get('in') or turn.get('to')}" if turn.keys() & {"in", "to"} else ""
        self.transcript.append(f"── {now} {who} {did}{picked}".rstrip())
        if "happens" in turn:
            event, parts = next(iter(turn["happens"].items()))
            await self._stage.happen(event, parts or {})
        if "book" in turn:
            did, given = next(iter(turn["book"].items()))
            await company.staff(self._stage, did, {k: int(v) if k in _NUMBERS else v for k, v in (given or {}).items()})
        if "outside" in turn:
            did, given = next(iter(turn["outside"].items()))
            await company.outside(self._stage, did, {k: v == "yes" if k == "half" else v for k, v in given.items()})
            for external, greetings in self._stage.server.outside.welcomed.items():
                self.transcript += [f"→ ({external}) {said}" for said in greetings]
        if who and ("to" in turn or "in" in turn):
            await self._with_robot(self._userids[who], turn, turn.get("in", ""))
        elif who:
            await self._do(self._userids[who], turn)

    async def _with_robot(self, userid: str, turn: Mapping[str, Any], group: str) -> None:
        if "says" in turn:
            await self._stage.robot_say(userid, self._stage.with_hooks(turn["says"]), group)
        elif "taps" in turn:
            await self._stage.robot_tap(userid, turn["taps"], group, turn.get("choose", ""))
        elif "sends" in turn:
            await self._stage.robot_send(userid, turn["sends"], group)
        elif "opens" in turn:
            await self._stage.heard(self._stage.robot.enter(userid))

    async def _do(self, userid: str, turn: Mapping[str, Any]) -> None:
        stage = self._stage
        if "says" in turn:
            await stage.say(
                userid,
                stage.with_hooks(turn["says"]),
                trick=_DELIVERED[turn["delivered"]] if "delivered" in turn else None,
            )
        elif "taps" in turn:
            times = int(turn.get("times", "1"))
            await stage.tap(userid, turn["taps"], turn.get("choose", ""), turn.get("on", ""), times)
        elif "sends" in turn:
            trick = _DELIVERED[turn["delivered"]] if "delivered" in turn else None
            await stage.send(userid, turn["sends"], trick=trick)
        elif "menu" in turn:
            await stage.click(userid, turn["menu"])
        elif "opens" in turn:
            await stage.open(userid)

    # -- seeing ----------------------------------------------------------------------------------------------------

    def _look(self) -> tuple[dict[str, Screen], dict[str, Screen]]:
        stage = self._stage
        seen = {called: stage.chat(userid) + stage.robot_chat(userid) for called, userid in self._userids.items()}
        chats = {called: self._since(called, messages) for called, messages in seen.items()}
        together = stage.groups() | stage.robot_groups()
        groups = {name: self._since(f"# {name}", messages) for name, messages in together.items()}
        return chats, groups

    def _since(self, where: str, now: list[Seen]) -> Screen:
        before = self._before.get(where, {})
        self._before[where] = {seen.id: seen for seen in now}
        new = [seen for seen in now if seen.id not in before]
        return Screen(new, [seen for seen in now if seen.id in before and before[seen.id] != seen])

    def _write_down(self, chats: Mapping[str, Screen], groups: Mapping[str, Screen]) -> None:
        for where, screen in (*chats.items(), *groups.items()):
            self.transcript += [_indented(f"→ {where} ", seen) for seen in screen.new]
            self.transcript += [_indented(f"↻ {where} ", seen) for seen in screen.changed]

    # -- comparing -------------------------------------------------------------------------------------------------

    def _chats(self, turn: Mapping[str, Any], chats: Mapping[str, Screen]) -> Iterator[str]:
        expected = dict(turn.get("others") or {})
        if who := turn.get("who"):
            expected[who] = {name: turn[name] for name in ("sees", "card_now") if name in turn}
        for called in listed(turn.get("nothing_for")):
            if chats[called].changed:
                yield f"a card of {called} changed: {chats[called].changed[-1].title}"
        for called, screen in chats.items():
            looks = expected.pop(called, {})
            if looks == "any":
                continue
            left = self._left_in_place(looks, screen)
            if left is None:
                yield from _compared(called, "sees", looks.get("sees"), screen.new, exact=True)
            left = screen.changed if left is None else left
            yield from _compared(called, "card_now", looks.get("card_now"), left, exact=False)
        yield from (f"nobody is called {called}" for called in expected)

    def _left_in_place(self, looks: Mapping[str, Any], screen: Screen) -> list[Seen] | None:
        """On DingTalk a card that WeCom shows anew may have changed where it stands: the other changed ones, then."""
        if not isinstance(self._stage, DingTalkStage):
            return None
        return on_dingtalk.changed_in_place(looks.get("sees"), screen.new, screen.changed, differences)

    def _groups(self, expected: Mapping[str, Any], groups: Mapping[str, Screen]) -> Iterator[str]:
        for name in {*expected, *groups}:
            screen = groups.get(name, Screen())
            if self._left_in_place({"sees": expected.get(name)}, screen) is None:
                yield from _compared(f"group {name}", "sees", expected.get(name), screen.new, exact=True)

    async def _rows(self, expected: Mapping[str, Any]) -> list[str]:
        wrong: list[str] = []
        for table, patterns in expected.items():
            rows = await self._records.rows(table)
            live = [row for row in rows if row["gone"] == "no"]
            if isinstance(patterns, str):
                patterns = [{"count": patterns}]
            for pattern in listed(patterns):
                wrong += _matched(table, dict(pattern), rows if "gone" in pattern else live)
        return wrong


def _told_outside(expected: Mapping[str, Any], stage: Stage) -> Iterator[str]:
    """What customers outside were greeted with, and how colleagues have them: 员工 of 客户 to remark, tags, ..."""
    for external, looks in expected.items():
        here = company.outsider(stage, external)
        for name, value in looks.items():
            if here.get(name, "none") != value:
                yield f"outside {external}: {name} {value!r} expected, {here.get(name, 'none')!r} there"


def _moved(said: str) -> Any:
    step = _STEP.match(said)
    return timedelta(**{_UNITS[step[2]]: int(step[1])}) if step else moment(said)


def _indented(head: str, seen: Seen) -> str:
    return head + str(seen).replace("\n", "\n" + " " * 8)


def _compared(whose: str, what: str, expected: Any, screen: list[Seen], *, exact: bool) -> Iterator[str]:
    """`exact`: what came is as many as expected. Else the newest ones are meant."""
    looks = listed(expected)
    if exact and len(screen) > len(looks):
        yield f"{whose} {what}: {len(looks)} expected, {len(screen)} came: {' | '.join(map(_named, screen))}"
    if len(screen) < len(looks):
        yield f"{whose} {what}: {len(looks)} expected, {len(screen)} {'came' if exact else 'changed'}"
    for look, seen in zip(looks, screen[-len(looks) :] if looks else [], strict=False):
        yield from (f"{whose} {what} [{_named(seen)}] {line}" for line in differences(look, seen))


def _named(seen: Seen) -> str:
    return seen.title or seen.text[:30]


def differences(look: Any, seen: Seen) -> Iterator[str]:
    """Where what is seen is not as the script says; a look that is only words is a line of text."""
    if look == "any":
        return
    if isinstance(look, str):
        look = {"text": look}
    for name, value in look.items():
        match name:
            case "has" | "without":
                for words in listed(value):
                    if (words in str(seen)) != (name == "has"):
                        yield f"{name}: {words}"
            case "has_facts":
                here = dict(seen.facts)
                yield from (
                    f"fact {k}: {v!r} expected, {here.get(k)!r} seen" for k, v in value.items() if here.get(k) != v
                )
            case "has_buttons":
                yield from (f"no button {label}" for label in value if label not in seen.buttons)
            case "no_buttons":
                yield from (f"a button {label}" for label in value if label in seen.buttons)
            case _:
                yield from _difference(name, value, getattr(seen, name))


def _difference(name: str, expected: Any, here: Any) -> Iterator[str]:
    if name == "facts":
        expected = [" = ".join(fact) for fact in (expected or {}).items()]
        here = [" = ".join(fact) for fact in here]
    elif name in _ORDERED:
        expected, here = listed(expected or None), list(here)
    elif expected == "none":
        expected = ""
    if expected != here:
        yield f"{name}\n    expected {expected!r}\n    seen     {here!r}"


def _matched(table: str, pattern: dict[str, str], rows: list[dict[str, str]]) -> Iterator[str]:
    count = int(pattern.pop("count", "1"))
    if rows and (wrong := [name for name in pattern if name not in rows[0]]):
        optional = ("customer", "person", "owner", "asker", "approver", "contact", "manager")
        if unknown := [name for name in wrong if name not in optional]:
            raise BadScript(f"{table} has no {', '.join(unknown)}")
    found = [row for row in rows if all(row.get(name, "none") == value for name, value in pattern.items())]
    if len(found) != count:
        shown = [{name: row.get(name, "none") for name in pattern} for row in rows]
        yield f"rows {table}: {count} × {pattern} expected, {len(found)} found among {len(rows)}" + "".join(
            f"\n    {row}" for row in shown[:8]
        )
