"""A customer outside as the messenger has him in one colleague's list, before he is anybody on record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """`remark` is what the colleague calls him there, `phones` those that he noted there; `level` is the customer's
    level as a tag says it, empty where none does."""

    name: str = ""
    company: str = ""
    unionid: str = ""
    remark: str = ""
    phones: tuple[str, ...] = ()
    level: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"phones": list(self.phones)}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Details:
        return cls(**{**body, "phones": tuple(body["phones"])})


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody in a colleague's list, as a pass over all of them finds him; the userid is case-folded."""

    userid: str
    external_id: str
    details: Details


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How the messenger should call him: what is empty is left as it is there."""

    remark: str = ""
    company: str = ""
    level: str = ""
