"""A customer's name alone: the 360° card, its timeline, and the questions about which customer is meant."""

from __future__ import annotations

from cards import words
from cards.budget import OPTION, TITLE, VALUE, cut
from cards.builders.attachments import SORTS
from cards.builders.note_facts import KIND
from cards.model import Action, Block, Button, Card, Choice, Facts, Lines
from cards.registry import Moment, card
from domain.views import customer as views
from domain.views.attachments import KeptThere
from domain.views.customer import ActivityLine, CustomerView, DueLine, PhoneView, PromiseLine, Timeline
from domain.views.lookup import Option

LINE = 36  # three of them fit the budget of all lines
TIMELINE_LINE = 22
LABEL = 6
OFFERED = 5


@card("customer.360", load=views.customer)
def customer_360(view: CustomerView | Option, moment: Moment) -> Card:
    """Everything that matters now; of a colleague's customer its name and his alone."""
    if isinstance(view, Option):
        return _colleagues(view)
    me = (str(view.id),)
    facts = _facts(view, moment)
    blocks: list[Block] = []
    if view.activities:
        blocks.append(Lines(tuple(cut(_happened(a), LINE) for a in view.activities)))
    if facts:
        blocks.append(Facts(tuple((key, cut(value, VALUE)) for key, value in facts)))
    return Card(
        kind="customer.360",
        title=_title(view.name, f"{view.level}类"),
        note=_note(view, moment),
        blocks=tuple(blocks),
        buttons=(
            Button("记跟进", Action("note.start", me), style="primary"),
            Button("建商机", Action("deal.new", me)),
            Button("时间线", Action("customer.timeline", me)),
        ),
        more=(Button("看附件", Action("attachment.list", me)),) if view.kept.count else (),
        link=f"/h5/customers/{view.id}",
        text=_spoken(view, facts),
    )


@card("customer.timeline", load=views.timeline)
def timeline(view: Timeline, _moment: Moment) -> Card:
    """Ten lines, shortened so that all of them fit; 更多 turns the page."""
    rows = [_happened(a) for a in view.activities]
    more = Button("更多", Action("customer.timeline", (str(view.id), str(view.page + 1))))
    back = Button("看客户", Action("customer.open", (str(view.id),)))
    pairs = tuple((f"{a.on:%m-%d}", cut(f"{KIND[a.type]}：{a.words}", VALUE)) for a in view.activities[:6])
    rest = tuple(cut(row, TIMELINE_LINE) for row in rows[6:])
    blocks: list[Block] = [Facts(pairs)] if pairs else [Lines(("还没有记录",))]
    if rest:
        blocks.append(Lines(rest))
    return Card(
        kind="customer.timeline",
        title=f"时间线 · {view.name}",
        note=f"第 {view.page + 1} 页" if view.page or view.more else "",
        blocks=tuple(blocks),
        buttons=(more, back) if view.more else (back,),
        text=f"{view.name}：{'；'.join(rows) or '还没有记录'}",
    )


@card("customer.which", load=views.choice)
def which(found: tuple[str, tuple[Option, ...]], _moment: Moment) -> Card:
    """Several fit: buttons where their names are short enough for one, else a list to pick from."""
    wording, options = found
    names = told_apart(options)
    title = f"哪位{wording}？" if wording else "哪一家？"
    text = f"{title}回 " + "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    if len(options) <= OFFERED and all(len(name) <= LABEL for name in names):
        buttons = tuple(
            Button(name, Action("customer.open", (str(o.customer_id),))) for name, o in zip(names, options, strict=True)
        )
        return Card(kind="customer.which", title=title, note="点一下就看", buttons=buttons, numbered=True, text=text)
    choices = tuple((str(o.customer_id), cut(name, OPTION)) for name, o in zip(names, options, strict=True))
    return Card(
        kind="customer.which",
        title=title,
        blocks=(Choice("选一家", choices),),
        buttons=(Button("看客户", Action("customer.open"), style="primary"),),
        text=text,
    )


@card("customer.unknown", load=views.choice)
def unknown(found: tuple[str, tuple[Option, ...]], _moment: Moment) -> Card:
    """Not on record: make it, or look at those that are alike."""
    wording, _ = found
    said = cut(wording, 20)
    create = Button("新建一家", Action("customer.create", (said,)), style="primary")
    return Card(
        kind="customer.unknown",
        title=f"没有「{said}」",
        buttons=(create, Button("找像的", Action("customer.alike", (said,)))),
        text=f"没有「{said}」。回：新建一家/找像的",
    )


def told_apart(options: tuple[Option, ...]) -> list[str]:
    """Short names, with the owner or the place where two are the same."""
    names = [o.name for o in options]
    return [o.name if names.count(o.name) == 1 else f"{o.name}({o.owner or o.region or '公海'})" for o in options]


def _colleagues(option: Option) -> Card:
    owner = option.owner or "同事"
    ask = Button("请他协作", Action("share.ask", (str(option.customer_id),)), style="primary")
    return Card(
        kind="customer.360",
        title=_title(option.name, f"{owner}负责"),
        buttons=(ask,),
        text=f"{option.name} · {owner}负责。回：请他协作",
    )


def _title(name: str, what: str) -> str:
    """华星精工 · B类: a long name gives way, what is said of it stays."""
    return f"{cut(name, TITLE - len(what) - 3)} · {what}"


