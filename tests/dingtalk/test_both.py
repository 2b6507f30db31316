"""A company on both messengers: one state, and what is shown on both is closed on both."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.actor import SYSTEM, Cause
from domain.tables import Account, Approval, Person
from tests.dingtalk.conftest import MEMBERS, NEWCOMER, PEOPLE, on_record
from tests.dingtalk.stage import DingTalkStage, button, staged
from tests.stage import Stage

SHEN, MA = "Staff01", "manager7"
APPROVAL = "北辰仪器ERP二期申请85折，客户预算紧"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[DingTalkStage]:
    """Everybody is on WeCom; the manager, and who sells, on DingTalk too."""
    async with staged(sqlite_url, "远山科技", [*MEMBERS, NEWCOMER], both=True) as made:
        await on_record(made, channel="wecom")
        async with made.app.database.begin() as connection:
            for called in ("沈青", "马林"):
                query = select(Person.id).where(Person.name == called)
                person = (await connection.execute(query)).scalar_one()
                values = {"person_id": person, "channel": "dingtalk", "userid": PEOPLE[called]["userid"]}
                await connection.execute(Account.__table__.insert().values(values))
        yield made


def in_wecom(stage: DingTalkStage, userid: str) -> list[str]:
    return [f"{card.title} {card.state}".strip() for card in Stage.chat(stage, userid)]


async def test_a_manager_on_dingtalk_approves_what_was_asked_in_wecom(stage: DingTalkStage) -> None:
    await stage.say(MA, "待审批")
    await Stage.say(stage, SHEN, APPROVAL)

    await stage.tap(MA, "同意")

    assert any(title.startswith("已同意") for title in in_wecom(stage, SHEN))
    assert not any("待你审批" in title for title in in_wecom(stage, MA)), "he is told where he was last"


async def test_an_approval_that_is_shown_on_both_is_closed_on_both_and_decided_once(stage: DingTalkStage) -> None:
    await Stage.say(stage, MA, "待审批")
    await Stage.say(stage, SHEN, APPROVAL)
    await stage.move(timedelta(minutes=1))
    await stage.say(MA, "待审批")
    card, key, _ = button(stage.dingtalk.chat(MA), "同意", "", "待你审批")

    await asyncio.gather(stage.dingtalk.tap(MA, card.id, key), stage.server.say(MA, "同意"))
    await stage.settle()

    assert any(seen.title.startswith("已同意") and seen.state for seen in stage.chat(MA))
    assert not any(seen.buttons for seen in Stage.chat(stage, MA) if "审批" in seen.title)
    async with stage.app.database.read() as session:
        decided = (await session.execute(select(Approval))).scalars().all()
    assert [approval.state for approval in decided] == ["approved"]
    told = [title for title in in_wecom(stage, SHEN) if "同意" in title]
    assert len(told) == len(set(told)), "who asked is told once"


async def test_a_person_is_answered_where_he_writes_and_told_where_he_wrote_last(stage: DingTalkStage) -> None:
    await Stage.say(stage, SHEN, "北辰仪器")
    await stage.move(timedelta(hours=2))
    await stage.say(SHEN, "明天上午十点提醒我给何总打电话")
    before = len(in_wecom(stage, SHEN))

    await stage.move(timedelta(hours=17))

    assert "打电话" in stage.chat(SHEN)[-1].title
    assert len(in_wecom(stage, SHEN)) == before


async def test_while_dingtalk_is_down_nothing_is_lost_and_wecom_goes_on(stage: DingTalkStage) -> None:
    await stage.say(MA, "待审批")
    stage.dingtalk.faults.down = True

    await stage.server.say(SHEN, APPROVAL)
    async with asyncio.timeout(60):
        while True:
            if any("已提交" in title for title in in_wecom(stage, SHEN)):
                break
            await asyncio.sleep(0.01)
    stage.dingtalk.faults.down = False
    async with asyncio.timeout(60):
        while True:
            if any("待你审批" in seen.title for seen in stage.chat(MA)):
                break
            stage.clock.advance(timedelta(seconds=30))
            await asyncio.sleep(0.05)

    assert ["待你审批" in seen.title for seen in stage.chat(MA)].count(True) == 1, "once, though it was tried often"


async def test_a_code_that_is_told_in_wecom_makes_a_stranger_on_dingtalk_the_same_person_once(
    stage: DingTalkStage,
) -> None:
    await Stage.say(stage, "staff02", "绑定")
    code = in_wecom_words(stage, "staff02")

    await stage.say("staff02", f"绑定{code}")
    await stage.say("staff02", "今天先跟谁")
    await stage.say("new9", f"绑定{code}")

    assert stage.chat("staff02")[0].text == "绑好了，小陶。两边说的都记在你名下"
    assert not any(seen.text.startswith("我还不认识你") for seen in stage.chat("staff02"))
    assert stage.chat("new9")[0].text.startswith("这个绑定码不对或过期了")


async def test_a_code_ends_after_ten_minutes_and_is_worth_nothing_in_a_group(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group("cidGroup01==", "华南组", [SHEN, "staff02"])
    await Stage.say(stage, "staff02", "绑定钉钉")
    code = in_wecom_words(stage, "staff02")

    await stage.pushed(stage.dingtalk.group_say("cidGroup01==", "staff02", f"绑定{code}"))
    await stage.move(timedelta(minutes=11))
    await stage.say("staff02", f"绑定{code}")

    assert stage.groups()["华南组"][0].text.startswith("我还不认识你")
    assert stage.chat("staff02")[0].text.startswith("这个绑定码不对或过期了")


async def test_whom_the_address_book_took_for_somebody_new_becomes_who_he_is_by_the_code(stage: DingTalkStage) -> None:
    async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        twin = await uow.add(Person(name="陶一", roles=["sales"], created_at=uow.now, greeted_at=uow.now))
        await uow.add(Account(person_id=twin.id, channel="dingtalk", userid="staff02"))
    await Stage.say(stage, "staff02", "绑定")

    await stage.say("staff02", f"绑定{in_wecom_words(stage, 'staff02')}")

    assert stage.chat("staff02")[-1].text.startswith("绑好了，小陶")
    async with stage.app.database.read() as session:
        query = select(Account.channel, Account.person_id).where(Account.userid == "staff02")
        owners = {person for _, person in (await session.execute(query)).all()}
        assert len(owners) == 1
        assert twin.id not in owners


def in_wecom_words(stage: DingTalkStage, userid: str) -> str:
    """The code that genjin said in WeCom."""
    said = " ".join(seen.text for seen in Stage.chat(stage, userid))
    found = re.search(r"绑定(\d{6})", said)
    assert found is not None, said
    return found[1]
