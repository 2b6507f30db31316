"""What people see who talk to the robot on DingTalk: the whole bot, behind the Stream."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from bot.messenger.people import Member
from domain.actor import Actor, Cause
from domain.services import fields
from domain.tables import Account, Attachment, Inbox, Outbox, Person, Team
from tests.dingtalk.conftest import MEMBERS, NEWCOMER, PEOPLE, on_record
from tests.dingtalk.stage import ROOMY, TEMPLATE, DingTalkStage, staged

NOTE = "下午拜访了北辰仪器的何总，预算大概50万，下周三之前给方案"
SHEN, TAO, MA = "Staff01", "staff02", "manager7"
APPROVAL = "北辰仪器ERP二期申请85折，客户预算紧"


async def test_a_note_is_answered_by_its_card(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)

    card = stage.chat(SHEN)[0]
    assert card.kind == "card"
    assert card.title == "已记录 · 北辰仪器"
    assert ("预算", "约50万") in card.facts
    assert card.buttons[:2] == ("改一下", "撤销")


async def test_a_tap_changes_the_card_where_it_stands(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)
    before = len(stage.chat(SHEN))

    await stage.tap(SHEN, "撤销")

    cards = stage.chat(SHEN)
    assert len(cards) == before
    assert cards[0].title == "已撤销 · 北辰仪器"
    assert cards[0].buttons == ("恢复",)


async def test_a_correction_in_words_changes_the_card_too(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)

    await stage.say(SHEN, "不对，是60万")

    card = stage.chat(SHEN)[0]
    assert card.title == "已更正 · 北辰仪器"
    assert any("60万" in value for _, value in card.facts)


async def test_two_taps_at_once_have_one_effect(stage: DingTalkStage) -> None:
    await stage.say(SHEN, APPROVAL)

    await stage.tap(MA, "同意", times=2)

    assert [card.state for card in stage.chat(MA) if card.title.startswith("已同意")] == ["已同意·马林"]
    assert sum("同意" in str(card) for card in stage.chat(SHEN) if card.kind != "card") <= 1


async def test_an_answer_in_words_goes_by_the_webhook_and_costs_no_call(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "今天天气真好")

    assert stage.chat(SHEN)[0].text or stage.chat(SHEN)[0].title
    if stage.chat(SHEN)[0].kind != "card":
        assert stage.dingtalk.api.calls["v1.0/robot/oToMessages/batchSend"] == 0
        assert len(stage.dingtalk.sending.by_webhook) == 1


async def test_a_reminder_that_is_due_hours_later_goes_by_the_robot(stage: DingTalkStage) -> None:
    await stage.say(SHEN, "北辰仪器")
    await stage.say(SHEN, "明天上午十点提醒我给何总打电话")
    before = len(stage.chat(SHEN))

    await stage.move(timedelta(hours=19))

    assert "打电话" in stage.chat(SHEN)[before].title


async def test_a_voice_note_is_a_note(stage: DingTalkStage) -> None:
    await stage.pushed(stage.dingtalk.speak(SHEN, NOTE))

    assert stage.chat(SHEN)[0].title == "已记录 · 北辰仪器"


async def test_a_file_is_kept_with_the_customer_that_was_talked_about_and_sent_back_when_asked_for(
    stage: DingTalkStage,
) -> None:
    await stage.say(SHEN, NOTE)
    data = b"%PDF-1.4 " + bytes(range(256)) * 9

    await stage.pushed(stage.dingtalk.send_file(SHEN, "file", "报价单.pdf", data))
    await stage.say(SHEN, "把报价单的文件发我")

    async with stage.app.database.read() as session:
        kept = (await session.execute(select(Attachment))).scalars().all()
    assert [(each.name, each.size) for each in kept] == [("报价单.pdf", len(data))]
    assert kept[0].customer_id is not None
    assert stage.chat(SHEN)[-1].text == "[报价单.pdf]"
    assert [upload.data for upload in stage.dingtalk.media.uploaded.values()] == [data]


async def test_words_beside_a_picture_are_a_note_and_the_picture_is_kept_with_it(stage: DingTalkStage) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(99)
    code = stage.dingtalk.media.keep("a.png", picture)
    parts = [{"text": NOTE}, {"type": "picture", "downloadCode": code}]

    await stage.pushed(stage.dingtalk.send_rich(SHEN, parts))
    async with stage.app.database.read() as session:
        told = (await session.execute(select(Inbox.message_id))).scalars().all()

    assert stage.chat(SHEN)[0].title == "已记录 · 北辰仪器"
    assert len([each for each in told if each.endswith("#pictures")]) == 1


async def test_a_note_in_a_group_gets_a_line_there_and_its_card_apart(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group("cidGroup01==", "华南组", [SHEN, TAO])

    await stage.pushed(stage.dingtalk.group_say("cidGroup01==", SHEN, NOTE))

    assert [said.text for said in stage.groups()["华南组"]] == ["记好了，卡片私聊发你"]
    assert stage.chat(SHEN)[0].title == "已记录 · 北辰仪器"


async def test_a_win_is_called_in_the_group_that_was_set_for_it(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group("cidGroup01==", "华南组", [SHEN, TAO, MA])
    await stage.pushed(stage.dingtalk.group_say("cidGroup01==", MA, "把这个群设为华南销售群"))
    before = len(stage.groups()["华南组"])

    await stage.say(SHEN, "北辰仪器签了，合同80万")

    assert "签下" in stage.groups()["华南组"][before].title


async def test_whoever_is_of_another_company_is_told_there_that_he_is_not_known(stage: DingTalkStage) -> None:
    stage.dingtalk.add_group("cidGroup01==", "华南组", [SHEN, "new9"])

    await stage.pushed(stage.dingtalk.group_say("cidGroup01==", "new9", "北辰仪器"))

    assert stage.groups()["华南组"][-1].text.startswith("我还不认识你")


async def test_a_message_that_comes_again_is_handled_once(stage: DingTalkStage) -> None:
    stage.dingtalk.faults.spoil("twice")
    await stage.say(SHEN, NOTE)
    stage.dingtalk.faults.spoil("again")
    await stage.say(SHEN, "北辰仪器")

    titles = Counter(card.title for card in stage.chat(SHEN))
    assert titles["已记录 · 北辰仪器"] == 1
    assert sum(count for title, count in titles.items() if title.startswith("北辰仪器")) == 1


async def test_the_case_of_a_staff_id_is_kept(stage: DingTalkStage) -> None:
    await stage.say(SHEN, NOTE)

    async with stage.app.database.read() as session:
        recipients = set((await session.execute(select(Outbox.recipient))).scalars().all())
    assert recipients == {SHEN}


async def test_the_companys_own_template_asks_with_a_form(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", MEMBERS, own_template=True) as stage:
        await on_record(stage)
        await stage.say(SHEN, NOTE)
        await stage.say(SHEN, "今天先跟谁")

        assert {card.template for card in stage.dingtalk.cards.instances.values()} == {TEMPLATE}
        assert stage.chat(SHEN)[0].title == "已记录 · 北辰仪器"
        await stage.tap(SHEN, "撤销", on="已记录")
        assert stage.chat(SHEN)[0].title == "已撤销 · 北辰仪器"


async def test_without_a_template_that_can_be_used_there_are_words_and_typed_answers(sqlite_url: str) -> None:
    quirks = type(ROOMY)(calls_per_second=100_000, calls_per_month=10_000_000, public_templates=frozenset())
    async with staged(sqlite_url, "远山科技", MEMBERS, quirks=quirks) as stage:
        await on_record(stage)

        await stage.say(SHEN, NOTE)
        await stage.say(SHEN, "撤销")

        first, *_, last = stage.chat(SHEN)
        assert (first.kind, first.title) == ("markdown", "已记录 · 北辰仪器")
        assert "回：改一下/撤销" in str(first)
        assert "已撤销" in str(last)


async def test_who_is_known_by_his_number_is_the_same_person_on_both_messengers(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", [NEWCOMER], both=True, contacts=True) as stage:
        await on_record(stage, channel="wecom")
        people, book = stage.dingtalk.organisation, stage.dingtalk.contacts

        for userid, name, mobile in (("D1", "阿青", PEOPLE["沈青"]["mobile"]), ("D2", "沈青", "13900139000")):
            book.mobiles[userid] = mobile
            people.add(Member(userid=userid, name=name))
            await stage.happened("user_add_org", {"userId": [userid]})

        async with stage.app.database.read() as session:
            query = select(Account.userid, Person.name).join(Person, Person.id == Account.person_id)
            rows = (await session.execute(query.where(Account.channel == "dingtalk"))).all()
            found = {row[0]: row[1] for row in rows}
            persons = (await session.execute(select(Person.name))).scalars().all()
    assert found["D1"] == "沈青", "his number tells who he is, whatever he is called"
    assert persons.count("沈青") == 2, "a name alone tells nothing"


async def test_a_number_that_somebody_gave_himself_makes_nobodys_account_his(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", [NEWCOMER], both=True, contacts=True) as stage:
        await on_record(stage, channel="wecom")
        async with stage.app.database.read() as session:
            mine = (await session.scalars(select(Person).where(Person.name == "沈青"))).one()
        async with stage.app.database.unit(Actor(person_id=mine.id), Cause("test")) as uow:
            await fields.change_person(uow, mobile="13900135555")

        stage.dingtalk.contacts.mobiles["D1"] = "13900135555"
        stage.dingtalk.organisation.add(Member(userid="D1", name="马林"))
        await stage.happened("user_add_org", {"userId": ["D1"]})

        async with stage.app.database.read() as session:
            query = select(Account.person_id).where(Account.channel == "dingtalk", Account.userid == "D1")
            assert (await session.execute(query)).scalar_one() != mine.id


async def test_people_come_from_the_address_book_and_their_superiors_with_them(sqlite_url: str) -> None:
    members = [
        {"userid": "Boss1", "name": "马林", "title": "经理", "department": "华南组", "leads": True},
        {"userid": "Sell1", "name": "沈青", "department": "华南组"},
    ]
    async with staged(sqlite_url, "远山科技", members, contacts=True) as stage:
        await stage.settle()

        async with stage.app.database.read() as session:
            people = {person.name: person for person in (await session.execute(select(Person))).scalars()}
            teams = (await session.execute(select(Team.name))).scalars().all()
    assert people["沈青"].manager_id == people["马林"].id
    assert "华南组" in teams


async def test_who_left_the_company_is_not_answered_any_more(sqlite_url: str) -> None:
    async with staged(sqlite_url, "远山科技", [*MEMBERS, NEWCOMER], contacts=True) as stage:
        await stage.settle()
        await stage.say("new9", "你好")
        before = len(stage.chat("new9"))

        await stage.happened("user_leave_org", {"userId": ["new9"]})
        await stage.move(timedelta(minutes=11))
        await stage.say("new9", "北辰仪器")

        assert stage.chat("new9")[before].text.startswith("我还不认识你")
