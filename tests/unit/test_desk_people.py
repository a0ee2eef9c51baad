"""Registering, finding, changing and erasing people at a desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from stations import Clock, Network, carry, credit, elder, identity, refused, serve, share, tell, volunteer

from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.journal.facts import MemberErased, MemberRegistered
from timebank.outcome import Cancelled, Fault, Refusal
from timebank.store.digest import state_digest
from timebank.store.people_queries import next_number

DATA = Path(__file__).parent.parent / "data"
SPECIMEN = "11010519491231002X"


# Registering


def test_a_person_gets_a_number_and_what_the_document_says(centre: Desk) -> None:
    made = volunteer(centre, " 王 志强 ", id_number=SPECIMEN.lower(), phone="139-1234-5678")
    profile = centre.people.profile(centre.people.find(made.number))
    assert (made.number, made.name, made.roles) == ("002-00001", "王志强", ("volunteer",))
    assert (made.details["birth"], made.details["sex"], made.details["phone"]) == (
        "1949-12-31",
        "f",
        "13912345678",
    )
    assert (profile.age, profile.credit_minutes, profile.honour_minutes) == (76, 0, 0)


def test_one_person_may_give_and_receive(centre: Desk) -> None:
    both = centre.people.register(PersonForm("王志强", ("elder", "volunteer")))
    assert both.roles == ("volunteer", "elder")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (PersonForm("", ("elder",)), "name_missing"),
        (PersonForm("　 ", ("elder",)), "name_missing"),
        (PersonForm("—", ("elder",)), "name_missing"),
        (PersonForm("王" * 61, ("elder",)), "name_too_long"),
        (PersonForm("王志强", ("elder",), birth=date(1899, 12, 31)), "birth_too_early"),
        (PersonForm("王志强", ()), "role_unknown"),
        (PersonForm("王志强", ("keeper",)), "role_unknown"),
        (PersonForm("王志强", ("elder",), birth=date(2026, 11, 23)), "birth_in_future"),
        (PersonForm("王志强", ("elder",), id_number="110105194912310021"), "id_check"),
        (PersonForm("王志强", ("elder",), id_number="11010519490230002X"), "id_birth"),
        (PersonForm("王志强", ("elder",), id_number="1234"), "id_length"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_a_person_is_refused(centre: Desk, form: PersonForm, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        centre.people.register(form)
    if code.startswith("id_"):
        assert refusal.value.code.startswith("id")
    else:
        assert refusal.value.code == code
    assert centre.people.count() == 0


def test_nobody_is_registered_twice_under_one_document(centre: Desk) -> None:
    made = volunteer(centre, id_number=SPECIMEN)
    with refused(centre, "already_registered", number=made.number):
        elder(centre, "王志强", id_number=SPECIMEN)


def test_other_documents_tell_people_apart_as_well(centre: Desk) -> None:
    passport = {"type": "passport", "number": "E12345678"}
    made = volunteer(centre, "李明", document=passport)
    with refused(centre, "already_registered", number=made.number):
        volunteer(centre, "李 明", document=passport)
    volunteer(centre, "李明", document=passport | {"number": "E12345679"})


def test_a_document_known_at_another_station_is_refused_without_its_number_having_travelled(
    centre: Desk, village: Desk
) -> None:
    made = volunteer(centre, "王志强", id_number=SPECIMEN)
    carry(centre, village)
    with refused(village, "already_registered", number=made.number) as caught:
        volunteer(village, "王志强", id_number=SPECIMEN)
    assert caught.value.facts["name"] == made.number, "the village may not know the name"
    everything = b"".join(
        row[0] for row in village.station.store.rows("SELECT bytes FROM entry WHERE bytes IS NOT NULL")
    )
    assert SPECIMEN.encode() not in everything
    assert "王志强".encode() not in everything


def test_the_hub_above_reads_the_person_and_a_sister_station_only_the_number(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    made = volunteer(centre, "王志强", id_number=SPECIMEN, phone="13912345678")
    carry(centre, village)
    carry(village, hub)
    assert hub.people.find(made.number).name == "王志强"
    assert hub.people.find(made.number).details["phone"] == "13912345678"
    there = village.people.find(made.number)
    assert (there.name, there.known, there.details) == (made.number, False, {})
    with refused(village, "member_not_found"):
        village.people.find("王志强")


def test_the_same_person_registered_at_two_stations_apart_becomes_a_case(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    first, second = volunteer(centre, id_number=SPECIMEN), elder(village, id_number=SPECIMEN)
    share([hub, centre, village])
    for desk in (hub, centre, village):
        (case,) = desk.cases.list(only_open=True)
        assert (case.kind, set(case.facts)) == ("duplicate_person", {first.ref, second.ref})
    case = hub.cases.list()[0]
    hub.cases.resolve(case.key, "dismiss", "同一人，已通知")
    share([hub, centre, village])
    assert [desk.cases.list(only_open=True) for desk in (hub, centre, village)] == [[], [], []]


# Finding


def test_a_member_is_found_by_id_number_and_name(centre: Desk) -> None:
    made = volunteer(centre, "王志强")
    for text in (str(made.ref), made.number, "王志强", f"  {made.number} "):
        assert centre.people.find(text).ref == made.ref


def test_namesakes_are_told_with_what_tells_them_apart(centre: Desk) -> None:
    one = volunteer(centre, "王志强", birth=date(1955, 4, 12))
    two = elder(centre, "王志强", birth=date(1938, 5, 1))
    with refused(centre, "ambiguous_member") as caught:
        centre.people.find("王志强")
    candidates = caught.value.facts["candidates"]
    assert candidates == [
        {
            "member": str(one.ref),
            "number": one.number,
            "name": "王志强",
            "roles": ["volunteer"],
            "birth": "1955-04-12",
        },
        {
            "member": str(two.ref),
            "number": two.number,
            "name": "王志强",
            "roles": ["elder"],
            "birth": "1938-05-01",
        },
    ]
    assert centre.people.find("王志强", "elder").ref == two.ref
    assert centre.people.find("王志强", "volunteer").ref == one.ref


def test_someone_unknown_is_not_found(centre: Desk) -> None:
    with refused(centre, "member_not_found", text="张三"):
        centre.people.find("张三")
    with refused(centre, "member_not_found"):
        centre.people.find("")


@pytest.mark.parametrize(
    "typed", ["志强", "王志强", "wang", "wzq", "wangzhiqiang", "ZHIQ", "002-00001", "00001", "5678"]
)
def test_a_few_keystrokes_find_a_person(centre: Desk, typed: str) -> None:
    made = volunteer(centre, "王志强", phone="13912345678")
    elder(centre, "陈阿婆", phone="13900000000")
    assert [each.ref for each in centre.people.search(typed)] == [made.ref]
    assert centre.people.count(typed) == 1


def test_a_search_may_be_bounded_and_by_role(centre: Desk) -> None:
    for number in range(5):
        volunteer(centre, "王志强", birth=date(1950, 1, 1 + number))
    elder(centre, "王阿婆")
    assert len(centre.people.search("王", limit=3)) == 3
    assert [each.name for each in centre.people.search("王", role="elder")] == ["王阿婆"]
    assert centre.people.search("%") == centre.people.search("_") == []


# Changing


def test_only_what_differs_is_recorded(centre: Desk) -> None:
    made = elder(centre, "陈阿婆", phone="13912345678", care_level=2)
    count = centre.station.store.count()
    same = PersonForm("陈阿婆", ("elder",), phone="139 1234 5678", care_level=2)
    assert centre.people.change(made, same) == made
    assert centre.station.store.count() == count
    moved = centre.people.change(made, PersonForm("陈阿婆", ("elder",), phone="13987654321", care_level=2))
    assert moved.details["phone"] == "13987654321"
    assert centre.station.store.count() == count + 1


def test_a_new_care_level_begins_today_and_the_old_one_ends(centre: Desk, clock: Clock) -> None:
    made = elder(centre, "陈阿婆", care_level=2, categories=("disabled",))
    clock.pass_time(days=10)
    changed = centre.people.change(
        made, PersonForm("陈阿婆", ("elder",), care_level=3, categories=("dementia",))
    )
    assert centre.people.profile(changed).care_level == 3
    assert changed.details["care"] == [
        {"level": 2, "from": "", "until": "2026-12-01"},
        {"level": 3, "from": "2026-12-02", "until": ""},
    ]
    assert centre.people.profile(changed).categories == ("dementia",)


def test_a_document_learnt_later_guards_against_registering_twice(centre: Desk) -> None:
    made = elder(centre, "陈阿婆")
    centre.people.change(made, PersonForm("陈阿婆", ("elder",), id_number=SPECIMEN))
    with refused(centre, "already_registered", number=made.number):
        elder(centre, "陈阿婆", id_number=SPECIMEN)


def test_consent_is_given_for_a_purpose_and_withdrawn(centre: Desk) -> None:
    made = elder(centre, "陈阿婆", consents=("photo",))
    centre.people.consent(made, "health", True)
    centre.people.consent(made, "photo", False)
    assert centre.people.find(made.number).consents == ("health",)
    with refused(centre, "purpose_missing"):
        centre.people.consent(made, " ", True)


# Erasing

PERSONAL = {"address": "翠苑一区8幢301", "guardian": "陈孝顺", "note": "怕狗的老人"}


def test_what_is_erased_is_gone_from_every_byte_of_the_store_and_the_books_stay(
    hub: Desk, centre: Desk, network: Network
) -> None:
    made = elder(centre, "陈阿婆", id_number=SPECIMEN, phone="13912345678", **PERSONAL)
    gives = volunteer(centre)
    serve(centre, gives, made, 60)
    centre.people.change(made, PersonForm("陈阿婆", ("elder",), phone="13987654321"))
    carry(centre, hub)
    words = ["陈阿婆", "chenapo", SPECIMEN, "13987654321", *PERSONAL.values()]
    for desk in (centre, hub):
        kept = _bytes(network, desk)
        assert [word for word in words if not _written(word, kept)] == [], "or the test proves nothing"
    sealed = [row[0] for row in centre.station.store.rows("SELECT sealed FROM private")]

    centre.people.erase(made, "本人要求")
    carry(centre, hub)

    for desk in (centre, hub):
        kept = _bytes(network, desk)
        assert [word for word in (*words, "13912345678") if _written(word, kept)] == []
        found = desk.people.find(made.number)
        assert (found.name, found.erased, found.known) == (made.number, True, False)
        assert credit(desk, desk.people.find(gives.number)) == 60
        report = desk.upkeep.check()
        assert report.ok, report.findings
    kept = _bytes(network, centre)
    gone = [each for each in sealed if each not in kept]
    assert len(gone) == 2, "the sealed private parts of the registration and the change"
    assert state_digest(hub.station.store) == state_digest(centre.station.store)


def _written(word: str, kept: bytes) -> bool:
    """Whether a word stands in a file, as text or as JSON escapes it."""
    return word.encode() in kept or word.encode("unicode_escape") in kept


def _bytes(network: Network, desk: Desk) -> bytes:
    """Every byte of a station's folder but its keys."""
    home = network.home(desk.station.number)
    return b"".join(
        path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file() and "keys" not in path.parts
    )


