"""Whether the line typed after a question answers it, takes the question back, or is something else altogether.

A question of ours takes free words, so the next line is at hand to be mistaken for its answer: a greeting for the
reason of a refusal, a second thought for the condition of a yes. One judgement serves all questions; a handler adds
only what its own question needs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

from bot.nlp.parsed import Command, Parsed, Span
from bot.nlp.pattern import Pattern
from domain.naming import looks_registered

# words: a sentence of one's own. name: a customer. registered: a customer's registered name. person: whom. amount: a
# sum, a product or a discount. time: when. value: what something is to be changed to. choice:
# one of a few words. pick: words of one of the things that were offered.
Wants: TypeAlias = Literal["words", "name", "registered", "person", "amount", "time", "value", "choice", "pick"]
Answer: TypeAlias = Literal["taken", "cancelled", "something else"]
LET_BE = "好，那先放着"

_LONGEST_NAME, _LONGEST_PERSON, _LONGEST_TIME, _LONGEST_VALUE = 30, 10, 20, 60  # characters
_LONGEST_CHOICE, _LONGEST_PICK = 10, 20
_EDGES = " \n，。！!~…、."
_CANCELS = Pattern(
    r"(?:那|就|还是|先|我|让我|容我|嗯|唉|哎|[，, ])*(?:算了|取消|不用|没事|先?这样|先?放着|没有|没|无|不"
    r"|先[别不]批|别批|先?[别不](?:弄|管|改|填|说|写|补|问|记|建|转|设|提)|暂时?不批|暂不批|不需要|不要"
    r"|再?(?:想|考虑|看|商量)(?:想|一想|一下|考虑|看|一看|商量)|再?[等想]一?[等下]|等会儿?|稍等|再等|再说|再议"
    r"|(?:回头|改天|以后|下次|晚点|待会儿?)(?:再(?:说|看|议|定|弄))?|(?:明天|后天|过几天|到时候?|之后)再(?:说|看|议|定|弄)"
    r"|还?没想好|不知道.{0,4}|不清楚.{0,4}|不晓得|不记得|忘了)(?:[了吧啊哈呢的，, ]|再说|再看|谢谢)*"
)
_ASKS = Pattern(
    r"[？?]$|[吗么]$|^(?:为什么|为啥|怎么|能不能|可不可以|是不是|有没有|谁|几点|什么)|几点|什么时候|哪天"
    r"|(?:怎么样|怎么算的?|怎么办|多少)$|哪些|哪一?步|哪个阶段|怎么(?:跟|推进|走|谈)|[还缺差]缺?(?:什么|啥)|什么态度$"
)
_ORDERS = Pattern(r"^(?:帮我|麻烦|导出|导入|新建|创建|新增|添加|转给|转交|分给|催一下|关闭|删)")
_POLITE = Pattern(r"^(?:谢谢|多谢|感谢|辛苦|你好|您好|在吗)")
_LETTERS = Pattern(r"[\u4e00-\u9fffA-Za-z]{2}")
_TELLS = Pattern(r"^(?:今天|昨天|上午|下午|中午|刚才?|早上|晚上).*[了过]")
_OWN_ACTS = frozenset({"help", "today", "undo", "remind", "approve", "refuse", "smalltalk"})
# Words that no customer's name holds; what follows keeps 不锈钢, 再生, 先锋 and the like.
_SENTENCE = Pattern(
    r"[，。！？；,!?;：]|\d|[你您他她它吗吧呢啊么啦谢没]|我(?!爱)|(?<!联)想|不(?!锈|二|凡|倒|同|夜)|再(?!生|鼎)|先(?!锋|导|进|达|科|声|河|临|正)"
    r"|[说问讲聊谈]|[是叫]|了(?!凡)|全称|名字|知道|待会|明天|今天|昨天|回头|一下|着急|可以|帮|还|因为|所以|但|太|缺|取消|毛利|小时|周[一二三四五六日末]|月底|^待|客户"
)
_STATES = Pattern(r"[，。！？；,!?;]|[你您他她吗吧呢么谢没]|我(?!爱)|[说问讲聊谈]|[是叫]|知道|电话|全称|名字")
_NAMING = Pattern(r"^(?:它|他们|客户|公司|是|就|应该|叫|的)*(?:(?:全称|全名|名称|名字|公司名)(?:应该)?[是叫为:： ]*)?")
_HANDING = Pattern(r"^(?:就|是|给|转给|转交给?|交给|找)+")
_BECOMING = Pattern(r"^(?:就|应该|要|那就|改|换|是|成|为|到|叫|：|:)+")
_VERBS = Pattern(r"[说来打问约签发见聊定谈回付催要]|报价|着急|可以")
_CONDITION = Pattern(
    r"首付|预付|[付款]|定金|账期|[含带送包赠签]|合同|验收|维保|安装|运费|[一二三四五六七八九十\d]成|[%％]|[原加提底单总]价|[满超够]\d+万|必须|只[给限能批做]|仅|限|不超|不低于"
    r"|不高于|不得|至少|最[多少低高]|以[上内下]|下不为例|保证|[月年周季天](?:内|前|底|之前|以后)|先.+[再后]|条件|前提|开票"
)
_NO_CONDITION = Pattern(
    r"我(?:再|想|先|问|看|考虑|还|得|去|跟|和)|想想|考虑|商量|犹豫|研究|再[说看议]|[不别](?:能|要|会)?批|等我|不知道|不清楚|没空|没想"
    r"|开会|不想|再来|太[低高]|不同意|[他她户总]们?说|对手|竞品|预算是?|^(?:没|不要|不是|不行)"
)


def answers(parsed: Parsed, text: str, *, wants: Wants) -> Answer:
    """What a line typed after a question of ours is; `text` is stripped, `parsed` its reading."""
    if cancels(text):
        return "cancelled"
    if parsed.command is not None and parsed.act == "unknown" and not _answers_as_order(parsed.command, wants):
        return "something else"  # an order of its own
    fits = {
        "words": _is_words,
        "name": _is_name,
        "registered": _is_registered,
        "person": _is_person,
        "amount": _is_amount,
        "time": _is_time,
        "value": _is_value,
        "choice": _is_choice,
        "pick": _is_pick,
    }[wants]
    return "taken" if fits(parsed, text) else "something else"


def _answers_as_order(command: Command, wants: Wants) -> bool:
    """转给李明 after 转给谁？, 改成报价 after 改成什么？: the question again, with its answer."""
    return wants == "person" or (wants == "choice" and command.customer is None and command.kind.startswith("change_"))


def cancels(text: str) -> bool:
    """算了, 我再想想, 不知道: the question is not to be answered now."""
    return _CANCELS.fullmatch(text.strip(_EDGES)) is not None


def is_condition(parsed: Parsed, text: str) -> bool:
    """Whether words can be the condition of a yes: a discount is not granted on anything less plain."""
    other = parsed.customer is not None or parsed.discounts or _NO_CONDITION.search(text)
    return not other and _CONDITION.search(text) is not None


def bare_name(text: str) -> str:
    """The name in 全称是无锡恒力机械有限公司."""
    bare = text.strip(_EDGES)
    return _NAMING.sub("", bare, count=1).strip(_EDGES) or bare


def bare(text: str, *, wants: Wants) -> str:
    """An answer without what stands around it: 李明 of 转给李明吧, 报价 of 改成报价."""
    said = text.strip(_EDGES)
    if wants == "name":
        return bare_name(said)
    around = {"person": _HANDING, "value": _BECOMING, "choice": _BECOMING}.get(wants)
    return (around.sub("", said, count=1).removesuffix("吧").strip(_EDGES) or said) if around else said


def _reports(parsed: Parsed) -> bool:
    """Whether a line tells of a contact; `other` is what any verb may be read as."""
    return parsed.activity is not None and parsed.activity.type != "other"


def _tells(parsed: Parsed) -> bool:
    """Whether a line says something that is worth a record: 他们下周给答复 is nobody's name."""
    said = (parsed.promises, parsed.next_actions, parsed.needs, parsed.concerns, parsed.competitors, parsed.done)
    return any((*said, parsed.quantities, parsed.discounts, parsed.payment_terms, parsed.outcome, parsed.intent_level))


