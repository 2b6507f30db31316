"""Logging to standard error: one line an event, its facts as key=value. What people say is never among them."""

from __future__ import annotations

import logging
import sys

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        facts = "".join(f" {key}={value}" for key, value in vars(record).items() if key not in _USUAL)
        return super().formatMessage(record) + facts


def to_stderr(level: int) -> None:
    """Write events of this level and above; libraries only warn."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for package in ("bot", "scheduler", "domain", "cards"):
        logging.getLogger(package).setLevel(level)
