"""docs/reliability.md says what is tried, all of it, and nothing else."""

from __future__ import annotations

import re

from tests.faults import report
from tests.faults.matrix import FAULTS


def test_the_tables_of_the_page_are_those_of_the_faults() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert page == report.rewritten(page), "python -m tests.faults table writes them anew"
    assert all(f"`{name}`" in page for name in FAULTS)


def test_every_test_that_the_page_names_is_there_and_every_test_is_named() -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"`(test_\w+)", page)) == set(report.tests())
