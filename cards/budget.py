"""How much a card may say, so that one text serves every messenger: the smallest limit of any card that we send.

`fit` shortens what is too long in the order that loses least; `overruns` names what is. Lengths are code points.
What `fit` never does: touch a button's label or a title's state word. A label that is too long is a bug of its
builder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cards.links import followable
from cards.model import Block, Button, Card, Choice, Facts, Lines, Link, Listed, Lists, Progress, Quote, Ticks

TITLE, NOTE, STATE, SOURCE = 26, 30, 10, 13
FACTS, KEY, VALUE = 6, 5, 26
LINES, LINES_LENGTH = 5, 112
QUOTE = 60
STEPS, STEP = 5, 4
OPTIONS, OPTION, CHOICE = 10, 10, 13
TICKS, TICK = 20, 11
LISTS = 3
BUTTONS, ANSWERS, MORE, LABEL = 4, 6, 3, 6

NONE_OF_THESE = ("none", "都不是")

_PART = " · "
_GAP = "…"
_NEAR = 8  # a comma this close before the cut is a better place for it
_CLAUSE = re.compile(r"[^。，；,;！？!?\n]*[。，；,;！？!?\n]?")
# Amounts, dates and negations: a quote may lose anything but these.
_WEIGHTY = re.compile(
    r"\d|[一二两三四五六七八九十百千][万亿折成号点月]|周[一二三四五六日天]|[今明后]天|月底|[不没别未非无]"
)

Step = tuple[str, str]


def fit(card: Card) -> Card:
    """The same card within the budget, with links that may be followed; a card that is so comes back equal."""
    card = followable(card)
    buttons, more, spoken = _buttons(card)
    facts, lines = _facts_and_lines(card, spoken)
    return replace(
        card,
        title=_title(card.title),
        note=_note(card.note),
        blocks=tuple(_blocks(card, facts, lines)),
        buttons=buttons,
        more=more,
        state=None if card.state is None else _state(card.state),
        source=cut(card.source, SOURCE),
    )


def overruns(card: Card) -> list[str]:
    """What is over the budget, one short line each; empty for a card that fits."""
    found = [f"{name} has {len(text)} of {limit}: {text}" for name, text, limit in _texts(card) if len(text) > limit]
    found += [f"{count} {name} of {limit}" for name, count, limit in _counts(card) if count > limit]
    if card.choice and not card.buttons:
        found.append("a choice without a button")
    found += _at_once(card)
    keys = [button.action for button in (*card.buttons, *card.more)]
    return found + [f"two buttons do the same: {key}" for key in {key for key in keys if keys.count(key) > 1}]


def _at_once(card: Card) -> Iterable[str]:
    """What is wrong with a card that asks for several things: it has one button, and nothing but title and note."""
    if card.ticks is None and card.lists is None:
        return
    if len(card.blocks) > 1 or len(card.buttons) != 1 or card.more or card.state:
        yield "ticks or lists with more than a title, a note and one button"
    if card.lists and not 0 < len(card.lists.questions) <= LISTS:
        yield f"{len(card.lists.questions)} lists of {LISTS}"
    yield from (
        f"list {each.name} is empty" for each in (card.lists.questions if card.lists else ()) if not each.options
    )


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, the last of them … where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _texts(card: Card) -> Iterable[tuple[str, str, int]]:
    yield from (("title", card.title, TITLE), ("note", card.note, NOTE), ("source", card.source, SOURCE))
    yield from (("state", card.state or "", STATE), ("quote", card.quote, QUOTE))
    yield from (("key", key, KEY) for key, _ in card.facts)
    yield from (("value", value, VALUE) for _, value in card.facts)
    yield ("lines", "\n".join(card.lines), LINES_LENGTH)
    yield from (("step", label, STEP) for label, _ in progress(card))
    yield from (("label", button.label, LABEL) for button in (*card.buttons, *card.more))
    if card.choice:
        yield ("choice", card.choice.label, CHOICE)
        yield from (("option", text, OPTION) for _, text in card.choice.options)
    yield from (("tick", text, TICK) for _, text in (card.ticks.options if card.ticks else ()))
    for each in card.lists.questions if card.lists else ():
        yield ("list", each.label, CHOICE)
        yield from (("option", text, OPTION) for _, text in each.options)


def _counts(card: Card) -> Iterable[tuple[str, int, int]]:
    yield from (("facts", len(card.facts), FACTS), ("lines", len(card.lines), LINES))
    yield from (("steps", len(progress(card)), STEPS), ("more", len(card.more), MORE))
    yield ("buttons", len(card.buttons), _button_limit(card))
    yield ("options", len(card.choice.options) if card.choice else 0, OPTIONS)
    yield ("ticks", len(card.ticks.options) if card.ticks else 0, TICKS)
    yield from (("options", len(each.options), OPTIONS) for each in (card.lists.questions if card.lists else ()))


def progress(card: Card) -> Sequence[Step]:
    """The card's steps, empty if it shows none."""
    return next((block.steps for block in card.blocks if isinstance(block, Progress)), ())


