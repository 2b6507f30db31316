"""What stands on a member's screen, read from what the messenger shows, whichever way it was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.messenger.model import Shown

_TITLE = re.compile(r"^\*\*(?:<font[^>]*>)?(.*?)(?:</font>)?\*\*$")
_GREY = re.compile(r'^<font color="comment">(.*)</font>$')
_FACT = re.compile(r"^> (.*?)：(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as a member reads it; what a card has not is empty. `lines` begin with the steps of a flow."""

    id: str
    kind: str
    text: str = ""
    title: str = ""
    note: str = ""
    tone: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    quote: str = ""
    asked: str = ""
    choice: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    primary: str = ""
    menu: tuple[str, ...] = ()
    state: str = ""
    via: str = "app"

    def __str__(self) -> str:
        if self.kind == "text":
            return self.text
        parts = [f"[{self.title}]" + (f" {self.note}" if self.note else "")]
        parts += [f"  {key}：{value}" for key, value in self.facts]
        parts += [f"  {line}" for line in self.lines]
        parts += [f"  「{self.quote}」"] if self.quote else []
        parts += [f"  {self.asked}：" + " / ".join(self.choice)] if self.choice else []
        parts += [f"  {line}" for line in self.lists]
        parts += ["  " + " ".join(f"<{label}>" for label in self.buttons)] if self.buttons else []
        parts += ["  ⋮ " + " ".join(f"<{label}>" for label in self.menu)] if self.menu else []
        parts += [f"  ={self.state}="] if self.state else []
        return "\n".join(parts)


def seen(shown: Shown) -> Seen:
    """What stands on the screen, whichever way it was sent."""
    if shown.kind == "markdown":
        return _markdown(shown)
    if shown.kind != "card" or shown.card is None:
        return Seen(id=shown.id, kind=shown.kind, text=shown.text)
    card = shown.card
    several = shown.selections if card.get("select_list") else []
    choice = None if several else next(iter(shown.selections), None)
    main = card.get("main_title") or {}
    return Seen(
        id=shown.id,
        kind="card",
        title=main.get("title", ""),
        note=main.get("desc", ""),
        tone={3: "good", 2: "loud"}.get((card.get("source") or {}).get("desc_color", 0), "plain"),
        facts=tuple((f["keyname"], f.get("value", "")) for f in card.get("horizontal_content_list") or ()),
        lines=tuple((card.get("sub_title_text") or "").splitlines()),
        quote=(card.get("quote_area") or {}).get("quote_text", ""),
        asked=choice.title if choice else "",
        choice=tuple(text for _, text in choice.options) if choice else (),
        lists=tuple(f"{s.title}：{'、'.join(text for _, text in s.options)}" for s in several),
        buttons=tuple(b.text for b in shown.buttons),
        primary=next((b.text for b in shown.buttons if b.style == 1), ""),
        menu=tuple(b.text for b in shown.menu),
        state=shown.state,
    )


def robot_seen(shown: Shown) -> Seen:
    """The same of what the robot sent, whose lines of text come as markdown."""
    found = seen(shown)
    if shown.kind == "markdown" and not shown.text.startswith("**"):
        found = Seen(id=shown.id, kind="text", text=shown.text)
    return replace(found, via="robot")


def _markdown(shown: Shown) -> Seen:
    first, *rest = shown.text.splitlines() or [""]
    title = _TITLE.match(first)
    grey = [m[1] for line in rest if (m := _GREY.match(line))]
    told = [m.groups() for line in rest if (m := _FACT.match(line))]
    return Seen(
        id=shown.id,
        kind="markdown",
        text=shown.text,
        title=title[1] if title else first,
        note=grey[0] if grey else "",
        facts=tuple((str(key), str(value)) for key, value in told if key != "原话"),
        quote=next((str(value) for key, value in told if key == "原话"), ""),
        lines=tuple(line for line in rest if not _GREY.match(line) and not _FACT.match(line)),
        state=grey[1] if len(grey) > 1 else "",
    )
