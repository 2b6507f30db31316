"""`genjin link` line by line: what comes in, what goes out, what goes wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bot.link_command import link


def answers(tmp_path: Path, names: list[dict[str, object]], lines: list[str]) -> list[dict[str, object]]:
    path, out = tmp_path / "names.jsonl", io.StringIO()
    path.write_text("\n".join(json.dumps(name, ensure_ascii=False) for name in names) + "\n\n", encoding="utf-8")
    link(path, lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


LIST: list[dict[str, object]] = [
    {"full": "江苏朗星精工股份有限公司", "short": "朗星精工", "former": ["朗星机械"], "unknown": 1},
    {"full": "浙江郎鑫精密机械有限公司", "short": None, "former": [], "place": "浙江"},
]


def query(identity: str, words: str) -> str:
    return json.dumps({"id": identity, "query": words}, ensure_ascii=False) + "\n"


def test_queries_are_answered_in_their_order_with_the_full_name(tmp_path: Path) -> None:
    rows = answers(
        tmp_path, LIST, [query("1", "朗星那边的张总"), query("2", "郎鑫精密"), query("3", "朗星精工上海分公司")]
    )
    assert [(row["id"], row["match"]) for row in rows] == [
        ("1", "江苏朗星精工股份有限公司"),
        ("2", "浙江郎鑫精密机械有限公司"),
        ("3", None),
    ]
    assert rows[2]["also"] == ["江苏朗星精工股份有限公司"]
    assert all(0 <= float(str(row["score"])) <= 1 for row in rows)


def test_a_line_that_cannot_be_read_is_answered_and_the_next_one_too(tmp_path: Path) -> None:
    rows = answers(tmp_path, LIST, ["{oops\n", '{"id": "1"}\n', "\n", query("2", "朗星")])
    assert [row["id"] for row in rows] == [None, None, "2"]
    assert rows[0]["error"]
    assert "query" in str(rows[1]["error"])


def test_at_most_three_others_are_offered(tmp_path: Path) -> None:
    trades = ("食品", "化工", "电子", "物流", "传媒")
    rows = answers(tmp_path, [{"full": f"朗星{trade}有限公司"} for trade in trades], [query("1", "朗星")])
    assert rows[0]["match"] is None
    assert len(rows[0]["also"]) == 3  # type: ignore[arg-type]


def test_a_list_with_a_bad_line_is_refused_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "names.jsonl"
    path.write_text('{"full": "朗星"}\n{"short": "x"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: full"):
        link(path, [], io.StringIO())


def test_each_answer_is_out_before_the_next_query_is_read(tmp_path: Path) -> None:
    path, out = tmp_path / "names.jsonl", io.StringIO()
    path.write_text(json.dumps(LIST[0]), encoding="utf-8")

    def asked():  # type: ignore[no-untyped-def]
        yield query("1", "朗星")
        assert out.getvalue().endswith("\n")

    link(path, asked(), out)
    assert out.getvalue().count("\n") == 1
