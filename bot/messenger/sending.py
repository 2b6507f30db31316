"""message/send, message/update_template_card and message/recall: to whom, once or not, and what may change later."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import cards
from bot.messenger.card_parts import bad
from bot.messenger.chats import Chats
from bot.messenger.codes import Codes
from bot.messenger.content import Content, ContentReader, summary
from bot.messenger.limits import DAY, HOUR, MINUTE, Limit
from bot.messenger.model import INTERACTIVE, AppCredentials, Ids, JSONObject, Refusal, Shown
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.receivers import Receivers, agent_is_ours, chosen, named
from config.clock import Clock

RECALL_WITHIN = timedelta(hours=24)
MOST_INTERVAL = 4 * HOUR
DEFAULT_INTERVAL = 1800
RECEIVERS_PER_ACCOUNT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the server remembers of a message. `task_id` stays that of the first card, whatever replaces it."""

    at: datetime
    receivers: frozenset[str]
    task_id: str


@dataclass(slots=True)
class _Once:
    until: datetime
    answer: JSONObject


class Sending:
    """The app's door to its members."""

    def __init__(
        self,
        app: AppCredentials,
        organisation: Organisation,
        clock: Clock,
        quirks: Quirks,
        ids: Ids,
        *,
        chats: Chats,
        codes: Codes,
        reader: ContentReader,
    ) -> None:
        self._app, self._organisation, self._clock, self._quirks, self._ids = app, organisation, clock, quirks, ids
        self._chats, self._codes, self._reader = chats, codes, reader
        self._sent: dict[str, Sent] = {}
        self._task_ids: set[str] = set()
        self._seen: dict[str, _Once] = {}
        self._members = Limit(clock, {MINUTE: quirks.member_per_minute, HOUR: quirks.member_per_hour})
        self._account = Limit(clock, {DAY: quirks.account_limit * RECEIVERS_PER_ACCOUNT})
        self.dropped: Counter[tuple[int, str]] = Counter()
        self.callback_set = False

    def sent(self, msgid: str) -> Sent:
        """What was sent under this id; raises KeyError."""
        return self._sent[msgid]

    def send(self, body: JSONObject) -> JSONObject:
        """`message/send`. Excess over a member's limit vanishes in silence, as it does at WeCom."""
        agent_is_ours(self._app, body, self._quirks)
        content = self._reader.read(body)
        interval = _interval(body)
        if body.get("safe", 0) not in (0, 1, 2):
            raise bad("safe")
        once = json.dumps(body, sort_keys=True) if body.get("enable_duplicate_check") else None
        if once and (seen := self._seen.get(once)) and seen.until > self._clock.now():
            return dict(seen.answer) if self._quirks.duplicate_answer == "same" else {}
        to = named(self._organisation, body)
        self._may_send(content, to)
        answer = to.report() | self._deliver(content, to)
        if once:
            self._seen[once] = _Once(self._clock.now() + interval, answer)
        return answer

    def _may_send(self, content: Content, to: Receivers) -> None:
        card = content.card if content.kind == "card" else None
        if card and cards.calls_back(card) and not self.callback_set:
            raise Refusal(self._quirks.no_callback_errcode, "the app has no callback url")
        if card and card.get("task_id") in self._task_ids:
            raise Refusal(self._quirks.task_id_errcode, "invalid parameter, task_id was used before")
        if not self._account.take("app", len(to.members)):
            raise Refusal(self._quirks.account_limit_errcode, "api freq out of limit")

    def _deliver(self, content: Content, to: Receivers) -> JSONObject:
        msgid, now = self._ids("msgid"), self._clock.now()
        card = content.card if content.kind == "card" else None
        task_id = str((card or {}).get("task_id", ""))
        if task_id:
            self._task_ids.add(task_id)
        for userid in to.members:
            if self._members.take(userid):
                self._chats.show(userid, _shown(msgid, now, content))
            else:
                self.dropped[self._app.agent_id, userid] += 1
        self._sent[msgid] = Sent(at=now, receivers=frozenset(to.members), task_id=task_id)
        answer: JSONObject = {"msgid": msgid}
        if card and cards.calls_back(card):
            answer["response_code"] = self._codes.give(msgid)
        return answer

    def update(self, body: JSONObject) -> JSONObject:
        """`message/update_template_card`: the buttons turn into one grey text, or the whole card is another."""
        agent_is_ours(self._app, body, self._quirks)
        code = body.get("response_code")
        msgid = self._codes.look(code)
        if self._quirks.failed_update_spends_code:
            self._codes.spend(str(code))
        change = _change(body, self._quirks)
        to = chosen(self._organisation, body, self._chats.holders(msgid))
        self._only_interactive(change, msgid, to.members)
        self._codes.spend(str(code))
        for userid in to.members:
            self.redraw(userid, msgid, change)
        answer: JSONObject = {"invaliduser": to.invalid} if to.invalid else {}
        if self._quirks.update_gives_code:
            answer["response_code"] = self._codes.give(msgid)
        return answer

    def redraw(self, userid: str, msgid: str, change: JSONObject | str) -> None:
        """Change one member's copy: a new card, or a grey text in place of the buttons."""
        if isinstance(change, str):
            self._chats.redraw(userid, msgid, card=None, state=change, text="")
        else:
            self._chats.redraw(userid, msgid, card=change, state=change.get("replace_text", ""), text=summary(change))

    def _only_interactive(self, change: JSONObject | str, msgid: str, members: list[str]) -> None:
        kinds = {self._chats.find(userid, msgid).card_type for userid in members}
        if isinstance(change, str) and kinds - set(INTERACTIVE):
            raise bad("button")

    def recall(self, body: JSONObject) -> JSONObject:
        """`message/recall`, within 24 hours."""
        sent = self._sent.get(str(body.get("msgid")))
        if sent is None or self._clock.now() - sent.at > RECALL_WITHIN:
            raise Refusal(self._quirks.recall_errcode, "invalid msgid, or sent too long ago")
        self._chats.recall(str(body["msgid"]))
        return {}


def _shown(msgid: str, at: datetime, content: Content) -> Shown:
    return Shown(id=msgid, sender="app", at=at, kind=content.kind, text=content.text, card=content.card)


def _interval(body: JSONObject) -> timedelta:
    seconds: Any = body.get("duplicate_check_interval", DEFAULT_INTERVAL)
    if type(seconds) is not int or not 0 <= seconds <= MOST_INTERVAL:
        raise bad("duplicate_check_interval")
    return timedelta(seconds=seconds)


def _change(body: JSONObject, quirks: Quirks) -> JSONObject | str:
    button, card = body.get("button"), body.get("template_card")
    if (button is None) == (card is None):
        raise bad("button or template_card")
    if card is not None:
        return cards.check(card, updating=True, strict=quirks.strict_cards)
    name = button.get("replace_name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not name:
        raise bad("button.replace_name")
    return name
