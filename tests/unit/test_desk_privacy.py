"""What is personal stays with those who are entitled to it, and is gone everywhere once it is erased."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest
import zstandard
from stations import (
    Network,
    Travelling,
    add,
    carry,
    elder,
    heads,
    identity,
    runs,
    serve,
    share,
    tell,
    volunteer,
)

from timebank.desk.desk import Desk
from timebank.desk.evidence import private_words
from timebank.desk.network import find_stations
from timebank.desk.person_form import PersonForm
from timebank.desk.private_check import exposed
from timebank.desk.upkeep import restore
from timebank.exchange import file, outgoing
from timebank.journal.facts import (
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    Fact,
    FactReversed,
    MemberChanged,
    MemberErased,
    MemberRegistered,
    MembersMerged,
    ServiceLogged,
    ServiceRated,
    StationRevoked,
    VoucherRedeemed,
    VouchersIssued,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef
from timebank.store import book_queries
from timebank.store.digest import state_digest
from timebank.store.people_queries import MemberRecord

NAME, PHONE, ADDRESS, NUMBER = "欧阳秀兰", "13912345678", "翠苑一区8幢301室", identity(7)
SECRETS = (NAME, "ouyang", PHONE, ADDRESS, NUMBER, "怕狗的老人", "陈孝顺", "13700001111")


def register(desk: Desk) -> MemberRecord:
    """An elder with everything personal."""
    return elder(
        desk,
        NAME,
        id_number=NUMBER,
        phone=PHONE,
        address=ADDRESS,
        note="怕狗的老人",
        guardian="陈孝顺",
        guardian_phone="13700001111",
    )


def sealed(desk: Desk) -> set[EntryRef]:
    """The entries of which a station keeps the sealed private part."""
    return {
        EntryRef(*row)
        for row in desk.station.store.rows(
            'SELECT j.ref, e.seq, e."check" FROM private p JOIN entry e ON e.id = p.entry'
            " JOIN journal j ON j.id = e.journal"
        )
    }


def last(desk: Desk) -> EntryRef:
    """The last entry that a station wrote."""
    ref, head, digest = desk.station.store.rows(
        "SELECT ref, head, head_hash FROM journal WHERE ref = ?", (desk.station.journal,)
    )[0]
    return EntryRef(ref, head, digest[:8])


def written(network: Network, number: int, words: tuple[str, ...] = SECRETS) -> list[str]:
    """Those of some words that stand anywhere in a station's folder, as text or as JSON escapes it."""
    kept = b"".join(
        path.read_bytes()
        for path in sorted(network.home(number).rglob("*"))
        if path.is_file() and "keys" not in path.parts
    )
    return [word for word in words if word.encode() in kept or word.encode("unicode_escape") in kept]


# Erasing: what goes, whatever comes first


class Story(NamedTuple):
    """What three stations wrote, each without knowing of the others; ``gone`` speaks of the erased member."""

    journals: list[list[Travelling]]
    gone: set[EntryRef]
    stays: set[EntryRef]


def told(network: Network) -> Story:
    """Two elders, records of them at three stations with a text in each, and the erasure of one of them."""
    with network.desk(1) as hub, network.desk(2) as centre, network.desk(3) as village:
        desks = (hub, centre, village)
        before = [heads(desk) for desk in desks]
        helper = tell(centre, MemberRegistered("002-00001", ("volunteer",), b""), {"name": "王志强"})
        gone, stays = set[EntryRef](), {helper}
        for at, texts in enumerate((gone, stays)):

            def say(desk: Desk, fact: Fact, texts: set[EntryRef] = texts) -> EntryRef:
                ref = tell(desk, fact, {"reason": "她有糖尿病"})
                texts.add(ref)
                return ref

            her = tell(centre, MemberRegistered(f"002-0001{at}", ("elder",), b"%d" % at), {"name": NAME})
            texts.add(her)
            records(desks, helper, her, at, say)
            if texts is gone:
                stays.add(tell(hub, MemberErased(her), {"reason": "家属申请"}))
                texts.add(tell(hub, CaseResolved("late", "dismiss", 9_800, (her,)), {"reason": "她已离开"}))
        journals = [
            [each for run in runs(desk, had).values() for each in run]
            for desk, had in zip(desks, before, strict=True)
        ]
    return Story(journals, gone, stays)


