"""Fingerprints in words, the root key on paper, hubs handed over, and stations that replace lost ones."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from stations import Network, carry, elder, refused, share, volunteer

from timebank.desk import recovery
from timebank.desk.desk import Desk
from timebank.desk.enrolment import enrol, join, read_asking, request
from timebank.desk.founding import found
from timebank.desk.key_words import COUNT, key_words, word_list, words_data, words_text
from timebank.desk.person_form import PersonForm
from timebank.desk.stations import Standing, find_station
from timebank.desk.trust import hubs_above, promote, revoke, share_with_hubs
from timebank.domain.root_sheet import GROUPS, looks_like_sheet, read_sheet, sheet_code, sheet_groups
from timebank.domain.voucher_code import base32
from timebank.journal.facts import PrivacyKeyShared, StationEnrolled
from timebank.outcome import Refusal
from timebank.paper.recovery import RecoveryFace
from timebank.phrases import LANGUAGES
from timebank.store import intake as intake_module
from timebank.store.store import fact_of

# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_has_256_words_that_cannot_be_taken_for_each_other(language: str) -> None:
    words = word_list(language)
    assert len(words) == len(set(words)) == COUNT
    assert not [(a, b) for a in words for b in words if a != b and b.startswith(a)]


def test_chinese_words_differ_at_the_first_look_and_in_sound() -> None:
    words = word_list("zh_CN")
    assert {len(word) for word in words} == {2}
    assert len({word[0] for word in words}) == COUNT
    assert len({tuple(lazy_pinyin(word)) for word in words}) == COUNT


def test_english_words_are_known_by_their_first_three_letters() -> None:
    words = word_list("en")
    assert all(word.isascii() and word.islower() and 4 <= len(word) <= 8 for word in words)
    assert sum(a[:3] == b[:3] for a, b in combinations(words, 2)) <= 4


def test_the_lists_are_never_changed_again() -> None:
    """Two releases that name a key by different words would make honest people refuse each other."""
    assert {
        language: hashlib.sha256(" ".join(word_list(language)).encode()).hexdigest()[:16]
        for language in LANGUAGES
    } == {"zh_CN": "aa0310be0adba899", "en": "0342f07be310e04f"}


@given(st.binary(min_size=8, max_size=8))
def test_words_say_the_whole_fingerprint_and_both_languages_by_the_same_numbers(digest: bytes) -> None:
    fingerprint = digest.hex(" ", 2)
    chinese, english = (key_words(fingerprint, language) for language in LANGUAGES)
    assert [each.number for each in chinese] == [each.number for each in english]
    for language, words in zip(LANGUAGES, (chinese, english), strict=True):
        assert bytes(word_list(language).index(each.word) for each in words) == digest
        assert words_data(fingerprint)[language] == words_text(fingerprint, language)


def test_the_one_that_asks_and_the_one_that_enrols_see_the_same_words(
    network: Network, hub: Desk, tmp_path: Path
) -> None:
    asked = ask(network, tmp_path)
    assert asked.fingerprint == read_asking(tmp_path / "4.request").fingerprint
    enrolled = enrol(hub.station, tmp_path / "4.request", out=tmp_path / "4.enrolment")
    joined = join(tmp_path / "4", network.surroundings, tmp_path / "4.enrolment")
    assert len({words_text(each.fingerprint, "zh_CN") for each in (asked, enrolled, joined)}) == 1
    assert find_station(hub.station.store, "4").fingerprint == asked.fingerprint


def ask(network: Network, folder: Path, number: int = 4, name: str = "新站") -> Standing:
    """A new installation asks to be enrolled; its home is ``folder / str(number)``."""
    return request(
        folder / str(number),
        network.surroundings,
        name=name,
        out=folder / f"{number}.request",
        passphrase_file=None,
    )


# The sheet


SEED = bytes(range(32))
SHEET = sheet_groups(SEED)


def test_a_sheet_holds_the_seed_in_groups_for_the_eye() -> None:
    assert len(SHEET) == GROUPS
    assert {len(group) for group in SHEET} == {5}
    assert "".join(group[:4] for group in SHEET).startswith(base32(SEED))
    assert read_sheet(sheet_code(SHEET)) == SEED


@given(st.binary(min_size=32, max_size=32))
def test_every_seed_comes_back(seed: bytes) -> None:
    assert read_sheet(sheet_code(sheet_groups(seed))) == seed
    assert read_sheet(" ".join(sheet_groups(seed))) == seed


def test_typing_by_hand_is_forgiven_what_people_do() -> None:
    spaced = " ".join(SHEET)
    for text in (
        spaced.lower(),
        "".join(SHEET),
        "-".join(SHEET),
        "\n".join(SHEET),
        spaced.replace("0", "O").replace("1", "l"),
        spaced.replace("1", "I"),
        "".join(chr(ord(letter) + 0xFEE0) if letter != " " else letter for letter in spaced),
        " ".join(" ".join(group) for group in SHEET),
        "  ".join(f"{number}. {group}" for number, group in enumerate(SHEET, 1)),
        "TBR1 " + spaced,
    ):
        assert read_sheet(text) == SEED, text
        assert looks_like_sheet(text) or "." in text or ord(text[0]) > 255


def wrong_groups(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_sheet(text)
    assert caught.value.code == "sheet_unreadable"
    return str(caught.value.facts["groups"])


def test_a_wrong_symbol_is_found_and_its_group_named() -> None:
    for number, group in enumerate(SHEET):
        for at in range(5):
            for symbol in "0123456789ABCDEFGHJKMNPQRSTVWXYZU*":
                if symbol != group[at]:
                    changed = [*SHEET]
                    changed[number] = group[:at] + symbol + group[at + 1 :]
                    assert wrong_groups(" ".join(changed)) == str(number + 1)


def test_symbols_and_groups_in_the_wrong_place_are_found() -> None:
    for number, group in enumerate(SHEET):
        for first, second in combinations(range(5), 2):
            symbols = list(group)
            symbols[first], symbols[second] = symbols[second], symbols[first]
            if "".join(symbols) != group:
                changed = [*SHEET[:number], "".join(symbols), *SHEET[number + 1 :]]
                assert wrong_groups(" ".join(changed)) == str(number + 1)
    for first, second in combinations(range(GROUPS), 2):
        changed = [*SHEET]
        changed[first], changed[second] = changed[second], changed[first]
        assert wrong_groups("".join(changed)) == f"{first + 1}, {second + 1}"


def test_what_is_missing_is_named() -> None:
    assert wrong_groups(" ".join(SHEET[:11])) == "12, 13, 14"
    assert wrong_groups(" ".join([*SHEET[:4], SHEET[4][:4], *SHEET[5:]])) == "5"
    assert wrong_groups("".join(SHEET)[:22] + "".join(SHEET)[23:]) == "5"
    assert wrong_groups("") == "1"
    assert wrong_groups(" ".join([*SHEET, "ABCDE"])) == "14"


def test_groups_of_two_sheets_are_not_taken_for_one() -> None:
    other = sheet_groups(bytes(32))
    assert wrong_groups(" ".join([*SHEET[:6], *other[6:]])).startswith("1, 2, 3")


def test_a_file_name_is_not_taken_for_a_sheet() -> None:
    for text in (
        "sheet.pdf",
        "/media/stick/恢复单.png",
        "C:\\scan\\sheet of the root key of our network.jpg",
    ):
        assert not looks_like_sheet(text)


class Desktop:
    """Paper that stays on the desk."""

    def __init__(self) -> None:
        self.faces: list[RecoveryFace] = []

    def print_recovery(self, face: RecoveryFace, path: Path) -> Path:
        self.faces.append(face)
        return path


def printed(desk: Desk, passphrase_file: Path | None = None) -> RecoveryFace:
    paper = Desktop()
    recovery.print_sheet(desk.station, paper, Path("sheet.pdf"), passphrase_file=passphrase_file)
    (face,) = paper.faces
    return face


def test_the_sheet_names_network_key_and_day(hub: Desk) -> None:
    assert recovery.root_key(hub.station).printed is None
    face = printed(hub)
    key = recovery.root_key(hub.station)
    assert (face.network_name, face.station_name, face.fingerprint) == (
        "西湖时间银行",
        "街道中心",
        key.fingerprint,
    )
    assert face.words["zh_CN"] == tuple(each.word for each in key_words(key.fingerprint, "zh_CN"))
    assert key.printed == datetime(2026, 11, 22, 9, 0)
    assert face.code not in repr(face)
    assert not any(group in repr(face) for group in face.groups)


def test_only_the_keeper_prints_the_sheet(centre: Desk, tmp_path: Path) -> None:
    with refused(centre, "not_the_root"):
        printed(centre)


def test_a_closed_root_key_asks_for_its_passphrase_before_it_goes_on_paper(
    network: Network, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    found(
        tmp_path / "home",
        network.surroundings,
        network="网",
        station="站",
        policy=None,
        passphrase_file=secret,
    )
    with Desk(tmp_path / "home", network.surroundings) as desk:
        with refused(desk, "passphrase_needed"):
            printed(desk)
        assert recovery.root_key(desk.station).printed is None
        face = printed(desk, secret)
        with refused(desk, "passphrase_needed"):
            recovery.recover(desk.station, face.code)
        assert recovery.root_key(desk.station).kept == "closed"


def test_from_the_sheet_another_station_can_act_for_the_root(
    network: Network, hub: Desk, centre: Desk, village: Desk, tmp_path: Path
) -> None:
    text = " ".join(printed(hub).groups).lower()
    key = recovery.recover(centre.station, text)
    assert key == recovery.root_key(hub.station)._replace(printed=None)
    assert centre.root_key() == "open"
    ask(network, tmp_path)
    added = enrol(centre.station, tmp_path / "4.request", out=tmp_path / "4.enrolment").station
    assert added >= 100, "the root's old journal may have given number 4 away"
    join(tmp_path / "4", network.surroundings, tmp_path / "4.enrolment")
    revoke(centre.station, "1", reason="枢纽站着火")
    carry(centre, village)
    assert [(line.station, line.state) for line in village.stations()] == [
        (1, "revoked"),
        (2, "enrolled"),
        (3, "enrolled"),
        (added, "enrolled"),
    ]
    assert village.upkeep.check().ok


def test_the_recovered_key_can_be_closed_with_a_passphrase(hub: Desk, centre: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    code = printed(hub).code
    assert recovery.recover(centre.station, code).kept == "open"
    assert recovery.recover(centre.station, code, passphrase_file=secret).kept == "closed"
    assert not (centre.station.key_folder.folder / "root.keys").exists()
    with refused(centre, "passphrase_needed"):
        promote(centre.station, "3")
    assert printed(centre, secret).code == code


def test_the_sheet_of_another_network_changes_nothing(centre: Desk) -> None:
    with refused(centre, "not_this_network", network="西湖时间银行"):
        recovery.recover(centre.station, " ".join(SHEET))
    with refused(centre, "sheet_unreadable", groups="3"):
        recovery.recover(centre.station, " ".join([*SHEET[:2], "00000", *SHEET[3:]]))
    assert centre.root_key() == "absent"


# Hubs


def shared_by(desk: Desk) -> list[PrivacyKeyShared]:
    """What this station said of privacy keys."""
    entries = (
        desk.station.store.entry(row)
        for (row,) in desk.station.store.rows(
            "SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal"
            " WHERE j.station = ? AND e.kind = 'PrivacyKeyShared' ORDER BY e.seq",
            (desk.station.number,),
        )
    )
    facts = (fact_of(entry) for entry in entries if entry is not None)
    return [fact for fact in facts if isinstance(fact, PrivacyKeyShared)]


def test_a_station_becomes_a_hub_with_the_same_number_and_key(hub: Desk, centre: Desk, village: Desk) -> None:
    before = find_station(hub.station.store, "3")
    assert promote(hub.station, "3") == before._replace(role="hub")
    assert promote(hub.station, "2", parent="3") == find_station(centre.station.store, "2")._replace(parent=3)
    assert promote(hub.station, "3", parent="0").parent == 0
    share([hub, centre, village])
    for desk in (hub, centre, village):
        assert [(line.role, line.parent) for line in desk.stations()] == [
            ("hub", 0),
            ("station", 3),
            ("hub", 0),
        ]
        assert desk.upkeep.check().ok
    assert [number for number, _ in hubs_above(centre.station.store, 2)] == [3]


def test_what_cannot_be_promoted_stays_as_it_was(hub: Desk, centre: Desk) -> None:
    with refused(hub, "not_a_hub", station=3):
        promote(hub.station, "2", parent="3")
    with refused(hub, "parent_below", station=1, parent=1):
        promote(hub.station, "1", parent="1")
    with refused(hub, "station_not_found"):
        promote(hub.station, "9")
    with refused(hub, "role_unknown"):
        promote(hub.station, "2", role="king")
    with refused(centre, "not_the_root"):
        promote(centre.station, "3")
    count = hub.station.store.count()
    promote(hub.station, "2", role="station")
    assert hub.station.store.count() == count
    revoke(hub.station, "3", reason="电脑被盗")
    with refused(hub, "station_revoked", station=3):
        promote(hub.station, "3")
    with refused(hub, "station_revoked", station=3):
        promote(hub.station, "2", parent="3")


def test_nobody_comes_to_stand_above_their_own_hub(hub: Desk) -> None:
    promote(hub.station, "2")
    promote(hub.station, "3", role="hub", parent="2")
    with refused(hub, "parent_below", station=2, parent=3):
        promote(hub.station, "2", parent="3")


def test_a_new_hub_reads_the_people_below_once_their_station_has_shared_its_key(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    """The old hub burnt down; the village station takes over from the paper in the safe."""
    person = volunteer(centre, "金小芳", phone="13800001234")
    share([hub, centre, village])
    assert village.people.find(person.number).name == person.number
    recovery.recover(village.station, printed(hub).code)
    revoke(village.station, "1", reason="枢纽站着火")
    promote(village.station, "3", parent="0")
    promote(village.station, "2", parent="3")
    carry(village, centre)
    share_with_hubs(centre.station)
    assert [[to for to, _ in fact.sealed] for fact in shared_by(centre)][-1] == [3]
    carry(centre, village)
    assert village.people.find("金小芳").number == person.number
    for desk in (centre, village):
        assert desk.upkeep.check().ok


def test_a_key_is_shared_once_with_each_hub_and_never_with_a_revoked_one(hub: Desk, centre: Desk) -> None:
    share_with_hubs(centre.station)
    assert [[to for to, _ in fact.sealed] for fact in shared_by(centre)] == [[1]]
    share_with_hubs(hub.station)
    assert shared_by(hub) == []
    promote(hub.station, "3")
    promote(hub.station, "2", parent="3")
    revoke(hub.station, "3", reason="电脑被盗")
    carry(hub, centre)
    share_with_hubs(centre.station)
    assert len(shared_by(centre)) == 1


def test_an_export_carries_the_key_for_a_new_hub(
    hub: Desk, centre: Desk, village: Desk, tmp_path: Path
) -> None:
    person = volunteer(centre, "金小芳")
    promote(hub.station, "3")
    promote(hub.station, "2", parent="3")
    for source, target in ((hub, village), (hub, centre), (centre, village)):
        (taken,) = target.exchange.take([source.exchange.export(tmp_path).file])
        assert taken.outcome in ("applied", "known")
    assert village.people.find("金小芳").number == person.number


# Lost and replaced


@pytest.fixture
def lost(network: Network, hub: Desk, tmp_path: Path) -> Network:
    """The centre's computer was stolen; the hub has its books, and a new computer asks to be enrolled."""
    with network.desk(2) as centre:
        volunteer(centre, "金小芳", phone="13800001234")
        elder(centre, "顾阿婆")
        carry(centre, hub)
    ask(network, tmp_path, name="翠苑社区新机")
    return network


