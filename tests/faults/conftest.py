"""What is shared by the tests of faults, because it takes a while to start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults import places
from tests.faults.processes import Nursery, nursery
from tests.services import Postgres, Redis


@pytest.fixture(scope="session")
async def starter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    async with nursery(tmp_path_factory.mktemp("nursery") / "log") as made:
        yield made


@pytest.fixture(scope="session")
def own_servers() -> Iterator[tuple[Postgres, Redis]]:
    """Servers that may be halted, if they are started again."""
    with places.servers() as made:
        yield made
