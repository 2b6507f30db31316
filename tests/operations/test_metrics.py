"""`/metrics` and the two health paths: what is counted, for whose eyes, and what is left when the database is gone."""

from __future__ import annotations

from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import text

from bot.messenger.faults import Trick
from tests.operations.conftest import WRITER, Watched, watched
from tests.services import Postgres

LATER = timedelta(seconds=10)  # when the queues are looked at again
NOTE = "上午拜访了晨光阀门的梅总，预算30万"


async def test_a_note_is_counted_from_its_callback_to_its_answer(night: Watched) -> None:
    await night.stage.say(WRITER, NOTE)

    assert await night.grown("genjin_callbacks_total", channel="wecom", result="accepted") == 1
    assert await night.grown("genjin_acknowledge_seconds_count", channel="wecom") == 1
    assert await night.grown("genjin_messages_handled_total", outcome="answered") == 1
    assert await night.grown("genjin_deliveries_total", channel="wecom") == 1
    assert await night.grown("genjin_answer_seconds_count", cause="inbox") == 1
    assert await night.grown("genjin_messenger_calls_total", channel="wecom", call="message/send", errcode="0") == 1


async def test_a_repeated_and_a_forged_callback_are_told_apart(night: Watched) -> None:
    await night.stage.say(WRITER, NOTE, trick=Trick.TWICE)
    await night.stage.say(WRITER, "这是假的", trick=Trick.WRONG_SIGNATURE)

    assert await night.grown("genjin_callbacks_total", channel="wecom", result="accepted") == 1
    assert await night.grown("genjin_callbacks_total", channel="wecom", result="repeated") == 1
    assert await night.grown("genjin_callbacks_total", channel="wecom", result="refused") >= 1
    assert await night.grown("genjin_callbacks_refused_total", channel="wecom", reason="signature") >= 1


async def test_what_the_messenger_refuses_is_counted_by_its_errcode_and_the_row_is_dead(night: Watched) -> None:
    night.stage.server.faults.refuse("message/send", 82001)
    await night.stage.server.say(WRITER, NOTE)
    await night.stage.app.settled()

    calls = {"channel": "wecom", "call": "message/send"}
    assert await night.grown("genjin_messenger_calls_total", errcode="82001", **calls) == 1
    assert await night.grown("genjin_failures_total", queue="outbox", result="dead") == 1
    night.stage.clock.advance(LATER)
    assert await night.value("genjin_queue_dead_rows", queue="outbox") == 1


async def test_a_process_tells_its_own_size_and_the_room_that_is_left(night: Watched) -> None:
    assert await night.value("process_resident_memory_bytes") > 0
    assert await night.value("genjin_database_up") == 1
    assert await night.value("genjin_queue_rows", queue="inbox", state="ready") == 0


async def test_who_comes_through_a_proxy_sees_no_figures(night: Watched) -> None:
    status, body = await night.ask("/metrics", {"X-Forwarded-For": "203.0.113.9"})

    assert status == 403
    assert "genjin_" not in body


async def test_with_a_token_only_who_shows_it_sees_figures(night: Watched) -> None:
    app = night.stage.app
    app.settings = app.settings.model_copy(update={"metrics_token": SecretStr("a-token-of-ours-16")})

    assert (await night.ask("/metrics"))[0] == 403
    assert (await night.ask("/metrics", {"Authorization": "Bearer another-token-of-16"}))[0] == 403
    proper = {"Authorization": "Bearer a-token-of-ours-16", "X-Forwarded-For": "203.0.113.9"}
    assert (await night.ask("/metrics", proper))[0] == 200


async def test_without_its_database_a_process_says_so_in_figures_and_is_not_ready(
    postgres: Postgres, postgres_url: str
) -> None:
    async with watched(postgres_url) as night:
        assert await night.ask("/readyz") == (200, "ready\n")
        postgres.drop(postgres_url)

        assert await night.ask("/readyz") == (503, "the database does not answer\n")
        assert await night.ask("/healthz") == (200, "ok\n")
        night.stage.clock.advance(LATER)
        status, figures = await night.ask("/metrics")
        assert status == 200
        assert "genjin_database_up 0.0" in figures


async def test_a_process_is_not_ready_on_a_database_of_another_release(night: Watched) -> None:
    async with night.stage.app.database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert await night.ask("/readyz") == (503, "the database is at another schema\n")
