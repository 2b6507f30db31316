"""What a member of the simulated organisation sees: messages, cards and their live buttons, groups; what changed.

Everything here is a frozen value. A card's buttons and choices are read off the card as it stands now, so there is
one truth about what can still be tapped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

JSONObject: TypeAlias = dict[str, Any]
Ids: TypeAlias = Callable[[str], str]
INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """The self-built app as its administrator sees it. `token` and `aes_key` belong to the callback."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    name: str = "跟进"


class Refusal(Exception):
    """An API call is refused with WeCom's error number; the message is the `errmsg`."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


class Impossible(Exception):
    """What a person asks of the page cannot be; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap. `key` comes back as EventKey; a button with a `url` opens it and calls nobody back."""

    key: str
    text: str
    style: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A choice on a card. `options` are (id, text); `selected` are the ids chosen now."""

    key: str
    title: str
    options: tuple[tuple[str, str], ...]
    selected: tuple[str, ...]
    multiple: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as one person sees it. `sender` is `app` or a userid; `mine` is true for the viewer's own words.

    `kind` is `text`, `markdown`, `card` (a template card: `card` holds it as it is now) or WeCom's name of another
    type, for which `text` says what it is and `card` holds its object. `state` is the grey text that stands in place
    of the buttons once a card is done. `chosen` is what the member picked before, by question key.
    """

    id: str
    sender: str
    at: datetime
    kind: str
    text: str
    card: Mapping[str, Any] | None = None
    updated: bool = False
    state: str = ""
    mine: bool = False
    mentions: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def card_type(self) -> str:
        """`button_interaction` and so on; empty where this is not a template card."""
        return str(self.card.get("card_type", "")) if self.kind == "card" and self.card else ""

    @property
    def headline(self) -> str:
        """The line for the list of chats, where the message brings one of its own."""
        return ""

    @property
    def drawn(self) -> Mapping[str, Any] | None:
        """What is to be drawn of a card beside what can be tapped and chosen; None where this is no card."""
        return self.card if self.kind == "card" else None

    @property
    def buttons(self) -> list[Button]:
        """What can be tapped now: buttons, or the submit button; none once `state` is set."""
        if not self.card or self.kind != "card" or self.state:
            return []
        if self.card_type in ("vote_interaction", "multiple_interaction"):
            submit = self.card.get("submit_button") or {}
            return [Button(submit.get("key", ""), submit.get("text") or "提交")]
        return [_button(b) for b in self.card.get("button_list") or ()]

    @property
    def menu(self) -> list[Button]:
        """The items of the card's top-right menu."""
        menu = (self.card or {}).get("action_menu") if self.kind == "card" else None
        return [Button(item.get("key", ""), item.get("text", "")) for item in (menu or {}).get("action_list") or ()]

    @property
    def selections(self) -> list[Selection]:
        """The card's choices in the order of the card, each with what is selected now."""
        if not self.card or self.kind != "card":
            return []
        questions = list(self.card.get("select_list") or ())
        if one := self.card.get("button_selection"):
            questions.append(one)
        found = [self._single(question) for question in questions]
        if box := self.card.get("checkbox"):
            found.append(self._checkbox(box))
        return found

    def _single(self, question: Mapping[str, Any]) -> Selection:
        options = _options(question)
        ids = [option_id for option_id, _ in options]
        wanted = question.get("selected_id")
        first = wanted if wanted in ids else next(iter(ids), "")  # missing or wrong: the first one
        key = question["question_key"]
        return Selection(
            key=key,
            title=question.get("title", ""),
            options=options,
            selected=self.chosen.get(key, (str(first),)),
            disabled=bool(question.get("disable")),
        )

    def _checkbox(self, box: Mapping[str, Any]) -> Selection:
        key = box["question_key"]
        checked = tuple(o["id"] for o in box["option_list"] if o.get("is_checked"))
        return Selection(
            key=key,
            title=(self.card or {}).get("main_title", {}).get("title", ""),
            options=_options(box),
            selected=self.chosen.get(key, checked),
            multiple=box.get("mode") == 1,
            disabled=bool(box.get("disable")),
        )


def _button(raw: Mapping[str, Any]) -> Button:
    url = raw.get("url", "") if raw.get("type") == 1 else ""
    return Button("" if url else raw.get("key", ""), raw.get("text", ""), raw.get("style", 1), url)


def _options(question: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((o["id"], o["text"]) for o in question["option_list"])


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChat:
    """A group that the app made, as it is now; `messages` oldest first."""

    chatid: str
    name: str
    owner: str
    members: tuple[str, ...]
    messages: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something a page must redraw. `id` rises by one.

    `message`, `update` and `recall` carry `shown` and say where: in the chat of `userid` with the app, or in the
    group `chatid` (then `shown.mine` is not set). `group` carries the group as it is now.
    """

    id: int
    kind: Literal["message", "update", "recall", "group"]
    userid: str | None = None
    chatid: str | None = None
    shown: Shown | None = None
    group: GroupChat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a callback went: if it was taken, after how many requests, and the HTTP status of each (0: no answer)."""

    accepted: bool
    attempts: int
    message_id: str = ""
    statuses: tuple[int, ...] = ()
