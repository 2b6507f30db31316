"""Every registered card, drawn from a database with the longest that people really put on record.

It keeps the budget, WeCom takes it, each of its buttons does something, and its words are those of a colleague.
"""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import pytest_asyncio

from bot.handlers.routers import ROUTERS
from bot.messenger import cards as wecom_cards
from bot.router import Handler, Routes
from cards import registry
from cards.budget import fit, overruns
from cards.model import Action, Button, Card
from cards.renderers import wecom
from cards.renderers.text import plain_text
from cards.renderers.wecom_markdown import markdown
from domain.when import Local
from tests.cards.lengthy import FULL, NEXT_YEAR, NOW, PRODUCT, SHORT, TEXT, ZONE
from tests.cards.longest import Longest, longest
from tests.cards.samples import SAMPLES, Sample

registry.load_builders()
KINDS = sorted(registry.kinds())
ACTIONS = Routes(ROUTERS).actions
HANDLERS: dict[str, Handler] = {name: handler for router in ROUTERS for name, handler in router.actions.items()}
NOT_OURS = re.compile(r"[您亲]|系统|机器人|智能")
NOT_A_LABEL = {"确定", "取消", "提交", "OK"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it was drawn: of which customer and when, and what its title must still say."""

    where: str
    says: str
    card: Card

    @property
    def fitted(self) -> Card:
        return fit(self.card)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return (*self.card.buttons, *self.card.more)

    @property
    def actions(self) -> list[Action]:
        """What its taps bring back; with a choice the picked option is the last parameter, with ticks or lists what was
        picked."""
        found = [b.action for b in self.buttons if isinstance(b.action, Action)]
        choice = self.card.choice
        if self.card.ticks is not None or self.card.lists is not None:
            return [action for _, action in self.card.typed()]
        return [a.picking(option) for a in found for option, _ in choice.options] if choice else found


class Everything:
    """Draws the samples of a kind, once."""

    def __init__(self, here: Longest) -> None:
        self._here = here
        self._drawn: dict[str, list[Drawn]] = {}

    async def of(self, kind: str) -> list[Drawn]:
        """With a customer's long name and with an endless one, today and next year."""
        if kind not in self._drawn:
            self._drawn[kind] = [d for sample in SAMPLES[kind] for d in await self._draw(kind, sample)]
        return self._drawn[kind]

    async def _draw(self, kind: str, sample: Sample) -> list[Drawn]:
        found = []
        viewer = await self._here.viewer(sample.viewer)
        for name, case in self._here.cases.items():
            params = sample.params(self._here, case)
            for now in (NOW, NEXT_YEAR):
                async with self._here.database.read() as session:
                    card = await registry.draw(session, viewer, Local(now, ZONE), kind, params)
                found.append(Drawn(f"{kind} {sample.says} {name} {now.year} {params}", sample.says, card))
        return found


@pytest_asyncio.fixture(scope="module")
async def every(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everything]:
    """The company with the long record, made once: nothing that is drawn changes it."""
    path = tmp_path_factory.mktemp("longest") / "genjin.db"
    shutil.copyfile(sqlite_template, path)
    async with longest(f"sqlite:///{path}") as here:
        yield Everything(here)


def test_the_samples_are_as_long_as_they_claim() -> None:
    assert (len(SHORT), len(FULL), len(PRODUCT)) == (12, 40, 30)
    assert len(TEXT) > 190


def test_every_registered_card_has_a_sample() -> None:
    assert sorted(SAMPLES) == KINDS


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_keeps_the_budget_with_the_longest_words(every: Everything, kind: str) -> None:
    over = {d.where: overruns(d.fitted) for d in await every.of(kind)}

    assert {where: lines for where, lines in over.items() if lines} == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_state_word_survives_in_the_title(every: Everything, kind: str) -> None:
    lost = {
        d.where: d.fitted.title or d.card.text
        for d in await every.of(kind)
        if d.says not in (d.fitted.title or d.card.text)
    }

    assert lost == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_buttons_are_few_short_and_told_apart(every: Everything, kind: str) -> None:
    wrong = {d.where: found for d in await every.of(kind) if (found := list(_wrong_buttons(d)))}

    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_button_has_a_handler_that_takes_its_parameters(every: Everything, kind: str) -> None:
    dead = {d.where: found for d in await every.of(kind) if (found := [a.pack() for a in d.actions if not _handled(a)])}

    assert dead == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_wecom_takes_the_card(every: Everything, kind: str) -> None:
    refused = {d.where: found for d in await every.of(kind) if (found := list(_refused(d.card)))}

    assert refused == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_speaks_like_a_colleague(every: Everything, kind: str) -> None:
    wrong = {d.where: found for d in await every.of(kind) if (found := list(_wrong_words(d)))}

    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_can_be_read_where_cards_do_not_work(every: Everything, kind: str) -> None:
    for found in await every.of(kind):
        assert plain_text(found.card).strip(), found.where


def _wrong_buttons(drawn: Drawn) -> Iterator[str]:
    card = drawn.card
    answers = len({b.action.name for b in card.buttons if isinstance(b.action, Action)}) == 1
    if len(card.buttons) > (6 if answers else 4):
        yield f"{len(card.buttons)} buttons"
    labels = [b.label for b in drawn.buttons]
    yield from (f"too long: {label}" for label in labels if len(label) > 6)
    yield from (f"twice: {label}" for label in sorted(set(labels)) if labels.count(label) > 1)
    yield from (f"no label: {label}" for label in labels if label in NOT_A_LABEL or not label)
    primary = [n for n, b in enumerate(drawn.buttons) if b.style == "primary"]
    if primary not in ([], [0]):
        yield f"primary is {primary}"


def _handled(action: Action) -> bool:
    """Whether the action is registered, and its handler takes these parameters."""
    if action.name not in ACTIONS:
        return False
    handler = HANDLERS[action.name]
    hints: dict[str, Any] = get_type_hints(handler)
    wanted = list(inspect.signature(handler).parameters.values())[1:]
    needed = [p for p in wanted if p.default is inspect.Parameter.empty]
    if not len(needed) <= len(action.params) <= len(wanted):
        return False
    given = zip(wanted, action.params, strict=False)
    return all(hints[p.name] is not int or value.isdecimal() for p, value in given)


def _refused(card: Card) -> Iterator[str]:
    """What WeCom would refuse, or cut on the phone's screen."""
    match wecom.form(card):
        case "text" | "file":
            yield from _over("text", len(wecom.text(card).encode()), wecom.TEXT_BYTES)
        case "markdown":
            yield from _over("markdown", len(markdown(card).encode()), 2048)
        case "template_card":
            wire = wecom.template_card(card, "task-1")
            wecom_cards.check(wire)
            yield from _cut(wire)
    if card.file is not None and card.title:
        wire = wecom.news(card, "https://pictures.example.com/1.png", "task-1")
        wecom_cards.check(wire)
        yield from _cut(wire)
    if not card.is_text and card.file is None:
        wire = wecom.replacement(card, "task-2")
        wecom_cards.check(wire, updating=True)
        yield from _cut(wire)


def _cut(wire: dict[str, Any]) -> Iterator[str]:
    """Lengths that WeCom advises (protocol 3.2): what is longer is cut on the screen."""
    title, facts = wire["main_title"], wire.get("horizontal_content_list", [])
    yield from _over("title", len(title["title"]), 36)
    yield from _over("desc", len(title.get("desc", "")), 44)
    yield from _over("source", len(wire["source"]["desc"]), 13)
    yield from _over("sub_title_text", len(wire.get("sub_title_text", "")), 160)
    yield from _over("facts", len(facts), 6)
    for fact in facts:
        yield from _over("keyname", len(fact["keyname"]), 5)
        yield from _over("value", len(fact["value"]), 30)
    buttons = [*wire.get("button_list", []), *wire.get("action_menu", {}).get("action_list", [])]
    yield from _over("buttons", len(wire.get("button_list", [])), 6)
    for button in buttons:
        yield from _over("button", len(button["text"]), 10)
        yield from _over("key", len(button["key"].encode()), 1024)
    lists = [wire[name] for name in ("button_selection",) if name in wire] + wire.get("select_list", [])
    for each in lists:
        yield from _over("list", len(each["title"]), 13)
        yield from (found for option in each["option_list"] for found in _over("option", len(option["text"]), 10))
    for box in wire.get("checkbox", {}).get("option_list", []):
        yield from _over("box", len(box["text"]), 11)
    yield from _over("submit", len(wire.get("submit_button", {}).get("text", "")), 10)


def _over(name: str, length: int, limit: int) -> Iterator[str]:
    if length > limit:
        yield f"{name} has {length} of {limit}"


def _wrong_words(drawn: Drawn) -> Iterator[str]:
    """Words that no colleague says; an exclamation mark is for a win alone."""
    card = drawn.card
    said = [card.title, card.note, card.state or "", card.source, card.text, *card.lines, card.quote]
    said += [text for fact in card.facts for text in fact] + [b.label for b in drawn.buttons]
    yield from (text for text in said if NOT_OURS.search(text))
    yield from (text for text in said if re.search("[!！]", text) and not card.kind.startswith("win."))
    yield from (text for text in said if "🎉" in text and card.kind != "win.group")
