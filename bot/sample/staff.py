"""The people of the sample company, which sells software to factories: who they are and who leads whom."""

from __future__ import annotations

from bot.sample.model import Person, Team

COMPANY = "云岭软件"
EAST, SOUTH, NORTH = 1, 2, 3
LIN_YUE, LI_MING = 3, 4

_ROWS: tuple[tuple[str, str, str, int | None, str, tuple[str, ...]], ...] = (
    ("li.guodong", "李国栋", "销售总监", None, "", ("manager",)),
    ("zhou.bo", "周波", "销售经理", EAST, "li.guodong", ("sales", "manager")),
    ("lin.yue", "林越", "销售", EAST, "zhou.bo", ("sales",)),
    ("li.ming", "李明", "销售", EAST, "zhou.bo", ("sales",)),
    ("chen.chen", "陈晨", "销售", EAST, "zhou.bo", ("sales",)),
    ("zhao.qing", "赵青", "销售经理", SOUTH, "li.guodong", ("sales", "manager")),
    ("sun.ke", "孙可", "销售", SOUTH, "zhao.qing", ("sales",)),
    ("huang.lei", "黄磊", "销售", SOUTH, "zhao.qing", ("sales",)),
    ("he.jia", "何佳", "销售", SOUTH, "zhao.qing", ("sales",)),
    ("wu.hao", "吴昊", "销售经理", NORTH, "li.guodong", ("sales", "manager")),
    ("ma.xiao", "马骁", "销售", NORTH, "wu.hao", ("sales",)),
    ("xu.jing", "徐静", "销售", NORTH, "wu.hao", ("sales",)),
    ("wang.min", "王敏", "财务", None, "li.guodong", ("finance",)),
    ("chen.gong", "陈功", "系统工程师", None, "li.guodong", ("admin",)),
)
# Who is on DingTalk as well, under the same name, and who of them leads.
LEAD_ON_DINGTALK = ("li.guodong", "zhou.bo")
ON_DINGTALK = (*LEAD_ON_DINGTALK, "lin.yue", "li.ming")


def people() -> tuple[Person, ...]:
    """All fourteen, numbered as they stand above."""
    ids = {row[0]: number for number, row in enumerate(_ROWS, 1)}
    return tuple(
        Person(
            id=ids[userid],
            userid=userid,
            name=name,
            title=title,
            team_id=team,
            manager_id=ids.get(leader),
            roles=roles,
            mobile=f"1390000{1000 + ids[userid]}",
        )
        for userid, name, title, team, leader, roles in _ROWS
    )


def teams() -> tuple[Team, ...]:
    """The three regional teams with their leads."""
    leads = {p.team_id: p.id for p in people() if "manager" in p.roles}
    names = {EAST: "华东组", SOUTH: "华南组", NORTH: "华北组"}
    return tuple(Team(id=number, name=name, lead_id=leads[number]) for number, name in names.items())


def sellers(team: int) -> list[int]:
    """Those of a team who have customers of their own."""
    return [p.id for p in people() if p.team_id == team and "manager" not in p.roles]
