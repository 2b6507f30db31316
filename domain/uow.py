"""One unit of work: the session, on whose behalf, why, when, and what must follow from it.

A service receives a unit and never commits, so one message is one transaction. What somebody has to be told and
what has to happen later are rows of the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, Table, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col

from config import tracing
from domain import leasing, recording
from domain.actor import JSON, Actor, Address, Cause, Ref, ReplyHandle
from domain.addressing import addressed
from domain.errors import NotFound
from domain.leasing import Hands
from domain.prepared import Prepared, keep, kept
from domain.tables import Account, AuditEntry, CustomerShare, Due, Outbox, Person, Team
from domain.tables.base import Record, Row
from domain.urgency import urgency_of

if TYPE_CHECKING:
    from domain.stores import Writing

R = TypeVar("R", bound=Row)
RECENT_UPDATES = 20
_RIGHTS = frozenset({Person.kind, Team.kind, CustomerShare.kind})


class UnitOfWork:
    """See the module. `change_set` names everything that this unit changes, for the audit and for undo."""

    def __init__(
        self,
        session: Writing,
        *,
        actor: Actor,
        cause: Cause,
        now: datetime,
        change_set: str,
        hands: Hands | None = None,
        mirrors: bool = False,
    ) -> None:
        self._mirrors = mirrors
        self.session = session
        self.actor = actor
        self.cause = cause
        self.now = now
        self.change_set = change_set
        self.audited: list[dict[str, Any]] = []
        self._tells: list[tuple[Address, dict[str, Any]]] = []
        self._dues: list[dict[str, Any]] = []
        self._told = 0
        self._hands = hands
        self.leased: Outbox | None = None  # what is told first, for who stands by to send it once this is committed
        self._known: dict[int, list[Account]] = {}
        self._answer: tuple[str, str, ReplyHandle] | None = None
        self.touched: set[str] = set()  # what else the process has to look at again once this is committed
        self.has_today: bool | None = None  # whether a list of this day stands in the actor's chat; None: not looked up

    def know(self, accounts: Iterable[Account]) -> None:
        """All accounts of a person, read already."""
        for account in accounts:
            self._known.setdefault(account.person_id, []).append(account)

    def answer_with(self, channel: str, recipient: str, handle: ReplyHandle) -> None:
        """Give what is told there first the messenger's own way to answer the message that is being handled."""
        self._answer = (channel, recipient, handle)

    # -- rows ------------------------------------------------------------------------------------------------------

    async def add(self, row: R) -> R:
        """Store a new row and give it its key at once. It costs a flush of the session a third of what it is spared."""
        if self.session.new:
            await self.session.flush()
        kind = type(row)
        values = {name: row.__dict__.get(name) for name in _columns(kind)}
        row.__dict__["id"] = await _insertion(kind).insert(self.session, values)  # as read, and not as assigned
        keep(self.session.sync_session, row)
        if isinstance(row, Record):
            recording.inserted(self, row)
        return row

    async def get(self, kind: type[R], row_id: int) -> R:
        """The row, or `NotFound`; one that was taken back counts as not there."""
        row = await self.find(kind, row_id)
        if row is None or (isinstance(row, Record) and row.gone_at is not None):
            raise NotFound
        return row

    async def find(self, kind: type[R], row_id: int) -> R | None:
        """The row, taken back or not; None where there is none. One that was read already costs nothing."""
        return kept(self.session, kind, row_id) or await self.session.get(kind, row_id)

    async def lock(self, kind: type[R], row_id: int) -> R:
        """The row as it is now, held until the unit ends. On SQLite the unit is alone: what it read before stands."""
        row: R | None = self._read_already(kind, row_id)
        if row is None:
            await self.flush()
            found = await self.session.execute(_locking(kind), {"row": row_id}, execution_options=_FRESH)
            row = found.scalar_one_or_none()
        if row is None or (isinstance(row, Record) and row.gone_at is not None):
            raise NotFound
        return row

    def _read_already(self, kind: type[R], row_id: int) -> R | None:
        if self.session.get_bind().dialect.name != "sqlite":
            return None
        return kept(self.session, kind, row_id)

    async def flush(self) -> None:
        """Write what was assigned or added so far."""
        if not self.session.sync_session.written():
            await self.session.flush()

    async def begin_change(self) -> str:
        """Start a change set of its own for what follows, so that it can be undone apart; returns its name."""
        await self.flush()
        self.change_set = uuid.uuid4().hex
        return self.change_set

    # -- what follows ----------------------------------------------------------------------------------------------

    def tell(
        self,
        to: Address,
        kind: str,
        subject: Ref | None = None,
        /,
        *,
        key: str | None = None,
        after: datetime | None = None,
        **params: JSON,
    ) -> None:
        """Have a card of this kind sent, drawn at that moment as the recipient may see it. The same key is told
        once."""
        self._told += 1
        self._tells.append((to, self._outbox(kind, subject, params, key=key, due_at=after or self.now)))

    def redraw(
        self,
        target: Outbox,
        kind: str,
        subject: Ref | None,
        handle: ReplyHandle | None = None,
        /,
        *,
        after: datetime | None = None,
        **params: JSON,
    ) -> None:
        """Change a sent card in place into a card of this kind; of two changes in one unit the later one stands."""
        self._tells = [(to, row) for to, row in self._tells if row["target_id"] != target.id]
        self._told += 1
        row = self._outbox(kind, subject, params, key=None, due_at=after or self.now)
        row |= {"mode": "update", "target_id": target.id, "handle": _handle(handle)}
        row |= {"channel": target.channel, "recipient": target.recipient, "person_id": target.person_id}
        row["lane"] = f"{target.channel}:{target.recipient}"
        self._tells.append((Address.account(target.channel, target.recipient), row))

    async def refresh(
        self,
        subject: Ref,
        *,
        only: int | None = None,
        kinds: Iterable[str] | None = None,
        becomes: Ref | None = None,
        turning: Mapping[str, str] | None = None,
        **params: JSON,
    ) -> list[Outbox]:
        """Redraw the live cards about `subject`: everybody's, or one person's. Returns the deliveries that will change.

        A card redrawn keeps its kind, unless `turning` names another for it; `params` are laid over those that it was
        sent with, and it is about `becomes` from then on, if that is given.
        """
        await self.flush()
        query = select(Outbox).where(
            col(Outbox.subject_kind) == subject.kind,
            col(Outbox.subject_id) == subject.id,
            col(Outbox.mode) == "send",
            col(Outbox.state).in_(("waiting", "done")),
        )
        if only is not None:
            query = query.where(col(Outbox.person_id) == only)
        if kinds is not None:
            query = query.where(col(Outbox.kind).in_(list(kinds)))
        query = query.order_by(col(Outbox.id).desc()).limit(RECENT_UPDATES)
        rows = list((await self.session.execute(query)).scalars())
        for row in rows:
            kind = (turning or {}).get(row.kind, row.kind)
            self.redraw(row, kind, becomes or subject, **{**row.params, **params})
        return rows

    def later(self, kind: str, subject: Ref, due_at: datetime, *, key: str, **params: JSON) -> None:
        """Have the job of this kind run at `due_at`; the same key is planned once."""
        self._dues.append(
            {
                "lane": f"{subject.kind}:{subject.id}",
                "due_at": due_at,
                "state": "waiting",
                "fence": 0,
                "failures": 0,
                "leases_lost": 0,
                "last_error": "",
                "trace": tracing.current().trace,
                "key": key,
                "kind": kind,
                "subject_kind": subject.kind,
                "subject_id": subject.id,
                "params": params,
                "created_at": self.now,
            }
        )

    async def call_off(self, subject: Ref, kind: str | None = None) -> None:
        """Cancel what was to happen later about `subject`."""
        self._dues = [d for d in self._dues if (d["subject_kind"], d["subject_id"]) != (subject.kind, subject.id)]
        statement = update(Due).where(
            col(Due.subject_kind) == subject.kind, col(Due.subject_id) == subject.id, col(Due.state) == "waiting"
        )
        if kind is not None:
            statement = statement.where(col(Due.kind) == kind)
        await self.session.execute(statement.values(state="cancelled"))

    async def close(self) -> None:
        """Write what was gathered; the database commits after it."""
        await self.flush()
        await self._write_tells()
        if self._mirrors:
            self._mirror()
        await self._insert_once(Due, self._dues)
        if self.audited:
            await _AUDIT.many(self.session, self.audited)

    @property
    def has_told(self) -> bool:
        """Whether anything will be said because of this unit."""
        return self._told > 0

    @property
    def wakes(self) -> frozenset[str]:
        """The queues that got rows which are due."""
        queues = self.touched | ({"outbox"} if len(self._tells) > (self.leased is not None) else set())
        if any(d["due_at"] <= self.now for d in self._dues):
            queues.add("due")
        return frozenset(queues)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _mirror(self) -> None:
        """Have the tasks that changed brought up to date where messengers show them; each has a line of its own."""
        for entry in [each for each in self.audited if each["kind"] == "task"]:
            was = {"was": entry["changes"]["owner_id"][0]} if "owner_id" in entry["changes"] else {}
            key = f"mirror-{entry['row_id']}-{self.change_set[:20]}-{len(self._dues)}"
            self.later("mirror.task", Ref("mirror", entry["row_id"]), self.now, key=key, **was)

    def _outbox(
        self, kind: str, subject: Ref | None, params: dict[str, JSON], *, key: str | None, due_at: datetime
    ) -> dict[str, Any]:
        return {
            "lane": "",
            "due_at": due_at,
            "state": "waiting",
            "fence": 0,
            "failures": 0,
            "leases_lost": 0,
            "last_error": "",
            "trace": tracing.current().trace,
            "key": key or f"{self.change_set[:20]}-{self._told}",
            "channel": "",
            "recipient": "",
            "person_id": None,
            "kind": kind,
            "params": params,
            "subject_kind": subject.kind if subject else None,
            "subject_id": subject.id if subject else None,
            "mode": "send",
            "target_id": None,
            "handle": None,
            "cause_kind": self.cause.kind,
            "cause_id": self.cause.id,
            "cause_at": tracing.current().since,
            "shown": [],
            "attempts": 0,
            "created_at": self.now,
        }

    async def _write_tells(self) -> None:
        if not self._tells:
            return
        wanted = {int(to.id) for to, _ in self._tells if to.kind == "person"}
        me = self.actor.person_id
        accounts = await self._accounts(wanted | ({me} if me is not None else set()))
        if (missing := wanted - accounts.keys()) and me in accounts:
            await self._say_who_is_not_reached(missing)
        self._tells = [(to, row) for to, row in self._tells if await addressed(self.session, to, row, accounts)]
        for to, row in self._tells:
            row["lane"] = f"{row['channel']}:{row['recipient']}"
            row["urgency"] = urgency_of(row, me, news=to.kind in ("team", "alerts"))
        if not self._tells:
            return
        if self._answer is not None:
            self._hand_over(*self._answer)
        first, *others = (row for _, row in self._tells)
        if not await self._lease(first):
            others.insert(0, first)
        await self._insert_once(Outbox, others)

    def _hand_over(self, channel: str, recipient: str, handle: ReplyHandle) -> None:
        for _, row in self._tells:
            if (row["channel"], row["recipient"], row["mode"]) == (channel, recipient, "send"):
                row["handle"] = _handle(handle)
                return

    async def _lease(self, row: dict[str, Any]) -> bool:
        """Store a delivery that is due for who stands by to send it; False where nobody does."""
        if self._hands is None or row["state"] != "waiting" or row["due_at"] > self.now:
            return False
        if (lease := self._hands.spare(row["channel"])) is None:
            return False
        given = row | {"b_lane": row["lane"], "b_until": self.now + lease}
        returned = await _insertion_leased().first(self.session, **given)
        if returned is not None and returned[1] is not None:
            self.leased = leasing.stored(Outbox, row | {"viewer": self._seen_by(row["person_id"])}, returned)
        return True

    def _seen_by(self, person_id: int | None) -> Actor | None:
        """As whom the person is shown something, if that is who acts, and nothing was changed that it depends on."""
        if person_id is None or person_id != self.actor.person_id:
            return None
        return None if any(entry["kind"] in _RIGHTS for entry in self.audited) else self.actor

    async def _say_who_is_not_reached(self, missing: set[int]) -> None:
        """Somebody has no account on any messenger: the person who acts learns it, and what to do."""
        names = (await self.session.scalars(select(col(Person.name)).where(col(Person.id).in_(missing)))).all()
        text = f"没发到{'、'.join(names)}（还没有账号）。让管理员把他加进来，或换个人"
        self.tell(Address.person(self.actor.require_person()), "plain.text", text=text)

    async def _accounts(self, people: set[int]) -> dict[int, list[Account]]:
        if unknown := people - self._known.keys():
            query = select(Account).where(col(Account.person_id).in_(unknown))
            self.know((await self.session.execute(query)).scalars())
        return self._known

    async def _insert_once(self, table: type[Due] | type[Outbox], rows: list[dict[str, Any]]) -> None:
        if rows:
            await _insertion_once(table, self.session.get_bind().dialect.name).many(self.session, rows)


