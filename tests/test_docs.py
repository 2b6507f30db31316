"""The documentation is kept true: what it names is there, and what is there is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer.main

from bot.adapters.dingtalk.card_route import PATH as DINGTALK_PATH
from bot.adapters.wecom.callback import PATH
from bot.adapters.wecom_robot.callback import PATH as ROBOT_PATH
from bot.cli import cli
from bot.commands.export_kinds import KINDS
from bot.web.one_time import AT
from bot.web.pages import CUSTOMER_AT
from bot.web.server import application
from bot.web.signin import AUTH
from bot.web.todo_page import TODO_AT
from config import environment, settings

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
REFERENCE = ROOT / "docs" / "reference.md"
CALLS = READMES + tuple(page for page in PAGES if page.parent.name == "docs")

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"\bGENJIN_[A-Z0-9_]*[A-Z0-9]")
COMMAND = re.compile(r"\bgenjin ([a-z][a-z-]*)(?=[\s`|]|$)")
SOURCE = re.compile(r"`((?:bot|cards|config|domain|scheduler|tests)/[\w/.]+\.(?:py|yaml|md)|pyproject\.toml)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def settings_known() -> frozenset[str]:
    """Every setting's name, as the settings themselves have it."""
    return frozenset(settings.every_name())


def commands_known() -> frozenset[str]:
    return frozenset(typer.main.get_group(cli).commands)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code(page: Path) -> str:
    """What stands in blocks of code and between backticks: in prose `genjin answers` is nobody's command."""
    blocks = [body for _, language, body in FENCE.findall(text(page)) if language in ("sh", "ini")]
    return "\n".join([*blocks, *CODE.findall(FENCE.sub("", text(page)))])


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where it is read."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    return [link for link in LINK.findall(FENCE.sub("", text(page))) if not link.startswith(("http:", "https:"))]


def shell(page: Path) -> list[str]:
    """The lines of a page's shell blocks, without indentation, comments and the reader's own values."""
    blocks = [body for _, language, body in FENCE.findall(text(page)) if language == "sh"]
    lines = [line.strip() for body in blocks for line in body.split("\n")]
    bare = [re.sub(r"(genjin admin) \S+", r"\1", line.partition(" #")[0].rstrip()) for line in lines]
    return [line for line in bare if line]


def row_of(page: Path, name: str) -> str:
    """The line of a table that begins with this name."""
    found = [line for line in text(page).splitlines() if line.startswith(f"| `{name}` |")]
    assert len(found) == 1, f"{name} has {len(found)} rows in {page.name}"
    return found[0]


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


by_page = pytest.mark.parametrize("page", PAGES, ids=named)


@by_page
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    tests_own = environment.RESERVED_PREFIX.rstrip("_")
    names = {name for name in SETTING.findall(text(page)) if not name.startswith(tests_own)}

    groups = {f"GENJIN_{group}".upper() for group in settings.GROUPS}
    assert names - settings_known() - set(environment.RESERVED) - groups == set()


def test_every_setting_stands_in_the_reference_with_its_default() -> None:
    fields = {f"GENJIN_{name}".upper(): field for name, field in settings.Settings.model_fields.items()}
    for group, tree in settings.GROUPS.items():
        fields |= {f"GENJIN_{settings.spelt(group)}__{name}".upper(): f for name, f in tree.model_fields.items()}
    rows = {name: row_of(REFERENCE, name) for name in settings_known()}
    wrong = [
        name
        for name, row in rows.items()
        if not fields[name].is_required() and (default := fields[name].default) and str(default) not in row
    ]

    assert wrong == []


@pytest.mark.parametrize("page", CALLS, ids=named)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    called = set(COMMAND.findall(code(page)))

    assert called - commands_known() == set()


def test_every_command_and_option_stands_in_the_reference() -> None:
    sections = dict(re.findall(r"^### genjin (\S+)\n(.*?)(?=^##|\Z)", text(REFERENCE), re.MULTILINE | re.DOTALL))
    missing = [
        f"{name} {option}"
        for name, command in typer.main.get_group(cli).commands.items()
        for option in options(command.params)
        if not re.search(rf"(?<![\w-]){option}(?![\w-])", sections.get(name, ""))
    ]

    assert set(sections) == commands_known()
    assert missing == []


def options(params: Iterable[object]) -> list[str]:
    return [opt for param in params for opt in getattr(param, "opts", ()) if opt.startswith("--") and opt != "--help"]


def test_every_kind_of_export_stands_in_the_reference_with_its_columns() -> None:
    said = {kind: CODE.findall(row_of(REFERENCE, kind)) for kind in KINDS}

    assert said == {kind: [kind, *wanted.columns] for kind, wanted in KINDS.items()}


def test_every_http_path_stands_in_the_reference() -> None:
    site = application(None)  # type: ignore[arg-type]
    paths = {resource.canonical for resource in site.router.resources()} | {
        PATH,
        ROBOT_PATH,
        DINGTALK_PATH,
        *(f"{AUTH}/{each}/{end}" for each in ("wecom", "dingtalk") for end in ("start", "callback")),
        f"{AT}{{sealed}}",
        CUSTOMER_AT,
        TODO_AT,
    }
    section = text(REFERENCE).partition("## HTTP paths")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `(/[^`]*)` \|", section, re.MULTILINE)) == paths


@by_page
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert lost == []


@by_page
def test_every_source_file_that_a_page_names_exists(page: Path) -> None:
    assert [name for name in SOURCE.findall(text(page)) if not (ROOT / name).is_file()] == []


@by_page
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    lost = [
        f"{file}::{name}"
        for file, name in TEST.findall(text(page))
        if not (ROOT / file).is_file() or not re.search(rf"^(?:async )?def {name}\(", text(ROOT / file), re.MULTILINE)
    ]

    assert lost == []


def test_every_row_about_security_names_the_test_that_shows_it() -> None:
    page = ROOT / "docs" / "security.md"
    rows = [line for line in text(page).splitlines() if line.startswith("| ")]
    heads = [line for line in rows if line.endswith("| test |")]

    assert len(rows) - len(heads) > 35
    assert [line for line in rows if line not in heads and not TEST.search(line)] == []


def test_the_design_names_the_files_of_a_notes_life() -> None:
    assert len(set(SOURCE.findall(text(ROOT / "docs" / "design.md")))) > 20


def test_both_readmes_call_the_same_commands() -> None:
    english, chinese = map(shell, READMES)

    assert "make demo" in english
    assert chinese == english


def test_both_readmes_type_the_same_sentences() -> None:
    english, chinese = (re.findall(r"^(?:> (.+)|\| `(.+?)` \|)", text(page), re.MULTILINE) for page in READMES)

    assert chinese == english


def test_both_readmes_link_to_the_same_pages() -> None:
    english, chinese = (sorted(set(links(page)) - {path.name for path in READMES}) for page in READMES)

    assert chinese == english
