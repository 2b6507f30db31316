"""Which handler takes a message: buttons, commands, an open question, orders, acts; in this order.

A handler module makes a `Router` and decorates its functions. A handler reads like the conversation: understand, do one
thing through a service, answer with a `Reply`. The Reply to a text is a new card; the Reply to a tap redraws the tapped
card. None from a question's or an act's handler means 'not mine', and the next one is asked.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

from bot import orders
from bot.context import Context
from bot.message import Reply
from bot.nlp.parsed import Act
from bot.questions import LET_BE, Wants, answers, cancels
from cards.model import Action
from cards.picked import Picked
from domain.errors import Refused

Handler = Callable[..., Awaitable[Reply | None]]
H = TypeVar("H", bound=Handler)
T = TypeVar("T")


LARGEST = 2**63  # beyond it no database keeps a number
# Acts that are a matter of their own: after one of them a line is no answer to what was asked before it.
_MATTERS = frozenset({"note", "correct", "apply", "approve", "refuse", "undo"})


@dataclass(frozen=True, slots=True)
class _Question:
    handler: Handler
    wants: Wants | None
    lasting: bool
    unasked: bool


class StaleButton(Refused):
    """A button of an earlier release, or one that was tampered with."""

    said = "这个按钮不能用了，直接说你要做什么就行"


class Router:
    """One module's handlers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.actions: dict[str, Handler] = {}
        self.questions: dict[str, _Question] = {}
        self.commands: dict[str, Handler] = {}
        self.acts: dict[str, Handler] = {}
        self.orders: dict[str, orders.Handler] = {}
        self.comings: dict[str, Handler] = {}

    def action(self, name: str) -> Callable[[H], H]:
        """A button's function: `(ctx, *params)`, the parameters converted by their annotations (int, str, or
        `Picked` for what was picked on a card of ticks or lists)."""
        return _into(self.actions, name)

    def answer(
        self, question: str, *, wants: Wants | None = None, lasting: bool = False, unasked: bool = False
    ) -> Callable[[H], H]:
        """Takes a line typed after `ctx.ask(question, ...)`: `(ctx, **params)`.

        Only lines that fit `wants` come to the handler; None lets it judge by itself. The question stays open until it
        is answered, taken back (算了), a button is tapped, half an hour has passed, or another matter was begun; the
        last does not close a `lasting` one, whose answer is like nothing else. An `unasked` one is only expected, so
        that 等会再说 takes nothing back.
        """

        def register(handler: H) -> H:
            _merge(self.questions, {question: _Question(handler, wants, lasting, unasked)})
            return handler

        return register

    def command(self, *texts: str) -> Callable[[H], H]:
        """These very words, whatever else they might mean."""
        return _into(self.commands, *texts)

    def order(self, *kinds: str) -> Callable[[orders.Handler], orders.Handler]:
        """A command of this kind, with its arguments: `(ctx, order)`; see `bot.orders`."""

        def register(handler: orders.Handler) -> orders.Handler:
            _merge(self.orders, dict.fromkeys(kinds, handler))
            return handler

        return register

    def act(self, *acts: Act) -> Callable[[H], H]:
        """What understanding found that the person wants."""
        return _into(self.acts, *acts)

    def comes(self, kind: str) -> Callable[[H], H]:
        """A message of this kind that is no words: file, place, link; `spoken` comes after words that were spoken."""
        return _into(self.comings, kind)


