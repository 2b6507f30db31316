"""What cannot go now: answers before reminders, several lines as one message, only the last change of a card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cards.model import Limits
from domain.actor import Cause
from domain.errors import ChannelError, NotFound
from tests.scheduler.post import NOON, TYPED, Post, post_office

# Of five a minute four are for reminders; a wait ends when there is room for one.
LIMITS = Limits(per_minute=5, per_hour=100, group=Limits(per_minute=1, per_hour=100))


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with post_office(database_url, LIMITS) as made:
        yield made


async def test_lines_that_wait_become_one_message_in_their_order(post: Post) -> None:
    await post.posted(4, NOON)

    await post.tell("一", "二", "三")
    await post.deliver()
    assert post.chat.said == []
    await post.later(seconds=63)

    assert post.chat.texts() == ["一\n二\n三"]
    assert [row.state for row in await post.rows()][-3:] == ["done", "done", "done"]


async def test_lines_that_come_while_it_waits_follow_as_a_message_of_their_own(post: Post) -> None:
    await post.posted(3, NOON)
    await post.posted(1, NOON + timedelta(seconds=1))
    await post.tell("一", "二")
    await post.deliver()
    await post.later(seconds=30)

    await post.tell("三")
    await post.deliver()
    await post.later(seconds=33)

    assert post.chat.texts() == ["一\n二", "三"]


async def test_what_is_too_long_for_one_message_is_not_cut(post: Post) -> None:
    await post.posted(4, NOON)
    long = ["长" * 500, "话" * 500]

    await post.tell(*long)
    await post.deliver()
    await post.later(minutes=2)

    assert post.chat.texts() == long


async def test_a_message_that_may_have_arrived_takes_nothing_along(post: Post) -> None:
    post.chat.refusing = [ChannelError("no answer")]
    await post.tell("一")
    await post.deliver()
    await post.posted(4, NOON)
    await post.tell("二")

    await post.later(seconds=10)
    await post.later(seconds=63)

    assert post.chat.texts() == ["一", "二"]


async def test_what_waits_in_a_group_becomes_one_message(post: Post) -> None:
    for number in range(4):
        await post.tell(f"喜报{number}", to="team:1")
    await post.deliver()
    assert post.chat.texts("team:1") == ["喜报0"]

    await post.later(seconds=63)

    assert post.chat.texts("team:1") == ["喜报0", "攒了 3 条一起发：\n喜报1\n喜报2\n喜报3"]


async def test_an_answer_goes_before_the_reminders_that_wait(post: Post) -> None:
    await post.posted(5, NOON)
    await post.tell("提醒", cause=Cause("due", 1))
    await post.deliver()
    await post.tell("回", cause=TYPED)
    await post.deliver()

    await post.later(seconds=63)

    assert post.chat.texts() == ["回", "提醒"]


async def test_of_several_changes_of_a_card_only_the_last_is_made(post: Post) -> None:
    await post.tell("卡", key="card")
    await post.deliver()

    for text in ("改一", "改二", "改三"):
        await post.redraw("card", text)
    await post.deliver()

    assert post.chat.changed == ["改三"]
    assert [row.state for row in await post.rows()] == ["done"] * 4


async def test_a_card_that_still_waits_is_changed_before_it_goes(post: Post) -> None:
    await post.posted(5, NOON)
    await post.tell("卡", key="card")
    await post.deliver()

    await post.redraw("card", "改了")
    await post.deliver()
    await post.later(seconds=63)

    assert post.chat.texts() == ["改了"]
    assert post.chat.changed == []


async def test_a_change_of_a_card_that_may_have_arrived_follows_it(post: Post) -> None:
    post.chat.refusing = [ChannelError("no answer")] * 4
    await post.tell("卡", key="card")
    for _ in range(4):
        await post.deliver()
        post.clock.advance(timedelta(seconds=40))
    await post.redraw("card", "改了")
    await post.deliver()
    assert post.chat.said == []

    for _ in range(3):
        await post.later(minutes=5)

    assert post.chat.texts() == ["卡"]
    assert post.chat.changed == ["改了"]


async def test_of_what_went_together_only_what_may_still_be_seen_is_shown(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cards.builders import plain

    async def draw(session: object, viewer: object, moment: object, kind: str, params: dict[str, str]) -> object:
        if params["text"] == "二":
            raise NotFound
        return plain.text(params["text"], moment)  # type: ignore[arg-type]

    await post.posted(4, NOON)
    await post.tell("一", "二", "三")
    await post.deliver()
    monkeypatch.setattr(plain, "draw", draw)
    await post.later(seconds=63)

    assert post.chat.texts() == ["一\n三"]
