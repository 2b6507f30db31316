"""Interactive cards over DingTalk (protocol reference 6): sent under the delivery's own id, changed for all.

The company's own template comes first where one is set, then the public one. A template that cannot be used is left in
peace for a while: until then cards go out by the next way, in the end as words.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.adapters.dingtalk.api import CHANNEL, DingTalkApi
from bot.adapters.dingtalk.card_route import CardRoute
from bot.adapters.dingtalk.errors import NoCards
from bot.adapters.task_ids import task_id_of
from cards.model import Card, Receipt, Recipient
from cards.renderers import dingtalk
from config.clock import Clock
from domain.actor import JSON
from domain.errors import ChannelError, Misconfigured, NotUpdatable

CODE = "card"  # stands for the right to change it, which a card of DingTalk has for as long as it lives
_LIFE = timedelta(days=30)  # for which we count on that; no page says how long it is
_REST = timedelta(minutes=10)


class NotDelivered(ChannelError):
    """The card was made, and reached nobody: an answer with 200 says so inside."""


class DingTalkCards:
    """One robot's cards."""

    def __init__(self, api: DingTalkApi, own_template: str | None, clock: Clock, route: CardRoute) -> None:
        self._api, self._clock, self._route = api, clock, route
        self._own = own_template
        self._templates = (*((own_template,) if own_template else ()), dingtalk.PUBLIC)
        self._resting: dict[str, datetime] = {}

    async def send(self, to: Recipient, card: Card, key: str, *, picture: str = "") -> Receipt | None:
        """Deliver it, with a picture by its media id; None where no template can be used now."""
        now = self._clock.now()
        for template in self._templates:
            if self._resting.get(template, now) > now:
                continue
            try:
                await self._deliver(to, card, task_id_of(key), template, picture)
            except (NoCards, Misconfigured):
                self._resting[template] = now + _REST
            except NotDelivered:
                return None  # words reach him, or say that nothing does
            else:
                ids = {"track": task_id_of(key), "template": template}
                return Receipt(ids, ((CODE, now + _LIFE),))
        return None

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Change it wherever it is shown; raises `NotUpdatable` for what is no card, or is there no more."""
        track, template = receipt.ids.get("track"), receipt.ids.get("template")
        if not track or not template or card.is_text or card.file is not None:
            raise NotUpdatable
        body: dict[str, JSON] = {
            "outTrackId": track,
            "cardData": {"cardParamMap": self._variables(card, template)},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        answer = await self._api.call("PUT", "card/instances", body)
        if answer.get("success") is False:
            raise ChannelError("dingtalk card/instances: not changed")

    async def _deliver(self, to: Recipient, card: Card, track: str, template: str, picture: str) -> None:
        body: dict[str, Any] = {
            "cardTemplateId": template,
            "outTrackId": track,
            "userIdType": 1,
            "cardData": {"cardParamMap": self._variables(card, template, picture)},
            **_space(to, card, self._api.robot_code),
            **await self._route.way(),
        }
        answer = await self._api.call("POST", "card/instances/createAndDeliver", body)
        result = answer.get("result")
        delivered = result.get("deliverResults") if isinstance(result, dict) else None
        told = [each for each in delivered if isinstance(each, dict)] if isinstance(delivered, list) else []
        if answer.get("success") is not True or any(each.get("success") is not True for each in told):
            raise NotDelivered

    def _variables(self, card: Card, template: str, picture: str = "") -> dict[str, JSON]:
        return {**(dingtalk.own if template == self._own else dingtalk.public)(card, picture)}


def _space(to: Recipient, card: Card, robot: str) -> dict[str, Any]:
    """Where it is shown, with the two objects that the place needs."""
    shown = {"supportForward": False, "lastMessageI18n": {"ZH_CN": dingtalk.headline(card)}}
    if to.kind == "group":
        called = {account: each.said for each in card.mentions if (account := each.account(CHANNEL))}
        deliver: dict[str, Any] = {"robotCode": robot} | ({"atUserIds": called} if called else {})
        space = f"dtv1.card//IM_GROUP.{to.id}"
        return {"openSpaceId": space, "imGroupOpenSpaceModel": shown, "imGroupOpenDeliverModel": deliver}
    space, deliver = f"dtv1.card//IM_ROBOT.{to.id}", {"spaceType": "IM_ROBOT", "robotCode": robot}
    return {"openSpaceId": space, "imRobotOpenSpaceModel": shown, "imRobotOpenDeliverModel": deliver}
