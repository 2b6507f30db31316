"""What can be set, read once at start from the environment and an optional TOML file, and handed down.

Names in code are names in the environment: `settings.wecom.corp_id` is GENJIN_WECOM__CORP_ID, or `corp_id` in the table
`[wecom]` of the file that GENJIN_CONFIG names. The environment wins. What cannot work is refused at start with one line
that names the setting and says what it should be; a name that means nothing is refused with the nearest one that does.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from config.environment import CONFIG, PREFIX, TIMEZONE, SettingsError, settings_in
from config.messengers import DingTalkSettings, Group, TwoWays, WeComRobotSettings, WeComSettings

_POSTGRESQL = re.compile(
    r"postgresql://(?:[^/?#\[\]\s]*@)?(?:[\w.-]+|\[[\da-fA-F:.]+\])?(?::(?P<port>\d{1,5}))?"
    r"/[^/?#\s]+(?:\?(?P<query>[^#\s]*))?"
)
_REDIS = r"^(rediss?://([^/?#\[\]\s]*@)?([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?(/\d*)?(\?[^#\s]*)?|unix://[^#\s]+)$"
_OPTIONS = frozenset({"host", "port", "user", "password", "ssl"})  # `host` may be the folder of a socket


class SpeechSettings(Group):
    """Any endpoint that speaks OpenAI's `audio/transcriptions`. Absent as a whole when recordings stay recordings."""

    base_url: str = Field(pattern=r"^https?://[^\s]+$", description="http://… or https://…, up to and with /v1")
    api_key: SecretStr | None = Field(None, min_length=1, description="the key of the endpoint, if it wants one")
    model: str = Field(min_length=1, max_length=200, description="the model that writes down what was said")

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")


class LlmSettings(Group):
    """An OpenAI-compatible endpoint for second readings of notes. Absent as a whole when it is not used."""

    base_url: str = Field(pattern=r"^https?://[^\s]+$", description="http://… or https://…, up to and with its /v1")
    api_key: SecretStr | None = Field(None, min_length=1, description="the endpoint's key")
    model: str = Field(min_length=1, description="the name of the model")
    timeout: float = Field(5, ge=0.1, le=30, description="seconds, 0.1 to 30")

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")


