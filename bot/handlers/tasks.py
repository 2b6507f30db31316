"""提醒我……, and 今天先跟谁: what is set, and what the buttons of a reminder and of the day's list do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.context import Context
from bot.handlers import leaning, notes
from bot.message import Message, Reply
from bot.nlp import times
from bot.nlp.doc import Doc
from bot.nlp.due import due
from bot.nlp.parsed import Parsed, Span
from bot.recent import newest_card
from bot.router import Router
from config.calendar import opening, working_after
from domain import reminding
from domain.actor import JSON, Ref
from domain.errors import Refused
from domain.services import customers, tasks
from domain.views import lookup, today

router = Router("tasks")
SEVERAL, ONCE = "几位{}，没挂客户", "只会提醒这一次"
_AGAIN_AND_AGAIN = re.compile(
    r"每(?:隔|个)?(?:[一二两三四五六七八九十\d]*)(?:天|日|周|星期|礼拜|月|季|年|工作日|早|晚)"
)
# A reminder for oneself (喝水, 交周报) has nothing to do with the customer that was talked about.
_ABOUT_SOMEBODY = re.compile(
    r"打(?:个|一个)?电话|打给|打过去|拜访|联系|给|寄|送|约|催|问|见|跟进|发(?!工资|周报|日报|月报|呆)|回(?!家|公司|办公室|去)"
)
_HEARD = re.compile(r"[了过说讲聊谈没不再要想定签]|可以|同意|下周|下月|明天")
_ORDERED = re.compile(r"^(?:看|查|给我|帮我|导|列)")
_HIM = re.compile("(?<![其吉])[他她](?!们)")
_WHAT = re.compile(r".*?提醒(?:我|一下|下)*[，,：:\s]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a message asks to be reminded of. `at` is aware; None where no time was said."""

    text: str
    at: datetime | None
    customer_id: int | None
    contact_id: int | None
    carried: bool
    remark: str = ""


# -- setting -----------------------------------------------------------------------------------------------------------


@router.act("remind")
async def remind(ctx: Context) -> Reply:
    """周五上午十点提醒我给张总打电话."""
    return await _set_or_ask(ctx, ctx.inbox_id, await _wanted(ctx, ctx.message, ctx.parsed))


async def _set_or_ask(ctx: Context, inbox_id: int, wanted: Wanted) -> Reply:
    if wanted.at is not None and wanted.at > ctx.uow.now:
        return await _set(ctx, inbox_id, wanted, wanted.at)
    ctx.ask("reminder.when", inbox=inbox_id)
    params: dict[str, JSON] = {"inbox": inbox_id, "text": wanted.text}
    if wanted.at is not None:
        params["past"] = wanted.at.astimezone(UTC).isoformat()
    return Reply("reminder.when", params, Ref("inbox", inbox_id))


async def _set(ctx: Context, inbox_id: int, wanted: Wanted, at: datetime) -> Reply:
    reminder = await tasks.of_message(ctx.uow, inbox_id) or await tasks.remind(
        ctx.uow,
        text=wanted.text,
        due_at=at,
        customer_id=wanted.customer_id,
        contact_id=wanted.contact_id,
        inbox_id=inbox_id,
    )
    if wanted.customer_id is not None:
        ctx.talk_about(wanted.customer_id)
    params: dict[str, JSON] = {"reminder": reminder.id, "carried": wanted.carried}
    if wanted.remark:
        params["remark"] = wanted.remark
    return Reply("reminder.set", params, Ref("reminder", reminder.id))


@router.action("reminder.at")
async def pick_time(ctx: Context, inbox_id: int, when: str) -> Reply:
    """1小时后, 明天9点, 下周一9点."""
    answers = {
        "hour": ctx.uow.now + timedelta(hours=1),
        "tomorrow": opening(ctx.moment.today + timedelta(days=1), ctx.moment.zone),
        "monday": reminding.next_monday(ctx.moment),
    }
    if when not in answers:
        raise Refused
    ctx.thread.question = None
    return await _set(ctx, inbox_id, await _wanted(ctx, *await ctx.said(inbox_id)), answers[when])


@router.answer("reminder.when", wants="time")
async def type_time(ctx: Context, inbox: int) -> Reply | None:
    """The time, said in the next line."""
    at = _time(ctx.text, ctx)
    if at is None:
        return None
    wanted = await _wanted(ctx, *await ctx.said(inbox))
    if at <= ctx.uow.now:
        return await _set_or_ask(ctx, inbox, Wanted(wanted.text, at, None, None, carried=False))
    await ctx.uow.refresh(Ref("inbox", inbox), kinds=("reminder.when",))
    return await _set(ctx, inbox, wanted, at)


