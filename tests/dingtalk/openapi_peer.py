"""DingTalk's own SDK of the new API as a program: it sends a message of the robot, makes a card and changes it.

It runs by an environment of its own (`make openapi`), for it brings a hundred megabytes of generated code along, and
prints one line of JSON for each thing that it did.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from alibabacloud_dingtalk.card_1_0 import models as cards
from alibabacloud_dingtalk.card_1_0.client import Client as Cards
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth
from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuth
from alibabacloud_dingtalk.robot_1_0 import models as robots
from alibabacloud_dingtalk.robot_1_0.client import Client as Robots
from alibabacloud_tea_openapi import models as openapi
from alibabacloud_tea_util.models import RuntimeOptions

TOKEN = "x_acs_dingtalk_access_token"


def told(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")


def main(endpoint: str, app: str, secret: str, staff: str, template: str) -> None:
    config = openapi.Config(protocol="http", region_id="central", endpoint=endpoint)
    asked = oauth.GetAccessTokenRequest(app_key=app, app_secret=secret)
    token = {TOKEN: OAuth(config).get_access_token(asked).body.access_token}

    robot, plain = Robots(config), {"content": "你好"}
    said = robots.BatchSendOTORequest(
        robot_code=app, user_ids=[staff], msg_key="sampleText", msg_param=json.dumps(plain, ensure_ascii=False)
    )
    answer = robot.batch_send_otowith_options(said, robots.BatchSendOTOHeaders(**token), RuntimeOptions())
    told(sent=answer.status_code, key=answer.body.process_query_key)
    said.robot_code = "dingnobody"
    try:
        robot.batch_send_otowith_options(said, robots.BatchSendOTOHeaders(**token), RuntimeOptions())
    except Exception as refused:
        told(refused=str(getattr(refused, "code", refused)))

    card = Cards(config)
    made = cards.CreateAndDeliverRequest(
        card_template_id=template,
        out_track_id="openapi-1",
        callback_type="STREAM",
        user_id_type=1,
        card_data=cards.CreateAndDeliverRequestCardData(card_param_map={"msgTitle": "请批", "msgContent": "内容"}),
        open_space_id=f"dtv1.card//IM_ROBOT.{staff}",
        im_robot_open_space_model=cards.CreateAndDeliverRequestImRobotOpenSpaceModel(support_forward=False),
        im_robot_open_deliver_model=cards.CreateAndDeliverRequestImRobotOpenDeliverModel(
            space_type="IM_ROBOT", robot_code=app
        ),
    )
    headers = cards.CreateAndDeliverHeaders(**token)
    delivered = card.create_and_deliver_with_options(made, headers, RuntimeOptions()).body
    told(made=delivered.success, reached=[each.success for each in delivered.result.deliver_results])

    change = cards.UpdateCardRequest(
        out_track_id="openapi-1",
        card_data=cards.UpdateCardRequestCardData(card_param_map={"msgTitle": "已批"}),
        card_update_options=cards.UpdateCardRequestCardUpdateOptions(update_card_data_by_key=True),
    )
    changed = card.update_card_with_options(change, cards.UpdateCardHeaders(**token), RuntimeOptions()).body
    told(changed=changed.success)


if __name__ == "__main__":
    main(*sys.argv[1:])
