"""What a figure without a unit counts, told by the sum beside which it is said: 78 behind 100万 is 78万."""

from __future__ import annotations

from dataclasses import replace

from domain.facts import NoteDraft, Sum

UNITS = (1, 10_000, 100_000_000)  # yuan, 万, 亿
_FAR = 5  # times that two prices of one sale differ at most
_PART = 50  # a payment is at least the fiftieth part of the whole


def most_alike(right: Sum, fen: int) -> Sum:
    """`right` in the unit in which it comes nearest to a sum in fen; both are above zero."""
    return _times(right, min(UNITS, key=lambda unit: max(right.fen * unit / fen, fen / (right.fen * unit))))


def beside(draft: NoteDraft, fen: int | None) -> NoteDraft:
    """A note's bare figures in the unit of what the sale is worth, in fen; one that is near it in no unit stays."""
    if not fen or not any(each.bare for each in draft.amounts):
        return draft
    return replace(draft, amounts=tuple(_near(each, fen) if each.bare else each for each in draft.amounts))


def _near(said: Sum, fen: int) -> Sum:
    if said.each or said.currency != "CNY" or said.fen <= 0:
        return said
    if said.kind == "payment":
        fits = [_times(said, unit) for unit in UNITS if fen <= said.fen * unit * _PART and said.fen * unit <= fen]
        return replace(fits[0], bare=False) if fits else said
    right = most_alike(said, fen)
    return replace(right, bare=False) if fen <= right.fen * _FAR and right.fen <= fen * _FAR else said


def _times(said: Sum, unit: int) -> Sum:
    return replace(said, fen=said.fen * unit, fen_max=said.fen_max * unit if said.fen_max is not None else None)
