"""Every parser of bytes that come from outside, each with real inputs to start from and what must hold of any other.

`read` gets any bytes. It returns whether they were taken; it may refuse them in the one way that its callers expect,
which it knows itself. Every other exception is a finding, and so is an `AssertionError`: what was taken must be fit to
be stored, sent and said.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import link_command
from bot.adapters.seal import CallbackCrypto
from bot.adapters.task_ids import key_of, task_id_of
from bot.adapters.wecom import answers, envelope, read
from bot.adapters.wecom.channel import WeComChannel
from bot.message import Message, from_json, to_json
from bot.nlp import commands
from bot.nlp.pipeline import parse
from bot.nlp.to_json import message as as_json
from cards.model import Action, Card, Receipt, Recipient
from config.clock import ShiftableClock
from domain.errors import ChannelError
from domain.naming import Named, NameIndex
from tests.adapters import wire
from tests.fuzz import seeds

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
LONGEST_NOTE = 6_000  # characters: three times what WeCom lets anybody type
SECRET, TOKEN = "FUZZ-SECRET-7c1d", "FUZZ-TOKEN-99ab"


@dataclass(frozen=True, slots=True)
class Parser:
    """`words` are pieces of its format. Without `seeds` it gets workbooks."""

    name: str
    seeds: Sequence[bytes]
    read: Callable[[bytes], bool]
    words: Sequence[bytes] = ()


# -- the callback ------------------------------------------------------------------------------------------------------

_SETTINGS = wire.settings()
_CRYPTO = CallbackCrypto(_SETTINGS)
_GENUINE = seeds.TEXT
_SEALED = wire.sealed(_GENUINE)


def outer(raw: bytes) -> bool:
    """The envelope: whatever is found in it is one text without blanks around it."""
    try:
        found = envelope.encrypted(raw)
    except envelope.BadCallback:
        return False
    assert found == found.strip() != ""
    return True


def inner(raw: bytes) -> bool:
    """A message or an event that was decrypted."""
    try:
        message = read.read(raw, NOW)
    except envelope.BadCallback:
        return False
    if message is not None:
        fit_to_store(message)
    return True


def fit_to_store(message: Message) -> None:
    """What a database can keep: within the columns, no NUL, and the same when it comes back."""
    body = to_json(message)
    kept = json.dumps(body, ensure_ascii=False)
    kept.encode()
    assert not any("\x00" in word for word in _words(body))
    assert from_json(json.loads(kept)) == message
    assert 0 < len(message.message_id) <= 128
    assert 0 < len(message.sender) <= 64
    assert len(message.conversation.id) <= 64


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _words(part)


def framed(raw: bytes) -> bool:
    """What an attacker who had the AES key, but not the token, could put below the signature: any plain bytes."""
    sealed = wire.encrypt(raw[: len(raw) // 16 * 16])
    try:
        opened = _CRYPTO.open(
            signature=wire.sign(sealed, STAMP), timestamp=STAMP, nonce="n0nce77", encrypted=sealed, now=NOW
        )
    except envelope.BadCallback:
        return False
    assert raw[20 : 20 + len(opened)] == opened
    return True


def request(raw: bytes) -> bool:
    """Query and body as a stranger may change them: what is opened is what was sealed, or nothing."""
    query, _, body = raw.partition(b"\n")
    asked = seeds.query_of(query)
    try:
        values = [asked.getall(name, []) for name in ("msg_signature", "timestamp", "nonce")]
        if any(len(each) != 1 for each in values):
            return False
        signature, timestamp, nonce = (each[0] for each in values)
        opened = _CRYPTO.open(
            signature=signature, timestamp=timestamp, nonce=nonce, encrypted=envelope.encrypted(body), now=NOW
        )
    except envelope.BadCallback:
        return False
    assert opened == _GENUINE, "forged"
    return True


# -- buttons -----------------------------------------------------------------------------------------------------------


def tap(raw: bytes) -> bool:
    """The key of a button and the id of a card."""
    said = raw.decode("utf-8", "replace")
    action = Action.unpack(said)
    assert Action.unpack(action.pack()) == action
    key = key_of(said)
    if key is not None:
        assert key.isprintable()
        assert re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", task_id_of(key))
    return key is not None


# -- the messenger's API -----------------------------------------------------------------------------------------------


class _Api:
    """Answers every call with these bytes, read as the real one reads them."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    async def post(self, path: str, _body: object, *, expected: frozenset[int] = frozenset()) -> answers.Answer:
        answer = answers.decoded(path, 200, self._raw, hide=(SECRET, TOKEN))
        if answers.code(answer) not in {0, *expected}:
            raise ChannelError(answer["errmsg"])
        return answer

    async def get(self, path: str, **_query: str) -> answers.Answer:
        return await self.post(path, None)


