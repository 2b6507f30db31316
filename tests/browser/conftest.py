"""Browser tests: a Chromium with Chinese fonts, a page at desktop and one at phone size, and the messenger they show.

`browser` lives for the whole session. `desktop` (1400 by 900) and `phone` (390 by 844, touch) are fresh pages of a
fresh profile; a script error or an error on the console of the page fails the test that caused it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from playwright.async_api import Browser, Error, Page, async_playwright, expect

from bot.messenger.page.server import page
from bot.messenger.people import Organisation
from bot.messenger.quirks import Quirks
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.browser.find_browser import NoBrowser, chromium, libraries
from tests.browser.genjin import Screens
from tests.browser.messenger import Messenger
from tests.browser.pages import DESKTOP, PATIENCE, PHONE, watched
from tests.browser.small_app import CREDENTIALS, SmallApp

expect.set_options(timeout=PATIENCE)

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 25, 16, 0, tzinfo=ZONE).astimezone(UTC)
FLAGS = [
    "--no-sandbox",  # tests run as root too
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>{folders}<cachedir>{cache}</cachedir></fontconfig>
"""
PEOPLE = [
    {"userid": "lin.yue", "name": "林越", "title": "销售", "department": "华东一部", "leader": "zhou.bo"},
    {"userid": "he.qing", "name": "何青", "title": "销售", "department": "华东一部", "leader": "zhou.bo"},
    {"userid": "zhou.bo", "name": "周波", "title": "经理", "department": "华东一部"},
]


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fontconfig file that knows the Chinese fonts of the test requirements beside those of the system."""
    found = find_spec("pylopdf_fonts_zh_cn")
    assert found is not None
    assert found.origin is not None
    folder = tmp_path_factory.mktemp("fonts")
    folders = "".join(f"<dir>{path}</dir>" for path in (Path(found.origin).parent, "/usr/share/fonts"))
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(folders=folders, cache=folder / "cache"), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
async def browser(fonts: Path) -> AsyncIterator[Browser]:
    """A running Chromium; skips the test, saying why, where there is none."""
    try:
        path = chromium()
    except NoBrowser as why:
        pytest.skip(f"NO BROWSER, so nothing of the page was tested: {why}")
    async with async_playwright() as playwright:
        try:
            env = {**os.environ, "FONTCONFIG_FILE": str(fonts), **libraries(path)}
            started = await playwright.chromium.launch(executable_path=path, args=FLAGS, env=env)
        except Error as why:
            pytest.skip(f"THE BROWSER DOES NOT START, so nothing of the page was tested: {path}: {why.message}")
        yield started
        await started.close()


@pytest.fixture
async def desktop(browser: Browser) -> AsyncIterator[Page]:
    """A fresh page of 1400 by 900."""
    async with watched(browser, DESKTOP) as shown:
        yield shown


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A fresh page of 390 by 844 that is touched."""
    async with watched(browser, PHONE) as shown:
        yield shown


@pytest.fixture
async def messenger() -> AsyncIterator[Messenger]:
    """The local messenger on a free port with three people, and a small app at the other end of the wire."""
    clock = ShiftableClock(START, still=True)
    server = WeComServer(
        Organisation.build("远山软件", PEOPLE), CREDENTIALS, clock, quirks=Quirks(attempts=1, callback_timeout=60)
    )
    app = SmallApp()
    runners = []
    for application in (page(server, clock, ZONE), app.application()):
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
    address, callback = (f"http://127.0.0.1:{runner.addresses[0][1]}" for runner in runners)
    app.base = address
    server.callback_url = f"{callback}/callback"
    yield Messenger(address=address, server=server, app=app, clock=clock)
    for runner in runners:
        await runner.cleanup()


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=lambda size: size.name)
async def lasting_screens(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Screens]:
    """Screens of each size. With GENJIN_PICTURES=folder the pictures that tests take are kept there."""
    folder = os.environ.get("GENJIN_PICTURES")
    these = Screens(browser, request.param, Path(folder) if folder else None)
    yield these
    await these.close()


@pytest.fixture
async def screens(lasting_screens: Screens) -> AsyncIterator[Screens]:
    """Screens with nobody before them, once for each size."""
    yield lasting_screens
    await lasting_screens.leave()