class Settings(Group):
    """The whole tree. Paths are absolute; times of day are in `timezone`."""

    data: Path = Field(Path("genjin-data"), description="a folder that can be written")
    database_url: str = Field("", repr=False, description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    redis_url: str | None = Field(None, repr=False, pattern=_REDIS, description="redis://HOST:PORT/0")
    bind: str = Field("127.0.0.1:8080", pattern=r"^[^\s]+:\d{1,5}$", description="HOST:PORT")
    public_url: str | None = Field(None, pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    timezone: str = Field(TIMEZONE, max_length=64, description="a name of the tz database, such as Asia/Shanghai")
    secret_key: SecretStr | None = Field(None, min_length=32, description="at least 32 characters")
    log: Literal["auto", "text", "json"] = Field("auto", description="auto, text or json")
    metrics_token: SecretStr | None = Field(None, min_length=16, description="at least 16 characters")
    lease_seconds: float = Field(15, ge=1, le=600, description="seconds, 1 to 600")
    stop_seconds: float = Field(20, ge=0, le=600, description="seconds, 0 to 600")
    keep_days: int = Field(180, ge=30, le=3650, description="days, 30 to 3650")
    wecom: WeComSettings | None = None
    dingtalk: DingTalkSettings | None = None
    speech: SpeechSettings | None = None
    wecom_robot: WeComRobotSettings | None = None  # its names are those of the group `wecom` that begin with `bot_`

    @model_validator(mode="before")
    @classmethod
    def _robot_apart(cls, tree: Any) -> Any:
        group = tree.get("wecom") if isinstance(tree, dict) else None
        if not isinstance(group, dict):
            return tree
        robot = {name: value for name, value in group.items() if name in WeComRobotSettings.model_fields}
        app = {name: value for name, value in group.items() if name not in robot}
        parted = {name: value for name, value in tree.items() if name != "wecom"}
        return parted | ({"wecom": app} if app else {}) | ({"wecom_robot": robot} if robot else {})

    llm: LlmSettings | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError("no such time zone") from unknown
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("postgresql://"):
            return _postgresql(value)
        if value and not value.startswith("sqlite:///"):
            raise ValueError("not a database that genjin knows")
        return value

    @model_validator(mode="after")
    def _key_with_postgresql(self) -> Settings:
        if self.database_url.startswith("postgresql://") and self.secret_key is None:
            raise ValueError("GENJIN_SECRET_KEY: required with PostgreSQL, where replicas share it")
        return self

    @model_validator(mode="after")
    def _whole_callbacks(self) -> Settings:
        for group, settings in self.two_ways.items():
            if (wrong := settings.wrong()) is not None:
                raise ValueError(f"GENJIN_{spelt(group).upper()}__{wrong}")
        return self

    @property
    def two_ways(self) -> dict[str, TwoWays]:
        """Those of the messengers that may call us, by the name of their group."""
        found = {group: getattr(self, group) for group in GROUPS}
        return {group: settings for group, settings in found.items() if isinstance(settings, TwoWays)}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    @property
    def database(self) -> str:
        """The database's address with the default filled in."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'genjin.db'}"


GROUPS: dict[str, type[Group]] = {
    "wecom": WeComSettings,
    "wecom_robot": WeComRobotSettings,
    "dingtalk": DingTalkSettings,
    "speech": SpeechSettings,
    "llm": LlmSettings,
}


def spelt(group: str) -> str:
    """The group's name in the environment: the robot's settings are among those of WeCom."""
    return "wecom" if group == "wecom_robot" else group


def _postgresql(address: str) -> str:
    """Checked here, because a driver that cannot read an address quotes a part of it, and that may be the password."""
    found = _POSTGRESQL.fullmatch(address)
    if found is None or int(found["port"] or 1) > 65_535:
        raise ValueError("cannot be read (what is not a letter or a digit in a password is written as %XX)")
    if dict(parse_qsl(found["query"] or "")).keys() - _OPTIONS:
        raise ValueError(f"has an option besides {', '.join(sorted(_OPTIONS))}")
    return address


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises `SettingsError` with one line for the operator."""
    env = os.environ if environ is None else environ
    tree: dict[str, Any] = _from_file(env.get(CONFIG))
    for name, value in settings_in(env):
        _put(tree, _path(name), value)
    _refuse_unknown(tree)
    try:
        return Settings.model_validate(tree)
    except ValidationError as wrong:
        raise SettingsError(_one_line(wrong)) from None


def _from_file(name: str | None) -> dict[str, Any]:
    if not name:
        return {}
    try:
        with Path(name).open("rb") as file:
            return tomllib.load(file)
    except OSError as gone:
        raise SettingsError(f"GENJIN_CONFIG: cannot read {name}: {gone.strerror}; name a TOML file") from None
    except tomllib.TOMLDecodeError as wrong:
        raise SettingsError(f"GENJIN_CONFIG: {name} is not TOML: {wrong}") from None
    except (UnicodeDecodeError, RecursionError):
        raise SettingsError(f"GENJIN_CONFIG: {name} is not TOML: it is no UTF-8, or nested too deep") from None


def _path(name: str) -> list[str]:
    return name.removeprefix(PREFIX).lower().split("__")


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    *groups, last = path
    for group in groups:
        below = tree.setdefault(group, {})
        if not isinstance(below, dict):
            raise SettingsError(f"GENJIN_{group.upper()} is a group of settings, not one setting")
        tree = below
    tree[last] = value


def every_name() -> dict[str, str]:
    """Each setting's environment name and what it should be."""
    names: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        if name not in GROUPS:
            names[f"{PREFIX}{name.upper()}"] = field.description or ""
    for group, settings in GROUPS.items():
        for name, field in settings.model_fields.items():
            names[f"{PREFIX}{spelt(group).upper()}__{name.upper()}"] = field.description or ""
    return names


def _refuse_unknown(tree: Mapping[str, Any], groups: tuple[str, ...] = ()) -> None:
    known = every_name()
    for key, value in tree.items():
        path = (*groups, key)
        if isinstance(value, dict) and not groups:  # a group holds no groups
            _refuse_unknown(value, path)
            continue
        name = PREFIX + "__".join(path).upper()
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)
            raise SettingsError(f"{name} is no setting of genjin; the nearest is {near[0]}")


def _one_line(wrong: ValidationError) -> str:
    first = wrong.errors()[0]
    path = [spelt(str(part)) for part in first["loc"]]
    name = PREFIX + "__".join(path).upper()
    said = first["msg"].removeprefix("Value error, ")
    if not path:
        return said
    should = every_name().get(name, "")
    reason = "is missing" if first["type"] == "missing" else said[0].lower() + said[1:]
    return f"{name}: {reason}; it should be {should}" if should else f"{name}: {reason}"
