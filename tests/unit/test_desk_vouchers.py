"""Vouchers at the desk: issued, checked, redeemed, withdrawn; every verdict of the contract."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from stations import Clock, Network, carry, credit, elder, found_network, refused, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.network import enrol, join, request, revoke
from timebank.desk.policies import adoption
from timebank.desk.vouchers import Issued, IssueForm
from timebank.domain.voucher_code import read_code, serial_text
from timebank.outcome import Cancelled
from timebank.policy.catalog import load
from timebank.policy.pack import answered
from timebank.policy.settings import Words
from timebank.store.people_queries import MemberRecord

VERDICTS = {
    "valid",
    "redeemed",
    "void",
    "expired",
    "not_yet_known",
    "wrong_station",
    "limit",
    "unknown_issuer",
    "revoked_issuer",
    "other_network",
    "forged",
    "unreadable",
}


@pytest.fixture
def holder(centre: Desk) -> MemberRecord:
    """A volunteer of the centre with ten hours."""
    holder = volunteer(centre)
    serve(centre, holder, elder(centre), 600)
    return holder


@pytest.fixture
def voucher(centre: Desk, holder: MemberRecord) -> Issued:
    """An hour's voucher of the centre."""
    return issue(centre, holder)


def issue(desk: Desk, holder: MemberRecord, minutes: int = 60, **more: Any) -> Issued:
    (made,) = desk.vouchers.issue(IssueForm(holder, minutes, **more)).vouchers
    return made


def adopt(hub: Desk, **settings: object) -> None:
    """Let rules hold in the network, named with _ for the dots."""
    reason = msgspec.convert({"zh_CN": "试行", "en": "a trial"}, Words)
    answers = {key.replace("__", "."): value for key, value in settings.items()}
    with hub.station.root_recording(None) as pen:
        pen.tell(adoption(answered(load("neutral"), answers, reason), date(2026, 1, 1)))


# Issuing


def test_issuing_moves_minutes_into_circulation_at_once(centre: Desk, holder: MemberRecord) -> None:
    batch = centre.vouchers.issue(IssueForm(holder, 60, count=3))
    profile = centre.people.profile(holder)
    assert (profile.credit_minutes, profile.in_circulation_minutes, profile.honour_minutes) == (420, 180, 600)
    assert len({each.serial for each in batch.vouchers}) == 3
    for each in batch.vouchers:
        checked = centre.vouchers.verify(each.code)
        assert (checked.verdict, checked.serial, checked.minutes) == ("valid", each.serial, 60)
        assert (checked.issuer, checked.holder, checked.issued) == (
            "翠苑社区",
            holder.number,
            date(2026, 11, 22),
        )
    assert centre.vouchers.batch(batch.entry) == batch, "printed again, the code is the same"


def test_what_cannot_be_issued_is_refused(centre: Desk, holder: MemberRecord) -> None:
    for form, code in [
        (IssueForm(holder, 0), "minutes_not_positive"),
        (IssueForm(holder, -60), "minutes_not_positive"),
        (IssueForm(holder, 1 << 24), "minutes_not_positive"),
        (IssueForm(holder, 60, count=0), "batch_too_large"),
        (IssueForm(holder, 1, count=1_001), "batch_too_large"),
        (IssueForm(holder, 60, kind="cash"), "kind_unknown"),
        (IssueForm(holder, 60, expires=date(2026, 11, 21)), "expiry_in_past"),
        (IssueForm(holder, 60, expires=date(2179, 6, 7)), "expiry_too_late"),
        (IssueForm(holder, 60, expires=date.max), "expiry_too_late"),
        (IssueForm(holder, 60, lock_to="没有的站"), "station_not_found"),
        (IssueForm(holder, 601), "not_enough"),
        (IssueForm(holder, 101, count=6), "not_enough"),
        (IssueForm(holder, 60, kind="allowance"), "not_enough"),
    ]:
        with refused(centre, code):
            centre.vouchers.issue(form)


def test_a_voucher_may_be_valid_to_the_last_day_that_its_code_can_name(
    centre: Desk, holder: MemberRecord
) -> None:
    assert read_code(issue(centre, holder, expires=date(2179, 6, 6)).code).expires == 65_535


