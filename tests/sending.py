"""What members of the stage send besides words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messenger.member import FileKind
from bot.messenger.speech import recording
from bot.messenger.wecom import WeComServer


async def send_one(server: WeComServer, userid: str, sent: Mapping[str, str]) -> None:
    """One thing as a script says it."""
    kind, what = next(iter(sent.items()))
    members = server.members
    if kind == "location":
        await members.location(userid, 31.2989, 120.5853, what)
    elif kind == "link":
        await members.link(userid, what, sent.get("text", ""), sent.get("url", "https://news.example.com/1"))
    elif kind == "voice":
        await members.file(userid, "voice", "voice.amr", recording(what))
    elif kind in ("image", "video", "file"):
        if "gone" in sent:
            server.faults.refuse("media/get", 40007)
        size = int(sent.get("size", "0"))
        data = MAGIC.get(kind, b"%PDF-1.7 ") + what.encode() + b"0" * size
        await members.file(userid, FILES[kind], what, data)
    else:
        raise LookupError(f"nobody can send {kind}")


FILES: dict[str, FileKind] = {"image": "image", "video": "video", "file": "file"}
MAGIC = {"image": b"\xff\xd8\xff\xe0 ", "video": b"\x00\x00\x00\x18ftypmp42 "}
