"""我今天记了什么, 林越这周跑了几家, 今天大家都干嘛了: what was recorded, by whom, in which days."""

from __future__ import annotations

from datetime import date, timedelta

from bot.context import Context
from bot.message import Reply
from bot.nlp import times
from bot.nlp.doc import Doc
from bot.orders import Order
from bot.router import Router
from domain.actor import JSON
from domain.errors import Refused

router = Router("done")
_LATELY = 7  # days that 最近 means


@router.order("list_done")
async def done(ctx: Context, order: Order) -> Reply:
    """The viewer's own records, those of one of his people, or of all of them where nobody is named."""
    since, until, label = _days(order)
    params: dict[str, JSON] = {"since": since.isoformat(), "until": until.isoformat(), "label": label}
    if order.command.to is not None:
        person = await order.colleague("看谁的？")
        if person.id not in ctx.actor.people:
            raise Refused(f"{person.called}的跟进你看不到，他的上级能看")
        params["person"] = person.id
    elif "我" in order.text.replace("我们", "") or len(ctx.actor.people) == 1:
        params["person"] = ctx.me.id
    return Reply("done.list", params)


@router.action("done.more")
async def more(ctx: Context, offset: int, _picked: str = "") -> Reply | None:
    """更多 turns the page of the tapped card."""
    if ctx.clicked is None or ctx.clicked.kind != "done.list":
        return None
    return Reply("done.list", {**ctx.clicked.params, "offset": max(offset, 0)})


def _days(order: Order) -> tuple[date, date, str]:
    """The first and the last day that are meant, none after today, and what they are called."""
    today = order.ctx.moment.today
    said = next(iter(times.find(Doc(order.text, order.local))), None)
    if said is None and (label := next((word for word in ("周报", "日报") if word in order.text), "")):
        since = today - timedelta(days=today.weekday()) if label == "周报" else today
        return since, today, "这周" if label == "周报" else "今天"
    if said is None or said.begin is None or said.kind in ("duration", "recurrence", "time"):
        return today - timedelta(days=_LATELY - 1), today, f"最近 {_LATELY} 天"
    until = (said.stop - timedelta(microseconds=1)).date() if said.stop is not None else said.begin.date()
    if said.begin.date() > today:
        raise Refused("还没到的日子没有记录。要办的事说「我的待办」")
    return said.begin.date(), min(until, today), order.text[said.start : said.end][:6]
