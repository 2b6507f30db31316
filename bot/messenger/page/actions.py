"""What can be asked from the messenger's page: to say, tap, open a chat, move the clock. Answers are sentences."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.messenger.model import Delivery, Impossible
from bot.messenger.page.face import Faces
from bot.messenger.page.faults import FaultsFace
from bot.messenger.page.outside import OutsideFace
from bot.messenger.page.robot import RobotFace
from bot.messenger.page.staff import StaffFace
from bot.messenger.speech import recording
from bot.messenger.wecom import WeComServer
from config.clock import ShiftableClock

Action = Mapping[str, Any]
Answer = dict[str, Any]

log = logging.getLogger(__name__)

STEPS = {"10m": timedelta(minutes=10), "1h": timedelta(hours=1), "1d": timedelta(days=1)}
MORNING = time(9)
GONE = "这里已经变了，看最新的再点"
WRONG = "页面和消息服务对不上，刷新一下"
BROKEN = "没做成，再试一次"


class Actions:
    """Does what a page asks, as the person that the page says: this messenger has no passwords."""

    def __init__(
        self,
        server: WeComServer,
        clock: ShiftableClock,
        zone: ZoneInfo,
        faults: FaultsFace,
        robot: RobotFace | None,
        beside: Faces,
    ) -> None:
        self._server, self._clock, self._zone = server, clock, zone
        self._robot, self._beside = robot, beside
        self._outside, self._staff = OutsideFace(server.outside), StaffFace(server.staff, server.organisation)
        self._faults = faults
        self._known: dict[str, Callable[[Action], Awaitable[Answer]]] = {
            "say": self._say,
            "tap": self._tap,
            "menu": self._menu,
            "enter": self._enter,
            "group_say": self._group_say,
            "shift": self._shift,
            "voice": self._voice,
            "location": self._location,
            "link": self._link,
            "click": self._click,
            "fault": self._fault,
            "outside": self._around,
            "staff": self._around,
        }

    def around(self) -> Answer:
        """What stands around the chats and can be changed there: customers outside, the address book, the faults, and
        to-dos and appointments where a messenger has such lists."""
        lists = {who: there for face in self._beside.all for who, there in face.lists().items()}
        around = {"outside": self._outside.frame(), "book": self._staff.frame(), "faults": self._faults.frame()}
        return around | {"lists": lists}

    async def do(self, action: Action) -> Answer:
        """Carry out one action; never raises, because one bad request must not cost a page its line."""
        kind = action.get("type")
        wanted = self._known.get(kind) if isinstance(kind, str) else None
        try:
            if (there := self._beside.of(str(action.get("as", "")))) is not None:
                return _went(await there.do(action))
            return _no(WRONG) if wanted is None else await wanted(action)
        except Impossible as why:
            return _no(str(why))
        except KeyError:
            return _no(GONE)
        except (TypeError, ValueError):
            return _no(WRONG)
        except Exception:
            log.exception("an action of the page failed", extra={"action": kind})
            return _no(BROKEN)

    async def _say(self, action: Action) -> Answer:
        return _went(await self._server.say(_word(action, "as"), _word(action, "text")))

    async def _tap(self, action: Action) -> Answer:
        picked = {str(key): [str(each) for each in ids] for key, ids in dict(action.get("selections") or {}).items()}
        return await self._tapped(action, picked) or _went(
            await self._server.tap(_word(action, "as"), _word(action, "id"), _word(action, "key"), picked)
        )

    async def _menu(self, action: Action) -> Answer:
        return await self._tapped(action, {}) or _went(
            await self._server.menu(_word(action, "as"), _word(action, "id"), _word(action, "key"))
        )

    async def _tapped(self, action: Action, picked: dict[str, list[str]]) -> Answer | None:
        """A tap on a card of the robot; None where it is none."""
        if self._robot is None:
            return None
        went = await self._robot.tap(_word(action, "as"), _word(action, "id"), _word(action, "key"), picked)
        return None if went is None else _went(went)

    async def _enter(self, action: Action) -> Answer:
        return _went(await self._server.enter(_word(action, "as")))

    async def _voice(self, action: Action) -> Answer:
        said = recording(_word(action, "text"))
        return _went(await self._server.members.file(_word(action, "as"), "voice", "voice.amr", said))

    async def _location(self, action: Action) -> Answer:
        where = float(action["latitude"]), float(action["longitude"])
        return _went(await self._server.members.location(_word(action, "as"), *where, _word(action, "label")))

    async def _link(self, action: Action) -> Answer:
        url = _word(action, "url")
        title = str(action.get("title") or url)
        return _went(await self._server.members.link(_word(action, "as"), title, "", url))

    async def _click(self, action: Action) -> Answer:
        return _went(await self._server.members.click(_word(action, "as"), _word(action, "key")))

    async def _fault(self, action: Action) -> Answer:
        """Switch a fault of one messenger on, for one of every few calls, or off."""
        self._faults.turn(_word(action, "messenger"), _word(action, "name"), on=bool(action.get("on")))
        return {"ok": True}

    async def _around(self, action: Action) -> Answer:
        face = self._outside if action["type"] == "outside" else self._staff
        return _went(await face.do(action))

    async def _group_say(self, action: Action) -> Answer:
        if self._robot is not None and self._robot.knows(_word(action, "chat")):
            await self._robot.say(_word(action, "chat"), _word(action, "as"), _word(action, "text"))
            return {"ok": True}
        shown = await self._server.group_say(_word(action, "chat"), _word(action, "as"), _word(action, "text"))
        return {"ok": True, "message_id": shown.id}

    async def _shift(self, action: Action) -> Answer:
        by = _word(action, "by")
        if by == "tomorrow":
            self._clock.move_to(self._next_morning())
        elif by in STEPS:
            self._clock.advance(STEPS[by])
        else:
            return _no(WRONG)
        return {"ok": True}

    def _next_morning(self) -> datetime:
        today = self._clock.now().astimezone(self._zone).date()
        return datetime.combine(today + timedelta(days=1), MORNING, self._zone).astimezone(UTC)


def _word(action: Action, name: str) -> str:
    value = action.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _went(delivery: Delivery) -> Answer:
    return {"ok": True, "accepted": delivery.accepted, "message_id": delivery.message_id}


def _no(error: str) -> Answer:
    return {"ok": False, "error": error}
