"""The simulated server on a real port, a clock that stands, and an app that takes its callbacks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.messenger.model import AppCredentials
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.waiting import PATIENCE

CORP, AGENT, SECRET, TOKEN = "wwgenjin00000001", 1000007, "the-secret-of-the-app", "genjinTok2026"
AES_KEY = "Z2Vuamluc2ltdWxhdG9ya2V5MDEyMzQ1Njc4OWFiY2Q"
START = datetime(2026, 1, 2, 1, 0, tzinfo=UTC)
PEOPLE: list[dict[str, Any]] = [
    {"userid": "Shen.Qing", "name": "沈青", "title": "销售", "department": "华东组", "leader": "ma.lin"},
    {"userid": "tao.yi", "name": "陶一", "title": "销售", "department": "华东组", "leader": "ma.lin"},
    {"userid": "ma.lin", "name": "马林", "title": "经理", "department": "华东组", "leads": True},
    {"userid": "hidden", "name": "范围外", "in_scope": False},
    {"userid": "free", "name": "无许可", "licensed": False},
]


def counted() -> Callable[[str], str]:
    """Ids that a test can read: code1, code2, ..."""
    numbers: Counter[str] = Counter()

    def make(kind: str) -> str:
        numbers[kind] += 1
        if kind == "message":
            return str(7589012345678901233 + numbers[kind])
        return f"{numbers[kind]:016d}" if kind == "prefix" else f"{kind}{numbers[kind]}"

    return make


@dataclass
class App:
    """The other end of the callbacks: keeps every request, answers what it is told to."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    reply: bytes = b""
    hang: bool = False
    crypto: Any = field(default_factory=lambda: WeChatCrypto(TOKEN, AES_KEY, CORP))
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        if self.hang:
            await self._released.wait()
        if request.method == "GET":
            echo = self.crypto.check_signature(
                query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"]
            )
            return web.Response(text=echo + self.reply.decode(), status=self._status())
        self.requests.append((query, await request.read()))
        return web.Response(body=self.reply, status=self._status())

    def _status(self) -> int:
        return self.statuses.pop(0) if self.statuses else 200

    def release(self) -> None:
        self._released.set()

    def opened(self, number: int = -1) -> str:
        """The inner XML of a request, verified and decrypted by wechatpy."""
        query, body = self.requests[number]
        xml: str = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        return xml


@dataclass
class Stage:
    server: WeComServer
    clock: ShiftableClock
    app: App
    http: aiohttp.ClientSession
    base: str

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/cgi-bin/{path}", params=query) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def post(self, path: str, body: Any, token: str | None = None) -> dict[str, Any]:
        """Post JSON, or raw bytes, with the valid token unless another is given."""
        query = {"access_token": await self.token() if token is None else token}
        sent: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.http.post(f"{self.base}/cgi-bin/{path}", params=query, **sent) as answer:
            read: dict[str, Any] = await answer.json()
            return read

    async def token(self) -> str:
        answer = await self.get("gettoken", corpid=CORP, corpsecret=SECRET)
        return str(answer["access_token"])

    async def send(self, to: str = "tao.yi", *, content: str = "你好", **more: Any) -> dict[str, Any]:
        body = {"touser": to, "agentid": AGENT, "msgtype": "text", "text": {"content": content}, **more}
        return await self.post("message/send", body)

    async def send_card(self, card: Mapping[str, Any], to: str = "tao.yi", **more: Any) -> dict[str, Any]:
        body = {"touser": to, "agentid": AGENT, "msgtype": "template_card", "template_card": card, **more}
        return await self.post("message/send", body)

    async def update(self, code: str, **more: Any) -> dict[str, Any]:
        body = {"agentid": AGENT, "response_code": code, "atall": 1, "button": {"replace_name": "已完成"}, **more}
        return await self.post("message/update_template_card", {k: v for k, v in body.items() if v is not None})


@asynccontextmanager
async def serving(application: web.Application) -> AsyncIterator[str]:
    """The application on a free port; gives its address."""
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def staged(**quirks: Any) -> AsyncIterator[Stage]:
    """A server with these quirks, its callback URL set (with a query of its own) to a listening app, which is waited
    for however slow the machine is."""
    quirks = {"callback_timeout": PATIENCE, "verify_timeout": PATIENCE, **quirks}
    clock = ShiftableClock(START, still=True)
    credentials = AppCredentials(CORP, AGENT, SECRET, TOKEN, AES_KEY)
    organisation = Organisation.build("远山科技", PEOPLE)
    server = WeComServer(organisation, credentials, clock, quirks=Quirks(**quirks), ids=counted())
    app = App()
    listener = web.Application()
    listener.router.add_route("*", "/callback", app.handle)
    async with (
        serving(server.application()) as base,
        serving(listener) as home,
        aiohttp.ClientSession() as http,
    ):
        app.url = server.callback_url = f"{home}/callback?site=1"
        yield Stage(server, clock, app, http, base)
        app.release()


def buttons(task_id: str = "visit_1@1", **more: Any) -> dict[str, Any]:
    """A card with two buttons that call back and one that opens a page."""
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": {"title": "回访 北辰仪器", "desc": "今天 15:00"},
        "horizontal_content_list": [{"keyname": "客户", "value": "北辰仪器"}],
        "button_list": [
            {"text": "完成", "style": 1, "key": "done"},
            {"text": "推迟", "style": 2, "key": "later"},
            {"type": 1, "text": "详情", "url": "https://crm.example.com/v/1"},
        ],
        **more,
    }


def notice(**more: Any) -> dict[str, Any]:
    """A text notice with a menu."""
    return {
        "card_type": "text_notice",
        "task_id": "digest_1@1",
        "main_title": {"title": "今日待办"},
        "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        "card_action": {"type": 1, "url": "https://crm.example.com/today"},
        **more,
    }


def news(**more: Any) -> dict[str, Any]:
    return {
        "card_type": "news_notice",
        "main_title": {"title": "本周排行"},
        "card_image": {"url": "https://crm.example.com/rank.png", "aspect_ratio": 2},
        "vertical_content_list": [{"title": "第一名", "desc": "5 单"}],
        "card_action": {"type": 1, "url": "https://crm.example.com/rank"},
        **more,
    }


def vote(**more: Any) -> dict[str, Any]:
    options = [{"id": "a", "text": "北辰仪器"}, {"id": "b", "text": "北辰仪器厂", "is_checked": True}]
    return {
        "card_type": "vote_interaction",
        "task_id": "merge_1@1",
        "main_title": {"title": "可能重复"},
        "checkbox": {"question_key": "keep", "mode": 1, "option_list": options},
        "submit_button": {"text": "合并", "key": "merge"},
        **more,
    }


def multiple(**more: Any) -> dict[str, Any]:
    stages = [{"id": "s1", "text": "初访"}, {"id": "s2", "text": "报价"}]
    owners = [{"id": "o1", "text": "陶一"}, {"id": "o2", "text": "沈青"}]
    return {
        "card_type": "multiple_interaction",
        "task_id": "assign_1@1",
        "main_title": {"title": "分配线索"},
        "select_list": [
            {"question_key": "owner", "title": "负责人", "option_list": owners},
            {"question_key": "stage", "title": "阶段", "option_list": stages, "selected_id": "s2"},
        ],
        "submit_button": {"text": "提交", "key": "assign"},
        **more,
    }