def test_an_erased_person_is_not_found_nor_changed_nor_erased_again(centre: Desk) -> None:
    made = elder(centre, "陈阿婆", id_number=SPECIMEN)
    with refused(centre, "reason_missing"):
        centre.people.erase(made, " ")
    centre.people.erase(made, "本人要求")
    erased = centre.people.find(made.number)
    assert centre.people.search("陈") == []
    for attempt in (
        lambda: centre.people.erase(erased, "再次"),
        lambda: centre.people.change(erased, PersonForm("陈阿婆", ("elder",))),
    ):
        with refused(centre, "already_erased", number=made.number):
            attempt()
    assert elder(centre, "陈阿婆", id_number=SPECIMEN).number != made.number, "may come back as a new member"


def test_what_arrives_after_the_erasure_is_not_kept(centre: Desk, hub: Desk, network: Network) -> None:
    made = elder(centre, "陈阿婆", phone="13912345678")
    tell(hub, MemberErased(made.ref))
    carry(centre, hub)
    assert "陈阿婆".encode() not in _bytes(network, hub)
    carry(hub, centre)
    assert centre.people.find(made.number).erased
    assert "陈阿婆".encode() not in _bytes(network, centre)


# Rosters, as centres keep them


@pytest.mark.parametrize(
    ("file", "role", "read"), [("volunteers.xlsx", "volunteer", 80), ("elders.csv", "elder", 90)]
)
def test_a_roster_is_taken_once(centre: Desk, file: str, role: str, read: int) -> None:
    before = centre.station.store.count()
    tried = centre.people.import_roster(DATA / file, role, dry_run=True)
    assert centre.station.store.count() == before
    first = centre.people.import_roster(DATA / file, role)
    assert (first.registered, first.updated, first.unchanged, len(first.rejected)) == (
        tried.registered,
        tried.updated,
        tried.unchanged,
        len(tried.rejected),
    )
    assert first.registered + first.updated + first.unchanged + len(first.rejected) >= read
    digest, count = centre.upkeep.digest(), centre.station.store.count()
    again = centre.people.import_roster(DATA / file, role)
    assert (again.registered, again.updated) == (0, 0)
    assert again.unchanged == first.registered + first.updated + first.unchanged
    assert (centre.upkeep.digest(), centre.station.store.count()) == (digest, count)
    assert again.rejected == first.rejected


