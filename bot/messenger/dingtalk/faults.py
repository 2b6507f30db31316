"""Failures of the simulated DingTalk: on order, the next calls and the next pushes, or by the switches that spoil a
regular share of them."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Literal

from bot.messenger.switches import SLOW, Switch, Switches

OPEN = "v1.0/gateway/connections/open"
_SPARED = ("v1.0/oauth2/accessToken", "gettoken", OPEN)
_WEBHOOKS = "robot/"  # how the paths of webhooks begin, which have no token

Fate = Literal["dropped", "twice", "again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFault:
    """What happens to one call: a refusal by `code` or `errcode`, a `status` with a page, an answer that is lost, or
    one that is late by `seconds`; `expired`: its token is good no more."""

    code: str = ""
    errcode: int = 0
    status: int = 0
    drop: bool = False
    seconds: float = 0.0
    expired: bool = False


_LIMITED = CallFault(code="Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", errcode=90018, status=403)
_SPOILED = {
    Switch.EXPIRED: CallFault(expired=True),
    Switch.LIMITED: _LIMITED,
    Switch.BROKEN: CallFault(status=503),
    Switch.SLOW: CallFault(seconds=SLOW),
    Switch.CUT: CallFault(drop=True),
}
_FATES: dict[Switch, Fate] = {Switch.DROPPED: "dropped", Switch.DOUBLED: "twice", Switch.RETRIED: "again"}


class DingTalkFaults:
    """Paths are written without the leading slash: `v1.0/robot/oToMessages/batchSend`. `switches` may be shared with
    another messenger, `struck` counts what each has spoiled here."""

    def __init__(self, switches: Switches | None = None) -> None:
        self.switches = switches or Switches()
        self.struck: Counter[Switch] = Counter()
        self._calls: defaultdict[str, deque[CallFault]] = defaultdict(deque)
        self._fates: deque[Fate] = deque()
        self.refuse_sockets = False
        self.silent = False  # sockets stay open, and nothing is pushed: a zombie
        self.dead = False  # sockets that are opened answer no ping of the protocol
        self.deaf = False  # nothing that a client sends is heard
        self.down = False  # no call is answered, no socket opened

    def refuse(self, path: str, code: str = "", errcode: int = 0, status: int = 0, times: int = 1) -> None:
        """Refuse the next calls of a path and do nothing; with a `status` alone, by a page that is no JSON."""
        self._add(path, CallFault(code=code, errcode=errcode, status=status), times)

    def drop_answer(self, path: str, times: int = 1) -> None:
        """Do what was asked, then cut the connection."""
        self._add(path, CallFault(drop=True), times)

    def delay(self, path: str, seconds: float, times: int = 1) -> None:
        """Do what was asked after `seconds` of real time."""
        self._add(path, CallFault(seconds=seconds), times)

    def spoil(self, fate: Fate, times: int = 1) -> None:
        """What becomes of the next pushes: lost on the way, sent twice, or sent again under another messageId."""
        self._fates.extend([fate] * times)

    def next_call(self, path: str) -> CallFault:
        """What was ordered for this call, or what the switches make of it; asked once a call."""
        if waiting := self._calls[path]:
            return waiting.popleft()
        if path == OPEN and self._struck(Switch.GATEWAY, always=True):
            return CallFault(seconds=SLOW)
        tokens = path not in _SPARED and not path.startswith(_WEBHOOKS)
        fit = [each for each in _SPOILED if path not in _SPARED and (tokens or each is not Switch.EXPIRED)]
        struck = [switch for switch in fit if self._struck(switch)]
        return _SPOILED[struck[0]] if struck else CallFault()

    def next_fate(self) -> Fate | None:
        """What was ordered for this push, or what the switches make of it; asked once a push."""
        if self._fates:
            return self._fates.popleft()
        return next((fate for switch, fate in _FATES.items() if self._struck(switch)), None)

    def gives_notice(self) -> bool:
        """Whether the sockets are told to leave after this push; asked once a push."""
        return self._struck(Switch.NOTICE)

    def clear(self) -> None:
        """Nothing is ordered any more; the switches are as they are."""
        self.refuse_sockets = self.silent = self.deaf = self.dead = self.down = False
        self._calls.clear()
        self._fates.clear()

    def _struck(self, switch: Switch, *, always: bool = False) -> bool:
        struck = self.switches.strikes(switch, always=always)
        self.struck[switch] += struck
        return struck

    def _add(self, path: str, fault: CallFault, times: int) -> None:
        self._calls[path].extend([fault] * times)
