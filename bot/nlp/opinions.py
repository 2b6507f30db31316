"""Two opinions on names and things made one: what the rules found, and what was learned of how people write.

What the company has on record is sure. What a rule found is dropped where it is very unlike all that was learned of
its kind. What was learned is added where it overlaps nothing of the rules; a learned customer comes before one by
rule. How unlike and how likely, in natural logarithms, was chosen on notes that neither had seen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence

from bot.nlp import actions_learned, lexicon, people
from bot.nlp.actions_apart import MAY_REMIND
from bot.nlp.book import Book, Wordings
from bot.nlp.doc import Doc
from bot.nlp.events import Timed
from bot.nlp.goods_places import are_goods
from bot.nlp.learned.spans import Learned, Stretch
from bot.nlp.org_cues import of_words
from bot.nlp.org_places import Org
from bot.nlp.parsed import NextAction, Span, Words
from bot.nlp.pattern import Pattern
from bot.nlp.people import Person

# How likely what a rule found has to be, and what was learned; where nothing is said either way, it counts as it is.
_UNLIKE = {"customer": -3.6, "contact": -6.0, "product": -3.0, "concern": -14.0, "todo": -14.0}
_LEAST = {"customer": 0.75, "product": 1.2, "competitor": 1.8, "need": -2.0, "concern": -4.0}
_ELSE = 7.0  # how much likelier another kind has to be that holds all of it (the 低温电池 of a worry)
_FAR = 4.0  # how much likelier a later beginning has to be (已推荐 + WMS标准版)
_SURE = 2.0  # what is told by little else has to be: a person as customer, a name of common words, longer goods
_ON_RECORD, _FIRST, _BEHIND = 4, 3, 2  # weights of customers
_AND = ("和", "与", "跟", "、", "及")  # between customers
_LONGEST_NAME = 4  # characters of most people's names
_AHEAD = 8  # characters in front of a name that may tell something of it
_CUES = frozenset("跟和给帮陪约找去到把被从")  # what may be taken for the beginning of a name
# Behind these stands a name: 客户是金诺, 2 聚贤庄.
_NAMED = Pattern(r"(?:姓|(?:客户|公司|单位|厂|店|家)?(?:名[字称]?|是|叫|名为|:)+|(?:^|\n)\d{1,2}[ .、)]+)$")
_FORMAL = ("公司", "集团")
_DEAL = Pattern("[那这]个?(?:项目|单子?|订单)")  # behind goods: 数据迁移那个项目
_SHOWN = Pattern("(?:介绍|推荐|演示|展示)了?(?:一下)?$")  # in front of them: 介绍了云帆排程
_DEALT = Pattern("(?:拜访了?|走访了?|去了?趟?|跑了?一?趟|到了?|从|给|[跟和]|约了?|见了?)$")
_SPEAKS = Pattern("说(?!明)|[那这]边")
# In front of a customer and no rival (我们还在跟…), and of what we do and nobody wishes (我们要跟财务…).
_NOT_OURS = {"competitor": Pattern("我们[还也都正在]{0,2}[跟和与]$"), "need": Pattern("我们[^，。；]{0,6}$")}
_LATIN = Pattern("[a-z0-9]|[一二三四]期$")  # a code, a model, a phase


def folk(doc: Doc, found: list[Person], learned: Learned, book: Book) -> list[Person]:
    """People; a private person who is the customer is known as one."""
    found = [p for p in found if p.name in book.contacts or _stands(doc, learned, "contact", p.start, p.end)]
    for one in learned.of("contact"):
        named = doc.text[one.start : one.end] in {p.name for p in found}
        if one.end - one.start > _LONGEST_NAME and one.sure < _SURE:
            continue  # 森林狼户外
        if not named and not _over(one.start, one.end, ((p.left, p.end) for p in found)):
            found += people.learned(doc, one.start, one.end, book)
    found = people.but_owners(doc, found)
    buying = [(one.start, one.end) for one in learned.of("customer") if one.sure > _SURE]
    found = [p._replace(private=True) if (p.start, p.end) in buying else p for p in found]
    return sorted(found, key=lambda p: p.start)


def firms(doc: Doc, found: list[Org], learned: Learned, folk: Sequence[Person], rivals: Sequence[Words]) -> list[Org]:
    """Customers: who is on record, then who was learned of, the surest first; last, whoever rules take for one."""
    known = [o for o in found if o.weight >= _ON_RECORD]
    others = [o for one in found if one.weight < _ON_RECORD and (o := _likely_firm(doc, learned, one))]
    taken = [(o.start, o.end) for o in known] + [(r.span.start, r.span.end) for r in rivals]
    told = [one for one in _learned_firms(doc, learned, folk) if not _over(one.start, one.end, taken)]
    if not told and _herself(learned, folk) > _SURE:
        return known  # 鲍女士给双胞胎报了私教
    if not told:
        return sorted((*known, *others), key=lambda o: o.start)
    led = {p.left for p in folk}
    surest = max(
        told,
        key=lambda one: (not led.isdisjoint((one.end, one.end + (doc.norm[one.end : one.end + 1] == "的"))), one.sure),
    )
    new = [Org(*_bounds(doc, one, others), _FIRST if one is surest else _BEHIND) for one in told]
    places = [(o.start, o.end) for o in new]
    more = [
        o._replace(weight=_FIRST if _listed(doc, o, places) else min(o.weight, _BEHIND))
        for o in others
        if not _over(o.start, o.end, places)
    ]
    return sorted((*known, *new, *more), key=lambda o: o.start)


def _listed(doc: Doc, org: Org, told: Collection[tuple[int, int]]) -> bool:
    """两家金穗食品和明达机电: the one in front of "and" is as likely a customer as the one behind."""
    return doc.norm[org.end : org.end + 1] in _AND and any(start == org.end + 1 for start, _ in told)


def _herself(learned: Learned, folk: Sequence[Person]) -> float:
    """How likely a private person is the customer; 0 where there is none."""
    private = {p.start for p in folk if p.private}
    return max((one.sure for one in learned.of("customer") if one.start in private), default=0.0)


def _learned_firms(doc: Doc, learned: Learned, folk: Sequence[Person]) -> list[Stretch]:
    """What was learned to be a customer, up to the person that it may hold (鼎泰 + 王经理); none beside a private
    person who is likelier, and no place with a common word (苏州工厂)."""
    least, cut = max(_herself(learned, folk), _LEAST["customer"]), []
    for one in learned.of("customer"):
        person = next((p for p in folk if one.start < p.end and p.start < one.end), None)
        end = min(one.end, person.left) if person else one.end
        name = doc.norm[one.start : end]
        # 进口阀门漏油, 烤房设备明年换一批
        doubted = (one.sure < _SURE and of_words(doc, one.start, end)) or are_goods(doc, one.start, end)
        if one.sure > least and len(name) > 1 and not _common(name) and not doubted:
            cut.append(one._replace(end=end))
    return cut


def _common(name: str) -> bool:
    place = next((name[:size] for size in (3, 2) if name[:size] in lexicon.words("places")), "")
    return name.removeprefix(place) in lexicon.words("not_names")


def _likely_firm(doc: Doc, learned: Learned, org: Org) -> Org | None:
    """A customer by rule, from where its name likely begins; None where it is unlike one."""
    at, sure = _begin(doc, learned, "customer", org.start, org.end)
    if doc.norm[at : org.end] in lexicon.words("org_suffixes") or _a_town(doc.norm[org.start : at]):
        at = org.start  # 新希望乳业, 合肥明川
    told = _LATIN.search(doc.norm, org.start, org.end) or doc.norm.endswith(_FORMAL, org.start, org.end)
    again = doc.norm.count(doc.norm[org.start : org.start + 2]) > 1  # 金穗食品 … 金穗那边
    told = told or again or _NAMED.search(doc.norm, max(0, org.start - _AHEAD), org.start) or _dealt_with(doc, org)
    return org._replace(start=at) if told or sure > _UNLIKE["customer"] else None


def _dealt_with(doc: Doc, org: Org) -> bool:
    """拜访了合肥明川, 海岸线潜水说: whatever it looks like, who is visited, sent something or says it is somebody."""
    beside = _DEALT.search(doc.norm, max(0, org.start - _AHEAD), org.start) or _SPEAKS.match(doc.norm, org.end)
    return beside is not None and not _ends_as_firms_do(doc, org)


def _bounds(doc: Doc, one: Stretch, found: Sequence[Org]) -> tuple[int, int]:
    """Where a learned name begins and ends: as rules have it where they begin it alike (恒昌 + 嫌贵) or hold all of it,
    and without a cue in front that they know for one (跟 + 远大轴承)."""
    start = one.start
    if doc.norm[start] in _CUES and any((o.start, o.end) == (start + 1, one.end) for o in found):
        start += 1
    told = [o for o in found if o.start == start or (one.end <= o.end and _leads(doc, o.start, start))]
    return (told[0].start, told[0].end) if told else (start, one.end)


def _leads(doc: Doc, start: int, end: int) -> bool:
    """上海 + 铭泰贸易, 省 + 肿瘤医院; 和 + 顺康药业 where nobody stands before it."""
    ahead = doc.norm[start:end]
    return _a_town(ahead) or (not start and end == 1)


def _a_town(said: str) -> bool:
    return said in lexicon.words("places") or said[-1:] in ("省", "市", "区", "县")


def words(
    doc: Doc,
    found: Sequence[Words],
    learned: Learned,
    kind: str,
    taken: Iterable[Span],
    known: Wordings | frozenset[str] = frozenset(),
) -> list[Words]:
    """Values of a kind; what is `known` by the company's own lists is no matter of likelihood."""
    longer = [one for one in learned.of(kind) if one.sure > _SURE] if kind == "product" else []
    found = [w for w in found if w.text in known or not _part_of(w, longer)]
    kept = [w for one in found if (w := one if one.text in known else _likely(doc, learned, kind, one))]
    places = [(w.span.start, w.span.end) for w in kept] + [(t.start, t.end) for t in taken]
    new = [one for one in learned.of(kind) if one.sure > _LEAST[kind] and not _over(one.start, one.end, places)]
    if kind in _NOT_OURS:
        new = [one for one in new if not _NOT_OURS[kind].search(doc.norm, max(0, one.start - _AHEAD), one.start)]
    return sorted((*kept, *(doc.words(n.start, n.end) for n in new)), key=lambda w: w.span.start)


