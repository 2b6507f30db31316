"""The load plays WeCom: it calls again what was not acknowledged, and takes no apology for an answer."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from bot.bench.load import APP, Load, WeCom, sealed
from bot.bench.wire import Caller, serving
from bot.messenger.crypto import Seal, signature

SAID = [("lin.yue", "拜访了客户"), ("zhou.bo", "打了电话")]


def sent(userid: str, title: str) -> bytes:
    return json.dumps({"touser": userid, "title": title}, ensure_ascii=False).encode()


def test_a_sealed_note_opens_as_wecoms_would() -> None:
    first, second = sealed(iter(SAID), 2)
    query = {name: values[0] for name, values in parse_qs(urlsplit(first.target).query).items()}
    closed = ET.fromstring(first.body).findtext("Encrypt") or ""

    inner = ET.fromstring(Seal(APP.aes_key).open(closed, APP.corp_id))

    assert query["msg_signature"] == signature(APP.token, query["timestamp"], query["nonce"], closed)
    assert [inner.findtext(name) for name in ("FromUserName", "Content")] == list(SAID[0])
    assert inner.findtext("MsgId") == first.message_id != second.message_id


async def test_a_call_gives_the_status_and_a_dead_server_gives_none() -> None:
    async with serving(lambda _head, body: body) as url:
        caller = Caller(urlsplit(url).hostname or "", urlsplit(url).port or 0)
        await caller.open()

        assert await caller.call(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok", 5) == 200
    assert await caller.call(b"GET / HTTP/1.1\r\n\r\n", 5) == 0


async def test_what_is_answered_later_is_waited_for() -> None:
    wecom, loop = WeCom(), asyncio.get_running_loop()

    def take(_head: bytes, _body: bytes) -> bytes:
        loop.call_soon(wecom.taken, sent("lin.yue", "已记录 · 客户"))
        return b""

    async with serving(take) as url:
        load = Load([url], wecom)
        tally = await load.closed(sealed(iter(SAID), 1), 1, seconds=5)
        load.close()

    assert tally.missing == 0
    assert tally.notes[0].sent <= tally.notes[0].acknowledged
    assert len(tally.answered) == 1


async def test_what_was_not_acknowledged_is_called_again() -> None:
    calls: list[bytes] = []

    def take(_head: bytes, body: bytes) -> bytes | None:
        calls.append(body)
        return None if len(calls) == 1 else b""

    async with serving(take) as url:
        load = Load([url], None)
        tally = await load.paced(sealed(iter(SAID), 1), per_second=100)
        load.close()

    assert (tally.notes[0].calls, tally.missing) == (2, 0)
    assert calls[0] == calls[1]


async def test_what_is_never_acknowledged_is_missing() -> None:
    async with serving(lambda _head, _body: None) as url:
        load = Load([url], None)
        tally = await load.paced(sealed(iter(SAID), 2), per_second=100)
        load.close()

    assert ([note.calls for note in tally.notes], tally.missing) == ([3, 3], 2)


def test_an_apology_answers_nothing() -> None:
    wecom, (note, _) = WeCom(), sealed(iter(SAID), 2)
    wecom.expect(note)

    wecom.taken(sent("lin.yue", "刚才那条没记成"))
    assert (note.answered, wecom.others, wecom.outstanding) == (0.0, 1, 1)

    wecom.taken(sent("lin.yue", "已记录 · 客户"))
    assert note.answered > 0
    assert (wecom.others, wecom.outstanding) == (1, 0)


def test_answers_to_one_member_stand_for_his_notes_in_order() -> None:
    wecom, notes = WeCom(), sealed(iter([SAID[0]] * 2), 2)
    for note in notes:
        wecom.expect(note)

    wecom.taken(sent("lin.yue", "已记录 · 客户"))

    assert [bool(note.answered) for note in notes] == [True, False]
