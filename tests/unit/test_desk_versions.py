"""Facts of a later version wait for the update, and only what they touch waits with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from stations import Network, carry, elder, identity, refused, serve, share, tell, volunteer

from timebank.desk.desk import Desk
from timebank.desk.vouchers import IssueForm
from timebank.journal import facts
from timebank.journal.facts import (
    KINDS,
    CreditMoved,
    Fact,
    FactReversed,
    MemberChanged,
    MemberRegistered,
    ServiceLogged,
    VouchersIssued,
)
from timebank.journal.refs import EntryRef
from timebank.phrases import LANGUAGES, phrases
from timebank.store import store
from timebank.store.digest import local_digest, state_digest
from timebank.store.updates import unread


class MemberPraised(Fact, frozen=True):
    """A kind of fact that no version knows yet; whoever does not know it may ignore it."""

    member: EntryRef
    words: str = "热心"


class MembersPaired(Fact, frozen=True):
    """A kind of fact that no version knows yet, and that must not be ignored."""

    pairs: dict[str, tuple[EntryRef, EntryRef]]
    lowest_reader = 2


class SerialsFrozen(Fact, frozen=True):
    """A kind of fact about vouchers that must not be ignored."""

    reasons: dict[bytes, str]
    lowest_reader = 2


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Fact]], None]:
    """Makes a kind of fact one of the next version, which older readers must not ignore."""
    return lambda kind: monkeypatch.setattr(kind, "lowest_reader", 2)


@contextmanager
def next_version() -> Iterator[None]:
    """While this holds, the program is the next version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "READER", 2)
        yield


