"""DingTalk's side of the simulated servers: who the app is, what is open about the platform, how it refuses.

The defaults of `DingTalkQuirks` are what the documentation says, else what is harder on a client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.messenger.media import Upload
from bot.messenger.model import JSONObject

MARKDOWN = "589420e2-c1e2-46ef-a5ed-b8728e654da9.schema"
LINKS = "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema"
AI = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
PUBLIC = frozenset({MARKDOWN, LINKS, AI})


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkCredentials:
    """The internal app as its administrator sees it; `templates` are the card templates that he built himself."""

    client_id: str
    client_secret: str = field(repr=False)
    corp_id: str = "dinggenjincorp01"
    name: str = "跟进"
    templates: frozenset[str] = frozenset()
    token: str = field(default="", repr=False)  # of HTTP mode, with the key
    aes_key: str = field(default="", repr=False)

    @property
    def robot_code(self) -> str:
        """The robot's code, which for an internal app is its client id."""
        return self.client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkQuirks:
    """How this server behaves where it could behave otherwise. Times in seconds."""

    # Stream: open points
    greetings: bool = False  # whether SYSTEM CONNECTED and REGISTERED are sent
    bad_ticket_status: int = 401
    ticket_seconds: float = 90
    leaving_seconds: float = 10  # from the notice of a disconnect to the end of the socket
    event_seconds: float = 1.5  # for which a callback of HTTP mode waits for its answer
    callback_seconds: float = 3.0  # for which a tap waits for its answer
    # Robot messages: open points
    userid_in_any_case: bool = False  # whether a userId is taken in any case
    webhook_bytes: int = 20_000
    # Cards: open points
    public_templates: frozenset[str] = PUBLIC  # which of them can be used today
    repeated_track_id: Literal["first", "refuse"] = "first"
    merges_by_default: bool = False  # what an update does without updateCardDataByKey
    callback_without_params: bool = False  # a button's id alone comes back
    todos_need_a_page: bool = True  # documented since 2024; whether it is enforced everywhere is not
    no_such_event: str = "event.not.exist"  # how a calendar refuses what is not there: not published
    # Limits, documented unless said otherwise
    token_seconds: int = 7200
    webhook_seconds: int = 5400
    batch_receivers: int = 20
    calls_per_second: int = 20
    calls_per_month: int = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the functions behind the API see it."""

    query: Mapping[str, str]
    body: JSONObject
    upload: Upload | None
    origin: str
    headers: Mapping[str, str]


class V1Refusal(Exception):
    """A call of the new API is refused: HTTP status, `code`, `message`."""

    def __init__(self, code: str, message: str = "", status: int = 400, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.status, self.code, self.more = status, code, dict(more or {})


class OapiRefusal(Exception):
    """A call of the old API is refused, with HTTP 200: `errcode`, and `sub_code` where the gateway refuses."""

    def __init__(self, errcode: int, errmsg: str, sub_code: str = "") -> None:
        super().__init__(errmsg)
        self.errcode, self.sub_code = errcode, sub_code

    def body(self) -> JSONObject:
        """What stands in the answer."""
        body: JSONObject = {"errcode": self.errcode, "errmsg": str(self), "request_id": "r-1"}
        return body | ({"sub_code": self.sub_code, "sub_msg": str(self)} if self.sub_code else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How a push went. `ack` is what came back, None where nothing did in time; `heard` says that a socket got it."""

    message_id: str
    heard: bool
    ack: JSONObject | None = None
