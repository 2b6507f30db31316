"""Where the sale stands: stage, outcome and why, the will to buy, how many, how it is paid."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import Refused
from domain.facts import Said
from domain.services import sales
from domain.services.rights.desk import Desk, Put, fits, slot
from domain.services.rights.words import replaced
from domain.stages import STAGES


class AWin(Refused):
    """A signature has consequences that others saw; it is taken back as a whole."""

    said = "这条是签单，别人已经看到了。说「撤销」先撤，再照实说一遍"


@slot("stage")
async def put_stage(desk: Desk, right: Put) -> None:
    """The stage that this note leads to, also where that is one before."""
    new = right.value if isinstance(right.value, Said) else None
    sale = await desk.sale()
    if new is None or new.text not in STAGES or sale is None or sale.state != "open" or sale.stage == new.text:
        return
    desk.changed("stage", sale.stage, new.text)
    sale.stage, sale.stage_since = new.text, desk.uow.now
    desk.draft = replace(desk.draft, stage=new, stage_after=new.text)


@slot("outcome")
async def put_outcome(desk: Desk, right: Put) -> None:
    """Lost after all, or not lost; what concerns a signature is another matter."""
    old, new = desk.draft.outcome, right.value if isinstance(right.value, Said) else None
    if "won" in (old.text if old else "", new.text if new else ""):
        raise AWin
    sale = await desk.sale()
    if sale is None or (old is None) == (new is None):
        return
    sale.state, sale.closed_at = ("lost", desk.uow.now) if new is not None else ("open", None)
    desk.draft = replace(desk.draft, outcome=new)
    desk.changed("outcome", "已输单" if old else "", "已输单" if new else "还在谈")


@slot("intent_level")
async def put_level(desk: Desk, right: Put) -> None:
    old, new = desk.draft.intent_level, right.value if isinstance(right.value, Said) else None
    if (old.text if old else "") == (new.text if new else ""):
        return
    desk.draft = replace(desk.draft, intent_level=new)
    desk.changed("intent_level", old.text if old else "", new.text if new else "")


@slot("reason")
async def put_reason(desk: Desk, right: Put) -> None:
    """Why it was won or lost."""
    old, new = desk.draft.reason, right.value if isinstance(right.value, Said) else None
    if (old is None and new is None) or (right.before and (old is None or not fits(old.text, right.before))):
        return
    if (sale := await desk.sale()) is not None:
        sale.reason = new.text[:200] if new else ""
    desk.draft = replace(desk.draft, reason=new)
    desk.changed("reason", old.text if old else "", new.text if new else "")


@slot("quantity", "way")
async def put_said(desk: Desk, right: Put) -> None:
    """How many of what, and how it is paid."""
    name = {"quantity": "quantities", "way": "ways"}[right.slot]
    stored: tuple[Said, ...] = getattr(desk.draft, name)
    new = right.value if isinstance(right.value, Said) else None
    put = replaced(stored, right.before, new)
    if put is None or [s.text for s in put] == [s.text for s in stored]:
        return
    desk.set(name, put)
    if right.slot == "quantity":
        _follow_in_needs(desk, [s for s in stored if s not in put], new)
    if (sale := await desk.sale()) is not None:
        sale.quantity, sale.payment = ("", sale.payment) if right.slot == "quantity" else (sale.quantity, "")
        sales.put_words(sale, desk.draft)
    desk.changed(right.slot, "、".join(s.text for s in stored if s not in put), new.text if new else "")


def _follow_in_needs(desk: Desk, wrong: list[Said], new: Said | None) -> None:
    """想要100套导轨 is a need too: it has the right figure with the quantity."""
    if len(wrong) != 1 or new is None:
        return
    before, after = wrong[0].text.rpartition(" ")[2], new.text.rpartition(" ")[2]
    needs = tuple(replace(need, text=need.text.replace(before, after)) for need in desk.draft.needs)
    if needs != desk.draft.needs:
        desk.draft = replace(desk.draft, needs=needs)
        desk.recount = True
