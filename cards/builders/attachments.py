"""What people send besides words: kept, on whom, and back again."""

from __future__ import annotations

from dataclasses import replace

from cards.budget import LINES_LENGTH, NONE_OF_THESE, OPTION, TITLE, VALUE, cut
from cards.builders.offering import in_full, labels
from cards.model import Action, Block, Button, Card, CardFile, Choice, Facts, Lines
from cards.registry import Moment, card
from cards.words import at
from domain.files import ending
from domain.views import attachments
from domain.views.attachments import PAGE, AttachmentView, ListView, OffersView

SORTS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件", "link": "链接", "place": "位置"}
_HINTS = {
    "image": "图片里的字我看不清，关键的一句打给我就行",
    "video": "视频我看不了，关键的一句打给我就行",
    "place": "聊得怎样，直接说一句就记上",
}
_COUNTED = {"image": "张", "video": "段", "file": "个"}
_MOST = 3  # customers on buttons
_NONE = NONE_OF_THESE[1]
_UNITS = ((1 << 20, "MB"), (1 << 10, "KB"))


@card("attachment.kept", load=attachments.attachment)
def kept(view: AttachmentView, moment: Moment) -> Card:
    """Where it went; one that was taken back has its way back."""
    me = (str(view.id),)
    if view.gone:
        return Card(
            kind="attachment.kept",
            title=_title("已撤销", view),
            note=f"{_what(view)}收起来了",
            blocks=_facts(view),
            buttons=(Button("恢复", Action("attachment.restore", me)),),
            text=f"已撤销：{_called(view)}。回：恢复",
        )
    state = "已签到" if view.sort == "place" else "已存附件"
    buttons = [Button("换一家", Action("attachment.move", me)), Button("撤销", Action("attachment.undo", me))]
    if view.customer_id is not None:
        buttons.append(Button("看附件", Action("attachment.list", (str(view.customer_id),))))
    return Card(
        kind="attachment.kept",
        title=_title(state, view),
        note=_note(view, moment),
        blocks=(*_facts(view), *_hint(view)),
        buttons=tuple(buttons),
        text=_said(view, "、".join(b.label for b in buttons)),
    )


@card("attachment.whose", load=attachments.offers)
def whose(view: OffersView, _moment: Moment) -> Card:
    """Nobody was being talked about: the customers that were written about last."""
    row = view.attachment
    names = [option.name for option in view.offered[:_MOST]]
    ids = [option.customer_id for option in view.offered[:_MOST]]
    buttons = [
        Button(label, Action("attachment.place", (str(row.id), str(i))))
        for label, i in zip(labels(names), ids, strict=True)
    ]
    title = "在哪家签到？" if row.sort == "place" else "归到哪家？"
    said = "，".join(f"{n} {name}" for n, name in enumerate(names, 1))
    return Card(
        kind="attachment.whose",
        title=title,
        note=f"{_what(row)}存着，点一下就归档",
        blocks=(*_facts(row), *(in_full(names) or _hint(row))),
        buttons=(*buttons, Button(_NONE, Action("attachment.place", (str(row.id), "0")))),
        numbered=True,
        text=f"{title}{f'回 {said}，或' if said else ''}直接说客户名",
    )


@card("attachment.sheet", load=attachments.attachment)
def sheet(view: AttachmentView, _moment: Moment) -> Card:
    """A workbook is a list to import, which cannot be done yet."""
    me = (str(view.id),)
    back = (
        Button("恢复", Action("attachment.restore", me)) if view.gone else Button("撤销", Action("attachment.undo", me))
    )
    state = "已撤销" if view.gone else "先存着"
    return Card(
        kind="attachment.sheet",
        title=f"{state} · {cut(view.name, TITLE - len(state) - 3)}",
        note="整表导入还没开" if not view.gone else "表格收起来了",
        blocks=(*_facts(view), Lines(("开了导入就能直接用，不用重发；是哪家的资料，点「归到客户」",))),
        buttons=(back,) if view.gone else (Button("归到客户", Action("attachment.move", me)), back),
        text=f"{state}：{view.name}。整表导入还没开，开了就能直接用，不用重发。回：{back.label}",
    )


