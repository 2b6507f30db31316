"""Finance's to-do after a win: made out, or something is missing."""

from __future__ import annotations

from bot.context import Context
from bot.message import Reply
from bot.router import Router
from domain.actor import Address, Ref
from domain.services import sales, tasks

router = Router("invoices")


@router.action("invoice.done")
async def done(ctx: Context, task_id: int) -> Reply:
    """已开票: the to-do is closed, and the salesperson knows."""
    invoice = await sales.invoice(ctx.uow, task_id)
    if invoice.open:
        await tasks.finish(ctx.uow, task_id)
        said = f"{invoice.customer} 的发票开好了"
        ctx.uow.tell(Address.person(invoice.seller_id), "plain.text", key=f"invoiced-{task_id}", text=said)
    return Reply("invoice.request", {"task": task_id}, Ref("task", task_id))


@router.action("invoice.lacking")
async def lacking(ctx: Context, task_id: int) -> None:
    """缺信息: what is missing is said in the next line, and goes to the salesperson."""
    await sales.invoice(ctx.uow, task_id)
    ctx.ask("invoice.lacking", task_id=task_id)
    ctx.say("缺什么？直接说，我转给销售")


@router.answer("invoice.lacking", wants="words")
async def passed_on(ctx: Context, task_id: int) -> Reply:
    invoice = await sales.invoice(ctx.uow, task_id)
    said = f"{ctx.me.called}说 {invoice.customer} 开票缺：{ctx.text[:100]}"
    ctx.uow.tell(Address.person(invoice.seller_id), "plain.text", text=said)
    return Reply("plain.text", {"text": f"已转给{invoice.seller}"})
