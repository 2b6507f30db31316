"""Where DingTalk takes no cards, a button is a link: opening it does nothing, its page does it once, for one person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.messenger.dingtalk.sending import Said
from bot.web import one_time
from domain.tables import Approval, Inbox, Person
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged
from tests.stage import PATIENCE

SHEN, MA = "Staff01", "manager7"
OUTSIDE = "https://genjin.example"
CARDS = "v1.0/card/instances/createAndDeliver"
NO_RIGHT = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def stage(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DingTalkStage]:
    """DingTalk without a right to cards, genjin where browsers reach it, and a request that waits for the manager."""
    monkeypatch.setattr(one_time, "PATIENCE", PATIENCE)
    async with staged(sqlite_url, "远山科技", MEMBERS, public_url=OUTSIDE) as made:
        await on_record(made)
        made.dingtalk.faults.refuse(CARDS, NO_RIGHT, status=403, times=1000)
        await made.say(SHEN, "北辰仪器ERP二期申请85折，客户预算紧")
        yield made


def newest(stage: DingTalkStage, userid: str) -> Said:
    return next(said for said in reversed(stage.dingtalk.chat(userid)) if isinstance(said, Said) and said.links)


def link(stage: DingTalkStage, userid: str, label: str) -> str:
    """Where the newest button with this label leads, as a browser here reaches it."""
    url = dict(newest(stage, userid).links)[label]
    assert url.startswith(f"{OUTSIDE}/h5/do/")
    return url.replace(OUTSIDE, stage.home)


async def opened(url: str, method: str = "GET") -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as http, http.request(method, url) as answer:
        return answer.status, await answer.text(), answer.headers.get("Content-Security-Policy", "")


async def states(stage: DingTalkStage) -> list[str]:
    async with stage.app.database.read() as session:
        return [str(state) for state in (await session.scalars(select(Approval.state))).all()]


async def test_a_card_is_words_with_links_and_the_page_of_one_does_what_its_button_says(stage: DingTalkStage) -> None:
    card = newest(stage, MA)
    status, shown, policy = await opened(link(stage, MA, "同意"))
    before = await states(stage)
    done, said, _ = await opened(link(stage, MA, "同意"), "POST")
    await stage.settle()

    assert "待你审批" in card.title
    assert [label for label, _ in card.links][:2] == ["同意", "驳回"]
    assert (status, before) == (200, ["waiting"]), "a look at a link decides nothing"
    assert "<button>同意</button>" in shown
    assert "form-action 'self'" in policy
    assert done == 200
    assert "已同意" in said
    assert "马林" in said
    assert await states(stage) == ["approved"]
    assert any("批了" in each.title for each in stage.chat(SHEN))


async def test_a_link_is_good_once_and_the_other_one_finds_it_decided(stage: DingTalkStage) -> None:
    yes, no = link(stage, MA, "同意"), link(stage, MA, "驳回")
    await opened(yes, "POST")

    again, said, _ = await opened(yes, "POST")
    late, told, _ = await opened(no, "POST")
    await stage.settle()

    assert again == 409
    assert "一个只能用一次" in said
    assert late == 200
    assert "已同意" in told
    assert await states(stage) == ["approved"]


async def test_a_link_that_is_old_or_changed_does_nothing_and_says_so(stage: DingTalkStage) -> None:
    yes = link(stage, MA, "同意")
    body, _, signature = yes.rpartition("/")[2].partition(".")
    forged = [
        yes.replace(signature, "0" * 64),
        yes.replace(body, body[:-2] + ("AA" if body[-2:] != "AA" else "BB")),
    ]
    answers = [await opened(url, "POST") for url in forged]
    stage.clock.advance(timedelta(days=3, minutes=1))
    answers.append(await opened(yes, "POST"))

    assert [status for status, _, _ in answers] == [403, 403, 403]
    assert all("过期了，或者不完整" in said for _, said, _ in answers)
    async with stage.app.database.read() as session:
        assert "action" not in (await session.scalars(select(Inbox.kind))).all()


async def test_a_link_of_somebody_who_has_left_does_nothing_and_says_so(stage: DingTalkStage) -> None:
    yes = link(stage, MA, "同意")
    async with stage.app.database.begin() as connection:
        await connection.execute(update(Person).where(Person.name == "马林").values(active=False))

    status, said, _ = await opened(yes, "POST")

    assert status == 403
    assert "什么也没办" in said
    assert await states(stage) == ["waiting"]


async def test_what_stands_in_a_group_has_no_links_for_they_are_for_one_person(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group("cidGroup01==", "华南组", [SHEN, MA])

    await stage.pushed(stage.dingtalk.group_say("cidGroup01==", MA, "把这个群设为华南销售群"))

    (group,) = stage.dingtalk.groups()
    said = [each for each in group.messages if each.sender == "app"]
    assert len(said) == 1
    assert not [each for each in said if isinstance(each, Said) and each.links]
    assert "/h5/do/" not in said[0].text
