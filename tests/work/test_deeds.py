"""Which deed keeps which promise."""

from __future__ import annotations

import pytest

from domain.deeds import likeness


@pytest.mark.parametrize(
    ("deed", "promise"),
    [
        pytest.param("方案发", "给方案", id="sent-what-was-to-be-given"),
        pytest.param("方案发张总了", "给张总发方案", id="whom-does-not-matter"),
        pytest.param("发方案", "下周三之前给方案", id="longer-promise"),
        pytest.param("报价给了", "报价", id="an-offer"),
        pytest.param("报价单发过去了", "给报价", id="its-paper"),
        pytest.param("样册寄出去了", "寄样册", id="a-booklet"),
        pytest.param("样品送了", "寄样", id="one-character-is-all-there-is"),
        pytest.param("电话打了", "给王经理打电话", id="a-call"),
        pytest.param("合同已经提交", "提交合同草稿", id="a-draft"),
    ],
)
def test_a_deed_keeps_the_promise_of_the_same_matter(deed: str, promise: str) -> None:
    assert likeness(deed, promise) > 0


@pytest.mark.parametrize(
    ("deed", "promise"),
    [
        pytest.param("方案发了", "寄样册", id="another-matter"),
        pytest.param("报价给了", "给方案", id="another-paper"),
        pytest.param("方案还没发", "给方案", id="not-yet"),
        pytest.param("发了", "给方案", id="no-matter-at-all"),
        pytest.param("电话打了", "电脑送过去", id="one-shared-character"),
    ],
)
def test_a_deed_keeps_no_other_promise(deed: str, promise: str) -> None:
    assert likeness(deed, promise) == 0


def test_the_nearest_promise_is_the_likeliest() -> None:
    promises = ["给报价方案", "给方案", "寄样册"]

    assert max(promises, key=lambda p: likeness("方案发了", p)) == "给方案"


def test_that_both_name_the_customer_keeps_no_promise() -> None:
    assert likeness("恒力合同签了", "去恒力", "苏州恒力机械有限公司") == 0
    assert likeness("恒力合同签了", "给恒力发合同", "苏州恒力机械有限公司") > 0
