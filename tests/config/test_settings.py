"""Settings: the environment over the file, and one line for the operator where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.environment import SettingsError
from config.settings import load

WECOM = {
    "GENJIN_WECOM__CORP_ID": "ww1",
    "GENJIN_WECOM__AGENT_ID": "1000007",
    "GENJIN_WECOM__SECRET": "s3cret",
    "GENJIN_WECOM__TOKEN": "token",
    "GENJIN_WECOM__AES_KEY": "a" * 43,
}


def test_without_anything_set_the_embedded_default_works() -> None:
    settings = load({})

    assert settings.database.startswith("sqlite:///")
    assert settings.database.endswith("genjin-data/genjin.db")
    assert (settings.host, settings.port, settings.timezone) == ("127.0.0.1", 8080, "Asia/Shanghai")
    assert settings.wecom is None


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "genjin.toml"
    file.write_text('bind = "0.0.0.0:9000"\ntimezone = "Asia/Tokyo"\n[wecom]\ncorp_id = "ww-of-the-file"\n')

    settings = load({**WECOM, "GENJIN_CONFIG": str(file), "GENJIN_BIND": "127.0.0.1:7000"})

    assert (settings.port, settings.timezone) == (7000, "Asia/Tokyo")
    assert settings.wecom is not None
    assert settings.wecom.corp_id == "ww1"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        pytest.param({"GENJIN_BIN": "x:1"}, ["GENJIN_BIN", "GENJIN_BIND"], id="unknown-with-the-nearest"),
        pytest.param({"GENJIN_WECOM__TOKN": "x"}, ["GENJIN_WECOM__TOKEN"], id="unknown-in-a-group"),
        pytest.param({"GENJIN_BIND": "8080"}, ["GENJIN_BIND", "HOST:PORT"], id="bad-address"),
        pytest.param({"GENJIN_TIMEZONE": "Beijing"}, ["GENJIN_TIMEZONE", "Asia/Shanghai"], id="bad-zone"),
        pytest.param({"GENJIN_DATABASE_URL": "mysql://x"}, ["GENJIN_DATABASE_URL", "postgresql://"], id="database"),
        pytest.param(
            {"GENJIN_DATABASE_URL": "postgresql://h/db"}, ["GENJIN_SECRET_KEY", "required"], id="key-with-postgresql"
        ),
        pytest.param({"GENJIN_WECOM__CORP_ID": "ww1"}, ["GENJIN_WECOM__AGENT_ID", "missing"], id="half-an-app"),
        pytest.param({"GENJIN_LLM__BASE_URL": "http://m/v1"}, ["GENJIN_LLM__MODEL", "missing"], id="half-a-model"),
        pytest.param({"GENJIN_LLM__MODLE": "m"}, ["GENJIN_LLM__MODEL"], id="unknown-of-the-model"),
        pytest.param({**WECOM, "GENJIN_WECOM__AES_KEY": "short"}, ["GENJIN_WECOM__AES_KEY", "43"], id="short-key"),
        pytest.param({**WECOM, "GENJIN_WECOM__AGENT_ID": "seven"}, ["GENJIN_WECOM__AGENT_ID", "number"], id="number"),
        pytest.param({"GENJIN_WECOM__BOT_ID": "aib"}, ["GENJIN_WECOM__BOT_SECRET", "missing"], id="half-a-robot"),
        pytest.param({"GENJIN_WECOM__BOT_TOKEN": "t"}, ["GENJIN_WECOM__BOT_AES_KEY", "missing"], id="half-called-back"),
        pytest.param(
            {
                "GENJIN_WECOM__BOT_ID": "aib",
                "GENJIN_WECOM__BOT_SECRET": "s",
                "GENJIN_WECOM__BOT_TOKEN": "t",
                "GENJIN_WECOM__BOT_AES_KEY": "k" * 43,
            },
            ["GENJIN_WECOM__BOT_TOKEN", "not both"],
            id="a-robot-in-two-ways",
        ),
        pytest.param({"GENJIN_WECOM__BOT_AES_KEY": "short"}, ["GENJIN_WECOM__BOT_AES_KEY", "43"], id="robots-key"),
        pytest.param({"GENJIN_WECOM__BOT_NAM": "x"}, ["GENJIN_WECOM__BOT_NAME"], id="unknown-of-the-robot"),
        pytest.param({"GENJIN_WECOM_ROBOT__BOT_ID": "x"}, ["is no setting"], id="the-robot-has-no-group-of-its-own"),
        pytest.param({"GENJIN_CONFIG": "/nowhere/genjin.toml"}, ["GENJIN_CONFIG", "TOML"], id="no-file"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(env: dict[str, str], says: list[str]) -> None:
    with pytest.raises(SettingsError) as wrong:
        load(env)

    line = str(wrong.value)
    assert "\n" not in line
    for part in says:
        assert part in line


def test_the_robot_may_be_used_without_the_app_and_beside_it() -> None:
    robot = {"GENJIN_WECOM__BOT_ID": "aib", "GENJIN_WECOM__BOT_SECRET": "s3cret"}

    alone, beside = load(robot), load({**WECOM, **robot})

    assert alone.wecom is None
    assert alone.wecom_robot is not None
    assert beside.wecom is not None
    assert beside.wecom_robot == alone.wecom_robot
    assert "s3cret" not in repr(alone)


def test_a_secret_never_shows(capsys: pytest.CaptureFixture[str]) -> None:
    settings = load(WECOM)

    assert "s3cret" not in f"{settings!r} {settings}"
    with pytest.raises(SettingsError) as wrong:
        load({**WECOM, "GENJIN_WECOM__AES_KEY": "my-secret-but-short"})
    assert "my-secret" not in str(wrong.value)


def test_names_of_tests_and_of_the_browser_are_left_alone() -> None:
    assert load({"GENJIN_TEST_PG": "postgresql://x", "GENJIN_CHROMIUM": "/usr/bin/chromium", "HOME": "/"}) == load({})


@pytest.mark.parametrize(
    "env",
    [
        {"GENJIN_" + "__".join("A" * 3000): "1"},
        {"GENJIN_TIMEZONE": "a/" * 3000},
        {"GENJIN_DATABASE_URL": "postgresql://genjin:s3cret@db:port/genjin", "GENJIN_SECRET_KEY": "k" * 40},
        {"GENJIN_DATABASE_URL": "postgresql://genjin:s3cret#@db/genjin", "GENJIN_SECRET_KEY": "k" * 40},
        {"GENJIN_DATABASE_URL": "postgresql://u@db/genjin?s3cret=1", "GENJIN_SECRET_KEY": "k" * 40},
        {"GENJIN_REDIS_URL": "redis://:s3cret@host:port/0"},
    ],
)
def test_a_setting_that_makes_no_sense_at_all_is_one_line_too(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as wrong:
        load(env)

    assert "\n" not in str(wrong.value)
    assert "s3cret" not in str(wrong.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a = " + b"[" * 5000, b"a." * 3000 + b"a = 1"])
def test_a_file_that_is_no_toml_is_one_line_too(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "genjin.toml"
    file.write_bytes(raw)

    with pytest.raises(SettingsError) as wrong:
        load({"GENJIN_CONFIG": str(file)})

    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://genjin:p%40ss@db:5432/genjin",
        "postgresql://genjin:p@ss@db/genjin",
        "postgresql://genjin@/genjin?host=/run/postgresql",
        "postgresql:///genjin?host=/run/postgresql&ssl=require",
        "postgresql://[::1]:5432/genjin",
        "sqlite:////var/lib/genjin/genjin.db",
    ],
)
def test_the_ways_to_write_a_database_are_taken(url: str) -> None:
    settings = load({"GENJIN_DATABASE_URL": url, "GENJIN_SECRET_KEY": "k" * 40})

    assert settings.database_url == url
    assert url not in repr(settings)
