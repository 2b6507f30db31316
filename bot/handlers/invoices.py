"""Finance's to-do after a win: made out, or something is missing."""

from __future__ import annotations

import re

from bot import values
from bot.context import Context
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from cards import words as said
from domain.actor import Address, Ref
from domain.services import sales, tasks
from domain.services.fields import FIELDS

router = Router("invoices")
_SORT = re.compile("专票|普票|电子票|增值税专用发票|增值税普通发票")


@router.order("invoice")
async def ask(ctx: Context, order: Order) -> Reply:
    """给华星开票，专票，12.5万: finance gets it as a to-do."""
    customer = await order.customer("开给哪家？")
    answered = order.given.get("amount", "")
    amount = values.read(FIELDS["amount"], answered or order.text, order.local)
    if not isinstance(amount, int):
        raise order.asks("amount", "amount", "开多少？比如「12万」")
    sort = _SORT.search(f"{order.text} {answered}")
    words = " ".join(filter(None, (said.money(amount), sort.group() if sort else "")))
    await order.begin()
    await sales.request_invoice(ctx.uow, customer.customer_id, words)
    return await order.done("invoice", customer.customer_id, lines=[f"要开 {words}，开好了告诉你"])


@router.action("invoice.done")
async def done(ctx: Context, task_id: int) -> Reply:
    """已开票: the to-do is closed, and the salesperson knows."""
    invoice = await sales.invoice(ctx.uow, task_id)
    if invoice.open:
        await tasks.finish(ctx.uow, task_id)
        made = f"{invoice.customer} 的发票开好了"
        ctx.uow.tell(Address.person(invoice.seller_id), "plain.text", key=f"invoiced-{task_id}", text=made)
    return Reply("invoice.request", {"task": task_id}, Ref("task", task_id))


@router.action("invoice.lacking")
async def lacks(ctx: Context, task_id: int) -> None:
    """缺信息: what is missing is said in the next line, and goes to the salesperson."""
    await sales.invoice(ctx.uow, task_id)
    ctx.ask("invoice.lacking", task_id=task_id)
    ctx.say("缺什么？直接说，我转给销售")


@router.answer("invoice.lacking", wants="words")
async def passed_on(ctx: Context, task_id: int) -> Reply:
    invoice = await sales.invoice(ctx.uow, task_id)
    lacking = f"{ctx.me.called}说 {invoice.customer} 开票缺：{ctx.text[:100]}"
    ctx.uow.tell(Address.person(invoice.seller_id), "plain.text", text=lacking)
    return Reply("plain.text", {"text": f"已转给{invoice.seller}"})
