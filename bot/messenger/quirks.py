"""What WeCom's documentation leaves open, and limits that a test wants smaller: each a setting with its default.

Where the real server was never observed, both sides of the question can be played, so that nothing of ours leans on a
guess. The defaults are what the documentation's wording suggests, else what is harder on a client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How this server behaves where it could behave otherwise. Times in seconds."""

    # Callbacks: documented times, shortened in tests
    callback_timeout: float = 5.0
    verify_timeout: float = 1.0
    attempts: int = 3
    # Callbacks: open points
    retry_on_status: bool = True  # two pages differ on whether a status other than 200 is retried
    retry_interval: float = 0.0  # not documented; seen at once or within seconds
    fresh_attempts: bool = True  # a new timestamp and nonce for each attempt; False repeats the first one's bytes
    callback_content_type: str = "text/xml"  # application/xml was seen too
    passive_spends_code: bool = False  # whether a card update in the callback's answer uses up its ResponseCode
    # Messages: open points
    duplicate_answer: Literal["bare", "same"] = "bare"  # errcode 0 without ids, or with those of the first one
    agentid_as_text: bool = True  # whether "1000007" is taken for 1000007
    notice_lengths: bool = False  # whether miniprogram_notice's lengths are refused rather than cut
    strict_cards: bool = True  # False takes any card that has a card_type
    # Response codes: open points
    used_code_errcode: int = 42022  # also for an unknown and an expired code; 40058 is as plausible
    failed_update_spends_code: bool = False
    update_gives_code: bool = False  # whether update_template_card answers with a new response_code
    # Error numbers that no page gives
    task_id_errcode: int = 40058  # a task_id that was used before
    no_callback_errcode: int = 40058  # a card that calls back, from an app without a callback URL
    recall_errcode: int = 40058  # an unknown msgid, or one older than 24 h
    revoked_token_errcode: int = 40014  # a token whose secret was reset; 40001 is as plausible
    account_limit_errcode: int = 45009  # the app's receivers of one day are used up
    # Media: open point
    plain_filename: bool = True  # refuse an upload whose part has only filename*=
    file_name_element: str = "FileName"  # of an inbound file, which no page documents
    # The address book: what an app may see of it
    names: Literal["given", "hidden", "ids"] = "given"  # "hidden": userids in place of names; "ids": no lists at all
    # Customer contact
    own_welcome: bool = False  # an administrator has set a greeting in the console: events carry no WelcomeCode
    # The HTTP face: open point
    unknown_path_status: int = 404
    # Limits, documented unless said otherwise
    token_lifetime: int = 7200
    code_lifetime: int = 72 * 3600
    member_per_minute: int = 30
    member_per_hour: int = 1000
    account_limit: int = 1000  # accounts of the corp; the app may reach 200 times as many receivers a day
    calls_per_minute: int = 10_000
    calls_per_hour: int = 150_000
    pictures_per_day: int = 1000  # older text: 100
    pictures_per_month: int = 3000
    groups_per_hour: int = 1000  # older text: per day
    group_member_per_minute: int = 200
    group_member_per_day: int = 10_000
    group_receivers_per_minute: int = 20_000
    group_size: int = 2000  # older text: 500
