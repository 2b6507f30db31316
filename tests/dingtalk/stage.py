"""The whole bot behind the simulated DingTalk: the stage that WeCom has, with other hands and eyes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.app import listening, running
from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, Push
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.dingtalk.webhooks import PATH as HOOK_PATH
from bot.messenger.faults import Trick
from bot.messenger.model import GroupChat, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.robot.server import RobotServer
from bot.messenger.speech import recording
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.settings import Settings
from tests.dingtalk.seen import seen
from tests.seen import Seen
from tests.sending import MAGIC
from tests.stage import APP as WECOM
from tests.stage import NOW, PATIENCE, QUIRKS, ROBOT, Choose, Stage, unhurried

TEMPLATE = "0b1c-genjin.schema"
DINGTALK = DingTalkCredentials(
    client_id="dingstage0001",
    client_secret="secret-of-dingtalk",
    templates=frozenset({TEMPLATE}),
    token="stageTok2026",
    aes_key="c3RhZ2VzdGFnZXN0YWdlc3RhZ2VzdGFnZXN0YWdlc3R",
)
_CALL = f"@{DINGTALK.name}"
_KINDS = {"image": "picture", "file": "file", "video": "video"}
ROOMY = DingTalkQuirks(
    calls_per_second=100_000, calls_per_month=10_000_000, callback_seconds=PATIENCE, event_seconds=PATIENCE
)


@dataclass(slots=True, kw_only=True)
class DingTalkStage(Stage):
    """Members are named by staff id. What is typed travels over the Stream, what is seen came over DingTalk's API."""

    dingtalk: DingTalkServer
    listens: bool = False  # whether the platform writes down what is spoken
    home: str = ""  # where genjin's own pages are

    async def say(self, userid: str, text: str, *, trick: Any = None) -> None:
        self.take_a_moment(userid, text)
        if trick is not None:
            self.dingtalk.faults.spoil("again" if trick is Trick.RENAMED else "twice")
        await self.pushed(self.dingtalk.say(userid, text))

    async def settle(self) -> None:
        """The same, with what DingTalk tells of what was changed there."""
        await Stage.settle(self)
        while True:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*self.dingtalk.echoing)
                await self._heard()
            await Stage.settle(self)
            if not self.dingtalk.echoing:
                return

    async def tick(self, userid: str, subject: str) -> None:
        """Tick a to-do in DingTalk's 待办."""
        item = next(each for each in self.dingtalk.todos.of(userid) if subject in each.subject)
        self.dingtalk.todos.tick(userid, item.id)
        await self.settle()

    async def _heard(self) -> None:
        """Return once every event that reached us is stored."""
        log = self.dingtalk.gateway.log
        events = [entry for entry in log if entry["type"] == "EVENT" and entry["heard"]]
        await self.dingtalk.gateway.until(lambda: all(entry["ack"] for entry in events))

    async def send(self, userid: str, sent: str | Mapping[str, str], *, trick: Any = None) -> None:
        """Send what is no text: {image: 现场.jpg}, {file: 名.pdf}, {voice: what is said}, or the name of a type that
        DingTalk may have one day. `gone` is a file that DingTalk keeps no more."""
        self.take_a_moment(userid, str(sent))
        if trick is not None:
            self.dingtalk.faults.spoil("again" if trick is Trick.RENAMED else "twice")
        if isinstance(sent, str):
            await self.pushed(self.dingtalk.send(userid, {"msgtype": sent}))
            return
        kind, what = next(iter(sent.items()))
        if kind == "voice":
            code = self.dingtalk.media.keep("voice.amr", recording(what))
            content = {"downloadCode": code, "duration": 3200} | ({"recognition": what} if self.listens else {})
            await self.pushed(self.dingtalk.send(userid, {"msgtype": "audio", "content": content}))
            return
        data = MAGIC.get(kind, b"%PDF-1.7 ") + what.encode()
        if sent.get("gone") == "yes":
            body = {"msgtype": _KINDS[kind], "content": {"downloadCode": "gone", "fileName": what}}
            await self.pushed(self.dingtalk.send(userid, body))
        else:
            await self.pushed(self.dingtalk.send_file(userid, _KINDS[kind], what, data))

    async def pushed(self, told: Any) -> Push:
        """Do something in DingTalk; return once genjin has it and everything that is due is done."""
        push: Push = await told
        told_of = [entry for entry in self.dingtalk.gateway.log if entry["data"].get("msgId") == push.message_id]
        async with asyncio.timeout(PATIENCE):
            if push.heard and told_of:
                await self.dingtalk.gateway.until(lambda: told_of[-1]["ack"])  # which comes when it is stored
        await self.settle()
        return push

    async def happened(self, event: str, data: Mapping[str, Any]) -> None:
        """Something that no person said; `data` as the event has it."""
        before = len(self.dingtalk.gateway.log)
        await self.dingtalk.event(event, dict(data))
        async with asyncio.timeout(PATIENCE):
            await self.dingtalk.gateway.until(lambda: self.dingtalk.gateway.log[before]["ack"])
        await self.settle()

    @property
    def channel(self) -> str:
        return "dingtalk"

    async def open(self, userid: str) -> None:
        """Open the robot's chat, of which DingTalk tells nobody."""
        await self.settle()

    async def administer(self, did: str, given: Mapping[str, Any]) -> None:
        log = self.dingtalk.gateway.log
        before = len(log)
        await getattr(self.dingtalk.staff, did)(**given)
        async with asyncio.timeout(PATIENCE):
            await self.dingtalk.gateway.until(lambda: all(entry["ack"] for entry in log[before:]))
        await self.settle()

    async def robot_say(self, userid: str, text: str, group: str = "") -> None:
        """Say something to the robot, or in the group of this name, where it hears what calls it."""
        if not group:
            await self.say(userid, text)
            return
        said, heard = text.replace(_CALL, "").strip(), _CALL in text
        await self.pushed(self.dingtalk.group_say(self._group(group).chatid, userid, said, robot=heard))

    async def robot_send(self, userid: str, sent: Mapping[str, str], group: str = "") -> None:
        """Send the robot what `send` sends; {mixed: words, image: 现场.jpg} also in a group."""
        if "mixed" not in sent:
            await self.send(userid, sent)
            return
        words = sent["mixed"].replace(_CALL, "").strip()
        code = self.dingtalk.media.keep(sent["image"], MAGIC["image"] + sent["image"].encode())
        parts = [{"text": f" {words} "}] if words else []
        parts.append({"type": "picture", "downloadCode": code, "pictureDownloadCode": code})
        await self.pushed(self.dingtalk.send_rich(userid, parts, self._group(group).chatid if group else None))

    async def robot_tap(self, userid: str, label: str, group: str = "", choose: str = "") -> None:
        """Tap the newest button with this label in the robot's chat, or in the group."""
        if not group:
            await self.tap(userid, label, choose)
            return
        place = self._group(group)
        card, key, picked = button(place.messages, label, choose, "")
        await self.dingtalk.tap(place.chatid, card.id, key, picked, by=userid)
        await self.settle()

    def add_hook(self, name: str, members: Sequence[str]) -> None:
        """A group with a robot of its own, whose address and secret can be said."""
        base = self.app.settings.dingtalk.oapi_base if self.app.settings.dingtalk is not None else ""
        robot = self.dingtalk.add_webhook(name, members)
        self.hooks[name] = f"{base}{HOOK_PATH}?access_token={robot.token} 加签 {robot.secret}"

    def _group(self, name: str) -> GroupChat:
        return next(group for group in self.dingtalk.groups() if group.name == name)

    async def tap(self, userid: str, label: str, choose: Choose = "", on: str = "", times: int = 1) -> None:
        card, key, picked = button(self.dingtalk.chat(userid), label, choose, on)
        await asyncio.gather(*[self.dingtalk.tap(userid, card.id, key, picked) for _ in range(times)])
        await self.settle()

    def chat(self, userid: str) -> list[Seen]:
        return [seen(shown) for shown in self.dingtalk.chat(userid) if not shown.mine]

    def groups(self) -> dict[str, list[Seen]]:
        """With names where somebody is called, as everybody sees it."""
        found = {g.name: [m for m in g.messages if m.sender == "app"] for g in self.dingtalk.groups()}
        return {name: [self._called_in(shown) for shown in messages] for name, messages in found.items()}

    def _called_in(self, shown: Shown) -> Seen:
        found, called = seen(shown), (shown.card or {}).get("called") or {}
        for userid, said in called.items():
            found = replace(found, title=found.title.replace(said, f"@{self.dingtalk.organisation.get(userid).name}"))
        return found


