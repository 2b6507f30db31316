"""Putting one value of a note right: a file for each family of values, `desk` for what they share.

A new kind of value is a function with `@slot` in the file of its family, or in a new file that `FAMILIES` names.
"""

from importlib import import_module

FAMILIES = ("contact_made", "deeds", "people", "sale", "sums", "words")


def load() -> None:
    """Import every family once; importing one only registers its slots."""
    for name in FAMILIES:
        import_module(f"domain.services.rights.{name}")