def records(
    desks: tuple[Desk, Desk, Desk],
    helper: EntryRef,
    her: EntryRef,
    at: int,
    say: Callable[[Desk, Fact], EntryRef],
) -> None:
    """One record of every kind that may speak of an elder, each with a text."""
    hub, centre, village = desks
    say(village, MemberChanged(her, fields=("phone",)))
    say(village, ConsentChanged(her, "photo", True))
    served = say(village, ServiceLogged((helper,), her, "visit", 14_000_000 + at * 5_000, 60, (60,)))
    say(village, ServiceLogged((helper,), her, "visit", 14_001_000 + at * 5_000, 60, (60,)))
    say(hub, ServiceRated(served, helper, 4))
    say(hub, ServiceRated(served, her, 5))
    say(hub, FactReversed(served))
    moved = say(village, CreditMoved(None, her, 60, 9_800))
    say(centre, FactReversed(moved))
    serials = tuple(b"serial%d%d" % (at, number) for number in range(3))
    tell(centre, VouchersIssued(her, 0, 10, 9_800, 0, 0, serials))
    say(hub, VouchersVoided((serials[1],), 9_801))
    paid = say(village, VoucherRedeemed(serials[0], her, "reward", 9_801))
    say(centre, FactReversed(paid))
    say(hub, CaseResolved(f"case-{at}", "dismiss", 9_801, (paid,)))
    tell(village, VoucherRedeemed(serials[2], helper, "reward", 9_801), {"for": "志愿者的雨伞"})
    say(hub, FactReversed(last(village)))
    say(village, MembersMerged((her, helper)))


