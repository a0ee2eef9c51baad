"""Who acts at a desk, and what an auditor may not do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from timebank.desk.desk import Desk
from timebank.desk.network import found
from timebank.desk.person_form import PersonForm
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Refusal


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A hub on its own."""
    found(tmp_path, Surroundings(), network="测试", station="街道", policy=None)
    with Desk(tmp_path) as desk:
        yield desk


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    """A refusal with this code."""
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


def test_entries_carry_the_number_of_whoever_signed_in(desk: Desk) -> None:
    desk.operators.appoint("张前台", "clerk")
    second = desk.operators.appoint("李主任", "coordinator")
    desk.operators.sign_in("李主任")
    member = desk.people.register(PersonForm("王阿姨", ("volunteer",)))
    entry = desk.station.store.entry(member.row)
    assert entry is not None
    assert entry.header.operator == second.number == 2


def test_an_auditor_reads_all_and_writes_nothing_until_someone_else_signs_in(desk: Desk) -> None:
    desk.operators.appoint("周审计", "auditor")
    desk.operators.appoint("张前台", "clerk")
    desk.operators.sign_in("周审计")
    before = desk.upkeep.digest()
    with refused("auditor_reads_only"):
        desk.people.register(PersonForm("王阿姨", ("volunteer",)))
    with refused("auditor_reads_only"):
        desk.policies.adopt("hangzhou")
    assert desk.upkeep.digest() == before
    assert desk.people.search("") == []
    desk.operators.sign_in("张前台")
    assert desk.people.register(PersonForm("王阿姨", ("volunteer",))).name == "王阿姨"


def test_a_password_is_asked_for_where_there_is_one_and_is_nowhere_in_the_store(desk: Desk) -> None:
    desk.operators.appoint("李主任", "keeper", "山水有相逢")
    with refused("password_wrong"):
        desk.operators.sign_in("李主任", "山水")
    assert desk.operators.sign_in("李主任", "山水有相逢").protected
    assert "山水有相逢".encode() not in Path(str(desk.station.store.path)).read_bytes()


def test_nobody_unknown_signs_in_and_no_name_is_taken_twice(desk: Desk) -> None:
    desk.operators.appoint("张前台")
    with refused("operator_unknown"):
        desk.operators.sign_in("无此人")
    with refused("operator_exists"):
        desk.operators.appoint("张 前台")
    with refused("role_unknown"):
        desk.operators.appoint("别人", "king")
