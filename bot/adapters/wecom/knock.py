"""Whether a callback's public address leads to a genjin that understands it, tried as WeCom tries it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.adapters.wecom.crypto import CallbackCrypto
from bot.checkup import Unwell
from config.clock import Clock

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)


@dataclass(frozen=True, slots=True)
class Door:
    """Where WeCom calls: the path, the entry of the page on which the URL is set, and the settings that seal it."""

    path: str
    entry: str
    settings: str


async def knock(
    http: aiohttp.ClientSession, public_url: str | None, door: Door, crypto: CallbackCrypto, clock: Clock
) -> str:
    """One line; raises `Unwell`."""
    if public_url is None:
        return f"set GENJIN_PUBLIC_URL to have it tried; WeCom calls its {door.path}"
    url = f"{public_url.rstrip('/')}{door.path}"
    word = secrets.token_hex(8).encode()
    try:
        query = _query(crypto, word, clock)
        async with http.get(f"{url}?{query}", timeout=_PATIENCE, allow_redirects=False) as answer:
            status, body = answer.status, await answer.content.read(1024)
    except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
        raise Unwell(_unreached(url, broken)) from None
    if status == 200 and body == word:
        return f"{url} answers; set it as URL of 「{door.entry}」"
    raise Unwell(_unheard(url, status, door))


def _query(crypto: CallbackCrypto, word: bytes, clock: Clock) -> str:
    """The query with which WeCom tries an address."""
    echo, nonce, at = crypto.seal(word), secrets.token_hex(8), str(int(clock.now().timestamp()))
    signature = crypto.signature(at, nonce, echo).decode()
    return urlencode({"msg_signature": signature, "timestamp": at, "nonce": nonce, "echostr": echo})


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
            f"{url} refuses a call that is signed as WeCom signs; the running genjin has another "
            f"GENJIN_WECOM__{door.settings} than this command: give both the same settings, and restart it"
        )
    if status in (502, 503, 504):
        return f"{url} answers HTTP {status}: there is a proxy, and no genjin behind it; start `genjin serve`"
    if 300 <= status < 400:
        return f"{url} leads on to another address (HTTP {status}), which WeCom does not follow; give that one instead"
    return (
        f"{url} answers HTTP {status}, and not genjin; the proxy there must pass {door.path} on to GENJIN_BIND, path "
        "and query unchanged"
    )
