"""Waiting for what must come, however slow the machine is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0  # seconds until what has not come counts as lost


async def until(true: Callable[[], Any]) -> None:
    """Return once it is so."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.002)
