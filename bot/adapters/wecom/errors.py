"""What WeCom's errcodes mean to whoever sends (protocol reference 2.3): one table, one function.

Not in the table: -1 (busy) and codes nobody knows, which are worth another try. Trouble with the set-up (wrong
secret, IP not trusted, app disabled) is worth another try too, because an administrator repairs it while the row
waits.
"""

from __future__ import annotations

from datetime import timedelta

from domain.errors import ChannelError, NotUpdatable, Rejected, Throttled, Unreachable

TOKEN_REFUSED = frozenset({40014, 41001, 42001, 40001})
SETUP = frozenset({40001, 40013, 40056, 48002, 48004, 48005, 48006, 50003, 60020, 301002, 301042})
# Of a used, unknown or expired response_code: the reference is not sure which.
CODE_REFUSED = frozenset({42022, 40058})

_WAIT = {45009: timedelta(seconds=60), 45033: timedelta(seconds=2)}
_NOBODY = {40003, 60111, 46004, 60011, 60021, 81013, 92000, 50002, 40050, 86001, 86003, 86008}
_REFUSED = {
    *(40004, 40005, 40006, 40007, 40008, 40009, 40011, 40031, 40032, 40033, 40035, 40058, 40063, 47001),
    *(42014, 42015, 42016, 42017, 42018, 42019, 42020, 42045, 44001, 44004, 45001, 45002, 45008, 45034, 82001),
    *(86004, 86005, 86006, 86007, 86101, *range(86200, 86300)),
}


def failure(code: int, call: str) -> ChannelError:
    """The error to raise for an answer of `call` with this errcode."""
    said = f"wecom {call}: errcode {code}"
    if code in _WAIT:
        return Throttled(_WAIT[code])
    if code in _NOBODY:
        return Unreachable(said)
    if code == 42022:
        return NotUpdatable(said)
    return Rejected(said) if code in _REFUSED else ChannelError(said)