@pytest.mark.parametrize("moment", [datetime(1999, 12, 31), datetime(1980, 1, 1), datetime(2200, 1, 1)])
def test_no_voucher_is_issued_under_a_clock_that_its_code_cannot_name(
    centre: Desk, holder: MemberRecord, clock: Clock, moment: datetime
) -> None:
    clock.moment = moment
    with refused(centre, "clock_wrong"):
        issue(centre, holder)


def test_a_batch_that_was_stopped_leaves_nothing(centre: Desk, holder: MemberRecord) -> None:
    asked = iter([False] * 5 + [True])
    before = centre.upkeep.digest()
    with pytest.raises(Cancelled):
        centre.vouchers.issue(IssueForm(holder, 1, count=100), cancelled=lambda: next(asked))
    assert centre.upkeep.digest() == before


def test_the_policy_bounds_what_is_issued(hub: Desk) -> None:
    adopt(hub, voucher__max_minutes=120, voucher__last_issue="11-30", voucher__validity_days=30)
    holder = volunteer(hub)
    serve(hub, holder, elder(hub), 600)
    with refused(hub, "rule_voucher_value"):
        issue(hub, holder, 121)
    assert issue(hub, holder, 120).expires == date(2026, 12, 22)
    assert issue(hub, holder, 60, expires=date(2026, 12, 1)).expires == date(2026, 12, 1)
    with refused(hub, "rule_voucher_validity", rule="voucher.validity_days"):
        issue(hub, holder, 60, expires=date(2026, 12, 23))
    hub.station.surroundings.clock.moment = datetime(2026, 12, 1)  # type: ignore[attr-defined]
    with refused(hub, "rule_last_issue"):
        issue(hub, holder)


def test_the_longest_validity_ends_with_the_last_day_that_a_code_can_name(hub: Desk) -> None:
    adopt(hub, voucher__validity_days=999_999_999)
    holder = volunteer(hub)
    serve(hub, holder, elder(hub), 60)
    assert issue(hub, holder, 60).expires == date(2179, 6, 6)


def test_a_look_says_what_the_rules_forbid_the_holder_and_a_redemption_says_which(hub: Desk) -> None:
    adopt(hub, voucher__daily_minutes=60)
    holder, gets = volunteer(hub), elder(hub)
    serve(hub, holder, gets, 120)
    first, second = hub.vouchers.issue(IssueForm(holder, 60, 2)).vouchers
    hub.vouchers.redeem(first.code, gets)
    looked = hub.vouchers.verify(second.code)
    assert (looked.verdict, looked.reasons) == ("limit", ("voucher.daily_minutes",))
    with refused(hub, "rule_redeem_daily", rule="voucher.daily_minutes"):
        hub.vouchers.redeem(second.code, gets)
    hub.station.surroundings.clock.moment += timedelta(days=1)  # type: ignore[attr-defined]
    assert hub.vouchers.verify(second.code).verdict == "valid"


def test_only_the_issuer_writes_a_code(centre: Desk, village: Desk, voucher: Issued) -> None:
    carry(centre, village)
    with refused(village, "not_the_issuer", serial=serial_text(voucher.serial)):
        village.vouchers.for_reprint(serial_text(voucher.serial))
    assert centre.vouchers.for_reprint(serial_text(voucher.serial)).code == voucher.code


def test_a_reprint_is_counted_and_only_of_what_is_in_circulation(centre: Desk, voucher: Issued) -> None:
    centre.vouchers.printed([voucher])
    centre.vouchers.printed([voucher], again=True)
    assert centre.vouchers.list()[0].voucher.printed == 2
    centre.vouchers.void(voucher.code, "丢失")
    with refused(centre, "not_in_circulation", state="void"):
        centre.vouchers.for_reprint(serial_text(voucher.serial))


# Verdicts


def verdict(desk: Desk, voucher: Issued) -> str:
    """The verdict on the code, which the serial typed by hand has to share where the issue is known."""
    by_code = desk.vouchers.verify(voucher.code)
    by_serial = desk.vouchers.verify(serial_text(voucher.serial))
    assert by_code.verdict in VERDICTS
    assert by_serial.verdict == by_code.verdict
    if by_code.verdict != "valid":
        assert by_code.reasons
        with refused(desk, by_code.verdict):
            desk.vouchers.redeem(voucher.code, desk.people.search("", limit=1)[0])
        with refused(desk, by_code.verdict):
            desk.vouchers.redeem(serial_text(voucher.serial), desk.people.search("", limit=1)[0])
    return by_code.verdict


