"""What can go wrong, in words for the person and a type for the code.

    Refused              the person can do something about it; becomes an answer in chat
    ├── NotFound         not there, or not to be seen: one text for both
    └── Stale            somebody else was faster; the card is drawn anew
    ChannelError         a messenger did not take it
    ├── Throttled        too much at once: wait, it is no failure
    ├── Unreachable      this person or group cannot be reached there: do not try again
    ├── Rejected         the messenger refuses what we sent: do not try again
    │   ├── AlreadySent  because an earlier attempt of the same delivery arrived: it counts as sent
    │   ├── FileGone     the messenger keeps this file no more
    │   └── FileTooLarge we keep no file of this size
    ├── Misconfigured    the set-up keeps it from going out: an administrator mends it, and it is tried again
    │   └── Absent       the messenger is not in the settings any more: it goes another way, if there is one
    └── NotUpdatable     a sent card cannot be changed any more: show it anew

Everything else is a bug: an apology in chat, a log with the trace, and a dead row.
"""

from __future__ import annotations

from datetime import timedelta


class Refused(Exception):
    """Something a person asked for cannot be done; `said` is what the bot answers."""

    said = "这个我做不了"

    def __init__(self, said: str | None = None) -> None:
        super().__init__(said or self.said)
        if said is not None:
            self.said = said


class NotFound(Refused):
    """The row is not there, or the actor may not see it; the two look the same on purpose."""

    said = "没有这个客户，或不在你能看的范围"


class Stale(Refused):
    """The row changed since the person saw it."""

    said = "这张旧了，最新的在下面"


class ChannelError(Exception):
    """A messenger did not take it; worth another try unless a subclass says otherwise."""


class Throttled(ChannelError):
    """The messenger asks for patience."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"throttled for {retry_after.total_seconds():.0f} s")
        self.retry_after = retry_after


class Unreachable(ChannelError):
    """The messenger does not reach this recipient."""


class Rejected(ChannelError):
    """The messenger refuses the content; sending it again changes nothing."""


class Misconfigured(ChannelError):
    """Something in the set-up is wrong, which no try mends and an administrator does."""


class Absent(Misconfigured):
    """The messenger is not in the settings any more."""


class AlreadySent(Rejected):
    """The messenger has a message under this key: an earlier attempt arrived, and only its answer was lost. `ids` are
    what is known of it, as in a receipt."""

    def __init__(self, said: str, ids: dict[str, str]) -> None:
        super().__init__(said)
        self.ids = ids


class FileGone(Rejected):
    """The messenger keeps this file no more, or never had it."""


class FileTooLarge(Rejected):
    """A file that is larger than what we keep."""


class NotUpdatable(ChannelError):
    """The sent card cannot be changed in place any more."""
