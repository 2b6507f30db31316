"""What can be set of the messengers: their apps and robots, each a table of its own, absent where it is not used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator


class Group(BaseModel):
    """Settings that belong together; a name that is none of them is refused."""

    # What checks a group is made with the whole tree, which holds it: made for itself too, it would be made twice.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class TwoWays(Group, ABC):
    """A messenger that either holds a connection of ours or calls us."""

    @property
    @abstractmethod
    def calls_back(self) -> bool:
        """Whether it calls us."""

    @abstractmethod
    def wrong(self) -> str | None:
        """What keeps it from working, in a line for the operator."""


def _key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if text and not (len(text) == 43 and text.isascii() and text.isalnum()):
        raise ValueError("only letters and digits, 43 of them")
    return value


_Key = Annotated[SecretStr, AfterValidator(_key)]  # an EncodingAESKey, or none

OFFICIAL = "https://qyapi.weixin.qq.com"  # WeCom's own API
DINGTALK_OAPI = "https://oapi.dingtalk.com"  # DingTalk's old API


class WeComSettings(Group):
    """The self-built app. Absent as a whole when it is not used; half of it is a mistake."""

    corp_id: str = Field(min_length=1, description="the corp id, ww…")
    agent_id: int = Field(gt=0, description="the app's AgentId, a number")
    secret: SecretStr = Field(min_length=1, description="the app's Secret")
    token: SecretStr = Field(
        min_length=1, max_length=32, description="the Token of the callback, at most 32 letters and digits"
    )
    aes_key: _Key = Field(
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


class WeComRobotSettings(TwoWays):
    """The smart robot (智能机器人), with or without the app: over its long connection (`bot_id`, `bot_secret`) or by
    callbacks (`bot_token`, `bot_aes_key`), never both. Half of either is a mistake."""

    bot_id: str = Field("", max_length=128, description="the BotID of the robot's long connection")
    bot_secret: SecretStr = Field(SecretStr(""), description="the Secret of the robot's long connection")
    bot_token: SecretStr = Field(
        SecretStr(""), max_length=32, description="the Token of the robot's callback, at most 32 letters and digits"
    )
    bot_aes_key: _Key = Field(
        SecretStr(""),
        max_length=43,
        description="the EncodingAESKey of the robot's callback, exactly 43 letters and digits",
    )
    bot_ws_url: str = Field(
        "wss://openws.work.weixin.qq.com", pattern=r"^wss?://[^\s]+$", description="wss://… or ws://…"
    )
    bot_name: str = Field("跟进", min_length=1, max_length=32, description="the robot's name, as it stands after the @")

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
        return _half(called if any(called.values()) else socket)


class DingTalkSettings(TwoWays):
    """The internal app of DingTalk with its robot, in Stream mode, or in HTTP mode with `token` and `aes_key`. Half of
    it is a mistake."""

    client_id: str = Field(min_length=1, max_length=64, description="the app's Client ID (AppKey), ding…")
    client_secret: SecretStr = Field(min_length=1, description="the app's Client Secret (AppSecret)")
    token: SecretStr = Field(
        SecretStr(""), max_length=32, description="the Token of HTTP mode, 3 to 32 letters and digits"
    )
    aes_key: _Key = Field(
        SecretStr(""), max_length=43, description="the aes_key of HTTP mode, exactly 43 letters and digits"
    )
    robot_code: str | None = Field(None, min_length=1, description="the robot's code, where it is not the Client ID")
    card_template_id: str | None = Field(
        None, min_length=1, max_length=128, description="the id of the company's own card template, ….schema"
    )
    api_base: str = Field("https://api.dingtalk.com", pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    oapi_base: str = Field(DINGTALK_OAPI, pattern=r"^https?://[^\s]+$", description="http://… or https://…")
    login_base: str = Field(
        "https://login.dingtalk.com", pattern=r"^https?://[^\s]+$", description="http://… or https://…"
    )
    sign_in: bool = Field(True, description="whether people sign in to pages with DingTalk, true or false")
    todos: bool = Field(False, description="whether tasks stand in 待办 too, true or false")
    calendar: bool = Field(False, description="whether appointments stand in the calendar (日历) too, true or false")
    contacts: bool = Field(True, description="whether people and teams follow the address book (通讯录), true or false")
    calls_per_second: int = Field(
        20, ge=1, le=100_000, description="how often a second DingTalk lets the app call each of its APIs, 1 to 100000"
    )

    @field_validator("api_base", "oapi_base", "login_base")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def calls_back(self) -> bool:
        """Whether DingTalk posts messages and events to us, instead of pushing them over the Stream."""
        return bool(self.token.get_secret_value())

    def wrong(self) -> str | None:
        """What keeps it from working, in a line for the operator."""
        return _half({"TOKEN": self.token.get_secret_value(), "AES_KEY": self.aes_key.get_secret_value()})


def _half(given: Mapping[str, str]) -> str | None:
    """What is wrong where of settings that go together some are there and some are not."""
    missing = [name for name, value in given.items() if not value]
    if not missing or len(missing) == len(given):
        return None
    return f"{missing[0]}: is missing; it goes with {' and '.join(given)}"
