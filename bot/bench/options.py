"""What can be asked of a benchmark; each takes what means something to it."""

from __future__ import annotations

import os
from dataclasses import dataclass

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`full` are the sizes that the bars are stated for, without it all is small; `seconds` and `size` set the length
    or the number of rows, None as the benchmark has it; `on` are the databases, see `engines`; `parts` are what is
    run, all when empty; `where` samples where the CPU goes and measures nothing else; `json` prints figures for
    machines."""

    json: bool = False
    full: bool = False
    seconds: float | None = None
    size: int | None = None
    on: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    where: bool = False

    def runs(self, part: str) -> bool:
        return not self.parts or part in self.parts

    def engines(self) -> tuple[str, ...]:
        """Those that were asked for; PostgreSQL without being asked where a server is named, or all is to be told."""
        if self.on:
            return self.on
        return ENGINES if self.full or os.environ.get("GENJIN_TEST_PG") else ENGINES[:1]
