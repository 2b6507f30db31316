"""The rules of the house, kept by tests: who may import whom, how long a file may get, what a lock must hold."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "cards", "config", "domain", "scheduler")
TEXT = {".py", ".js", ".css", ".html", ".md", ".toml", ".txt", ".yaml", ".yml", ".sh", ".mako", ".ini", ".json", ""}
NOT_OURS = {"__pycache__", "node_modules", "genjin-data", "test-results", "build", "dist"}
MOST_LINES_OF_A_FILE = 450
MOST_LINES_OF_A_FUNCTION = 70
MOST_LINES_OF_AN_INIT = 40

# A letter in brackets keeps a rule from finding itself.
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|Not[I]mplementedError)\b")
REGISTRIES = re.compile(r"py[p]i\.|python[h]osted|npm[j]s\.|deb[i]an\.org|js[d]elivr|un[p]kg")
MACHINES = re.compile(r"(?<![\w.])/(work|root)[/]")


def files() -> Iterator[Path]:
    """Every text file of the project, without asking git, which refuses a checkout that somebody else owns."""
    for path in [*ROOT.iterdir(), ROOT / ".ci"]:
        if path.is_file() and not path.name.startswith("."):
            yield path
        elif path.is_dir() and path.name not in NOT_OURS and (not path.name.startswith(".") or path.name == ".ci"):
            yield from (file for file in path.rglob("*") if file.is_file() and not NOT_OURS & set(file.parts))


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT and path.name != "LICENSE"]


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def modules() -> list[Path]:
    """Python that somebody reads from top to bottom; a migration is a list of columns."""
    return [path for path in python_files() if path.parent != ROOT / "domain" / "migrations" / "versions"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def lint_imports(folder: Path) -> str:
    """What import-linter says of the packages in `folder`."""
    code = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages' sources, to be spoiled."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in python_files():
        if path.relative_to(ROOT).parts[0] in PACKAGES:
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return folder


def test_every_import_contract_is_kept(copy: Path) -> None:
    said = lint_imports(copy)

    assert " 0 broken" in said, said


@pytest.mark.parametrize(
    ("module", "imported", "contract"),
    [
        pytest.param("config", "domain.errors", "Layers point down", id="config-knows-nobody"),
        pytest.param("domain", "cards.model", "Layers point down", id="domain-below-cards"),
        pytest.param("cards", "scheduler", "Layers point down", id="cards-below-scheduler"),
        pytest.param("scheduler", "bot.message", "Layers point down", id="scheduler-below-bot"),
        pytest.param("domain", "aiohttp", "The domain knows no messenger and no machinery", id="domain-without-http"),
        pytest.param("domain.services", "redis", "The domain knows no messenger and no machinery", id="without-redis"),
        pytest.param("cards", "domain.tables", "Nobody shows a row that policy did not pass", id="cards-see-views"),
        pytest.param("bot.handlers", "domain.tables", "Nobody shows a row that policy did not pass", id="handlers-too"),
        pytest.param("bot.web", "domain.tables", "Nobody shows a row that policy did not pass", id="pages-too"),
        pytest.param(
            "bot.messenger", "domain.errors", "The local messenger meets genjin only over the wire", id="wire"
        ),
        pytest.param(
            "bot.messenger", "bot.bench", "The local messenger meets genjin only over the wire", id="wire-in-bot"
        ),
        pytest.param(
            "bot.messenger", "bot.adapters.wecom", "The local messenger meets genjin only over the wire", id="adapters"
        ),
    ],
)
def test_each_contract_is_broken_by_an_import_against_it(copy: Path, module: str, imported: str, contract: str) -> None:
    probe = copy / module.replace(".", "/") / "probe.py"
    probe.write_text(f"import {imported}\n")
    try:
        said = lint_imports(copy)
    finally:
        probe.unlink()

    assert f"{contract} BROKEN" in said, said
    assert f"{module}.probe -> {imported}" in said, said


def test_no_file_is_too_long_to_be_read() -> None:
    counted = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {name: lines for name, lines in counted.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long_to_be_read() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_an_init_file_is_empty_or_short() -> None:
    counted = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    long = {
        name: lines for name, lines in counted.items() if name.endswith("__init__.py") and lines > MOST_LINES_OF_AN_INIT
    }

    assert long == {}


def test_nothing_is_left_unfinished() -> None:
    assert lines_with(UNFINISHED) == []


def test_no_file_names_a_registry_or_a_network_of_files() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_with(MACHINES) == []


def locked(name: str) -> dict[str, list[str]]:
    """Each package of a lock, as name==version, with its hashes."""
    packages: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash=sha256:"):
            packages[next(reversed(packages))].append(line)
        elif line and not line.startswith("#"):
            packages[line.split(";")[0].strip(" \\")] = []
    return packages


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_pins_every_package_by_hash_and_names_no_host(name: str) -> None:
    packages = locked(name)

    assert len(packages) > 20
    assert [package for package in packages if not re.fullmatch(r"[\w.-]+==[\w.!+]+", package)] == []
    assert [package for package, hashes in packages.items() if not hashes] == []
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_what_is_tested_is_what_runs() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-test.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_fits_what_the_project_asks_for(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = list(project["project"]["dependencies"])
    if name == "requirements-test.txt":
        asked += project["dependency-groups"]["test"]
    versions = {canonicalize_name(pin.split("==")[0]): pin.split("==")[1] for pin in locked(name)}

    for line in asked:
        wanted = Requirement(line)
        version = versions.get(canonicalize_name(wanted.name))

        assert version is not None, f"{name} lacks {line}; run make lock"
        assert wanted.specifier.contains(version), f"{name} has {version} for {line}; run make lock"


def make_commands() -> dict[str, str]:
    """The `make` commands in code blocks of pages for readers, and where each stands."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {
        command.strip(): named(page)
        for page in pages
        for block in re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        for command in re.findall(r"^\$? ?(make [^#\n&|;]+)", block, re.MULTILINE)
    }


def test_the_readme_shows_how_to_start() -> None:
    assert "make demo" in make_commands()


def test_every_make_command_that_a_page_shows_exists() -> None:
    for command, page in make_commands().items():
        done = subprocess.run(
            ["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, f"{page}: {command}: {done.stderr}"
