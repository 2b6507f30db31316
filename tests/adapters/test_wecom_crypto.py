from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto

from bot.adapters.callbacks import BadCallback
from bot.adapters.seal import CallbackCrypto
from tests.adapters import wire

VECTOR = "4aPG+9KyrV/pXdo9xb6OHrIpqyytqMZmXhW9jHkryAcWOfYusDPFmJA+bHVv4Vpv0u9M1QoMPtFxOA8C0gGejQ=="
STAMP = "1767225600"
NOW = datetime.fromtimestamp(int(STAMP), UTC)
CRYPTO = CallbackCrypto(wire.settings())


def opened(encrypted: str, *, timestamp: str = STAMP, signature: str | None = None, now: datetime = NOW) -> bytes:
    signed = wire.sign(encrypted, timestamp) if signature is None else signature
    return CRYPTO.open(signature=signed, timestamp=timestamp, nonce="n0nce77", encrypted=encrypted, now=now)


def test_the_published_vector_opens() -> None:
    assert opened(VECTOR, signature="57f75d5ab885af51b4eda24de4d628cd4c2e147a") == b"4839201745"


def test_the_key_may_have_surplus_bits_set() -> None:
    loose = wire.settings().model_copy(update={"aes_key": wire.SecretStr(wire.AES_KEY[:-1] + "R")})
    assert base64.b64decode(wire.AES_KEY[:-1] + "R=") == wire.KEY

    crypto = CallbackCrypto(loose)

    signed = wire.sign(VECTOR, STAMP)
    assert crypto.open(signature=signed, timestamp=STAMP, nonce="n0nce77", encrypted=VECTOR, now=NOW) == b"4839201745"


@given(st.binary(max_size=300))
def test_whatever_a_second_implementation_seals_opens_here(message: bytes) -> None:
    assert opened(wire.sealed(message)) == message


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_whatever_wechatpy_seals_opens_here_and_the_other_way_round(message: str) -> None:
    library = WeChatCrypto(wire.TOKEN, wire.AES_KEY, wire.CORP)
    theirs = PrpCrypto(wire.KEY).encrypt(message, wire.CORP).decode()
    ours = wire.sealed(message.encode())
    signed = CRYPTO.signature(STAMP, "n0nce77", ours).decode()

    assert opened(theirs).decode() == message
    assert library.check_signature(signed, STAMP, "n0nce77", ours) == message


HOSTILE = {
    "another receiver": wire.sealed(b"<xml/>", b"wwsomebodyelse"),
    "no receiver": wire.sealed(b"<xml/>", b""),
    "a receiver that begins right": wire.sealed(b"<xml/>", wire.CORP.encode() + b"x"),
    "padding of zero": wire.encrypt(wire.plain(b"123456789012") + b"\x00" * 16),
    "padding over a block": wire.encrypt(b"a" * 31 + b"\x21"),
    "padding of different bytes": wire.encrypt(wire.padded(wire.plain(b"<xml/>"))[:-2] + b"\x01\x16"),
    "longer padding than content": wire.encrypt(b"\x20" * 16),
    "nothing but padding": wire.encrypt(b"\x20" * 32),
    "a head that is cut": wire.encrypt(wire.padded(b"0123456789abcdef123")),
    "a length beyond the end": wire.encrypt(wire.padded(wire.plain(b"<xml/>", length=4_000_000_000))),
    "a length that takes the receiver in": wire.encrypt(wire.padded(wire.plain(b"<xml/>", length=10))),
    "a ciphertext that is cut": wire.sealed(b"<xml/>")[:40],
    "not base64": "这不是base64",
    "base64 with a line break": wire.sealed(b"<xml/>")[:60] + "\n" + wire.sealed(b"<xml/>")[60:],
    "nothing": "",
}


@pytest.mark.parametrize("encrypted", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_ciphertext_that_is_wrong_is_refused_however_well_it_is_signed(encrypted: str) -> None:
    with pytest.raises(BadCallback):
        opened(encrypted)


@pytest.mark.parametrize("signature", ["", "0" * 40, "57F75D5AB885AF51B4EDA24DE4D628CD4C2E147A", "签名", "\udc80" * 40])
def test_a_wrong_signature_is_refused_before_anything_is_decrypted(signature: str) -> None:
    with pytest.raises(BadCallback, match="signature"):
        opened("not even base64", signature=signature)


@given(st.binary(max_size=200), st.text(max_size=60))
def test_garbage_has_one_error_only(raw: bytes, loose: str) -> None:
    for encrypted in (base64.b64encode(raw).decode(), loose):
        with pytest.raises(BadCallback):
            opened(encrypted)


@pytest.mark.parametrize("off", [timedelta(seconds=601), timedelta(seconds=-601), timedelta(days=400)])
def test_a_stale_or_future_timestamp_is_refused(off: timedelta) -> None:
    with pytest.raises(BadCallback, match="age"):
        opened(VECTOR, now=NOW + off)


@pytest.mark.parametrize("off", [timedelta(), timedelta(seconds=600), timedelta(seconds=-600)])
def test_a_timestamp_within_the_window_is_taken(off: timedelta) -> None:
    assert opened(VECTOR, now=NOW + off) == b"4839201745"


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "1e9", "１７６７２２５６００", "9" * 400])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    with pytest.raises(BadCallback, match="timestamp"):
        opened(VECTOR, timestamp=timestamp)
