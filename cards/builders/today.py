"""今天先跟谁: up to five customers, each with its reason in words."""

from __future__ import annotations

from datetime import date, timedelta

from cards import words
from cards.budget import KEY, OPTION, VALUE, cut
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines
from cards.registry import Moment, card
from config.calendar import is_working, working_from
from domain.views import today
from domain.views.pressing import Reason
from domain.views.today import Row, Today


@card("today", load=today.today)
def today_card(view: Today, moment: Moment) -> Card:
    """The list of the day, the day picker for one of its rows, or that nothing is due."""
    if not view.rows:
        return _nothing(view, moment)
    rows = [(row.name, _value(row, moment)) for row in view.rows]
    shown = [*_approvals(view, moment), *rows]
    facts = Facts(tuple((cut(key, KEY), cut(value, VALUE)) for key, value in shown))
    picking = view.putting_off
    blocks: tuple[Block, ...] = (facts,) if picking else (facts, _choice(view))
    day = f"{view.day:%m-%d}({words.weekday(view.day)})"
    told = "；".join(f"{n} {name}，{why}" for n, (name, why) in enumerate(rows, 1))
    return Card(
        kind="today",
        title=f"今天先跟这 {len(view.rows)} 家",
        note=f"{picking.name}延到哪天？" if picking else f"{day} · 按要紧排",
        blocks=blocks,
        buttons=_days(picking, moment) if picking else _buttons(),
        text=f"今天先跟：{told}。回：1记一笔/2延后",
    )


def _choice(view: Today) -> Choice:
    return Choice("选一家", tuple((str(r.customer_id), cut(r.name, OPTION)) for r in view.rows))


def _buttons() -> tuple[Button, ...]:
    return (
        Button("记一笔", Action("note.start"), style="primary"),
        Button("延后", Action("task.defer")),
        Button("看客户", Action("customer.open")),
    )


def _days(row: Row, moment: Moment) -> tuple[Button, ...]:
    """明天, 周五, 下周一: those that are still ahead, each once, and only working days."""
    monday = moment.today + timedelta(days=7 - moment.today.weekday())
    days = {moment.today + timedelta(days=1): "明天", monday - timedelta(days=3): "周五", working_from(monday): ""}
    ahead = [day for day in days if day > moment.today and (is_working(day) or not days[day])]
    return tuple(
        Button(days[day] or until(day, moment.today), Action("task.defer_to", (str(row.customer_id), day.isoformat())))
        for day in sorted(ahead)
    )


def until(day: date, today: date) -> str:
    """明天, 周五, 下周一, 12-09."""
    if day == today + timedelta(days=1):
        return "明天"
    weeks = (day - (today - timedelta(days=today.weekday()))).days // 7
    return f"{day:%m-%d}" if weeks > 1 else ("下" if weeks else "") + words.weekday(day)


def _value(row: Row, moment: Moment) -> str:
    if row.done_at is not None:
        return f"已联系 {words.when(row.done_at, moment.now, moment.zone)}"
    if row.until is not None:
        return f"已延到{until(row.until, moment.today)}"
    return reason(row.reason, moment) if row.reason is not None else "没有到期的事了"


def reason(why: Reason, moment: Moment) -> str:
    """Why a customer is due, as one colleague would tell another."""
    match why.sort:
        case "promise" | "follow":
            return _promised(why, moment)
        case "payment":
            return _owed(why)
        case "reminder":
            at = words.when(why.moment, moment.now, moment.zone) if why.moment is not None else ""
            return f"{at} 提醒你{why.words}"
        case "silent":
            return f"{why.words}类，还没联系过" if why.days is None else f"{why.words}类，已 {why.days} 天没联系"
        case _:
            return f"{why.words} {why.days} 天没动"


def _promised(why: Reason, moment: Moment) -> str:
    if why.day is None or why.day == moment.today:
        return f"{'承诺' if why.sort == 'promise' else ''}今天{why.words}"
    said = "答应的是" if why.sort == "promise" else "原定"
    tail = f"，{said} {why.day:%m-%d}"
    return f"还没{cut(why.words, VALUE - len(tail) - 2)}{tail}"


def _owed(why: Reason) -> str:
    name, days = why.words or "回款", why.days or 0
    if days == 0:
        return f"{name}今天到期，没收到"
    return f"{name}还差 {days} 天，没收到" if days > 0 else f"{name}过了 {-days} 天，没收到"


def _approvals(view: Today, moment: Moment) -> list[tuple[str, str]]:
    if not view.approvals or view.waiting_since is None:
        return []
    waiting = words.lasting(moment.now - view.waiting_since)
    spaced = waiting if not waiting[0].isdigit() else _spaced(waiting)
    return [("待审批", f"{view.approvals} 件，最久等了 {spaced}")]


def _spaced(lasting: str) -> str:
    """20 小时 of 20小时."""
    number = lasting.rstrip("分钟小时天")
    return f"{number} {lasting[len(number) :]}"


def _nothing(view: Today, moment: Moment) -> Card:
    line = f"手上 {view.own} 家" if view.own else "手上还没有客户" if view.sells else ""
    if view.longest is not None:
        line += f"，最久没联系：{view.longest[0]} {view.longest[1]} 天"
    rows = [*_approvals(view, moment), *_invoices(view)]
    facts: tuple[Block, ...] = (Facts(tuple(rows)),) if rows else ()
    lines: tuple[Block, ...] = (Lines((line,)),) if line else ()
    title = f"今天要开 {len(view.invoices)} 张发票" if view.invoices else "今天没有到期的事"
    said = "。".join(filter(None, (title, "，".join(f"{key} {value}" for key, value in _invoices(view)), line)))
    return Card(kind="today", title=title, blocks=(*facts, *lines), text=said)


def _invoices(view: Today) -> list[tuple[str, str]]:
    names = "、".join(view.invoices)
    return [("待开票", cut(names, VALUE))] if names else []
