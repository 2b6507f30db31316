"""A command on its way: what was said of it, what was answered since, and the one thing that is asked next.

A handler asks an `Order` for its arguments. What is missing or not clear is asked for, once, by raising `Asks`; the
answer, typed or tapped, carries the order out with everything that was said before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal, TypeAlias

from bot import pointed, values
from bot.asks import Asks, gathered, together
from bot.context import Context
from bot.message import Message, Reply
from bot.nlp.parsed import Command, Parsed, Words
from config.calendar import is_working
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.policy import SELLING, NotYours
from domain.services import colleagues, orders, todos
from domain.services.people import Known
from domain.services.todos import Deed
from domain.views import lookup, placing
from domain.views.lookup import ContactHit, Option

# What an argument is, which says how an answer to its question is read and offered.
Sort: TypeAlias = Literal[
    "customer", "person", "contact", "deal", "task", "reminder", "value", "choice", "time", "amount"
]
OFFERED = 5
_ID = "#"  # in front of the key of a row that was picked; all else is words
NO_DAY = "none"
DONE = orders.ORDERED  # the outcome of a message that was carried out


@dataclass(slots=True, kw_only=True)
class Order:
    """One command and everything that is known of it. `given` are answers: argument to words, or to `#` and a key.
    `carried` says that its customer was taken over from the thread."""

    ctx: Context
    inbox_id: int
    message: Message
    parsed: Parsed
    command: Command
    given: dict[str, str] = field(default_factory=dict)
    carried: bool = False

    @property
    def text(self) -> str:
        """The words of the command as they were typed."""
        return self.message.text.strip()

    def words(self, name: str) -> str:
        """An argument in words: as answered, else as said; empty where it is missing."""
        if name in self.given:
            return self.given[name]
        said: Words | None = getattr(self.command, name)
        return said.text if said is not None else ""

    def picked(self, name: str) -> int | None:
        """The row that was picked for an argument."""
        answer = self.given.get(name, "")
        return int(answer[1:]) if answer.startswith(_ID) and answer[1:].isdigit() else None

    # -- asking ----------------------------------------------------------------------------------------------------

    def asks(
        self,
        name: str,
        sort: Sort,
        question: str,
        *,
        offered: Sequence[int] = (),
        choices: Sequence[tuple[str, str]] = (),
        about: int | None = None,
    ) -> Asks:
        """The question about one argument, to be raised: `offered` are rows of its sort, `choices` are (answer, label).
        The next line typed answers too."""
        given: dict[str, JSON] = {**self.given}
        self.ctx.ask("order.fill", inbox=self.inbox_id, slot=name, sort=sort, given=given)
        if not offered and not choices:
            return Asks(Reply("plain.text", {"text": question}))
        params: dict[str, JSON] = {"inbox": self.inbox_id, "name": name, "sort": sort, "question": question}
        params |= {"given": given, "offered": list(offered), "choices": [list(choice) for choice in choices]}
        if about is not None:
            params["about"] = about
        return Asks(Reply("order.ask", params, Ref("inbox", self.inbox_id)))

    async def at_once(self, *wanted: Coroutine[Any, Any, Any]) -> list[Any]:
        """What each of them gives. Where two or three would ask, they ask on one card, each with its list; the line
        typed next answers the first. What was asked for beside it and is not known comes as None."""
        found, asking = await gathered(wanted)
        first = next((asks for asks in asking if not asks.optional), None)
        if first is None:
            return found
        if first.is_list:
            asked = first.reply.params
            self.ctx.ask(
                "order.fill", inbox=self.inbox_id, slot=asked["name"], sort=asked["sort"], given={**self.given}
            )
        raise together(first, asking, found)

    # -- arguments -------------------------------------------------------------------------------------------------

    async def customer(self, question: str = "哪家？") -> Option:
        """The customer that is meant, which the sender may see; of a colleague's no more than whose it is."""
        found = await self._customer(question)
        if not found.visible:
            raise NotYours(found.name, found.owner)
        return found

    async def any_customer(self, question: str = "哪家？") -> Option:
        """The same, also where it is a colleague's."""
        return await self._customer(question)

    async def nobodys(self) -> bool:
        """Whether what was said for a customer and for a colleague names neither: then it may be no order at all."""
        ctx, customer, to, span = self.ctx, self.command.customer, self.command.to, self.command.span
        if self.given or to is None or colleagues.called(await colleagues.active(ctx.uow.session), to.text):
            return False
        if customer is None:
            return span.end - span.start < len(self.text)  # 合同转给法务了: words of an order in a longer message
        found = ctx.names.find(customer.text)
        return found.match is None and not found.candidates

    async def customer_of(self, question: str, offered: Sequence[int], *, only: bool = False) -> Option:
        """The same, where it is none that was talked about but one of these; `only`: for a name that none in the
        pool has no other customers are offered."""
        return await self._customer(question, offered, only=only)

    async def _customer(self, question: str, offered: Sequence[int] | None = None, *, only: bool = False) -> Option:
        ctx, session = self.ctx, self.ctx.uow.session
        if (picked := self.picked("customer")) is not None:
            return await lookup.option(session, ctx.actor, picked)
        wording = self.words("customer")
        if wording:
            return await self._named(wording, question, offered if only else None)
        if self.command.contact is not None and (there := await self._of_contact(self.command.contact.text)):
            return there
        pointed = any(reference.kind == "customer" for reference in self.parsed.refers)
        vague = "客户" in self.text  # 把客户转给李明 may mean any
        if ctx.topic is not None and (pointed or (offered is None and not vague)):
            self.carried = True
            return await lookup.option(session, ctx.actor, ctx.topic)
        near = offered if offered is not None else await placing.recent(session, ctx.actor)
        raise self.asks("customer", "customer", question if near else f"{question}客户名直接回我", offered=near)

    async def _named(self, wording: str, question: str, among: Sequence[int] | None = None) -> Option:
        session, actor = self.ctx.uow.session, self.ctx.actor
        if among and "customer" in self.given:  # 华星 behind 领哪家？ is the one of that name in the pool
            near = [int(i) for i, *_ in self.ctx.names.find(wording).candidates]
            free = [option for option in await lookup.by_ids(session, actor, near) if option.owner_id is None]
            if len(free) == 1:
                return free[0]
        match await lookup.resolve(session, actor, self.ctx.names, wording):
            case lookup.One(customer_id) | lookup.Colleague(customer_id):
                return await lookup.option(session, actor, customer_id)
            case lookup.Several(options) | lookup.Alike(options) if among is None:
                raise self.asks("customer", "customer", question, offered=[o.customer_id for o in options[:OFFERED]])
            case found if among is not None:
                options = found.options if isinstance(found, (lookup.Several, lookup.Alike)) else ()
                if there := [o.customer_id for o in options if o.owner_id is None]:
                    raise self.asks("customer", "customer", question, offered=there[:OFFERED])
                if not among:
                    raise Refused(f"公海里没有「{wording[:20]}」")
                raise self.asks("customer", "customer", f"公海里没有「{wording[:12]}」，{question}", offered=among)
            case _:
                raise self.asks("customer", "customer", f"没有「{wording[:20]}」这家客户，客户名直接回我")

    async def _of_contact(self, called: str) -> Option | None:
        """The one customer at which somebody is called so, the one talked about before others."""
        hits = await lookup.people_called(self.ctx.uow.session, self.ctx.actor, called)
        places = list(dict.fromkeys(hit.customer_id for hit in hits))
        if self.ctx.topic in places:
            places, self.carried = [self.ctx.topic], True
        if not places:
            return None
        if len(places) > 1:
            raise self.asks("customer", "customer", f"哪家的{called}？", offered=places[:OFFERED])
        return await lookup.option(self.ctx.uow.session, self.ctx.actor, places[0])

    async def contact(self, customer: Option, question: str = "谁的？") -> ContactHit:
        """The person at a customer who is meant; its only one where nobody is named."""
        session, actor = self.ctx.uow.session, self.ctx.actor
        there = await lookup.people_at(session, actor, customer.customer_id)
        if (picked := self.picked("contact")) is not None:
            there = [hit for hit in there if hit.contact_id == picked]
        elif wording := self.words("contact"):
            there = await lookup.people_called(session, actor, wording, customer.customer_id)
            if not there:
                raise Refused(
                    f"{customer.name}没有联系人「{wording[:10]}」。先说「{customer.name}加个联系人{wording[:10]}」"
                )
        if not there:
            raise Refused(f"{customer.name}还没有联系人。先说「{customer.name}加个联系人王总」")
        if len(there) > 1:
            ids = [hit.contact_id for hit in there[:OFFERED]]
            raise self.asks("contact", "contact", question, offered=ids, about=customer.customer_id)
        return there[0]

    async def colleague(self, question: str, *, about: int | None = None) -> Known:
        """The colleague who is named."""
        everybody = await colleagues.active(self.ctx.uow.session)
        found: list[Known] = []
        if (picked := self.picked("to")) is not None:
            found = [person for person in everybody if person.id == picked]
        elif wording := self.words("to"):
            found = [self.ctx.me] if wording == "我" else colleagues.called(everybody, wording)
            if not found:
                question = f"没找到同事「{wording[:10]}」，{question}"
        if len(found) == 1:
            return found[0]
        offered = [person.id for person in found[:OFFERED]] or self._near(everybody)
        raise self.asks("to", "person", question, offered=offered, about=about)

    def _near(self, everybody: Sequence[Known]) -> list[int]:
        """Whom to offer: those who sell, of the own team first."""
        me = self.ctx.me
        others = [p for p in everybody if p.id != me.id and p.roles & SELLING]
        return [p.id for p in sorted(others, key=lambda p: (p.team_id != me.team_id, p.id))[:OFFERED]]

    def deed(self, question: str) -> Deed:
        """What is to be done, with the time that was said of it."""
        if not (words := self.words("text")):
            raise self.asks("text", "value", question)
        answered = replace(self.message, text=words) if "text" in self.given else None
        read = self.ctx.reader.read(answered, self.ctx.names) if answered else self.parsed
        action = next((a for a in read.next_actions if answered or a.text == words), None)
        due = action.due if action and action.due else self.command.due
        if "due" in self.given:
            due = self._due
        if answered and due is None:
            due = values.moment(words, self.local)
        return Deed(text=action.text if action else words, due=due, before=action.before if action else False)

    def when(self, question: str) -> date | datetime:
        """The day or the local moment that is meant."""
        due = self._due
        if due is not None:
            return due
        raise self.asks("due", "time", question, choices=self._days())

    async def perhaps_when(self, question: str) -> date | datetime | None:
        """The same where it is well to know it, but need not be known: never asked by itself."""
        if self._due is not None or "due" in self.given or not self.words("text"):
            return self._due
        asks = self.asks("due", "time", question, choices=[(NO_DAY, "不急"), *self._days()])
        raise Asks(asks.reply, optional=True)

    @property
    def _due(self) -> date | datetime | None:
        return values.moment(self.given["due"], self.local) if "due" in self.given else self.command.due

    def _days(self) -> list[tuple[str, str]]:
        """The likely days: tomorrow, and Monday."""
        today = self.ctx.moment.today
        monday = today + timedelta(days=7 - today.weekday())
        days = {monday: "下周一", today + timedelta(days=1): "明天"}
        return [(day.isoformat(), days[day]) for day in sorted(days) if is_working(day)]

    @property
    def day(self) -> date | None:
        """The day of the time that was said."""
        due = self.command.due
        return due.date() if isinstance(due, datetime) else due

    @property
    def local(self) -> datetime:
        """When the command was given, in the company's zone."""
        return self.message.sent_at.astimezone(self.ctx.moment.zone)

    async def task(self, question: str) -> int:
        """The open to-do of the sender that is meant."""
        if (picked := self.picked("task")) is not None:
            return picked
        uow, words = self.ctx.uow, self.words("text")
        found = await pointed.among(self.ctx, words, partial(todos.meant, uow))
        return self._one("task", question, words, found, await todos.meant(uow, ""), "待办")

    async def reminder(self, question: str, *, day: date | None = None) -> int:
        """The waiting reminder of the sender that is meant."""
        if (picked := self.picked("reminder")) is not None:
            return picked
        uow, local, words = self.ctx.uow, self.ctx.moment, self.words("text")
        found = await pointed.among(self.ctx, words, partial(todos.reminders_meant, uow, local=local, day=day))
        return self._one("reminder", question, words, found, await todos.reminders_meant(uow, "", local=local), "提醒")

    def _one(
        self,
        name: Literal["task", "reminder"],
        question: str,
        words: str,
        found: list[int],
        every: list[int],
        what: str,
    ) -> int:
        """The one that was found; asked for where there are several, or where the words mean none of them."""
        if len(found) == 1:
            return found[0]
        if not every:
            raise Refused(f"没有在等的{what}")
        if not found and words:
            question = f"没找到「{words[:10]}」，{question}"
        if name == "reminder" and self.day is not None and not words and not found:
            raise Refused("那天没有在等的提醒。说「我的提醒」看都有哪些")
        raise self.asks(name, name, question, offered=(found or every)[:OFFERED])

    # -- answering -------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Begin a change of its own, so that it can be taken back apart from everything else."""
        await self.ctx.uow.begin_change()

    async def done(self, did: str, customer_id: int | None = None, **more: JSON) -> Reply:
        """What was changed since `begin`, on a card with its way back."""
        ctx = self.ctx
        changed = ctx.uow.change_set
        await ctx.uow.flush()
        if not any(entry["change_set"] == changed for entry in ctx.uow.audited):
            raise Refused("本来就是这样，没改")
        await ctx.uow.begin_change()
        await self.settle()
        if customer_id is not None:
            ctx.talk_about(customer_id)
        params: dict[str, JSON] = {"changes": changed, "did": did, "customer": customer_id, **more}
        if self.carried:
            params["carried"] = True
        return Reply("order.done", params, Ref("inbox", self.inbox_id))

    async def settle(self) -> None:
        """It is carried out: what was asked about it is not open any more."""
        if self.inbox_id != self.ctx.inbox_id:
            await orders.settle(self.ctx.uow, self.inbox_id)
        self.ctx.outcome = DONE


Handler: TypeAlias = Callable[[Context, Order], Awaitable[Reply | None]]


async def carry_out(ctx: Context, order: Order) -> Reply | None:
    """What becomes of an order: its answer, or the question about what is missing; None where nobody takes it."""
    handler: Handler | None = ctx.orders.get(order.command.kind)
    if handler is None:
        return None
    try:
        return await handler(ctx, order)
    except Asks as asks:
        ctx.outcome = "asked"
        return asks.reply


def of(ctx: Context) -> Order | None:
    """The command that the message gives."""
    if ctx.parsed.command is None:
        return None
    return Order(ctx=ctx, inbox_id=ctx.inbox_id, message=ctx.message, parsed=ctx.parsed, command=ctx.parsed.command)


async def again(ctx: Context, inbox_id: int, given: Mapping[str, str]) -> Order | None:
    """An earlier command of the same sender with what was answered since; None where it is carried out."""
    message, parsed = await ctx.said(inbox_id)
    if parsed.command is None or await orders.settled(ctx.uow, inbox_id):
        return None
    return Order(ctx=ctx, inbox_id=inbox_id, message=message, parsed=parsed, command=parsed.command, given=dict(given))
