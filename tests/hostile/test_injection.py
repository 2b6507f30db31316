"""Words that try to be more than words, wherever they come out again: a spreadsheet, a log, a card, a link."""

from __future__ import annotations

import csv
import io
import json
import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.commands import export, logs
from cards.links import followable, safe
from cards.model import Action, Button, Card, Facts, Lines, Link, Quote
from cards.renderers import text, wecom, wecom_markdown
from tests.cli.conftest import Genjin, genjin, genjin_with_data

__all__ = ["genjin", "genjin_with_data"]  # fixtures

FORMULAS = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=HYPERLINK("http://evil.example","看")',
)
ADDRESSES = (
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "//evil.example",
    "https://",
    "https://good.example@evil.example/",
    "https://good.example:pass@evil.example/",
    "https://evil.example\\@good.example",
    "https://good.example\u202e/",
    "https://gооd.example/",  # two letters are Cyrillic
    "https://good.example/\r\nX: 1",
    "https://good.example:99999999/",
    "https://[::1/",
    "https://good.example/" + "a" * 2000,
)


# -- spreadsheets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_exported_text_is_a_formula(typed: str) -> None:
    cell = export._cell(typed)

    assert cell == f"'{typed}"


@given(st.text(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_exported_cell_is_the_text_or_the_text_made_harmless(typed: str, listed: bool) -> None:
    cell = export._cell([typed] if listed else typed)

    assert isinstance(cell, str)
    assert not cell.startswith(export.FORMULA)
    assert cell.removeprefix("'") == "".join(c for c in typed if ord(c) not in export._UNFIT).removeprefix("'")
    assert not any(c in cell for c in "\x00\x07\x1b\x7f\x9b\uffff")


def test_a_hostile_text_comes_out_of_every_form_of_export(genjin_with_data: Genjin, tmp_path: Path) -> None:
    typed = '=1+1\x1b[31m",\r\n"新行\x9b;DROP'
    genjin_with_data("ask", "--as", "lin.yue", typed)
    file = tmp_path / "out.xlsx"

    (line,) = genjin_with_data("export", "messages", "--jsonl").lines
    table = list(csv.DictReader(io.StringIO(genjin_with_data("export", "messages", "--csv").out, newline="")))
    genjin_with_data("export", "messages", "--xlsx", str(file))
    sheet = load_workbook(file).worksheets[0]

    harmless = "'" + typed.replace("\x1b", "").replace("\x9b", "")
    assert line["text"] == typed
    assert [row["text"] for row in table] == [harmless]
    cells = [cell for cell in list(sheet.rows)[1] if cell.value and "DROP" in str(cell.value)]
    assert [(cell.data_type, cell.value.replace("\r\n", "\n")) for cell in cells] == [
        ("s", harmless.replace("\r\n", "\n"))
    ]


# -- logs --------------------------------------------------------------------------------------------------------------

FORGED = "x\n2026-11-25 08:00:00,000 ERROR bot.app: all is lost\r\x1b[2J\x9b\u2028\u202e\x00"


@pytest.mark.parametrize("form", [logs._Text(), logs._Json()], ids=["text", "json"])
def test_nothing_that_is_logged_begins_a_line_of_its_own(form: logging.Formatter) -> None:
    record = logging.makeLogRecord(
        {"msg": "callback refused %s", "args": (FORGED,), "levelno": 30, "message_id": FORGED}
    )
    record.exc_info = (RuntimeError, RuntimeError(FORGED), None)

    line = form.format(record)

    assert line.isprintable()
    assert len(line.splitlines()) == 1


@given(st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_a_log_line_of_anything_is_one_line(said: str, fact: str) -> None:
    record = logging.makeLogRecord({"msg": said, "levelno": 30, "fact": fact})

    assert logs._Text().format(record).isprintable()
    assert json.loads(logs._Json().format(record))["fact"] == fact


# -- cards -------------------------------------------------------------------------------------------------------------

MARKUP = "<@all> [看](http://evil.example) **粗** `码` <a href='http://evil.example'>点</a>\n> 引\n# 题"


def test_what_somebody_typed_is_a_value_of_a_card_and_nothing_else() -> None:
    card = Card(
        kind="any",
        title="已记录 · 恒泰",
        blocks=(Facts(((MARKUP, MARKUP),)), Lines((MARKUP,)), Quote(MARKUP)),
        buttons=(Button("撤销", Action("note.undo", (MARKUP, "a:b%3A"))),),
    )

    wire = wecom.template_card(card, "task-1")

    assert set(wire) <= {
        *("card_type", "task_id", "source", "main_title", "quote_area", "sub_title_text", "horizontal_content_list"),
        "button_list",
    }
    (button,) = wire["button_list"]  # type: ignore[misc]
    assert Action.unpack(button["key"]) == Action("note.undo", (MARKUP, "a:b%3A"))  # type: ignore[index,call-overload,arg-type]


def test_a_group_hears_of_nobody_that_a_text_mentions_and_sees_no_link_of_its() -> None:
    card = Card(kind="any", title=MARKUP, note=MARKUP, blocks=(Facts(((MARKUP, MARKUP),)), Quote(MARKUP)), state=MARKUP)

    for shown in (wecom_markdown.markdown(card), wecom.text(Card(kind="any", text=MARKUP))):
        assert "<@" not in shown
        assert "<a" not in shown
    assert "](" not in wecom_markdown.markdown(card)


# -- links -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_leads_nowhere_good_is_on_no_card(address: str) -> None:
    card = Card(kind="any", title="已记录", buttons=(Button("打开", Link(address)),), link=address)

    assert safe(address) is None
    assert followable(card) == Card(kind="any", title="已记录")
    for shown in (wecom_markdown.markdown(card), text.plain_text(card), json.dumps(wecom.template_card(card, "t"))):
        assert "evil" not in shown
        assert "打开" not in shown


def test_an_address_is_spelt_so_that_no_part_of_it_is_markup() -> None:
    assert safe("HTTPS://crm.example.com:8443/a(b)c?d=[x]&e=\"f\"'g'#华") == (
        "https://crm.example.com:8443/a%28b%29c?d=%5Bx%5D&e=%22f%22%27g%27#%E5%8D%8E"
    )
    assert safe("http://[::1]:8080/h5/1") == "http://[::1]:8080/h5/1"


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_whatever_is_followed_is_a_page_and_holds_no_markup(said: str) -> None:
    for address in (said, f"https://crm.example.com/{said}"):
        url = safe(address)
        if url is not None:
            assert url.startswith(("http://", "https://"))
            assert url.isascii()
            assert not set("()<>\"'` \n\\{}|^") & set(url)
