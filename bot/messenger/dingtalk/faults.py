"""Failures on order of the simulated DingTalk: the next calls and the next pushes."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

Fate = Literal["dropped", "twice", "again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFault:
    """What happens to one call: a refusal by `code` or `errcode`, a `status` with a page, an answer that is lost, or
    one that is late by `seconds`."""

    code: str = ""
    errcode: int = 0
    status: int = 0
    drop: bool = False
    seconds: float = 0.0


class DingTalkFaults:
    """The switches. Paths are written without the leading slash: `v1.0/robot/oToMessages/batchSend`."""

    def __init__(self) -> None:
        self._calls: defaultdict[str, deque[CallFault]] = defaultdict(deque)
        self._fates: deque[Fate] = deque()
        self.refuse_sockets = False
        self.silent = False  # sockets stay open, and nothing is pushed: a zombie
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
        """What was ordered for this call; asked once a call."""
        waiting = self._calls[path]
        return waiting.popleft() if waiting else CallFault()

    def next_fate(self) -> Fate | None:
        """What was ordered for this push; asked once a push."""
        return self._fates.popleft() if self._fates else None

    def _add(self, path: str, fault: CallFault, times: int) -> None:
        self._calls[path].extend([fault] * times)
