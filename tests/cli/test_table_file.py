"""Lists that are made to harm whoever reads them: refused in a line, or read for what they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bot.commands import table_file
from bot.commands.people_file import read
from bot.commands.table_file import BadFile, table
from tests.fuzz.seeds import workbook

SHEET = "xl/worksheets/sheet1.xml"


def packed(tmp_path: Path, parts: dict[str, bytes]) -> Path:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return path


def with_cell(parts: dict[str, bytes], cell: bytes) -> dict[str, bytes]:
    return parts | {SHEET: parts[SHEET].replace(b"</sheetData>", cell + b"</sheetData>")}


def test_a_workbook_with_every_kind_of_cell_is_read(tmp_path: Path) -> None:
    rows = table(packed(tmp_path, workbook()))

    assert rows[0][:3] == ["账号(userid)", "姓名", "部门"]
    assert rows[1][:3] == ["lin.yue", "林越", "华东组"]
    assert rows[2] == [""] * len(rows[2])
    assert rows[3][:5] == ["zhou.bo", "周波", "13800001111", "True", "#REF!"]
    assert [line.number for line in read(tmp_path / "people.xlsx")] == [2, 4]


def test_a_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    rows = table(packed(tmp_path, with_cell(workbook(), far)))

    assert len(rows) == 4


def test_a_workbook_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, workbook() | {"xl/media/large.bin": b"\x00" * (table_file.UNPACKED + 1)})

    assert path.stat().st_size < 1 << 20
    with pytest.raises(BadFile, match="unpacks to over"):
        table(path)


def test_entities_in_a_workbook_are_not_followed(tmp_path: Path) -> None:
    declared = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    parts = workbook()

    with pytest.raises(BadFile, match="no workbook that can be read"):
        table(packed(tmp_path, parts | {SHEET: declared + parts[SHEET]}))


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv"])
def test_a_very_large_file_is_refused_unread(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "LARGEST", 100)
    path = tmp_path / name
    path.write_bytes(b"a" * 101)

    with pytest.raises(BadFile, match="split it"):
        table(path)


def test_more_rows_than_a_list_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "ROWS", 3)
    path = tmp_path / "people.csv"
    path.write_text("userid,name\n" * 4)

    with pytest.raises(BadFile, match="over 3 rows"):
        table(path)
    with pytest.raises(BadFile, match="over 3 rows"):
        table(packed(tmp_path, workbook()))


def test_a_cell_is_one_line_of_what_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b'userid,name\na.b,"\x00 \xe7\x94\xb2\n\x1b[31m\xe4\xb9\x99"\n')

    assert table(path)[1] == ["a.b", "甲 [31m乙"]


def test_what_is_no_workbook_is_refused_in_a_line(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as empty:
        empty.writestr("a", b"")
    for raw in (b"", b"PK", b"userid,name\n", file.getvalue()):
        path = tmp_path / "people.xlsx"
        path.write_bytes(raw)
        with pytest.raises(BadFile, match="no workbook") as refused:
            table(path)
        assert "\n" not in str(refused.value)
