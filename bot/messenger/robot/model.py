"""The smart robot's side of the simulated server: who it is, what is open about it, and what a member asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

EVENT_LIFE = timedelta(seconds=5)
MESSAGE_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RobotCredentials:
    """The robot as its administrator sees it: `bot_id` and `secret` for the long connection, `token` and `aes_key` for
    callbacks."""

    bot_id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    name: str = "跟进"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotQuirks:
    """How the robot's server behaves where it could behave otherwise: first what no page says for sure, then limits
    that a test wants smaller. Times in seconds."""

    # Open points
    stream_seconds: int = 360  # until `finish`; later readings of the page say 600
    refreshes_count: bool = True  # whether each frame of a stream counts toward the chat's limit
    stream_images: bool = False  # whether msg_item is taken over the long connection
    answers_per_message: int = 1  # so many streams or cards may answer one message
    replay_missed: bool = False  # whether what was said while nobody was connected comes later
    flat_card_event: bool = False  # the card event's fields directly under `event`
    old_field_names: bool = False  # cardtype and eventkey for card_type and event_key
    kick_close_code: int = 1000  # with which the displaced connection is closed
    userid_in_any_case: bool = True  # whether a push takes a member's userid in any case, as the API does
    poll_seconds: float = 1.0  # between two questions about a stream
    callback_seconds: float = 5.0  # documented
    # Error numbers that no page gives
    used_response_errcode: int = 40058  # a response_url that was used, is too old, or never was
    bad_credentials_errcode: int = 853000
    not_written_errcode: int = 93001  # a push into a chat in which nobody has written to the robot
    other_task_id_errcode: int = 40058  # an update that names another card
    used_task_id_errcode: int = 40058
    unknown_cmd_errcode: int = 40008
    # Limits, documented unless said otherwise
    per_minute: int = 30
    per_hour: int = 1000
    uploads_per_minute: int = 30
    uploads_per_hour: int = 1000
    upload_seconds: int = 1800
    subscribes_per_minute: int = 60  # that there is a limit is documented, not which


@dataclass(slots=True, kw_only=True)
class Request:
    """One callback and what may still answer it. `place` is the userid or chatid that it came from."""

    req_id: str
    kind: Literal["message", "enter", "click"]
    place: str
    in_group: bool
    userid: str
    at: datetime
    card: str = ""  # the message whose card was tapped
    answers: int = 0
    streams: dict[str, Stream] = field(default_factory=dict)

    def alive(self, now: datetime) -> bool:
        """Whether it may be answered at all."""
        return now - self.at <= (MESSAGE_LIFE if self.kind == "message" else EVENT_LIFE)


@dataclass(slots=True, kw_only=True)
class Stream:
    """A stream that was begun: the message that shows it, and whether it is whole."""

    msgid: str
    at: datetime
    finished: bool = False
