"""The player itself: a conversation that goes otherwise than written fails, and says where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.dialogues import script
from tests.dialogues.play import Differs, difference, differences, play
from tests.dialogues.records import BadScript
from tests.dialogues.script import Script, read
from tests.stage import Seen

CARD = Seen(
    id="1",
    kind="card",
    title="已记录 · 北辰仪器",
    facts=(("预算", "约8万"), ("顾虑", "交期")),
    buttons=("改一下", "撤销"),
)


def scripted(*turns: dict[str, Any]) -> Script:
    return replace(read("note"), turns=turns)


@pytest.mark.parametrize(
    "look",
    [
        {"title": "已记录 · 北辰"},
        {"facts": {"顾虑": "交期", "预算": "约8万"}},
        {"facts": {"预算": "约8万"}},
        {"has_facts": {"预算": "8万"}},
        {"has_facts": {"产品": "none"}},
        {"buttons": ["撤销", "改一下"]},
        {"buttons": []},
        {"has_buttons": ["看客户"]},
        {"no_buttons": ["撤销"]},
        {"has": ["约9万"]},
        {"without": ["交期"]},
        {"state": "已撤销"},
        "已记录",
    ],
)
def test_a_card_that_is_not_as_written_differs(look: Any) -> None:
    assert list(differences(look, CARD))


@pytest.mark.parametrize(
    "look",
    [
        {"title": "已记录 · 北辰仪器", "note": "", "state": "none"},
        {"facts": {"预算": "约8万", "顾虑": "交期"}, "has": ["约8万"], "without": ["9万"]},
        {"has_facts": {"顾虑": "交期"}, "buttons": ["改一下", "撤销"], "no_buttons": ["看客户"], "lines": []},
        "any",
    ],
)
def test_a_card_that_is_as_written_does_not_differ(look: Any) -> None:
    assert not list(differences(look, CARD))


async def test_a_message_that_nobody_expects_is_a_failure(sqlite_url: str) -> None:
    with pytest.raises(Differs, match=r"小林 sees: 0 expected, 1 came: 不客气"):
        await play(scripted({"who": "小林", "says": "谢谢"}), sqlite_url)


async def test_a_message_that_does_not_come_is_a_failure(sqlite_url: str) -> None:
    turn = {"who": "小林", "says": "谢谢", "sees": "不客气", "others": {"周总": {"sees": "any"}}}
    with pytest.raises(Differs, match=r"周总 sees: 1 expected, 0 came"):
        await play(scripted(turn), sqlite_url)


async def test_rows_that_are_not_there_are_a_failure_with_the_transcript(sqlite_url: str) -> None:
    turn = {"who": "小林", "says": "谢谢", "sees": "不客气", "rows": {"tasks": [{"text": "回电"}]}}
    with pytest.raises(Differs, match=r"(?s)rows tasks: 1 × .*小林 says: 谢谢.*→ 小林 不客气"):
        await play(scripted(turn), sqlite_url)


async def test_a_button_that_is_not_there_is_a_failure(sqlite_url: str) -> None:
    with pytest.raises(Differs, match="no card with a button 同意"):
        await play(scripted({"who": "周总", "taps": "同意"}), sqlite_url)


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ("turns: [{who: 小林, sais: 好}]", "sais"),
        ("turns: [{who: 小林, says: 好, sees: {titel: 好}}]", "titel"),
        ("turns: [{says: 好}]", "who"),
        ("turns: []", "nobody says anything"),
        ("customers: [没有这家]\nturns: [{who: 小林, says: 好}]", "没有这家"),
    ],
)
def test_a_slip_of_the_pen_is_refused(slip: str, said: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slip.yaml").write_text(f"title: A slip\n{slip}\n", encoding="utf-8")
    script._cast()  # read before the folder is another
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    with pytest.raises(BadScript, match=said):
        read("slip")


async def test_another_wording_must_be_seen_in_the_same_way(sqlite_url: str) -> None:
    turn = {"who": "小林", "says": "谢谢", "variants": ["在吗"], "back": "none", "sees": "不客气"}
    with pytest.raises(Differs, match=r"(?s)小林 says: 在吗.*在，直接说"):
        await play(scripted(turn), sqlite_url)


async def test_the_last_wording_can_stand_for_all(sqlite_url: str) -> None:
    turn = {"who": "小林", "says": "在吗", "variants": ["在吗", "谢谢"], "back": "none", "sees": "不客气"}

    assert await difference(scripted(turn), sqlite_url, variants=False) == ""
