"""Interactive cards of the simulated DingTalk: made once under an outTrackId, changed for all who hold them (reference
6). What is wrong for one place alone hides inside an answer with 200."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.messenger.dingtalk.model import DingTalkCredentials, DingTalkQuirks, V1Refusal
from bot.messenger.dingtalk.sending import DingTalkSending
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.model import Ids, JSONObject
from bot.messenger.robot.chats import RobotChats
from config.clock import Clock

STREAM = "STREAM"
_SPACE = re.compile(r"dtv1\.card//(IM_ROBOT|IM_GROUP)\.(.+)")
_MODELS = {
    "IM_ROBOT": ("imRobotOpenSpaceModel", "imRobotOpenDeliverModel"),
    "IM_GROUP": ("imGroupOpenSpaceModel", "imGroupOpenDeliverModel"),
}


@dataclass(slots=True, kw_only=True)
class Instance:
    """One card. `copies` are the messages that show it: place and id; `called` who is called with it: id and name."""

    track: str
    template: str
    data: dict[str, str]
    private: dict[str, dict[str, str]] = field(default_factory=dict)
    answers_to: str = ""  # STREAM, or the address to which taps are posted; nobody hears of them where it is empty
    secret: str = ""  # with which a posted tap is signed
    spaces: frozenset[str] = frozenset()
    called: dict[str, str] = field(default_factory=dict)
    copies: list[tuple[str, str]] = field(default_factory=list)

    def shown(self) -> JSONObject:
        """What is drawn."""
        private = {userid: dict(data) for userid, data in self.private.items()}
        drawn: JSONObject = {"template": self.template, "track": self.track, "data": dict(self.data)}
        return drawn | {"private": private, "called": dict(self.called)}


class DingTalkCards:
    """All cards of the app, by outTrackId."""

    def __init__(
        self,
        credentials: DingTalkCredentials,
        sending: DingTalkSending,
        chats: RobotChats,
        clock: Clock,
        quirks: DingTalkQuirks,
        ids: Ids,
    ) -> None:
        self._credentials, self._sending, self._chats = credentials, sending, chats
        self._clock, self._quirks, self._ids = clock, quirks, ids
        self.instances: dict[str, Instance] = {}
        self.callbacks: dict[str, tuple[str, str]] = {}  # address and secret by route key

    def create_and_deliver(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/card/instances/createAndDeliver`."""
        self.create(body)
        delivered = self._deliver(self.instances[str(body["outTrackId"])], body)
        return {"success": True, "result": {"outTrackId": body["outTrackId"], "deliverResults": delivered}}

    def create(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/card/instances`."""
        template, track = body.get("cardTemplateId"), body.get("outTrackId")
        if not template:
            raise V1Refusal("param.cardTemplateIdEmpty")
        if not track or not isinstance(track, str):
            raise V1Refusal("param.outTrackIdEmpty")
        if template not in self._quirks.public_templates | self._credentials.templates:
            raise V1Refusal("cardTemplate.not.exist")
        data = _params(body.get("cardData"), "param.cardPublicDataEmpty")
        if track in self.instances:
            if self._quirks.repeated_track_id == "refuse":
                raise V1Refusal("param.outTrackIdExists")
            return {"success": True, "result": track}
        spaces = frozenset(kind for kind, (model, _) in _MODELS.items() if isinstance(body.get(model), dict))
        to, secret = self._answers_to(body)
        card = Instance(track=track, template=str(template), data=data, answers_to=to, secret=secret, spaces=spaces)
        for userid, part in (body.get("privateData") or {}).items():
            card.private[userid] = _params(part, "param.empty")
        self.instances[track] = card
        return {"success": True, "result": track}

    def deliver(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/card/instances/deliver`."""
        return {"success": True, "result": self._deliver(self._known(body), body)}

    def update(self, body: JSONObject) -> JSONObject:
        """`PUT /v1.0/card/instances`."""
        card, options = self._known(body), body.get("cardUpdateOptions") or {}
        if "cardData" in body:
            data = _params(body["cardData"], "param.cardPublicDataEmpty")
            merges = options.get("updateCardDataByKey", self._quirks.merges_by_default)
            card.data = card.data | data if merges else data
        for userid, part in (body.get("privateData") or {}).items():
            merges = options.get("updatePrivateDataByKey", self._quirks.merges_by_default)
            self._set_private(card, userid, _params(part, "param.empty"), merges=bool(merges))
        self._redraw(card)
        return {"success": True, "result": True}

    def answered(self, card: Instance, userid: str, ack: JSONObject) -> None:
        """Apply what a tap was answered with: for all, and for who tapped."""
        response = ack.get("response") or {}
        options = response.get("cardUpdateOptions") or {}
        if "cardData" in response:
            data = _params(response["cardData"], "param.cardPublicDataEmpty")
            card.data = card.data | data if options.get("updateCardDataByKey") else data
        if "userPrivateData" in response:
            private = _params(response["userPrivateData"], "param.empty")
            self._set_private(card, userid, private, merges=bool(options.get("updatePrivateDataByKey")))
        self._redraw(card)

    def register(self, body: JSONObject) -> JSONObject:
        """`POST /v1.0/card/callbacks/register`: what is registered stays unless it is changed with force."""
        key, url = body.get("callbackRouteKey"), str(body.get("callbackUrl") or "")
        if not key or not url.startswith(("http://", "https://")):
            raise V1Refusal("param.error", "callbackRouteKey, callbackUrl")
        if key not in self.callbacks or body.get("forceUpdate") is True:
            self.callbacks[str(key)] = url, str(body.get("apiSecret") or "")
        url, secret = self.callbacks[str(key)]
        return {"success": True, "result": {"callbackUrl": url, "apiSecret": secret}}

    # -- inside ----------------------------------------------------------------------------------------------------

    def _answers_to(self, body: JSONObject) -> tuple[str, str]:
        if body.get("callbackType") == "HTTP":
            return self.callbacks.get(str(body.get("callbackRouteKey")), ("", ""))
        return (STREAM, "") if body.get("callbackType") == STREAM else ("", "")

    def _known(self, body: JSONObject) -> Instance:
        card = self.instances.get(str(body.get("outTrackId", "")))
        if card is None:
            raise V1Refusal("cardInstance.notExist")
        return card

    def _deliver(self, card: Instance, body: JSONObject) -> list[JSONObject]:
        space = _SPACE.fullmatch(str(body.get("openSpaceId", "")))
        if space is None:
            raise V1Refusal("param.openSpaceIdInvalid")
        model = body.get(_MODELS[space[1]][1])
        if space[1] not in card.spaces or not isinstance(model, dict):
            raise V1Refusal("param.openSpaceModelInvalid")
        if space[1] == "IM_ROBOT" and model.get("spaceType") != "IM_ROBOT":
            raise V1Refusal("param.openSpaceModelInvalid")
        if space[1] == "IM_GROUP" or "robotCode" in model:
            self._sending.check_robot(model)
        place = self._place(space[1], space[2])
        wrong = "" if place else "spaceId is illegal"
        result = {"spaceType": space[1], "spaceId": space[2], "success": not wrong, "carrierId": "", "errorMsg": wrong}
        if place and place not in (known for known, _ in card.copies):
            card.called |= model.get("atUserIds") or {}
            result["carrierId"] = self._show(card, place)
        return [result]

    def _place(self, kind: str, to: str) -> str | None:
        if kind == "IM_GROUP":
            return to if to in self._chats.groups else None
        return self._sending.reach(to)

    def _show(self, card: Instance, place: str) -> str:
        msgid = self._ids("carrier")
        shown = CardShown(id=msgid, sender="app", at=self._clock.now(), kind="card", text="[卡片]", card=card.shown())
        self._chats.put(place, shown)
        card.copies.append((place, msgid))
        return msgid

    def _set_private(self, card: Instance, userid: str, data: dict[str, str], *, merges: bool) -> None:
        card.private[userid] = card.private.get(userid, {}) | data if merges else data

    def _redraw(self, card: Instance) -> None:
        for place, msgid in card.copies:
            self._chats.change(place, msgid, card=card.shown())


def _params(part: Any, empty: str) -> dict[str, str]:
    """`cardParamMap`, all of whose values are texts."""
    params = part.get("cardParamMap") if isinstance(part, dict) else None
    if not isinstance(params, dict):
        raise V1Refusal(empty)
    if not all(isinstance(value, str) for value in params.values()):
        raise V1Refusal("param.error", "cardParamMap: values must be strings")
    return dict(params)
