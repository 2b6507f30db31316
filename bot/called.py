"""Whether the customer that is talked about is the one that words name."""

from __future__ import annotations

from bot.context import Context
from domain.views import lookup


async def is_called(ctx: Context, wording: str, customer_id: int) -> bool:
    """Whether these words mean this customer to the sender, and no other."""
    found = await lookup.resolve(ctx.uow.session, ctx.actor, ctx.names, wording)
    return isinstance(found, lookup.One) and found.customer_id == customer_id


async def names_no_other(ctx: Context, customer_id: int) -> bool:
    """Whether the message is no matter of another customer's: it names none, or this one."""
    return ctx.parsed.customer is None or await is_called(ctx, ctx.parsed.customer.text, customer_id)
