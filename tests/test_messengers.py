"""What a messenger costs outside its own files: DingTalk, the second one, is counted line by line."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layout import ROOT, named, text_files

MOST = 150
NAME = re.compile(r"dingtalk|钉钉", re.IGNORECASE)
OWN = re.compile(
    r"tests/.*"
    r"|bot/adapters/dingtalk\w*/.*"
    r"|cards/renderers/dingtalk\w*\.py"
    r"|bot/messenger/(page/)?dingtalk.*"
    r"|bot/messenger/page/static/(css|js)/dingtalk\w*\.(css|js)"
    r"|bot/commands/demo_dingtalk\.py"
    r"|config/defaults/dingtalk\w*\.toml"
    r"|docs/(dingtalk|adding-a-messenger)\.md"
    r"|CHANGELOG\.md"
    r"|requirements[\w-]*\.txt"  # made by a tool
)
SETTINGS = "DingTalkSettings"
Blocks = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def lines_for_it(text: str, *, python: bool = True) -> set[int]:
    """The numbers of the lines that name it, and in Python of all lines below what has its name or is done only where
    it is there, and of a call that it is a part of; its class of settings is its own."""
    found = {number for number, line in enumerate(text.splitlines(), 1) if NAME.search(line)}
    if not python or not found:
        return found
    own: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and node.name == SETTINGS:
            own |= _lines(node)
        elif isinstance(node, Blocks) and NAME.search(node.name):
            found |= _lines(node)
        elif isinstance(node, ast.If) and NAME.search(ast.unparse(node.test)):
            found |= {number for each in node.body for number in _lines(each)}
        elif isinstance(node, ast.Call) and NAME.search(ast.unparse(node)):
            found |= _lines(node)
    return found - own


def _lines(node: ast.stmt | ast.expr) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def outside() -> Iterator[tuple[Path, int]]:
    for path in text_files():
        if not OWN.fullmatch(named(path)):
            text = path.read_text(encoding="utf-8")
            if count := len(lines_for_it(text, python=path.suffix == ".py")):
                yield path, count


def test_a_messenger_needs_few_lines_outside_its_own_files() -> None:
    counted = Counter({named(path): count for path, count in outside()})
    worst = "\n".join(f"{count:4} {name}" for name, count in counted.most_common())

    assert sum(counted.values()) <= MOST, f"{sum(counted.values())} lines, the worst files first:\n{worst}"


def test_the_page_on_adding_a_messenger_says_about_how_many_lines_the_second_one_needs() -> None:
    page = (ROOT / "docs" / "adding-a-messenger.md").read_text(encoding="utf-8")
    told = re.search(r"\*\*(\d+) lines\*\*", page)

    assert told is not None
    assert abs(int(told[1]) - sum(count for _, count in outside())) <= 15


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("import os\nfrom bot.adapters.dingtalk import api\n", {2}, id="an-import"),
        pytest.param("def _dingtalk():\n    a = 1\n    return a\n", {1, 2, 3}, id="a-function-of-its-own"),
        pytest.param("if settings.dingtalk is not None:\n    a = 1\n    b = 2\n", {1, 2, 3}, id="what-is-done-for-it"),
        pytest.param("x = call(\n    1,\n    dingtalk,\n)\n", {1, 2, 3, 4}, id="a-call-over-several-lines"),
        pytest.param("class DingTalkSettings:\n    token: str\n", set(), id="its-settings"),
        pytest.param("a = 1  # 钉钉 too\n", {1}, id="a-comment"),
    ],
)
def test_a_line_that_is_for_one_messenger_alone_is_counted(text: str, lines: set[int]) -> None:
    assert lines_for_it(text) == lines
