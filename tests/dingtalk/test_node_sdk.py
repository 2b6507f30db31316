"""The platform's own Stream client for Node, which we did not write, against our server's side of the Stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.dingtalk.rig import APP, Rig, rigged
from tests.node_clients import INSTALLED, Node, node
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.skipif(not INSTALLED, reason="the packages for Node could not be installed here")
STAFF = "Staff01"
CARDS = "v1.0/card/instances/createAndDeliver"
BUTTON = {"order": ["msgButtons"], "msgButtons": [{"text": "同意", "color": "blue", "id": "agree", "request": True}]}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged(callback_seconds=PATIENCE, leaving_seconds=0.0) as made:
        yield made


@asynccontextmanager
async def connected(rig: Rig) -> AsyncIterator[Node]:
    async with node() as theirs:
        options = {"clientId": APP.client_id, "clientSecret": APP.client_secret, "keepAlive": False}
        await theirs.do("streams", base=rig.base, options=options)
        await until(lambda: rig.server.gateway.sockets)
        yield theirs
        await theirs.do("leave")


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[Node]:
    async with connected(rig) as theirs:
        yield theirs


async def test_it_hears_a_message_and_acknowledges_it(rig: Rig, client: Node) -> None:
    push = await rig.server.say(STAFF, "客户 张三")
    frame = await client.next("robot")
    await client.do("acknowledge", push=frame["headers"]["messageId"], answer={"said": "好"})
    await rig.server.gateway.until(lambda: rig.server.gateway.log[-1]["ack"])

    said = json.loads(frame["data"])
    assert (said["msgId"], said["text"]["content"], said["senderStaffId"]) == (push.message_id, "客户 张三", STAFF)
    assert rig.server.gateway.log[-1]["ack"]["code"] == 200


async def test_it_hears_a_tap_and_its_answer_changes_the_card(rig: Rig, client: Node) -> None:
    data = {"msgTitle": "请批", "msgContent": "内容", "sys_full_json_obj": json.dumps(BUTTON)}
    card = {"outTrackId": "t1", "cardTemplateId": "382e4302-551d-4880-bf29-a30acfab2e71.schema", "userIdType": 1}
    card |= {
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": data},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{STAFF}",
    }
    card |= {"imRobotOpenSpaceModel": {"supportForward": False}}
    card |= {"imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": APP.client_id}}
    assert (await rig.call("POST", CARDS, card, await rig.token()))[0] == 200

    tapping = asyncio.create_task(rig.server.tap(STAFF, rig.server.chat(STAFF)[-1].id, "agree"))
    frame = await client.next("tap")
    done = {"cardData": {"cardParamMap": {"msgTitle": "已同意"}}, "cardUpdateOptions": {"updateCardDataByKey": True}}
    await client.do("acknowledge", push=frame["headers"]["messageId"], answer=done)
    await tapping

    assert json.loads(json.loads(frame["data"])["content"])["cardPrivateData"]["actionIds"] == ["agree"]
    assert rig.server.cards.instances["t1"].data["msgTitle"] == "已同意"


async def test_it_hears_an_event_and_says_that_it_has(rig: Rig, client: Node) -> None:
    await rig.server.event("user_leave_org", {"userId": ["staff09"]})
    frame = await client.next("happened")
    await rig.server.gateway.until(lambda: rig.server.gateway.log[-1]["ack"])

    assert (frame["headers"]["eventType"], json.loads(frame["data"])) == ("user_leave_org", {"userId": ["staff09"]})
    assert json.loads(rig.server.gateway.log[-1]["ack"]["data"])["status"] == "SUCCESS"


async def test_it_answers_a_ping_of_the_platform(rig: Rig, client: Node) -> None:
    opaque = await rig.server.gateway.ping()
    await rig.server.gateway.until(lambda: rig.server.gateway.log[-1]["ack"])

    assert json.loads(rig.server.gateway.log[-1]["ack"]["data"]) == {"opaque": opaque[0]}


@pytest.mark.parametrize("how", ["cut", "told to leave"])
async def test_it_comes_back(rig: Rig, client: Node, how: str) -> None:
    gateway = rig.server.gateway
    before = gateway.sockets[0]
    if how == "cut":
        gateway.cut()
    else:
        await gateway.leave()  # of which it takes no notice until the socket is closed
    await until(lambda: any(socket is not before for socket in gateway.sockets))

    await rig.server.say(STAFF, "又来了")
    assert json.loads((await client.next("robot"))["data"])["text"]["content"] == "又来了"
