"""`genjin parse` and `genjin entities` as their callers see them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from bot.nlp.commands import parse_one, run_entities, run_parse
from tests.nlp.support import NOW, ZONE


def answers(run: Callable[..., int], *lines: str) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(list(lines), out, err, zone=ZONE, now=NOW)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def row(text: str, **more: str) -> str:
    return json.dumps({"id": "a", "text": text, **more}, ensure_ascii=False)


def test_entities_follow_the_contract() -> None:
    code, (said,), _ = answers(
        run_entities, row("预算五六十万，月底前给报价，电话 139 0000 2222", now="2026-03-04T09:20:00")
    )

    found = {e["kind"]: e for e in said["entities"]}
    assert code == 0
    assert found["money"]["value"] == {"value": 500000, "value_max": 600000, "currency": "CNY"}
    assert (found["range"]["span"], found["range"]["start"], found["range"]["value"]) == (
        "月底前",
        7,
        [None, "2026-04-01"],
    )
    assert found["phone"]["value"] == "13900002222"


def test_a_text_without_entities_gives_an_empty_list() -> None:
    assert answers(run_entities, row("好的"))[1] == [{"id": "a", "entities": []}]


def test_a_line_that_cannot_be_read_is_refused_and_the_next_goes_on() -> None:
    code, (first, second, third), err = answers(run_parse, "{oops", '{"id": "b"}', row("签了"))

    assert code == 1
    assert first["id"] is None
    assert "JSON" in first["error"]
    assert second["id"] is None
    assert third["outcome"] == "won"
    assert err.count("\n") == 2


def test_a_bad_moment_is_refused() -> None:
    assert answers(run_parse, row("签了", now="yesterday"))[1][0]["id"] is None


def test_a_moment_with_an_offset_is_moved_to_the_zone() -> None:
    _, (said,), _ = answers(run_parse, row("今天拜访了华星精工", now="2026-11-25T17:00:00+00:00"))

    assert said["activity"]["date"] == "2026-11-26"


def test_each_value_says_where_it_stands() -> None:
    text = "昨天拜访了恒通轴承刘工，预算30万，周五前发报价单"
    _, (said,), _ = answers(run_parse, row(text))

    spans = {path: text[a:b] for path, (a, b) in said["spans"].items()}
    assert spans["customer"] == "恒通轴承"
    assert spans["contacts/0"] == "刘工"
    assert spans["amounts/0"] == "30万"
    assert spans["activity.type"] == "拜访"
    assert spans["activity.date"] == "昨天"
    assert spans["next_actions/0"] == "发报价单"


def test_one_text_is_one_object() -> None:
    out = io.StringIO()

    assert parse_one("签了", out, zone=ZONE, now=NOW) == 0
    assert json.loads(out.getvalue())["stage"] == "签约"


def test_nothing_heavy_is_loaded_before_the_first_text() -> None:
    heavy = "{'jieba', 'rjieba', 'holidays', 'pypinyin'}"
    code = f"import sys, bot.nlp.commands; print(sorted({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
