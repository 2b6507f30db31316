"""The load of the benches: callbacks sealed beforehand, and a WeCom that takes every answer and notes when.

It is written on the simulator's side of the wire: it knows of genjin only the address of its callback. Answers carry
no name of what they answer, so the n-th message to a member stands for his n-th note: genjin answers one sender in
order, and each of the notes here is answered with one message.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from bot.bench.wire import Caller, request, serving
from bot.messenger.crypto import Seal, signature
from bot.messenger.events import Events, cdata, element
from bot.messenger.model import AppCredentials

APP = AppCredentials(
    "wwbench000000001", 1000010, "secret-of-the-bench", "benchTok2026", "YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoMTI"
)
PATH = "/wecom/callback"
WAITS = 5.0  # seconds that WeCom waits for an acknowledgement before it calls again
CALLS = 3  # how often it calls at most
PATIENCE = 60.0  # seconds without any answer until those that have not come count as missing
_RECORDED = "已记录".encode()  # with which the card of a recorded note begins; an apology is no answer
_MENU = b"/cgi-bin/menu/"  # set once at a start; all other calls are about messages
_RECEIVER = re.compile(rb'"touser": *"([^"]+)"')
_numbers = itertools.count(time.time_ns())


@dataclass(slots=True, eq=False)
class Note:
    """One note on its way; moments in seconds of the performance counter, 0 for not yet. `way` is where it was said."""

    sender: str
    message_id: str
    text: str
    target: str
    body: bytes
    sent: float = 0.0
    acknowledged: float = 0.0
    answered: float = 0.0
    calls: int = 0
    way: str = "app"
    waiter: asyncio.Future[None] | None = None


@dataclass(slots=True)
class Tally:
    """The notes that were sent and how long it took, from the first call to the last acknowledgement or answer."""

    notes: list[Note] = field(default_factory=list)
    seconds: float = 0.0
    answers: bool = True

    @property
    def acknowledged(self) -> list[float]:
        """Seconds from the call to its acknowledgement, of those that have one."""
        return [note.acknowledged - note.sent for note in self.notes if note.acknowledged]

    @property
    def answered(self) -> list[float]:
        """Seconds from the call to the answer's arrival, of those that have one."""
        return [note.answered - note.sent for note in self.notes if note.answered]

    @property
    def missing(self) -> int:
        """Notes that were not acknowledged, or, where answers are looked for, not answered."""
        return sum(not note.acknowledged or (self.answers and not note.answered) for note in self.notes)


def sealed(said: Iterator[tuple[str, str]], count: int, *, per_second: float = 0.0) -> list[Note]:
    """So many notes of (sender, text), each with an id of its own, sealed and signed now.

    With `per_second` they are dated as they will be sent: a callback that waits longer than WeCom's is refused.
    """
    seal, events, now = Seal(APP.aes_key), Events(APP), time.time()
    made = []
    for number, (sender, text) in enumerate(itertools.islice(said, count)):
        at = now + (number / per_second if per_second else 0.0)
        message_id = str(next(_numbers))
        inner = events.text(sender, datetime.fromtimestamp(at, UTC), text, message_id)
        closed = seal.close(inner, APP.corp_id, prefix=b"%016d" % number)
        stamp, nonce = str(int(at)), str(number)
        signed = signature(APP.token, stamp, nonce, closed)
        query = urlencode({"msg_signature": signed, "timestamp": stamp, "nonce": nonce})
        outer = element("ToUserName", APP.corp_id) + element("AgentID", str(APP.agent_id))
        body = f"<xml>{outer}<Encrypt>{cdata(closed)}</Encrypt></xml>".encode()
        made.append(Note(sender, message_id, text, f"{PATH}?{query}", body))
    return made


class Api:
    """A WeCom that gives a token and takes every message; see `taken`."""

    def __init__(self) -> None:
        self._number = 0

    def listening(self) -> AbstractAsyncContextManager[str]:
        """Serve the API; yields its address."""
        return serving(self._answer)

    def taken(self, body: bytes) -> None:
        """A message came in, or a card is to be changed."""

    def _answer(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"GET"):
            return b'{"errcode":0,"errmsg":"ok","access_token":"bench","expires_in":7200}'
        if _MENU not in head.partition(b"\r\n")[0]:
            self.taken(body)
        self._number += 1
        return b'{"errcode":0,"errmsg":"ok","msgid":"m%d","response_code":"c%d"}' % (self._number, self._number)


