from __future__ import annotations

import pytest

from bot.adapters.wecom_robot.connection import Timing


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, the robot tells nobody to wait: a conversation is about what is said."""
    monkeypatch.setattr("bot.robot.TIMING", Timing(thinking=600, ack=600, late=1200))
