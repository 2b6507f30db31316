"""What `genjin doctor` says of the robot, from outside of the process that holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.adapters.wecom_robot import checkup
from bot.checkup import Unwell
from config.settings import WeComRobotSettings
from domain import holds
from tests.stage import Stage

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
    name = checkup.hold_name(robot)
    await holds.renew(stage.app.database, name, await _holder(stage), LEASE, {"state": state})

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
