"""The same promises for inputs that are well formed and say anything at all."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Message
from cards.model import Action
from tests.adapters import wire
from tests.fuzz import files, parsers, seeds

TAGS = ("MsgType", "FromUserName", "Content", "MsgId", "CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
TAGS += ("SelectedItems", "SelectedItem", "OptionIds", "OptionId", "MediaId", "Encrypt", "a", "b")
KINDS = ("text", "event", "image", "template_card_event", "enter_agent", "chu.yao", "1795593600", "note.undo:1")
legal = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
words = st.one_of(st.sampled_from(KINDS), st.text(legal, max_size=80))
leaves = st.builds(lambda tag, text: f"<{tag}>{escape(text)}</{tag}>", st.sampled_from(TAGS), words)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=6)
    ),
    max_leaves=30,
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
FIELDS = ("errcode", "errmsg", "msgid", "response_code", "invaliduser", "name", "userid", "chatid", "direct_leader")
answers = st.dictionaries(st.sampled_from((*FIELDS, "department", "position", "expires_in")), values)
many = settings(max_examples=300, deadline=None)


@settings(max_examples=100, deadline=None)
@given(st.lists(trees, max_size=8))
def test_any_tree_of_elements_is_read_or_refused(children: list[str]) -> None:
    raw = f"<xml>{''.join(children)}</xml>".encode()

    assert parsers.inner(raw) in (True, False)
    assert parsers.outer(raw) == ("<Encrypt>" in raw.decode() and parsers.outer(raw)), "no envelope without its element"


@many
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300))
def test_what_is_typed_arrives_letter_for_letter(text: str) -> None:
    inner = seeds.xml("<MsgType>text</MsgType>", f"<Content>{escape(text)}</Content>", "<MsgId>1</MsgId>")
    taken: list[Message] = []
    original, parsers.fit_to_store = parsers.fit_to_store, taken.append  # type: ignore[assignment]
    try:
        allowed = parsers.inner(inner)
    finally:
        parsers.fit_to_store = original

    if allowed:
        assert taken[0].text == "".join(c for c in text if c >= " " or c in "\t\n")
    else:
        assert any(c in "\ufffe\uffff" for c in text)


@settings(max_examples=150, deadline=None)
@given(answers, st.integers(-2, 1))
def test_any_json_object_is_an_answer_or_none(answer: dict[str, Any], errcode: int) -> None:
    assert parsers.api_answer(json.dumps(answer).encode()) in (True, False)
    assert not (errcode and parsers.api_answer(json.dumps(answer | {"errcode": errcode}).encode())), "it is a refusal"


@many
@given(
    st.lists(st.tuples(st.sampled_from(["msg_signature", "timestamp", "nonce", "a"]), st.text(max_size=30)), max_size=6)
)
def test_no_query_opens_what_it_does_not_sign(pairs: list[tuple[str, str]]) -> None:
    query = urlencode([(name, value) for name, value in pairs], errors="replace")
    assert not parsers.request(f"{query}\n".encode() + wire.envelope(wire.sealed(seeds.TEXT)))


@many
@given(st.text(st.characters(codec="utf-8", exclude_characters=":"), max_size=20), st.lists(st.text(max_size=20)))
def test_a_button_brings_back_what_was_packed_into_it(name: str, params: list[str]) -> None:
    action = Action(name, tuple(params))
    assert Action.unpack(action.pack()) == action


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=5), max_size=6))
def test_any_table_is_a_list_of_people_or_none(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["账号(userid)", "姓名", "部门", "手机", "角色"], *rows])
    assert files.people_csv(file.getvalue().encode()) in (True, False)


@many
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_percent_encoded_query_is_decoded_once(text: str) -> None:
    asked = seeds.query_of(f"echostr={quote(text, safe='')}".encode())
    assert asked.getall("echostr") == [text]
