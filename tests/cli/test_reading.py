"""`genjin parse`, `entities` and `link`: text in, JSON out, without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Genjin

NOW = "2026-11-25T16:00:00"


def test_one_message_gives_one_object(genjin: Genjin) -> None:
    done = genjin("parse", "--now", NOW, "今天下午拜访了海棠机电的周总，预算大概30万")

    assert done.code == 0
    said = done.lines[0]
    assert said["activity"] == {"type": "visit", "date": "2026-11-25"}
    assert said["amounts"][0]["value"] == 300000


def test_a_message_may_come_on_standard_input(genjin: Genjin) -> None:
    done = genjin("parse", "--now", NOW, given="明天给海棠机电发报价\n")

    assert done.code == 0
    assert done.lines[0]["next_actions"]


def test_now_without_an_offset_is_in_the_companys_zone(genjin: Genjin) -> None:
    late, early = genjin("parse", "--now", "2026-11-25T23:30:00", "今天拜访了海棠机电"), "2026-11-25"

    assert late.lines[0]["activity"]["date"] == early


def test_lines_are_answered_in_order_with_their_ids(genjin: Genjin) -> None:
    lines = [{"id": str(n), "text": f"预算{n}万", "now": NOW} for n in (30, 40, 50)]

    done = genjin("parse", "--jsonl", given="\n".join(map(json.dumps, lines)) + "\n")

    assert done.code == 0
    assert [(line["id"], line["amounts"][0]["value"]) for line in done.lines] == [
        ("30", 300000),
        ("40", 400000),
        ("50", 500000),
    ]


def test_a_line_that_cannot_be_read_stops_nothing(genjin: Genjin) -> None:
    good = json.dumps({"id": "b", "text": "明天下午三点", "now": NOW})

    done = genjin("entities", "--jsonl", given=f"not json\n{good}\n")

    assert done.code == 0
    assert done.lines[0]["id"] is None
    assert done.lines[1]["entities"][0]["value"] == "2026-11-26T15:00:00"


def test_half_an_emoji_does_not_end_the_process() -> None:
    lines = (
        b'{"id": "a", "text": "\\ud83d \xff", "now": "2026-11-25T16:00:00"}\n{"id": "b", "text": "30\xe4\xb8\x87"}\n'
    )

    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "entities", "--jsonl"], input=lines, capture_output=True, check=False
    )

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert done.returncode == 0


def test_parsing_loads_no_database() -> None:
    code = "import sys; from bot.cli import main; import bot.nlp.commands; print('sqlalchemy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_a_wording_is_linked_to_its_customer(genjin: Genjin, tmp_path: Path) -> None:
    names = tmp_path / "names.jsonl"
    names.write_text(json.dumps({"full": "苏州海棠机电有限公司", "short": "海棠机电"}) + "\n", encoding="utf-8")

    done = genjin("link", "--names", str(names), "--jsonl", given='{"id": "q", "query": "海棠机电"}\n')

    assert done.code == 0
    assert done.lines[0]["match"] == "苏州海棠机电有限公司"


def test_a_list_that_is_not_there_is_one_line(genjin: Genjin, tmp_path: Path) -> None:
    done = genjin("link", "--names", str(tmp_path / "none.jsonl"), "--jsonl")

    assert done.code == 2
    assert "No such file" in done.err
    assert done.err.count("\n") == 1


def test_text_and_lines_together_are_refused(genjin: Genjin) -> None:
    assert genjin("parse", "--jsonl", "你好").code == 2
    assert genjin("entities").code == 2
