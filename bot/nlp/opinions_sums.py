"""What a figure is: what the rules told, and what was learned of how people write sums."""

from __future__ import annotations

from bot.nlp.learned.figures import Told
from bot.nlp.money import Money
from bot.nlp.parsed import AmountKind

_NO_SUM = 0.98  # how likely a bare figure has to be none that a rule takes for a sum
_NEVER = 0.97  # the same where its currency is written
_A_SUM = 0.15  # how likely it may be none where no rule finds a sum
_AT_ALL = 0.5  # how likely one kind has to be where a rule has none
_RATHER = 0.8  # how likely one kind has to be where a rule has another
_SAID = 0.97  # the same where the word for that one stands right in front (报价60万)


def stands(item: Money, told: Told, *, by_rule: bool) -> bool:
    """Whether a figure is a sum of money."""
    return told.none < (_NEVER if item.marked else _NO_SUM) if by_rule else told.none < _A_SUM


def kind(by_rule: AmountKind | None, told: Told, *, said: bool) -> AmountKind | None:
    """Which sum it is; `said` tells that the rule's word for it touches it. None where neither knows."""
    if by_rule is None:
        return told.kind if told.chance > _AT_ALL else None
    return told.kind if told.chance > (_SAID if said else _RATHER) else by_rule
