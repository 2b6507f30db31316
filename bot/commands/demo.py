"""`genjin demo`: genjin on the embedded default, and the messengers on this machine to talk to it with.

They meet over HTTP as in production, with credentials made up for this run. They share one clock, which the page
moves forward; a later start begins where that clock was left, so that nothing stored lies ahead of it.
"""

from __future__ import annotations

import asyncio
import base64
import errno
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import delete, func, select
from sqlmodel import col

from bot.app import App, listening, running
from bot.commands import demo_dingtalk
from bot.commands.ports import HOST, free_port
from bot.commands.serving import told_to_stop
from bot.messenger import speech, webhooks
from bot.messenger.model import AppCredentials
from bot.messenger.page.server import page
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.robot.faults import RobotFaults
from bot.messenger.robot.model import RobotCredentials
from bot.messenger.robot.server import PATH as ROBOT_PATH
from bot.messenger.robot.server import RobotServer
from bot.messenger.wecom import WeComServer
from bot.robot import ROBOT
from bot.sample import fill
from bot.sample.plan import people_only, plan
from bot.sample.staff import COMPANY
from bot.web.signin import SESSION, SESSION_AT
from config.clock import ShiftableClock
from config.messengers import WeComRobotSettings, WeComSettings
from config.settings import Settings, SpeechSettings
from domain import migrate
from domain.database import Database
from domain.tables import Account, GroupChat, Inbox, Outbox, Person, Team

AGENT_ID = 1_000_002
VERIFIED = 20.0  # seconds for the first answer; WeCom's one is little for a machine that starts both sides


class Refused(Exception):
    """The demo cannot start; the message is the line that helps."""


async def demo(settings: Settings, *, port: int, data: Path | None, empty: bool) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    try:
        async with stage(settings, port=port, data=data, empty=empty) as address:
            sys.stdout.write(f"打开 {address}\nOpen {address} in a browser; Ctrl-C ends it.\n")
            sys.stdout.flush()
            await told_to_stop()
    except Refused as why:
        sys.stderr.write(f"genjin: {why}\n")
        return 2
    return 0


@asynccontextmanager
async def stage(settings: Settings, *, port: int, data: Path | None, empty: bool) -> AsyncIterator[str]:
    """Genjin and the messenger, both up; yields the messenger's address. `port` 0 takes a free one."""
    _require_free(port)
    port, own_port = port or free_port(), free_port()
    app = _credentials()
    settings = _embedded(settings, data or settings.data, app, f"http://{HOST}:{port}", own_port)
    settings, credentials = _with_robot(settings, port)
    dingtalk = demo_dingtalk.credentials()
    settings = demo_dingtalk.connected(settings, dingtalk, f"http://{HOST}:{port}")
    clock, organisation, elsewhere = await _prepare(settings, empty=empty)
    server = WeComServer(organisation, app, clock, quirks=Quirks(verify_timeout=VERIFIED))
    server.oauth.trusted = f"{HOST}:{own_port}"
    robot = RobotServer(organisation, credentials, clock, faults=RobotFaults(server.faults.switches))
    _gather(robot, organisation)
    await _hook(server, organisation, port)
    server.callback_url = f"http://{HOST}:{own_port}/wecom/callback"
    beside = await demo_dingtalk.face(elsewhere, dingtalk, clock, f"http://{HOST}:{port}")
    beside.login.trusted = server.oauth.trusted
    face = page(server, clock, settings.zone, robot, forget=((SESSION, SESSION_AT),), beside=(beside,))
    async with (
        listening(face, HOST, port),
        running(settings, clock) as genjin,
        _heard(genjin, own_port),
    ):
        if not await server.verify_callback():
            raise Refused("the messenger does not reach genjin; is a proxy or firewall between the two?")
        yield f"http://{HOST}:{port}"


@asynccontextmanager
async def _heard(genjin: App, port: int) -> AsyncIterator[None]:
    async with listening(genjin.web, HOST, port):
        warming = asyncio.create_task(genjin.warm())
        try:
            yield
        finally:
            warming.cancel()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            if taken.errno == errno.EADDRINUSE:
                raise Refused(
                    f"port {port} is taken; name another one: genjin demo --port {port % 65535 + 1}"
                ) from None
            raise Refused(f"port {port} cannot be used ({taken.strerror}); name one above 1023 with --port") from None


def _credentials() -> AppCredentials:
    """A self-built app that exists only for this run."""
    return AppCredentials(
        corp_id=f"ww{secrets.token_hex(8)}",
        agent_id=AGENT_ID,
        secret=secrets.token_hex(16),
        token=secrets.token_hex(12),
        aes_key=_aes_key(),
    )


def _aes_key() -> str:
    """43 letters and digits that stand for 32 random bytes."""
    while not (key := base64.b64encode(os.urandom(32)).decode().rstrip("=")).isalnum():
        pass
    return key


