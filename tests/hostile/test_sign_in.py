"""The pages behind cards: who is let in, to what, and who is not, whatever he sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.app import listening
from bot.messenger.model import Refusal
from domain.actor import SYSTEM, Cause
from domain.services import customers, directory
from tests.stage import Stage, staged

HOME = "https://crm.example.com"
PEOPLE = [{"userid": "Su.He", "name": "苏荷"}, {"userid": "bai.lu", "name": "白露"}, {"userid": "new", "name": "新来"}]


@dataclass
class Browser:
    """Keeps cookies by itself, also secure ones, and follows nothing."""

    http: aiohttp.ClientSession
    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    async def get(self, path: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        path = path.removeprefix(HOME)
        header = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        async with self.http.get(f"{self.base}{path}", headers=header, allow_redirects=False) as answer:
            for line in answer.headers.getall("Set-Cookie", []):
                self.set_cookies.append(line)
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            self.headers = answer.headers
            return answer.status, answer.headers.get("Location", ""), await answer.text()


@dataclass
class House:
    stage: Stage
    browser: Browser
    mine: int
    others: int

    async def begun(self, path: str, browser: Browser | None = None) -> str:
        """Open a page without a session; the address at which WeCom would be asked."""
        browser = browser or self.browser
        _, start, _ = await browser.get(path)
        status, to, _ = await browser.get(start)
        assert status == 303
        return to

    async def sign_in(self, userid: str, path: str) -> tuple[int, str, str]:
        return await self.browser.get(self.stage.server.oauth.open(await self.begun(path), userid))


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    async with staged(sqlite_url, "远岫仪表", PEOPLE, public_url=HOME) as stage:
        stage.server.oauth.trusted = "crm.example.com"
        async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
            for each in PEOPLE[:2]:
                await directory.put(uow, directory.Entry(userid=each["userid"], name=each["name"]))
        ids = []
        for userid, name in (("su.he", "苏州启航科技有限公司"), ("bai.lu", "宁波远帆物流有限公司")):
            async with stage.app.database.unit(SYSTEM, Cause("test")) as uow:
                person = await directory._known(uow, userid)
                made = await customers.create(uow, name, owner_id=person.id, named=True)
                await customers.contact(uow, made.id, "<script>alert(1)</script>", phone="13800138000")
                ids.append(made.id)
        async with listening(stage.app.web, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
            yield House(stage, Browser(http, f"http://127.0.0.1:{port}"), *ids)


async def test_a_page_is_seen_after_signing_in_and_nothing_of_it_is_markup(house: House) -> None:
    page = f"/h5/customers/{house.mine}"

    status, to, _ = await house.sign_in("Su.He", page)
    seen, _, text = await house.browser.get(to)

    assert (status, to, seen) == (303, page, 200)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 13800138000" in text
    assert "<script" not in text
    assert "default-src 'none'" in house.browser.headers["Content-Security-Policy"]
    assert house.browser.headers["Cache-Control"] == "no-store"


async def test_cookies_are_of_the_server_alone_and_of_our_pages(house: House) -> None:
    await house.sign_in("su.he", f"/h5/customers/{house.mine}")

    given = [line for line in house.browser.set_cookies if "max-age=0" not in line.casefold()]
    assert [line.partition("=")[0] for line in given] == ["genjin_begun", "genjin_session"]
    assert all("HttpOnly" in line and "Secure" in line and "SameSite=Lax" in line for line in given)
    assert ["Path=/auth" in given[0], "Path=/h5" in given[1]] == [True, True]


async def test_a_colleagues_customer_shows_its_name_and_his_alone(house: House) -> None:
    await house.sign_in("su.he", f"/h5/customers/{house.mine}")

    status, _, text = await house.browser.get(f"/h5/customers/{house.others}")
    missing = (await house.browser.get("/h5/customers/99999"))[0]

    assert (status, missing) == (200, 404)
    assert "白露负责" in text
    assert "跟进" not in text
    assert "13800138000" not in text


@pytest.mark.parametrize("state", ["", "0" * 32, "é", "a" * 5000])
async def test_a_forged_state_lets_nobody_in(house: House, state: str) -> None:
    back = house.stage.server.oauth.open(await house.begun(f"/h5/customers/{house.mine}"), "su.he")
    code = parse_qs(urlsplit(back).query)["code"][0]

    status, _, _ = await house.browser.get(f"/auth/wecom/callback?code={code}&state={state}")

    assert status in (400, 403)
    assert "genjin_session" not in house.browser.cookies


async def test_the_state_of_another_browser_lets_nobody_in(house: House) -> None:
    other = Browser(house.browser.http, house.browser.base)
    back = house.stage.server.oauth.open(await house.begun(f"/h5/customers/{house.mine}", other), "su.he")

    bare = await house.browser.get(back)
    await house.begun(f"/h5/customers/{house.mine}")
    mine = await house.browser.get(back)

    assert (bare[0], mine[0]) == (403, 403)
    assert "genjin_session" not in house.browser.cookies


async def test_a_callback_replayed_lets_nobody_in_again(house: House) -> None:
    begun = await house.begun(f"/h5/customers/{house.mine}")
    cookies = dict(house.browser.cookies)
    back = house.stage.server.oauth.open(begun, "su.he")
    first = await house.browser.get(back)
    house.browser.cookies = dict(cookies)
    again = await house.browser.get(back)
    house.browser.cookies = dict(cookies)
    fresh_code = await house.browser.get(house.stage.server.oauth.open(begun, "su.he"))

    assert (first[0], again[0], fresh_code[0]) == (303, 403, 403)


async def test_a_code_that_was_used_or_made_up_lets_nobody_in(house: House) -> None:
    state = parse_qs(urlsplit(await house.begun(f"/h5/customers/{house.mine}")).query)["state"][0]

    status, _, _ = await house.browser.get(f"/auth/wecom/callback?code=made-up&state={state}")

    assert (status, "genjin_session" in house.browser.cookies) == (403, False)


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "/h5/../metrics", "/metrics", ""),
        *("/h5/customers/1?x=https://evil", "/h5/customers/1%0d%0aLocation:%20https://evil", "/h5//evil.example.com"),
    ],
)
async def test_nobody_is_sent_to_a_page_that_is_not_ours(house: House, target: str) -> None:
    status, to, _ = await house.browser.get(f"/auth/wecom/start?next={target.replace('?', '%3F')}")

    assert (status, to) == (400, "")


async def test_a_sign_in_that_waits_too_long_is_none(house: House) -> None:
    back = house.stage.server.oauth.open(await house.begun(f"/h5/customers/{house.mine}"), "su.he")
    house.stage.clock.advance(timedelta(minutes=11))

    assert (await house.browser.get(back))[0] == 403


async def test_a_session_ends_with_its_time_and_with_who_has_left(house: House) -> None:
    page = f"/h5/customers/{house.mine}"
    await house.sign_in("su.he", page)
    async with house.stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        (await directory._known(uow, "su.he")).active = False
    left = await house.browser.get(page)
    async with house.stage.app.database.unit(SYSTEM, Cause("test")) as uow:
        (await directory._known(uow, "su.he")).active = True
    back = await house.browser.get(page)
    house.stage.clock.advance(timedelta(hours=8, seconds=1))
    late = await house.browser.get(page)

    assert (left[0], back[0], late[0]) == (303, 200, 303)


@pytest.mark.parametrize("cookie", ["", "x", "MTc2NzIyNTYwMDox.0", "é.é", "." * 4000])
async def test_a_forged_session_is_none(house: House, cookie: str) -> None:
    house.browser.cookies["genjin_session"] = cookie.encode("utf-8", "ignore").decode("latin-1", "ignore")

    assert (await house.browser.get(f"/h5/customers/{house.mine}"))[0] == 303


async def test_a_begun_sign_in_is_no_session(house: House) -> None:
    await house.begun(f"/h5/customers/{house.mine}")
    house.browser.cookies["genjin_session"] = house.browser.cookies["genjin_begun"]

    assert (await house.browser.get(f"/h5/customers/{house.mine}"))[0] == 303


async def test_strangers_and_outsiders_are_not_let_in(house: House) -> None:
    stranger = await house.sign_in("new", f"/h5/customers/{house.mine}")
    outsider = await house.sign_in("wmOutside", f"/h5/customers/{house.mine}")

    assert (stranger[0], outsider[0]) == (403, 403)
    assert "让管理员把你加进来" in stranger[2]
    assert "genjin_session" not in house.browser.cookies


async def test_the_messenger_is_asked_only_for_the_trusted_domain(house: House) -> None:
    house.stage.server.oauth.trusted = "other.example.com"

    with pytest.raises(Refusal) as refused:
        house.stage.server.oauth.open(await house.begun(f"/h5/customers/{house.mine}"), "su.he")

    assert refused.value.errcode == 50001


async def test_the_card_of_a_customer_leads_to_its_page(house: House) -> None:
    await house.stage.say("bai.lu", "远帆物流怎么样了")

    cards = [shown.card for shown in house.stage.server.chat("bai.lu") if shown.kind == "card" and shown.card]
    shown = next(card for card in cards if "远帆" in card["main_title"]["title"])
    assert shown["card_action"] == {"type": 1, "url": f"{HOME}/h5/customers/{house.others}"}