def replace(desk: Desk, folder: Path, lost: str = "2", reason: str = "电脑被盗") -> Standing:
    return enrol(desk.station, folder / "4.request", out=folder / "4.enrolment", replaces=lost, reason=reason)


def test_a_lost_station_is_revoked_and_replaced_in_one_action(
    lost: Network, hub: Desk, tmp_path: Path
) -> None:
    with refused(hub, "reason_missing"):
        replace(hub, tmp_path, reason=" ")
    with refused(hub, "revoke_self"):
        replace(hub, tmp_path, lost="1")
    with refused(hub, "station_not_found"):
        replace(hub, tmp_path, lost="77")
    assert not (tmp_path / "4.enrolment").exists()
    made = replace(hub, tmp_path)
    assert (made.station, made.replaces, made.reads) == (4, 2, True)
    assert [(line.state, line.parent, line.role) for line in hub.stations()] == [
        ("enrolled", 0, "hub"),
        ("revoked", 1, "station"),
        ("enrolled", 1, "station"),
        ("enrolled", 1, "station"),
    ]
    again = replace(hub, tmp_path, reason="")
    assert (again.station, len(hub.stations())) == (4, 4)
    assert hub.upkeep.check().ok


def test_one_that_was_revoked_before_needs_no_reason_again(lost: Network, hub: Desk, tmp_path: Path) -> None:
    revoke(hub.station, "2", reason="电脑被盗")
    assert replace(hub, tmp_path, reason="").replaces == 2


