"""The seal of callbacks, against the published vector and against wechatpy."""

from __future__ import annotations

import base64

import pytest
from wechatpy.enterprise.crypto import PrpCrypto

from bot.messenger.crypto import BadSeal, Seal, signature
from tests.protocol.stage import AES_KEY, CORP, TOKEN

VECTOR = "4aPG+9KyrV/pXdo9xb6OHrIpqyytqMZmXhW9jHkryAcWOfYusDPFmJA+bHVv4Vpv0u9M1QoMPtFxOA8C0gGejQ=="
ROBOT_MESSAGE = '{"msgid":"M1","msgtype":"text"}'
ROBOT = "4aPG+9KyrV/pXdo9xb6OHm3F+7s1YzQx5GgLsheZhDvugU4OcHIva5JkxiUPyoqhjpiBNHOiYI0tl3znjQn9dw=="
PREFIX = b"0123456789abcdef"


def test_the_published_vectors_come_out_to_the_byte() -> None:
    seal = Seal(AES_KEY)

    assert seal.close("4839201745", CORP, prefix=PREFIX) == VECTOR
    assert seal.close(ROBOT_MESSAGE, "", prefix=PREFIX) == ROBOT
    assert signature(TOKEN, "1767225600", "n0nce77", VECTOR) == "57f75d5ab885af51b4eda24de4d628cd4c2e147a"
    assert signature(TOKEN, "1767225600", "n0nce77", ROBOT) == "b5de625acafde8177c237aeab299738beaa21cdc"
    assert seal.open(VECTOR, CORP) == "4839201745"


@pytest.mark.parametrize("length", range(33))
def test_every_padding_length_opens_here_and_in_wechatpy(length: int) -> None:
    seal, theirs = Seal(AES_KEY), PrpCrypto(base64.b64decode(AES_KEY + "="))
    said = "跟" + "x" * length

    assert theirs.decrypt(seal.close(said, CORP, prefix=PREFIX), CORP) == said
    assert seal.open(theirs.encrypt(said, CORP).decode(), CORP) == said


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param("", id="nothing"),
        pytest.param("not base64!", id="not-base64"),
        pytest.param(VECTOR[:-24] + "=" * 4, id="cut"),
        pytest.param(base64.b64encode(bytes(64)).decode(), id="noise"),
        pytest.param(Seal(AES_KEY).close("x", CORP, prefix=PREFIX, spoil_padding=True), id="padding"),
        pytest.param(Seal(AES_KEY).close("x", "wwother", prefix=PREFIX), id="receiver"),
        pytest.param(Seal(AES_KEY).close("x", "", prefix=PREFIX), id="no-receiver"),
    ],
)
def test_what_does_not_open_gives_one_error(sealed: str) -> None:
    with pytest.raises(BadSeal):
        Seal(AES_KEY).open(sealed, CORP)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="43"):
        Seal(AES_KEY[:-2])
