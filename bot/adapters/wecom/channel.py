"""WeCom as a channel: cards to members, text and markdown to the groups that the app made (protocol reference 3).

A member's card can be changed with one-time codes: one comes with the sending, one more with each tap, each good
for 72 hours. Groups made by an app take no cards, tell us nothing, and cannot be changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.adapters.task_ids import task_id_of
from bot.adapters.wecom.answers import Answer, ident, members, words
from bot.adapters.wecom.api import WeComApi
from bot.adapters.wecom.errors import CODE_REFUSED, FILE_GONE
from bot.adapters.wecom.outgoing import OutgoingFiles
from bot.adapters.wecom.read import CHANNEL, CODE_LIFE
from cards.model import Card, Limits, Receipt, Recipient
from cards.renderers import wecom, wecom_markdown
from config.clock import Clock
from config.messengers import WeComSettings
from domain.actor import JSON, ReplyHandle
from domain.errors import AlreadySent, ChannelError, NotUpdatable, Rejected, Unreachable

# Of a wrong field, and of a task_id that another message has, with which WeCom answers a repetition that is not the
# same to the byte: the card has changed since the attempt whose answer was lost.
_INVALID = frozenset({40058})
# For how long an equal request is a duplicate: longer than attempts go on (an hour and a half), and the most there is.
_DUPLICATE_SECONDS = 7200
_DUPLICATE_MOST = 14_400
# For one member, above which WeCom drops without a word; for the app; and for a group. What groups get is counted by
# receivers, 20,000 a minute and 150,000 an hour for the corp: with one group for each person, this many for each group
# stay below it up to 5,000 people.
_LIMITS = Limits(per_minute=30, per_hour=1000, per_day_each=200, group=Limits(per_minute=4, per_hour=30))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the company as WeCom's directory knows him; `leaders` are userids."""

    userid: str
    name: str
    position: str = ""
    leaders: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()


