"""Secrets that can be recognised, errors of every kind, everything logged that can be: and none of it is a secret."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.adapters.tokens import Token
from bot.adapters.wecom.api import WeComApi
from bot.commands import logs
from tests.adapters import wire
from tests.cli.conftest import Genjin, genjin
from tests.hostile.stage import Stage, staged

__all__ = ["genjin"]  # a fixture

PASSWORD = "Pa55word-of-the-database"
SECRETS = {
    "GENJIN_SECRET_KEY": "Signing-key-that-signs-all-the-links-0001",
    "GENJIN_WECOM__SECRET": "Secret-of-the-app-0002",
    "GENJIN_WECOM__TOKEN": "TokenOfTheCallback0003",
    "GENJIN_WECOM__AES_KEY": "AesKeyOfTheCallback0004" + "x" * 20,
    "GENJIN_METRICS_TOKEN": "Token-of-the-metrics-0005",
}
WECOM = {"GENJIN_WECOM__CORP_ID": "wwgenjin00000001", "GENJIN_WECOM__AGENT_ID": "7"}
NOTHING = "127.0.0.1:9"  # the port of discard: nobody listens
DATABASES = {
    "nobody there": f"postgresql://genjin:{PASSWORD}@{NOTHING}/genjin",
    "no such host": f"postgresql://genjin:{PASSWORD}@nowhere.invalid/genjin",
    "a port that is none": f"postgresql://genjin:{PASSWORD}@127.0.0.1:port/genjin",
    "a port too large": f"postgresql://genjin:{PASSWORD}@127.0.0.1:99999/genjin",
    "an @ in the password": f"postgresql://genjin:@{PASSWORD}@{NOTHING}/genjin",
    "a / in the password": f"postgresql://genjin:/{PASSWORD}@{NOTHING}/genjin",
    "a # in the password": f"postgresql://genjin:#{PASSWORD}@{NOTHING}/genjin",
    "a ? in the password": f"postgresql://genjin:?{PASSWORD}@{NOTHING}/genjin",
    "a : in the password": f"postgresql://genjin::{PASSWORD}@{NOTHING}/genjin",
    "a [ in the password": f"postgresql://genjin:[{PASSWORD}@{NOTHING}/genjin",
    "no host": f"postgresql://genjin:{PASSWORD}",
    "a folder for a socket": f"postgresql://genjin:{PASSWORD}@/genjin?host=/nowhere",
    "an option that is none": f"postgresql://genjin:{PASSWORD}@{NOTHING}/genjin?sslmode={PASSWORD}",
    "the password as an option": f"postgresql://genjin@{NOTHING}/genjin?password={PASSWORD}",
    "no database of ours": f"mysql://genjin:{PASSWORD}@{NOTHING}/genjin",
}


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged by anybody, in both forms, from DEBUG on."""
    written = io.StringIO()
    handlers = [logging.StreamHandler(written), logging.StreamHandler(written), logging.StreamHandler(written)]
    handlers[0].setFormatter(logs._Text())
    handlers[1].setFormatter(logs._Json())
    handlers[2].setFormatter(logging.Formatter("%(message)s %(args)s"))  # with the traces as Python writes them
    root, level = logging.getLogger(), logging.getLogger().level
    monkeypatch.setattr(logs, "to_stderr", lambda *_args, **_more: None)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for package in ("bot", "scheduler", "domain", "cards"):
        monkeypatch.setattr(logging.getLogger(package), "level", logging.DEBUG)
    yield written
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.fixture
def configured(genjin: Genjin, monkeypatch: pytest.MonkeyPatch) -> Genjin:
    for name, value in (SECRETS | WECOM | {"GENJIN_WECOM__API_BASE": f"http://{NOTHING}"}).items():
        monkeypatch.setenv(name, value)
    return genjin


def told(written: str) -> list[str]:
    """The secrets in what was written."""
    return [secret for secret in (PASSWORD, *SECRETS.values()) if secret in written]


