"""客户联系 as an administrator sets it up: may the app read it, may anybody use it, does the app see those who do
(protocol reference 7)."""

from __future__ import annotations

from bot.adapters.wecom.advice import advice
from bot.adapters.wecom.answers import Answer, code
from bot.adapters.wecom.api import WeComApi
from bot.checkup import Unwell
from domain.errors import ChannelError

NOT_ALLOWED = frozenset({48002, 84074})
HIDDEN = frozenset({40003, 60011, 60021, 60111})  # not there, or outside what the app may see
NOBODY = frozenset({84061})
UNUSED = "not used"
_TRIED = 20  # members who are looked at; a set-up is wrong for most of them or for none
_PAGE = "「客户与上下游」 → 「客户联系」"


async def look(api: WeComApi) -> str:
    """What is read there, in a line that begins with `UNUSED` where a company does without it; raises `Unwell`."""
    try:
        answer = await api.get("externalcontact/get_follow_user_list", expected=NOT_ALLOWED)
        if code(answer):
            return (
                f"{UNUSED}: WeCom does not let this app read it (errcode {code(answer)}); to have customers found on "
                f"record, choose the app under {_PAGE} → 「API」 → 「可调用接口的应用」"
            )
        members = _members(answer)
        if not members:
            return f"{UNUSED}: no member may; choose them under {_PAGE} → 「权限配置」 → 「使用范围」"
        hidden = [each for each in members[:_TRIED] if await _hidden(api, each)]
        if hidden:
            raise Unwell(
                f"{'、'.join(hidden[:3])} ({len(hidden)} of {len(members[:_TRIED])} tried) may use it, but the app "
                "does not see them, so their customers are nobody's; widen 「可见范围」 on 「应用管理」 → the app's "
                "own page"
            )
        listed = await api.get("externalcontact/list", expected=NOBODY | NOT_ALLOWED, userid=members[0])
    except ChannelError as wrong:
        raise Unwell(f"cannot be read ({wrong}); try again") from None
    if code(listed) in NOT_ALLOWED:
        raise Unwell(advice(listed))
    return f"{len(members)} members may add customers, and the app sees them"


async def _hidden(api: WeComApi, userid: str) -> bool:
    return bool(code(await api.get("user/get", expected=HIDDEN, userid=userid)))


def _members(answer: Answer) -> list[str]:
    listed = answer.get("follow_user")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
