"""Founding a network, enrolling and joining, operators, and who may speak for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from stations import Network, carry, elder, heads, refused, share, tell, volunteer

from timebank.desk.desk import Desk
from timebank.desk.network import enrol, find_station, found, join, request, revoke
from timebank.desk.policies import adoption
from timebank.journal.facts import (
    JournalBegun,
    NetworkFounded,
    PolicyAdopted,
    StationEnrolled,
    StationRevoked,
    VouchersSettled,
)
from timebank.journal.keys import Signer
from timebank.outcome import Fault, Problem, Refusal
from timebank.policy.catalog import load


def test_the_founder_is_the_hub_and_keeps_the_root_key(network: Network, hub: Desk) -> None:
    assert [(line.station, line.name, line.role, line.state) for line in hub.stations()] == [
        (1, "街道中心", "hub", "enrolled"),
        (2, "翠苑社区", "station", "enrolled"),
        (3, "龙坞村", "station", "enrolled"),
    ]
    assert (hub.network_name(), hub.root_key()) == ("西湖时间银行", "open")
    with network.desk(2) as centre:
        assert (centre.network_name(), centre.root_key()) == ("西湖时间银行", "absent")
        assert centre.stations()[1].fingerprint == centre.standing().fingerprint


def test_a_folder_holds_one_station(network: Network, tmp_path: Path) -> None:
    kept = {path: path.read_bytes() for path in network.home(1).rglob("*") if path.is_file()}
    with pytest.raises(Refusal, match="home_taken"):
        found(network.home(1), network.surroundings, network="另一个", station="站", policy=None)
    with pytest.raises(Refusal, match="home_taken"):
        request(network.home(1), network.surroundings, name="站", out=tmp_path / "x", passphrase_file=None)
    assert {path: path.read_bytes() for path in network.home(1).rglob("*") if path.is_file()} == kept


@pytest.mark.parametrize(
    ("name", "station", "policy", "code"),
    [(" ", "站", None, "name_missing"), ("网", "", None, "name_missing"), ("网", "站", "atlantis", "policy")],
)
def test_what_cannot_be_founded_leaves_no_folder(
    network: Network, tmp_path: Path, name: str, station: str, policy: str | None, code: str
) -> None:
    with pytest.raises(Problem, match=code):
        found(tmp_path / "new", network.surroundings, network=name, station=station, policy=policy)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_a_fault(network: Network, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Fault, match=r"folder_(missing|not_writable)"):
        found(tmp_path / "file" / "home", network.surroundings, network="网", station="站", policy=None)


def test_a_folder_without_a_station_says_so(network: Network, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no_station"):
        Desk(tmp_path, network.surroundings)


@pytest.fixture
def asking(network: Network, tmp_path: Path) -> Path:
    """A new station's request file; its home is ``tmp_path / "4"``."""
    request(
        tmp_path / "4", network.surroundings, name="新站", out=tmp_path / "4.request", passphrase_file=None
    )
    return tmp_path / "4.request"


def test_until_it_has_joined_a_station_does_nothing(network: Network, asking: Path, tmp_path: Path) -> None:
    with Desk(tmp_path / "4", network.surroundings) as desk:
        with pytest.raises(Refusal, match="not_joined"):
            volunteer(desk)
        with pytest.raises(Refusal, match="not_joined"):
            desk.upkeep.backup(tmp_path / "x")
        with pytest.raises(Refusal, match="not_joined"):
            desk.exchange.take([asking])


def test_a_request_asked_twice_gives_one_certificate(
    network: Network, asking: Path, hub: Desk, tmp_path: Path
) -> None:
    first = enrol(hub.station, asking, out=tmp_path / "one")
    again = enrol(hub.station, asking, out=tmp_path / "two")
    assert (first.station, again.station, first.fingerprint) == (4, 4, again.fingerprint)
    assert len(hub.stations()) == 4
    joined = join(tmp_path / "4", network.surroundings, tmp_path / "two")
    assert (joined.station, joined.fingerprint, joined.network) == (4, first.fingerprint, "西湖时间银行")
    with pytest.raises(Refusal, match="already_joined"):
        join(tmp_path / "4", network.surroundings, tmp_path / "one")
    with Desk(tmp_path / "4", network.surroundings) as desk:
        report = desk.upkeep.check()
        assert report.ok, report.findings


