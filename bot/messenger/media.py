"""Uploaded files: kept three days, shared by all messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messenger.limits import DAY, Limit
from bot.messenger.model import Ids, JSONObject, Refusal
from bot.messenger.quirks import Quirks
from config.clock import Clock

KEPT = timedelta(days=3)
LEAST_BYTES = 6
MOST_SHOWN = 2 << 20  # bytes of a picture on a card
PICTURES = (b"\xff\xd8\xff", b"\x89PNG")
PICTURE_PATH = "/pic/"
MOST_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The part of a multipart request. `filename` is empty where the part had only `filename*=`."""

    name: str
    filename: str
    content_type: str
    data: bytes
    encoded_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    kind: str
    filename: str
    content_type: str
    data: bytes
    at: datetime


class MediaStore:
    """`media/upload` and `media/get`."""

    def __init__(self, clock: Clock, quirks: Quirks, ids: Ids) -> None:
        self._clock = clock
        self._quirks = quirks
        self._ids = ids
        self._stored: dict[str, Stored] = {}
        self._pictures: dict[str, Stored] = {}
        self._shown = Limit(clock, {DAY: quirks.pictures_per_day, 30 * DAY: quirks.pictures_per_month})

    def upload(self, kind: str | None, part: Upload | None) -> JSONObject:
        """Keep a file; raises `Refusal` by kind, part name and size."""
        if kind not in MOST_BYTES:
            raise Refusal(40004, "invalid media type")
        if part is None or part.name != "media":
            raise Refusal(44001, "empty media data")
        filename = part.filename or ("" if self._quirks.plain_filename else part.encoded_name)
        if not filename or len(part.data) < LEAST_BYTES:
            raise Refusal(44001, "empty media data")
        if len(part.data) > MOST_BYTES[kind]:
            raise Refusal(45001, "media size out of limit")
        media_id = self.keep(kind, filename, part.content_type, part.data)
        created = self._stored[media_id].at
        return {"type": kind, "media_id": media_id, "created_at": str(int(created.timestamp()))}

    def upload_image(self, part: Upload | None, origin: str) -> JSONObject:
        """`media/uploadimg`: a picture that cards and articles may show, at an address that stays."""
        if part is None or part.name != "media" or not part.filename or len(part.data) < LEAST_BYTES:
            raise Refusal(44001, "empty media data")
        if not part.data.startswith(PICTURES):
            raise Refusal(40005, "invalid file type")
        if len(part.data) > MOST_SHOWN:
            raise Refusal(40009, "image size out of limit")
        if not self._shown.take("app"):
            raise Refusal(45009, "api freq out of limit")
        number = self._ids("media")
        self._pictures[number] = Stored(
            kind="image", filename=part.filename, content_type=part.content_type, data=part.data, at=self._clock.now()
        )
        return {"url": f"{origin}{PICTURE_PATH}{number}"}

    def picture(self, number: str) -> Stored | None:
        """What is served at such an address, to anybody."""
        return self._pictures.get(number)

    def keep(self, kind: str, filename: str, content_type: str, data: bytes) -> str:
        """Keep a file that a member sends, too; gives its id. Raises `Refusal` for one that is too large or no file."""
        if len(data) < LEAST_BYTES or len(data) > MOST_BYTES[kind]:
            raise Refusal(45001, "media size out of limit")
        media_id = self._ids("media")
        self._stored[media_id] = Stored(
            kind=kind, filename=filename, content_type=content_type, data=data, at=self._clock.now()
        )
        return media_id

    def peek(self, media_id: str) -> Stored | None:
        """The file for who looks at the page, whatever its age."""
        return self._stored.get(media_id)

    def find(self, media_id: object, kind: str | None = None) -> Stored:
        """The file; 40007 for an unknown or expired id, 40004 where it is of another kind."""
        stored = self._stored.get(media_id) if isinstance(media_id, str) else None
        if stored is None or stored.at + KEPT <= self._clock.now():
            raise Refusal(40007, "invalid media_id")
        if kind is not None and stored.kind != kind:
            raise Refusal(40004, "invalid media type")
        return stored