def test_valid_until_it_is_redeemed(centre: Desk, voucher: Issued, holder: MemberRecord) -> None:
    assert verdict(centre, voucher) == "valid"
    made = centre.vouchers.redeem(voucher.code, holder)
    assert (made.serial, made.minutes, made.settlement) == (voucher.serial, 60, "settled")
    assert verdict(centre, voucher) == "redeemed"
    assert credit(centre, holder) == 600
    with refused(centre, "redeemed", station="翠苑社区", date="2026-11-22"):
        centre.vouchers.redeem(voucher.code, holder)


def test_void(centre: Desk, voucher: Issued, holder: MemberRecord) -> None:
    with refused(centre, "reason_missing"):
        centre.vouchers.void(voucher.code, " ")
    record = centre.vouchers.void(serial_text(voucher.serial), "丢失")
    assert (record.voucher.state, credit(centre, holder)) == ("void", 600)
    assert verdict(centre, voucher) == "void"
    with refused(centre, "not_in_circulation"):
        centre.vouchers.void(voucher.code, "再作废")


def test_expired_the_day_after_its_last(centre: Desk, holder: MemberRecord, clock: Clock) -> None:
    voucher = issue(centre, holder, expires=date(2026, 11, 23))
    clock.pass_time(days=1)
    assert verdict(centre, voucher) == "valid"
    assert centre.vouchers.expire() == []
    clock.pass_time(days=1)
    assert verdict(centre, voucher) == "expired"
    assert [each.serial for each in centre.vouchers.list("expired")] == [voucher.serial]
    assert credit(centre, holder) == 540
    assert centre.vouchers.expire() == [voucher.serial]
    assert centre.vouchers.expire() == []
    assert verdict(centre, voucher) == "expired"
    assert credit(centre, holder) == 600


def test_not_yet_known_where_the_issue_has_not_arrived(centre: Desk, village: Desk, voucher: Issued) -> None:
    elder(village, "孙奶奶")
    assert verdict(village, voucher) == "not_yet_known"
    carry(centre, village)
    assert verdict(village, voucher) == "valid"


def test_wrong_station_where_it_is_locked_to_another(
    centre: Desk, village: Desk, hub: Desk, holder: MemberRecord
) -> None:
    voucher = issue(centre, holder, lock_to="龙坞村")
    share([centre, village, hub])
    assert verdict(centre, voucher) == "wrong_station"
    assert verdict(hub, voucher) == "wrong_station"
    with refused(hub, "wrong_station", station="龙坞村"):
        hub.vouchers.redeem(voucher.code, holder)
    assert verdict(village, voucher) == "valid"
    village.vouchers.redeem(voucher.code, elder(village, "孙奶奶"))


def test_limit_where_the_policy_forbids_a_large_voucher_of_another_station(
    hub: Desk, centre: Desk, village: Desk, holder: MemberRecord
) -> None:
    adopt(hub, voucher__foreign_max_minutes=60)
    large, small = issue(centre, holder, 61), issue(centre, holder, 60)
    share([hub, centre, village])
    assert (verdict(centre, large), verdict(village, large), verdict(village, small)) == (
        "valid",
        "limit",
        "valid",
    )


def test_limit_where_the_issuer_was_not_heard_from_for_long(
    hub: Desk, centre: Desk, village: Desk, voucher: Issued
) -> None:
    adopt(hub, voucher__issuer_contact_days=30)
    share([hub, centre, village])
    assert verdict(village, voucher) == "limit"
    village.station.store.set_local("exchange.2", "2026-11-01T09:00:00")
    village.station.store.set_local("heard.2", "2026-11-01T09:00:00")
    assert verdict(village, voucher) == "valid"
    village.station.surroundings.clock.pass_time(days=10)  # type: ignore[attr-defined]
    assert verdict(village, voucher) == "limit"
    assert verdict(centre, voucher) == "valid"