def test_only_the_root_key_enrols(asking: Path, centre: Desk, hub: Desk, tmp_path: Path) -> None:
    with refused(centre, "not_the_root"):
        enrol(centre.station, asking, out=tmp_path / "x")
    with refused(hub, "role_unknown"):
        enrol(hub.station, asking, out=tmp_path / "x", role="king")
    assert not (tmp_path / "x").exists()


def test_a_request_that_was_touched_enrols_nobody(asking: Path, hub: Desk, tmp_path: Path) -> None:
    data = asking.read_bytes()
    bad = tmp_path / "bad"
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 1
        bad.write_bytes(bytes(changed))
        with refused(hub, "request_unreadable"):
            enrol(hub.station, bad, out=tmp_path / "x")
    for other in (b"", data[:-20], b"PK\3\4" + bytes(100)):
        bad.write_bytes(other)
        with refused(hub, "request_unreadable"):
            enrol(hub.station, bad, out=tmp_path / "x")
    with refused(hub, "file_missing"):
        enrol(hub.station, tmp_path / "none", out=tmp_path / "x")


def test_an_enrolment_file_that_cannot_be_written_enrols_nobody(
    asking: Path, hub: Desk, tmp_path: Path
) -> None:
    with refused(hub, "folder_missing"):
        enrol(hub.station, asking, out=tmp_path / "no" / "x")


def test_an_enrolment_serves_its_own_station_and_only_unharmed(
    network: Network, asking: Path, hub: Desk, tmp_path: Path
) -> None:
    enrol(hub.station, asking, out=tmp_path / "answer")
    request(
        tmp_path / "5", network.surroundings, name="别站", out=tmp_path / "5.request", passphrase_file=None
    )
    with pytest.raises(Refusal, match="enrolment_not_for_us"):
        join(tmp_path / "5", network.surroundings, tmp_path / "answer")
    good = (tmp_path / "answer").read_bytes()
    for data in (good[:-1], good[:100], b"", good[:300] + b"\0" + good[301:], asking.read_bytes()):
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(Refusal, match="enrolment"):
            join(tmp_path / "4", network.surroundings, tmp_path / "bad")
    join(tmp_path / "4", network.surroundings, tmp_path / "answer")


def test_a_closed_root_key_asks_for_its_passphrase(network: Network, tmp_path: Path, asking: Path) -> None:
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    secret.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    home = tmp_path / "closed"
    found(home, network.surroundings, network="网", station="站", policy=None, passphrase_file=secret)
    with Desk(home, network.surroundings) as desk:
        assert desk.root_key() == "closed"
        with refused(desk, "passphrase_needed"):
            enrol(desk.station, asking, out=tmp_path / "x")
        with refused(desk, "passphrase_wrong"):
            enrol(desk.station, asking, out=tmp_path / "x", passphrase_file=wrong)
        assert enrol(desk.station, asking, out=tmp_path / "x", passphrase_file=secret).station == 2
        report = desk.upkeep.check()
        assert report.ok
        assert [each.code for each in report.findings] == []


def test_a_station_is_named_by_number_or_name(hub: Desk) -> None:
    store = hub.station.store
    assert [find_station(store, text).station for text in ("2", "002", "翠苑社区", " 2 ")] == [2, 2, 2, 2]
    for text in ("9", "无名站", ""):
        with refused(hub, "station_not_found"):
            find_station(store, text)


