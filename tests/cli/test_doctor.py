"""Broken set-ups of WeCom: for each, the doctor names the cause and what to do next."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver
from sqlalchemy import select

from bot.adapters.wecom import callback
from bot.app import listening
from bot.commands.doctor import doctor
from bot.message import Message
from bot.messenger.model import AppCredentials
from bot.messenger.people import Organisation
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from config.messengers import WeComSettings
from config.settings import Settings
from domain.database import Database
from domain.tables import Due

APP = AppCredentials(
    corp_id="wwdoctor00000001",
    agent_id=1000031,
    secret="the-secret-of-the-doctor",
    token="doctorTok2026",
    aes_key="ZG9jdG9yZG9jdG9yZG9jdG9yZG9jdG9yMDEyMzQ1Njc",
    name="跟进",
)
PEOPLE: list[dict[str, Any]] = [{"userid": "su.he", "name": "苏荷"}, {"userid": "bai.lu", "name": "白露"}]


async def _kept(_: Message) -> bool:
    return True


@dataclass
class Office:
    """A set-up that is well: WeCom on one port, genjin's callback on another; tests break it before they look."""

    stack: AsyncExitStack
    database_url: str
    server: WeComServer
    clock: ShiftableClock = field(default_factory=ShiftableClock)
    given: dict[str, Any] = field(default_factory=dict)  # settings of WeCom that are other than they should be
    running: dict[str, Any] = field(default_factory=dict)  # the same, of the genjin that runs
    api: str = ""
    public: str | None = ""
    trusts: bool = True

    def settings(self, **other: Any) -> WeComSettings:
        said = {n: getattr(APP, n) for n in ("corp_id", "agent_id", "secret", "token", "aes_key")}
        return WeComSettings.model_validate(said | {"api_base": self.api} | other)

    async def serve(self, *routes: web.RouteDef) -> str:
        application = web.Application()
        application.add_routes(list(routes))
        return f"http://127.0.0.1:{await self.stack.enter_async_context(listening(application, '127.0.0.1', 0))}"

    async def look(self, capsys: pytest.CaptureFixture[str], *, fix: bool = True) -> tuple[int, str]:
        """The exit code and what was printed about WeCom."""
        if self.public == "":
            home = callback.routes(self.settings(**self.running), _kept, self.clock)
            self.public = await self.serve(*home)
        if self.trusts:
            self.server.oauth.trusted = urlsplit(self.public or "").netloc
        settings = Settings.model_validate(
            {"database_url": self.database_url, "public_url": self.public, "secret_key": "d" * 40}
            | {"wecom": self.settings(**self.given)}
        )
        code = await doctor(settings, self.clock, fix=fix)
        return code, "".join(line for line in capsys.readouterr().out.splitlines(True) if " wecom" in line)


