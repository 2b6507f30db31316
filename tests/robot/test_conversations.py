"""What people see who talk to the smart robot: the whole bot, behind the robot's long connection."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from domain.tables import Account, Attachment, Inbox, Outbox
from tests.stage import Stage

NOTE = "下午拜访了北辰仪器的何总，预算大概50万，下周三之前给方案"
SHEN = "Shen.Qing"


async def test_a_note_to_the_robot_is_answered_by_its_card(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    card = stage.robot_chat(SHEN)[0]
    assert card.title == "已记录 · 北辰仪器"
    assert ("预算", "约50万") in card.facts
    assert card.buttons[:2] == ("改一下", "撤销")
    assert stage.chat(SHEN) == [], "what is said to the robot is not answered in the app"
    assert commands(stage)[:1] == ["aibot_respond_msg"], "the first answer goes by the message's own request"


async def test_a_tap_changes_the_card_where_it_stands(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))
    before = len(stage.robot_chat(SHEN))

    await stage.robot_tap(SHEN, "撤销")

    cards = stage.robot_chat(SHEN)
    assert len(cards) == before
    assert cards[0].title == "已撤销 · 北辰仪器"
    assert cards[0].buttons == ("恢复",)
    assert commands(stage)[-1] == "aibot_respond_update_msg"


async def test_a_tap_that_is_handled_too_late_shows_the_card_anew(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))
    stage.robot.faults.refuse("aibot_respond_update_msg", 846605)

    await stage.robot_tap(SHEN, "撤销")

    first, *_, last = stage.robot_chat(SHEN)
    assert first.title == "已记录 · 北辰仪器"
    assert last.title == "已撤销 · 北辰仪器"
    assert last.note.startswith("更新")
    assert commands(stage)[-1] == "aibot_send_msg"


async def test_a_correction_in_words_makes_a_new_card_because_the_robot_can_change_none(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    await stage.heard(stage.robot.say(SHEN, "不对，是60万"))

    old, *_, new = [card for card in stage.robot_chat(SHEN) if card.kind == "card"]
    assert ("预算", "约50万") in old.facts
    assert new.title == "已更正 · 北辰仪器"
    assert any("60万" in value for _, value in new.facts)


async def test_the_same_person_is_one_person_in_the_app_and_with_the_robot(stage: Stage) -> None:
    await stage.say(SHEN, NOTE)

    await stage.heard(stage.robot.say(SHEN, "北辰仪器"))

    assert any("50万" in value for _, value in stage.robot_chat(SHEN)[-1].facts)
    async with stage.app.database.read() as session:
        mine = (await session.execute(select(Account).where(Account.userid == SHEN.casefold()))).scalars().all()
    assert {account.channel for account in mine} == {"wecom", "wecom.robot"}
    assert len({account.person_id for account in mine}) == 1


async def test_a_reminder_goes_where_one_wrote_last(stage: Stage) -> None:
    await stage.say(SHEN, "北辰仪器")
    stage.clock.advance(timedelta(hours=2))
    await stage.heard(stage.robot.say(SHEN, "明天上午十点提醒我给何总打电话"))
    in_app = len(stage.chat(SHEN))

    await stage.move(timedelta(hours=17))

    assert "打电话" in stage.robot_chat(SHEN)[-1].title
    assert len(stage.chat(SHEN)) == in_app
    assert commands(stage)[-1] == "aibot_send_msg"


async def test_whoever_only_uses_the_app_is_not_pushed_to_by_the_robot(stage: Stage) -> None:
    await stage.say("ma.lin", "帮助")
    await stage.heard(stage.robot.say(SHEN, "北辰仪器ERP二期申请85折，客户预算紧"))

    assert any("待你审批" in card.title for card in stage.chat("ma.lin"))
    assert stage.robot_chat("ma.lin") == []


async def test_a_voice_note_is_a_note(stage: Stage) -> None:
    await stage.heard(stage.robot.speak(SHEN, NOTE))

    assert stage.robot_chat(SHEN)[0].title == "已记录 · 北辰仪器"


async def test_words_beside_a_picture_are_a_note(stage: Stage) -> None:
    picture = {"msgtype": "image", "image": {"url": "http://127.0.0.1:1/x", "aeskey": "k"}}
    items = [{"msgtype": "text", "text": {"content": NOTE}}, picture]
    await stage.heard(stage.robot.send(SHEN, {"msgtype": "mixed", "mixed": {"msg_item": items}}))

    assert stage.robot_chat(SHEN)[0].title == "已记录 · 北辰仪器"


async def test_a_file_is_kept_with_the_customer_that_was_talked_about(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))
    data = b"%PDF-1.4 " + bytes(range(256)) * 9

    await stage.heard(stage.robot.send_file(SHEN, "file", "报价单.pdf", data))

    async with stage.app.database.read() as session:
        kept = (await session.execute(select(Attachment))).scalars().all()
    assert [(each.name, each.size) for each in kept] == [("报价单.pdf", len(data))]
    assert kept[0].customer_id is not None


async def test_a_file_whose_address_has_run_out_is_said_to_be_gone(stage: Stage) -> None:
    told = stage.robot.files.keep("报价单.pdf", b"x" * 99)
    stage.clock.advance(timedelta(minutes=6))

    await stage.heard(stage.robot.send(SHEN, {"msgtype": "file", "file": told}))

    async with stage.app.database.read() as session:
        assert (await session.execute(select(Attachment))).scalars().all() == []
    assert stage.robot_chat(SHEN) != []


async def test_what_is_quoted_is_kept_with_the_message(stage: Stage) -> None:
    quote = {"msgtype": "text", "text": {"content": "他们想要新报价"}}
    await stage.heard(stage.robot.say(SHEN, NOTE, quote=quote))

    async with stage.app.database.read() as session:
        payload = (await session.execute(select(Inbox.payload))).scalars().one()
    assert payload["quotes"] == "他们想要新报价"


async def test_a_note_in_a_group_gets_a_line_there_and_its_card_apart(stage: Stage) -> None:
    await stage.say(SHEN, "北辰仪器")
    group = stage.robot.add_group("wrQzA9", "华南组", [SHEN, "tao.yi"])
    in_app = len(stage.chat(SHEN))

    await stage.heard(stage.robot.group_say(group.chatid, SHEN, f"@跟进\u2005{NOTE}"))

    assert [said.text for said in stage.robot_groups()["华南组"]] == ["记好了，卡片私聊发你"]
    assert stage.chat(SHEN)[in_app].title == "已记录 · 北辰仪器"
    assert stage.robot_chat(SHEN) == [], "nobody may be pushed to who has not written to the robot alone"


async def test_a_question_in_a_group_is_answered_apart_and_never_shows_there(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))
    group = stage.robot.add_group("wrQzA9", "华南组", [SHEN, "tao.yi"])

    await stage.heard(stage.robot.group_say(group.chatid, SHEN, "@跟进 北辰仪器"))

    assert [said.text for said in stage.robot_groups()["华南组"]] == ["明细私聊发你了"]
    assert stage.robot_chat(SHEN)[-1].title.startswith("北辰仪器")


async def test_what_is_said_in_a_group_without_a_mention_is_not_heard(stage: Stage) -> None:
    group = stage.robot.add_group("wrQzA9", "华南组", [SHEN, "tao.yi"])

    await stage.robot.group_say(group.chatid, SHEN, NOTE)
    await stage.heard(stage.robot.say("tao.yi", "你好"))

    async with stage.app.database.read() as session:
        assert [row.sender for row in (await session.execute(select(Inbox))).scalars()] == ["tao.yi"]


async def test_a_stranger_in_a_group_is_told_there(stage: Stage) -> None:
    group = stage.robot.add_group("wrQzA9", "华南组", [SHEN, "new.comer"])

    await stage.heard(stage.robot.group_say(group.chatid, "new.comer", "@跟进 北辰仪器"))
    await stage.heard(stage.robot.group_say(group.chatid, "new.comer", "@跟进 在吗"))

    said = [line.text for line in stage.robot_groups()["华南组"]]
    assert len(said) == 1
    assert said[0].startswith("我还不认识你")


async def test_who_opens_the_robot_first_is_welcomed_there_and_once(stage: Stage) -> None:
    await stage.heard(stage.robot.enter("tao.yi"))
    await stage.heard(stage.robot.enter("tao.yi"))

    assert [card.title for card in stage.robot_chat("tao.yi")] == ["我是跟进，帮你记客户"]
    assert commands(stage) == ["aibot_respond_welcome_msg"]


async def test_who_only_looked_at_the_robot_is_pushed_to_by_the_app(stage: Stage) -> None:
    await stage.heard(stage.robot.enter("ma.lin"))

    await stage.heard(stage.robot.say(SHEN, "北辰仪器ERP二期申请85折，客户预算紧"))

    assert any("待你审批" in card.title for card in stage.chat("ma.lin"))


async def test_a_redelivered_message_is_answered_once(stage: Stage) -> None:
    told = await stage.robot.say(SHEN, NOTE)
    request = next(iter(stage.robot.line.requests.values()))
    body = {"msgid": told.message_id, "chattype": "single", "from": {"userid": SHEN}, "msgtype": "text"}
    await stage.robot.line.push("aibot_msg_callback", body | {"text": {"content": NOTE}}, request)
    await stage.heard(stage.robot.say(SHEN, "你好"))

    titles = [card.title for card in stage.robot_chat(SHEN) if card.kind == "card"]
    assert titles.count("已记录 · 北辰仪器") == 1


async def test_no_delivery_of_the_robot_is_left_with_its_handle(stage: Stage) -> None:
    await stage.heard(stage.robot.say(SHEN, NOTE))

    async with stage.app.database.read() as session:
        rows = (await session.execute(select(Outbox))).scalars().all()
    assert [row.handle for row in rows] == [None] * len(rows)


def commands(stage: Stage) -> list[str]:
    """What genjin sent over the connection but for its beats, in order."""
    return [f["cmd"] for f in stage.robot.line.log if f["cmd"] not in ("aibot_subscribe", "ping")]


async def test_a_file_is_sent_by_the_robot_in_pieces_once_for_all_who_ask(stage: Stage) -> None:
    terms = b"%PDF-1.7 " + bytes(range(256)) * 3000  # three pieces
    await stage.heard(stage.robot.say(SHEN, NOTE))
    await stage.heard(stage.robot.send_file(SHEN, "file", "技术协议.pdf", terms))
    before = len(stage.robot_chat(SHEN))

    await stage.heard(stage.robot.say(SHEN, "把技术协议的文件发我"))
    await stage.heard(stage.robot.say(SHEN, "把文件发给我"))

    sent = stage.robot_chat(SHEN)[before:]
    assert [seen.text or seen.title for seen in sent] == ["[技术协议.pdf]"] * 2
    assert [(seen.kind, seen.text) for seen in sent if seen.kind != "card"] == [("file", "[技术协议.pdf]")] * 2
    assert commands(stage).count("aibot_upload_media_chunk") == 3
    assert commands(stage).count("aibot_upload_media_init") == 1