def test_trust_is_withdrawn_once_and_not_from_oneself(hub: Desk, centre: Desk) -> None:
    for text, reason, code in [
        ("1", "试试", "revoke_self"),
        ("2", " ", "reason_missing"),
        ("9", "x", "station_not_found"),
    ]:
        with refused(hub, code):
            revoke(hub.station, text, reason=reason)
    with refused(centre, "not_the_root"):
        revoke(centre.station, "3", reason="试试")
    assert revoke(hub.station, "2", reason="电脑被盗").state == "revoked"
    with refused(hub, "station_revoked"):
        revoke(hub.station, "2", reason="再来")


# Operators


def test_operators_are_appointed_and_sign_in(centre: Desk) -> None:
    centre.operators.appoint("陈主任", "coordinator", "翠苑2026")
    centre.operators.appoint("小李", "clerk")
    assert [(each.number, each.name, each.role, each.protected) for each in centre.operators.list()] == [
        (1, "陈主任", "coordinator", True),
        (2, "小李", "clerk", False),
    ]
    for name, password, code in [
        ("陈主任", "", "password_wrong"),
        ("陈主任", "x", "password_wrong"),
        ("没人", "", "operator_unknown"),
    ]:
        with refused(centre, code):
            centre.operators.sign_in(name, password)
    centre.operators.sign_in("陈主任", "翠苑2026")
    made = elder(centre)
    entry = centre.station.store.entry(made.row)
    assert entry is not None
    assert entry.header.operator == 1
    for name, role, code in [
        ("陈主任", "clerk", "operator_exists"),
        ("", "clerk", "name_missing"),
        ("小王", "king", "role_unknown"),
    ]:
        with refused(centre, code):
            centre.operators.appoint(name, role)


def test_a_script_names_its_operator_and_is_appointed_once(network: Network) -> None:
    for _ in range(2):
        with network.desk(2) as centre:
            assert centre.operators.named("脚本").number == 1
    with network.desk(2) as centre:
        assert [each.name for each in centre.operators.list()] == ["脚本"]


# Who may speak for whom: an enrolled station that writes whatever it likes


def test_a_station_cannot_make_itself_the_root(hub: Desk, village: Desk, centre: Desk) -> None:
    evil = Signer(b"\6" * 32)
    tell(village, NetworkFounded("我的时间银行", evil.public, b"n" * 16))
    tell(village, StationEnrolled(9, "影子站", "hub", 0, evil.public, "age1"))
    tell(village, StationRevoked(2, (), "让位"))
    tell(village, adoption(load("hangzhou", date(2026, 1, 1)), date(2026, 1, 1)))
    for desk in (hub, centre):
        carry(village, desk)
        assert [(line.station, line.state) for line in desk.stations()] == [
            (1, "enrolled"),
            (2, "enrolled"),
            (3, "enrolled"),
        ]
        assert (desk.network_name(), desk.policies.adopted()) == ("西湖时间银行", None)
        assert (
            desk.station.store.value("SELECT station FROM journal WHERE ref = ?", (village.station.journal,))
            == 3
        )
        assert desk.upkeep.check().ok


def test_a_station_cannot_speak_as_another(hub: Desk, village: Desk, centre: Desk) -> None:
    tell(village, JournalBegun(centre.station.signer.public, b"n" * 16, "restored"))
    tell(village, VouchersSettled(((b"serial01", centre_ref(centre)),)))
    member = volunteer(village)
    carry(village, hub)
    assert (
        hub.station.store.value("SELECT station FROM journal WHERE ref = ?", (village.station.journal,)) == 3
    )
    assert hub.people.find(member.number).station == 3
    assert hub.upkeep.check().ok


def centre_ref(centre: Desk) -> object:
    return volunteer(centre).ref


def test_what_only_the_root_may_say_is_stored_and_relayed_and_has_no_effect(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    tell(village, PolicyAdopted("none", 0, {}, b""))
    share([hub, centre, village])
    assert heads(hub) == heads(centre) == heads(village)
    assert hub.policies.in_force().id == "neutral"
