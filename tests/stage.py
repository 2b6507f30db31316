"""The whole bot as people meet it: genjin behind the simulated WeCom server, on a clock that stands between two moves.

`staged` starts both on free ports of the loopback; `Stage` types, taps and reads what members see. Nothing is put in
between: what is typed travels as a sealed callback, and what is seen came over the messenger's API.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web
from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from bot.adapters.wecom import callback
from bot.adapters.wecom_robot import callback as robot_callback
from bot.app import App, listening, running
from bot.messenger import speech
from bot.messenger.faults import Trick
from bot.messenger.model import AppCredentials, Delivery, GroupChat, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.robot.model import RobotCredentials, RobotQuirks
from bot.messenger.robot.server import PATH as ROBOT_PATH
from bot.messenger.robot.server import RobotServer
from bot.messenger.webhooks import PATH as HOOK_PATH
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.settings import Settings
from domain.tables import Due, Inbox, Outbox, Queued
from tests.seen import Seen, robot_seen, seen
from tests.sending import MAGIC, send_one

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # Wednesday 16:00 in Shanghai
APP = AppCredentials(
    "wwgenjin00000002", 1000008, "secret-of-the-stage", "stageTok2026", "c3RhZ2VzdGFnZXN0YWdlc3RhZ2VzdGFnZXN0YWdlMTI"
)
ROBOT = RobotCredentials("aibStage01", "secret-of-the-robot")
CALLED = RobotCredentials("aibStage01", "", "robotTok2026", "cm9ib3Ryb2JvdHJvYm90cm9ib3Ryb2JvdHJvYm90MTI")
PATIENCE = 90.0  # seconds of real time until work that is due counts as stuck
# A minute on a clock that stands has no end, and a machine that stands still is no app that does not answer.
QUIRKS = Quirks(member_per_minute=100_000, member_per_hour=100_000, callback_timeout=PATIENCE, verify_timeout=PATIENCE)

QUEUES: tuple[type[Queued], ...] = (Inbox, Outbox, Due)

_FAILED = {table: (col(table.failures) > 0) | (col(table.state) == "dead") for table in QUEUES}
_CALLED = re.compile(r"<@([^>\s]+)>")


Choose = str | Sequence[str]  # an option by its text, or several


class Stuck(Exception):
    """Work that was due did not get done, or failed; the message says which."""


@dataclass(slots=True)
class Stage:
    """A running genjin and the messenger around it. Members are named by userid."""

    app: App
    server: WeComServer
    clock: ShiftableClock
    robot: RobotServer
    hooks: dict[str, str] = field(default_factory=dict)
    _typed: set[tuple[str, str, datetime]] = field(default_factory=set)

    async def say(self, userid: str, text: str, *, trick: Trick | None = None) -> None:
        """Type a line; `trick` is what the platform does with its delivery."""
        self.take_a_moment(userid, text)
        if trick is not None:
            self.server.faults.spoil(trick)
        await self.server.say(userid, text)
        await self.settle()

    def take_a_moment(self, userid: str, text: str) -> None:
        """Nobody types the same line twice within a second, so the clock, which stands, moves on for that."""
        while (userid, text, self.clock.now()) in self._typed:
            self.clock.advance(timedelta(seconds=1))
        self._typed.add((userid, text, self.clock.now()))

    async def open(self, userid: str) -> None:
        """Open the app's chat."""
        await self.server.enter(userid)
        await self.settle()

    async def send(self, userid: str, sent: str | Mapping[str, str], *, trick: Trick | None = None) -> None:
        """Send something that is no text: {image: 现场.jpg}, {voice: what is said}, {location: 园区路8号}, ...; or the
        bare name of a type that WeCom may have one day. `gone` is a file that WeCom keeps no more."""
        self.take_a_moment(userid, str(sent))
        if trick is not None:
            self.server.faults.spoil(trick)
        if isinstance(sent, str):
            await self._push_unknown(userid, sent)
        else:
            await send_one(self.server, userid, sent)
        await self.settle()

    async def _push_unknown(self, userid: str, kind: str) -> None:
        seconds = int(self.clock.now().timestamp())
        parts = {"ToUserName": APP.corp_id, "FromUserName": userid, "MsgType": kind, "MediaId": "media-1"}
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in parts.items())
        numbers = {"CreateTime": seconds, "MsgId": 9_000_000_000_000_000_000 + seconds, "AgentID": APP.agent_id}
        inner += "".join(f"<{name}>{number}</{name}>" for name, number in numbers.items())
        await self.server.push(userid, f"<xml>{inner}</xml>")

    async def tap(self, userid: str, label: str, choose: Choose = "", on: str = "", times: int = 1) -> None:
        """Tap the newest button, or menu item, with this label, on a card whose title has `on`, having picked the
        option `choose`, or several. With `times` the finger was faster than the card."""
        card = self._card(userid, label, on)
        press = self.server.tap if any(b.text == label for b in card.buttons) else self.server.menu
        key = next(b.key for b in (*card.buttons, *card.menu) if b.text == label)
        if choose:
            taps = [self.server.tap(userid, card.id, key, _picked(card, choose)) for _ in range(times)]
        else:
            taps = [press(userid, card.id, key) for _ in range(times)]
        await asyncio.gather(*taps)
        await self.settle()

    async def click(self, userid: str, label: str) -> None:
        """Tap an item of the app's menu, which genjin sets when it starts."""
        items = [item for top in await self._menu() for item in (top.get("sub_button") or [top])]
        key = next((item["key"] for item in items if item["name"] == label), None)
        if key is None:
            raise LookupError(f"no item {label} in the menu")
        await self.server.members.click(userid, key)
        await self.settle()

    async def _menu(self) -> list[dict[str, Any]]:
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            if self.server.menus.buttons or asyncio.get_running_loop().time() > until:
                return self.server.menus.buttons
            await asyncio.sleep(0.01)

    async def happen(self, event: str, parts: Mapping[str, str]) -> None:
        """Something that no person said: `change_contact` and the like, with these elements."""
        await self.server.members.happen(event, parts)
        await self.settle()

    @property
    def channel(self) -> str:
        """The messenger, as genjin calls it."""
        return "wecom"

    async def administer(self, did: str, given: Mapping[str, Any]) -> None:
        """Change the address book (`bot/messenger/staff.py`)."""
        await getattr(self.server.staff, did)(**given)
        await self.settle()

    async def move(self, to: timedelta | datetime) -> None:
        """Move the clock, by a time or to a moment."""
        if isinstance(to, datetime):
            self.clock.move_to(to)
        else:
            self.clock.advance(to)
        await self.settle()

    def add_hook(self, name: str, members: Sequence[str]) -> None:
        """A group of these members with a webhook, whose address can be said: {hook 群名}."""
        base = self.app.settings.wecom.api_base if self.app.settings.wecom is not None else ""
        self.hooks[name] = f"{base}{HOOK_PATH}?key={self.server.add_webhook(name, members).key}"

    def with_hooks(self, text: str) -> str:
        """The text with the addresses of webhooks in their places."""
        for name, address in self.hooks.items():
            text = text.replace(f"{{hook {name}}}", address)
        return text

    def chat(self, userid: str) -> list[Seen]:
        """What genjin sent to a member, oldest first, as it stands now."""
        return [seen(shown) for shown in self.server.chat(userid) if not shown.mine]

    def groups(self) -> dict[str, list[Seen]]:
        """What genjin sent to each group, by the group's name."""
        return {group.name: [seen(self._called(shown)) for shown in group.messages] for group in self.server.groups()}

    def _called(self, shown: Shown) -> Shown:
        """With names where somebody is called by his userid, as everybody sees it."""
        name = self.server.organisation.get
        return replace(shown, text=_CALLED.sub(lambda found: f"@{name(found[1]).name}", shown.text))

    async def heard(self, told: Awaitable[Delivery], also: str = "") -> None:
        """Do something with the robot; return once genjin has it, or what it makes of it with `also` behind its id, and
        everything that is due is done."""
        message_id = (await told).message_id + also
        async with asyncio.timeout(PATIENCE):
            while True:
                if await self._stored(message_id):
                    break
                await asyncio.sleep(0.005)
        await self.settle()

    async def robot_say(self, userid: str, text: str, group: str = "") -> None:
        """Say something in the robot's own chat, or in the group of this name, where it hears what holds its @."""
        if not group:
            await self.heard(self.robot.say(userid, text))
        elif f"@{ROBOT.name}" in text:
            await self.heard(self.robot.group_say(self._robot_group(group).chatid, userid, text))
        else:
            await self.robot.group_say(self._robot_group(group).chatid, userid, text)
            await self.settle()

    async def robot_send(self, userid: str, sent: Mapping[str, str], group: str = "") -> None:
        """Send the robot {image: 现场.jpg}, {voice: what is said}; {mixed: words, image: 现场.jpg} also in a group."""
        kind, what = next(iter(sent.items()))
        if kind == "voice":
            await self.heard(self.robot.speak(userid, what))
        elif kind == "mixed":
            chatid = self._robot_group(group).chatid if group else None
            told = self.robot.files.keep(sent["image"], MAGIC["image"] + sent["image"].encode())
            items = [{"msgtype": "text", "text": {"content": what}}] if what else []
            items.append({"msgtype": "image", "image": told})
            beside = what.replace(f"@{ROBOT.name}", "").strip()  # words make the picture a message of its own
            await self.heard(self.robot.send_mixed(userid, items, chatid), "#pictures" if beside else "")
        else:
            await self.heard(self.robot.send_file(userid, kind, what, MAGIC.get(kind, b"%PDF-1.7 ") + what.encode()))

    async def robot_tap(self, userid: str, label: str, group: str = "", choose: str = "") -> None:
        """Tap the newest button with this label in the robot's chat, or in the group, having picked `choose`."""
        place = self._robot_group(group).chatid if group else userid
        shown_there = self._robot_group(group).messages if group else self.robot.chat(userid)
        for shown in reversed(shown_there):
            for button in (*shown.buttons, *shown.menu):
                if button.text == label:
                    picked = _picked(shown, choose) if choose else None
                    await self.heard(self.robot.tap(place, shown.id, button.key, picked, by=userid))
                    return
        raise LookupError(f"no card of the robot with a button {label}")

    def _robot_group(self, name: str) -> GroupChat:
        return next(group for group in self.robot.groups() if group.name == name)

    def robot_groups(self) -> dict[str, list[Seen]]:
        """What the robot said in each group, by the group's name."""
        return {g.name: [robot_seen(m) for m in g.messages if m.sender == "app"] for g in self.robot.groups()}

    def robot_chat(self, userid: str) -> list[Seen]:
        """What the robot sent to a member, oldest first, as it stands now."""
        return [robot_seen(shown) for shown in self.robot.chat(userid) if not shown.mine]

    async def _stored(self, message_id: str) -> bool:
        async with self.app.database.read() as session:
            return bool((await session.execute(select(_count(Inbox, col(Inbox.message_id) == message_id)))).scalar())

    async def settle(self) -> None:
        """Return when everything that is due is done; `Stuck` where it cannot be done."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            waiting, failed = await self._left()
            if failed:
                raise Stuck("\n".join(await self._failures()))
            if not waiting and not self.server.outside.echoing:
                return
            if asyncio.get_running_loop().time() > until:
                raise Stuck("work that is due does not end")
            await asyncio.sleep(0.01)

    async def _left(self) -> tuple[int, int]:
        """How many rows wait that are due, and how many failed, in all queues at once."""
        due = [_count(t, col(t.state) == "waiting", col(t.due_at) <= self.clock.now()) for t in QUEUES]
        failed = [_count(t, _FAILED[t]) for t in QUEUES]
        async with self.app.database.read() as session:
            row = (await session.execute(select(sum(due[1:], due[0]), sum(failed[1:], failed[0])))).one()
        return int(row[0]), int(row[1])

    async def _failures(self) -> list[str]:
        found = []
        async with self.app.database.read() as session:
            for table in QUEUES:
                rows = await session.scalars(select(table).where(_FAILED[table]))
                found += [f"{table.__tablename__} {row.id}: {row.last_error}" for row in rows]
        return found

    def _card(self, userid: str, label: str, on: str) -> Shown:
        cards = [s for s in reversed(self.server.chat(userid)) if s.kind == "card"]
        for card in cards:
            if on in seen(card).title and any(b.text == label for b in (*card.buttons, *card.menu)):
                return card
        raise LookupError(f"no card with a button {label}" + (f" and a title with {on}" if on else ""))


def _count(table: type[Queued], *which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(*which).scalar_subquery()


def _picked(card: Shown, choose: Choose) -> Mapping[str, Sequence[str]]:
    """The member's picks by question: of one option where it is, of several each in its own question."""
    picked: dict[str, list[str]] = {}
    for wanted in [choose] if isinstance(choose, str) else choose:
        found = [(s.key, option) for s in card.selections for option, text in s.options if text == wanted]
        if not found:
            raise LookupError(f"no option {wanted}")
        picked.setdefault(found[0][0], []).append(found[0][1])
    return picked


