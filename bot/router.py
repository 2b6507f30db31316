"""Which handler takes a message: buttons, an open question, commands, acts; in this order.

A handler module makes a `Router` and decorates its functions. A handler reads like the conversation: understand, do one
thing through a service, answer with a `Reply`. The Reply to a text is a new card; the Reply to a tap redraws the tapped
card. None from a question's or an act's handler means 'not mine', and the next one is asked.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_type_hints

from bot.context import Context
from bot.message import Reply
from bot.nlp.parsed import Act
from cards.model import Action
from domain.errors import Refused

Handler = Callable[..., Awaitable[Reply | None]]
H = TypeVar("H", bound=Handler)


LARGEST = 2**63  # beyond it no database keeps a number


class StaleButton(Refused):
    """A button of an earlier release, or one that was tampered with."""

    said = "这个按钮不能用了，直接说你要做什么就行"


class Router:
    """One module's handlers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.actions: dict[str, Handler] = {}
        self.questions: dict[str, Handler] = {}
        self.commands: dict[str, Handler] = {}
        self.acts: dict[str, Handler] = {}

    def action(self, name: str) -> Callable[[H], H]:
        """A button's function: `(ctx, *params)`, the parameters converted by their annotations (int or str)."""
        return _into(self.actions, name)

    def answer(self, question: str) -> Callable[[H], H]:
        """Takes the line typed after `ctx.ask(question, ...)`: `(ctx, **params)`."""
        return _into(self.questions, question)

    def command(self, *texts: str) -> Callable[[H], H]:
        """These very words, whatever else they might mean."""
        return _into(self.commands, *texts)

    def act(self, *acts: Act) -> Callable[[H], H]:
        """What understanding found that the person wants."""
        return _into(self.acts, *acts)


class Routes:
    """All routers together; two handlers for one thing are a bug found at start."""

    def __init__(self, routers: tuple[Router, ...]) -> None:
        self._actions: dict[str, Handler] = {}
        self._questions: dict[str, Handler] = {}
        self._commands: dict[str, Handler] = {}
        self._acts: dict[str, list[Handler]] = {}
        for router in routers:
            _merge(self._actions, router.actions)
            _merge(self._questions, router.questions)
            _merge(self._commands, router.commands)
            for act, handler in router.acts.items():
                self._acts.setdefault(act, []).append(handler)

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._actions)

    async def tap(self, ctx: Context, action: Action) -> Reply | None:
        handler = self._actions.get(action.name)
        if handler is None:
            raise StaleButton
        return await handler(ctx, *_converted(handler, action.params))

    async def text(self, ctx: Context) -> Reply | None:
        """The first answer, or None where nobody takes it."""
        asked = ctx.thread.question if _open(ctx) else None
        ctx.thread.question = None
        if asked is not None and (handler := self._questions.get(asked["name"])):
            reply = await handler(ctx, **asked["params"])
            if reply is not None or ctx.uow.has_told:
                return reply
        if command := self._commands.get(ctx.text.strip("。！!？? ")):
            return await command(ctx)
        for handler in self._acts.get(ctx.parsed.act, []):
            reply = await handler(ctx)
            if reply is not None or ctx.uow.has_told:
                return reply
        return None


def _open(ctx: Context) -> bool:
    until = ctx.thread.question_until
    return until is not None and until >= ctx.uow.now


def _into(table: dict[str, Handler], *names: str) -> Callable[[H], H]:
    def register(handler: H) -> H:
        _merge(table, dict.fromkeys(names, handler))
        return handler

    return register


def _merge(into: dict[str, Handler], more: dict[str, Handler]) -> None:
    if both := into.keys() & more.keys():
        raise ValueError(f"two handlers for {sorted(both)}")
    into.update(more)


def _converted(handler: Handler, params: tuple[str, ...]) -> list[Any]:
    """The button's strings as the handler's annotations want them."""
    hints = get_type_hints(handler)
    wanted = list(inspect.signature(handler).parameters.values())[1:]
    required = sum(p.default is inspect.Parameter.empty for p in wanted)
    if not required <= len(params) <= len(wanted):
        raise StaleButton
    try:
        return [_key(value) if hints.get(p.name) is int else value for p, value in zip(wanted, params, strict=False)]
    except ValueError:
        raise StaleButton from None


def _key(value: str) -> int:
    """A number that a database key may be."""
    number = int(value)
    if abs(number) >= LARGEST:
        raise ValueError(value)
    return number
