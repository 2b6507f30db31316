"""The seal of callbacks beside the messenger's own package for Node: what either closes, the other opens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.adapters.seal import CallbackCrypto
from bot.messenger.crypto import Seal, signature
from tests.adapters import wire
from tests.hostile.stage import staged
from tests.node_clients import INSTALLED, Node, node

pytestmark = pytest.mark.skipif(not INSTALLED, reason="the packages for Node could not be installed here")
STAMP, NONCE = "1767225600", "n0nce77"
NOW = datetime.fromtimestamp(int(STAMP), UTC)
TEXTS = [*("跟" + "x" * length for length in range(32)), "", "😀 𠮷 é", "<xml><![CDATA[]]></xml>", "长" * 20_000]
CRYPTO = CallbackCrypto(wire.settings())


@pytest.fixture
async def theirs() -> AsyncIterator[Node]:
    async with node() as made:
        yield made


async def _signed(theirs: Node, sealed: str) -> str:
    return str(await theirs.do("sign", token=wire.TOKEN, timestamp=STAMP, nonce=NONCE, sealed=sealed))


async def test_what_node_seals_and_signs_opens_here(theirs: Node) -> None:
    for text in TEXTS:
        sealed = await theirs.do("seal", key=wire.AES_KEY, message=text, receiver=wire.CORP)
        signed = await _signed(theirs, sealed)

        opened = CRYPTO.open(signature=signed, timestamp=STAMP, nonce=NONCE, encrypted=sealed, now=NOW)

        assert opened.decode() == text
        assert Seal(wire.AES_KEY).open(sealed, wire.CORP) == text
        assert signature(wire.TOKEN, STAMP, NONCE, sealed) == signed


async def test_what_is_sealed_and_signed_here_opens_in_node(theirs: Node) -> None:
    for text in TEXTS:
        ours = CRYPTO.seal(text.encode())
        servers = Seal(wire.AES_KEY).close(text, wire.CORP, prefix=b"0123456789abcdef")
        for sealed in (ours, servers):
            opened = await theirs.do("open", key=wire.AES_KEY, sealed=sealed)
            assert (opened["message"], opened["id"]) == (text, wire.CORP)
        assert CRYPTO.signature(STAMP, NONCE, ours).decode() == await _signed(theirs, ours)


async def test_a_note_that_node_sealed_is_stored_and_answered(theirs: Node, sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        inner = stage.inner("今天拜访了启航电子的梁总，预算大概50万".encode()).decode()
        sealed = await theirs.do("seal", key=wire.AES_KEY, message=inner, receiver=wire.CORP)
        stamp = str(int(stage.clock.now().timestamp()))
        signed = await theirs.do("sign", token=wire.TOKEN, timestamp=stamp, nonce=NONCE, sealed=sealed)

        status, _ = await stage.knock(
            wire.envelope(sealed), {"msg_signature": signed, "timestamp": stamp, "nonce": NONCE}
        )
        await stage.settle()

        assert status == 200
        assert [row.text for row in await stage.inbox()] == ["今天拜访了启航电子的梁总，预算大概50万"]
        assert any("已记录" in str(shown) for shown in stage.answers())
