"""What a typed line is to an open question."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.nlp.book import Book
from bot.nlp.parsed import Parsed
from bot.nlp.pipeline import parse
from bot.questions import Wants, answers, bare, bare_name, cancels, is_condition

NOW = datetime(2026, 11, 25, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
BOOK = Book.of(customers={"华星精工", "宏图物流", "金穗食品"}, colleagues=("周波", "林越"))
ALL: tuple[Wants, ...] = ("words", "name", "registered", "person", "amount", "time")


def _lines(text: str) -> list[str]:
    return text.split()


def read(text: str) -> Parsed:
    return parse(text, NOW, BOOK)


@pytest.mark.parametrize(
    "line",
    _lines("""
    我再想想 算了 取消 不用了 不用了，谢谢 先不批 先别批 暂时不批 再说吧 等等 等一下
    我考虑一下 先这样吧 没事了 不知道全称 还没想好 没有 明天再说吧 回头再说 晚点 不
    不改了"""),
)
def test_a_second_thought_takes_any_question_back(line: str) -> None:
    assert {answers(read(line), line, wants=wants) for wants in ALL} == {"cancelled"}


@pytest.mark.parametrize(
    "line",
    _lines("""
    在吗 哈哈 谢谢 谢谢你帮我 好的 可以 帮助 今天先跟谁 撤销 同意 驳回 不同意
    不批了 提醒我明天问一下 为什么 ？ 12 明天华星精工几点开会？ 能不能先发货
    这个折扣怎么算的 宏图物流张总来电话了 今天拜访了华星精工张总"""),
)
def test_a_greeting_a_question_a_command_and_a_record_answer_nothing(line: str) -> None:
    assert {answers(read(line), line, wants=wants) for wants in ALL} == {"something else"}


@pytest.mark.parametrize(
    ("wants", "lines"),
    [
        ("words", "毛利太低 不划算 没有税号 缺税号和开户行 还差地址 张总说月底前能定 对手报70万 首付要50% 应该是92折"),
        ("name", "金穗食品 就是金穗食品 金穗食品的 恒力机械 天瑞包装 联想科技 先锋电器 无锡恒力机械制造有限公司"),
        ("registered", "无锡恒力机械制造有限公司 全称是无锡恒力机械制造有限公司 恒力机械制造 再生不锈钢(上海)有限公司"),
        ("person", "钱总 转交钱总 转给李明 王芳 采购总监王芳"),
        ("amount", "92折 92折行吗？ 60万 MES MES大概50万"),
        ("time", "明天 明天上午10点 半小时后 下周三 周五下午三点 改到明天10点提醒我"),
        ("value", "纺织 60万 13911112222 苏州工业园区星湖街1号 华星智造 采购总监 周五前交周报 给华星精工发合同"),
        ("choice", "报价 A A类 改成报价 商务谈判"),
    ],
)
def test_an_answer_is_taken(wants: Wants, lines: str) -> None:
    assert [line for line in lines.split() if answers(read(line), line, wants=wants) != "taken"] == []


@pytest.mark.parametrize(
    ("wants", "lines"),
    [
        ("words", "华星精工 钱总 转给李明 帮我查一下华星"),
        ("name", "客户不着急 张总电话是13800001111 预算是30万 毛利太低 华星精工张总说可以 下周三"),
        ("registered", "张总电话是13800001111 预算是30万 华星精工张总说可以 他说是恒力机械有限公司 待审批"),
        ("person", "张总电话是13800001111 客户说可以 预算是30万"),
        ("amount", "华星精工预算60万吗？ 金穗食品 首付要50%"),
        ("time", "提醒我明天问一下 明天拜访华星精工张总 预算30万"),
        ("value", "今天拜访了华星精工张总 宏图物流签了，合同68万 把华星精工转给周波 谢谢 帮助 明天几点？ 申请85折"),
        ("choice", "今天拜访了华星精工 华星精工怎么样了 我的待办 宏图物流那边说下周二再约时间"),
    ],
)
def test_what_was_not_asked_for_is_not_taken(wants: Wants, lines: str) -> None:
    assert [line for line in lines.split() if answers(read(line), line, wants=wants) == "taken"] == []


@pytest.mark.parametrize(
    "line",
    _lines("""
    首付要50% 要先付三成 首付要到五成 不低于30% 先付款后发货 不含安装 不带运费
    首付五成，月底前签 必须月底前签合同 预付款到账再发货 账期不超过3个月 只给这一次"""),
)
def test_a_condition_is_one(line: str) -> None:
    assert is_condition(read(line), line)


@pytest.mark.parametrize(
    "line",
    _lines("""
    客户说可以先款 王总不在 对手报70万 预算是30万 等张总回来再说 再想想首付
    我问问首付 60万 92折 毛利太低 没看到合同 这个月太忙了 华星精工首付到了
    价格不合理 要开会"""),
)
def test_a_discount_is_granted_on_nothing_less_than_a_condition(line: str) -> None:
    assert cancels(line) or not is_condition(read(line), line)


def test_an_answer_stands_bare_of_the_words_around_it() -> None:
    assert bare("转给李明吧", wants="person") == "李明"
    assert bare("改成报价", wants="choice") == "报价"
    assert bare("就是华星精工", wants="name") == "华星精工"
    assert bare("周五上午", wants="time") == "周五上午"


def test_the_name_is_what_stands_behind_its_introduction() -> None:
    assert bare_name("全称是无锡恒力机械制造有限公司。") == "无锡恒力机械制造有限公司"
    assert bare_name("恒力机械") == "恒力机械"