def button(
    shown_there: Sequence[Shown], label: str, choose: Choose, on: str
) -> tuple[CardShown, str, Mapping[str, Any]]:
    """The newest card that has it, what a tap on it tells, and what was picked before. Where the card has no form,
    the option is itself what is tapped."""
    wanted = [choose] if isinstance(choose, str) else list(choose)
    for shown in reversed(shown_there):
        if not isinstance(shown, CardShown) or on not in shown.title:
            continue
        keys = {button.text: button.key for button in (*shown.buttons, *shown.menu)}
        if label in keys:
            return shown, keys[label], _picked(shown, [each for each in wanted if each])
        if choose and len(wanted) == 1 and wanted[0] in keys:
            return shown, keys[wanted[0]], {}
    raise LookupError(f"no card with a button {label}" + (f" and a title with {on}" if on else ""))


def _picked(card: CardShown, wanted: Sequence[str]) -> dict[str, list[str]]:
    picked: dict[str, list[str]] = {}
    for text in wanted:
        found = [(s.key, option) for s in card.selections for option, said in s.options if said == text]
        if not found:
            raise LookupError(f"no option {text}")
        picked.setdefault(found[0][0], []).append(found[0][1])
    return picked


@asynccontextmanager
async def staged(
    database_url: str,
    company: str,
    people: Sequence[Mapping[str, Any]],
    *,
    now: datetime = NOW,
    quirks: DingTalkQuirks = ROOMY,
    own_template: bool = False,
    both: bool = False,
    contacts: bool = False,
    listens: bool = False,
    called: bool = False,
    wecom: Quirks = QUIRKS,
    still: bool = True,
    public_url: str | None = None,
    sign_in: bool = False,
    todos: bool = False,
    calendar: bool = False,
    calls: int = 100_000,
) -> AsyncIterator[DingTalkStage]:
    """genjin with DingTalk alone, or with WeCom beside it. `own_template`: the company has built one for its cards.
    `called`: in HTTP mode. `sign_in`: people sign in to pages there. `todos`: tasks stand in
    待办, `calendar`: appointments in the calendar. `calls`: how many of one API we make a second. Without `still` the
    clock runs on from `now`."""
    clock = ShiftableClock(now, still=still)
    organisation = Organisation.build(company, people)
    dingtalk = DingTalkServer(organisation, DINGTALK, clock, quirks=quirks)
    server = WeComServer(organisation, WECOM, clock, quirks=wecom)
    application = server.application()
    application.add_routes(dingtalk.routes())
    async with listening(application, "127.0.0.1", 0) as port:
        base = f"http://127.0.0.1:{port}"
        with TemporaryDirectory() as folder:
            given = _settings(base, database_url, own_template=own_template, both=both, contacts=contacts)
            if called:
                given["dingtalk"] |= {"token": DINGTALK.token, "aes_key": DINGTALK.aes_key}
            given["dingtalk"] |= {"sign_in": sign_in, "todos": todos, "calendar": calendar, "calls_per_second": calls}
            dingtalk.oauth.trusted = urlsplit(public_url or "").netloc if sign_in else ""
            settings = Settings.model_validate({**given, "data": folder, "public_url": public_url})
            async with running(settings, clock) as app, listening(app.web, "127.0.0.1", 0) as home:
                unhurried(app)
                server.callback_url = f"http://127.0.0.1:{home}/wecom/callback" if both else None
                dingtalk.calls.url = f"http://127.0.0.1:{home}/dingtalk/callback" if called else None
                dingtalk.calls.names = {str(public_url): f"http://127.0.0.1:{home}"}
                async with asyncio.timeout(60):
                    await dingtalk.gateway.until(lambda: dingtalk.gateway.sockets)
                robot = RobotServer(organisation, ROBOT, clock)
                pages = f"http://127.0.0.1:{home}"
                yield DingTalkStage(app, server, clock, robot, dingtalk=dingtalk, listens=listens, home=pages)
            await dingtalk.close()


def _settings(base: str, database_url: str, *, own_template: bool, both: bool, contacts: bool) -> dict[str, Any]:
    given: dict[str, Any] = {"database_url": database_url, "secret_key": "k" * 40}
    given["dingtalk"] = {
        "client_id": DINGTALK.client_id,
        "client_secret": DINGTALK.client_secret,
        "api_base": base,
        "oapi_base": base,
        "login_base": base,
        "contacts": contacts,
        "card_template_id": TEMPLATE if own_template else None,
    }
    if both:
        given["wecom"] = {
            "corp_id": WECOM.corp_id,
            "agent_id": WECOM.agent_id,
            "secret": WECOM.secret,
            "token": WECOM.token,
            "aes_key": WECOM.aes_key,
            "api_base": base,
            "contacts": False,
        }
    return given


__all__ = ["DINGTALK", "ROOMY", "TEMPLATE", "DingTalkStage", "Push", "button", "staged", "web"]
