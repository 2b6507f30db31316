"""The pages behind DingTalk's cards: people sign in with DingTalk, and what stands for a button is for one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from sqlalchemy import select

from bot.commands.doctor import doctor
from bot.messenger.dingtalk.sending import Said
from bot.messenger.model import Refusal
from bot.web import one_time
from domain.tables import Approval
from tests.dingtalk.conftest import MEMBERS, on_record
from tests.dingtalk.stage import DingTalkStage, staged
from tests.hostile.test_sign_in import HOME, Browser
from tests.stage import PATIENCE

SHEN, MA = "Staff01", "manager7"
CARDS = "v1.0/card/instances/createAndDeliver"
NO_RIGHT = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


@pytest.fixture
async def stage(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DingTalkStage]:
    monkeypatch.setattr(one_time, "PATIENCE", PATIENCE)
    async with staged(sqlite_url, "远山科技", MEMBERS, public_url=HOME, sign_in=True) as made:
        await on_record(made)
        yield made


@pytest.fixture
async def browser(stage: DingTalkStage) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as http:
        yield Browser(http, stage.home)


async def page_of(stage: DingTalkStage) -> str:
    """The page of a customer of 沈青's, as the card's link has it."""
    await stage.say(SHEN, "今天拜访了北辰仪器的何总，下周三前给报价")
    await stage.say(SHEN, "北辰仪器怎么样了")
    cards = [str((shown.card or {}).get("data")) for shown in stage.dingtalk.chat(SHEN)]
    told = next(text for text in reversed(cards) if f"{HOME}/h5/customers/" in text)
    return told[told.index(f"{HOME}/h5/customers/") :].split(")")[0]


async def login(browser: Browser, page: str) -> str:
    """Open a page without a session; the address of DingTalk's login page."""
    _, start, _ = await browser.get(page)
    status, to, _ = await browser.get(start)
    assert status == 303
    return to


async def signed_in(stage: DingTalkStage, browser: Browser, page: str, userid: str) -> tuple[int, str, str]:
    return await browser.get(stage.dingtalk.oauth.open(await login(browser, page), userid))


async def test_the_card_leads_to_its_page_and_one_signs_in_with_dingtalk(
    stage: DingTalkStage, browser: Browser
) -> None:
    page = await page_of(stage)
    status, to, _ = await signed_in(stage, browser, page, SHEN)
    seen, _, text = await browser.get(to)

    assert (status, seen) == (303, 200)
    assert "北辰仪器" in text


async def test_with_wecom_beside_it_each_card_leads_to_the_sign_in_of_its_own_messenger(sqlite_url: str) -> None:
    async with (
        staged(sqlite_url, "远山科技", MEMBERS, public_url=HOME, sign_in=True, both=True) as stage,
        aiohttp.ClientSession() as http,
    ):
        await on_record(stage)
        browser = Browser(http, stage.home)
        page = await page_of(stage)
        to = await login(browser, page)
        plain = await browser.get(page.partition("?")[0])

        assert page.endswith("?by=dingtalk")
        assert urlsplit(to).path == "/oauth2/auth"
        assert plain[1].startswith("/auth/wecom/start")


async def test_a_code_that_was_used_or_made_up_lets_nobody_in(stage: DingTalkStage, browser: Browser) -> None:
    page = await page_of(stage)
    state = parse_qs(urlsplit(await login(browser, page)).query)["state"][0]
    made_up = await browser.get(f"/auth/dingtalk/callback?{urlencode({'authCode': 'made-up', 'state': state})}")
    back = stage.dingtalk.oauth.open(await login(browser, page), SHEN)
    first = await browser.get(back)
    again = await browser.get(back)

    assert [made_up[0], first[0], again[0]] == [403, 303, 403]
    assert "回钉钉再点一次卡片" in made_up[2]