def _note(view: CustomerView, moment: Moment) -> str:
    parts = [f"{view.deal.stage} 第{view.deal.day}天"] if view.deal is not None else []
    if risk := _risk(view):
        parts.append(f"风险：{risk}")
    if view.pool:
        parts.append("公海")
    if not view.named:
        parts.append("待补全称")
    if not parts and view.last_contact_at is not None:
        day = words.day(view.last_contact_at.astimezone(moment.zone).date(), moment.today)
        parts.append(f"上次联系 {day}")
    return " · ".join(parts)


def _risk(view: CustomerView) -> str:
    """What the record itself warns of, the gravest first."""
    if view.overdue:
        return f"还没{cut(view.overdue, 12)}"
    if view.worried:
        return "顾虑没解决"
    return f"{view.stuck} 天没进展" if view.stuck else ""


def _facts(view: CustomerView, moment: Moment) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if view.top is not None and view.top.phone:
        found.append(("电话", f"{view.top.name} {view.top.phone}"))
    if view.top is not None and view.top.wechat:
        found.append(("微信", f"{view.top.name} {view.top.wechat}"))
    if view.deal is not None and (deal := _deal(view)):
        found.append(("商机", deal))
    if view.contacts:
        found.append(("联系人", _people(view)))
    if view.promises:
        found.append(("待办", promised(view.promises[0], moment) + _more(len(view.promises))))
    if view.payments:
        found.append(("回款", _due(view.payments[0], moment) + _more(len(view.payments))))
    return [*found, *([("负责人", view.owner)] if view.owner else []), *_sent(view.kept, moment)]


def _sent(kept: KeptThere, moment: Moment) -> list[tuple[str, str]]:
    """What was sent besides words, and where somebody was last."""
    found = []
    if kept.was_there is not None:
        found.append(("签到", f"{words.at(kept.was_there, moment.now, moment.zone)} {kept.place}"))
    if kept.at is not None:
        newest = f"{SORTS[kept.sort]} {words.at(kept.at, moment.now, moment.zone)}"
        found.append(("附件", f"{kept.count} 个，最近 {newest}" if kept.count > 1 else newest))
    return found


def _deal(view: CustomerView) -> str:
    deal = view.deal
    if deal is None:
        return ""
    amount = words.money(deal.amount, about=deal.about) if deal.amount is not None else ""
    return " ".join(filter(None, (deal.product, amount))) or deal.stage


def _people(view: CustomerView) -> str:
    """张总(决策人)、刘工(使用人), as many as there is room for."""
    said = [f"{c.name}({c.role})" if c.role else (c.name or c.phone) for c in view.contacts]
    while len(said) > 1 and len("、".join(said)) + 4 > VALUE:
        said.pop()
    hidden = len(view.contacts) - len(said)
    return "、".join(said) + (f"等{len(view.contacts)}人" if hidden else "")


def promised(promise: PromiseLine, moment: Moment) -> str:
    """12-02(周三)前 给方案."""
    if promise.due_at is not None:
        return f"{words.at(promise.due_at, moment.now, moment.zone)} {promise.text}"
    if promise.due_on is None:
        return promise.text
    until = words.deadline if promise.before else words.dated
    return f"{until(promise.due_on, moment.today)} {promise.text}"


def _due(payment: DueLine, moment: Moment) -> str:
    """一期尾款 12万 12-10 到期."""
    amount = words.money(payment.amount) if payment.amount is not None else ""
    if payment.due_on is None:
        when = payment.condition
    elif payment.due_on < moment.today:
        when = f"{payment.due_on:%m-%d} 已到期"
    else:
        when = f"{payment.due_on:%m-%d} 到期" if payment.due_on.year == moment.today.year else f"{payment.due_on} 到期"
    return " ".join(filter(None, (payment.label, amount, when)))


def _more(count: int) -> str:
    return f"，共{count}件" if count > 1 else ""


def _happened(activity: ActivityLine) -> str:
    """11-25 拜访：担心实施周期太长."""
    return f"{activity.on:%m-%d} {KIND[activity.type]}：{' '.join(activity.words.split())}"


def _spoken(view: CustomerView, facts: list[tuple[str, str]]) -> str:
    stage = f"，{view.deal.stage}第{view.deal.day}天" if view.deal is not None else ""
    told = "；".join(value if key in ("商机", "待办") else f"{key}{value}" for key, value in facts)
    return f"{view.name}（{view.level}类{stage}）" + (f"：{told}" if told else "") + "。回：记跟进/建商机/时间线"


@card("phone.whose", load=views.phone)
def whose_phone(view: PhoneView, _moment: Moment) -> Card:
    """A phone that is on record nowhere: whose is it?"""
    if view.kept:
        return Card(
            kind="phone.whose", title="先存着了", note=view.phone, state="已存着", text=f"{view.phone} 先存着了"
        )
    buttons = [Button("新客户", Action("phone.new", (view.phone,)), style="primary")]
    if view.customer_id is not None:
        label = f"{view.customer}的"
        at = Action("phone.at", (view.phone, str(view.customer_id)))
        buttons.append(Button(label if len(label) <= LABEL else "刚说那家", at))
    buttons.append(Button("先存着", Action("phone.keep", (view.phone,))))
    replies = "/".join(b.label for b in buttons)
    return Card(
        kind="phone.whose",
        title="这是谁的电话？",
        note=view.phone,
        buttons=tuple(buttons),
        text=f"这是谁的电话？{view.phone}。回：{replies}",
    )
