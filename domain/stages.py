"""The sales stages, in their order, and how far along one is."""

from __future__ import annotations

STAGES = ("初步接触", "需求分析", "方案报价", "商务谈判", "签约")


def further(current: str, said: str | None) -> str:
    """The stage after a note: stages move forward by what is said, never back by themselves."""
    if said is None or said not in STAGES:
        return current
    return said if STAGES.index(said) > STAGES.index(current) else current