def _part_of(found: Words, longer: Sequence[Stretch]) -> bool:
    """胶囊 of 胶囊内镜."""
    start, end = found.span
    return any(one.start <= start and end <= one.end and one.end - one.start > end - start for one in longer)


def _likely(doc: Doc, learned: Learned, kind: str, found: Words) -> Words | None:
    """The words of a rule, goods from where they likely begin; None where they are unlike their kind."""
    start, end = found.span
    if kind not in _UNLIKE:
        return found
    if kind != "product":
        return found if _stands(doc, learned, kind, start, end) else None
    at, sure = _begin(doc, learned, kind, start, end)
    told = _LATIN.search(doc.norm, start, end) is not None  # M8 bracket, WMS标准版
    told = told or bool(_DEAL.match(doc.norm, end) or _SHOWN.search(doc.norm, max(0, start - _AHEAD), start))
    return doc.words(at, end) if (sure > _UNLIKE[kind] or told) and not _else(learned, kind, start, end, sure) else None


def todo(
    doc: Doc, found: Sequence[NextAction], learned: Learned, times: Timed, taken: Iterable[Span]
) -> list[NextAction]:
    """What is to be done; what was learned of has the day that its clause names."""
    kept = [a for a in found if _put_together(a) or MAY_REMIND.may(doc) or _stands(doc, learned, "todo", *a.span)]
    places = [(a.span.start, a.span.end) for a in kept] + [(t.start, t.end) for t in taken]
    new = [one for one in learned.of("todo") if not _over(one.start, one.end, places)]
    more = [a for n in new if (a := actions_learned.told(doc, doc.words(n.start, n.end), times))]
    return sorted((*kept, *more), key=lambda a: a.span.start)


