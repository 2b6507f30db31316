"""A group on DingTalk, where genjin makes none: it says what becomes of the news when the group is given up."""

from __future__ import annotations

from tests.dingtalk.stage import DingTalkStage

SHEN, MA, GROUP = "Staff01", "manager7", "cidGroup01=="


async def test_a_group_that_is_given_up_says_that_the_news_go_nowhere(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group(GROUP, "华南组", [MA, SHEN])
    await stage.robot_say(MA, "@跟进 把这个群设为华南销售群", "华南组")

    await stage.robot_say(MA, "@跟进 这个群不用了", "华南组")
    await stage.say(SHEN, "北辰仪器签了！合同68万")

    said = stage.groups()["华南组"]
    assert [each.title for each in said] == ["已设好 · 华南销售群", "已停用 · 华南销售群"]
    assert said[1].lines == ("华南的签约喜报没有群可发了，要发就再设一个",)
