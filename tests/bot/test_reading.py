"""Reading messages with the company's names, which change while it goes on."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot import reading
from bot.message import Conversation, Message
from bot.nlp.parsed import Parsed
from bot.reading import Reader
from domain.names import Names
from domain.services import customers
from domain.tables import Customer
from domain.views import help as views
from tests.work.stage import ZONE, Company, company

SENT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def message(text: str) -> Message:
    return Message(
        channel="wecom",
        message_id="1",
        conversation=Conversation("wm1", "direct"),
        sender="lin",
        sent_at=SENT,
        text=text,
    )


async def caught_up(here: Company, names: Names) -> Names:
    here.clock.advance(timedelta(seconds=1))
    async with here.database.read() as session:
        await names.catch_up(session, here.clock.now())
    return names


def customer(parsed: Parsed) -> str | None:
    return parsed.customer.text if parsed.customer else None


async def test_a_new_customer_is_known_in_the_next_message(database_url: str) -> None:
    reader, said = Reader(ZONE), message("路过沐野")
    async with company(database_url) as here:
        await here.customer("苏州恒力机械有限公司", here.lin, named=True)
        names = await caught_up(here, Names())
        assert customer(reader.read(said, names)) is None

        await here.customer("沐野", here.lin)
        assert customer(reader.read(said, await caught_up(here, names))) == "沐野"


async def test_a_customer_that_is_gone_is_no_longer_looked_for(database_url: str) -> None:
    reader, said = Reader(ZONE), message("路过沐野")
    async with company(database_url) as here:
        made = await here.customer("沐野", here.lin)
        names = await caught_up(here, Names())
        assert customer(reader.read(said, names)) == "沐野"

        async with here.acting(here.lin) as uow:
            row = await uow.get(Customer, made)
            row.gone_at = uow.now
            await customers.sync_names(uow, row)
        await caught_up(here, names)

        assert customer(reader.read(said, names)) is None
        assert names.find("沐野").match is None
        assert names.mentioned("沐野呢") == {}


async def test_many_names_at_once_are_all_known(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MANY", 20)
    reader = Reader(ZONE)
    many = [
        f"{first}{second}{third}贸易有限公司" for first in "沐青禾朗" for second in "野岚屿垚" for third in "川汀柏舟"
    ]
    async with company(database_url) as here:
        names = await caught_up(here, Names())
        for name in many:
            await here.customer(name, here.lin)
        await caught_up(here, names)
        read = [await reader.read_aside(message(f"跟{name}吃了饭"), names) for name in many]

    assert [customer(parsed) for parsed in read] == many


@pytest.mark.parametrize("inline", [0, 4_000])
async def test_a_text_reads_the_same_in_a_thread_and_without(
    inline: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "INLINE", inline)
    text = "今天下午拜访了沐野的王总，聊了二期改造，预算大概25万，下周三之前给方案。" * 20
    async with company(database_url) as here:
        await here.customer("沐野", here.lin)
        names = await caught_up(here, Names())
        parsed = await Reader(ZONE).read_aside(message(text), names)

        assert parsed == Reader(ZONE).read(message(text), names)
        assert customer(parsed) == "沐野"


async def test_a_customer_that_a_question_names_is_found_by_any_of_its_names(database_url: str) -> None:
    async with company(database_url) as here:
        made = await here.customer("苏州恒力机械有限公司", here.lin, named=True)
        names = await caught_up(here, Names())
        async with here.acting(here.lin) as uow:
            asked = [
                await views.about(uow.session, uow.actor, names, text) for text in ("恒力机械呢", "那个恒力吗", "呢")
            ]

    assert asked == [(made, "恒力机械"), (made, "恒力"), None]


def test_neither_jieba_nor_pypinyin_is_loaded_to_read_and_place_a_note() -> None:
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from bot.nlp.pipeline import parse\n"
        "from domain.naming import Named, NameIndex\n"
        "parse('拜访了恒力机械的王芳', datetime(2026, 11, 25, tzinfo=UTC))\n"
        "found = NameIndex([Named(1, '苏州恒力机械有限公司')]).find('恒利机械')\n"
        "print(found.match, sorted({'jieba', 'pypinyin'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1 []\n"
