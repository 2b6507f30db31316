"""Which customer a wording means: normal forms, sound, candidates and one decision."""

from domain.naming.decide import Candidate, Found, NameIndex, Reason
from domain.naming.forms import brand, looks_registered, normal
from domain.naming.mentions import Mentions
from domain.naming.people import Core, begins_with, person_core, same_person
from domain.naming.records import Identity, Named
from domain.naming.sound import sound

__all__ = [
    "Candidate",
    "Core",
    "Found",
    "Identity",
    "Mentions",
    "NameIndex",
    "Named",
    "Reason",
    "begins_with",
    "brand",
    "looks_registered",
    "normal",
    "person_core",
    "same_person",
    "sound",
]