def _embedded(settings: Settings, data: Path, app: AppCredentials, api_base: str, port: int) -> Settings:
    """The embedded default: SQLite in the data folder, no Redis, and the messenger of this machine."""
    wecom = WeComSettings(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        secret=SecretStr(app.secret),
        token=SecretStr(app.token),
        aes_key=SecretStr(app.aes_key),
        api_base=api_base,
        oauth_base=api_base,
    )
    heard = SpeechSettings(base_url=f"{api_base}{speech.BASE}", api_key=None, model="the-words-themselves")
    changes: dict[str, Any] = {
        "speech": heard,
        "data": data.resolve(),
        "database_url": "",
        "redis_url": None,
        "wecom": wecom,
    }
    changes |= {"bind": f"{HOST}:{port}", "public_url": f"http://{HOST}:{port}", "secret_key": None}
    return settings.model_copy(update=changes)


def _with_robot(settings: Settings, port: int) -> tuple[Settings, RobotCredentials]:
    """The same with a smart robot that exists only for this run, and the robot as the messenger knows it."""
    robot = RobotCredentials(f"aib{secrets.token_hex(8)}", secrets.token_hex(16))
    address = f"ws://{HOST}:{port}{ROBOT_PATH}"
    mine = WeComRobotSettings(bot_id=robot.bot_id, bot_secret=SecretStr(robot.secret), bot_ws_url=address)
    return settings.model_copy(update={"wecom_robot": mine}), robot


def _gather(robot: RobotServer, organisation: Organisation) -> None:
    """A group with the robot in it for each department in which people can talk to one another."""
    for department in organisation.departments.values():
        members = [member.userid for member in organisation.of(department.id)]
        if len(members) > 1:
            robot.add_group(f"wrDemo{department.id}", f"{department.name}讨论群", members)


async def _hook(server: WeComServer, organisation: Organisation, port: int) -> None:
    """A group with a webhook for the first team; who added it says the address there."""
    for department in organisation.departments.values():
        members = [member.userid for member in organisation.of(department.id)]
        if len(members) > 1 and department.parent:
            hook = server.add_webhook(f"{department.name}喜报群", members)
            address = f"http://{HOST}:{port}{webhooks.PATH}?key={hook.key}"
            await server.group_say(hook.chatid, members[0], f"群里加了消息推送，地址：{address}")
            return


async def _prepare(settings: Settings, *, empty: bool) -> tuple[ShiftableClock, Organisation, Organisation]:
    """The database at this release's schema with somebody in it; the clock, the people on WeCom, those on DingTalk."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise Refused(f"{settings.data}: {wrong.strerror}; name a folder that can be written with --data") from None
    await migrate.upgrade(settings.database)
    clock = ShiftableClock()
    database = Database(settings.database, clock)
    try:
        if await fill.is_empty(database):
            now = clock.now()
            await fill.fill(database, people_only() if empty else plan(now, settings.zone), now)
        clock = ShiftableClock(max(clock.now(), await _latest(database) or clock.now()))
        async with database.begin() as connection:
            # A messenger that starts anew has no groups yet, and nobody has written to its robot.
            await connection.execute(delete(GroupChat))
            await connection.execute(delete(Account).where(col(Account.channel) == ROBOT))
            await demo_dingtalk.join(connection, clock.now())
        return clock, await _organisation(database, "wecom"), await _organisation(database, "dingtalk")
    finally:
        await database.close()


async def _latest(database: Database) -> datetime | None:
    """The last moment that the database knows of; the page's clock may have been ahead of the machine's."""
    async with database.read() as session:
        columns = (col(Inbox.received_at), col(Outbox.created_at), col(Outbox.sent_at))
        found = [await session.scalar(select(func.max(column))) for column in columns]
    return max((moment for moment in found if moment is not None), default=None)


async def _organisation(database: Database, channel: str) -> Organisation:
    """Everybody on record with an account there, in teams, with whom they report to."""
    async with database.read() as session:
        query = select(Account, Person).join(Person, col(Person.id) == col(Account.person_id))
        query = query.where(col(Account.channel) == channel, col(Person.active), col(Person.gone_at).is_(None))
        rows = [(a, p) for a, p in (await session.execute(query.order_by(col(Person.id)))).all()]
        teams = {team.id: team for team in (await session.scalars(select(Team))).all()}
    userids = {person.id: account.userid for account, person in rows}
    people = [_member(account.userid, person, userids, teams) for account, person in rows]
    return Organisation.build(COMPANY, people)


def _member(userid: str, person: Person, userids: dict[int, str], teams: dict[int, Team]) -> dict[str, Any]:
    team = teams.get(person.team_id or 0)
    member: dict[str, Any] = {"userid": userid, "name": person.name, "title": person.title}
    member["leader"] = userids.get(person.manager_id or 0)
    if team is not None:
        member |= {"department": team.name, "leads": team.lead_id == person.id}
    return member
