"""What `genjin doctor` says of DingTalk: what is well, and what to do about each thing that is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.adapters.dingtalk.api import DingTalkApi
from bot.adapters.dingtalk.callback import routes
from bot.adapters.dingtalk.checkup import steps
from bot.adapters.tokens import TokenCache
from bot.app import listening
from bot.checkup import Unwell
from bot.message import Message
from bot.web import edge
from config.environment import SettingsError
from config.messengers import DingTalkSettings
from config.settings import load
from tests.dingtalk.rig import APP, Rig, rigged

DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def looked(rig: Rig, public_url: str | None = None, **more: Any) -> dict[str, str]:
    given = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "api_base": rig.base,
        "oapi_base": rig.base,
    }
    found = {}
    for step in steps(DingTalkSettings.model_validate(given | more), public_url, rig.http, rig.clock):
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


HTTP_MODE = {"token": "doctorTok1", "aes_key": "ZG9jdG9yZG9jdG9yZG9jdG9yZG9jdG9yZG9jdG9yZG9"}


@asynccontextmanager
async def serving(rig: Rig, **given: str) -> AsyncIterator[str]:
    """genjin's callback with these settings, on a port; yields its address."""
    settings = DingTalkSettings.model_validate({"client_id": APP.client_id, "client_secret": "s", **given})
    site = edge.site()
    site.add_routes(routes(settings, DingTalkApi(settings, rig.http, TokenCache(rig.clock)), _nobody, rig.clock))
    async with listening(site, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


async def _nobody(_: Message) -> None:
    raise AssertionError("the check of an address is no message")


async def test_the_callback_is_tried_as_dingtalk_tries_it(rig: Rig) -> None:
    async with serving(rig, **HTTP_MODE) as address:
        found = await looked(rig, address, **HTTP_MODE)

    assert found["dingtalk callback"].startswith(f"{address}/dingtalk/callback answers")


@pytest.mark.parametrize(
    ("theirs", "cure"),
    [
        pytest.param(
            {**HTTP_MODE, "token": "another"}, "GENJIN_DINGTALK__TOKEN, AES_KEY or CLIENT_ID", id="other keys"
        ),
        pytest.param({**HTTP_MODE, "client_id": "dingother"}, "signed as DingTalk signs", id="another app"),
    ],
)
async def test_a_callback_that_does_not_understand_is_named_with_its_cure(
    rig: Rig, theirs: dict[str, str], cure: str
) -> None:
    async with serving(rig, **theirs) as address:
        found = await looked(rig, address, **HTTP_MODE)

    assert found["dingtalk callback"].startswith("FAIL")
    assert cure in found["dingtalk callback"]


async def test_without_http_mode_no_callback_is_tried(rig: Rig) -> None:
    assert "dingtalk callback" not in await looked(rig)
    assert "GENJIN_PUBLIC_URL" in (await looked(rig, **HTTP_MODE))["dingtalk callback"]


def test_half_of_http_mode_is_a_mistake() -> None:
    given = {"GENJIN_DINGTALK__CLIENT_ID": "ding1", "GENJIN_DINGTALK__CLIENT_SECRET": "s"}

    with pytest.raises(SettingsError, match="GENJIN_DINGTALK__AES_KEY: is missing; it goes with TOKEN and AES_KEY"):
        load({**given, "GENJIN_DINGTALK__TOKEN": "tok"})
    with pytest.raises(SettingsError, match="only letters and digits, 43 of them"):
        load({**given, "GENJIN_DINGTALK__TOKEN": "tok", "GENJIN_DINGTALK__AES_KEY": "short"})
