"""Failures on order: what a test or the page switches on, consumed by the next calls or callbacks it is meant for."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from enum import Enum

from bot.messenger.switches import SLOW, Switch, Switches
from bot.messenger.tokens import Tokens


class Trick(Enum):
    """What can be wrong with a callback."""

    TWICE = "delivered again after it was taken"
    RENAMED = "delivered again under another MsgId"
    CONCURRENTLY = "two deliveries at the same time"
    WRONG_SIGNATURE = "a signature by somebody who does not know the Token"
    WRONG_RECEIVER = "sealed for another corp"
    BAD_PADDING = "padding that claims no length"
    DOCTYPE = "a DTD with an entity in the envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one API call. With `drop` it is carried out and its answer lost; `body` stands for an answer.

    `echo` stands for an answer too: a refusal that repeats the query it came with, secrets and all.
    """

    errcode: int | None = None
    errmsg: str = "refused on order"
    status: int | None = None
    body: bytes | None = None
    echo: bool = False
    drop: bool = False
    seconds: float = 0.0


_SPOILED = {
    Switch.LIMITED: Fault(errcode=45009),
    Switch.BROKEN: Fault(status=503),
    Switch.SLOW: Fault(seconds=SLOW),
    Switch.CUT: Fault(drop=True),
}


class Faults:
    """The switches. Paths are written as after /cgi-bin/: `message/send`. `times` is for how many calls."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._calls: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._tricks: deque[Trick] = deque()
        self.switched_off = False  # the app, by the administrator
        self.switches = Switches()

    def expire_tokens(self) -> None:
        """Tokens given so far are refused with 42001; gettoken gives a new one."""
        self._tokens.expire()

    def forget_tokens(self) -> None:
        """Tokens given so far are refused with 40014; gettoken gives a new one."""
        self._tokens.forget()

    def revoke_secret(self) -> None:
        """The administrator reset the secret: gettoken refuses with 40001 and no token works."""
        self._tokens.revoked = True

    def restore_secret(self) -> None:
        self._tokens.revoked = False

    def refuse(self, path: str, errcode: int, times: int = 1, errmsg: str = "refused on order") -> None:
        """Answer with `errcode` and do nothing."""
        self._add(path, Fault(errcode=errcode, errmsg=errmsg), times)

    def fail(self, path: str, status: int = 503, times: int = 1) -> None:
        """Answer with an HTTP status and a page instead of JSON, and do nothing."""
        self._add(path, Fault(status=status), times)

    def lie(self, path: str, body: bytes, times: int = 1) -> None:
        """Answer with status 200 and this instead of an answer, and do nothing."""
        self._add(path, Fault(body=body), times)

    def echo(self, path: str, times: int = 1) -> None:
        """Refuse as some gateways do, with what was asked in the words of the refusal, and do nothing."""
        self._add(path, Fault(echo=True), times)

    def drop_answer(self, path: str, times: int = 1) -> None:
        """Do what was asked, then cut the connection without an answer."""
        self._add(path, Fault(drop=True), times)

    def delay(self, path: str, seconds: float, times: int = 1) -> None:
        """Do what was asked after `seconds` of real time."""
        self._add(path, Fault(seconds=seconds), times)

    def spoil(self, trick: Trick, times: int = 1) -> None:
        """Play `trick` on the next callbacks; all attempts of one callback are spoiled alike."""
        self._tricks.extend([trick] * times)

    def clear(self) -> None:
        """Nothing is ordered any more, and every switch is off; the secret is as it is."""
        for switch in Switch:
            self.switches.turn(switch, 0)
        self._calls.clear()
        self._tricks.clear()

    def next_call(self, path: str) -> Fault:
        """What was ordered for this call, or what the switches make of it; the server asks once a call."""
        if waiting := self._calls[path]:
            return waiting.popleft()
        return Fault() if path == "gettoken" else self._switched()

    def _switched(self) -> Fault:
        if self.switches.strikes(Switch.EXPIRED):
            self._tokens.expire()
        struck = [switch for switch in _SPOILED if self.switches.strikes(switch)]
        return _SPOILED[struck[0]] if struck else Fault()

    def next_trick(self) -> Trick | None:
        """What was ordered for this callback; the pusher asks once a callback."""
        if self._tricks:
            return self._tricks.popleft()
        return Trick.TWICE if self.switches.strikes(Switch.RETRIED) else None

    def _add(self, path: str, fault: Fault, times: int) -> None:
        self._calls[path].extend([fault] * times)
