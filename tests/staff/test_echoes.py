"""What genjin itself writes of customers outside comes back as an event, and is not answered by writing again."""

from __future__ import annotations

from datetime import timedelta

from tests import company
from tests.company import outsider
from tests.dialogues.records import Records
from tests.stage import staged

PEOPLE = {"小林": {"userid": "Lin.Yue", "name": "林越", "title": "销售", "roles": ["sales"], "team": "华东"}}
WRITES = ("externalcontact/remark", "externalcontact/mark_tag")
LOOK = "externalcontact/get"


async def test_an_echo_of_its_own_writing_makes_genjin_write_nothing(sqlite_url: str) -> None:
    members = [{name: each[name] for name in ("userid", "name", "title")} for each in PEOPLE.values()]
    async with staged(sqlite_url, "远山科技", members) as stage:
        records = Records(stage.app.database)
        await records.cast(PEOPLE, {"华东": {"lead": "小林"}})
        await records.customer("华星精工", {"owner": "小林"})
        await stage.app.warm()
        stage.app.dispatcher.names_changed()
        await company.outside(
            stage, "add", {"userid": "Lin.Yue", "external": "wmA", "name": "张", "remark": "华星精工 张总"}
        )
        await stage.move(timedelta(seconds=2))  # two echoes of one second are one to WeCom's rule
        calls = stage.server.calls
        before = {path: calls[path] for path in (*WRITES, LOOK)}

        await stage.say("Lin.Yue", "把华星精工改成A类")
        await stage.move(timedelta(hours=1))

        assert outsider(stage, "wmA")["tags"] == "A"
        assert {path: calls[path] - count for path, count in before.items()} == {WRITES[0]: 0, WRITES[1]: 1, LOOK: 1}
