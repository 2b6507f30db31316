"""What goes to a group that somebody set, and what goes wrong there."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from bot.messenger.model import GroupChat
from domain.tables import Outbox
from tests.stage import Stage, Stuck

SHEN, MA = "Shen.Qing", "ma.lin"
WON = "北辰仪器签了！合同68万"


async def with_group(stage: Stage, name: str, said: str) -> GroupChat:
    """A group in which the manager said what it is for."""
    stage.clock.advance(timedelta(minutes=1))
    group = stage.robot.add_group(f"wr{name}", name, [MA, SHEN])
    await stage.heard(stage.robot.group_say(group.chatid, MA, f"@跟进 {said}"))
    return group


async def fail_to_answer(stage: Stage) -> None:
    """Somebody asks, and what is refused is not answered; all that follows from that is done."""
    with suppress(Stuck):
        await stage.say(MA, "帮助")
    await stage.app.settled()


async def test_a_teams_news_goes_to_the_group_that_was_set_last(stage: Stage) -> None:
    await with_group(stage, "旧群", "把这个群设为华南销售群")
    await with_group(stage, "新群", "把这个群设为华南销售群")

    await stage.say(SHEN, WON)

    said = stage.robot_groups()
    assert [card.title for card in said["旧群"]] == ["已设好 · 华南销售群"]
    assert [card.title for card in said["新群"]] == ["已设好 · 华南销售群", "🎉 小沈签下 北辰仪器"]
    assert "原来那个群不再发了" in said["新群"][0].lines


async def test_a_group_that_is_not_used_any_more_gives_the_news_back_to_the_one_genjin_makes(stage: Stage) -> None:
    await stage.say(MA, "帮助")
    group = await with_group(stage, "临时群", "把这个群设为华南销售群")
    await stage.heard(stage.robot.group_say(group.chatid, MA, "@跟进 这个群不用了"))

    await stage.say(SHEN, WON)

    assert [card.title for card in stage.groups()["华南销售群"]] == ["🎉 小沈签下 北辰仪器"]
    assert all("签下" not in card.title for card in stage.robot_groups()["临时群"])


async def test_what_is_said_in_the_teams_group_is_paced_with_its_news(stage: Stage) -> None:
    group = await with_group(stage, "新群", "把这个群设为华南销售群")

    await stage.say(SHEN, WON)

    async with stage.app.database.read() as session:
        rows = (await session.execute(select(Outbox).where(Outbox.recipient == f"group:{group.chatid}"))).scalars()
        found = {(row.lane, row.kind, row.urgency) for row in rows}
    lane = f"wecom.robot:group:{group.chatid}"
    assert found == {(lane, "group.card", 0), (lane, "win.group", 2)}


async def test_what_cannot_be_delivered_is_told_in_the_group_for_alerts(stage: Stage) -> None:
    await with_group(stage, "运维群", "把这个群设为预警群")
    stage.server.faults.refuse("message/send", 81013)

    await fail_to_answer(stage)

    assert [line.text for line in stage.robot_groups()["运维群"]][1:] == [
        "有一条没发到马总（第 2 条）。用 genjin doctor 看原因"
    ]


async def test_an_alert_that_cannot_be_delivered_makes_no_other_alert(stage: Stage) -> None:
    await with_group(stage, "运维群", "把这个群设为预警群")
    stage.server.faults.refuse("message/send", 81013)
    stage.robot.faults.refuse("aibot_send_msg", 93006)

    await fail_to_answer(stage)

    assert len(stage.robot_groups()["运维群"]) == 1
    async with stage.app.database.read() as session:
        dead = (await session.execute(select(Outbox.kind).where(Outbox.state == "dead"))).scalars().all()
    assert len(dead) == 2
