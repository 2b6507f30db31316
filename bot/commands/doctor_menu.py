"""`genjin doctor`: whether the app has genjin's menu at the foot of its chat; `--fix` gives it one."""

from __future__ import annotations

import aiohttp

from bot.adapters.tokens import TokenCache
from bot.adapters.wecom import menu
from bot.adapters.wecom.api import WeComApi
from bot.commands.unwell import Unwell
from config.clock import SystemClock
from config.settings import Settings
from domain.errors import ChannelError


async def check(settings: Settings, *, fix: bool = False) -> str:
    """One line; raises `Unwell` where the menu is another one, or cannot be read."""
    if settings.wecom is None:
        return "WeCom is not configured"
    agent_id = settings.wecom.agent_id
    async with aiohttp.ClientSession() as http:
        api = WeComApi(settings.wecom, http, TokenCache(SystemClock()))
        try:
            if await menu.is_set(api, agent_id):
                return "今天, 记一笔, 待审批 and 帮助 are at the foot of the app's chat"
            if fix:
                await menu.put(api, agent_id)
                return "set: 今天, 记一笔, 待审批, 帮助; the chat shows it within minutes"
        except ChannelError as wrong:
            raise Unwell(f"cannot be read or set: {wrong}; see the line of wecom") from None
    raise Unwell("the app has another menu, or none; genjin doctor --fix sets genjin's in its place")
