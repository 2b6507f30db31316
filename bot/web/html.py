"""Pages as plain HTML: no script, nothing from elsewhere, every text escaped in one place."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from html import escape

from aiohttp import web

_STYLE = (
    "body{font:16px/1.6 PingFang SC,Microsoft YaHei UI,Noto Sans SC,system-ui,sans-serif;margin:0 auto;"
    "max-width:42em;padding:1em;color:#222;background:#fff}"
    "h1{font-size:1.3em;margin:.2em 0}h2{font-size:1em;margin:1.4em 0 .3em;color:#666}p{margin:.2em 0}"
    ".note{color:#888}dl{display:grid;grid-template-columns:5em 1fr;gap:.2em 1em;margin:.5em 0}"
    "dt{color:#888}dd{margin:0}"
    "button{font:inherit;width:100%;margin:1.2em 0;padding:.7em;border:0;border-radius:.5em;color:#fff;"
    "background:#2d6cdf}"
    "ul{padding:0;margin:0;list-style:none}li{padding:.5em 0;border-bottom:1px solid #eee}"
)
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_POSTING = _HEADERS | {
    "Content-Security-Policy": _HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
}


def page(
    title: str, note: str = "", body: Iterable[str] = (), *, status: int = 200, posts: bool = False
) -> web.Response:
    """A page of parts that are HTML already; title and note are text. `posts`: it has a form, which comes back to
    where the page is."""
    top = f"<h1>{escape(title)}</h1>" + (f'<p class="note">{escape(note)}</p>' if note else "")
    text = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{top}{''.join(body)}</body></html>"
    )
    headers = _POSTING if posts else _HEADERS
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def button(label: str) -> str:
    """A form that is nothing but a button."""
    return f'<form method="post"><button>{escape(label)}</button></form>'


def section(title: str, rows: Iterable[str]) -> str:
    """A heading with lines of text below; nothing where there are none."""
    lines = "".join(f"<li>{escape(row)}</li>" for row in rows)
    return f"<h2>{escape(title)}</h2><ul>{lines}</ul>" if lines else ""


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Keys with what they are."""
    return "<dl>" + "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in rows) + "</dl>"
