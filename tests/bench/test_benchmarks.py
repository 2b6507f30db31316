"""Every benchmark runs from end to end, in small: what it measures is there, and nothing is lost on the way.

How fast it was is nobody's business here: the machine that runs the tests may be busy.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.bench import company, contenders, due, link, memory, parse, path, processes
from bot.bench.options import Options
from bot.bench.readers import PEERS


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small company, small numbers, and a folder of its own."""
    monkeypatch.setattr(company, "SENDERS", 40)
    monkeypatch.setattr(path, "QUICK", path.Plan(rounds=1, line=0.2, acks=0.05, even=0.3, burst=0.1))
    monkeypatch.setattr(due, "QUICK", due.Plan(rows=3000, jobs=50, at_once=20, idle=0.5, rate=0.5))
    monkeypatch.setattr(memory, "QUICK", memory.Plan(before=4, notes=20, activities=2000))
    monkeypatch.setattr(contenders, "WARM_UP", 8)
    monkeypatch.setattr(processes, "QUIET", 60)  # a busy machine takes its time; what is still being read is no matter
    monkeypatch.chdir(tmp_path)


async def figures(benchmark: Any, capsys: pytest.CaptureFixture[str], **options: Any) -> dict[str, Any]:
    bars = await benchmark.run(Options(json=True, on=("sqlite",), **options))
    found = json.loads(capsys.readouterr().out)
    assert found.get("bars", []) == [bar.as_json() for bar in bars]
    return dict(found)


def left() -> list[Path]:
    """What is in the working folder."""
    return list(Path.cwd().iterdir())


async def test_the_path_of_a_note_is_measured_beside_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(path, capsys)

    assert {line["contender"] for line in found["lines"]} == {"floor", "sqlite", "baseline"}
    assert [line for line in found["lines"] if line["missing"] or not line["notes"]] == []
    assert [(line["notes"], line["missing"]) for line in found["even"]] == [(30, 0)]
    (burst,) = found["burst"]
    assert (burst["notes"], burst["not_acknowledged"], burst["not_recorded"], burst["recorded_twice"]) == (50, 0, 0, 0)
    assert found["processes"]["sqlite"]["others"] == 0
    alone, mixed = found["mixed"]
    assert (alone["missing"], mixed["missing"], alone["load"], mixed["load"]) == (0, 0, "app alone", "mixed")
    assert all(mixed["answered_ms"][way] for way in ("app", "robot", "group"))
    assert left() == []


async def test_it_is_told_where_the_cpu_of_a_note_goes(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(path, capsys, where=True, seconds=0.5)

    assert found["sqlite"]["notes"] > 0
    assert found["sqlite"]["functions"]["bot/dispatcher.py:Dispatcher.handle"] > 0
    assert found["sqlite"]["areas"]


async def test_due_rows_are_claimed_and_delivered_on_time(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(due, capsys)

    (line,) = found["lines"]
    assert (line["claimed"], line["missing"], line["rate_missing"], line["twice"]) == (20, 0, 0, 0)
    assert line["late_ms"]["p50"] > 0
    assert (found["jobstore"]["jobs"], found["jobstore"]["due"]) == (50, 20)


async def test_memory_and_start_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(memory, capsys)

    (flat,), (start,) = found["flat"], found["starts"]
    assert (flat["missing"], len(flat["held_mb"]), flat["loaded"]) == (0, memory.STEPS + 1, [])
    assert flat["modules"] > 300
    assert start["activities"] == 2000
    assert start["ready_s"] <= start["acknowledged_s"] <= start["answered_s"]


async def test_a_list_of_made_up_names_is_loaded_and_asked_in_every_way(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(link, capsys, size=300)

    assert found["names"] == 300
    assert found["ways"]["whole name"]["right"] == found["ways"]["whole name"]["asked"] > 0
    assert found["ways"]["not on the list"]["linked"] == 0
    assert found["ways"]["misheard"]["right"] > 0
    assert left() == []


async def test_the_parser_is_measured_and_peers_that_are_missing_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    found = await figures(parse, capsys, size=20)

    ours = [(one["reader"], one["texts"], one["count"]) for one in found["readers"] if one["reader"] not in PEERS]
    assert ours == [("entities", "short", 20), ("entities", "note", 20), ("parse", "note", 20)]
    assert all(one["per_second"] > 0 and one["p99_ms"] >= one["p50_ms"] for one in found["readers"])
    assert {one["reader"] for one in (*found["readers"], *found["without"])} == {"entities", "parse", *PEERS}
    assert all(one["without"] for one in found["without"])
    assert [one["answered"] for one in found["commands"]] == [True, True]


def test_a_peer_runs_in_the_environment_that_make_peers_leaves_and_genjin_in_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse.interpreter("jionlp")[0] == sys.executable  # nobody made it
    parse.PEERS_PYTHON.parent.mkdir(parents=True)
    parse.PEERS_PYTHON.write_text("")

    python, environment = parse.interpreter("jionlp")
    assert python == str(parse.PEERS_PYTHON)
    assert (Path(environment["PYTHONPATH"]) / "bot/bench/readers.py").is_file()
    assert parse.interpreter("parse")[0] == sys.executable
