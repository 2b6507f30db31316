"""What rows die of, in words for whoever runs genjin, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something was given up, and what helps."""

    why: str
    do: str


# The first that fits; what follows the colon of an error is what was raised (`domain.errors`).
_KNOWN: tuple[tuple[str, Cause], ...] = (
    (
        r"^held back after a restore",
        Cause(
            "it waited in the backup that was put back, and was over a day late by then",
            "retry what is still wanted, drop what is stale",
        ),
    ),
    (
        r"^no account on any messenger",
        Cause("its receiver has no account on any messenger", "genjin import people FILE with the account, then retry"),
    ),
    (r"this person has left", Cause("its receiver has left", "drop it")),
    (
        r"^Unreachable: team",
        Cause(
            "the team's group is not there and could not be made",
            "the team needs more members that the app can see (可见范围); then retry",
        ),
    ),
    (
        r"^Unreachable",
        Cause(
            "the messenger does not reach its receiver: he has left, or the app cannot see him",
            "add him to the app's visible scope (可见范围), then retry; drop it if he has left",
        ),
    ),
    (r"^AlreadySent", Cause("the messenger has it already, under the same key", "drop it")),
    (
        r"^Rejected",
        Cause(
            "the messenger refuses what was sent",
            "look up its errcode in docs/reliability.md; please report what is our fault, and drop it",
        ),
    ),
    (
        r"^Misconfigured",
        Cause("WeCom refuses the app: its secret, its rights or this machine's address", "genjin doctor, then retry"),
    ),
    (
        r"^(ChannelError|Client\w+|Server\w+|TimeoutError|OSError|Connection\w+|gaierror)\b",
        Cause("the messenger did not answer or was busy, through all tries", "retry when it answers again"),
    ),
    (
        r"workers were lost on it",
        Cause(
            "process after process ended while it was worked on",
            "look at the log and the memory of that time; retry it when nobody else suffers",
        ),
    ),
    (
        r"^(OperationalError|InterfaceError|DBAPIError|TimeoutError)\b",
        Cause(
            "the database did not take it, through all tries",
            "see that the database is well (genjin doctor), then retry",
        ),
    ),
)
_BUG = Cause(
    "genjin failed on it, which is a bug",
    "please report the error with the log of that time; retry after installing a release that repairs it",
)


def explain(error: str) -> Cause:
    """The cause behind a row's last error."""
    return next((cause for known, cause in _KNOWN if re.search(known, error)), _BUG)
