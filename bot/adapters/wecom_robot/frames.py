"""Frames of the long connection (protocol reference 5.6): JSON text, told apart by `cmd` and `headers.req_id`.

An acknowledgement has no `cmd`; it repeats the req_id of what it answers, with `errcode`. Whatever the server sends is
read with suspicion: what is no frame is dropped, never an error.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.actor import JSON

SUBSCRIBE, PING = "aibot_subscribe", "ping"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
RESPOND, WELCOME, UPDATE, SEND = (
    "aibot_respond_msg",
    "aibot_respond_welcome_msg",
    "aibot_respond_update_msg",
    "aibot_send_msg",
)
UPLOAD, UPLOAD_PIECE, UPLOADED = (
    "aibot_upload_media_init",
    "aibot_upload_media_chunk",
    "aibot_upload_media_finish",
)
LARGEST = 1 << 20  # bytes of a frame: the longest text that somebody can send is far below
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that came in. `cmd` is empty for an acknowledgement, whose `errcode` then says how it went."""

    cmd: str
    req_id: str
    body: dict[str, Any]
    errcode: int = 0
    errmsg: str = ""


def decode(text: str) -> Frame | None:
    """The frame, or None for what is none."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    headers, body, errcode = raw.get("headers"), raw.get("body"), raw.get("errcode", 0)
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(req_id, str) or not 0 < len(req_id) <= _LONGEST or type(errcode) is not int:
        return None
    cmd, errmsg = raw.get("cmd"), raw.get("errmsg")
    return Frame(
        cmd if isinstance(cmd, str) else "",
        req_id,
        body if isinstance(body, dict) else {},
        errcode,
        " ".join(errmsg.split())[:200] if isinstance(errmsg, str) else "",
    )


def encode(cmd: str, req_id: str, body: Mapping[str, JSON] | None = None) -> str:
    frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = body
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def new_req_id(cmd: str) -> str:
    """A new id that names its command, as every published client makes it."""
    return f"{cmd}_{time.time_ns() // 1_000_000}_{secrets.token_hex(4)}"
