"""Commands on a real database: asking, importing people, exporting, administrators, the doctor."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bot.commands.export_kinds import KINDS
from tests.cli.conftest import Genjin

NOTE = "今天下午拜访了苏州海棠机电有限公司的周总，聊了排产系统，预算大概30万"


def test_a_note_is_answered_in_words(genjin_with_data: Genjin) -> None:
    done = genjin_with_data("ask", "--as", "lin.yue", NOTE)

    assert done.code == 0, done.err
    first, *_ = done.out.split("\n\n")
    assert "海棠机电" in first
    assert "30万" in first


def test_a_card_is_one_json_line(genjin_with_data: Genjin) -> None:
    done = genjin_with_data("ask", "--as", "LIN.YUE", "--json", NOTE)

    assert done.code == 0, done.err
    told = done.lines[0]
    assert told["to"] == "lin.yue"
    assert {"kind", "title", "facts", "lines", "buttons", "state"} <= set(told["card"])
    assert "海棠机电" in told["card"]["title"]
    assert all(set(button) == {"label", "action"} for button in told["card"]["buttons"])


def test_a_tapped_button_changes_the_card(genjin_with_data: Genjin) -> None:
    buttons = genjin_with_data("ask", "--as", "lin.yue", "--json", NOTE).lines[0]["card"]["buttons"]
    undo = next(b["action"] for b in buttons if b["label"] == "撤销")

    done = genjin_with_data("ask", "--as", "lin.yue", "--json", "--tap", undo)

    assert done.code == 0, done.err
    assert "已撤销" in done.lines[0]["card"]["title"]


def test_a_stranger_is_told_whom_to_ask(genjin_with_data: Genjin) -> None:
    done = genjin_with_data("ask", "--as", "nobody", "你好")

    assert done.code == 0
    assert "还不认识你" in done.out


def test_what_was_asked_can_be_exported(genjin_with_data: Genjin) -> None:
    genjin_with_data("ask", "--as", "lin.yue", NOTE)

    (activity,) = genjin_with_data("export", "activities").lines
    (message,) = genjin_with_data("export", "messages", "--jsonl").lines
    deliveries = genjin_with_data("export", "deliveries").lines

    assert activity["text"] == NOTE
    assert activity["customer"] == "苏州海棠机电有限公司"
    assert activity["contacts"] == ["周总"]
    assert activity["created_by"] == "lin.yue"
    assert activity["message_id"] == message["message_id"]
    assert list(activity)[:11] == (
        [
            "id",
            "message_id",
            "channel",
            "customer",
            "customer_id",
            "contacts",
            "type",
            "occurred_at",
            "text",
            "created_by",
            "created_at",
        ]
    )
    assert list(deliveries[0])[:10] == (
        ["id", "channel", "recipient", "kind", "state", "attempts", "dedupe_key", "created_at", "sent_at", "error"]
    )
    assert {d["state"] for d in deliveries} == {"done"}


def test_every_kind_can_be_exported_in_every_form(genjin_with_data: Genjin, tmp_path: Path) -> None:
    genjin_with_data("ask", "--as", "lin.yue", NOTE)
    file = tmp_path / "out.xlsx"

    for kind in KINDS:
        lines = genjin_with_data("export", kind).lines
        table = list(csv.reader(io.StringIO(genjin_with_data("export", kind, "--csv").out)))
        written = genjin_with_data("export", kind, "--xlsx", str(file))
        sheet = [list(row) for row in load_workbook(file).worksheets[0].iter_rows(values_only=True)]

        assert written.code == 0, written.err
        assert len(table) == len(sheet) == len(lines) + 1
        assert table[0] == sheet[0]
        assert all(list(line) == table[0] for line in lines)


def test_money_is_exported_in_yuan(genjin_with_data: Genjin) -> None:
    genjin_with_data("ask", "--as", "lin.yue", NOTE)

    (sale,) = genjin_with_data("export", "opportunities").lines

    assert sale["amount"] == 300000
    assert sale["owner"] == "lin.yue"


def test_no_cell_is_taken_for_a_formula(genjin_with_data: Genjin, tmp_path: Path) -> None:
    genjin_with_data("ask", "--as", "lin.yue", "=cmd|'/c calc'!A1")
    file = tmp_path / "out.xlsx"

    cells = next(csv.DictReader(io.StringIO(genjin_with_data("export", "messages", "--csv").out)))
    genjin_with_data("export", "messages", "--xlsx", str(file))

    assert cells["text"] == "'=cmd|'/c calc'!A1"
    assert "'=cmd|'/c calc'!A1" in [cell.value for cell in list(load_workbook(file).worksheets[0].rows)[1]]
    assert genjin_with_data("export", "messages").lines[0]["text"] == "=cmd|'/c calc'!A1"


def test_people_come_in_once_and_are_changed_by_a_second_list(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("userid,name,title,superior\nlin.yue,林越,高级销售,zhou.bo\nhe.qing,何青,,zhou.bo\n", "utf-8")

    first, again = genjin_with_data("import", "people", str(file)), genjin_with_data("import", "people", str(file))

    assert first.code == again.code == 0
    assert "created 1, updated 1, unchanged 0" in first.out
    assert "created 0, updated 0, unchanged 2" in again.out


def test_a_dry_run_writes_nothing(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("userid,name\nhe.qing,何青\n", "utf-8")

    done = genjin_with_data("import", "people", str(file), "--dry-run")

    assert "created 1" in done.out
    assert "还不认识你" in genjin_with_data("ask", "--as", "he.qing", "你好").out


def test_wrong_rows_are_rejected_by_their_number_and_the_others_come_in(
    genjin_with_data: Genjin, tmp_path: Path
) -> None:
    book = Workbook()
    for row in (
        ["账号(userid)", "姓名", "直属上级", "手机", "角色"],
        ["he.qing", "何青", "周波", 13800002222, "销售"],
        ["", "无账号", "", "", ""],
        ["a.b", "", "", "", ""],
        ["c.d", "陈东", "没这人", "", ""],
        ["e.f", "方飞", "", "12345", ""],
        ["g.h", "高华", "", "", "皇帝"],
        ["he.qing", "又是何青", "", "", ""],
        ["i.j", "贾一", "c.d", "", ""],
    ):
        book.active.append(row)
    file = tmp_path / "people.xlsx"
    book.save(file)

    done = genjin_with_data("import", "people", str(file))

    assert done.code == 1
    assert "created 1, updated 0, unchanged 0, merged 0, rejected 7" in done.out
    assert [line.split(":")[0] for line in done.out.splitlines()[1:]] == [f"row {n}" for n in range(3, 10)]


def test_nobody_becomes_his_own_superior_over_others(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "circle.csv"
    file.write_text("userid,name,superior\nzhou.bo,周波,lin.yue\n", "utf-8")

    done = genjin_with_data("import", "people", str(file))

    assert done.code == 1
    assert "row 2: lin.yue would be over himself" in done.out


def test_a_list_saved_by_a_chinese_spreadsheet_is_read(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes("账号,姓名\r\nhe.qing,何青\r\n".encode("gb18030"))

    assert "created 1" in genjin_with_data("import", "people", str(file)).out


def test_a_file_without_the_columns_is_refused(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", "utf-8")

    done = genjin_with_data("import", "people", str(file))

    assert done.code == 2
    assert "账号(userid)" in done.err


def test_the_first_administrator_is_made_here(genjin_with_data: Genjin) -> None:
    first, again = genjin_with_data("admin", "zhou.bo"), genjin_with_data("admin", "ZHOU.BO")

    assert first.code == again.code == 0
    assert "now an administrator" in first.out
    assert "already" in again.out
    assert "周总" in genjin_with_data("ask", "--as", "nobody", "你好").out


def test_an_unknown_account_becomes_no_administrator(genjin_with_data: Genjin) -> None:
    done = genjin_with_data("admin", "nobody")

    assert done.code == 2
    assert "genjin import people" in done.err


def test_the_doctor_finds_a_migrated_database_well(genjin_with_data: Genjin) -> None:
    done = genjin_with_data("doctor")

    assert done.code == 0, done.out
    assert all(line.startswith("ok ") for line in done.out.splitlines())


def test_the_doctor_says_what_to_do_about_a_missing_database(genjin: Genjin) -> None:
    done = genjin("doctor")

    assert done.code == 1
    assert "run genjin migrate" in done.out


def test_migrating_twice_does_no_harm(genjin: Genjin) -> None:
    assert genjin("migrate").code == genjin("migrate").code == 0
    assert genjin("doctor").code == 0
