"""The platform's own Stream client for Python as a program: what it hears is printed, a line each, and answered.

It runs by itself, for its calls block the loop that they are made in, and its address is read once, from the
environment. `card` as a message makes it send a card; everything else is repeated over the session's webhook.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import dingtalk_stream as ds


def told(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Robot(ds.ChatbotHandler):
    async def process(self, callback: Any) -> tuple[int, str]:
        message = ds.ChatbotMessage.from_dict(callback.data)
        said = "".join(self.extract_text_from_incoming_message(message) or [])
        told(heard=said.strip(), staff=message.sender_staff_id, kind=message.message_type)
        if said.strip() == "card":
            data = {"msgTitle": "一张卡片", "msgContent": "内容", "sys_full_json_obj": json.dumps(BUTTONS)}
            replier = ds.AICardReplier(self.dingtalk_client, message)
            told(card=replier.create_and_send_card("382e4302-551d-4880-bf29-a30acfab2e71.schema", data))
        else:
            self.reply_text(f"听到：{said.strip()}", message)
        return 200, "OK"


BUTTONS = {"order": ["msgTitle", "msgContent", "msgButtons"], "msgButtons": [
    {"text": "同意", "color": "blue", "id": "agree", "request": True},
]}  # fmt: skip


class Card(ds.CallbackHandler):
    async def process(self, callback: Any) -> tuple[int, Any]:
        tapped = ds.CardCallbackMessage.from_dict(callback.data)
        told(tapped=tapped.content, by=tapped.user_id, card=tapped.card_instance_id)
        done = {
            "cardData": {"cardParamMap": {"msgTitle": "已同意"}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        return 200, done


class Events(ds.EventHandler):
    async def process(self, event: Any) -> tuple[int, str]:
        told(event=event.headers.event_type, data=event.data)
        return 200, "OK"


async def main(client_id: str, secret: str) -> None:
    logging.disable(logging.CRITICAL)
    client = ds.DingTalkStreamClient(ds.Credential(client_id, secret))
    client.register_callback_handler(ds.ChatbotMessage.TOPIC, Robot())
    client.register_callback_handler(ds.CallbackHandler.TOPIC_CARD_CALLBACK, Card())
    client.register_all_event_handler(Events())
    await client.start()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