@card("attachment.list", load=attachments.of_customer)
def listed(view: ListView, moment: Moment) -> Card:
    """What is on a customer; one of it can be had again."""
    if not view.rows:
        return Card(kind="attachment.list", text=f"{view.customer}还没有附件。发图片或文件给我，就存到它名下")
    room = (LINES_LENGTH + 1) // PAGE - 1
    lines = tuple(
        cut(f"{n} {_called(row)} · {row.sent_by} {at(row.at, moment.now, moment.zone)}", room)
        for n, row in enumerate(view.rows, 1)
    )
    buttons = [Button("发给我", Action("attachment.send"), style="primary")]
    if view.offset + PAGE < view.count:
        turned = (str(view.customer_id), str(view.offset + PAGE), view.sort, view.about)
        buttons.append(Button("更多", Action("attachment.page", turned)))
    options = tuple((str(row.id), cut(f"{n} {_called(row)}", OPTION)) for n, row in enumerate(view.rows, 1))
    head = f"{SORTS[view.sort] if view.sort else '附件'} {view.count} 个"
    return Card(
        kind="attachment.list",
        title=f"{head} · {cut(view.customer, TITLE - len(head) - 3)}",
        note=f"没有写明「{cut(view.missed, 10)}」的，都在这" if view.missed else "",
        blocks=(Lines(lines), Choice("要哪个", options)),
        buttons=tuple(buttons),
        text=f"{view.customer}的附件 {view.count} 个：{'；'.join(lines)}。要哪个回它的数字",
    )


@card("attachment.file", load=attachments.attachment)
def itself(view: AttachmentView, _moment: Moment) -> Card:
    """The picture or the file as it was sent; a link and a place in words."""
    if view.sort == "link":
        return Card(kind="attachment.file", text="\n".join(filter(None, (view.name, view.url))))
    if view.sort == "place":
        return Card(kind="attachment.file", text=f"签到地点：{view.text}")
    if view.state != "kept":
        return Card(
            kind="attachment.file", text="还在取，取到就能看" if view.state == "waiting" else "这个文件没取到过"
        )
    name = view.name or f"{SORTS[view.sort]}{view.id}{ending(view.media_type)}"
    return Card(
        kind="attachment.file", text=f"[{SORTS[view.sort]}] {name}", file=CardFile(name, view.sha256, view.media_type)
    )


@card("attachment.look", load=attachments.attachment)
def look(view: AttachmentView, moment: Moment) -> Card:
    """A picture to be looked at, with whose it is; anything else as it was sent."""
    shown = itself(view, moment)
    if shown.file is None or view.sort != "image":
        return replace(shown, kind="attachment.look")
    word = view.name or SORTS["image"]
    more = [Button("发原图", Action("attachment.send", (str(view.id),)))]
    if view.customer_id is not None:
        more.append(Button("看附件", Action("attachment.list", (str(view.customer_id),))))
    return replace(
        shown,
        kind="attachment.look",
        title=_title(cut(word, 12), view),
        note=f"{view.sent_by} · {at(view.at, moment.now, moment.zone)}",
        more=tuple(more),
    )


def _title(state: str, view: AttachmentView) -> str:
    whose = view.customer or _called(view)
    return f"{state} · {cut(whose, TITLE - len(state) - 3)}"


def _note(view: AttachmentView, moment: Moment) -> str:
    if view.state == "waiting":
        return f"{SORTS[view.sort]}还在取，取到就在"
    if view.state == "lost":
        return f"{SORTS[view.sort]}没取到，再发一次"
    parts = [_what(view), at(view.at, moment.now, moment.zone)]
    if view.activity_id is not None:
        parts.append("算在今天的拜访上")
    return " · ".join(parts)


def _what(view: AttachmentView) -> str:
    """图片; 9 张图片."""
    word = SORTS[view.sort]
    return f"{view.count} {_COUNTED.get(view.sort, '个')}{word}" if view.count > 1 else word


def _facts(view: AttachmentView) -> tuple[Block, ...]:
    rows = []
    if view.sort == "place":
        rows.append(("地点", cut(view.text, VALUE)))
    elif view.name:
        rows.append(("标题" if view.sort == "link" else "名字", cut(view.name, VALUE)))
    if view.size:
        rows.append(("大小", _size(view.size)))
    return (Facts(tuple(rows)),) if rows else ()


def _hint(view: AttachmentView) -> tuple[Block, ...]:
    return (Lines((_HINTS[view.sort],)),) if view.sort in _HINTS else ()


def _called(view: AttachmentView) -> str:
    return view.name or view.text or SORTS[view.sort]


def _said(view: AttachmentView, answers: str) -> str:
    """图已存到华星精工."""
    what = "签到" if view.sort == "place" else SORTS[view.sort]
    where = f"{what}已存到{view.customer}" if view.customer else f"{what}已存着"
    hint = f"。{_HINTS[view.sort]}" if view.sort in _HINTS else ""
    return f"{where}{hint}。回：{answers.replace('、', '/')}"


def _size(count: int) -> str:
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{count} 字节"
