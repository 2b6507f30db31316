"""The command line of a company that is on DingTalk alone: people by staff ids, which mind upper and lower case."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Genjin

PEOPLE = "账号,姓名,职务,直属上级\nStaff01,沈青,销售,马林\nManager7,马林,经理,\n"


@pytest.fixture
def office(genjin: Genjin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Genjin:
    given = {"CLIENT_ID": "dingcli01", "CLIENT_SECRET": "s" * 40, "CONTACTS": "false"}
    nowhere = "http://127.0.0.1:9"
    for name, value in (given | {"API_BASE": nowhere, "OAPI_BASE": nowhere}).items():
        monkeypatch.setenv(f"GENJIN_DINGTALK__{name}", value)
    assert genjin("migrate").code == 0
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert genjin("import", "people", str(tmp_path / "people.csv")).code == 0
    return genjin


def test_people_are_imported_with_their_staff_ids_as_they_are_spelt(office: Genjin, tmp_path: Path) -> None:
    again = office("import", "people", str(tmp_path / "people.csv"))
    admin = office("admin", "manager7")

    assert "created 0, updated 0, unchanged 2" in again.out
    assert admin.code == 0
    assert "马林" in admin.out


def test_who_asks_at_the_terminal_may_be_spelt_in_any_case(office: Genjin) -> None:
    for userid in ("Staff01", "staff01"):
        answered = office("ask", "--as", userid, "今天先跟谁")

        assert answered.code == 0
        assert "我还不认识你" not in answered.out