class WeCom(Api):
    """Notes whose note each message answers."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: defaultdict[str, deque[Note]] = defaultdict(deque)
        self.outstanding = 0
        self.others = 0  # messages that answer no note: apologies, reminders, repetitions
        self.last = 0.0

    def expect(self, note: Note) -> None:
        """The next message to this member that nobody else waits for answers this note."""
        self._waiting[note.sender].append(note)
        self.outstanding += 1

    def forget(self, note: Note) -> None:
        """Nothing will answer this one."""
        self._waiting[note.sender].remove(note)
        self.outstanding -= 1

    async def drained(self) -> None:
        """Return once everything is answered, or when no answer has come for a long time."""
        begun = time.perf_counter()
        while self.outstanding and time.perf_counter() - max(self.last, begun) < PATIENCE:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        self._waiting.clear()
        self.outstanding = 0

    def taken(self, body: bytes) -> None:
        to = _RECEIVER.search(body)
        self.took(to[1].decode() if to is not None else "", body)

    def took(self, userid: str, body: bytes) -> None:
        """This came to a member, by whatever way."""
        self.last = time.perf_counter()
        if _RECORDED not in body or not (waiting := self._waiting.get(userid)):
            self.others += 1
            return
        note = waiting.popleft()
        self.outstanding -= 1
        note.answered = self.last
        if note.waiter is not None and not note.waiter.done():
            note.waiter.set_result(None)


class Load:
    """Plays WeCom's callbacks against one or more addresses, in turn; `wecom` is where answers arrive, if they do."""

    def __init__(self, urls: Sequence[str], wecom: WeCom | None) -> None:
        parts = [urlsplit(url) for url in urls]
        self._addresses = itertools.cycle([(part.hostname or "", part.port or 80) for part in parts])
        self._host = parts[0].netloc
        self._wecom = wecom
        self._idle: list[Caller] = []

    async def closed(self, notes: list[Note], at_a_time: int, seconds: float, *, answers: bool = True) -> Tally:
        """Keep so many notes in flight for so long, or until none is left; without `answers` only to the
        acknowledgement."""
        tally, left = Tally(answers=answers and self._wecom is not None), iter(notes)
        callers = [await self._caller() for _ in range(at_a_time)]
        begun = time.perf_counter()

        async def hand(caller: Caller) -> None:
            for note in left:
                tally.notes.append(note)
                await self._one(caller, note, answers)
                if time.perf_counter() - begun > seconds:
                    return

        await asyncio.gather(*map(hand, callers))
        tally.seconds = time.perf_counter() - begun
        self._idle += callers
        return tally

    async def paced(self, notes: list[Note], per_second: float) -> Tally:
        """Send so many a second whatever comes back, as WeCom does: what is not acknowledged is called again."""
        loop, tally, tasks = asyncio.get_running_loop(), Tally(notes, answers=self._wecom is not None), set()
        self._idle += [await self._caller() for _ in range(20 - len(self._idle))]
        begun, clock = time.perf_counter(), loop.time()
        for number, note in enumerate(notes):
            if (pause := clock + number / per_second - loop.time()) > 0:
                await asyncio.sleep(pause)
            task = asyncio.create_task(self._insist(note))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        tally.seconds = time.perf_counter() - begun
        return tally

    def close(self) -> None:
        for caller in self._idle:
            caller.close()
        self._idle.clear()

    async def _one(self, caller: Caller, note: Note, answer: bool) -> None:
        if self._wecom is not None:
            note.waiter = asyncio.get_running_loop().create_future() if answer else None
            self._wecom.expect(note)
        if await self._call(caller, note) and note.waiter is not None:
            limit = asyncio.get_running_loop().call_later(PATIENCE, _give_up, note.waiter)
            await note.waiter
            limit.cancel()
            self._forget(note)
        elif not note.acknowledged:
            self._forget(note)

    async def _insist(self, note: Note) -> None:
        if self._wecom is not None:
            self._wecom.expect(note)
        for _ in range(CALLS):
            caller = self._idle.pop() if self._idle else await self._caller()
            done = await self._call(caller, note)
            self._idle.append(caller)
            if done:
                return
        self._forget(note)

    def _forget(self, note: Note) -> None:
        if self._wecom is not None and not note.answered:
            self._wecom.forget(note)

    async def _call(self, caller: Caller, note: Note) -> bool:
        try:
            await caller.open()
        except OSError:
            return False
        note.calls += 1
        note.sent = note.sent or time.perf_counter()
        if await caller.call(request(self._host, note.target, note.body), WAITS) != 200:
            return False
        note.acknowledged = time.perf_counter()
        return True

    async def _caller(self) -> Caller:
        if self._idle:
            return self._idle.pop()
        caller = Caller(*next(self._addresses))
        await caller.open()
        return caller


def _give_up(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