def test_serials_typed_in_vain_are_bounded_where_the_rules_say_so(
    hub: Desk, centre: Desk, village: Desk, holder: MemberRecord, clock: Clock
) -> None:
    adopt(hub, voucher__attempts_per_hour=3)
    share([hub, centre, village])
    voucher, gets, gives = issue(centre, holder), elder(village, "孙奶奶"), volunteer(village)
    serial, mistyped = serial_text(voucher.serial), serial_text(voucher.serial)[:-1] + "?"
    for text, code in ((serial, "not_yet_known"), (mistyped, "unreadable"), (serial, "not_yet_known")):
        with refused(village, code):
            village.vouchers.redeem(text, gets)
    carry(centre, village)
    checked = village.vouchers.verify(serial)
    assert (checked.verdict, checked.reasons, checked.minutes) == ("limit", ("voucher.attempts_per_hour",), 0)
    with refused(village, "limit"):
        village.vouchers.redeem(serial, gets)
    with refused(village, "limit"):
        serve(village, gives, gets, 30, voucher=serial)
    assert village.vouchers.verify(voucher.code).verdict == "valid", "what is signed is not guessed"
    assert centre.vouchers.verify(serial).verdict == "valid", "each desk counts its own"
    clock.pass_time(minutes=60)
    assert village.vouchers.redeem(serial, gets).minutes == 60


def test_without_a_rule_nobody_counts(centre: Desk, village: Desk, holder: MemberRecord) -> None:
    serial = serial_text(issue(centre, holder).serial)
    for _ in range(30):
        assert village.vouchers.verify(serial).verdict == "not_yet_known"
    assert village.station.store.local("attempts") is None


def test_unknown_issuer_where_the_certificate_has_not_arrived(
    network: Network, tmp_path: Path, centre: Desk
) -> None:
    home, asking, answer = tmp_path / "4", tmp_path / "4.request", tmp_path / "4.enrolment"
    request(home, network.surroundings, name="新站", out=asking, passphrase_file=None)
    with network.desk(1) as hub:
        enrol(hub.station, asking, out=answer)
    join(home, network.surroundings, answer)
    with Desk(home, network.surroundings) as newcomer:
        gives = volunteer(newcomer)
        serve(newcomer, gives, elder(newcomer), 60)
        voucher = issue(newcomer, gives)
    who = elder(centre)
    assert centre.vouchers.verify(voucher.code).verdict == "unknown_issuer"
    with refused(centre, "unknown_issuer"):
        centre.vouchers.redeem(voucher.code, who)


def test_revoked_issuer_once_the_certificate_is_withdrawn(
    hub: Desk, centre: Desk, village: Desk, voucher: Issued
) -> None:
    share([hub, centre, village])
    revoke(hub.station, "翠苑社区", reason="电脑被盗")
    carry(hub, village)
    assert verdict(village, voucher) == "revoked_issuer"
    assert verdict(hub, voucher) == "revoked_issuer"


def test_other_network(centre: Desk, tmp_path: Path, voucher: Issued) -> None:
    other = found_network(tmp_path / "other", seed=9)
    with other.desk(1) as desk:
        gives = volunteer(desk)
        serve(desk, gives, elder(desk), 60)
        foreign = issue(desk, gives)
    who = elder(centre, "钱奶奶")
    assert centre.vouchers.verify(foreign.code).verdict == "other_network"
    with refused(centre, "other_network"):
        centre.vouchers.redeem(foreign.code, who)


def test_forged_where_one_character_was_changed(centre: Desk, voucher: Issued) -> None:
    verdicts = set()
    for at in range(3, len(voucher.code)):
        other = "7" if voucher.code[at] != "7" else "8"
        changed = centre.vouchers.verify(voucher.code[:at] + other + voucher.code[at + 1 :])
        verdicts.add(changed.verdict)
        if changed.verdict == "forged":
            assert (changed.serial, changed.minutes, changed.issuer) == (b"", 0, "")
    assert verdicts == {"forged", "unreadable", "other_network", "unknown_issuer"}


@pytest.mark.parametrize("text", ["", "TB1", "随便写的", "TB1" + "A" * 200, "0008-20C20-A1G7-6", "x" * 5_000])
def test_unreadable(centre: Desk, text: str) -> None:
    who = elder(centre)
    assert centre.vouchers.verify(text).verdict == "unreadable"
    with refused(centre, "unreadable"):
        centre.vouchers.redeem(text, who)


# Redeeming


