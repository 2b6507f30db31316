"""People as they are spoken of: 张总, 老张, 李经理, 伟哥 - and whether a contact on record is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from domain.naming.forms import normal
from domain.naming.sound import alike, all_alike
from domain.naming.words import surnames, titles

_SURNAME = "|".join(sorted(surnames(), key=len, reverse=True))
_TITLE = "|".join(sorted({title for family in titles() for title in family} - {"-"}, key=len, reverse=True))
PERSON = rf"(?:(?:{_SURNAME})(?:{_TITLE})|[老小阿](?:{_SURNAME}))"
"""A person without given name, as an expression: 张总, 老张."""
_MENTION = re.compile(rf"(?P<name>.*?)(?P<title>{_TITLE})?")
_FAMILIAR_NAME = re.compile(rf"[老小阿](?P<surname>{_SURNAME})")
_FAMILIAR = frozenset("老小阿")
_BEGINS = re.compile(_SURNAME)
_NO_RANK = "-"
_AFTER_SURNAME = frozenset("科部处局所院厂")
"""Titles that follow a surname at once; behind a given name they are its last character: 王志科."""


@dataclass(frozen=True, slots=True)
class Core:
    """What a mention says of a person: surname, given name and title, each empty where it says nothing."""

    surname: str
    given: str
    title: str


@lru_cache(maxsize=1 << 14)
def person_core(mention: str) -> Core:
    """Take a mention apart: 张总 -> 张, "", 总; 老张 -> 张; 欧阳晓工程师 -> 欧阳, 晓, 工程师; 伟哥 -> "", 伟, 哥."""
    text = normal(mention)
    if familiar := _FAMILIAR_NAME.fullmatch(text):
        return Core(familiar["surname"], "", "")
    found = _MENTION.fullmatch(text)
    name, title = (found["name"], found["title"] or "") if found else (text, "")
    begins = _BEGINS.match(name)
    surname = begins[0] if begins else ""
    if title in _AFTER_SURNAME and name != surname:
        name, title = name + title, ""
    return Core(surname, name[len(surname) :], title)


def begins_with(surname: str) -> frozenset[str]:
    """The characters with which a contact's name begins that may be meant by this surname and a given name: as it is
    written, whatever sounds like it, and what stands before a surname among friends."""
    return all_alike(surname[0]) | _FAMILIAR


_ADDRESSES = (
    (re.compile("(?:总监|总经理|副总|老板|总裁|董事长|老总|合伙人|股东|法人|[cC][a-zA-Z][oO])$"), "总"),
    (re.compile("(?:经理|主任|[厂院校店处科部局所园馆行站]长|会计|秘书)$"), ""),
    (re.compile("(?:工程师|总工|技术|架构师)$"), "工"),
)


def addressed(name: str, title: str) -> str:
    """How somebody is called of whom only family name and title are known: 吴 (财务总监) is 吴总, 吴 (采购经理) is
    吴经理. A name that is more than that is as it was, and one with a title by which nobody is called."""
    core = person_core(name)
    if core.surname != name or not title:
        return name
    for pattern, word in _ADDRESSES:
        if (found := pattern.search(title)) is not None:
            return name + (word or found[0])
    return name


def is_whole_name(name: str) -> bool:
    """Whether it is a family name with a given name and nothing else: 王建国, not 王总, 小王 or 老王."""
    core = person_core(name)
    return bool(core.surname and core.given) and core.surname + core.given == name and not core.title


def same_person(mention: str, contact_name: str, contact_title: str | None = None) -> bool:
    """Whether the contact may be the person of the mention: 张总 may be 张伟 (采购总监), 张工 may not.

    A given name must agree, in writing or in sound; a title only where both are known.
    """
    said, own = person_core(mention), person_core(contact_name)
    if not (said.surname or said.given):
        return False
    title = normal(contact_title or "") or own.title
    named = _names_agree(said, own) or (not said.surname and own.given.endswith(said.given))
    return named and _titles_agree(said.title, title)


def _names_agree(said: Core, own: Core) -> bool:
    if not said.surname or said.surname != own.surname:
        whole, other = said.surname + said.given, own.surname + own.given
        return bool(said.given and own.given) and _sounds(whole, other)
    return not said.given or not own.given or _sounds(said.given, own.given)


def _sounds(one: str, other: str) -> bool:
    return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))


def _titles_agree(said: str, own: str) -> bool:
    if not said or not own or said in own or _says_no_rank(said) or _says_no_rank(own):
        return True
    return any(said in family and any(own.endswith(word) for word in family) for family in titles())


def _says_no_rank(title: str) -> bool:
    return any(_NO_RANK in family and title in family for family in titles())
