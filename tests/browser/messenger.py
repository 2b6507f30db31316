"""What a browser test holds: where the page is, the server behind it, the app at the other end, the clock."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page

from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock
from tests.browser.small_app import SmallApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Messenger:
    """The local messenger as one test has it to itself."""

    address: str
    server: WeComServer
    app: SmallApp
    clock: ShiftableClock

    async def show(self, page: Page, *people: str) -> None:
        """Open the page with these people side by side and wait until it is ready."""
        await page.goto(f"{self.address}/?as={','.join(people)}")
        await page.get_by_test_id("pane").first.wait_for()


def pane(page: Page, userid: str) -> Locator:
    """The part of the page that is this person's messenger."""
    return page.locator(f'[data-testid="pane"][data-person="{userid}"]')


async def type_and_send(page: Page, userid: str, text: str) -> None:
    """What a person at a keyboard does."""
    box = pane(page, userid).get_by_test_id("composer")
    await box.fill(text)
    await box.press("Enter")