class WeComChannel:
    """The self-built app."""

    name = CHANNEL

    def __init__(
        self, settings: WeComSettings, api: WeComApi, clock: Clock, files: OutgoingFiles | None = None
    ) -> None:
        self.limits = replace(_LIMITS, accounts=settings.account_limit)
        self._agent_id = settings.agent_id
        self._api = api
        self._clock = clock
        self._files = files

    def reachable(self) -> bool:
        return True

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        """Deliver once. The body holds nothing but card and key, so that a repetition is recognised as one."""
        if to.kind == "group":
            return await self._send_to_group(to.id, card)
        if to.id == "@all" or "|" in to.id:
            raise Rejected("wecom message/send: more than one receiver")
        task_id = task_id_of(key)
        answer = await self._post(to, card, task_id, key)
        if answer.get("errcode") in _INVALID:
            raise _refusal(answer, {"task_id": task_id, "userid": to.id})
        for field in ("invaliduser", "unlicenseduser"):
            if to.id.casefold() in members(answer, field):
                raise Unreachable(f"wecom message/send: {field}")
        return self._receipt(to, task_id, answer)

    async def _post(self, to: Recipient, card: Card, task_id: str, key: str) -> Answer:
        """One message; a file whose id WeCom has forgotten is uploaded again, once."""
        for expected in (_INVALID | FILE_GONE, _INVALID):
            content = await self._content(card, task_id)
            interval = _DUPLICATE_SECONDS if card.file is None and "template_card" in content else _interval(key)
            fixed: dict[str, JSON] = {"enable_duplicate_check": 1, "duplicate_check_interval": interval}
            body: dict[str, JSON] = {"touser": to.id, "agentid": self._agent_id, **content, **fixed}
            answer = await self._api.post("message/send", body, expected=expected)
            if answer.get("errcode") not in FILE_GONE or self._files is None:
                break
            self._files.forget(content)
        return answer

    async def _content(self, card: Card, task_id: str = "") -> dict[str, JSON]:
        if card.file is None:
            return _content(card, task_id)
        if self._files is None:
            raise Rejected("this channel sends no files")
        return await self._files.content(card, card.file, task_id)

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        """Change a member's card with the code of his tap, else with the newest that is left."""
        if to.kind == "group" or card.is_text:
            raise NotUpdatable
        wire = await self._replacement(card, receipt.ids.get("task_id") or task_id_of(key))
        spent: list[str] = []
        for code in self._codes(receipt, handle):
            spent.append(code)
            if await self._replace(to, code, wire):
                return Receipt(receipt.ids, tuple(pair for pair in receipt.codes if pair[0] not in spent))
        raise NotUpdatable

    async def _replacement(self, card: Card, task_id: str) -> wecom.Fields:
        """The card that stands in the place of a sent one; a file can only be one that is shown on a card."""
        if card.file is None:
            return wecom.replacement(card, task_id)
        wire = (await self._content(card, task_id)).get("template_card")
        if not isinstance(wire, dict):
            raise NotUpdatable
        return wire

    async def create_group(self, name: str, owner: str, members: list[str], chatid: str) -> str:
        """Make a group (2 to 2000 members, the owner among them) and return its id; one that is there is kept."""
        users: list[JSON] = [*dict.fromkeys([owner, *members])]
        body: dict[str, JSON] = {"name": name[:50], "owner": owner, "userlist": users, "chatid": chatid}
        try:
            answer = await self._api.post("appchat/create", body)
        except ChannelError as refused:
            if await self._has_group(chatid):
                return chatid
            raise refused from None
        return ident(answer, "chatid") or chatid

    async def _has_group(self, chatid: str) -> bool:
        """Whether it was made before: an answer may have been lost, and an id is taken once."""
        try:
            await self._api.get("appchat/get", chatid=chatid)
        except ChannelError:
            return False
        return True

    async def directory(self, userid: str) -> Member | None:
        """Who this member is; None for nobody, or nobody that the app may see."""
        try:
            answer = await self._api.get("user/get", userid=userid)
        except Unreachable:
            return None
        return Member(
            userid=(ident(answer, "userid") or userid).casefold(),
            name=words(answer.get("name")),
            position=words(answer.get("position")),
            leaders=tuple(each.casefold() for each in _list(answer, "direct_leader") if isinstance(each, str)),
            departments=tuple(each for each in _list(answer, "department") if type(each) is int),
        )

    async def _send_to_group(self, chatid: str, card: Card) -> Receipt:
        if card.is_text or card.file is not None:
            content = await self._content(replace(card, title=""))
        else:
            content = {"msgtype": "markdown", "markdown": {"content": wecom_markdown.markdown(card)}}
        await self._api.post("appchat/send", {"chatid": chatid, **content, "safe": 0})
        return Receipt({"chatid": chatid})

    def _receipt(self, to: Recipient, task_id: str, answer: Answer) -> Receipt:
        ids = {"msgid": ident(answer, "msgid"), "task_id": task_id, "userid": to.id}
        code = ident(answer, "response_code")
        codes = ((code, self._clock.now() + CODE_LIFE),) if code else ()
        return Receipt({name: value for name, value in ids.items() if value}, codes)

    def _codes(self, receipt: Receipt, handle: ReplyHandle | None) -> Iterator[str]:
        """The tap's own code, then those of the receipt from the newest, as far as they live."""
        now = self._clock.now()
        candidates: list[tuple[str, datetime | None]] = [*reversed(receipt.codes)]
        if handle is not None:
            candidates.insert(0, (handle.data.get("code", ""), handle.expires_at))
        alive = (code for code, expires_at in candidates if code and (expires_at is None or expires_at > now))
        yield from dict.fromkeys(alive)

    async def _replace(self, to: Recipient, code: str, wire: wecom.Fields) -> bool:
        """Whether the code was taken and the card changed; a refused code is as good as spent."""
        body: dict[str, JSON] = {
            "userids": [to.id],
            "agentid": self._agent_id,
            "response_code": code,
            "template_card": wire,
        }
        answer = await self._api.post("message/update_template_card", body, expected=CODE_REFUSED)
        if answer.get("errcode") in CODE_REFUSED:
            return False
        return to.id.casefold() not in members(answer, "invaliduser")


def _list(answer: Answer, name: str) -> list[JSON]:
    value = answer.get(name)
    return value if isinstance(value, list) else []


def _refusal(answer: Answer, ids: dict[str, str]) -> ChannelError:
    if "task_id" in words(answer["errmsg"]):
        return AlreadySent("wecom message/send: the task_id was used", ids)
    return Rejected(f"wecom message/send: errcode {answer['errcode']}: {answer['errmsg']}")


def _content(card: Card, task_id: str) -> dict[str, JSON]:
    match wecom.form(card):
        case "text" | "file":
            return {"msgtype": "text", "text": {"content": wecom.text(card)}}
        case "markdown":
            return {"msgtype": "markdown", "markdown": {"content": wecom_markdown.markdown(card)}}
        case "template_card":
            return {"msgtype": "template_card", "template_card": wecom.template_card(card, task_id)}


def _interval(key: str) -> int:
    """For how long WeCom drops words that are equal.

    A card's task_id tells two deliveries apart; 不客气 said twice is the same request, and the second would be
    dropped. So for words the interval itself, which is part of the request, is made from the key.
    """
    spread = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    return _DUPLICATE_SECONDS + spread % (_DUPLICATE_MOST - _DUPLICATE_SECONDS)
