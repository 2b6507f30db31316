"""Groups as they are shown: what one is there for, and which teams somebody may choose from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain import group_chats, policy
from domain.actor import Actor
from domain.addressing import can_make
from domain.errors import NotFound
from domain.group_chats import by_webhook
from domain.services import people
from domain.tables import GroupChat, Team
from domain.when import Local

# What stands around a team's name where its group is meant: 华东组销售群, 华东团队的群, 华东大区.
_AROUND = re.compile(r"(?:大区|区域|分公司|事业部|销售|团队|部门|业务|工作|小组|[组队部区群的])+$")


@dataclass(frozen=True, slots=True)
class TeamOption:
    """A team; `mine` says whether the asker may say which group it has."""

    id: int
    name: str
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group. `team` is empty for the one for alerts, `moved` says that another group was it before, `hook` is what
    may be shown of a webhook, `made` whether genjin makes a group for a team that has none. `undone_at`: what was said
    of it was taken back by `undone_by`; `gone_at`: it is not used any more."""

    id: int
    team: str
    amounts: bool
    by: str
    at: datetime | None
    hook: str
    moved: bool
    made: bool
    changes: str
    gone_at: datetime | None
    gone_by: str
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class WhichTeam:
    """A question: whose group it is; `alerts` says whether it may be that for alerts too, `told` in which
    message a webhook was told (0: in none)."""

    teams: tuple[TeamOption, ...]
    alerts: bool
    told: int


async def teams(session: AsyncSession, actor: Actor) -> list[TeamOption]:
    """Every team, by its name."""
    rows = (await session.scalars(select(Team).where(col(Team.gone_at).is_(None)).order_by(col(Team.name)))).all()
    return [TeamOption(row.id, row.name, policy.may_set_group(actor, row)) for row in rows]


def meant(options: Sequence[TeamOption], wording: str) -> list[TeamOption]:
    """The teams that a wording may mean: that of this name, else those whose name it begins or holds."""
    said = bare(wording)
    if not said:
        return []
    if same := [each for each in options if bare(each.name) == said]:
        return same
    return [each for each in options if bare(each.name) in said or said in bare(each.name)]


def bare(name: str) -> str:
    """华东 of 华东组销售群."""
    return _AROUND.sub("", name.strip()) or name.strip()


async def which(
    session: AsyncSession, _viewer: Actor, _moment: Local, *, person: int, among: list[int], told: int = 0
) -> WhichTeam:
    """The teams that are offered to the person who asked: those named, of which he may choose."""
    actor = await people.actor_of(session, person)
    offered = [each for each in await teams(session, actor) if each.mine and (not among or each.id in among)]
    return WhichTeam(tuple(offered), not among and policy.may_set_group(actor, None), told)


async def group(
    session: AsyncSession,
    _viewer: Actor,
    _moment: Local,
    *,
    group: int,
    changes: str = "",
    moved: bool = False,
    by: int | None = None,
    undone: str = "",
) -> GroupView:
    """The group as it is now; `by` is who dropped it or took back what was said. It holds nothing that not everybody in
    it may know."""
    row = await session.get(GroupChat, group)
    if row is None:
        raise NotFound("没有这个群的记录了")
    team = await session.get(Team, row.team_id) if row.team_id is not None else None
    called = await people.names(session, {i for i in (row.set_by_id, by) if i is not None})
    acted = called[by].called if by in called else ""
    return GroupView(
        id=row.id,
        team=team.name if team else "",
        amounts=team.shows_amounts if team else False,
        by=called[row.set_by_id].called if row.set_by_id in called else "",
        at=row.set_at,
        hook=f"推送地址…{row.chat_id[-4:]}" if by_webhook(row.channel) else "",
        moved=moved,
        made=await can_make(session),
        changes=changes,
        gone_at=row.gone_at,
        gone_by=acted,
        undone_at=datetime.fromisoformat(undone) if undone else None,
        undone_by=acted,
    )


async def of_chat(session: AsyncSession, channel: str, chat_id: str) -> int | None:
    """The group that a chat is, if it is there for something."""
    found = await group_chats.of_chat(session, channel, chat_id)
    return found.id if found is not None else None


async def is_elsewhere(session: AsyncSession, channel: str, chat_id: str, team_id: int | None) -> bool:
    """Whether another chat is there for this now."""
    found = await group_chats.chosen(session, "alerts" if team_id is None else "team", team_id)
    return found is not None and (found.channel, found.chat_id) != (channel, chat_id)
