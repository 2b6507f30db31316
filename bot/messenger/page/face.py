"""A further messenger on the page beside WeCom: what its face shows, and does there.

Messengers know nothing of each other, and their ids may be the same; on the page each id of a further one begins with
its mark, so that whoever stands there is on one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp import web

from bot.messenger.model import Change, Delivery, GroupChat, JSONObject, Shown
from bot.messenger.page.outside import Asked
from bot.messenger.people import Member
from bot.messenger.switches import Switch, Switches

MARK = ":"  # no userid and no chatid of WeCom's holds a colon


class Login(Protocol):
    """A page where people say who they are, for a page of the app. `trusted` is the app's host, as registered."""

    path: str
    trusted: str

    def open(self, address: str, userid: str) -> str:
        """Where somebody goes who opens this address; raises `Refusal`."""
        ...


class Face(Protocol):
    """Of one messenger. All ids on the page's side have the mark: `name` and a colon. `faults` are what can be switched
    there, by `switches`; `login` is the page where its people sign in."""

    name: str
    faults: tuple[Switch, ...]
    switches: Switches
    login: Login

    def routes(self) -> Sequence[web.RouteDef]:
        """The messenger's own API."""
        ...

    async def close(self) -> None:
        """End what runs beside."""
        ...

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` after each change."""
        ...

    def members(self) -> list[tuple[Member, str]]:
        """Everybody whom the app may see, with his department."""
        ...

    def chats(self) -> dict[str, list[Shown]]:
        """Every member's own chat with the app."""
        ...

    def groups(self) -> list[GroupChat]:
        """The groups, with all that was said."""
        ...

    def lists(self) -> dict[str, JSONObject]:
        """What stands in the messenger's own lists of everybody: `todos` and `events`."""
        ...

    def call(self, changed: Callable[[], None]) -> None:
        """Call this after each change of any list."""
        ...

    def media(self, media_id: str) -> tuple[str, bytes] | None:
        """Name and bytes of a file that was sent in either direction."""
        ...

    async def do(self, asked: Asked) -> Delivery:
        """One act; KeyError for what is not there, ValueError for what no page of ours asks."""
        ...

    async def file(self, member: str, kind: str, name: str, data: bytes, words: str = "") -> Delivery:
        """A file that the member sends, a picture with `words` beside it."""
        ...


class Faces:
    """All further messengers of a page."""

    def __init__(self, faces: Sequence[Face] = ()) -> None:
        self.all = tuple(faces)
        self._by_name = {face.name: face for face in faces}

    def of(self, marked: str) -> Face | None:
        """The messenger on which an id is; None for one of WeCom's. Raises KeyError for a mark of none."""
        name, mark, _ = marked.partition(MARK)
        return self._by_name[name] if mark else None


def account(marked: str) -> str:
    """The id without its mark."""
    return marked.partition(MARK)[2] or marked


def messenger(marked: str, home: str) -> str:
    """The name of the messenger on which an id is; `home` for one without a mark."""
    name, mark, _ = marked.partition(MARK)
    return name if mark else home
