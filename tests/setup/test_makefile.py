"""`make` sets up what it needs once, again when a lock changes, and says in words what it cannot do.

The programs that it would run are stand-ins that note how they were called, so nothing is installed here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("pyproject.toml", "requirements.txt", "requirements-test.txt")

UV = """#!/bin/sh
case "$1" in --version) exit;; esac
echo "$@" >> calls
case "$1" in
venv) mkdir -p .venv/bin && for p in python genjin ruff lint-imports mypy; do
    printf '#!/bin/sh\\necho %s "$@" >> calls\\n' $p > .venv/bin/$p && chmod +x .venv/bin/$p; done;;
esac
"""


class Checkout:
    """A copy of what `make` reads, with stand-ins first on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self.programs = folder / "programs"
        self.programs.mkdir(parents=True)
        for name in ("Makefile", *LOCKS):
            shutil.copy(ROOT / name, folder / name)
        self.program("uv", UV)

    def program(self, name: str, text: str) -> Path:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("HOME",) if name in os.environ}
        path = f"{self.programs}:/usr/local/bin:/usr/bin:/bin"
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env={**kept, "PATH": path, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What was run since the last question."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_the_second_demo_installs_nothing(checkout: Checkout) -> None:
    first = checkout.make("demo")
    installed = [call for call in checkout.calls() if call.startswith("pip install")]
    checkout.make("demo")

    assert first.returncode == 0, first.stderr
    assert ["-r requirements.txt" in call for call in installed] == [True, False]
    assert "--require-hashes" in installed[0]
    assert checkout.calls() == ["genjin demo"]


def test_a_lock_that_was_only_touched_installs_nothing(checkout: Checkout) -> None:
    checkout.make("demo")
    checkout.calls()
    for name in LOCKS:
        os.utime(checkout.folder / name)

    checkout.make("demo")

    assert checkout.calls() == ["genjin demo"]


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.txt"])
def test_a_changed_lock_installs_again_and_back_again(checkout: Checkout, name: str) -> None:
    path = checkout.folder / name
    before = path.read_text()
    checkout.make("demo")
    for text in (before + "# changed\n", before):
        checkout.calls()
        path.write_text(text)
        checkout.make("demo")

        assert any("-r requirements.txt" in call for call in checkout.calls())


def test_the_tests_set_serves_the_demo_too_and_the_tests_come_last(checkout: Checkout) -> None:
    done = checkout.make("test", "PYTEST_ARGS=-q")
    calls = checkout.calls()
    checkout.make("demo")

    assert done.returncode == 0, done.stderr
    assert calls[-1] == "python -m pytest -q"
    assert {"mypy", "ruff", "lint-imports"} <= {call.split()[0] for call in calls}
    assert checkout.calls() == ["genjin demo"]


def test_without_uv_pip_fetches_it_into_a_folder_of_its_own(checkout: Checkout) -> None:
    uv = checkout.program("uv", "#!/bin/sh\nexit 127\n")
    python = checkout.program("py", '#!/bin/sh\necho "$@" >> calls\nmkdir -p .tools/bin && cp real-uv .tools/bin/uv\n')
    uv.with_name("real").write_text(UV)
    shutil.copy(uv.with_name("real"), checkout.folder / "real-uv")
    (checkout.folder / "real-uv").chmod(0o755)

    done = checkout.make("demo", f"PYTHON={python}")
    calls = checkout.calls()

    assert done.returncode == 0, done.stderr
    assert any("--target .tools uv" in call for call in calls)
    assert calls[-1] == "genjin demo"


def test_without_uv_and_pip_a_venv_brings_pip(checkout: Checkout) -> None:
    checkout.program("uv", "#!/bin/sh\nexit 127\n")
    inner = "mkdir -p .tools/pip/bin && cp real-pip .tools/pip/bin/python"
    python = checkout.program("py", f'#!/bin/sh\necho "$@" >> calls\ncase "$*" in *venv*) {inner};; *) exit 1;; esac\n')
    for name, text in (
        ("real-pip", '#!/bin/sh\necho "inner $@" >> calls\ncp real-uv .tools/pip/bin/uv\n'),
        ("real-uv", UV),
    ):
        (checkout.folder / name).write_text(text)
        (checkout.folder / name).chmod(0o755)

    done = checkout.make("demo", f"PYTHON={python}")
    calls = checkout.calls()

    assert done.returncode == 0, done.stderr
    assert any(call.startswith("inner -m pip install") for call in calls)
    assert calls[-1] == "genjin demo"


def test_a_python_with_neither_pip_nor_venv_is_told_what_to_install(checkout: Checkout) -> None:
    checkout.program("uv", "#!/bin/sh\nexit 127\n")
    python = checkout.program("py", "#!/bin/sh\nexit 1\n")

    done = checkout.make("demo", f"PYTHON={python}")

    assert done.returncode != 0
    assert "has neither pip nor venv" in done.stderr
    assert "python3-pip" in done.stderr
    assert not (checkout.folder / ".tools").exists()


def test_a_machine_without_a_python_that_fits_is_told_which_one_to_bring(checkout: Checkout) -> None:
    done = checkout.make("demo", "PYTHON=")

    assert done.returncode != 0
    assert "genjin needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_a_start_may_keep_its_byte_code_for_the_next(checkout: Checkout) -> None:
    checkout.environment["PYTHONDONTWRITEBYTECODE"] = "1"
    checkout.make("demo")
    (checkout.folder / ".venv" / "bin" / "genjin").write_text("#!/bin/sh\nenv > seen\n")

    checkout.make("demo")

    assert "PYTHONDONTWRITEBYTECODE" not in (checkout.folder / "seen").read_text()


def test_an_audit_asks_about_both_locks_and_takes_silence_for_no_answer(checkout: Checkout) -> None:
    done = checkout.make("audit")
    asked = [call for call in checkout.calls() if "pip-audit" in call]

    assert done.returncode == 0, done.stderr
    assert len(asked) == 1
    assert "--strict" in asked[0]
    assert all(f"-r {lock}" in asked[0] for lock in ("requirements.txt", "requirements-test.txt"))
