"""What an app message says: each msgtype's object checked as WeCom does, and turned into what a member sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger import cards
from bot.messenger.card_parts import bad
from bot.messenger.media import MediaStore
from bot.messenger.model import JSONObject, Refusal
from bot.messenger.quirks import Quirks

TEXT_BYTES = 2048
URL_BYTES = 2048
_MENTION = re.compile(r"<@([\w.@\-]+)>")
IN_GROUPS = ("text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Ready to be shown. `card` is the object of every type but text and markdown."""

    kind: str
    text: str
    card: JSONObject | None = None
    mentions: tuple[str, ...] = ()


def cut(text: str, most: int = TEXT_BYTES) -> str:
    """At most that many bytes of UTF-8, on a character's boundary."""
    return text.encode()[:most].decode("utf-8", "ignore")


def mentioned(text: str, *named: str) -> tuple[str, ...]:
    """Who is called by `<@userid>` in a text, and by a list beside it; each once."""
    return tuple(dict.fromkeys([*_MENTION.findall(text), *named]))


def summary(card: Mapping[str, Any]) -> str:
    """A template card in one line, for lists of conversations."""
    return (card.get("main_title") or {}).get("title") or card.get("sub_title_text") or "[卡片]"


class ContentReader:
    """Reads `msgtype` and its object out of a request body; raises `Refusal`."""

    def __init__(self, quirks: Quirks, media: MediaStore) -> None:
        self._quirks = quirks
        self._media = media
        self._readers: dict[str, Callable[[JSONObject], Content]] = {
            "text": self._text,
            "markdown": self._markdown,
            "textcard": self._textcard,
            "news": self._news,
            "mpnews": self._mpnews,
            "miniprogram_notice": self._notice,
            "template_card": self._card,
            **{kind: self._attachment(kind) for kind in ("image", "voice", "video", "file")},
        }

    def read(self, body: JSONObject, *, group: bool = False) -> Content:
        """The content of message/send, or of appchat/send, which takes fewer types."""
        kind = body.get("msgtype")
        if not isinstance(kind, str) or kind not in self._readers or (group and kind not in IN_GROUPS):
            raise Refusal(40008, "invalid message type")
        part = body.get(kind)
        if not isinstance(part, dict):
            raise bad(kind)
        return self._readers[kind](part)

    def _text(self, part: JSONObject) -> Content:
        named = part.get("mentioned_list") or []
        if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
            raise bad("text.mentioned_list")
        text = cut(_said(part, "text"))
        return Content(kind="text", text=text, mentions=mentioned(text, *named))

    def _markdown(self, part: JSONObject) -> Content:
        text = cut(_said(part, "markdown"))
        return Content(kind="markdown", text=text, mentions=mentioned(text))

    def _textcard(self, part: JSONObject) -> Content:
        for name in ("title", "description"):
            _needed(part, "textcard", name)
        _link(part, "textcard", "url")
        return Content(kind="textcard", text=f"{part['title'][:128]}\n{part['description'][:512]}", card=part)

    def _news(self, part: JSONObject) -> Content:
        articles = _articles(part, "news")
        for article in articles:
            _needed(article, "news.articles", "title")
            if not article.get("appid"):
                _link(article, "news.articles", "url")
        return Content(kind="news", text="\n".join(a["title"] for a in articles), card=part)

    def _mpnews(self, part: JSONObject) -> Content:
        articles = _articles(part, "mpnews")
        for article in articles:
            for name in ("title", "content"):
                _needed(article, "mpnews.articles", name)
            self._media.find(article.get("thumb_media_id"), "image")
        return Content(kind="mpnews", text="\n".join(a["title"] for a in articles), card=part)

    def _notice(self, part: JSONObject) -> Content:
        for name in ("appid", "title"):
            _needed(part, "miniprogram_notice", name)
        items = part.get("content_item") or []
        if not isinstance(items, list) or len(items) > 10:
            raise bad("miniprogram_notice.content_item")
        if self._quirks.notice_lengths and not 4 <= len(part["title"]) <= 12:
            raise bad("miniprogram_notice.title")
        return Content(kind="miniprogram_notice", text=part["title"], card=part)

    def _card(self, part: JSONObject) -> Content:
        card = cards.check(part, strict=self._quirks.strict_cards)
        return Content(kind="card", text=summary(card), card=card)

    def _attachment(self, kind: str) -> Callable[[JSONObject], Content]:
        def read(part: JSONObject) -> Content:
            stored = self._media.find(part.get("media_id"), kind)
            return Content(kind=kind, text=f"[{stored.filename}]", card=part)

        return read


def _said(part: JSONObject, kind: str) -> str:
    content = part.get("content")
    if content is None or content == "":
        raise Refusal(44004, "empty content")
    if not isinstance(content, str):
        raise bad(f"{kind}.content")
    return content


def _needed(part: JSONObject, kind: str, name: str) -> None:
    if not isinstance(part.get(name), str) or not part[name]:
        raise bad(f"{kind}.{name}")


def _link(part: JSONObject, kind: str, name: str) -> None:
    _needed(part, kind, name)
    if len(part[name].encode()) > URL_BYTES:
        raise bad(f"{kind}.{name}")
    if "://" not in part[name]:
        raise Refusal(45034, f"url without a scheme: {kind}.{name}")


def _articles(part: JSONObject, kind: str) -> list[JSONObject]:
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refusal(45008, "wrong count of articles")
    if not all(isinstance(a, dict) for a in articles):
        raise bad(f"{kind}.articles")
    return articles