@pytest.fixture(scope="module")
def story(founded: Network, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return told(founded.copied_to(tmp_path_factory.mktemp("story") / "network"))


@pytest.mark.parametrize("seed", range(12))
def test_an_erasure_takes_the_same_texts_whatever_arrives_first(
    network: Network, story: Story, seed: int
) -> None:
    chance = random.Random(seed)
    turns = [number for number, journal in enumerate(story.journals) for _ in journal]
    chance.shuffle(turns)
    if seed < 6:  # whole journals one after the other, in each order
        turns.sort(key=list(itertools.permutations(range(3)))[seed].index)
    left = [iter(journal) for journal in story.journals]
    arriving = [next(left[number]) for number in turns]
    target = 1 + 2 * (seed % 2)
    with network.desk(target) as desk:
        at_once = chance.choice((1, 3, len(arriving)))
        for start in range(0, len(arriving), at_once):
            add(desk, arriving[start : start + at_once])
        assert sealed(desk) & story.gone == set()
        assert sealed(desk) >= story.stays
        before = state_digest(desk.station.store), sealed(desk)
        assert desk.upkeep.check().ok, desk.upkeep.check().findings
        desk.upkeep.rebuild()
        assert (state_digest(desk.station.store), sealed(desk)) == before
        assert book_queries.ledger_sums(desk.station.store) == (0, 0)


def test_what_another_got_for_her_voucher_is_not_hers(hub: Desk, centre: Desk) -> None:
    her, helper = elder(centre), volunteer(centre)
    share([hub, centre])
    tell(centre, VouchersIssued(her.ref, 0, 10, 9_800, 0, 0, (b"serial-1",)))
    paid = tell(hub, VoucherRedeemed(b"serial-1", helper.ref, "reward", 9_801), {"for": "雨伞"})
    undone = tell(hub, FactReversed(paid), {"reason": "她说没有给过他"})
    share([hub, centre])
    centre.people.erase(her, "本人要求")
    carry(centre, hub)
    late = tell(hub, FactReversed(paid), {"reason": "她又说给过"})
    carry(hub, centre)
    for desk in (hub, centre):
        assert sealed(desk) >= {paid, helper.ref}
        assert sealed(desk) & {undone, late, her.ref} == set()


def test_the_note_of_a_plain_service_that_arrives_among_many_is_not_kept(hub: Desk, village: Desk) -> None:
    her, other, helper = elder(village), elder(village, "李奶奶"), volunteer(village)
    share([hub, village])
    tell(hub, MemberErased(her.ref))
    notes = [
        tell(village, ServiceLogged((helper.ref,), each.ref, "visit", at, 30, (30,)), {"note": "要提醒吃药"})
        for at, each in enumerate((other, other, her, other), 14_000_000)
    ]
    carry(village, hub)
    assert [note in sealed(hub) for note in notes] == [True, True, False, True]


def test_a_volunteers_erasure_leaves_the_elders_notes_and_takes_what_was_said_of_the_volunteer(
    centre: Desk,
) -> None:
    gives, gets = volunteer(centre, "王志强"), elder(centre)
    noted = serve(centre, gives, gets, note="降压药在床头").entry
    rated = centre.services.rate(str(noted), gets, 2, "他身上有酒气")
    centre.people.erase(gives, "本人要求")
    assert sealed(centre) >= {noted, gets.ref}
    assert not sealed(centre) & {gives.ref, rated}


def test_the_reason_of_an_erasure_stays_and_is_read_by_the_home_station_and_its_hub_alone(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    at_home, from_above = elder(centre, NAME), elder(centre, "李奶奶")
    share([hub, centre, village])
    refs = [
        centre.people.erase(at_home, "本人书面要求"),
        hub.people.erase(hub.people.find(from_above.number), "家属书面要求"),
    ]
    share([hub, centre, village])
    rows = {
        desk: [book_queries.row_of(desk.station.store, ref) for ref in refs]
        for desk in (hub, centre, village)
    }
    read = {
        desk: [private_words(desk.station, row).get("reason") for row in found if row is not None]
        for desk, found in rows.items()
    }
    assert read[hub] == read[centre] == ["本人书面要求", "家属书面要求"]
    assert read[village] == [None, None]
    assert sealed(village) >= set(refs), "it is carried on all the same"


def test_an_erased_person_is_found_by_nothing_and_may_come_back_as_somebody_new(
    hub: Desk, centre: Desk, village: Desk, network: Network, tmp_path: Path
) -> None:
    roster = tmp_path / "elders.csv"
    roster.write_text(f"姓名,身份证号,手机号,住址\n{NAME},{NUMBER},{PHONE},{ADDRESS}\n", "utf-8")
    made = register(centre)
    assert centre.people.import_roster(roster, "elder").registered == 0
    share([hub, centre, village])
    assert written(network, 2) != [], "or the test proves nothing"
    centre.people.erase(made, "本人要求")
    share([hub, centre, village])
    for desk in (hub, centre, village):
        for text in (NAME, "秀兰", "ouyang", "oyxl", PHONE, "5678", NUMBER):
            assert desk.people.search(text) == []
        assert (
            desk.station.store.value("SELECT identity FROM member WHERE number = ?", (made.number,)) is None
        )
        assert written(network, desk.station.number) == []
    taken = centre.people.import_roster(roster, "elder")
    assert (taken.registered, taken.updated, taken.unchanged) == (1, 0, 0)
    assert taken.members != (made.ref,)
    assert centre.people.find(NAME).ref == taken.members[0]


# Erasing: by no way does it come back


def files(network: Network, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files; from here on exports carry only what is new."""
    monkeypatch.setattr(outgoing, "SMALL", 0)
    monkeypatch.setattr(outgoing, "OVERLAP", 0)
    folder = network.folder / "files"
    folder.mkdir()
    return folder


def export(desk: Desk, path: Path, *, full: bool = False, to: str = "") -> Path:
    chosen = find_stations(desk.station.store, [to]) if to else None
    return desk.exchange.export(path, chosen, full=full).file


def outcome(desk: Desk, path: Path) -> str:
    return desk.exchange.take([path])[0].outcome


def test_an_old_file_that_a_neighbour_still_passes_on_brings_nothing_back(
    hub: Desk, centre: Desk, village: Desk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files(network, monkeypatch)
    made = register(centre)
    gives = volunteer(centre, "王志强")
    noted = serve(centre, gives, made, note="怕狗的老人").entry
    outcome(village, export(centre, folder / "before.tbx", full=True))
    old = export(village, folder / "passed-on.tbx", full=True)
    assert made.ref in sealed(village)

    centre.people.erase(made, "本人要求")
    outcome(hub, export(centre, folder / "after.tbx", full=True))
    kept = sealed(hub)
    assert kept & {made.ref, noted} == set()
    assert gives.ref in kept
    for desk in (hub, centre):
        assert outcome(desk, old) == "known"
        assert sealed(desk) & {made.ref, noted} == set()
        assert outcome(desk, folder / "before.tbx") == "known"
        assert sealed(desk) & {made.ref, noted} == set()
        assert desk.upkeep.check().ok


def test_a_file_that_waited_brings_nothing_back_once_it_can_be_taken(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files(network, monkeypatch)
    old = network.folder / "old-disk"
    shutil.copytree(network.home(1), old)
    with network.desk(1) as hub, network.desk(2) as centre:
        made = register(centre)
        first = export(centre, folder / "first.tbx", full=True)
        outcome(hub, first)
        outcome(centre, export(hub, folder / "heard.tbx"))
    shutil.rmtree(network.home(1))
    shutil.copytree(old, network.home(1))  # an old disk image is put back
    with network.desk(1) as hub, network.desk(2) as centre:
        changed = centre.people.change(made, PersonForm(NAME, ("elder",), phone="13600002222"))
        assert outcome(hub, export(centre, folder / "later.tbx", to="1")) == "parked"
        tell(hub, MemberErased(changed.ref), {"reason": "家属申请"})
        (taken,) = hub.exchange.take([first])
        assert [each.outcome for each in taken.also] == ["applied"]
        assert hub.people.find(made.number).erased
        assert {entry.journal for entry in sealed(hub)} & {centre.station.journal} == set()
        assert hub.exchange.status().parked == []
        assert written(network, 1, (*SECRETS, "13600002222")) == []


def test_a_file_from_quarantine_brings_nothing_back(
    hub: Desk, centre: Desk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files(network, monkeypatch)
    made = register(centre)
    with centre.station.recording() as pen:  # so that a torn file has a beginning that can be proved
        for number in range(250):
            fact = MemberRegistered(f"002-1{number:04d}", ("elder",), b"")
            pen.tell(fact, {"name": "李奶奶", "note": "喜欢听戏" * 40})
    whole = export(centre, folder / "whole.tbx", full=True)
    torn = folder / "torn.tbx"
    torn.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    monkeypatch.setattr(file, "BATCH_ENTRIES", 20)
    assert outcome(hub, torn) == "partial"
    assert made.ref in sealed(hub)
    tell(hub, MemberErased(made.ref), {"reason": "家属申请"})
    (kept,) = hub.exchange.status().quarantined
    hub.exchange.retry(kept["id"])
    outcome(hub, whole)
    hub.exchange.retry(kept["id"])
    assert made.ref not in sealed(hub)
    assert written(network, 1) == []


def test_a_backup_older_than_an_erasure_is_cleared_by_the_next_exchange(
    hub: Desk, centre: Desk, network: Network, tmp_path: Path
) -> None:
    made = register(centre)
    share([hub, centre])
    backup = centre.upkeep.backup(tmp_path / "old.backup").file
    centre.people.erase(made, "本人要求")
    share([hub, centre])
    centre.close()
    shutil.rmtree(network.home(2))

    restore(network.home(2), network.surroundings, backup).close()
    assert written(network, 2) != []
    with network.desk(2) as restored:
        path = hub.exchange.export(tmp_path / "news.tbx", full=True).file
        assert restored.exchange.take([path])[0].outcome == "applied"
        assert restored.people.find(made.number).erased
        assert made.ref not in sealed(restored)
        assert restored.people.search(NAME) == []
    assert written(network, 2) == []


def test_a_store_that_a_restore_put_aside_is_named_once_somebody_was_erased(
    centre: Desk, network: Network, tmp_path: Path
) -> None:
    made = register(centre)
    backup = centre.upkeep.backup(tmp_path / "old.backup").file
    centre.close()
    restore(network.home(2), network.surroundings, backup).close()
    with network.desk(2) as restored:
        assert [each for each in restored.upkeep.check().findings if each.code == "erased_in_copy"] == []
        restored.people.erase(restored.people.find(made.number), "本人要求")
        (found,) = [each for each in restored.upkeep.check().findings if each.code == "erased_in_copy"]
        aside = network.home(2) / str(found.facts["file"])
    assert found.severity == "warning"
    assert NAME.encode("unicode_escape") in aside.read_bytes() or NAME.encode() in aside.read_bytes()
    aside.unlink()
    assert written(network, 2) == []


# What travels


def plain_bytes(desk: Desk, path: Path) -> bytes:
    """What a station reads of an export, decrypted and unpacked by the outside libraries."""
    keys = [pyrage.x25519.Identity.from_str(each) for each in desk.station.keys.identities]
    return zstandard.ZstdDecompressor().decompressobj().decompress(pyrage.decrypt(path.read_bytes(), keys))


def test_a_neighbour_and_the_way_up_see_numbers_only(
    hub: Desk, centre: Desk, village: Desk, network: Network, tmp_path: Path
) -> None:
    roster = Path(__file__).parents[1] / "data" / "elders.csv"
    taken = centre.people.import_roster(roster, "elder")
    members = [centre.people.find(str(ref)) for ref in taken.members]
    words = {
        str(each.details[field])
        for each in members
        for field in ("name", "id_number", "phone", "address", "guardian")
        if each.details.get(field)
    }
    assert len(words) > 2 * len(members) > 10
    gives = volunteer(centre, "王志强", phone=PHONE)
    serve(centre, gives, members[0], note="怕狗的老人")
    path = centre.exchange.export(tmp_path / "all.tbx", full=True).file
    village.exchange.take([path])
    passed_on = village.exchange.export(tmp_path / "on.tbx", full=True).file
    hub.exchange.take([passed_on])

    for station, made in ((village, path), (hub, passed_on), (hub, path)):
        data = plain_bytes(station, made)
        assert members[0].number.encode() in data, "or the test reads nothing"
        assert [word for word in (*words, PHONE, "怕狗的老人") if word.encode() in data] == []
    assert written(network, 3, (*words, PHONE, "怕狗的老人")) == []
    for member in members:
        seen = village.people.find(member.number)
        assert (seen.name, seen.known, seen.details) == (member.number, False, {})
    assert hub.people.find(members[0].number).name == members[0].name, "the hub above is entitled"
    for desk in (centre, hub):
        for kind in desk.reports.kinds():
            if kind.upward:
                report = str(desk.reports.make(kind.name, upward=True))
                assert [word for word in (*words, PHONE, "王志强", "怕狗的老人") if word in report] == []


# Proved by the check


def leak(desk: Desk, fact: Fact) -> list[dict[str, object]]:
    """What a check finds once a fact is written past all care; nothing before."""
    assert exposed(desk.station) == []
    ref = tell(desk, fact)
    found = exposed(desk.station)
    assert all(str(ref) == each["place"] for each in found)
    report = desk.upkeep.check()
    codes = [each.code for each in report.findings if each.severity == "error"]
    assert codes == ["private_text_public"] * len(found)
    assert report.ok == (not found)
    return found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NAME, "name"),
        (f"给{NAME}的女儿看", "name"),
        ("陪陈孝顺看病", "name"),
        (PHONE, "phone"),
        (f"tel {PHONE}", "phone"),
        ("139-1234-5678", "phone"),
        (NUMBER, "id_number"),
        (f"证件{NUMBER.lower()}号", "id_number"),
        (f"住{ADDRESS}", "address"),
        ("maria lopez garcia", "name"),
    ],
)
def test_what_is_personal_in_a_public_body_is_an_error_that_does_not_repeat_it(
    centre: Desk, text: str, kind: str
) -> None:
    made = register(centre)
    elder(centre, "María López García".translate(str.maketrans("íó", "io")), phone="0571-88886666")
    (found,) = leak(centre, ConsentChanged(made.ref, text, True))
    assert found["kind"] == kind
    assert text not in str(found)


def test_a_document_that_went_out_plain_instead_of_as_a_tag_is_found(centre: Desk) -> None:
    made = register(centre)
    (found,) = leak(centre, MemberChanged(made.ref, identity=NUMBER.encode()))
    assert found["kind"] == "id_number"


@pytest.mark.parametrize(
    "text",
    ["research", "visit", "002-00001", f"x{PHONE}", f"{PHONE}0", "欧阳", "翠苑一区", "meal", ""],
)
def test_what_is_public_or_merely_alike_is_no_alarm(centre: Desk, text: str) -> None:
    made = register(centre)
    elder(centre, "Meal")
    assert leak(centre, ConsentChanged(made.ref, text, True)) == []


def test_a_person_named_like_a_station_is_no_alarm(centre: Desk, hub: Desk) -> None:
    for name in ("龙坞村", "翠苑社区", "西湖时间银行", "翠苑", "龙坞"):
        elder(centre, name)
    assert leak(centre, ConsentChanged(elder(centre, "李奶奶").ref, "在龙坞村过年", True)) == []


def test_a_name_in_the_reason_for_withdrawing_a_station_is_found(centre: Desk) -> None:
    register(centre)
    (found,) = leak(centre, StationRevoked(3, (), f"{NAME}家里丢了电脑"))
    assert found["kind"] == "name"


def test_logs_settings_and_notes_are_looked_through_as_well(centre: Desk, network: Network) -> None:
    register(centre)
    assert exposed(centre.station) == []
    store, home = centre.station.store, network.home(2)
    store.set_local("remark", f"{NAME}来过")
    (home / "timebank.log").write_text(f"ok\nregister {PHONE} failed\n", "utf-8")
    stray = home / "stray.tbx"
    stray.write_text("no export")
    centre.exchange.take([stray.rename(home / f"{NAME}.tbx")])
    places = sorted(str(each["place"]).split(" ")[0] for each in exposed(centre.station))
    assert places == ["local", "note", "timebank.log"]