@pytest.mark.parametrize("url", DATABASES.values(), ids=DATABASES.keys())
def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    configured: Genjin, monkeypatch: pytest.MonkeyPatch, everything: io.StringIO, url: str
) -> None:
    monkeypatch.setenv("GENJIN_DATABASE_URL", url)
    for call in (("doctor",), ("migrate",), ("export", "customers")):
        done = configured(*call)
        assert done.code in (1, 2)
        assert "Traceback" not in done.err
        assert told(done.out + done.err) == []
    assert told(everything.getvalue()) == []


@pytest.mark.parametrize(
    "url", [f"redis://:{PASSWORD}@{NOTHING}/0", f"redis://:{PASSWORD}@host:port/0", f"http://{PASSWORD}"]
)
def test_a_redis_that_cannot_be_reached_is_named_without_its_password(
    configured: Genjin, monkeypatch: pytest.MonkeyPatch, everything: io.StringIO, url: str
) -> None:
    monkeypatch.setenv("GENJIN_REDIS_URL", url)
    done = configured("doctor")

    assert done.code in (1, 2)
    assert "Traceback" not in done.err
    assert told(done.out + done.err + everything.getvalue()) == []


def test_the_doctor_names_settings_and_never_what_they_hold(configured: Genjin, everything: io.StringIO) -> None:
    assert configured("migrate").code == 0
    done = configured("doctor")

    assert "wecom" in done.out.lower()
    assert told(done.out + done.err + everything.getvalue()) == []


@pytest.mark.parametrize("name", [*SECRETS, "GENJIN_DATABASE_URL", "GENJIN_REDIS_URL"])
def test_a_setting_that_is_wrong_is_named_and_not_quoted(
    configured: Genjin, monkeypatch: pytest.MonkeyPatch, everything: io.StringIO, name: str
) -> None:
    wrong = "Ünfit-secret ☂ 0006"
    monkeypatch.setenv(name, wrong)
    done = configured("doctor")

    assert name in done.err or done.code == 1
    assert wrong not in done.out + done.err + everything.getvalue()


async def test_no_fault_of_a_running_bot_tells_a_secret(
    sqlite_url: str, everything: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    fetched = WeComApi._fetch_token

    async def remembered(api: WeComApi) -> Token:
        token = await fetched(api)
        tokens.append(token.text)
        return token

    monkeypatch.setattr(WeComApi, "_fetch_token", remembered)
    async with staged(sqlite_url) as stage:
        await _every_fault(stage, monkeypatch)
        written = everything.getvalue() + "\n".join(await stage.failures())

    assert tokens
    for said in ("wecom call failed", "callback refused", "RuntimeError", "HTTP 502", "ServerDisconnectedError"):
        assert said in written
    kept = [wire.TOKEN, wire.AES_KEY, "app-secret", *tokens]
    assert [secret for secret in kept if secret in written] == []


async def _settled(stage: Stage) -> None:
    """Whatever waits to be tried again is, until it is done or given up."""
    while True:
        try:
            return await asyncio.wait_for(stage.app.settled(), 0.2)
        except TimeoutError:
            stage.clock.advance(timedelta(hours=2))


async def _every_fault(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = stage.server.faults

    def crash() -> None:
        async def read(*_anything: object) -> None:
            raise RuntimeError("the reader fell over")

        monkeypatch.setattr(stage.app.dispatcher._reader, "read_aside", read)

    for order in (
        lambda: None,
        lambda: faults.fail("message/send", 502),
        lambda: faults.drop_answer("message/send"),
        lambda: faults.echo("message/send"),
        lambda: faults.lie("message/send", b"<html>app-secret</html>"),
        lambda: faults.refuse("message/send", 60020),
        faults.forget_tokens,
        lambda: (faults.forget_tokens(), faults.echo("gettoken")),
        crash,
        faults.revoke_secret,
    ):
        order()
        await stage.say("你好")
        await _settled(stage)
    sealed = wire.sealed(stage.inner(b"a"))
    for forged in (stage.query("a"), stage.query(sealed) | {"msg_signature": wire.TOKEN}):
        await stage.knock(wire.envelope(sealed), forged)
