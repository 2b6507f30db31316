"""A burst to one person, sent by two processes: nothing is dropped by the messenger, and an answer goes between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.roles import Role
from domain.actor import SYSTEM, Address, Cause
from tests.coordination.several import move, quiet, several
from tests.faults.pair import HOUR, Pair
from tests.services import Redis, start_redis

REMINDERS = 40  # of 30 messages a minute


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that this test stops."""
    server = start_redis(own=True)
    yield server
    server.stop()


def shown(pair: Pair) -> list[str]:
    """What the member sees from genjin: a reminder's text, or the tag of the note that is answered."""
    cards = [str(s.card) for s in pair.server.chat(pair.company[0].userid) if not s.mine]
    return ["reminder" if "提醒" in card and "K0" not in card else "answer" for card in cards]


async def test_a_burst_is_paced_with_answers_lost_and_redis_gone(postgres_url: str, own_redis: Redis) -> None:
    roles = [Role.ALL, Role.ALL]
    async with several(postgres_url, own_redis.url, roles, members=1, reminders=REMINDERS) as pair:
        pair.server.faults.drop_answer("message/send", times=2)
        await move(pair, HOUR.total_seconds())
        await move(pair, 6, times=3)
        assert shown(pair) == ["reminder"] * 24

        own_redis.stop()
        await pair.say(pair.company[0], 0)
        await quiet(pair.apps[1])
        assert shown(pair)[-1] == "answer"
        pair.server.faults.expire_tokens()
        await move(pair, 8, times=12)

        assert shown(pair).count("reminder") == REMINDERS
        assert not pair.server.dropped
        assert await pair.wrong() == []


async def test_a_lost_answer_to_a_line_of_text_does_not_show_it_twice(sqlite_url: str) -> None:
    async with several(sqlite_url, None, [Role.ALL], members=1) as pair:
        pair.server.faults.drop_answer("message/send", times=2)

        await pair.server.say(pair.company[0].userid, "谢谢")
        await move(pair, 6, times=4)

        said = [s.text for s in pair.server.chat(pair.company[0].userid) if not s.mine]
        assert len(said) == 1


async def test_news_in_a_group_whose_answer_was_lost_come_twice_at_worst_and_never_not_at_all(sqlite_url: str) -> None:
    async with several(sqlite_url, None, [Role.ALL], members=2) as pair:
        pair.server.faults.drop_answer("appchat/send")
        async with pair.apps[0].database.unit(SYSTEM, Cause("test")) as uow:
            uow.tell(Address.team(1), "plain.text", text="签下一单")

        await move(pair, 6, times=2)

        [group] = pair.server.groups()
        assert [message.text for message in group.messages] in (["签下一单"], ["签下一单"] * 2)
