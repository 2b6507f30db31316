"""What a check of `genjin doctor` raises."""

from __future__ import annotations


class Unwell(Exception):
    """A check failed; the message says what is wrong and what to do."""
