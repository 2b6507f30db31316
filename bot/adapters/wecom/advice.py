"""What an administrator does about a WeCom errcode that the set-up causes (protocol reference 2.3).

The words in brackets are the names of entries in WeCom's management pages, as they stand there.
"""

from __future__ import annotations

import re

from bot.adapters.wecom.answers import Answer, code, words

_APP = "「应用管理」 → the app's own page"
_ADDRESS = re.compile(r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7})(?![\w:])")
_SECRET = (
    "WeCom does not take the secret",
    f"copy 「Secret」 from {_APP} into GENJIN_WECOM__SECRET; after 「重置」 the old one is worth nothing",
)
_AGENT = (
    "the secret is not that of the app with this AgentId",
    f"copy 「AgentId」 and 「Secret」 together from {_APP} into GENJIN_WECOM__AGENT_ID and GENJIN_WECOM__SECRET",
)
_RIGHTS = (
    "WeCom does not let this app use the call",
    f"use a self-built app (「应用管理」 → 「自建」), and look for a notice of lost rights on {_APP}",
)
_ABOUT: dict[int, tuple[str, str]] = {
    -1: ("WeCom is busy", "try again in a minute"),
    40001: _SECRET,
    40013: (
        "WeCom knows no such corp",
        "copy 「企业ID」 from 「我的企业」 → 「企业信息」 into GENJIN_WECOM__CORP_ID; it begins with ww",
    ),
    40056: _AGENT,
    45009: ("too many calls were made", "wait a minute; another program may be using the same app"),
    48002: _RIGHTS,
    48004: _RIGHTS,
    48005: _RIGHTS,
    48006: _RIGHTS,
    50003: ("the app is switched off", f"switch it on: {_APP} → 「已停用」 → 「启用」"),
    60011: (
        "the app may not look at what is asked",
        f"widen 「可见范围」 on {_APP}: choose departments there, not only single people",
    ),
    301002: _AGENT,
}
_DISTRUSTED = frozenset({60020, 301042})


def advice(answer: Answer) -> str:
    """In one line: what an answer with an errcode says of the set-up, and the next step."""
    errcode, hint = code(answer), words(answer["errmsg"])
    if errcode in _DISTRUSTED:
        found = _ADDRESS.search(hint)
        address = found[1] if found else "the address under which this machine reaches the internet"
        return (
            f"WeCom does not trust the address of this machine ({errcode}); add {address} to 「企业可信IP」 on {_APP}; "
            "where that cannot be set yet, set 「接收消息」 there first"
        )
    cause, step = _ABOUT.get(errcode, (f"WeCom refuses: {hint or 'without a word why'}", "look the number up at WeCom"))
    return f"{cause} (errcode {errcode}); {step}"
