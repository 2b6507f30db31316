"""Fresh pages of the two sizes at which people use the messenger; a page with an error on its console is a failure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, ConsoleMessage, Page

# A server that stopped, perhaps in the middle of an answer, is no fault of the page.
SERVER_GONE = ("net::ERR_CONNECTION_", "net::ERR_EMPTY_RESPONSE", "WebSocket connection to")
PATIENCE = 60_000  # milliseconds
# What the page takes away after some seconds, a notice or a sign that it is at work, must outlast a machine that stands
# still before anybody has seen it.
LASTING = "setTimeout = ((wait) => (work, ms, ...more) => wait(work, ms < 3000 ? ms : 20 * ms, ...more))(setTimeout);"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a screen is, in CSS pixels, and whether it is touched."""

    name: str
    width: int
    height: int
    touch: bool


DESKTOP = Size("desktop", 1400, 900, touch=False)
PHONE = Size("phone", 390, 844, touch=True)


@asynccontextmanager
async def watched(browser: Browser, size: Size) -> AsyncIterator[Page]:
    """A page of a profile of its own; script errors and errors on the console are raised when it closes."""
    context = await browser.new_context(
        viewport={"width": size.width, "height": size.height},
        locale="zh-CN",
        has_touch=size.touch,
        is_mobile=size.touch,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    await context.add_init_script(LASTING)
    shown = await context.new_page()
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        gone = any(said in message.text for said in SERVER_GONE)
        if message.type == "error" and not gone:
            wrong.append(message.text)

    shown.on("console", note)
    shown.on("pageerror", lambda error: wrong.append(error.message))
    try:
        yield shown
    finally:
        await context.close()
    assert wrong == []
