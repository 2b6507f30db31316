"""What a chat group is there for: set by who may say so, one use a chat and one chat a use, and taken back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from domain import audit, group_chats, policy
from domain.errors import NotFound, Refused
from domain.group_chats import Use
from domain.tables import AuditEntry, GroupChat, Team
from domain.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat group where a messenger has it. `sealed` is the key of a webhook, for nobody to read."""

    channel: str
    chat_id: str
    sealed: str = ""


async def set_use(uow: UnitOfWork, place: Place, use: Use, team_id: int | None = None) -> GroupChat:
    """From now on the chat is the team's, or that for alerts; whatever chat was it before is it no more."""
    team = await uow.lock(Team, team_id) if team_id is not None else None
    _may(uow, place.channel, team)
    chat = await _chat(uow, place)
    if chat is not None:
        await _require(uow, chat)
    for before in (await uow.session.scalars(group_chats.that_are_set(use, team_id))).all():
        if (before.channel, before.chat_id) != (place.channel, place.chat_id):
            before.gone_at = uow.now
    if chat is None:
        chat = GroupChat(channel=place.channel, chat_id=place.chat_id, created_at=uow.now)
        _be(uow, chat, place, use, team_id)
        return await uow.add(chat)
    _be(uow, chat, place, use, team_id)
    return chat


def _be(uow: UnitOfWork, chat: GroupChat, place: Place, use: Use, team_id: int | None) -> None:
    chat.use, chat.team_id, chat.sealed, chat.gone_at = use, team_id, place.sealed, None
    chat.set_by_id, chat.set_at = uow.actor.person_id, uow.now


async def drop(uow: UnitOfWork, place: Place) -> GroupChat | None:
    """Nothing is sent to the chat any more unasked; None where nothing was."""
    chat = await _chat(uow, place)
    if chat is None or chat.gone_at is not None:
        return None
    await _require(uow, chat)
    chat.gone_at = uow.now
    return chat


async def undo(uow: UnitOfWork, chat_id: int, change_set: str) -> None:
    """Everything as it was before somebody set a group, or dropped it; raises `audit.Overtaken`."""
    chat = await uow.session.get(GroupChat, chat_id)
    if chat is None:
        raise NotFound("没有这个群的记录了")
    await _require(uow, chat)
    kinds = select(col(AuditEntry.kind)).where(col(AuditEntry.change_set) == change_set)
    if set((await uow.session.scalars(kinds)).all()) != {GroupChat.kind}:
        raise NotFound("没有这件事可撤")
    await audit.revert(uow, change_set)


class NotAllowed(Refused):
    """Somebody wants to say what a group is for who may not."""

    @classmethod
    def of(cls, team: Team | None, *, by_webhook: bool = False) -> NotAllowed:
        """`team` is whose group it would be or was; None for the one for alerts."""
        if by_webhook:
            return cls("推送地址得管理员来设，你说的我没有改")
        whose = f"{team.name}的经理" if team is not None else "经理"
        return cls(f"这个得管理员或{whose}来定，你说的我没有改")


async def _require(uow: UnitOfWork, chat: GroupChat) -> None:
    """Whoever may say what a group is for may say what becomes of it; one that is dropped is nobody's."""
    if chat.gone_at is not None:
        return
    _may(uow, chat.channel, await uow.session.get(Team, chat.team_id) if chat.team_id is not None else None)


def _may(uow: UnitOfWork, channel: str, team: Team | None) -> None:
    by_webhook = group_chats.by_webhook(channel)
    policy.require(
        policy.may_set_group(uow.actor, team, by_webhook=by_webhook), NotAllowed.of(team, by_webhook=by_webhook)
    )


async def _chat(uow: UnitOfWork, place: Place) -> GroupChat | None:
    query = select(GroupChat).where(col(GroupChat.channel) == place.channel, col(GroupChat.chat_id) == place.chat_id)
    return (await uow.session.execute(query.with_for_update())).scalar_one_or_none()
