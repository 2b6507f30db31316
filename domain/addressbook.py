"""A messenger's address book as genjin reads it: departments and people, before any of it is on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["here", "disabled", "gone"]
ROOT = ""  # the parent of the whole company


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department. `parent` is `ROOT` for the whole company; `leaders` are userids, the first one first."""

    unit: str
    name: str
    parent: str = ROOT
    leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A colleague. `userid` is as his account on that messenger has it (WeCom's case-folded); `name` is empty where the
    messenger does not give it; `bosses` are whom it names as his superiors itself; `mobile` is digits alone, and empty
    where the app may not know it."""

    userid: str
    name: str = ""
    title: str = ""
    unit: str = ""
    bosses: tuple[str, ...] = ()
    mobile: str = ""
    state: State = "here"
