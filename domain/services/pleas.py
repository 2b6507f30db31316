"""Requests to work on a customer (请他协作) that wait when it gets another owner: they go to him."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from domain.actor import Address, Ref
from domain.tables import CustomerShare, Outbox
from domain.uow import UnitOfWork


async def pass_on(uow: UnitOfWork, customer_id: int, before: int | None, to: int) -> None:
    """Whoever has the customer now is asked, and its owner before is not any more; his own request is settled."""
    if before is None or not (waiting := await _waiting(uow, customer_id, before)):
        return
    subject = Ref("share", customer_id)
    for params in waiting:
        if params["asker"] == to:
            continue
        said = {name: params[name] for name in ("asker", "inbox", "part", "words") if name in params}
        key = f"share-{customer_id}-{params['asker']}-to{to}-{uow.now:%Y%m%d}-{params.get('inbox', 0)}"
        uow.tell(Address.person(to), "share.request", subject, key=key, customer=customer_id, **said)
        await uow.refresh(subject, only=params["asker"], kinds=("share.asked",))
    await uow.refresh(subject, only=before, kinds=("share.request",), moved=True)


async def _waiting(uow: UnitOfWork, customer_id: int, owner: int) -> list[dict[str, Any]]:
    """What the owner was asked and has not answered, each request once."""
    query = select(Outbox).where(col(Outbox.subject_kind) == "share", col(Outbox.subject_id) == customer_id)
    told = (await uow.session.scalars(query.order_by(col(Outbox.id)))).all()
    kept = {row.params["asker"]: row.id for row in told if row.kind == "share.answer"}
    shares = select(col(CustomerShare.person_id)).where(
        col(CustomerShare.customer_id) == customer_id, col(CustomerShare.gone_at).is_(None)
    )
    has = set((await uow.session.scalars(shares)).all())
    asked = (row for row in told if row.kind == "share.request" and row.mode == "send" and row.person_id == owner)
    open_ones = [row for row in asked if row.params["asker"] not in has and kept.get(row.params["asker"], 0) < row.id]
    return list({(row.params["asker"], row.params.get("inbox")): dict(row.params) for row in open_ones}.values())
