"""Reads `link_cases.txt`: customers, and wordings by kind with the customer that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.naming import Found, Named

_FILE = Path(__file__).parent / "link_cases.txt"


@dataclass(frozen=True, slots=True)
class Case:
    """A wording, the customer that is meant (None: nobody), whom to offer, and whether offering him is enough."""

    kind: str
    wording: str
    meant: str | None
    offered: str | None
    may_ask: bool

    def met_by(self, found: Found) -> bool:
        """Whether this answer is right."""
        candidates = [identity for identity, _, _ in found.candidates]
        if self.may_ask and found.match is None:
            return candidates[:1] == [self.meant]
        return found.match == self.meant and (self.offered is None or self.offered in candidates)


def read() -> tuple[list[Named], list[Case]]:
    """The list and all cases."""
    names: list[Named] = []
    cases: list[Case] = []
    kind = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("|")]
            if kind == "list":
                names.append(_named(*cells))
            else:
                cases.append(_case(kind, *cells))
    return names, cases


def _named(key: str, full: str, short: str, former: str, place: str) -> Named:
    return Named(id=key, full=full, short=short or None, others=tuple(former.split()), place=place or None)


def _case(kind: str, wording: str, answer: str) -> Case:
    offered = answer.removeprefix("-") if answer.startswith("-") else ""
    meant = None if answer.startswith("-") else answer.removesuffix("?")
    return Case(kind, wording, meant, offered or None, answer.endswith("?"))