def test_redeemed_elsewhere_is_provisional_until_the_issuer_heard_of_it(
    centre: Desk, village: Desk, voucher: Issued, tmp_path: Path
) -> None:
    carry(centre, village)
    sun = elder(village, "孙奶奶")
    assert village.vouchers.redeem(voucher.code, sun).settlement == "provisional"
    assert credit(village, sun) == 60
    carry(village, centre)
    centre.exchange.export(tmp_path / "out.tbx")
    carry(centre, village)
    assert village.vouchers.list()[0].voucher.final


def test_goods_only_where_the_policy_allows(hub: Desk) -> None:
    gives = volunteer(hub)
    gets = elder(hub)
    serve(hub, gives, gets, 60)
    voucher = issue(hub, gives)
    with refused(hub, "goods_not_allowed"):
        hub.vouchers.redeem(voucher.code, gets, use="reward", purpose="一袋米")
    with refused(hub, "use_unknown"):
        hub.vouchers.redeem(voucher.code, gets, use="cash")
    adopt(hub, voucher__goods=True)
    hub.vouchers.redeem(voucher.code, gets, use="reward", purpose="一袋米")
    assert (credit(hub, gives), credit(hub, gets)) == (0, 0)
    assert hub.upkeep.check().ok


def test_no_one_erased_takes_part(centre: Desk, holder: MemberRecord, voucher: Issued) -> None:
    gone = elder(centre, "钱奶奶")
    centre.people.erase(gone, "本人要求")
    with refused(centre, "already_erased"):
        centre.vouchers.redeem(voucher.code, centre.people.find(gone.number))
    centre.people.erase(holder, "本人要求")
    with refused(centre, "already_erased"):
        issue(centre, centre.people.find(holder.number))
    assert verdict(centre, voucher) == "valid", "a voucher outlives its holder's data"


def test_withdrawing_several_is_all_or_nothing(centre: Desk, holder: MemberRecord) -> None:
    batch = centre.vouchers.issue(IssueForm(holder, 60, count=3)).vouchers
    centre.vouchers.redeem(batch[1].code, holder)
    with refused(centre, "not_in_circulation", state="redeemed"):
        centre.vouchers.withdraw([each.serial for each in batch], "整批作废")
    centre.vouchers.withdraw([batch[0].serial, batch[2].serial], "整批作废")
    assert [each.voucher.state for each in centre.vouchers.list()] == ["void", "redeemed", "void"]


# A copied voucher at two stations that cannot know of each other


@pytest.mark.parametrize(
    ("decision", "wang", "sun", "pool"),
    [
        ("charge_holder", 480, 60, 0),
        ("charge_beneficiary", 540, 0, 0),
        ("charge_pool", 540, 60, -60),
        ("forgive", 540, 60, 0),
    ],
)
def test_a_copy_redeemed_at_two_stations_is_one_case_decided_everywhere(
    hub: Desk,
    centre: Desk,
    village: Desk,
    holder: MemberRecord,
    voucher: Issued,
    decision: str,
    wang: int,
    sun: int,
    pool: int,
) -> None:
    desks = [hub, centre, village]
    share(desks)
    here, there = elder(centre, "钱奶奶"), elder(village, "孙奶奶")
    village.vouchers.redeem(voucher.code, there)
    centre.vouchers.redeem(voucher.code, here)
    share(desks)
    for desk in desks:
        (case,) = desk.cases.list(only_open=True)
        assert (case.kind, case.minutes, len(case.facts)) == ("double_redemption", 60, 2)
        assert (
            credit(desk, desk.people.find(there.number)),
            credit(desk, desk.people.find(here.number)),
        ) == (60, 60)
    with refused(hub, "decision_not_for_case"):
        hub.cases.resolve(case.key, "dismiss", "算了")
    hub.cases.resolve(case.key, decision, "商定")
    share(desks)
    for desk in desks:
        assert desk.cases.list(only_open=True) == [] or decision in ("charge_holder", "charge_pool")
        found = (credit(desk, desk.people.find(holder.number)), credit(desk, desk.people.find(there.number)))
        assert (*found, desk.credit.pool_minutes()) == (wang, sun, pool)
        assert desk.upkeep.check().ok
    assert len({desk.upkeep.digest() for desk in desks}) == 1
    with refused(centre, "case_closed"):
        centre.cases.resolve(case.key, "forgive", "再议")
