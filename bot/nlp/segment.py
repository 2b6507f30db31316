"""Chinese words: where they end, and what the dictionary says of one.

rjieba does it; jieba (the same dictionary, slower) where rjieba cannot be imported. Loaded with the first text.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache


@dataclass(frozen=True, slots=True)
class Segmenter:
    """`cut` gives the words of a text; `tag` the part of speech of a word, empty where the dictionary lacks it."""

    cut: Callable[[str], list[str]]
    tag: Callable[[str], str]


def fallback() -> Segmenter:
    """jieba, its cache in a folder of its own: the shared one in the temporary folder is open to anybody's file."""
    import jieba
    import jieba.posseg as tags

    jieba.setLogLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="genjin-") as private:
        jieba.dt.tmp_dir = private
        jieba.dt.initialize()
    tags.dt.initialize()
    table: dict[str, str] = tags.dt.word_tag_tab
    return Segmenter(jieba.lcut, lambda word: table.get(word, ""))


@cache
def segmenter() -> Segmenter:
    """The one that this process uses."""
    try:
        import rjieba
    except ImportError:
        return fallback()

    # Its functions share the dictionary that is read with the import; another `Jieba()` would read it once more.
    def tag(word: str) -> str:
        return str(rjieba.tag(word)[0][1]) if rjieba.has_word(word) else ""

    return Segmenter(rjieba.cut, lru_cache(maxsize=8192)(tag))


def may_be_person(word: str) -> bool:
    """Whether the dictionary knows the word as a person's name, or not at all."""
    tag = segmenter().tag(word)
    return not tag or tag.startswith("nr")
