"""`genjin dead`, as an operator calls it: what was given up is explained, tried again or dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.actor import Address
from domain.tables import Account, Outbox
from domain.uow import UnitOfWork
from tests.cli.conftest import Genjin, write


async def _die(uow: UnitOfWork, error: str) -> None:
    """A delivery to 林越 has died of this."""
    uow.tell(Address.person(1), "plain.text", key=f"died-of-{len(error)}", text="明早九点开会")
    await uow.close()
    died = {"state": "dead", "last_error": error, "failures": 4, "retry_at": datetime.now(UTC)}
    await uow.session.execute(update(Outbox).where(col(Outbox.state) == "waiting").values(**died))
    uow._tells.clear()


@pytest.mark.usefixtures("office")
def test_nothing_dead_is_said_in_one_line(genjin: Genjin) -> None:
    done = genjin("dead")

    assert (done.code, done.out) == (0, "nothing is dead\n")


def test_what_died_is_explained_with_what_to_do(genjin: Genjin, office: str) -> None:
    write(office, partial(_die, error="Unreachable: wecom message/send: errcode 81013"))

    done = genjin("dead")
    unwell = genjin("doctor")

    assert done.code == 1
    assert "add him to the app's visible scope (可见范围), then retry" in done.out
    assert "errcode 81013" in done.out
    assert "outbox:1  line 「明早九点开会」 to 林越 (lin.yue)" in done.out
    assert "tried 4 times" in done.out
    assert "FAIL  queues: 1 rows were given up; genjin dead" in unwell.out


def test_what_is_retried_waits_again_and_stands_in_the_audit(genjin_with_data: Genjin, database_url: str) -> None:
    write(database_url, partial(_die, error="ChannelError: wecom message/send: TimeoutError"))
    (row,) = genjin_with_data("dead", "--jsonl").lines

    done = genjin_with_data("dead", "retry", row["row"])

    assert row["do"] == "retry when it answers again"
    assert (done.code, done.out) == (0, "outbox:1 waits again\n")
    assert [d["state"] for d in genjin_with_data("export", "deliveries").lines] == ["waiting"]
    (entry,) = [e for e in genjin_with_data("export", "audit").lines if e["kind"] == "outbox"]
    assert (entry["cause_kind"], entry["changes"]["state"]) == ("cli", ["dead", "waiting"])


def test_all_of_one_cause_are_dropped_together(genjin: Genjin, office: str) -> None:
    write(office, partial(_die, error="Rejected: wecom message/send: errcode 40058"))
    write(office, partial(_die, error="Rejected: wecom message/send: errcode 40058 once more"))
    write(office, partial(_die, error="Unreachable: wecom message/send: errcode 81013"))
    causes = {row["row"]: row["cause"] for row in genjin("dead", "--jsonl").lines}

    done = genjin("dead", "drop", "--cause", causes["outbox:1"])

    assert done.code == 0
    assert [d["state"] for d in genjin("export", "deliveries").lines] == ["cancelled", "dead", "dead"]


def test_a_delivery_to_somebody_without_an_account_goes_out_once_he_has_one(genjin: Genjin, office: str) -> None:
    write(office, partial(_owner_of_first_account, person_id=2))
    write(office, _tell_lin)
    too_early = genjin("dead", "retry", "outbox:1")
    write(office, partial(_owner_of_first_account, person_id=1))
    done = genjin("dead", "retry", "outbox:1")

    assert too_early.code == 1
    assert "no account yet" in too_early.err
    assert done.code == 0
    (delivery,) = genjin("export", "deliveries").lines
    assert (delivery["channel"], delivery["recipient"], delivery["state"]) == ("wecom", "lin.yue", "waiting")


async def _owner_of_first_account(uow: UnitOfWork, person_id: int) -> None:
    await uow.session.execute(update(Account).where(col(Account.id) == 1).values(person_id=person_id))


async def _tell_lin(uow: UnitOfWork) -> None:
    uow.tell(Address.person(1), "plain.text", key="k", text="在吗")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("retry",), 2),
        (("retry", "outbox"), 2),
        (("retry", "customer:1"), 2),
        (("retry", "outbox:1", "--cause", "abc"), 2),
        (("bury", "outbox:1"), 2),
        (("list", "outbox:1"), 2),
        (("retry", "outbox:99"), 1),
        (("drop", "--cause", "abcdef"), 1),
    ],
)
@pytest.mark.usefixtures("office")
def test_a_call_that_names_nothing_dead_is_one_line(genjin: Genjin, call: tuple[str, ...], code: int) -> None:
    done = genjin("dead", *call)

    assert done.code == code
    assert done.err.count("\n") == 1
