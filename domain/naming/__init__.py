"""Which customer a wording means: normal forms, sound, candidates and one decision."""

from domain.naming.decide import Candidate, Found, NameIndex, Reason
from domain.naming.forms import brand, looks_registered, normal
from domain.naming.mentions import Mentions
from domain.naming.people import Core, addressed, begins_with, is_whole_name, person_core, same_person
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
    "addressed",
    "begins_with",
    "brand",
    "is_whole_name",
    "looks_registered",
    "normal",
    "person_core",
    "same_person",
    "sound",
]
