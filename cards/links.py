"""Addresses that may stand on a card: pages on the web, spelt so that no messenger takes a part of them for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from cards.model import Button, Card, Link

BY = "by"  # in the query of a page of ours: the messenger from which it is opened
_LONGEST = 1024  # bytes that WeCom allows
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
_KEPT = "%/?&=+,;:@!$*~#"  # what a part of an address may hold as it is; brackets and quotes are markup somewhere


def safe(url: str) -> str | None:
    """The address to follow, or None for what is no http(s) page: a script, a file, a name before the host, a
    control character, a host that only looks like one that is known."""
    if not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return None
    rest = url.partition("://")[2][len(parts.netloc) :]
    address = f"{parts.scheme.lower()}://{parts.netloc}{quote(rest, safe=_KEPT)}"
    return address if len(address) <= _LONGEST else None


def followable(card: Card) -> Card:
    """The card without the links that lead nowhere good; the card itself where it has none."""
    if card.link is None and not any(isinstance(each.action, Link) for each in (*card.buttons, *card.more)):
        return card
    link = safe(card.link) if card.link else None
    return replace(card, link=link, buttons=_kept(card.buttons), more=_kept(card.more))


def at_home(card: Card, public_url: str | None, channel: str = "") -> Card:
    """The card with its link to a page of ours as the world reaches it; without one where the world does not.
    `channel` is with which messenger one signs in there, empty for the usual one."""
    if card.link is None or not card.link.startswith("/"):
        return card
    by = f"?{BY}={channel}" if channel else ""
    return replace(card, link=f"{public_url.rstrip('/')}{card.link}{by}" if public_url else None)


def _kept(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    if not any(isinstance(button.action, Link) for button in buttons):
        return buttons
    kept = []
    for button in buttons:
        if not isinstance(button.action, Link):
            kept.append(button)
        elif (url := safe(button.action.url)) is not None:
            kept.append(replace(button, action=Link(url)))
    return tuple(kept)