_FRESH = {"populate_existing": True}


@cache
def _locking(kind: type[R]) -> Select[R]:
    return select(kind).where(col(kind.id) == bindparam("row")).with_for_update()


def _table(kind: type[Row]) -> Table:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return table


@cache
def _columns(kind: type[Row]) -> tuple[str, ...]:
    return tuple(column.name for column in _table(kind).columns if column.name != "id")


@cache
def _insertion(kind: type[Row]) -> Prepared:
    """One new row of a table; the statement is made once."""
    return Prepared(insert(_table(kind)).values({name: bindparam(name) for name in _columns(kind)}))


@cache
def _insertion_once(table: type[Due] | type[Outbox], dialect: str) -> Prepared:
    """New rows of a queue; those whose key is there already stay out."""
    once = pg_insert if dialect == "postgresql" else sqlite_insert
    values: dict[str, Any] = {name: bindparam(name, None) for name in _columns(table)}
    return Prepared(once(_table(table)).values(values).on_conflict_do_nothing(index_elements=["key"]))


@cache
def _insertion_leased() -> Prepared:
    """A new delivery that is leased, where one process at a time writes; nothing where its key is there already."""
    values: dict[str, Any] = {name: bindparam(name, None) for name in _columns(Outbox)} | leasing.leased(Outbox)
    statement = sqlite_insert(_table(Outbox)).values(values).on_conflict_do_nothing(index_elements=["key"])
    return Prepared(statement.returning(*(_table(Outbox).c[name] for name in leasing.RETURNED)))


_AUDIT = Prepared(insert(_table(AuditEntry)).values({name: bindparam(name) for name in _columns(AuditEntry)}))


def _handle(handle: ReplyHandle | None) -> dict[str, Any] | None:
    if handle is None:
        return None
    return {"data": dict(handle.data), "expires_at": handle.expires_at.isoformat() if handle.expires_at else None}