def _asks(text: str) -> bool:
    return _ASKS.search(text.strip("。！! ~")) is not None


def _is_words(parsed: Parsed, text: str) -> bool:
    """A sentence that is no greeting, question, command or record of its own."""
    if parsed.act in _OWN_ACTS or parsed.act in ("apply", "name") or len(text.strip(_EDGES)) < 2:
        return False
    if _asks(text) or any(sort.search(text) for sort in (_ORDERS, _TELLS, _POLITE)):
        return False
    if parsed.act == "correct":
        return not text.startswith(("不对", "错了", "不是", "改", "刚"))
    return not (parsed.act == "note" and parsed.customer is not None and parsed.activity is not None)


def _is_name(parsed: Parsed, text: str) -> bool:
    """A customer's name, with no more than a few words around it."""
    if parsed.act not in ("name", "unknown", "note") or len(text) > _LONGEST_NAME or _asks(text):
        return False
    if _reports(parsed) or parsed.phones or parsed.amounts or _ORDERS.search(text):
        return False
    if parsed.customer is None:
        told = _tells(parsed) or parsed.contacts or _SENTENCE.search(bare_name(text))
        return _LETTERS.search(text) is not None and not told
    rest = _without(text, [parsed.customer.span, *(c.span for c in parsed.contacts)])
    return len(rest) <= 6 and not _VERBS.search(rest)


