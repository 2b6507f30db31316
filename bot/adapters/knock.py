"""Whether a callback's public address leads to a genjin that understands it, tried as the messenger tries it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.checkup import Unwell

PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)

# Calls an address as the messenger does: the status, and whether the answer was right.
Try = Callable[[str], Awaitable[tuple[int, bool]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where the messenger calls: the path, the entry of the page on which the URL is set, and the settings that seal
    it."""

    messenger: str
    path: str
    entry: str
    settings: str


async def knock(public_url: str | None, door: Door, call: Try) -> str:
    """One line; raises `Unwell`."""
    if public_url is None:
        return f"set GENJIN_PUBLIC_URL to have it tried; {door.messenger} calls its {door.path}"
    url = f"{public_url.rstrip('/')}{door.path}"
    try:
        status, right = await call(url)
    except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
        raise Unwell(_unreached(url, broken)) from None
    if status == 200 and right:
        return f"{url} answers; set it as URL of 「{door.entry}」"
    raise Unwell(_unheard(url, status, door))


def why(broken: Exception) -> str:
    """Why somebody is not reached, in words."""
    if isinstance(broken, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted here"
    if isinstance(broken, aiohttp.ClientConnectorDNSError):
        return "its name is not known here"
    if isinstance(broken, TimeoutError):
        return "no answer in time"
    if isinstance(broken, aiohttp.ClientConnectorError):
        return "nobody listens there"
    return type(broken).__name__


def _unreached(url: str, broken: Exception) -> str:
    host = urlsplit(url).hostname or url
    return (
        f"{url} is not reached ({why(broken)}); let {host} lead to this machine, with a certificate that the world "
        "trusts, and let the proxy there pass it on to GENJIN_BIND"
    )


def _unheard(url: str, status: int, door: Door) -> str:
    if status == 403:
        return (
            f"{url} refuses a call that is signed as {door.messenger} signs; the running genjin has another "
            f"{door.settings} than this command: give both the same settings, and restart it"
        )
    if status in (502, 503, 504):
        return f"{url} answers HTTP {status}: there is a proxy, and no genjin behind it; start `genjin serve`"
    if 300 <= status < 400:
        return (
            f"{url} leads on to another address (HTTP {status}), which {door.messenger} does not follow; give that one "
            "instead"
        )
    return (
        f"{url} answers HTTP {status}, and not genjin; the proxy there must pass {door.path} on to GENJIN_BIND, path "
        "and query unchanged"
    )
