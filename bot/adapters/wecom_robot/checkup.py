"""What `genjin doctor` can say of the smart robot: whether its callback's address leads here; or, over the long
connection, what the process that holds it says of itself. It never connects: a second connection would throw that
process out."""

from __future__ import annotations

from datetime import timedelta

import aiohttp

from bot.adapters.knock import Door, knock
from bot.adapters.seal import CallbackCrypto
from bot.adapters.wecom.echo import echo
from bot.adapters.wecom_robot.callback import PATH, RobotKeys
from bot.adapters.wecom_robot.read import CHANNEL
from bot.checkup import Unwell
from config.clock import Clock
from config.messengers import WeComRobotSettings
from config.settings import Settings
from domain import holds
from domain.database import Database

_RESTART = "then restart genjin serve"
_CURES = {
    "refused": (
        "WeCom refuses BotID or Secret: copy both again from the robot's page (API模式, 使用长连接) to "
        f"GENJIN_WECOM__BOT_ID and GENJIN_WECOM__BOT_SECRET, {_RESTART}"
    ),
    "displaced": (
        "another program has connected as this robot, and genjin stays away, lest they throw each other out: "
        f"end the other one, or have a new Secret made, {_RESTART}"
    ),
    "connecting": (
        "cannot connect: does this machine reach GENJIN_WECOM__BOT_WS_URL? The log of genjin serve has the reason"
    ),
}


def hold_name(robot: WeComRobotSettings) -> str:
    """Under which name the one connection of this robot is held."""
    return f"{CHANNEL}:{robot.bot_id}"


async def call(settings: Settings, robot: WeComRobotSettings, http: aiohttp.ClientSession, clock: Clock) -> str:
    """Whether what WeCom sends to the robot's address arrives here, and is understood; raises `Unwell`."""
    crypto = CallbackCrypto(RobotKeys.of(robot))
    sealed = "GENJIN_WECOM__BOT_TOKEN or BOT_AES_KEY"
    door = Door(messenger="WeCom", path=PATH, entry="API模式」 → 「使用URL回调", settings=sealed)
    return await knock(settings.public_url, door, echo(http, crypto, clock))


async def look(settings: Settings, robot: WeComRobotSettings, clock: Clock) -> str:
    """One line on how the robot's connection stands; raises `Unwell`."""
    database = Database(settings.database, clock)
    try:
        async with database.read() as session:
            held = await holds.look(session, hold_name(robot))
    finally:
        await database.close()
    now = clock.now()
    if held is None or held.until is None or not now - timedelta(seconds=1) < held.until:
        raise Unwell("no genjin process holds the robot's connection: start genjin serve (or --role worker)")
    state = str(held.says.get("state", "connecting"))
    if state != "connected":
        raise Unwell(_CURES.get(state, _CURES["connecting"]))
    return "connected, by one process of all"