def _is_registered(parsed: Parsed, text: str) -> bool:
    """A name that ends like a registered one, or a line that is nothing but a name."""
    name = bare_name(text)
    if parsed.phones or re.search(r"\d{3}", name) or _asks(text):
        return False
    if looks_registered(name):
        return not _STATES.search(name)
    if parsed.contacts or parsed.amounts or parsed.activity is not None:
        return False
    plain = parsed.intent != "command" and _LETTERS.search(name) is not None
    return plain and parsed.act in ("name", "unknown") and not _SENTENCE.search(name)


def _is_person(parsed: Parsed, text: str) -> bool:
    name = bare(text, wants="person")
    if parsed.act in _OWN_ACTS or parsed.act in ("apply", "correct") or _asks(text) or parsed.phones:
        return False
    return 1 < len(name) <= _LONGEST_PERSON and not _SENTENCE.search(name) and not _VERBS.search(name)


def _is_amount(parsed: Parsed, text: str) -> bool:
    """A sum, a product or a discount; 92折行吗 is one too, a question about a customer is not."""
    if (
        parsed.act in _OWN_ACTS
        or parsed.activity is not None
        or not (parsed.amounts or parsed.discounts or parsed.products)
    ):
        return False
    return not (_asks(text) and (parsed.customer is not None or bool(parsed.contacts) or not parsed.discounts))


def _is_value(parsed: Parsed, text: str) -> bool:
    """A few words that tell of nothing that happened and ask nothing."""
    if parsed.act in _OWN_ACTS or parsed.act in ("apply", "correct") or _asks(text) or len(text) > _LONGEST_VALUE:
        return False
    told = _reports(parsed) or parsed.outcome is not None or bool(parsed.payment_terms)
    of_another = parsed.customer is not None and bool(parsed.amounts or parsed.phones)
    return not (told or of_another or _POLITE.search(text) or _ORDERS.search(text))


def _is_choice(parsed: Parsed, text: str) -> bool:
    """One word of a few."""
    return len(text.strip(_EDGES)) <= _LONGEST_CHOICE and _is_value(replace(parsed, outcome=None), text)


def _is_pick(parsed: Parsed, text: str) -> bool:
    """Words of one of the things that were offered: no sentence."""
    return len(text) <= _LONGEST_PICK and not re.search("[，。！？；,]", text.strip(_EDGES)) and _is_value(parsed, text)


def _is_time(parsed: Parsed, text: str) -> bool:
    """A time and little else: 明天拜访华星精工 is a plan of its own, 明天十点提醒我 is not."""
    wish = parsed.act != "remind" or text.strip(_EDGES).removesuffix("吧").endswith(("提醒", "提醒我"))
    if not wish or parsed.act in _OWN_ACTS - {"remind"} or parsed.act == "apply" or len(text) > _LONGEST_TIME:
        return False
    return not (
        _POLITE.search(text)
        or _reports(parsed)
        or _asks(text)
        or parsed.customer is not None
        or parsed.contacts
        or parsed.amounts
    )


def _without(text: str, spans: list[Span]) -> str:
    """The text outside the spans, without spaces and marks at its ends."""
    kept = "".join(c for i, c in enumerate(text) if not any(s.start <= i < s.end for s in spans))
    return kept.strip(_EDGES)
