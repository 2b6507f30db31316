"""What `genjin doctor` says of DingTalk: what is well, and what to do about each thing that is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.dingtalk.checkup import steps
from bot.checkup import Unwell
from config.settings import DingTalkSettings
from tests.dingtalk.rig import APP, Rig, rigged

DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def looked(rig: Rig, **more: Any) -> dict[str, str]:
    given = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "api_base": rig.base,
        "oapi_base": rig.base,
    }
    found = {}
    for step in steps(DingTalkSettings.model_validate(given | more), rig.http, rig.clock):
        try:
            found[step.name] = await step.look()
        except Unwell as why:
            found[step.name] = f"FAIL {why}"
    return found


async def test_all_is_well_and_no_socket_was_opened_nobody_was_written_to(rig: Rig) -> None:
    found = await looked(rig)

    assert not any(line.startswith("FAIL") for line in found.values()), found
    assert rig.server.gateway.sockets == []
    assert rig.server.chat("Staff01") == []
    assert rig.server.cards.instances == {}


@pytest.mark.parametrize(
    ("path", "step", "cure"),
    [
        ("v1.0/robot/oToMessages/batchSend", "dingtalk robot", "qyapi_robot_sendmsg"),
        ("v1.0/card/instances", "dingtalk cards", "Card.Instance.Write"),
    ],
)
async def test_a_missing_permission_is_named(rig: Rig, path: str, step: str, cure: str) -> None:
    rig.server.faults.refuse(path, DENIED, status=403)

    found = await looked(rig)

    assert found[step].startswith("FAIL")
    assert cure in found[step]


async def test_a_wrong_secret_an_unread_address_book_and_a_shut_gateway_come_with_their_cures(rig: Rig) -> None:
    wrong = await looked(rig, client_secret="another")
    rig.server.faults.refuse("topapi/v2/department/listsub", errcode=60011)
    rig.server.faults.refuse("v1.0/gateway/connections/open", status=503)
    shut = await looked(rig)

    assert "GENJIN_DINGTALK__CLIENT_SECRET" in wrong["dingtalk credentials"]
    assert "qyapi_get_department_list" in shut["dingtalk contacts"]
    assert "Stream模式" in shut["dingtalk stream"]
