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


def test_while_there_is_no_keeper_everyone_appoints_and_then_only_keepers_do(desk: Desk) -> None:
    desk.operators.appoint("张前台", "clerk")
    desk.operators.sign_in("张前台")
    desk.operators.appoint("沈老师", "keeper")
    before = desk.upkeep.digest()
    for attempt in (
        lambda: desk.operators.appoint("新来的"),
        lambda: desk.operators.change_role("张前台", "keeper"),
        lambda: desk.operators.set_password("沈老师", ""),
    ):
        with refused("keepers_only"):
            attempt()
    assert desk.upkeep.digest() == before
    desk.operators.sign_in("沈老师")
    assert desk.operators.appoint("新来的").name == "新来的"


def test_a_script_names_whom_it_likes_and_who_is_new_is_appointed(desk: Desk) -> None:
    desk.operators.appoint("沈老师", "keeper")
    desk.operators.named("张前台")
    assert desk.operators.named("又一个").role == "coordinator"


def test_a_role_changes_the_name_stays_and_an_auditor_at_the_desk_stops_writing_at_once(desk: Desk) -> None:
    desk.operators.appoint("沈老师", "keeper")
    desk.operators.appoint("吴主任", "keeper")
    desk.operators.sign_in("吴主任")
    desk.operators.change_role("沈老师", "clerk")
    with refused("last_keeper"):
        desk.operators.change_role("吴主任", "auditor")
    desk.operators.change_role("沈老师", "keeper")
    desk.operators.change_role("吴主任", "auditor")
    assert [(each.name, each.role) for each in desk.operators.list()] == [
        ("沈老师", "keeper"),
        ("吴主任", "auditor"),
    ]
    with refused("auditor_reads_only"):
        desk.people.register(PersonForm("王阿姨", ("volunteer",)))
    assert desk.upkeep.check().ok
    desk.upkeep.rebuild()
    assert [each.role for each in desk.operators.list()] == ["keeper", "auditor"]


def test_ones_own_password_needs_the_old_one_and_a_keeper_resets_those_of_others(desk: Desk) -> None:
    desk.operators.appoint("沈老师", "keeper", "山水")
    desk.operators.appoint("张前台", "clerk", "忘了")
    desk.operators.sign_in("沈老师", "山水")
    with refused("password_wrong"):
        desk.operators.set_password("沈老师", "新的")
    assert desk.operators.set_password("沈老师", "新的", "山水").protected
    assert not desk.operators.set_password("张前台", "").protected
    desk.operators.sign_in("张前台")
    assert desk.operators.set_password("张前台", "自己的").protected
    desk.operators.sign_in("沈老师", "新的")


def test_an_auditor_sets_no_password(desk: Desk) -> None:
    desk.operators.appoint("周审计", "auditor")
    desk.operators.sign_in("周审计")
    with refused("auditor_reads_only"):
        desk.operators.set_password("周审计", "x")