class Routes:
    """All routers together; two handlers for one thing are a bug found at start."""

    def __init__(self, routers: tuple[Router, ...]) -> None:
        self._actions: dict[str, Handler] = {}
        self._questions: dict[str, _Question] = {}
        self._commands: dict[str, Handler] = {}
        self._acts: dict[str, list[Handler]] = {}
        self.orders: dict[str, orders.Handler] = {}
        self._comings: dict[str, Handler] = {}
        for router in routers:
            _merge(self.orders, router.orders)
            _merge(self._actions, router.actions)
            _merge(self._questions, router.questions)
            _merge(self._commands, router.commands)
            _merge(self._comings, router.comings)
            for act, handler in router.acts.items():
                self._acts.setdefault(act, []).append(handler)

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._actions)

    async def tap(self, ctx: Context, action: Action) -> Reply | None:
        handler = self._actions.get(action.name)
        if handler is None:
            raise StaleButton
        ctx.thread.question = None  # the button is what the person wants now; its handler may ask anew
        return await handler(ctx, *_converted(handler, action.params))

    async def coming(self, ctx: Context, kind: str) -> Reply | None:
        """What answers a message that is no words."""
        handler = self._comings.get(kind)
        return await handler(ctx) if handler is not None else None

    async def text(self, ctx: Context) -> Reply | None:
        """The first answer, or None where nobody takes it."""
        asked = ctx.thread.question if _open(ctx) else None
        ctx.thread.question = None
        question = self._questions.get(asked["name"]) if asked is not None else None
        if command := self._commands.get(ctx.text.strip("。！!？? ")):
            reply = await command(ctx)
        else:
            if asked is not None and question is not None:
                reply = await _answered(ctx, question, asked["params"])
                if reply is not None or ctx.uow.has_told:
                    return reply
            reply = await self._ordered(ctx)
        if question is not None and ctx.thread.question is None:
            ctx.thread.question = asked if question.lasting or not _is_a_matter(ctx) else None
        return reply

    async def _ordered(self, ctx: Context) -> Reply | None:
        """A command by its handler, if it has one; else what is wanted."""
        order = orders.of(ctx)
        if order is not None:
            reply = await orders.carry_out(ctx, order)
            if reply is not None or ctx.uow.has_told:
                return reply
        return await self._act(ctx)

    async def _act(self, ctx: Context) -> Reply | None:
        for handler in self._acts.get(ctx.parsed.act, []):
            reply = await handler(ctx)
            if reply is not None or ctx.uow.has_told:
                return reply
        return None


async def _answered(ctx: Context, question: _Question, params: dict[str, Any]) -> Reply | None:
    """The answer to an open question, or None where the line is something else."""
    if cancels(ctx.text):
        if question.unasked:
            return None
        ctx.here(Reply("plain.text", {"text": LET_BE}))
        return None
    if question.wants is not None and answers(ctx.parsed, ctx.text, wants=question.wants) != "taken":
        return None
    return await question.handler(ctx, **params)


def _is_a_matter(ctx: Context) -> bool:
    return ctx.parsed.act in _MATTERS or ctx.outcome == orders.DONE


def _open(ctx: Context) -> bool:
    until = ctx.thread.question_until
    return until is not None and until >= ctx.uow.now


def _into(table: dict[str, Handler], *names: str) -> Callable[[H], H]:
    def register(handler: H) -> H:
        made: dict[str, Handler] = dict.fromkeys(names, handler)
        _merge(table, made)
        return handler

    return register


def _merge(into: dict[str, T], more: Mapping[str, T]) -> None:
    if both := into.keys() & more.keys():
        raise ValueError(f"two handlers for {sorted(both)}")
    into.update(more)


def _converted(handler: Handler, params: tuple[str, ...]) -> list[Any]:
    """The button's strings as the handler's annotations want them."""
    hints = _hints(handler)
    wanted = list(inspect.signature(handler).parameters.values())[1:]
    required = sum(p.default is inspect.Parameter.empty for p in wanted)
    if not required <= len(params) <= len(wanted):
        raise StaleButton
    try:
        return [_as(hints.get(p.name), value) for p, value in zip(wanted, params, strict=False)]
    except ValueError:
        raise StaleButton from None


def _as(wanted: Any, value: str) -> Any:
    if wanted is Picked:
        return Picked.unpack(value)
    return key(value) if wanted is int else value


_hints = cache(get_type_hints)


def key(value: str) -> int:
    """A number that a database key may be. Raises ValueError."""
    number = int(value)
    if abs(number) >= LARGEST:
        raise ValueError(value)
    return number
