"""What stands in a note as words: products, competitors, needs, worries, the source; and scores."""

from __future__ import annotations

from dataclasses import replace

from domain.facts import Said, Score
from domain.services.rights.desk import Desk, Put, fits, slot
from domain.tables import Customer

_LISTS = {"product": "products", "competitor": "competitors", "need": "needs", "concern": "concerns"}
_MOVES = frozenset({"competitor", "need"})  # what the customer's own row repeats


@slot("product", "competitor", "need", "concern")
async def put_words(desk: Desk, right: Put) -> None:
    """One of several by its wording, else all of them; the sale follows its product."""
    name = _LISTS[right.slot]
    stored: tuple[Said, ...] = getattr(desk.draft, name)
    new = right.value if isinstance(right.value, Said) else None
    put = replaced(stored, right.before, new)
    if put is None or put == stored:
        return
    if right.slot == "product":
        await _rename_sale(desk, stored, put)
    desk.set(name, put)
    desk.recount = desk.recount or right.slot in _MOVES
    gone = [s.text for s in stored if s not in put]
    desk.changed(right.slot, "、".join(gone), new.text if new else "")


def replaced(stored: tuple[Said, ...], before: str, new: Said | None) -> tuple[Said, ...] | None:
    """The values with the right one in the place of the wrong one, or of all where none is named; None where the note
    has no such value."""
    wrong = [s for s in stored if fits(s.text, before)] if before else list(stored)
    if (before and not wrong) or (new is None and not wrong):
        return None
    if new is None:
        return tuple(s for s in stored if s not in wrong)
    if not wrong:
        return (*stored, new)
    return tuple(new if s is wrong[0] else s for s in stored if s is wrong[0] or s not in wrong)


async def _rename_sale(desk: Desk, stored: tuple[Said, ...], put: tuple[Said, ...]) -> None:
    """The sale that was called by the wrong product; one that had its name before the note keeps it."""
    sale = await desk.sale()
    if (
        sale is not None
        and any(fits(sale.product, s.text) for s in stored)
        and not any(s.text == sale.product for s in put)
    ):
        sale.product = put[0].text[:80] if put else ""


@slot("source")
async def put_source(desk: Desk, right: Put) -> None:
    old, new = desk.draft.source, right.value if isinstance(right.value, Said) else None
    if (old is None and new is None) or (old and new and old.text == new.text):
        return
    if right.before and (old is None or not fits(old.text, right.before)):
        return
    customer = await desk.uow.get(Customer, desk.activity.customer_id)
    if not customer.source or (old is not None and customer.source == old.text[:30]):
        customer.source = new.text[:30] if new else ""
    desk.draft = replace(desk.draft, source=new)
    desk.changed("source", old.text if old else "", new.text if new else "")


@slot("score")
async def put_score(desk: Desk, right: Put) -> None:
    """The score of the same scale."""
    new = right.value if isinstance(right.value, Score) else None
    old = next((s for s in desk.draft.scores if new is None or s.scale == new.scale), None)
    if (old is None and new is None) or (old and new and old.tenths == new.tenths):
        return
    kept = tuple(s for s in desk.draft.scores if s is not old)
    desk.draft = replace(desk.draft, scores=(*kept, new) if new else kept)
    desk.recount = True
    desk.changed("score", old.words if old else "", new.words if new else "")
