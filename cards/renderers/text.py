"""A card as plain text, for where cards do not work: the words that the builder fixed, else composed from the parts."""

from __future__ import annotations

from collections.abc import Iterable

from cards.budget import progress
from cards.links import followable
from cards.model import Button, Card, Link, Lists

_DONE = {"done": "✓"}


def plain_text(card: Card) -> str:
    """The whole card in lines. Labels stand as answers that can be typed, links as addresses."""
    return card.text or "\n".join(_composed(followable(card)))


def progress_line(card: Card) -> str:
    """小林✓ → 周总 → 李总; empty for a card without steps."""
    return " → ".join(label + _DONE.get(state, "") for label, state in progress(card))


def _composed(card: Card) -> Iterable[str]:
    yield "，".join(part for part in (card.title, card.note) if part)
    if card.state:
        yield card.state
    if steps := progress_line(card):
        yield steps
    if card.facts:
        yield "；".join(f"{key} {value}" for key, value in card.facts)
    yield from (f"{number}. {line}" if len(card.lines) > 1 else line for number, line in enumerate(card.lines, 1))
    if card.quote:
        yield f"「{card.quote}」"
    yield from answers(card)
    yield from (f"{button.label} {button.action.url}" for button in card.buttons if isinstance(button.action, Link))
    if card.link:
        yield card.link


def answers(card: Card, *, buttons: bool = True) -> Iterable[str]:
    """What is asked, and what can be typed in answer; without `buttons`, only what is asked."""
    if card.choice:
        options = "，".join(f"{number} {text}" for number, (_, text) in enumerate(card.choice.options, 1))
        yield f"{card.choice.label}：{options}"
    if card.ticks:
        yield "，".join(f"{number} {text}" for number, (_, text) in enumerate(card.ticks.options, 1))
    if card.lists:
        yield from listed(card.lists)
    if not buttons:
        return
    if labels := _labels(card.buttons):
        yield f"回：{'/'.join(labels)}"
    if card.state is None and (labels := _labels(card.more)):
        yield f"也可以回：{'/'.join(labels)}"


def listed(lists: Lists) -> Iterable[str]:
    """Several questions, and how all of them are answered in one line: the first option of each, as an example."""
    for each, options in lists.numbered:
        yield f"{each.label}：{'，'.join(f'{number} {text}' for number, _, text in options)}"
    firsts = [str(options[0][0]) for _, options in lists.numbered if options]
    yield f"回号码，如「{'、'.join(firsts)}」"


def _labels(buttons: Iterable[Button]) -> list[str]:
    return [button.label for button in buttons if not isinstance(button.action, Link)]