def _faceless(server: WeComServer, _: ShiftableClock) -> web.Application:
    application = server.application()
    application.add_routes(speech.routes())
    return application


def unhurried(app: App) -> None:
    """What people send is waited for, however slow the machine is; else it would be told as still to come."""
    app.dispatcher._keeper._patience = PATIENCE


@asynccontextmanager
async def staged(
    database_url: str,
    company: str,
    people: Sequence[Mapping[str, Any]],
    *,
    now: datetime = NOW,
    face: Callable[[WeComServer, ShiftableClock], web.Application] = _faceless,
    listens: bool = False,
    robot: RobotQuirks | None = None,
    called: bool = False,
    llm: Mapping[str, Any] | None = None,
    contacts: bool = False,
    quirks: Quirks = QUIRKS,
    public_url: str | None = None,
) -> AsyncIterator[Stage]:
    """genjin on this database, in a company of these people (see `Organisation.build`). `face` serves the messenger.
    `listens`: recordings are written down. With `robot` genjin is the smart robot too, `called` by callbacks; `llm`
    are the settings of a large model. `contacts`: people follow the messenger's address book."""
    clock = ShiftableClock(now, still=True)
    server = WeComServer(Organisation.build(company, people), APP, clock, quirks=quirks)
    who = CALLED if called else ROBOT
    robots = RobotServer(server.organisation, who, clock, quirks=robot or RobotQuirks())
    application = face(server, clock)
    application.add_routes(robots.routes())
    async with listening(application, "127.0.0.1", 0) as port:
        wecom = {
            "corp_id": APP.corp_id,
            "agent_id": APP.agent_id,
            "secret": APP.secret,
            "token": APP.token,
            "aes_key": APP.aes_key,
            "api_base": f"http://127.0.0.1:{port}",
            "contacts": contacts,
        }
        if robot is not None:
            address = f"ws://127.0.0.1:{port}{ROBOT_PATH}"
            wecom |= {"bot_id": ROBOT.bot_id, "bot_secret": ROBOT.secret, "bot_ws_url": address}
        if called:
            wecom |= {"bot_token": CALLED.token, "bot_aes_key": CALLED.aes_key, "bot_id": "", "bot_secret": ""}
        given: dict[str, Any] = {"database_url": database_url, "secret_key": "k" * 40, "wecom": wecom, "llm": llm}
        given["public_url"] = public_url
        if listens:
            given["speech"] = {"base_url": f"http://127.0.0.1:{port}{speech.BASE}", "model": "any"}
        with TemporaryDirectory() as folder:
            settings = Settings.model_validate({**given, "data": folder})
            async with running(settings, clock) as app, listening(app.web, "127.0.0.1", 0) as home:
                unhurried(app)
                server.callback_url = f"http://127.0.0.1:{home}{callback.PATH}"
                if called:
                    robots.call_back(f"http://127.0.0.1:{home}{robot_callback.PATH}", f"http://127.0.0.1:{port}")
                elif robot is not None:
                    await robots.line.subscribed.wait()
                yield Stage(app, server, clock, robots)
                await robots.calls.close()