_TEXT, _CARD = Card(kind="plain.text", text="好"), Card(kind="any", title="已记录")
_TO = Recipient("direct", "chu.yao")
_SENT = Receipt({"task_id": "a-1"}, (("code", datetime(2026, 11, 28, tzinfo=UTC)),))


def api_answer(raw: bytes) -> bool:
    """Sending, changing, asking who somebody is: a receipt fit to be stored, or a refusal without our secrets."""
    refusals: list[str] = []
    for call in (_send, _change, _who, _group):
        api: Any = _Api(raw)
        try:
            _ended(call(WeComChannel(_SETTINGS, api, ShiftableClock(NOW, still=True))))
        except ChannelError as refused:
            refusals.append(str(refused))
    assert not any(secret in said for secret in (SECRET, TOKEN) for said in refusals)
    assert all(said.isprintable() for said in refusals)
    return len(refusals) < 4


async def _send(channel: WeComChannel) -> None:
    receipt = await channel.send(_TO, _TEXT, key="a-1")
    kept = json.dumps(receipt.to_json())
    assert Receipt.from_json(json.loads(kept)) == receipt
    assert len(kept) < 2000
    assert all(value.isprintable() for value in receipt.ids.values())


async def _change(channel: WeComChannel) -> None:
    await channel.update(_TO, _SENT, _CARD, key="a-2")


async def _who(channel: WeComChannel) -> None:
    member = await channel.directory("chu.yao")
    if member is not None:
        json.dumps([member.userid, member.name, member.position, *member.leaders], ensure_ascii=False)
        assert (member.userid + member.name + member.position).isprintable()


async def _group(channel: WeComChannel) -> None:
    assert (await channel.create_group("华东组", "wu.bo", ["chu.yao"], "team1")).isprintable()


def _ended(call: Any) -> None:
    """Runs a coroutine that never waits."""
    try:
        call.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something")


# -- the command line --------------------------------------------------------------------------------------------------

_INDEX = NameIndex([Named(id=name, full=name) for name in ("常州褚遥泵业有限公司", "苏州海棠机电有限公司")])


def names(raw: bytes) -> bool:
    """A line of the list of customers."""
    try:
        rows = list(link_command._names(io.StringIO(raw.decode("utf-8", "replace"))))
    except ValueError as refused:
        return _one_line(refused, "line ")
    index = NameIndex(rows)
    for row in rows[:2]:
        index.find(row.full)
    return bool(rows)


def _one_line(refused: Exception, begins: str) -> bool:
    said = str(refused)
    assert said.startswith(begins)
    assert "\n" not in said
    return False


def wording(raw: bytes) -> bool:
    """A line of wordings: always one line of JSON back."""
    said = json.dumps(link_command.answer(_INDEX, raw.decode("utf-8", "replace")), ensure_ascii=False)
    said.encode()
    return '"error"' not in said


def to_parse(raw: bytes) -> bool:
    """A line for `genjin parse --jsonl`."""
    return _answered(raw, commands.run_parse)


def to_find(raw: bytes) -> bool:
    """A line for `genjin entities --jsonl`."""
    return _answered(raw, commands.run_entities)


def _answered(raw: bytes, run: Callable[..., int]) -> bool:
    line = raw.decode("utf-8", "replace").replace("\n", " ")
    out, err = io.StringIO(), io.StringIO()
    run([line], out, err, zone=ZONE, now=NOW)
    said = out.getvalue()
    said.encode("utf-8", "backslashreplace")
    assert said.count("\n") == (1 if line.strip() else 0)
    return bool(said) and "error" not in json.loads(said)


def note(raw: bytes) -> bool:
    """What a person types: read without complaint, and every value is a span of it."""
    text = raw.decode("utf-8", "replace")[:LONGEST_NOTE]
    parsed = parse(text, NOW.astimezone(ZONE))
    said = as_json(parsed)
    json.dumps(said)
    spans = [span for event in (said, *said["others"]) for span in event["spans"].values()]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    return bool(spans)
