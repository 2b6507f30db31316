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
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

PREFIX = "GENJIN_"
RESERVED = ("GENJIN_CONFIG", "GENJIN_CHROMIUM")
RESERVED_PREFIX = "GENJIN_TEST_"

_POSTGRESQL = re.compile(
    r"postgresql://(?:[^/?#\[\]\s]*@)?(?:[\w.-]+|\[[\da-fA-F:.]+\])?(?::(?P<port>\d{1,5}))?"
    r"/[^/?#\s]+(?:\?(?P<query>[^#\s]*))?"
)
_REDIS = r"^(rediss?://([^/?#\[\]\s]*@)?([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?(/\d*)?(\?[^#\s]*)?|unix://[^#\s]+)$"
_OPTIONS = frozenset({"host", "port", "user", "password", "ssl"})  # `host` may be the folder of a socket


class SettingsError(Exception):
    """A setting is wrong; the message is the one line for the operator."""


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


OFFICIAL = "https://qyapi.weixin.qq.com"  # WeCom's own API


class WeComSettings(_Group):
    """The self-built app. Absent as a whole when it is not used; half of it is a mistake."""

    corp_id: str = Field(min_length=1, description="the corp id, ww…")
    agent_id: int = Field(gt=0, description="the app's AgentId, a number")
    secret: SecretStr = Field(min_length=1, description="the app's Secret")
    token: SecretStr = Field(
        min_length=1, max_length=32, description="the Token of the callback, at most 32 letters and digits"
    )
    aes_key: SecretStr = Field(
        min_length=43, max_length=43, description="the EncodingAESKey of the callback, exactly 43 letters and digits"
    )
    api_base: str = Field(OFFICIAL, pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    oauth_base: str = Field(
        "https://open.weixin.qq.com", pattern=r"^https?://[^\s]+$", description="http://… or https://…"
    )
    account_limit: int = Field(
        200,
        ge=1,
        le=10_000_000,
        description="how many accounts the corp may have, a number; the app may send 200 a day for each",
    )
    contacts: bool = Field(True, description="whether people and teams follow the address book (通讯录), true or false")
    welcome: str = Field(
        "您好，我是{name}，有什么需要随时找我",
        min_length=1,
        max_length=1000,
        description="what a customer is greeted with, at most 1000 characters, {name} being who was added; or off",
    )
    callback_window: int = Field(
        600, ge=60, le=86_400, description="how many seconds old a callback's timestamp may be, 60 to 86400"
    )

    @field_validator("api_base", "oauth_base")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("aes_key")
    @classmethod
    def _letters(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not (text.isascii() and text.isalnum()):
            raise ValueError("only letters and digits")
        return value


class WeComRobotSettings(_Group):
    """The smart robot (智能机器人), with or without the app: over its long connection (`bot_id`, `bot_secret`) or by
    callbacks (`bot_token`, `bot_aes_key`), never both. Half of either is a mistake."""

    bot_id: str = Field("", max_length=128, description="the BotID of the robot's long connection")
    bot_secret: SecretStr = Field(SecretStr(""), description="the Secret of the robot's long connection")
    bot_token: SecretStr = Field(
        SecretStr(""), max_length=32, description="the Token of the robot's callback, at most 32 letters and digits"
    )
    bot_aes_key: SecretStr = Field(
        SecretStr(""),
        max_length=43,
        description="the EncodingAESKey of the robot's callback, exactly 43 letters and digits",
    )
    bot_ws_url: str = Field(
        "wss://openws.work.weixin.qq.com", pattern=r"^wss?://[^\s]+$", description="wss://… or ws://…"
    )
    bot_name: str = Field("跟进", min_length=1, max_length=32, description="the robot's name, as it stands after the @")

    @field_validator("bot_aes_key")
    @classmethod
    def _letters(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and not (len(text) == 43 and text.isascii() and text.isalnum()):
            raise ValueError("only letters and digits, 43 of them")
        return value

    @property
    def calls_back(self) -> bool:
        """Whether WeCom calls us, instead of us holding its long connection."""
        return bool(self.bot_token.get_secret_value())

    def wrong(self) -> str | None:
        """What keeps it from working, in a line for the operator."""
        socket = {"BOT_ID": self.bot_id, "BOT_SECRET": self.bot_secret.get_secret_value()}
        called = {"BOT_TOKEN": self.bot_token.get_secret_value(), "BOT_AES_KEY": self.bot_aes_key.get_secret_value()}
        if any(socket.values()) and any(called.values()):
            return "BOT_TOKEN: a robot has the long connection or callbacks, not both; leave out BOT_ID and BOT_SECRET"
        half = called if any(called.values()) else socket
        missing = [name for name, value in half.items() if not value]
        return f"{missing[0]}: is missing; it goes with {' and '.join(half)}" if missing else None


class DingTalkSettings(_Group):
    """The internal app of DingTalk with its robot, in Stream mode. Half of it is a mistake."""

    client_id: str = Field(min_length=1, max_length=64, description="the app's Client ID (AppKey), ding…")
    client_secret: SecretStr = Field(min_length=1, description="the app's Client Secret (AppSecret)")
    robot_code: str | None = Field(None, min_length=1, description="the robot's code, where it is not the Client ID")
    card_template_id: str | None = Field(
        None, min_length=1, max_length=128, description="the id of the company's own card template, ….schema"
    )
    api_base: str = Field("https://api.dingtalk.com", pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    oapi_base: str = Field(
        "https://oapi.dingtalk.com", pattern=r"^https?://[^\s]+$", description="http://… or https://…"
    )
    contacts: bool = Field(True, description="whether people and teams follow the address book (通讯录), true or false")

    @field_validator("api_base", "oapi_base")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")


class SpeechSettings(_Group):
    """Any endpoint that speaks OpenAI's `audio/transcriptions`. Absent as a whole when recordings stay recordings."""

    base_url: str = Field(pattern=r"^https?://[^\s]+$", description="http://… or https://…, up to and with /v1")
    api_key: SecretStr | None = Field(None, min_length=1, description="the key of the endpoint, if it wants one")
    model: str = Field(min_length=1, max_length=200, description="the model that writes down what was said")

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")


class LlmSettings(_Group):
    """An OpenAI-compatible endpoint for second readings of notes. Absent as a whole when it is not used."""

    base_url: str = Field(pattern=r"^https?://[^\s]+$", description="http://… or https://…, up to and with its /v1")
    api_key: SecretStr | None = Field(None, min_length=1, description="the endpoint's key")
    model: str = Field(min_length=1, description="the name of the model")
    timeout: float = Field(5, ge=0.1, le=30, description="seconds, 0.1 to 30")

    @field_validator("base_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")


class Settings(_Group):
    """The whole tree. Paths are absolute; times of day are in `timezone`."""

    data: Path = Field(Path("genjin-data"), description="a folder that can be written")
    database_url: str = Field("", repr=False, description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    redis_url: str | None = Field(None, repr=False, pattern=_REDIS, description="redis://HOST:PORT/0")
    bind: str = Field("127.0.0.1:8080", pattern=r"^[^\s]+:\d{1,5}$", description="HOST:PORT")
    public_url: str | None = Field(None, pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    timezone: str = Field(
        "Asia/Shanghai", max_length=64, description="a name of the tz database, such as Asia/Shanghai"
    )
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
    def _whole_robot(self) -> Settings:
        if self.wecom_robot is not None and (wrong := self.wecom_robot.wrong()) is not None:
            raise ValueError(f"GENJIN_WECOM__{wrong}")
        return self

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


GROUPS: dict[str, type[_Group]] = {
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
    tree: dict[str, Any] = _from_file(env.get("GENJIN_CONFIG"))
    for name, value in _ours(env):
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


def _ours(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in env.items():
        if name.startswith(PREFIX) and name not in RESERVED and not name.startswith(RESERVED_PREFIX) and value != "":
            yield name, value


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
