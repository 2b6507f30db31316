"""The app's menu at the foot of its chat (protocol reference 3.11): 今天, 记一笔, and below 更多 待审批 and 帮助.

WeCom shows three items at the top. Their keys are actions of ours, which come back like those of a card's buttons.
"""

from __future__ import annotations

import asyncio
import logging

from bot.adapters.wecom.answers import code
from bot.adapters.wecom.api import WeComApi
from cards.model import Action
from domain.actor import JSON
from domain.errors import ChannelError

_NO_MENU = frozenset({46003})  # of an app that never had one

log = logging.getLogger(__name__)


def wanted() -> list[JSON]:
    """What `menu/create` takes."""
    below = [_item("待审批", Action("ask.approvals")), _item("帮助", Action("help"))]
    return [
        _item("今天", Action("ask.today")),
        _item("记一笔", Action("menu.note")),
        {"name": "更多", "sub_button": below},
    ]


async def is_set(api: WeComApi, agent_id: int) -> bool:
    """Whether the app has our menu; raises `ChannelError`."""
    answer = await api.get("menu/get", expected=_NO_MENU, agentid=str(agent_id))
    return code(answer) == 0 and _plain(answer.get("button")) == _plain(wanted())


async def put(api: WeComApi, agent_id: int) -> None:
    """Give the app our menu, in place of any other; raises `ChannelError`."""
    await api.post("menu/create", {"button": wanted()}, agentid=str(agent_id))


class Menu:
    """Beside a process that works: at its start an app without a menu gets ours; one that an administrator gave another
    keeps it."""

    def __init__(self, api: WeComApi, agent_id: int) -> None:
        self._api, self._agent_id = api, agent_id
        self._putting: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._putting = asyncio.create_task(self._put_if_none())

    async def stop(self) -> None:
        if self._putting is not None:
            self._putting.cancel()
            await asyncio.gather(self._putting, return_exceptions=True)

    async def _put_if_none(self) -> None:
        try:
            answer = await self._api.get("menu/get", expected=_NO_MENU, agentid=str(self._agent_id))
            if code(answer) in _NO_MENU or not answer.get("button"):
                await put(self._api, self._agent_id)
        except ChannelError as wrong:
            log.warning("the menu cannot be set; genjin doctor says why", extra={"error": str(wrong)})


def _item(name: str, action: Action) -> JSON:
    return {"type": "click", "name": name, "key": action.pack()}


def _plain(button: JSON) -> JSON:
    """As far as it is ours: WeCom adds empty lists and fields of its own."""
    if isinstance(button, list):
        return [_plain(each) for each in button]
    if not isinstance(button, dict):
        return button
    names = ("type", "name", "key", "sub_button")
    return {name: _plain(button[name]) for name in names if button.get(name) not in (None, "", [])}
