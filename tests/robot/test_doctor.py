"""What `genjin doctor` says of the robot, from outside of the process that holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.adapters.wecom_robot import checkup
from bot.adapters.wecom_robot.callback import PATH
from bot.checkup import Unwell
from bot.messenger.robot.model import RobotQuirks
from bot.robot import Robot
from config.messengers import WeComRobotSettings
from domain import holds
from tests.stage import Stage, staged

LEASE = timedelta(seconds=15)


async def test_who_is_connected_is_said_so_without_a_second_connection(stage: Stage) -> None:
    robot = _robot(stage)
    says = {"state": "connected"}
    await holds.renew(stage.app.database, checkup.hold_name(robot), await _holder(stage), LEASE, says)
    before = len(stage.robot.line.log)

    assert await checkup.look(stage.app.settings, robot, stage.clock) == "connected, by one process of all"
    assert len(stage.robot.line.log) == before


@pytest.mark.parametrize(
    ("state", "cure"), [("refused", "Secret"), ("displaced", "another program"), ("connecting", "BOT_WS_URL")]
)
async def test_what_is_wrong_comes_with_its_cure(stage: Stage, state: str, cure: str) -> None:
    robot = _robot(stage)
    assert isinstance(stage.app.robot, Robot)
    stage.app.robot.link.state = state  # which is what is said with each renewal of the hold
    await stage.app.robot._holder.confirmed()

    with pytest.raises(Unwell, match=cure):
        await checkup.look(stage.app.settings, robot, stage.clock)


async def test_nobody_holds_it(stage: Stage) -> None:
    stage.clock.advance(timedelta(hours=1))
    other = _robot(stage).model_copy(update={"bot_id": "somebody-else"})

    with pytest.raises(Unwell, match="genjin serve"):
        await checkup.look(stage.app.settings, other, stage.clock)


def _robot(stage: Stage) -> WeComRobotSettings:
    robot = stage.app.settings.wecom_robot
    assert robot is not None
    return robot


async def _holder(stage: Stage) -> str:
    async with stage.app.database.read() as session:
        held = await holds.look(session, checkup.hold_name(_robot(stage)))
    assert held is not None
    return held.holder


async def test_the_robots_callback_is_tried_as_it_is_when_its_address_is_saved(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", [], robot=RobotQuirks(), called=True) as stage, ClientSession() as http:
        url = str(stage.robot.calls.url).removesuffix(PATH)
        here = stage.app.settings.model_copy(update={"public_url": url})
        robot = _robot(stage)
        other = robot.model_copy(update={"bot_token": SecretStr("another")})

        assert "使用URL回调" in await checkup.call(here, robot, http, stage.clock)
        with pytest.raises(Unwell, match="BOT_TOKEN"):
            await checkup.call(here, other, http, stage.clock)