def _put_together(action: NextAction) -> bool:
    """合同明天发: its words are no stretch of the text."""
    when = action.due_span
    return when is not None and action.span.start < when.start and when.end <= action.span.end


def _over(start: int, end: int, places: Iterable[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in places)


def _stands(doc: Doc, learned: Learned, kind: str, start: int, end: int) -> bool:
    """Whether what a rule found is likely enough."""
    if kind == "contact" and _LATIN.search(doc.norm, start, end):
        return True
    if learned.exactly(kind, start, end) is not None:
        return True
    likely = learned.sure(kind, start, end) > _UNLIKE[kind]
    return likely or _NAMED.search(doc.norm, max(0, start - _AHEAD), start) is not None


def _else(learned: Learned, kind: str, start: int, end: int, sure: float) -> bool:
    """Whether it is a part of something else that is far likelier: the 低温电池 of a worry."""
    holding = (
        one.sure
        for one in learned.stretches
        if one.kind not in (kind, "customer")
        and one.start <= start
        and end <= one.end
        and one.end - one.start > end - start
    )
    return any(other > sure + _ELSE for other in holding)


def _begin(doc: Doc, learned: Learned, kind: str, start: int, end: int) -> tuple[int, float]:
    """Where a stretch by rule begins, which is later where that is far likelier, and how likely it is at its best."""
    if (sure := learned.exactly(kind, start, end)) is not None:
        return start, sure
    within = doc.cuts[bisect_right(doc.cuts, start) : bisect_left(doc.cuts, end - 1)]
    at = learned.begin(kind, start, end, within) if within else start
    sure = learned.sure(kind, at, end)
    return (at if at == start or sure > learned.sure(kind, start, end) + _FAR else start), sure


def _ends_as_firms_do(doc: Doc, org: Org) -> bool:
    ends = lexicon.words("org_suffixes")
    return any(doc.norm[at : org.end] in ends for at in range(org.start, org.end))
