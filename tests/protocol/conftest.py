from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from wechatpy.enterprise import WeChatClient

from tests.protocol.stage import CORP, SECRET, Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as built:
        yield built


@pytest.fixture
def client(stage: Stage) -> Iterator[Any]:
    """wechatpy's enterprise client, which we did not write, at the stage's server."""

    class Local(WeChatClient):  # type: ignore[misc]
        API_BASE_URL = f"{stage.base}/cgi-bin/"

        def fetch_access_token(self) -> Any:
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{self.API_BASE_URL}gettoken", params=query)

    made = Local(CORP, SECRET)
    yield made
    made._http.close()
