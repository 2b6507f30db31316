"""What we depend on: nothing but what the locks name, byte for byte, under licences that we may ship."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LICENCES = PROJECT["tool"]["genjin"]["licences"]
ADVISORIES = tomllib.loads((Path(__file__).parent / "advisories.toml").read_text("utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(.*)$")
# What the older fields of a package's metadata call a licence, by the name that is used today.
SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
    "Zope Public License": "ZPL-2.1",
}


def pins(lock: str) -> dict[str, str]:
    """The version of each package of a lock."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    found = (PIN.match(line) for line in lines if line and line[0].isalnum())
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def installed() -> dict[str, Distribution]:
    return {canonicalize_name(each.metadata["Name"]): each for each in distributions()}


def licences(package: Distribution) -> Iterator[frozenset[str]]:
    """Each set of licences under which a package may be used: it is enough that one of them is allowed as a whole."""
    said = package.metadata.get("License-Expression")
    if said is None:
        named = [
            c.rpartition(" :: ")[2] for c in package.metadata.get_all("Classifier") or [] if c.startswith("License")
        ]
        first = (package.metadata.get("License") or "").strip().split("\n")[0]
        options = named or [first]
        yield from (frozenset({SPELLINGS.get(option, option)}) for option in options)
        return
    for option in said.strip("()").split(" OR "):
        yield frozenset(part.strip(" ()") for part in option.split(" AND "))


def refused(packages: dict[str, Distribution], wanted: set[str], allowed: set[str]) -> dict[str, list[list[str]]]:
    """The packages that may be used under nothing that is allowed, with what they say."""
    found = {name: list(licences(packages[name])) for name in sorted(wanted & packages.keys())}
    return {
        name: [sorted(option) for option in options]
        for name, options in found.items()
        if not any(option <= allowed for option in options) and name not in LICENCES["read"]
    }


def test_everything_that_we_ship_with_has_an_allowed_licence() -> None:
    assert refused(installed(), set(pins("requirements.txt")), set(LICENCES["allowed"])) == {}


def test_everything_that_the_tests_need_has_an_allowed_licence() -> None:
    allowed = {*LICENCES["allowed"], *LICENCES["tests"]}
    assert refused(installed(), set(pins("requirements-test.txt")), allowed) == {}


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        (["License-Expression: MIT AND PSF-2.0"], True),
        (["License-Expression: GPL-3.0-only OR MIT"], True),
        (["License-Expression: MIT AND GPL-3.0-only"], False),
        (["License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"], True),
        (["License: UNKNOWN"], False),
        (["Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], False),
        ([], False),
    ],
)
def test_a_licence_outside_of_the_list_names_its_package(tmp_path: Path, fields: list[str], allowed: bool) -> None:
    folder = tmp_path / "some_package-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "\n".join(["Metadata-Version: 2.4", "Name: some-package", "Version: 1.0", *fields])
    )
    packages = {"some-package": Distribution.at(folder)}

    assert ("some-package" not in refused(packages, {"some-package"}, {"MIT", "PSF-2.0"})) == allowed


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_is_pinned_to_bytes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())

    assert len(blocks) == len([line for line in text.splitlines() if line and line[0].isalnum()])
    assert [block.split("\n")[0] for block in blocks if not PIN.match(block.split("\n")[0])] == []
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text, "a lock names no place, so that each uses its own index"


def test_what_is_installed_is_what_the_lock_says() -> None:
    there, wanted = installed(), pins("requirements-test.txt")
    different = {
        name: there[name].version
        for name, version in wanted.items()
        if name in there and there[name].version != version
    }

    assert different == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_locked_version_has_a_weakness_on_our_list(lock: str) -> None:
    weak = {
        name: ADVISORIES[name]["because"]
        for name, version in pins(lock).items()
        if name in ADVISORIES and Version(version) < Version(ADVISORIES[name]["fixed"])
    }

    assert weak == {}


def test_the_list_of_weaknesses_is_about_what_we_use() -> None:
    assert set(ADVISORIES) - set(pins("requirements-test.txt")) - set(pins("requirements.txt")) == set()
