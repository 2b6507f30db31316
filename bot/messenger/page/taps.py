"""A tap on a message of which the page says the id alone: it stands in the chat of who taps, or in a group of his."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Went = TypeVar("Went")


async def tapped(places: Iterable[str], msgid: str, tap: Callable[[str], Awaitable[Went]]) -> Went | None:
    """What came of it in the first place that has the message, None where none has; KeyError for what is not live."""
    for place in places:
        try:
            return await tap(place)
        except KeyError as unknown:
            if unknown.args != (msgid,):
                raise
    return None