@pytest.fixture(autouse=True)
def _nobody_asks_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is far, or away, takes longer to say that it knows no such name than the doctor waits."""
    resolve = ThreadedResolver.resolve

    async def known(self: ThreadedResolver, host: str, *more: Any, **named: Any) -> Any:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return await resolve(self, host, *more, **named)

    monkeypatch.setattr(ThreadedResolver, "resolve", known)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        server = WeComServer(Organisation.build("远岫仪表", PEOPLE), APP, ShiftableClock())
        made = Office(stack, sqlite_url, server)
        made.api = (
            f"http://127.0.0.1:{await stack.enter_async_context(listening(server.application(), '127.0.0.1', 0))}"
        )
        yield made


async def _gateway(_: web.Request) -> web.Response:
    return web.Response(text="<html>sign in</html>", content_type="text/html")


async def _elsewhere(_: web.Request) -> web.Response:
    raise web.HTTPFound("https://www.example.com/")


async def _behind_it_nobody(_: web.Request) -> web.Response:
    return web.Response(status=502)


def _no_such_corp(office: Office) -> None:
    office.server.faults.refuse("gettoken", 40013, times=2, errmsg="invalid corpid")


def _distrusted(office: Office) -> None:
    said = "not allow to access from your ip, hint: [1700000000], from ip: 203.0.113.77, more info at https://open"
    office.server.faults.refuse("agent/get", 60020, errmsg=said)


def _nobody_sees_it(office: Office) -> None:
    for member in office.server.organisation:
        office.server.organisation.add(replace(member, in_scope=False))


async def _customers_of_somebody_hidden(office: Office) -> None:
    await office.server.outside.add("su.he", "wmTea", "季先生")
    office.server.organisation.add(replace(office.server.organisation.get("su.he"), in_scope=False))


BROKEN: dict[str, tuple[Callable[[Office], None], tuple[str, ...]]] = {
    "nobody listens where the API should be": (
        lambda office: setattr(office, "api", "http://127.0.0.1:9"),
        ("wecom address", "is not reached (nobody listens there)", "firewall, DNS, proxy"),
    ),
    "the name of the API is not known": (
        lambda office: setattr(office, "api", "http://qyapi.weixin.invalid"),
        ("wecom address", "is not reached (its name is not known here)"),
    ),
    "the clock runs ahead": (
        lambda office: office.clock.advance(timedelta(minutes=20)),
        ("wecom address", "s ahead of WeCom's; set it by NTP"),
    ),
    "the corp id is wrong": (_no_such_corp, ("wecom address", "wecom credentials", "「企业ID」", "40013")),
    "the secret is wrong": (
        lambda office: office.given.update(secret="that-of-another-app"),
        ("wecom credentials", "「Secret」", "「重置」", "40001"),
    ),
    "the agent id is that of another app": (
        lambda office: office.given.update(agent_id=1000099),
        ("wecom app", "「AgentId」 and 「Secret」 together", "301002"),
    ),
    "the machine's address is not trusted": (_distrusted, ("wecom app", "add 203.0.113.77 to 「企业可信IP」")),
    "the app may not use the call": (
        lambda office: office.server.faults.refuse("agent/get", 48002),
        ("wecom app", "self-built app", "「自建」"),
    ),
    "members may not sign in to pages": (
        lambda office: setattr(office, "trusts", False),
        ("wecom pages", "trusts no domain", "「可信域名」", "「网页授权及JS-SDK」"),
    ),
    "the address book may not be read": (
        lambda office: office.server.faults.refuse("department/list", 48002),
        ("wecom contacts", "「通讯录同步」", "「可见范围」", "GENJIN_WECOM__CONTACTS=false"),
    ),
    "the app is switched off": (
        lambda office: setattr(office.server.faults, "switched_off", True),
        ("wecom app", "「已停用」 → 「启用」"),
    ),
    "nobody sees the app": (_nobody_sees_it, ("wecom app", "nobody sees the app", "「可见范围」")),
    "nobody listens at the public address": (
        lambda office: setattr(office, "public", "http://127.0.0.1:9"),
        ("wecom callback", "is not reached (nobody listens there)", "pass it on to GENJIN_BIND"),
    ),
    "the running genjin has another token": (
        lambda office: office.running.update(token="anotherToken"),
        ("wecom callback", "GENJIN_WECOM__TOKEN", "restart it"),
    ),
    "the running genjin has another key": (
        lambda office: office.running.update(aes_key=APP.aes_key[::-1]),
        ("wecom callback", "AES_KEY", "restart it"),
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_set_up_is_named_with_what_to_do(
    office: Office, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    breaking, named = BROKEN[broken]
    breaking(office)

    code, said = await office.look(capsys)

    *well, last = said.splitlines()
    assert code == 1
    assert last.startswith("FAIL  ")
    assert [word for word in named if word not in said] == []
    assert all(line.startswith("ok ") for line in well)
    assert office.settings().secret.get_secret_value() not in said


@pytest.mark.parametrize(
    ("proxy", "named"),
    [
        (_gateway, "and not genjin; the proxy there must pass /wecom/callback on"),
        (_elsewhere, "leads on to another address (HTTP 302)"),
        (_behind_it_nobody, "there is a proxy, and no genjin behind it"),
    ],
)
async def test_a_proxy_before_the_callback_that_leads_elsewhere_is_named(
    office: Office, capsys: pytest.CaptureFixture[str], proxy: Any, named: str
) -> None:
    office.public = await office.serve(web.get(callback.PATH, proxy))

    code, said = await office.look(capsys)

    assert code == 1
    assert said.splitlines()[-1].startswith("FAIL  wecom callback: ")
    assert named in said


async def test_a_gateway_that_answers_for_the_api_is_named(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.api = await office.serve(web.get("/cgi-bin/gettoken", _gateway))

    code, said = await office.look(capsys)

    assert code == 1
    assert "answers HTTP 200 with text/html, not as WeCom's API does" in said


async def test_a_set_up_that_is_well_is_said_to_be_so_step_by_step(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = await office.look(capsys)

    assert code == 0, said
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "ok    wecom address",
        "ok    wecom credentials",
        "ok    wecom app",
        "ok    wecom contacts",
        "ok    wecom customers",
        "ok    wecom menu",
        "ok    wecom callback",
        "ok    wecom pages",
    ]
    assert "「跟进」 is on" in said


async def test_members_whom_the_app_does_not_see_are_named_with_what_to_do(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    await _customers_of_somebody_hidden(office)

    code, said = await office.look(capsys)

    assert code == 1
    last = said.splitlines()[-1]
    assert last.startswith("FAIL  wecom customers: su.he (1 of 1 tried) may use it, but the app does not see them")
    assert "「可见范围」" in last


@pytest.mark.parametrize(
    ("errcode", "named"), [(48002, "「可调用接口的应用」"), (84074, "「可调用接口的应用」"), (0, "「使用范围」")]
)
async def test_a_company_without_customer_contact_is_well_and_hears_how_to_have_it(
    office: Office, capsys: pytest.CaptureFixture[str], errcode: int, named: str
) -> None:
    if errcode:
        office.server.faults.refuse("externalcontact/get_follow_user_list", errcode)

    code, said = await office.look(capsys)

    (line,) = (line for line in said.splitlines() if "wecom customers" in line)
    assert (code, line.split(": ")[:2]) == (0, ["ok    wecom customers", "not used"])
    assert named in line


async def test_fix_sets_the_menu_and_has_the_customers_read(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    await office.server.outside.add("su.he", "wmTea", "季先生")

    code, said = await office.look(capsys)

    assert code == 0, said
    assert "set: 今天, 记一笔, 待审批, 帮助" in said
    assert "1 members may add customers, and the app sees them; all customers are read anew" in said
    assert [button["name"] for button in office.server.menus.buttons] == ["今天", "记一笔", "更多"]
    database = Database(office.database_url, office.clock)
    async with database.read() as session:
        assert [due.kind for due in (await session.scalars(select(Due))).all()] == ["outside.all"]
    await database.close()


async def test_without_fix_nothing_is_put_right(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = await office.look(capsys, fix=False)

    assert code == 1
    assert "the app has another menu, or none; genjin doctor --fix" in said
    assert office.server.menus.buttons == []
