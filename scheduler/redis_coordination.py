"""Wake-ups and pace shared by replicas through Redis; when Redis is gone each goes on by itself until it is back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from scheduler.coordination import LocalCoordination

log = logging.getLogger(__name__)
_CHANNEL = "genjin:wake"

# Counts a send in both windows at once, or says how long (ms) until there is room. KEYS: minute, hour.
_PACE = """
local now, per_minute, per_hour = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i, window in ipairs({60000, 3600000}) do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
  local limit = i == 1 and per_minute or per_hour
  if redis.call('ZCARD', KEYS[i]) >= limit then
    local first = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
    return math.max(1, math.ceil(tonumber(first[2]) + window - now))
  end
end
for i, window in ipairs({60000, 3600000}) do
  redis.call('ZADD', KEYS[i], now, ARGV[4])
  redis.call('PEXPIRE', KEYS[i], window)
end
return 0
"""


class RedisCoordination(LocalCoordination):
    """For replicas. What Redis cannot do now is done as if alone: slower or less evenly paced, never wrong."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=2, socket_connect_timeout=2, health_check_interval=15, decode_responses=True
        )
        self._script = self._redis.register_script(_PACE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._keep(self._listen())

    def wake(self, queues: frozenset[str]) -> None:
        super().wake(queues)
        self._keep(self._publish(",".join(sorted(queues))))

    async def pace(self, key: str, token: str, *, per_minute: int, per_hour: int, now: datetime) -> timedelta:
        keys = [f"genjin:pace:m:{key}", f"genjin:pace:h:{key}"]
        try:
            wait = await self._script(keys=keys, args=[int(now.timestamp() * 1000), per_minute, per_hour, token])
        except (RedisError, OSError):
            return await super().pace(key, token, per_minute=per_minute, per_hour=per_hour, now=now)
        return timedelta(milliseconds=int(wait))

    async def healthy(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    def _keep(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _publish(self, queues: str) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._redis.publish(_CHANNEL, queues)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(_CHANNEL)
                    while True:
                        heard = await subscription.get_message(ignore_subscribe_messages=True, timeout=1)
                        if heard is not None:
                            super().wake(frozenset(str(heard["data"]).split(",")))
            except (RedisError, OSError):
                log.warning("redis is gone; waking by the tick alone")
                await asyncio.sleep(1)
