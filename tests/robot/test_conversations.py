"""What people see who talk to the smart robot: the whole bot, behind the robot's long connection."""

from __future__ import annotations

from tests.stage import Stage

NOTE = "下午拜访了北辰仪器的何总，预算大概50万，下周三之前给方案"


async def test_a_note_to_the_robot_is_answered_by_its_card(stage: Stage) -> None:
    await stage.heard(stage.robot.say("Shen.Qing", NOTE))

    card = stage.robot_chat("Shen.Qing")[0]
    assert card.title == "已记录 · 北辰仪器"
    assert ("预算", "约50万") in card.facts
    assert card.buttons[:2] == ("改一下", "撤销")
    assert stage.chat("Shen.Qing") == [], "what is said to the robot is not answered in the app"
