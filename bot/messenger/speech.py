"""A transcription endpoint for what is spoken on this messenger's page, where a recording is its words with a mark in
front: what any endpoint that speaks OpenAI's `audio/transcriptions` does with real ones."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

MARK = b"#!AMR\n"  # with which recordings of this kind begin
PATH = "/v1/audio/transcriptions"
BASE = "/v1"


def recording(words: str) -> bytes:
    """Something that was said."""
    return MARK + words.encode()


def routes() -> list[web.RouteDef]:
    return [web.post(PATH, _transcribe)]


async def _transcribe(request: web.Request) -> web.Response:
    """The words; nothing for a recording that was not made here."""
    if request.content_type != "multipart/form-data":
        return web.json_response({"error": {"message": "a form is needed"}}, status=400)
    parts: dict[str | None, bytes] = {}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            parts[part.name] = bytes(await part.read())
    if not parts.get("model") or "file" not in parts:
        return web.json_response({"error": {"message": "file and model are needed"}}, status=400)
    data = parts["file"]
    said = data.removeprefix(MARK).decode("utf-8", "ignore") if data.startswith(MARK) else ""
    return web.json_response({"text": said})
