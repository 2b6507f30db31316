"""Reads a list of people from .csv or .xlsx: which column is what, and what is wrong with a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.commands.table_file import BadFile, table
from domain.services.directory import Entry

COLUMNS = {
    "userid": ("账号(userid)", "账号", "userid", "account"),
    "name": ("姓名", "name"),
    "team": ("部门", "department", "team"),
    "title": ("职务", "title", "position"),
    "superior": ("直属上级", "上级", "superior", "manager"),
    "mobile": ("手机", "手机号", "mobile", "phone"),
    "roles": ("角色", "role", "roles"),
}
ROLES = {
    "sales": ("sales", "销售"),
    "manager": ("manager", "经理", "总监", "主管"),
    "finance": ("finance", "财务"),
    "service": ("service", "客服"),
    "marketing": ("marketing", "市场"),
    "executive": ("executive", "高管"),
    "admin": ("admin", "管理员"),
}
_ROLE = {name.casefold(): role for role, names in ROLES.items() for name in names}
_USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file (the header is row 1): somebody and his superior, or what is wrong with the row."""

    number: int
    entry: Entry | None
    superior: str = ""
    wrong: str = ""


def read(path: Path) -> list[Line]:
    """Every row with something in it. Raises `BadFile`."""
    rows = table(path)
    if not rows:
        raise BadFile(f"{path} is empty; its first row names the columns: 账号(userid), 姓名, 部门, …")
    columns = _columns(path, rows[0])
    lines = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        said = {key: row[at].strip() if at < len(row) else "" for key, at in columns.items()}
        if any(said.values()):
            lines.append(_line(number, said, seen))
    return lines


def _line(number: int, said: dict[str, str], seen: set[str]) -> Line:
    if wrong := _wrong(said, seen):
        return Line(number, None, wrong=wrong)
    seen.add(said["userid"].casefold())
    entry = Entry(
        userid=said["userid"],
        name=said["name"],
        team=said.get("team") or None,
        title=said.get("title") or None,
        mobile=_mobile(said)[-11:] or None,
        roles=tuple(dict.fromkeys(_ROLE[role.casefold()] for role in _roles(said))) or None,
    )
    return Line(number, entry, superior=said.get("superior", ""))


def _wrong(said: dict[str, str], seen: set[str]) -> str:
    """What is wrong with a row, the first thing only; empty where nothing is. `seen` are the userids before it."""
    userid, mobile = said["userid"], _mobile(said)
    if not _USERID.fullmatch(userid):
        return f"{userid!r} is no userid" if userid else "no userid"
    if userid.casefold() in seen:
        return f"{userid} stands in the file twice"
    if not said["name"]:
        return "no name"
    if unknown := [role for role in _roles(said) if role.casefold() not in _ROLE]:
        return f"{unknown[0]} is no role; roles are {', '.join(names[-1] for names in ROLES.values())}"
    return f"{mobile} is no mobile number" if mobile and not _MOBILE.fullmatch(mobile) else ""


def _mobile(said: dict[str, str]) -> str:
    return re.sub(r"[\s-]", "", said.get("mobile", ""))


def _roles(said: dict[str, str]) -> list[str]:
    return [word for word in re.split(r"[,，、;；/\s]+", said.get("roles", "")) if word]


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands."""
    names = {name.casefold(): key for key, known in COLUMNS.items() for name in known}
    found: dict[str, int] = {}
    for at, title in enumerate(header):
        key = names.get(title.strip().replace("（", "(").replace("）", ")").casefold())
        if key is not None:
            found.setdefault(key, at)
    missing = [COLUMNS[key][0] for key in ("userid", "name") if key not in found]
    if missing:
        raise BadFile(f"{path} has no column {missing[0]}; its first row names the columns")
    return found
