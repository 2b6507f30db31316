"""The tables of docs/reliability.md, made of what the faults say of themselves."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.wecom.errors import DEEDS, TABLE, Row
from tests.faults.matrix import FAULTS
from tests.faults.places import REPLICAS, SINGLE

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"
PLAYED = ("test_one_process_on_sqlite_survives", "test_replicas_on_postgresql_and_redis_survive")
BEGIN, END = "<!-- begin {} -->", "<!-- end {} -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A fault that has tests of its own, by name."""

    what: str
    does: str
    noticed: str
    tests: tuple[str, ...]


MORE = (
    Line(
        what="The n-th commit fails, for every n on the path of a note and of a reminder: before it took place, or "
        "after, so that nobody knows that it did",
        does="Before: as if never begun, and tried again. After: the next try finds it done, by the message's id or by "
        "the fence. Whoever shared the commit fares alike.",
        noticed="An answer some seconds late.",
        tests=(
            "test_whichever_commit_fails_the_note_is_stored_and_answered_once",
            "test_whichever_commit_fails_the_reminder_is_pushed_once",
            "test_whoever_shares_a_commit_that_fails_is_stored_and_answered_once",
        ),
    ),
    Line(
        what="Processes of every kind are killed at every step of a note's life, while 30% of the API's calls go wrong",
        does="As for each of them alone.",
        noticed="Answers come late.",
        tests=(
            "test_one_process_on_sqlite_is_killed",
            "test_web_and_workers_on_postgresql_are_killed_in_turns",
            "test_two_processes_share_one_sqlite_file_and_are_killed_in_turns",
            "test_the_command_itself_is_killed_and_started_again",
        ),
    ),
)


def matrix() -> str:
    """Each fault of the matrix, and whether it is played on one process and on replicas."""
    head = ["fault", "what genjin does", "what a person notices", "one process", "replicas", "test"]
    rows = [
        [f.what, f.does, f.noticed, *("yes" if w in f.where else "–" for w in (SINGLE, REPLICAS)), f"`{f.name}`"]
        for f in FAULTS.values()
    ]
    return _table(head, rows)


def more() -> str:
    """The faults that have tests of their own."""
    head = ["fault", "what genjin does", "what a person notices", "tests"]
    return _table(head, [[e.what, e.does, e.noticed, ", ".join(f"`{test}`" for test in e.tests)] for e in MORE])


def errcodes() -> str:
    """What becomes of a message that WeCom answers with each errcode."""
    head = ["errcode", "means", "what genjin does", "who is told"]
    rows = [[row.written, row.means, _does(row), DEEDS[row.does].told] for row in TABLE]
    return _table(head, rows)


def _does(row: Row) -> str:
    seconds = f" ({row.wait.total_seconds():.0f} s)" if row.wait else ""
    return DEEDS[row.does].words + seconds


def others() -> str:
    """What else is tried in this folder: each test is a sentence."""
    told = {*PLAYED, *(test for line in MORE for test in line.tests)}
    rows = [[name.removeprefix("test_").replace("_", " "), f"`{name}`"] for name in tests() if name not in told]
    return _table(["what is shown", "test"], rows)


def tests() -> list[str]:
    """The names of all tests in this folder."""
    return [
        node.name
        for file in sorted(HERE.glob("test_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def rewritten(page: str) -> str:
    """The page with its tables made anew."""
    tables = {"matrix": matrix(), "more": more(), "errcodes": errcodes(), "others": others()}
    for name, table in tables.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return page


def write() -> None:
    """Write the page's tables anew."""
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