def test_a_roster_of_people_known_elsewhere_registers_no_one_twice(centre: Desk, village: Desk) -> None:
    first = centre.people.import_roster(DATA / "elders.csv", "elder")
    carry(centre, village)
    there = village.people.import_roster(DATA / "elders.csv", "elder")
    assert there.registered <= first.registered - 80, "only those without any document"
    again = village.people.import_roster(DATA / "elders.csv", "elder")
    assert (again.registered, again.updated) == (0, 0)
    carry(village, centre)
    assert village.upkeep.check().ok
    assert centre.upkeep.digest() == village.upkeep.digest()


def test_a_roster_that_was_stopped_leaves_nothing(centre: Desk) -> None:
    asked = iter([False] * 10 + [True] * 100)
    before = centre.upkeep.digest()
    with pytest.raises(Cancelled):
        centre.people.import_roster(DATA / "elders.csv", "elder", cancelled=lambda: next(asked))
    assert (centre.upkeep.digest(), centre.people.count()) == (before, 0)


def test_a_roster_that_is_not_there_is_a_fault(centre: Desk, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="file_missing"):
        centre.people.import_roster(tmp_path / "none.xlsx", "elder")


def test_numbers_go_on_after_nine_hundred_and_ninety_nine_stations(centre: Desk) -> None:
    tell(centre, MemberRegistered("1002-00007", ("elder",), b""))
    assert next_number(centre.station.store, 2) == 8


def test_identity_numbers_of_the_tests_are_valid(centre: Desk) -> None:
    assert volunteer(centre, id_number=identity(7)).details["birth"] == "1950-03-01"