async def _wanted(ctx: Context, message: Message, parsed: Parsed) -> Wanted:
    action = parsed.next_actions[0] if parsed.next_actions else None
    spoken = message.text.strip()
    match = _WHAT.fullmatch(spoken)
    text = action.text if action is not None else (match[1] if match and match[1] else spoken)
    said_at = message.sent_at.astimezone(ctx.moment.zone)
    at = (
        None
        if action is None or action.due is None
        else _moment(action.due, said_at, ctx, _when_words(spoken, action.due_span))
    )
    customer_id, contact_id, carried, unclear = await _whose(ctx, parsed, text)
    if carried and not parsed.contacts and (him := await _him(ctx, parsed, customer_id)) is not None:
        contact_id, text = him.contact_id, _HIM.sub(him.name, text, count=1)
    remarks = (SEVERAL.format(unclear) if unclear else "", ONCE if _AGAIN_AND_AGAIN.search(spoken) else "")
    return Wanted(text.strip("，,。 "), at, customer_id, contact_id, carried, "；".join(filter(None, remarks)))


async def _whose(ctx: Context, parsed: Parsed, text: str) -> tuple[int | None, int | None, bool, str]:
    """The customer and the person that a reminder is about, as far as that is clear; whether the thread said it; and
    how he was called where several may be meant."""
    session, topic = ctx.uow.session, ctx.topic
    customer: int | None = None
    if parsed.customer is not None:
        customer = await lookup.may_mean(session, ctx.actor, ctx.names, parsed.customer.text)
    if not parsed.contacts:
        carried = parsed.customer is None and topic is not None and _ABOUT_SOMEBODY.search(text) is not None
        return (topic, None, True, "") if carried else (customer, None, False, "")
    hits = await lookup.people_called(session, ctx.actor, parsed.contacts[0].name, customer)
    if customer is None and parsed.customer is None and topic in {h.customer_id for h in hits}:
        hits = [h for h in hits if h.customer_id == topic]
    places = {h.customer_id for h in hits}
    if len(places) != 1:
        return customer, None, False, parsed.contacts[0].name if len(places) > 1 else ""
    only = hits[0].contact_id if len(hits) == 1 else None
    return places.pop(), only, False, ""


async def _him(ctx: Context, parsed: Parsed, customer_id: int | None) -> lookup.ContactHit | None:
    """提醒我给他打电话: the one person at the customer who was spoken of a moment ago."""
    if customer_id is None or not any(reference.kind == "person" for reference in parsed.refers):
        return None
    there = await leaning.people(ctx, customer_id, ctx.message, ctx.inbox_id)
    if len(there) != 1:
        return None
    hits = await lookup.people_called(ctx.uow.session, ctx.actor, there[0], customer_id)
    return hits[0] if len(hits) == 1 else None


def _when_words(spoken: str, place: Span | None) -> str:
    """The words that name the time; the whole message says what is to be done, too."""
    return spoken[place.start : place.end] if place is not None else ""


def _time(text: str, ctx: Context) -> datetime | None:
    """The moment that a line of chat names."""
    local = ctx.moment.local
    doc = Doc(text, local)
    found = [when for said in times.find(doc) if (when := due(said, doc.local)) is not None]
    return _moment(found[0], local, ctx, text) if found else None


# When somebody is reminded who names a part of the day and no hour.
_PARTS = (
    (re.compile("下午|午后"), 14),
    (re.compile("傍晚|黄昏"), 17),
    (re.compile("晚上?|夜里"), 19),
    (re.compile("中午"), 12),
)


