"""Figures and how they are printed: percentiles, tables, and bars that are met or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: what it says, what was found, and whether that keeps it."""

    promise: str
    found: str
    met: bool

    def as_json(self) -> dict[str, Any]:
        return {"promise": self.promise, "found": self.found, "met": self.met}


def at_least(promise: str, value: float, least: float) -> Bar:
    return Bar(f"{promise} at least {least:g}", f"{value:.3g}", value >= least)


def at_most(promise: str, value: float, most: float, unit: str = "") -> Bar:
    return Bar(f"{promise} at most {most:g}{unit}", f"{value:.4g}{unit}", value <= most)


def milliseconds(seconds: Sequence[float]) -> dict[str, float] | None:
    """Median, 99th percentile and maximum in milliseconds; None of nothing."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    return {name: round(ranked[int(share * (len(ranked) - 1))] * 1000, 1) for name, share in _RANKS}


_RANKS = (("p50", 0.5), ("p99", 0.99), ("max", 1.0))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns in line, the first to the left; None is a dash."""
    cells = [list(head), *([("-" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def verdicts(bars: Sequence[Bar]) -> str:
    return "\n".join(f"{'met    ' if bar.met else 'NOT MET'}  {bar.promise}: {bar.found}" for bar in bars)
