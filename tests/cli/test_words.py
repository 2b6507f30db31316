"""`genjin import words`, as an administrator calls it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Genjin

WORDS = """词,类别,意思,客户
云帆,产品,,
小云,产品,云帆,
拓远,竞品,拓远软件,
老海,客户,苏州海棠机电有限公司,
大周,联系人,周总,海棠机电
海棠机电,客户,宁波新航电子有限公司,
阿黄,联系人,黄工,海棠机电
星辰,车型,,
"""
NOTE = "上午拜访了苏州海棠机电有限公司的周总，下午给宁波新航电子有限公司打了电话，没人接"


def _list(tmp_path: Path) -> str:
    file = tmp_path / "words.csv"
    file.write_text(WORDS, encoding="utf-8")
    return str(file)


def test_a_list_of_words_is_taught_and_known_in_the_next_note(genjin_with_data: Genjin, tmp_path: Path) -> None:
    assert genjin_with_data("ask", "--as", "lin.yue", NOTE).code == 0
    words = _list(tmp_path)
    nobody = genjin_with_data("import", "words", words)
    genjin_with_data("admin", "zhou.bo")
    tried = genjin_with_data("import", "words", words, "--dry-run")
    done = genjin_with_data("import", "words", words)
    again = genjin_with_data("import", "words", words)
    answer = genjin_with_data("ask", "--as", "lin.yue", "老海的大周想要小云，也在看拓远")

    assert (nobody.code, "nobody is an administrator" in nobody.err) == (2, True)
    assert tried.out.startswith("dry run, nothing was written: created 5")
    assert done.out.splitlines()[0] == "created 5, updated 0, unchanged 0, merged 0, rejected 3"
    assert [line.partition(":")[0] for line in done.out.splitlines()[1:]] == ["row 7", "row 8", "row 9"]
    assert done.code == 1
    assert again.out.startswith("created 0, updated 0, unchanged 5")
    assert "海棠机电" in answer.out
    assert "云帆" in answer.out
    assert "拓远软件" in answer.out


def test_a_list_without_its_columns_is_refused_in_a_line(genjin_with_data: Genjin, tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("名字,电话\n云帆,1\n", encoding="utf-8")

    done = genjin_with_data("import", "words", str(file))

    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "词" in done.err