@contextmanager
def without(kind: type[Fact]) -> Iterator[None]:
    """While this holds, the program does not know a kind of fact."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(KINDS, kind.__name__)
        patch.delitem(facts._DECODERS, kind.__name__)
        yield


def waiting(desk: Desk) -> list[tuple[str, int, str]]:
    """What a station waits for an update to read: kind, entries, station."""
    return [(each.kind, each.entries, each.name) for each in desk.exchange.updates()]


def test_a_voucher_issued_by_the_next_version_waits_for_the_update_and_is_good_after_it(
    centre: Desk, network: Network, later: Callable[[type[Fact]], None]
) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 120)
    old = centre.vouchers.issue(IssueForm(gives, 30)).vouchers[0]
    later(VouchersIssued)
    with next_version():
        new = centre.vouchers.issue(IssueForm(gives, 30)).vouchers[0]
        digest = state_digest(centre.station.store)
    with network.desk(3) as village:
        carry(centre, village)
        neighbour = elder(village, "李奶奶")
        checked = village.vouchers.verify(new.code)
        assert (checked.verdict, checked.reasons) == ("not_yet_known", ("not_yet_known", "update_needed"))
        with refused(village, "update_needed", kind="VouchersIssued", station="翠苑社区") as caught:
            village.vouchers.redeem(new.code, neighbour)
        for language in LANGUAGES:
            said = phrases(language).problem(caught.value)
            assert "翠苑社区" in said
            assert "…" not in said
        with refused(village, "update_needed"):
            village.vouchers.void(new.code, "作废")
        assert village.vouchers.redeem(old.code, neighbour).minutes == 30, "all else goes on"
        assert waiting(village) == [("VouchersIssued", 1, "翠苑社区")]
        assert village.exchange.status().update_needed == village.exchange.updates()
        report = village.upkeep.check()
        assert report.ok
        assert [each.facts for each in report.findings if each.code == "update_needed"] == [{"entries": 1}]

    with next_version(), network.desk(3) as village:
        assert waiting(village) == []
        assert village.vouchers.verify(new.code).verdict == "valid"
        village.vouchers.redeem(new.code, village.people.find(neighbour.number))
        with network.desk(2) as updated:
            carry(village, updated)
            assert state_digest(updated.station.store) == state_digest(village.station.store) != digest
            assert updated.upkeep.check().ok


def test_only_the_member_whom_an_unread_fact_names_has_to_wait(
    hub: Desk, centre: Desk, tmp_path: Path, later: Callable[[type[Fact]], None]
) -> None:
    hub.policies.adopt("hangzhou")
    gives, free = volunteer(centre), elder(centre, "李奶奶", birth=date(1930, 1, 1))
    bound = elder(centre, "赵奶奶", id_number=identity(9, date(1930, 1, 1)))
    share([hub, centre])
    later(MemberChanged)
    with next_version():
        tell(hub, MemberChanged(bound.ref, ("elder", "volunteer")))
    carry(hub, centre)

    serve(centre, gives, free)
    for attempt in (
        lambda: serve(centre, gives, bound, start=datetime(2026, 11, 19, 9)),
        lambda: centre.people.consent(bound, "photo", True),
        lambda: centre.credit.move(gives, bound, 10, "谢谢"),
    ):
        with refused(centre, "update_needed", kind="MemberChanged"):
            attempt()
    granted = centre.months.grant(date(2026, 11, 1))
    assert [each.member.ref for each in granted.granted] == [free.ref]

    roster = tmp_path / "elders.csv"
    rows = ["姓名,身份证号,手机号", f"赵奶奶,{bound.details['id_number']},13900000000", "孙奶奶,,13900000001"]
    roster.write_text("\n".join(rows) + "\n", "utf-8")
    taken = centre.people.import_roster(roster, "elder")
    assert (taken.registered, taken.updated) == (1, 0)
    assert [each.code for each in taken.rejected] == ["update_needed"]
    centre.people.erase(bound, "本人要求")  # a lawful request does not wait for an update
    assert centre.people.find(bound.number).erased


def test_a_member_or_record_that_the_next_version_founded_is_not_called_unknown(
    hub: Desk, centre: Desk, later: Callable[[type[Fact]], None]
) -> None:
    gives, gets = volunteer(centre), elder(centre)
    for kind in (MemberRegistered, ServiceLogged):
        later(kind)
    with next_version():
        made = elder(centre, "李奶奶")
        served = serve(centre, gives, gets).entry
    carry(centre, hub)
    assert waiting(hub) == [("MemberRegistered", 1, "翠苑社区"), ("ServiceLogged", 1, "翠苑社区")]
    for attempt in (
        lambda: hub.people.find(str(made.ref)),
        lambda: hub.services.reverse(str(served), "登错"),
        lambda: hub.services.rate(str(served), hub.people.find(gives.number), 5),
    ):
        with refused(hub, "update_needed", station="翠苑社区"):
            attempt()
    with refused(hub, "entry_not_found"):
        hub.services.reverse(str(served)[:-1] + ("0" if str(served)[-1] != "0" else "1"), "登错")


def test_a_kind_that_may_be_ignored_is_ignored(hub: Desk, centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    before = state_digest(centre.station.store)
    tell(centre, MemberPraised(gives.ref), {"words": "热心"})
    assert waiting(centre) == []
    assert [each.code for each in centre.upkeep.check().findings if each.code == "update_needed"] == []
    serve(centre, gives, gets)
    assert state_digest(centre.station.store) != before
    carry(centre, hub)
    assert state_digest(hub.station.store) == state_digest(centre.station.store)


def test_names_are_found_wherever_the_next_version_puts_them(centre: Desk) -> None:
    one, two, free = (elder(centre, name) for name in ("李奶奶", "赵奶奶", "孙奶奶"))
    gives = volunteer(centre)
    serve(centre, gives, free, 120)
    held, loose = centre.vouchers.issue(IssueForm(gives, 30, 2)).vouchers
    tell(centre, MembersPaired({"a": (one.ref, two.ref)}))
    tell(centre, SerialsFrozen({held.serial: "lost"}))
    names = [one.ref, two.ref, free.ref, held.serial, loose.serial]
    assert unread(centre.station.store, names) == {one.ref, two.ref, held.serial}
    assert centre.vouchers.verify(loose.code).verdict == "valid"
    with refused(centre, "update_needed", kind="SerialsFrozen"):
        centre.vouchers.redeem(held.code, free)
    assert centre.upkeep.check().ok


@pytest.mark.parametrize(
    "body",
    [
        msgspec.msgpack.encode(None),
        msgspec.msgpack.encode([[b"8 bytes!", 0, b"8 bytes!"], [b"8 bytes!", 1 << 63, b"8 bytes!"]]),
        msgspec.msgpack.encode({(b"8 bytes!", 1): [True, 1.5, "…"]}),
        msgspec.msgpack.encode(msgspec.msgpack.Ext(7, b"8 bytes!")),
        b"\x91" * 20 + b"\xc0",
        b"\x81\x81\x01\x02\x03",
        b"\xa2\xff\xfe",
    ],
)
def test_no_body_of_the_next_version_makes_anybody_stumble(
    hub: Desk, centre: Desk, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timebank.journal.entry.encode_fact", lambda _: body)
    entry = tell(centre, MembersPaired({}))
    monkeypatch.undo()
    carry(centre, hub)
    for desk in (centre, hub):
        assert unread(desk.station.store, [entry]) == {entry}
        assert desk.upkeep.check().ok


@pytest.mark.parametrize("kind", [FactReversed, CreditMoved])
def test_what_an_older_program_could_not_read_is_folded_at_the_first_opening_after_the_update(
    centre: Desk, network: Network, kind: type[Fact]
) -> None:
    gives, gets = volunteer(centre), elder(centre)
    first = serve(centre, gives, gets)
    serve(centre, gives, elder(centre, "李奶奶"), start=datetime(2026, 11, 19, 9))
    centre.credit.move(gives, gets, 30, "谢谢")
    centre.services.reverse(str(first.entry), "登错")
    with without(kind), network.desk(3) as village:
        carry(centre, village)
        assert state_digest(village.station.store) != state_digest(centre.station.store)
        assert village.station.store.local("folds") is not None
    with without(kind), network.desk(3) as village:
        assert state_digest(village.station.store) != state_digest(centre.station.store)
    with network.desk(3) as village:
        assert state_digest(village.station.store) == state_digest(centre.station.store)
        assert village.upkeep.check().ok


def test_a_store_is_folded_anew_only_where_the_program_reads_otherwise(
    centre: Desk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    elder(centre)
    before = local_digest(centre.station.store)
    network.desk(2).close()
    monkeypatch.setattr("timebank.desk.station.refold", lambda *_: pytest.fail("folded anew"))
    network.desk(2).close()
    assert local_digest(centre.station.store) == before