async def test_what_was_begun_with_one_messenger_does_not_end_with_another(sqlite_url: str) -> None:
    async with (
        staged(sqlite_url, "远山科技", MEMBERS, public_url=HOME, sign_in=True, both=True) as stage,
        aiohttp.ClientSession() as http,
    ):
        await on_record(stage)
        browser = Browser(http, stage.home)
        back = stage.dingtalk.oauth.open(await login(browser, await page_of(stage)), SHEN)
        status, _, _ = await browser.get(back.replace("/auth/dingtalk/", "/auth/wecom/").replace("authCode", "code"))

        assert status == 403


@pytest.mark.parametrize("who", ["outsider", "manager7x"])
async def test_a_stranger_is_not_let_in(stage: DingTalkStage, browser: Browser, who: str) -> None:
    status, _, _ = await signed_in(stage, browser, await page_of(stage), who)

    assert status == 403


async def test_without_the_permission_nobody_is_let_in_and_the_page_says_try_again(
    stage: DingTalkStage, browser: Browser
) -> None:
    stage.dingtalk.oauth.allowed = False
    status, _, text = await signed_in(stage, browser, await page_of(stage), SHEN)

    assert status == 502
    assert "再点一次" in text


async def test_dingtalk_sends_nobody_on_to_an_address_that_is_not_registered(
    stage: DingTalkStage, browser: Browser
) -> None:
    to = await login(browser, await page_of(stage))
    stage.dingtalk.oauth.trusted = "other.example"

    with pytest.raises(Refusal, match="not registered"):
        stage.dingtalk.oauth.open(to, SHEN)


# -- links for buttons -------------------------------------------------------------------------------------------------


async def link(stage: DingTalkStage) -> str:
    """What stands for 同意 where no cards can be used."""
    stage.dingtalk.faults.refuse(CARDS, NO_RIGHT, status=403, times=1000)
    await stage.say(SHEN, "北辰仪器ERP二期申请85折，客户预算紧")
    said = next(each for each in reversed(stage.dingtalk.chat(MA)) if isinstance(each, Said) and each.links)
    return dict(said.links)["同意"]


async def states(stage: DingTalkStage) -> list[str]:
    async with stage.app.database.read() as session:
        return [str(state) for state in (await session.scalars(select(Approval.state))).all()]


async def post(browser: Browser, url: str) -> tuple[int, str]:
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    path = url.removeprefix(HOME)
    async with browser.http.post(f"{browser.base}{path}", headers=header, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def test_a_link_is_there_for_whom_it_was_sent_to_once_he_has_signed_in(
    stage: DingTalkStage, browser: Browser
) -> None:
    url = await link(stage)
    unknown = await post(browser, url)
    before = await states(stage)
    _, to, _ = await signed_in(stage, browser, url, MA)
    seen, _, text = await browser.get(to)
    done, said = await post(browser, url)
    await stage.settle()

    assert (unknown[0], before) == (303, ["waiting"]), "who is unknown is sent to sign in, and decides nothing"
    assert (seen, done) == (200, 200)
    assert "<button>同意</button>" in text
    assert "已同意" in said
    assert await states(stage) == ["approved"]


async def test_a_link_that_was_passed_on_does_nothing_for_anybody_else(stage: DingTalkStage, browser: Browser) -> None:
    url = await link(stage)
    _, to, _ = await signed_in(stage, browser, url, SHEN)
    seen, _, text = await browser.get(to)
    done, _ = await post(browser, url)
    await stage.settle()

    assert (seen, done) == (403, 403)
    assert "发给别的同事" in text
    assert await states(stage) == ["waiting"]


async def test_a_session_that_has_ended_leads_to_sign_in_again(stage: DingTalkStage, browser: Browser) -> None:
    url = await link(stage)
    await signed_in(stage, browser, url, MA)
    stage.clock.advance(timedelta(hours=9))

    assert (await browser.get(url))[1].startswith("/auth/dingtalk/start")
    assert (await post(browser, url))[0] == 303
    assert await states(stage) == ["waiting"]


async def test_the_doctor_names_the_address_to_register(
    stage: DingTalkStage, capsys: pytest.CaptureFixture[str]
) -> None:
    await doctor(stage.app.settings, stage.clock)

    assert f"{HOME}/auth/dingtalk/callback" in capsys.readouterr().out
