"""The page about understanding shows one note in all stages: what it says of the note is what the reading gives."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from bot.nlp import to_json
from bot.nlp.pipeline import parse
from tests.nlp.support import ZONE

PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"


def test_the_note_on_the_page_is_read_as_the_page_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    note = next(line[2:] for line in page.splitlines() if line.startswith("> "))
    now = re.search(r"--now (\S+)", page)
    assert now is not None
    row = to_json.message(parse(note, datetime.fromisoformat(now[1]).replace(tzinfo=ZONE)))

    assert (row["customer"], row["contacts"][0]["name"], row["products"]) == ("皓齿口腔", "聂院长", ["口扫仪"])
    assert (row["activity"], row["stage"]) == ({"type": "visit", "date": "2026-11-25"}, "需求分析")
    assert (row["concerns"], row["amounts"][0]["value"]) == (["护士不会用"], 400_000)
    assert row["promises"] == [{"text": "给答复", "by": "聂院长", "due": "2026-11-30"}]
    assert row["next_actions"] == [{"text": "给配置单", "due": "2026-11-30"}]
    assert row["moods"] == ["past", "past", "reported", "promised", "planned"]
    assert row["refers"] == ["person"]
    assert row["spans"]["promises/0"] == [42, 45]
    assert note[42:45] == "给答复"
