"""The organisation made from plain data."""

from __future__ import annotations

from bot.messenger.people import Organisation


def company() -> Organisation:
    people = [
        {"userid": "Head", "name": "总", "department": 3, "leads": True},
        {"userid": "deep", "name": "深", "department": "二组", "leader": "Head"},
        {"userid": "new", "name": "新", "department": "电话组"},
        {"userid": "gone", "name": "走", "department": 5, "in_scope": False},
    ]
    departments = [{"id": 3, "name": "华东"}, {"id": 4, "name": "销售部", "parent": 3}]
    return Organisation.build("远山", people, [*departments, {"id": 5, "name": "二组", "parent": 4}])


def test_departments_nest_and_unknown_ones_are_made_below_the_root() -> None:
    organisation = company()

    assert organisation.below(3) == {3, 4, 5}
    assert [m.userid for m in organisation.of(3)] == ["Head"]
    assert [m.userid for m in organisation.of(3, below=True)] == ["Head", "deep"]
    made = organisation.departments[organisation.get("new").department]
    assert (made.name, made.parent, made.id) == ("电话组", 1, 6)


def test_members_are_found_in_any_case_and_keep_their_colour() -> None:
    head = company().find("HEAD")

    assert head is not None
    assert (head.userid, head.leads) == ("Head", True)
    assert head.colour == company().get("head").colour
    assert company().find("nobody") is None