def _title(title: str) -> str:
    """The state word stands first and stays; what follows it gives way from the back of its longest part."""
    if len(title) <= TITLE:
        return title
    head, *rest = title.split(_PART)
    if not rest:
        return cut(title, TITLE)
    longest = max(range(len(rest)), key=lambda i: len(rest[i]))
    room = TITLE - (len(title) - len(rest[longest]))
    if room < 2:
        return cut(title, TITLE)
    rest[longest] = cut(rest[longest], room)
    return _PART.join((head, *rest))


def _note(note: str) -> str:
    parts = note.split(_PART)
    while len(parts) > 1 and len(_PART.join(parts)) > NOTE:
        parts.pop()
    return cut(_PART.join(parts), NOTE)


def _state(state: str) -> str:
    """`已同意·欧阳…`: the verb stays whole, the name gives way."""
    verb, dot, name = state.partition("·")
    return state if len(state) <= STATE else cut(verb + dot + name, STATE)


def _value(value: str) -> str:
    if len(value) <= VALUE:
        return value
    head = value[: VALUE - 1]
    comma = max(head.rfind(mark, VALUE - 1 - _NEAR) for mark in "，、；,")
    return (head[:comma] if comma > 0 else head.rstrip()) + "…"


def _buttons(card: Card) -> tuple[tuple[Button, ...], tuple[Button, ...], tuple[Button, ...]]:
    """The buttons, the menu, and those for which neither has room: they can still be typed.

    A closed card has no menu.
    """
    limit = _button_limit(card)
    if card.state is not None:
        return card.buttons[:limit], (), ()
    more = (*card.buttons[limit:], *card.more)
    return card.buttons[:limit], more[:MORE], more[MORE:]


def _button_limit(card: Card) -> int:
    """Six where the buttons are the answers to one question (哪位张总？), else four."""
    names = {None if isinstance(button.action, Link) else button.action.name for button in card.buttons}
    return ANSWERS if len(names) == 1 else BUTTONS


def _facts_and_lines(card: Card, spoken: Sequence[Button]) -> tuple[Facts | None, Lines | None]:
    shown, extra = card.facts[:FACTS], card.facts[FACTS:]
    said = [f"也可以回：{'、'.join(button.label for button in spoken)}"] if spoken else []
    rows = _lines(list(card.lines), [f"{key} {_value(value)}" for key, value in extra], said)
    facts = Facts(tuple((cut(key, KEY), _value(value)) for key, value in shown)) if shown else None
    return facts, Lines(tuple(rows)) if rows else None


