"""What was said in a recording, by any endpoint that speaks OpenAI's `audio/transcriptions`; off unless it is set."""

from __future__ import annotations

import json

import aiohttp

from bot.adapters.bodies import whole
from config.settings import SpeechSettings
from domain.errors import ChannelError

_PATIENCE = aiohttp.ClientTimeout(total=60, connect=5)
_LONGEST = 4000  # characters; a minute of speech has some three hundred
_MOST = 1 << 20  # bytes of an answer


class Speech:
    """One endpoint. Every failure is a `ChannelError`, and worth another try."""

    def __init__(self, settings: SpeechSettings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session

    async def transcribe(self, data: bytes, name: str) -> str:
        """The words, in one line; empty where nothing was said that could be understood."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename=name, content_type="application/octet-stream")
        for field, value in (("model", self._settings.model), ("language", "zh"), ("response_format", "json")):
            form.add_field(field, value)
        url = f"{self._settings.base_url}/audio/transcriptions"
        try:
            async with self._session.post(
                url, data=form, headers=self._headers(), timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status, raw = response.status, await whole(response, _MOST)
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise ChannelError(f"speech: {type(broken).__name__}") from None
        return _words(status, raw)

    def _headers(self) -> dict[str, str]:
        key = self._settings.api_key
        return {} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"}


def _words(status: int, raw: bytes) -> str:
    try:
        answer = json.loads(raw) if status == 200 else None
    except (ValueError, RecursionError):
        answer = None
    said = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(said, str):
        raise ChannelError(f"speech: HTTP {status} without words")
    return " ".join("".join(c if c.isprintable() else " " for c in said[:_LONGEST]).split())
