"""What the environment holds for genjin, told without the machinery that checks it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

PREFIX = "GENJIN_"
CONFIG = "GENJIN_CONFIG"
RESERVED = (CONFIG, "GENJIN_CHROMIUM")
RESERVED_PREFIX = "GENJIN_TEST_"
TIMEZONE = "Asia/Shanghai"  # where nothing else is set


class SettingsError(Exception):
    """A setting is wrong; the message is the one line for the operator."""


def settings_in(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names and values that set something."""
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in RESERVED and not name.startswith(RESERVED_PREFIX) and value != "":
            yield name, value


def nothing_set() -> bool:
    """Whether all settings are those that stand where nothing is set."""
    return not os.environ.get(CONFIG) and next(settings_in(os.environ), None) is None
