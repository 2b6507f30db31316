"""The list of public cases that we hold to be wrong stays short, and each has its reason."""

from __future__ import annotations

from pathlib import Path

LISTED = Path(__file__).parent / "suites.txt"
MOST = 0.02


def test_few_public_cases_are_refused_and_each_for_a_reason() -> None:
    counts: dict[str, int] = {}
    refused: dict[str, str] = {}
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("suite "):
            _, name, count = line.split()
            counts[name] = int(count)
        elif line and not line.startswith("#"):
            case, _, reason = line.partition(" | ")
            assert case not in refused
            refused[case] = reason

    assert all(len(reason.split()) > 5 for reason in refused.values())
    for name, count in counts.items():
        assert sum(case.startswith(f"{name}-") for case in refused) <= count * MOST
    assert {case.rpartition("-")[0] for case in refused} <= set(counts)
