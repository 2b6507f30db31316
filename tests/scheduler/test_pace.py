"""What a messenger allows is kept before it is enforced: for a recipient, for a group, for the app; whoever sent it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.terminal import TerminalGroups
from cards.model import Limits
from domain.errors import ChannelError, Throttled
from scheduler.sender import Sender
from tests.scheduler.post import NOON, TYPED, Post, post_office

LIMITS = Limits(per_minute=5, per_hour=20, group=Limits(per_minute=2, per_hour=100))


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with post_office(database_url, LIMITS) as made:
        yield made


def answers(count: int) -> list[str]:
    return [f"回{n}" for n in range(count)]


async def answer(post: Post, *texts: str) -> None:
    """One after the other, as somebody asks: nothing waits long enough to be folded."""
    for text in texts:
        await post.tell(text, cause=TYPED)
        await post.deliver()


async def test_the_message_above_a_minutes_limit_waits_until_the_first_is_a_minute_old(post: Post) -> None:
    await answer(post, *answers(6))
    assert post.chat.texts() == answers(5)

    await post.later(seconds=60)
    assert post.chat.texts() == answers(5)

    await post.later(seconds=2)
    assert post.chat.texts() == answers(6)


async def test_an_hour_has_its_own_limit(post: Post) -> None:
    await post.posted(20, NOON - timedelta(minutes=30))

    await answer(post, "回")
    await post.later(minutes=29)
    assert post.chat.texts() == []

    await post.later(minutes=2)
    assert post.chat.texts() == ["回"]


async def test_what_others_sent_before_this_process_began_counts(post: Post) -> None:
    await post.posted(5, NOON - timedelta(seconds=20))
    post.sender = Sender(post.database, {"wecom": post.chat}, TerminalGroups(), ZoneInfo("Asia/Shanghai"))

    await answer(post, "回")
    assert post.chat.texts() == []

    await post.later(seconds=43)
    assert post.chat.texts() == ["回"]


async def test_one_recipient_does_not_slow_another(post: Post) -> None:
    await post.posted(5, NOON)

    await post.tell("你好", to="ma")
    await post.deliver()

    assert post.chat.texts("ma") == ["你好"]


async def test_a_part_of_the_minute_is_kept_for_answers(post: Post) -> None:
    await post.tell(*(f"提醒{n}" for n in range(9)))
    await post.deliver()
    assert len(post.chat.said) == 4

    await answer(post, "回")
    assert post.chat.texts()[-1] == "回"


async def test_a_changed_card_is_no_message_and_waits_for_nothing(post: Post) -> None:
    await post.tell("卡", key="card")
    await post.deliver()
    await post.posted(5, NOON)

    await post.redraw("card", "改了")
    await post.deliver()

    assert post.chat.changed == ["改了"]


async def test_a_message_that_may_have_arrived_counts(post: Post) -> None:
    post.chat.refusing = [ChannelError("no answer")]
    await answer(post, "丢了")
    await post.posted(4, NOON)

    post.clock.advance(timedelta(seconds=2))
    await answer(post, "回")

    assert post.chat.said == []


async def test_a_clock_that_was_put_back_stops_nobody_for_ever(post: Post) -> None:
    await post.posted(5, NOON + timedelta(hours=5))

    await answer(post, "回")

    assert post.chat.texts() == ["回"]


async def test_a_group_has_its_own_limit(post: Post) -> None:
    for number in range(3):
        await post.tell(f"喜报{number}", to="team:1")
        await post.deliver()
    assert post.chat.texts("team:1") == ["喜报0", "喜报1"]

    await post.later(seconds=63)
    assert post.chat.texts("team:1") == ["喜报0", "喜报1", "喜报2"]


async def test_when_the_apps_day_runs_out_news_stop_first_and_answers_last(post: Post) -> None:
    post.chat.limits = Limits(per_minute=100, per_hour=1000, per_day_each=100)
    await post.posted(95, NOON - timedelta(hours=5), to="ma")

    await post.tell("提醒")
    await answer(post, "回")
    await post.later(minutes=2)
    assert post.chat.texts() == ["回"]

    await post.later(hours=19)
    assert post.chat.texts() == ["回", "提醒"]


async def test_while_the_messenger_refuses_for_haste_only_answers_ask_again(post: Post) -> None:
    post.chat.refusing = [Throttled(timedelta(seconds=60))]
    await post.tell("提醒", to="ma")
    await post.deliver()

    await post.tell("提醒", to="li")
    await answer(post, "回")
    assert [to for to, _, _ in post.chat.said] == ["lin"]

    await post.later(seconds=61)
    assert sorted(to for to, _, _ in post.chat.said) == ["li", "lin", "ma"]
