"""What holds for any text whatever: no exception, every value inside the text, offsets of the text as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp import doc as docs
from bot.nlp import to_json
from bot.nlp.entities import entities
from bot.nlp.parsed import Event
from bot.nlp.pipeline import parse
from tests.nlp.support import BOOK, NOW

PIECES = (
    *(
        "今天下午",
        "下周三之前",
        "月底前",
        "3月6日",
        "十点半",
        "两周后",
        "每周一",
        "拜访了",
        "见了",
        "华星精工",
        "恒通轴承",
    ),
    *(
        "的",
        "张总",
        "李工",
        "采购总监卢建军",
        "聊了",
        "ERP二期",
        "预算",
        "大概",
        "80万",
        "五六十万",
        "36.8w",
        "US$8,400",
    ),
    *(
        "85折",
        "让利12%",
        "首付30%",
        "余款",
        "验收后付",
        "签了",
        "丢了",
        "不对",
        "是",
        "不是",
        "担心",
        "太长",
        "希望",
        "要",
    ),
    *(
        "，",
        "。",
        "！",
        " ",
        "\n",
        "：",
        "、",
        "（",
        "）",
        "13900002222",
        "a@b.cn",
        "提醒我",
        "申请",
        "同意",
        "驳回",
        "谢谢",
    ),
    *("？", "零", "万", "亿", "半", "年", "日", "点", "99999999999999", "0", "-", "到", "前", "后", "内", "😊", "ＡＢ"),
    *(
        "腊月二十三",
        "截至",
        "自",
        "之后",
        "1/2",
        "分之",
        "一又",
        "初八",
        "浙江省杭州市",
        "微信ab12cd",
        "打",
        "块",
        "三块五",
    ),
    *("\u3000", "Q1", "2026-02-30", "25:61", "萬", "週"),
)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=30).map("".join),
)


NOTES = [
    json.loads(line)["text"] for line in Path(__file__).with_name("own_notes.jsonl").read_text("utf-8").splitlines()
]
CUTS = st.tuples(st.sampled_from(NOTES), st.sampled_from(NOTES), st.integers(0, 80), st.integers(0, 80))
mixed = CUTS.map(lambda cut: cut[0][cut[2] :] + cut[1][: cut[3]])  # real wordings, cut where nobody would cut them

# The paths of `spans` follow the names of the fields; INSIDE are parts of a value with a place of their own.
LISTS = (
    *("contacts", "phones", "emails", "amounts", "discounts", "next_actions", "competitors", "products", "needs"),
    *("concerns", "promises", "quantities", "payment_terms", "satisfaction", "birthdays", "moods"),
)
SINGLE = ("customer", "stage", "outcome", "intent_level", "outcome_reason", "source")
INSIDE = ("by", "of", "who", "role", "attitude", "due")


def _spanless(row: dict[str, Any]) -> list[str]:
    """The paths of values without a span; the day of a contact that no word dates is none of them."""
    paths = [f"{name}/{index}" for name in LISTS for index in range(len(row[name]))]
    paths += [name for name in SINGLE if row[name] is not None]
    paths += ["activity.type"] if row["activity"] else []
    for name in ("contacts", "promises", "quantities", "birthdays", "next_actions"):
        paths += [
            f"{name}/{i}.{key}" for i, item in enumerate(row[name]) for key in INSIDE if item.get(key) is not None
        ]
    return [path for path in paths if path not in row["spans"]]


@settings(max_examples=300, deadline=None)
@given(st.one_of(texts, mixed))
def test_no_value_is_without_its_place_in_the_text(text: str) -> None:
    said = parse(text, NOW, BOOK)
    row = to_json.message(said)

    for event in (row, *row["others"]):
        assert _spanless(event) == []
        assert all(0 <= start < end <= len(text) for start, end in event["spans"].values())
    order = row.get("command", {"missing": [], "spans": {}})
    assert {name for name in order if name not in ("missing", "spans")} == set(order["spans"])
    for part in (said, *said.others):
        _check_words(text, part)


@pytest.mark.parametrize("text", NOTES, ids=range(1, len(NOTES) + 1))
def test_no_value_of_a_real_note_is_without_its_place(text: str) -> None:
    row = to_json.message(parse(text, NOW, None))

    assert [_spanless(event) for event in (row, *row["others"])] == [[]] * (1 + len(row["others"]))


def test_a_value_without_a_place_would_be_seen() -> None:
    row = to_json.message(parse("预算80万，担心太贵", NOW, None))
    del row["spans"]["amounts/0"]

    assert _spanless(row) == ["amounts/0"]


def _check_words(text: str, event: Event) -> None:
    listed = (
        *event.competitors,
        *event.products,
        *event.needs,
        *event.concerns,
        *event.done,
        *event.next_actions,
        *event.promises,
    )
    for words in (*listed, *((event.customer,) if event.customer else ())):
        assert words.text == text[words.span.start : words.span.end]
        assert words.text.strip()
    for contact in event.contacts:
        assert contact.name == text[contact.span.start : contact.span.end]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_entities_of_one_family_never_overlap(text: str) -> None:
    families = {"date": "time", "datetime": "time", "range": "time"}
    ends: dict[str, int] = {}

    for entity in entities(text, NOW):
        family = families.get(entity.kind, entity.kind)
        assert ends.get(family, 0) <= entity.start < entity.end <= len(text)
        ends[family] = entity.end


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.text(max_size=4_000), st.lists(st.sampled_from(PIECES), max_size=800).map("".join)))
def test_a_text_of_any_length_and_script_is_read(text: str) -> None:
    text = text[:4_000]
    for row in to_json.entities(text, entities(text, NOW)):
        assert row["span"] == text[row["start"] : row["end"]] != ""
    for start, end in to_json.spans(parse(text, NOW, BOOK)).values():
        assert 0 <= start < end <= len(text)


@given(st.text())
def test_one_writing_keeps_the_length(text: str) -> None:
    assert len(docs.normalise(text)) == len(text)


def test_long_pastes_of_any_kind_are_read() -> None:
    for piece in (
        "零",
        "一点",
        "1,",
        "9",
        "张",
        "张总",
        "周一",
        "a@",
        "(",
        " ",
        "万",
        "给",
        "恒通轴承",
        "是不是",
        "，",
        "3到",
        "每",
        "一 ",
        "分之",
        "1/",
        "浙江省",
        "微信a",
        "自",
        "截止到",
        "2010年之后",
        "农历",
        "初一",
        "1块",
        "一三",
    ):
        long = (piece * 4_000)[:4_000]
        assert all(0 <= start < end <= len(long) for start, end in to_json.spans(parse(long, NOW, BOOK)).values())
        assert all(
            row["span"] == long[row["start"] : row["end"]] for row in to_json.entities(long, entities(long, NOW))
        )
