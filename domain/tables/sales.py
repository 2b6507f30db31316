"""What may be sold, what was signed, and the money that follows. Amounts are fen."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from domain.tables.base import BigInt, Record, Versioned


class Opportunity(Versioned, table=True):
    """One possible sale. `stage` is one of `domain.stages.STAGES`; `state` is open, won or lost. In the words of notes:
    `quantity` how many of what, `payment` how it is to be paid, `reason` why it was won or lost."""

    __tablename__ = "opportunity"
    kind: ClassVar[str] = "opportunity"
    derived: ClassVar[frozenset[str]] = frozenset({"quantity", "payment", "reason"})

    customer_id: int = Field(foreign_key="customer.id", index=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    product: str = Field(default="", max_length=80)
    amount: int | None = Field(default=None, sa_type=BigInt)
    about: bool = False
    stage: str = Field(default="初步接触", max_length=10)
    stage_since: datetime
    state: str = Field(default="open", max_length=10)
    expected_on: date | None = None
    closed_at: datetime | None = None
    quantity: str = Field(default="", max_length=60)
    payment: str = Field(default="", max_length=80)
    reason: str = Field(default="", max_length=200)
    discount: int | None = None  # the share that is left, in hundredths of a per cent: 8500 is 85折


class Contract(Record, table=True):
    """A signed agreement."""

    __tablename__ = "contract"
    kind: ClassVar[str] = "contract"

    customer_id: int = Field(foreign_key="customer.id", index=True)
    opportunity_id: int | None = Field(default=None, foreign_key="opportunity.id")
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    amount: int | None = Field(default=None, sa_type=BigInt)
    signed_on: date


class Payment(Versioned, table=True):
    """One planned payment: by `due_on`, or on a condition said in words (验收后). `received_at` once it came."""

    __tablename__ = "payment"
    kind: ClassVar[str] = "payment"

    contract_id: int | None = Field(default=None, foreign_key="contract.id", index=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    label: str = Field(default="", max_length=20)
    amount: int | None = Field(default=None, sa_type=BigInt)
    share: int | None = None  # hundredths of a per cent of the contract, where the words gave a share
    due_on: date | None = Field(default=None, index=True)
    condition: str = Field(default="", max_length=40)
    received_at: datetime | None = None