def _moment(when: date | datetime, said_at: datetime, ctx: Context, words: str) -> datetime:
    """A moment as said; of a mere day 09:00, or 14:00 where `words` say 下午; of today an hour after it was said, if
    that part of it has begun."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=ctx.moment.zone)
    hour = next((hour for part, hour in _PARTS if part.search(words)), None)
    if hour is not None:
        at = datetime.combine(when, time(hour), ctx.moment.zone)
        if at > said_at:
            return at
    return said_at + timedelta(hours=1) if when == said_at.date() else opening(when, ctx.moment.zone)


# -- changing ----------------------------------------------------------------------------------------------------------


@router.action("reminder.change")
async def change(ctx: Context, reminder_id: int) -> Reply:
    """改时间: the next typed line is the time."""
    ctx.ask("reminder.change", reminder=reminder_id)
    return Reply("reminder.set", {"reminder": reminder_id, "changing": True}, Ref("reminder", reminder_id))


@router.answer("reminder.change", wants="time")
async def change_to(ctx: Context, reminder: int) -> Reply | None:
    at = _time(ctx.text, ctx)
    if at is None:
        return None
    if at <= ctx.uow.now:
        raise Refused("这个时间已经过了，换一个")
    await tasks.move(ctx.uow, reminder, at)
    return Reply("reminder.set", {"reminder": reminder}, Ref("reminder", reminder))


@router.action("reminder.drop")
async def drop(ctx: Context, reminder_id: int) -> Reply:
    """不用了."""
    await tasks.drop(ctx.uow, reminder_id)
    came = ctx.clicked is not None and ctx.clicked.kind == "reminder.due"
    return _due(reminder_id) if came else Reply("reminder.set", {"reminder": reminder_id}, Ref("reminder", reminder_id))


@router.action("task.done")
async def done(ctx: Context, reminder_id: int) -> Reply:
    """完成: the thread is about that customer now, so that one typed line becomes its note."""
    reminder = await tasks.done(ctx.uow, reminder_id)
    if reminder.customer_id is not None:
        ctx.talk_about(reminder.customer_id)
        ctx.ask("task.heard")
    await tasks.refresh_today(ctx.uow, ctx.moment)
    return _due(reminder_id)


@router.answer("task.heard", wants="words", unasked=True)
async def heard(ctx: Context) -> Reply | None:
    """打过了，他说下周再定: what came of it, on record with that customer; not where another reminder came since."""
    if await come(ctx) is not None:
        return None
    told = _HEARD.search(ctx.text) and not _ORDERED.search(ctx.text) and ctx.topic is not None
    return await notes.note(ctx) if told and ctx.parsed.act in ("note", "unknown") else None


async def come(ctx: Context) -> int | None:
    """The reminder that was pushed to him last, if no other card came since and it is not answered."""
    newest = await newest_card(ctx)
    if newest is None or newest.kind != "reminder.due":
        return None
    reminder = int(newest.params["reminder"])
    return reminder if await tasks.came(ctx.uow, reminder) is not None else None


@router.action("task.later")
async def later(ctx: Context, reminder_id: int) -> Reply:
    """推迟1小时."""
    await tasks.put_off(ctx.uow, reminder_id, reminding.in_an_hour(ctx.moment))
    return _due(reminder_id, "hour")


@router.action("task.tomorrow")
async def tomorrow(ctx: Context, reminder_id: int) -> Reply:
    """改到明天."""
    await tasks.put_off_to_next_day(ctx.uow, reminder_id, ctx.moment)
    return _due(reminder_id, "day")


@router.action("task.monday")
async def monday(ctx: Context, reminder_id: int) -> Reply:
    """下周一再说, after the third time."""
    await tasks.move(ctx.uow, reminder_id, reminding.next_monday(ctx.moment))
    return _due(reminder_id, "day")


def _due(reminder_id: int, moved: str = "") -> Reply:
    return Reply("reminder.due", {"reminder": reminder_id, "moved": moved}, Ref("reminder", reminder_id))


# -- today -------------------------------------------------------------------------------------------------------------


@router.act("today")
@router.command("今天先跟谁", "先跟谁", "今天跟谁")
async def whom_first(ctx: Context) -> Reply:
    """今天先跟谁."""
    return await _list(ctx)


@router.action("ask.today")
async def asked_by_button(ctx: Context) -> None:
    """The same from a button: a card of its own, as the tapped one has other things on it."""
    ctx.send(await _list(ctx))


async def _list(ctx: Context) -> Reply:
    found = await today.due(ctx.uow.session, ctx.actor, ctx.moment)
    params: dict[str, JSON] = {
        "person": ctx.me.id,
        "day": ctx.moment.today.isoformat(),
        "since": ctx.uow.now.isoformat(),
        "customers": list(found),
    }
    return Reply("today", params, Ref("today", ctx.me.id))


@router.action("task.defer")
async def put_off_which_day(ctx: Context, customer_id: int) -> Reply:
    """延后: to which day?"""
    return await _shown_list(ctx, customer_id)


@router.action("task.defer_to")
async def put_off_to(ctx: Context, customer_id: int, day: str) -> Reply:
    """明天, 周五, 下周一."""
    try:
        until = date.fromisoformat(day)
    except ValueError:
        raise Refused from None
    await customers.defer(ctx.uow, customer_id, max(until, working_after(ctx.moment.today)))
    return await _shown_list(ctx, None)


async def _shown_list(ctx: Context, putting_off: int | None) -> Reply:
    """The tapped list as it was made; a new one where the tapped card is not known."""
    if ctx.clicked is None or ctx.clicked.kind != "today":
        made = await _list(ctx)
        return Reply("today", {**made.params, "putting_off": putting_off}, made.subject)
    return Reply("today", {**ctx.clicked.params, "putting_off": putting_off}, Ref("today", ctx.me.id))
