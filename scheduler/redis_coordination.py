"""Wake-ups between processes through Redis; while it is gone, or silent, the tick finds the rows within a second.

Nobody waits for Redis: what is to be told is gathered, and one task tells it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from scheduler.coordination import LocalCoordination

log = logging.getLogger(__name__)
CHANNEL = "genjin:wake"
PATIENCE = 0.5  # seconds for an answer
PAUSE = 1.0  # seconds until Redis is tried again
_ALIVE = 5.0  # seconds without a word until the subscription is asked whether it still stands


def connect(url: str) -> Redis:
    """A client that gives up soon: whatever is asked of Redis has another way."""
    once_more = Retry(NoBackoff(), 1)  # for a connection that broke while it lay idle
    return Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=once_more, decode_responses=True
    )


class RedisCoordination(LocalCoordination):
    """For several processes. `redis` is for whoever else shares something; it is closed with this."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.redis = connect(url)
        self._me = os.urandom(8).hex()
        self._untold: set[str] = set()
        self._something = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks.append(asyncio.create_task(self._again_and_again(self._tell), name="redis:tell"))
        if self._listeners:
            self._tasks.append(asyncio.create_task(self._again_and_again(self._listen), name="redis:listen"))

    def wake(self, queues: frozenset[str]) -> None:
        super().wake(queues)
        self._untold |= queues
        self._something.set()

    async def healthy(self) -> bool:
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.redis.aclose()

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Whatever becomes of Redis, and whatever stands in it, this goes on."""
        gone = False
        while True:
            try:
                await work()
                gone = False
            except (RedisError, OSError) as error:
                if not gone:
                    log.warning("redis is gone; the tick wakes alone", extra={"error": type(error).__name__})
                gone = True
                await asyncio.sleep(PAUSE)
            except Exception:  # what a stranger has published, for one
                log.exception("what came from redis is not understood")
                await asyncio.sleep(PAUSE)

    async def _tell(self) -> None:
        """One message for all that was gathered while the last one was on its way."""
        await self._something.wait()
        self._something.clear()
        queues, self._untold = self._untold, set()
        await self.redis.publish(CHANNEL, f"{self._me} {','.join(sorted(queues))}")

    async def _listen(self) -> None:
        async with self.redis.pubsub() as subscription:
            await subscription.subscribe(CHANNEL)
            asked = False
            while True:
                heard = await subscription.get_message(timeout=_ALIVE)
                if heard is None:
                    if asked:
                        raise ConnectionError("silent")
                    await subscription.ping()
                asked = heard is None
                if heard is not None and heard["type"] == "message":
                    self._hear(str(heard["data"]))

    def _hear(self, said: str) -> None:
        who, _, queues = said.partition(" ")
        if who != self._me:
            super().wake(frozenset(queues.split(",")))
