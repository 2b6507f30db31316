"""The webhooks of groups (消息推送) as a channel: one way, without a token; the key in the address is a password.

The key is opened for the moment of a call; neither an address nor an exception of the HTTP client is logged or passed
on. WeCom offers no duplicate check here: a message whose answer is lost may come twice (protocol reference 4).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

import aiohttp

from bot.adapters.bodies import whole
from bot.adapters.wecom.answers import Answer, code, decoded
from bot.adapters.wecom.errors import failure
from cards.model import Card, Limits, Receipt, Recipient
from cards.renderers import wecom_webhook
from config import measures
from domain.actor import JSON, ReplyHandle
from domain.errors import ChannelError, NotUpdatable, Rejected, Unreachable

CHANNEL = "wecom.webhook"
# Of one key; above it WeCom refuses with 45009.
LIMITS = Limits(per_minute=20, per_hour=1200)
KEY_INVALID = 93000
_CALL = "webhook/send"
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
_LONGEST = 64 << 10  # bytes of an answer

Keys = Callable[[str], Awaitable[str | None]]

_log = logging.getLogger(__name__)


class WebhookChannel:
    """Every webhook that somebody told us; `keys` knows the key of a group by what we call it."""

    name = CHANNEL
    limits = LIMITS

    def __init__(self, api_base: str, http: aiohttp.ClientSession, keys: Keys) -> None:
        self._url = f"{api_base}/cgi-bin/{_CALL}"
        self._http = http
        self._keys = keys

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        if card.file is not None:
            raise Rejected("a webhook sends no files")
        secret = await self._keys(to.id)
        if secret is None:
            raise Unreachable("the key of the webhook is not on record, or was sealed with another secret")
        answer = await self._post(secret, wecom_webhook.message(card))
        if (errcode := code(answer)) != 0:
            _log.warning("webhook refused", extra={"errcode": errcode, "hint": answer["errmsg"]})
            raise _failure(errcode)
        return Receipt({"chatid": to.id})

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        raise NotUpdatable

    async def _post(self, secret: str, body: Mapping[str, JSON]) -> Answer:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"}
        started = time.monotonic()
        try:
            async with self._http.post(
                self._url,
                params={"key": secret},
                data=data,
                headers=headers,
                timeout=_PATIENCE,
                allow_redirects=False,
            ) as response:
                status, raw = response.status, await whole(response, _LONGEST)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            measures.CALLS.add(self.name, _CALL, "no_answer")
            raise ChannelError(f"wecom {_CALL}: {type(broken).__name__}") from None
        finally:
            measures.CALLED.saw(time.monotonic() - started, self.name)
        answer = decoded(_CALL, status, raw, hide=(secret,))
        measures.CALLS.add(self.name, _CALL, str(code(answer)))
        return answer


def _failure(errcode: int) -> ChannelError:
    if errcode == KEY_INVALID:
        return Unreachable(f"wecom {_CALL}: errcode {errcode}: the key is invalid, or the robot was removed")
    return failure(errcode, _CALL)