def _lines(own: list[str], extra: list[str], said: list[str]) -> list[str]:
    """As many as there is room for, and what is left out said in a line of its own."""
    own = [" ".join(line.split("\n")) for line in own]
    for shown_extra in range(len(extra), -1, -1):
        hidden = len(extra) - shown_extra
        tail = extra[:shown_extra] + ([f"另有{hidden}项，看详情"] if hidden else []) + said
        if _room(own + tail):
            return own + tail
    for shown in range(len(own) - 1, 0, -1):
        rows = [*own[:shown], f"还有{len(own) - shown}条", *tail]
        if _room(rows):
            return rows
    spare = LINES_LENGTH - len("\n".join(["", *tail]))
    return [cut(own[0], spare), *tail] if own and spare > 1 else [cut(line, LINES_LENGTH) for line in tail[:1]]


def _room(rows: Sequence[str]) -> bool:
    return len(rows) <= LINES and len("\n".join(rows)) <= LINES_LENGTH


def _blocks(card: Card, facts: Facts | None, lines: Lines | None) -> Iterable[Block]:
    """Each kind once, where it first stood; what did not exist before comes last."""
    fitted: dict[type, Block | None] = {Facts: facts, Lines: lines}
    for block in card.blocks:
        if isinstance(block, Quote):
            fitted.setdefault(Quote, Quote(quote(block.text)))
        elif isinstance(block, Progress):
            fitted.setdefault(Progress, _progress(block))
        elif isinstance(block, Choice):
            fitted.setdefault(Choice, _choice(block))
        elif isinstance(block, Ticks):
            options = tuple((i, cut(text, TICK)) for i, text in block.options[:TICKS])
            fitted.setdefault(Ticks, replace(block, options=options))
        elif isinstance(block, Lists):
            fitted.setdefault(Lists, Lists(tuple(_listed(each) for each in block.questions)))
    order = list(dict.fromkeys([*(type(block) for block in card.blocks), Facts, Lines]))
    return (made for made in (fitted.get(kind) for kind in order) if made is not None)


def quote(text: str) -> str:
    """At most 60: the beginning up to a stop, unless what follows holds an amount, a date or a negation."""
    text = " ".join(text.split())
    if len(text) <= QUOTE:
        return text
    clauses = [clause for clause in _CLAUSE.findall(text) if clause]
    chosen = _choose(clauses)
    said, last = "", -1
    for index in chosen:
        said += ("…" if index != last + 1 else "") + clauses[index]
        last = index
    said = said if last == len(clauses) - 1 else said.rstrip("，；,;。") + "…"
    return said if chosen and len(said) <= QUOTE else cut(text, QUOTE)


def _choose(clauses: Sequence[str]) -> list[int]:
    """Which clauses stay: the weighty ones first, then the earlier ones; each may cost one … more."""
    chosen: list[int] = []
    room = QUOTE - 1
    for index in sorted(range(len(clauses)), key=lambda i: (not _WEIGHTY.search(clauses[i]), i)):
        if len(clauses[index]) + 1 <= room:
            chosen.append(index)
            room -= len(clauses[index]) + 1
    return sorted(chosen)


def _progress(block: Progress) -> Progress:
    """The first, the last and the one that is waiting; … for those between."""
    steps = tuple((cut(label, STEP), state) for label, state in block.steps)
    if len(steps) <= STEPS:
        return Progress(steps)
    now = next((i for i, (_, state) in enumerate(steps) if state == "now"), 1)
    here = min(max(now, 1), len(steps) - 2)
    before = ((_GAP, steps[1][1]),) if here > 1 else ()
    after = ((_GAP, steps[-2][1]),) if here < len(steps) - 2 else ()
    return Progress((steps[0], *before, steps[here], *after, steps[-1]))


def _choice(block: Choice) -> Choice:
    options = block.options
    if len(options) > OPTIONS:
        options = (*options[: OPTIONS - 1], NONE_OF_THESE)
    return replace(block, label=cut(block.label, CHOICE), options=tuple((i, cut(t, OPTION)) for i, t in options))


def _listed(question: Listed) -> Listed:
    options = tuple((i, cut(text, OPTION)) for i, text in question.options[:OPTIONS])
    return replace(question, label=cut(question.label, CHOICE), options=options)
