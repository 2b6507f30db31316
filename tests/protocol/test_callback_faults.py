"""Callbacks that are spoiled on order, as an attacker or a bad day would send them."""

from __future__ import annotations

import pytest
from wechatpy.enterprise.exceptions import InvalidCorpIdException
from wechatpy.exceptions import InvalidSignatureException

from bot.messenger.crypto import BadSeal, Seal
from bot.messenger.faults import Trick
from tests.protocol.stage import AES_KEY, CORP, Stage


async def test_a_callback_can_come_twice_with_the_same_message(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.TWICE)
    delivery = await stage.server.say("tao.yi", "在吗")
    await stage.server.say("tao.yi", "下一条")

    assert (delivery.attempts, len(stage.app.requests)) == (2, 3)
    assert stage.app.opened(0) == stage.app.opened(1)


async def test_a_callback_can_come_twice_at_once(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.CONCURRENTLY)
    delivery = await stage.server.say("tao.yi", "在吗")

    assert delivery.statuses == (200, 200)
    assert stage.app.opened(0) == stage.app.opened(1)


@pytest.mark.parametrize(
    ("trick", "refusal"),
    [
        pytest.param(Trick.WRONG_SIGNATURE, InvalidSignatureException, id="signature"),
        pytest.param(Trick.WRONG_RECEIVER, InvalidCorpIdException, id="receiver"),
    ],
)
async def test_wechatpy_refuses_a_spoiled_callback(stage: Stage, trick: Trick, refusal: type[Exception]) -> None:
    stage.server.faults.spoil(trick)
    await stage.server.say("tao.yi", "在吗")

    with pytest.raises(refusal):
        stage.app.opened()


async def test_bad_padding_is_well_signed_and_does_not_open(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.BAD_PADDING)
    await stage.server.say("tao.yi", "在吗")

    _, body = stage.app.requests[0]
    sealed = body.decode().partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    with pytest.raises(BadSeal):
        Seal(AES_KEY).open(sealed, CORP)


async def test_a_dtd_stands_before_an_envelope_that_is_otherwise_right(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.DOCTYPE)
    await stage.server.say("tao.yi", "在吗")

    assert stage.app.requests[0][1].startswith(b"<!DOCTYPE xml [<!ENTITY")
    with pytest.raises(ValueError, match="entities are disabled"):
        stage.app.opened()


async def test_cleared_orders_are_forgotten(stage: Stage) -> None:
    stage.server.faults.spoil(Trick.WRONG_SIGNATURE, times=2)
    stage.server.faults.refuse("user/get", 45009)
    stage.server.faults.clear()
    await stage.server.say("tao.yi", "在吗")

    assert "在吗" in stage.app.opened()
    answer = await stage.get("user/get", access_token=await stage.token(), userid="tao.yi")
    assert answer["errcode"] == 0
