"""What a person sees, before any messenger: the neutral card, and the door through which it leaves.

Builders make a `Card`; renderers turn it into one messenger's wire form within that messenger's limits. The budget that
every builder keeps is in `cards.budget`, so a card fits the smallest messenger that we send to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Literal, Protocol, TypeAlias

from cards.answers import UNPICKED
from cards.picked import Picked
from domain.actor import JSON, ReplyHandle

Tone: TypeAlias = Literal["plain", "good", "warn", "bad"]
Style: TypeAlias = Literal["primary", "plain", "danger"]


@dataclass(frozen=True, slots=True)
class Action:
    """What a tap means: a registered action's name and its parameters, as strings."""

    name: str
    params: tuple[str, ...] = ()

    def pack(self) -> str:
        """`approval.approve:42:7`. Colons and percent signs inside a parameter are escaped."""
        return ":".join([self.name, *(p.replace("%", "%25").replace(":", "%3A") for p in self.params)])

    def picking(self, option: str) -> Action:
        """The action with the picked option of the card's choice as its last parameter."""
        return Action(self.name, (*self.params, option))

    @classmethod
    def unpack(cls, packed: str) -> Action:
        name, *params = packed.split(":")
        return cls(name, tuple(p.replace("%3A", ":").replace("%25", "%") for p in params))


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    url: str


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    action: Action | Link
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Key and value, at most six a card."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as they were said."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps of a flow: label and whether it is `done`, `now` or `next`."""

    steps: tuple[tuple[str, Literal["done", "now", "next"]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Pick one of at most ten, then tap a button: the picked id is appended to that button's action parameters."""

    label: str
    options: tuple[tuple[str, str], ...]  # (id, text)
    selected: str | None = None


@dataclass(frozen=True, slots=True)
class Ticks:
    """Tick any of at most twenty, then tap the card's one button, whose handler gets a `Picked` under `name`."""

    name: str
    options: tuple[tuple[str, str], ...]  # (id, text)
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One question of `Lists`: pick one of at most ten."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]  # (id, text)
    selected: str | None = None

    @property
    def standing(self) -> str:
        """What is picked as long as nobody picks: the messenger shows the first where none is said."""
        return self.selected or self.options[0][0]


