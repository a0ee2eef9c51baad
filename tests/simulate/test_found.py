"""What the simulator found, each as the few steps that show it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from stations import Network, add, elder, runs, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.network import enrol, join, request, revoke
from timebank.desk.person_form import PersonForm
from timebank.desk.upkeep import restore
from timebank.journal.facts import ServiceLogged
from timebank.journal.refs import minute_number
from timebank.store.people_queries import MemberRecord


def test_a_person_whose_name_is_their_number_can_be_erased(hub: Desk) -> None:
    someone = elder(hub, "赵奶奶")
    hub.people.change(someone, PersonForm(someone.number, someone.roles))  # as a desk shows an unknown person
    hub.people.erase(hub.people.find(someone.number), "本人要求")
    assert hub.people.find(someone.number).erased
    assert hub.people.search(someone.number) == []
    assert hub.upkeep.check().ok, "what is folded step by step is what a rebuild makes"


def test_a_restored_hub_enrols_beside_a_station_that_it_has_forgotten(
    network: Network, tmp_path: Path
) -> None:
    backup = tmp_path / "hub.backup"
    with network.desk(1) as hub:
        hub.upkeep.backup(backup)
    homes = []
    for name in ("梅家坞村", "满觉陇村"):
        home, asking, answer = tmp_path / name, tmp_path / f"{name}.request", tmp_path / f"{name}.enrolment"
        request(home, network.surroundings, name=name, out=asking, passphrase_file=None)
        with network.desk(1) as hub:
            enrol(hub.station, asking, out=answer)
        join(home, network.surroundings, answer)
        homes.append(home)
        restore(network.home(1), network.surroundings, backup).close()
    desks = [Desk(home, network.surroundings) for home in (network.home(1), network.home(2), *homes)]
    for desk in desks[2:]:
        elder(desk, "赵奶奶")
    files = []
    for _ in range(3):
        for desk in desks:
            files.append(desk.exchange.export(tmp_path / f"{len(files)}.tbx").file)
            for other in desks:
                other.exchange.take([files[-1]])
    try:
        assert len({desk.upkeep.digest() for desk in desks}) == 1
        assert all(desk.people.count() == 2 for desk in desks)
    finally:
        for desk in desks:
            desk.close()


def test_a_station_that_was_restored_twice_gets_what_it_lost(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timebank.exchange.outgoing.SMALL", 0)

    def carried(source: int, target: int) -> str:
        with network.desk(source) as one, network.desk(target) as other:
            lines = [line for line in one.stations() if line.station == target]
            path = one.exchange.export(tmp_path, lines).file
            return other.exchange.take([path])[0].outcome

    def backed_up(name: str) -> Path:
        with network.desk(2) as centre:
            return centre.upkeep.backup(tmp_path / name).file

    first = backed_up("first.backup")
    with network.desk(1) as hub:
        for number in range(40):  # more than the overlap of two files
            elder(hub, f"老人{number}")
    carried(1, 2)
    second = backed_up("second.backup")
    for backup in (second, first):
        restore(network.home(2), network.surroundings, backup).close()
        carried(2, 1)
    assert carried(1, 2) == "applied"
    carried(2, 1)
    with network.desk(1) as hub, network.desk(2) as centre:
        assert hub.upkeep.digest() == centre.upkeep.digest()


def test_a_privacy_key_opens_what_came_before_it(network: Network, tmp_path: Path) -> None:
    home, backup = tmp_path / "late", tmp_path / "late.backup"
    asking, answer = tmp_path / "late.request", tmp_path / "late.enrolment"
    request(home, network.surroundings, name="梅家坞村", out=asking, passphrase_file=None)
    with network.desk(1) as hub:
        enrol(hub.station, asking, out=answer)
    join(home, network.surroundings, answer)
    with Desk(home, network.surroundings) as late:
        first = late.station.journal  # holds the privacy key
        late.upkeep.backup(backup)
    restore(home, network.surroundings, backup).close()
    with Desk(home, network.surroundings) as late, network.desk(1) as hub:
        someone = elder(late, "赵奶奶")
        told = runs(late, {})
        add(hub, told[late.station.journal])
        add(hub, told[first])
        assert hub.people.find(someone.number).name == "赵奶奶"
        assert hub.upkeep.check().ok


def test_what_a_revoked_station_did_too_late_stays_uncounted_when_all_is_folded_in_parts(
    hub: Desk, centre: Desk, village: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timebank.store.intake.BATCH", 1)
    revoke(hub.station, "3", reason="失联")
    late = serve(village, volunteer(village), elder(village))
    share([village, centre])
    centre.services.reverse(str(late.entry), "记错了")  # the centre has not heard of the revocation yet
    centre.people.consent(centre.people.find("003-00001"), "photo", True)
    share([hub, centre])
    assert hub.upkeep.digest() == centre.upkeep.digest()
    for desk in (hub, centre):
        assert desk.upkeep.check().ok
        before = desk.upkeep.digest()
        assert desk.upkeep.rebuild()[1] == before


def test_each_copy_of_a_folder_gets_what_it_lacks(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timebank.exchange.outgoing.SMALL", 0)
    hub, centre, copy = network.home(1), network.home(2), tmp_path / "copy"

    def carried(source: Path, target: Path) -> None:
        with Desk(source, network.surroundings) as one, Desk(target, network.surroundings) as other:
            lines = [line for line in one.stations() if line.station == other.station.number]
            other.exchange.take([one.exchange.export(tmp_path, lines).file])

    shutil.copytree(centre, copy)
    (copy / "here.json").unlink(missing_ok=True)  # as where a whole disk is copied: the mark tells nothing
    with network.desk(1) as desk:
        for number in range(40):  # more than the overlap of two files
            elder(desk, f"老人{number}")
    carried(hub, centre)
    for _ in range(4):
        carried(copy, hub)
        carried(centre, hub)
        carried(hub, copy)
    with network.desk(1) as desk, Desk(copy, network.surroundings) as other:
        assert desk.upkeep.digest() == other.upkeep.digest()


def test_an_overlap_with_a_record_for_two_is_found_whatever_else_comes_in_between(hub: Desk) -> None:
    one, other, gets = volunteer(hub), volunteer(hub, "李芳"), elder(hub)
    start = minute_number(datetime(2026, 11, 20, 9, 0))

    def served(team: tuple[MemberRecord, ...], at: int, minutes: int) -> ServiceLogged:
        refs = tuple(each.ref for each in team)
        return ServiceLogged(refs, gets.ref, "visit", at, minutes, (minutes,) * len(refs))

    with hub.station.recording() as pen:
        pen.tell(served((one, other), start, 60))
        pen.tell(served((one,), start - 14_400, 60))
        pen.intake.settle()  # as between two parts of a long intake
        pen.tell(served((one,), start - 15, 45))
    assert [each.kind for each in hub.cases.list(only_open=True)] == ["overlap"]
    assert hub.upkeep.check().ok
