"""A messenger that was away: what waited for it goes out when it is back, and nothing is given up meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from cards.model import Limits
from domain.errors import ChannelError
from scheduler import outages
from tests.scheduler.post import Post, post_office


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with post_office(database_url, Limits(per_minute=100, per_hour=1000)) as made:
        yield made


async def away(post: Post, minutes: float) -> None:
    """So long no call gets through; a look every ten seconds."""
    for _ in range(int(minutes * 6)):
        post.chat.refusing = [ChannelError("down")] * 50
        await post.later(seconds=10)
        await post.sender.outages.look()
        await post.deliver()
    post.chat.refusing = []


async def back(post: Post) -> timedelta:
    """How long after its return everything is delivered."""
    since = post.clock.now()
    while [row for row in await post.rows() if row.state == "waiting"]:
        await post.later(seconds=10)
        await post.sender.outages.look()
        await post.deliver()
    return post.clock.now() - since


async def test_after_ten_minutes_away_everything_goes_out_within_half_a_minute_of_the_return(post: Post) -> None:
    await post.tell("一", "二")
    await post.tell("三", to="wang")
    await away(post, 10)

    took = await back(post)

    assert took <= timedelta(seconds=40)
    assert post.chat.texts() == ["一", "二"]
    assert post.chat.texts("wang") == ["三"]


async def test_trying_whether_it_is_back_costs_a_delivery_none_of_its_tries(post: Post) -> None:
    await post.tell("一")
    await away(post, 30)

    (row,) = await post.rows()
    assert (row.state, row.failures) == ("waiting", 4)
    await back(post)
    assert post.chat.texts() == ["一"]


async def test_what_fails_for_itself_alone_is_given_up_however_often_it_was_tried(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "TRIES", 10)
    await post.tell("一")

    for _ in range(12):  # the pauses are drawn by lot; four hours are more than all of them
        await away(post, 20)
        (row, *_) = await post.rows()
        if row.state == "dead":
            break

    assert row.state == "dead"


async def test_a_database_that_fails_in_the_moment_of_the_return_keeps_nothing_waiting(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.tell("一", "二")
    await post.tell("三", to="wang")
    await away(post, 10)
    await post.later(seconds=30)
    await post.sender.outages.look()
    due_now, failing = post.sender.outages._due_now, [OSError("the server has closed the connection")]

    async def fails_once(channel: str, *which: Any) -> int:
        if failing and not which:
            raise failing.pop()
        return await due_now(channel, *which)

    monkeypatch.setattr(post.sender.outages, "_due_now", fails_once)
    await post.deliver()  # the one that finds out
    assert not failing

    took = await back(post)

    assert took <= timedelta(seconds=40)
    assert sorted(post.chat.texts()) == ["一", "二"]
