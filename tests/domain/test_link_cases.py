"""Names as people write them, on a list of invented firms: who is meant, who is asked about, who is a stranger."""

from __future__ import annotations

import pytest

from domain.naming import Named, NameIndex
from tests.domain.link_cases import Case, read

NAMES, CASES = read()


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(NAMES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.wording}")
def test_a_wording_means_whom_a_colleague_would_take_it_for(index: NameIndex, case: Case) -> None:
    assert case.met_by(index.find(case.wording)), index.find(case.wording)


def test_a_customer_that_was_replaced_is_found_by_its_new_names_alone() -> None:
    index = NameIndex(NAMES)
    for wording in ("翠砻", "cuilongchaye", "翠龙茶业"):
        index.find(wording)  # so that all that is made on first use has been made
    index.add(Named(id="cl", full="福州砚湖茶业有限公司"))

    assert index.find("翠砻").match is None
    assert index.find("cuilongchaye").match is None
    assert index.find("砚湖").match == "cl"
    assert index.find("雁湖茶业").match == "cl"
    assert index.find("yanhuchaye").match == "cl"


def test_a_customer_that_is_gone_is_not_found_and_the_others_are() -> None:
    index = NameIndex(NAMES)
    index.find("朗消精工")
    index.remove("lx")

    assert index.find("朗崤精工").match is None
    assert index.find("琅肖精密").match == "lx2"
    assert len(index) == len(NAMES) - 1
