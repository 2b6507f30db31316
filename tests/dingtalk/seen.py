"""What stands on a screen of DingTalk, read from what it shows: cards, markdown, text."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.messenger.dingtalk.sending import Said
from bot.messenger.dingtalk.shown import CardShown
from bot.messenger.model import Shown
from tests.seen import Seen

_FACT = re.compile(r"^- (.*?)：(.*)$")
_NOTE = re.compile(r"^\*([^*].*)\*$")
_STATE = re.compile(r"^\*\*(.*)\*\*$")
_TITLE = re.compile(r"^### (.*)$")


def seen(shown: Shown) -> Seen:
    """The same as of WeCom's, as far as DingTalk shows it."""
    if isinstance(shown, CardShown):
        return _card(shown)
    if isinstance(shown, Said) and shown.kind == "actionCard":
        found = _parsed(shown, "markdown", shown.text)
        return replace(found, buttons=tuple(label for label, _ in shown.links))
    if isinstance(shown, Said) and shown.kind == "markdown":
        return _parsed(shown, "markdown", shown.text)
    return Seen(id=shown.id, kind=shown.kind, text=shown.text)


def _card(shown: CardShown) -> Seen:
    found = _parsed(shown, "card", shown.markdown, shown.title)
    several = shown.selections[1:] and shown.selections
    choice = None if several else next(iter(shown.selections), None)
    values = {name: getattr(found, name) for name in ("note", "facts", "lines", "quote", "state")}
    return Seen(
        id=shown.id,
        kind="card",
        title=shown.title,
        asked=choice.title if choice else "",
        choice=tuple(text for _, text in choice.options) if choice else (),
        lists=tuple(f"{s.title}：{'、'.join(text for _, text in s.options)}" for s in several or ()),
        buttons=tuple(button.text for button in shown.buttons),
        menu=tuple(button.text for button in shown.menu),
        tone={"good": "good", "plain": "plain"}.get(shown.data.get("tone", "plain"), "loud"),
        primary=next((button.text for button in shown.buttons if button.style == 1), ""),
        **values,
    )


def _parsed(shown: Shown, kind: str, text: str, title: str = "") -> Seen:
    text = text.replace("＊", "*")  # a mask is no markup
    lines = [line for line in text.splitlines() if line and not line.startswith(("[看详情](", "![]("))]
    found: dict[str, list[str]] = {"title": [], "note": [], "state": [], "quote": [], "lines": []}
    facts: list[tuple[str, str]] = []
    for line in lines:
        if told := _FACT.match(line):
            facts.append((told[1], told[2]))
        elif line.startswith("> "):
            found["quote"].append(line[2:])
        else:
            kinds = (("title", _TITLE), ("note", _NOTE), ("state", _STATE))
            name, match = next(((n, m) for n, p in kinds if (m := p.match(line))), ("lines", None))
            found[name].append(match[1] if match else line)
    if kind == "markdown" and not found["title"]:
        return Seen(id=shown.id, kind="text", text=text)
    first = {name: next(iter(found[name]), "") for name in ("title", "note", "state", "quote")}
    first["title"] = title or first["title"]
    return Seen(id=shown.id, kind=kind, text=text, facts=tuple(facts), lines=tuple(found["lines"]), **first)
