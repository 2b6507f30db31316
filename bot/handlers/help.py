"""帮助, 我的客户, 待审批, and what is done with words that were not understood."""

from __future__ import annotations

import re

from bot.context import TOPIC, Context
from bot.handlers import how_to
from bot.message import Reply
from bot.orders import Order
from bot.router import Router
from cards.builders.help import TRIAL
from cards.model import Action
from domain.actor import Address, Ref
from domain.errors import Refused
from domain.services import people
from domain.views import approvals
from domain.views import help as views

router = Router("help")
REQUEST_CARDS = ("approval.request", "approval.remind", "approval.escalated", "approval.handed_on")
NO_FIGURES = "数字我还不会答，先问得了单个客户：说客户名就行"
_FIGURES = re.compile(
    r"(?:签|卖|赢|丢|回款?|收|完成|新增|欠)了?(?:多少|几)|业绩|排名|完成率|总共多少|一共多少|最近怎么?样"
)
_ROLES = ("manager", "sales", "finance", "admin")


def role_of(roles: frozenset[str]) -> str:
    """The role whose help somebody gets: the one with which he can do most."""
    return next((role for role in _ROLES if role in roles), "other")


@router.act("help")
async def asked_how(ctx: Context) -> Reply | None:
    """怎么改客户名字: one sentence that does it, for everybody in a group; else all that can be said."""
    answer = how_to.answer(ctx)
    if answer is None:
        return await what_can_be_said(ctx)
    if ctx.message.in_group and answer.kind == "plain.text":
        ctx.here(answer)
        return None
    return answer


@router.command("帮助", "help", "怎么用", "看帮助")
async def what_can_be_said(ctx: Context) -> Reply:
    return Reply("help", {"role": role_of(ctx.me.roles)})


@router.action("help")
async def help_by_button(ctx: Context) -> None:
    """A card of its own: the tapped one has other things on it."""
    ctx.send(await what_can_be_said(ctx))


@router.action("help.trial")
async def trial(ctx: Context) -> None:
    """试一条: a sentence to copy."""
    ctx.say(f"照着说一句：{TRIAL}")


# -- what one has ------------------------------------------------------------------------------------------------------


@router.command("我的客户", "看我的客户", "客户列表")
async def mine(ctx: Context) -> Reply:
    """你名下 12 家."""
    return Reply("help.mine")


@router.order("list_customers")
async def mine_in_words(ctx: Context, _order: Order) -> Reply:
    """我名下有哪些客户."""
    return await mine(ctx)


@router.action("ask.mine")
async def mine_by_button(ctx: Context, offset: int = 0, _picked: str = "") -> Reply | None:
    """The list from a button; 更多 turns its page. What was picked on the page does not matter to the next."""
    reply = Reply("help.mine", {"offset": max(offset, 0)})
    if offset > 0 and not ctx.typed:
        return reply
    ctx.send(reply)
    return None


@router.command("下一页", "翻页", "还有呢", "更多")
async def next_page(ctx: Context) -> Reply:
    """The page after the one that was shown last."""
    sent = await views.told(ctx.uow.session, ctx.message.channel, ctx.message.sender, ctx.uow.now - TOPIC)
    newest = next((card for card in sent if card.kind in ("help.mine", "customer.timeline")), None)
    if newest is not None:
        for label, packed in newest.shown:
            action = Action.unpack(packed)
            if label == "更多" and action.name == "ask.mine":
                return Reply("help.mine", {"offset": int(action.params[0])})
            if label == "更多" and action.name == "customer.timeline":
                customer, page = (int(p) for p in action.params[:2])
                return Reply("customer.timeline", {"customer": customer, "page": page}, Ref("customer", customer))
    return Reply("plain.text", {"text": "后面没有了"})


@router.action("ask.approvals")
@router.command("待审批", "待我审批", "待办审批", "有什么要我批的", "有要我批的吗", "等我批的", "哪些要我批")
async def pending(ctx: Context) -> None:
    """The request that is due first, moved down; the number of the others in a line."""
    waiting = await approvals.open_requests(ctx.uow.session, ctx.actor, ctx.moment)
    if not waiting:
        ctx.say("没有等你批的")
        return
    subject = Ref("approval", waiting[0].id)
    await ctx.uow.refresh(subject, only=ctx.me.id, kinds=REQUEST_CARDS, how="moved")
    ctx.send(Reply("approval.request", {"approval_id": waiting[0].id}, subject))
    if len(waiting) > 1:
        ctx.say(f"还有 {len(waiting) - 1} 件，批完这件回「待审批」")


@router.order("list_pending")
async def pending_in_words(ctx: Context, _order: Order) -> Reply | None:
    """有没有要我批的."""
    await pending(ctx)
    return None


@router.act("unknown")
async def figures(ctx: Context) -> Reply | None:
    """上个月签了多少, 小林最近怎么样: sums over many customers, which cannot be asked yet."""
    if not _FIGURES.search(ctx.text) or ctx.parsed.customer is not None or ctx.parsed.refers:
        return None
    if await views.about(ctx.uow.session, ctx.actor, ctx.names, ctx.text) is not None:
        return None
    return Reply("plain.text", {"text": NO_FIGURES})


@router.order("show_figures")
async def figures_in_words(_ctx: Context, _order: Order) -> Reply:
    """这周拜访了几家, 我的业绩."""
    return Reply("plain.text", {"text": NO_FIGURES})


# -- words that were not understood ------------------------------------------------------------------------------------


@router.action("task.new")
async def remind(ctx: Context, inbox_id: int) -> Reply:
    """设个提醒 about the kept words: only the time is missing."""
    message, _ = await ctx.said(inbox_id)
    ctx.thread.misses = 0
    ctx.ask("reminder.when", inbox=inbox_id)
    return Reply("reminder.when", {"inbox": inbox_id, "text": message.text.strip()[:200]}, Ref("inbox", inbox_id))


@router.action("help.new_customer")
async def new_customer(ctx: Context, inbox_id: int) -> None:
    """新建客户: the next line is its name, and the kept words become its first note."""
    await ctx.said(inbox_id)
    ctx.thread.misses = 0
    ctx.ask("note.whose", inbox_id=inbox_id, part=0)
    ctx.say("客户名直接回我")


@router.action("help.forward")
async def forward(ctx: Context, inbox_id: int) -> Reply:
    """转给管理员: the words, and who said them."""
    await ctx.said(inbox_id)
    admin = await people.administrator(ctx.uow.session)
    if admin is None:
        raise Refused("通讯录里还没有管理员，这句我留着")
    ctx.thread.misses = 0
    ctx.uow.tell(
        Address.person(admin.id), "help.forwarded", Ref("inbox", inbox_id), key=f"forwarded-{inbox_id}", inbox=inbox_id
    )
    return Reply("help.settled", {"inbox": inbox_id, "admin": admin.called}, Ref("inbox", inbox_id))


@router.action("help.leave")
async def leave(ctx: Context, inbox_id: int) -> Reply:
    """不用."""
    await ctx.said(inbox_id)
    ctx.thread.misses = 0
    return Reply("help.settled", {"inbox": inbox_id}, Ref("inbox", inbox_id))