@dataclass(frozen=True, slots=True)
class Lists:
    """Two or three questions at once, then the card's one button, whose handler gets a `Picked` with all of them."""

    questions: tuple[Listed, ...]

    @property
    def numbered(self) -> tuple[tuple[Listed, tuple[tuple[int, str, str], ...]], ...]:
        """Each question with its options as (number, id, text), for where they are typed: numbered through all of them,
        so that a number names its question too."""
        numbers = count(1)
        return tuple(
            (each, tuple((next(numbers), option, text) for option, text in each.options if option != UNPICKED))
            for each in self.questions
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a card names, so that he is called where a messenger can do that in a group: the words as they
    stand on the card, and his account in each messenger's directory."""

    said: str
    accounts: tuple[tuple[str, str], ...]

    def account(self, directory: str) -> str | None:
        """His account there, if he has one."""
        return dict(self.accounts).get(directory)


Block: TypeAlias = Facts | Lines | Quote | Progress | Choice | Ticks | Lists


@dataclass(frozen=True, slots=True)
class CardFile:
    """A picture or a file that is sent as one: its name, its place in `domain.files.FileStore`, and what it is."""

    name: str
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. `state` set means closed: no buttons are drawn but the way back that `buttons` may still hold.

    `source` is the small word above the title (跟进, 审批); `text` is the plain-text form that the product fixes for
    this card, used where cards do not work; a card with neither title nor blocks but `text` is a bare text message.
    `numbered` cards may be answered by typing the number of a button. A card with a `file` is that file and nothing
    else, for a messenger takes either; with a title it is a picture to be looked at, shown on a card where the
    messenger has such. `text` stands for it where files cannot be shown. `mentions` count in groups.
    """

    kind: str
    title: str = ""
    note: str = ""
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    tone: Tone = "plain"
    state: str | None = None
    link: str | None = None
    source: str = "跟进"
    text: str = ""
    numbered: bool = False
    file: CardFile | None = None
    mentions: tuple[Mention, ...] = ()

    @property
    def is_text(self) -> bool:
        """Only a line of text: sent as a message, not as a card."""
        return not self.title and not self.blocks and bool(self.text) and self.file is None

    def block(self, kind: type[Facts] | type[Lines] | type[Quote] | type[Progress] | type[Choice]) -> Block | None:
        """The card's block of that kind, if it has one."""
        return next((b for b in self.blocks if isinstance(b, kind)), None)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return tuple(row for b in self.blocks if isinstance(b, Facts) for row in b.rows)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(row for b in self.blocks if isinstance(b, Lines) for row in b.rows)

    @property
    def quote(self) -> str:
        return next((b.text for b in self.blocks if isinstance(b, Quote)), "")

    @property
    def choice(self) -> Choice | None:
        return next((b for b in self.blocks if isinstance(b, Choice)), None)

    @property
    def ticks(self) -> Ticks | None:
        return next((b for b in self.blocks if isinstance(b, Ticks)), None)

    @property
    def lists(self) -> Lists | None:
        return next((b for b in self.blocks if isinstance(b, Lists)), None)

    def typed(self) -> list[tuple[str, Action]]:
        """What may be typed instead of tapped, with the action that it stands for, the likelier meaning first.

        A label is its button; with a choice a number picks that option for the first button, and number and label
        together (2延后) for that button. The text of an option picks it only on `numbered` cards: a customer's name
        means the customer, whatever list stands above. On a card of ticks or of several lists a number picks that
        option alone; several numbers are put together by whoever reads them.
        """
        taps = [(b.label, b.action) for b in (*self.buttons, *self.more) if isinstance(b.action, Action)]
        if taps and (self.ticks is not None or self.lists is not None):
            return _typed_at_once(taps[0], self.ticks, self.lists)
        choice = self.choice
        if choice is None or not taps:
            numbers = [(str(n), action) for n, (_, action) in enumerate(taps, 1)] if self.numbered else []
            return taps + numbers
        said: list[tuple[str, Action]] = []
        selected = choice.selected or choice.options[0][0]
        for label, action in taps:
            said.append((label, action.picking(selected)))
            said += [(f"{n}{label}", action.picking(o)) for n, (o, _) in enumerate(choice.options, 1)]
        first = taps[0][1]
        for n, (option, text) in enumerate(choice.options, 1):
            said.append((str(n), first.picking(option)))
            if self.numbered:
                said.append((text, first.picking(option)))
        return said


def _typed_at_once(tap: tuple[str, Action], ticks: Ticks | None, lists: Lists | None) -> list[tuple[str, Action]]:
    label, action = tap
    stands: dict[str, tuple[str, ...]] = {}
    numbered: list[tuple[int, str, str]] = []  # with the question's name and the option's id
    if lists is not None:
        stands = {each.name: (each.standing,) for each in lists.questions}
        numbered = [(n, each.name, option) for each, options in lists.numbered for n, option, _ in options]
    elif ticks is not None:
        stands = {ticks.name: ticks.ticked}
        numbered = [(n, ticks.name, option) for n, (option, _) in enumerate(ticks.options, 1)]
    said = [(label, action.picking(Picked(stands).pack()))]
    for n, name, option in numbered:
        alone = action.picking(Picked({name: (option,)}).pack())
        said += [(f"{n}{label}", alone), (str(n), alone)]
    return said


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a channel reaches: a member's account or a group's id, as the messenger spells it."""

    kind: Literal["direct", "group"]
    id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a messenger gave back for a sent card: its ids, and the one-time codes with which it may be changed.

    `codes` are (code, expiry) pairs, oldest first. All of it is opaque to everybody but the adapter that made it.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[tuple[str, datetime], ...] = ()

    def to_json(self) -> dict[str, JSON]:
        return {"ids": dict(self.ids), "codes": [[code, at.isoformat()] for code, at in self.codes]}

    @classmethod
    def from_json(cls, body: Mapping[str, JSON]) -> Receipt:
        ids, codes = body.get("ids") or {}, body.get("codes") or []
        if not isinstance(ids, dict) or not isinstance(codes, list):
            raise TypeError("not a receipt")
        pairs = [pair for pair in codes if isinstance(pair, list)]
        return cls(
            {str(k): str(v) for k, v in ids.items()},
            tuple((str(code), datetime.fromisoformat(str(at))) for code, at in pairs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a messenger lets one recipient get; the sender paces itself below it.

    `per_day_each` is the app's own limit, over all recipients: so many a day for each account, of which there are at
    least `accounts`. `group` is for groups, where it differs.
    """

    per_minute: int
    per_hour: int
    per_day_each: int | None = None
    accounts: int = 1
    group: Limits | None = None


class Channel(Protocol):
    """One messenger account. `key` is the delivery's own key: the same key sent twice is the same message."""

    name: str
    limits: Limits

    def reachable(self) -> bool: ...

    async def send(self, to: Recipient, card: Card, *, key: str, handle: ReplyHandle | None = None) -> Receipt:
        """Deliver once; raises a `ChannelError`."""
        ...

    async def update(
        self, to: Recipient, receipt: Receipt, card: Card, *, key: str, handle: ReplyHandle | None = None
    ) -> Receipt:
        """Change a sent card in place and return the receipt with the used code taken out; raises `NotUpdatable`."""
        ...
