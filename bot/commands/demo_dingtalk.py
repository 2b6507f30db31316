"""DingTalk in `genjin demo`: a second messenger beside WeCom, and a part of the sample company is on both."""

from __future__ import annotations

import secrets
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.adapters.dingtalk.api import CHANNEL
from bot.messenger.dingtalk import webhooks
from bot.messenger.dingtalk.model import DingTalkCredentials
from bot.messenger.dingtalk.server import DingTalkServer
from bot.messenger.page.dingtalk import DingTalkFace
from bot.messenger.people import Organisation
from bot.sample.staff import LEAD_ON_DINGTALK, ON_DINGTALK
from config.clock import Clock
from config.messengers import DingTalkSettings
from config.settings import Settings
from domain.tables import Account

TEMPLATE = "genjin-demo.schema"  # built by the company for its cards


def credentials() -> DingTalkCredentials:
    """An internal app that exists only for this run."""
    return DingTalkCredentials(
        client_id=f"ding{secrets.token_hex(8)}",
        client_secret=secrets.token_hex(32),
        templates=frozenset({TEMPLATE}),
    )


def connected(settings: Settings, app: DingTalkCredentials, base: str) -> Settings:
    """The settings with this app; who is on DingTalk is on record already."""
    mine = DingTalkSettings(
        client_id=app.client_id,
        client_secret=SecretStr(app.client_secret),
        card_template_id=TEMPLATE,
        api_base=base,
        oapi_base=base,
        login_base=base,
        todos=True,
        calendar=True,
        contacts=False,
    )
    return settings.model_copy(update={"dingtalk": mine})


async def face(organisation: Organisation, app: DingTalkCredentials, clock: Clock, base: str) -> DingTalkFace:
    """The messenger as the page shows it, with a group for each department in which people can talk to one another, and
    one with a robot of its own (自定义机器人), whose address stands in it."""
    made = DingTalkServer(organisation, app, clock)
    teams = [
        (each, [member.userid for member in organisation.of(each.id)]) for each in organisation.departments.values()
    ]
    talking = [(department, members) for department, members in teams if len(members) > 1]
    for department, members in talking:
        made.add_group(f"cidDemo{department.id}==", f"{department.name}钉钉群", members)
    for department, members in [each for each in talking if each[0].parent][:1]:
        robot = made.add_webhook(f"{department.name}钉钉喜报群", members)
        told = f"群里加了自定义机器人，地址：{base}{webhooks.PATH}?access_token={robot.token} 加签 {robot.secret}"
        await made.group_say(robot.chatid, members[0], told, robot=False)
    return DingTalkFace(made)


async def join(connection: AsyncConnection, now: datetime) -> None:
    """Who is on DingTalk too has an account there, also in a company that an earlier release made. Whoever leads was
    there last, so that he is told there until he opens WeCom."""
    there = select(col(Account.person_id)).where(col(Account.channel) == CHANNEL)
    query = select(col(Account.person_id), col(Account.userid)).where(
        col(Account.channel) == "wecom", col(Account.userid).in_(ON_DINGTALK), col(Account.person_id).not_in(there)
    )
    missing = [
        {"person_id": person, "channel": CHANNEL, "userid": userid}
        for person, userid in (await connection.execute(query)).all()
    ]
    if missing:
        await connection.execute(insert(Account), missing)
    lead = col(Account.channel) == CHANNEL, col(Account.userid).in_(LEAD_ON_DINGTALK)
    await connection.execute(update(Account).where(*lead).values(used_at=now))