@pytest.mark.parametrize("batch", [1, 5_000])
def test_the_new_computer_reads_the_people_of_the_lost_one_after_its_first_import(
    lost: Network, hub: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(intake_module, "BATCH", batch)
    replace(hub, tmp_path)
    join(tmp_path / "4", lost.surroundings, tmp_path / "4.enrolment")
    with Desk(tmp_path / "4", lost.surroundings) as fresh:
        file = hub.exchange.export(tmp_path, [find_station(hub.station.store, "4")]).file
        (taken,) = fresh.exchange.take([file])
        assert taken.outcome == "applied"
        person = fresh.people.find("金小芳")
        assert (person.station, person.details["phone"]) == (2, "13800001234")
        report = fresh.upkeep.check()
        assert report.ok, report.findings
        fresh.upkeep.rebuild()
        assert fresh.people.find("金小芳").number == person.number
        fresh.people.change(person, PersonForm("金小芳", ("volunteer",), phone="13899990000"))
        carry(fresh, hub)
    assert hub.people.find("金小芳").details["phone"] == "13899990000"


def test_a_root_without_the_lost_key_says_that_names_stay_hidden(
    lost: Network, hub: Desk, village: Desk, tmp_path: Path
) -> None:
    recovery.recover(village.station, printed(hub).code)
    carry(hub, village)
    made = replace(village, tmp_path)
    assert (made.replaces, made.reads) == (2, False)
    joined = join(tmp_path / "4", lost.surroundings, tmp_path / "4.enrolment")
    assert joined.station == made.station


def test_what_replaces_a_hub_takes_its_stations_over(
    network: Network, hub: Desk, centre: Desk, village: Desk, tmp_path: Path
) -> None:
    person = volunteer(centre, "金小芳")
    recovery.recover(village.station, printed(hub).code)
    ask(network, tmp_path, name="新枢纽")
    made = enrol(
        village.station,
        tmp_path / "4.request",
        out=tmp_path / "4.enrolment",
        replaces="1",
        reason="枢纽站着火",
    )
    assert [(line.role, line.parent, line.state) for line in village.stations()] == [
        ("hub", 0, "revoked"),
        ("station", made.station, "enrolled"),
        ("station", made.station, "enrolled"),
        ("hub", 0, "enrolled"),
    ]
    join(tmp_path / "4", network.surroundings, tmp_path / "4.enrolment")
    with Desk(tmp_path / "4", network.surroundings) as fresh:
        carry(village, centre)
        share_with_hubs(centre.station)
        carry(centre, fresh)
        assert fresh.people.find("金小芳").number == person.number


def test_the_certificate_says_whom_it_replaces_and_a_renewal_keeps_it(
    lost: Network, hub: Desk, tmp_path: Path
) -> None:
    replace(hub, tmp_path)
    promote(hub.station, "4")
    certificates = [
        fact
        for (row,) in hub.station.store.rows(
            "SELECT id FROM entry WHERE kind = 'StationEnrolled' ORDER BY id"
        )
        if (told := hub.station.store.told(row)) and isinstance(fact := told.fact, StationEnrolled)
    ]
    assert [(each.station, each.role, each.replaces) for each in certificates[-2:]] == [
        (4, "station", 2),
        (4, "hub", 2),
    ]
