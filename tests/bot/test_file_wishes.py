"""Which lines ask for what was sent before, and which only tell of files."""

from __future__ import annotations

import pytest

from bot.file_wishes import Wish, wish


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("把瑞丰的合同照片发我", Wish("瑞丰", "合同", "image", looks=False)),
        ("看看附件", Wish("", "", "", looks=True)),
        ("瑞丰泵业的附件", Wish("瑞丰泵业", "", "", looks=False)),
        ("上次拍的照片给我看看", Wish("", "", "image", looks=True)),
        ("麻烦把瑞丰的报价单发我一下", Wish("瑞丰", "报价单", "", looks=False)),
        ("找一下瑞丰的验收视频", Wish("瑞丰", "验收", "video", looks=False)),
        ("营业执照发过来吧", Wish("", "营业执照", "", looks=False)),
    ],
)
def test_a_line_that_asks_for_a_file_says_whose_what_and_of_which_sort(said: str, wanted: Wish) -> None:
    assert wish(said) == wanted


@pytest.mark.parametrize(
    "said",
    [
        "今天把合同照片发给瑞丰泵业的潘总了",
        "让潘总把营业执照发我",
        "潘总让我把图纸发给他",
        "客户要看图纸",
        "明天去看看",
        "合同",
        "瑞丰的合同签了，首付30%",
        "给潘总发了报价单，他说看看",
        "今天下午拜访了瑞丰泵业的潘总，他们想看看样机的视频，下周三之前发过去给我们看看",
    ],
)
def test_what_a_note_tells_of_files_is_no_such_wish(said: str) -> None:
    assert wish(said) is None
