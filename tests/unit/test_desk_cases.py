"""Cases to the end: each through real desks and real exchange files, and the same everywhere afterwards."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from stations import (
    Clock,
    Network,
    add,
    carry,
    credit,
    elder,
    heads,
    identity,
    refused,
    runs,
    serve,
    share,
    tell,
    volunteer,
)

from timebank.cli.main import run
from timebank.desk.case_words import CaseWords
from timebank.desk.desk import Desk
from timebank.desk.evidence import FieldLine, ValueLine
from timebank.desk.network import revoke
from timebank.desk.person_form import PersonForm
from timebank.desk.vouchers import IssueForm
from timebank.domain.cases import DECISIONS, KINDS, overruled
from timebank.journal.facts import (
    AllowanceGranted,
    CaseResolved,
    MembersMerged,
    VoucherRedeemed,
)
from timebank.journal.refs import day_number
from timebank.phrases import LANGUAGES
from timebank.store import book_queries, people_queries, report_queries
from timebank.store.digest import state_digest
from timebank.store.people_queries import MemberRecord
from ui.front import Front

DOCUMENT = identity(7)
LATER = datetime(2026, 11, 21, 9, 0)


def meet(folder: Path, desks: list[Desk]) -> None:
    """Every station takes a file of every other, twice round; then all agree, and nothing is amiss."""
    for _ in range(2):
        for source in desks:
            file = source.exchange.export(folder).file
            for target in desks:
                if target is not source:
                    (taken,) = target.exchange.take([file])
                    assert taken.outcome in ("applied", "known"), taken
    agree(desks)


def agree(desks: list[Desk]) -> None:
    """The same state everywhere, books that balance, and no finding of a check."""
    assert len({state_digest(desk.station.store) for desk in desks}) == 1
    for desk in desks:
        assert book_queries.ledger_sums(desk.station.store) == (0, 0)
        assert desk.upkeep.check().ok


@pytest.fixture
def all_desks(hub: Desk, centre: Desk, village: Desk) -> list[Desk]:
    return [hub, centre, village]


def only(desk: Desk, kind: str) -> str:
    """The one open case of a kind."""
    (case,) = [each for each in desk.cases.list(only_open=True) if each.kind == kind]
    return case.key


def words(desk: Desk, language: str) -> CaseWords:
    return CaseWords(language, desk.policies.in_force())


# One person registered twice


@pytest.fixture
def twice(centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path) -> tuple[str, str]:
    """One person with two numbers: 600 minutes earned at the centre, 90 and a voucher's 60 at the village."""
    first = centre.people.register(
        PersonForm("王志强", ("volunteer",), id_number=DOCUMENT, phone="13912345678")
    )
    serve(centre, first, elder(centre), 600)
    served = elder(village, "钱奶奶")
    elder(village, "吴奶奶")  # so that the centre's comes first in canonical order
    second = village.people.register(PersonForm("王志强", ("volunteer", "elder"), id_number=DOCUMENT))
    serve(village, second, served, 150, start=LATER)
    village.vouchers.issue(IssueForm(second, 60))
    meet(tmp_path, all_desks)
    return first.number, second.number


def merge(hub: Desk) -> str:
    key = only(hub, "duplicate_person")
    hub.cases.resolve(key, "merge", "本人带证件来过")
    return key


def test_merged_at_the_hub_two_numbers_are_one_person_everywhere(
    hub: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    first, second = twice
    merge(hub)
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.cases.list(only_open=True) == []
        one, other = desk.people.find(first), desk.people.find(second)
        assert one == other == desk.people.find(str(one.ref))
        assert (one.number, one.also, set(one.roles)) == (first, (second,), {"volunteer", "elder"})
        profile = desk.people.profile(one)
        assert (profile.credit_minutes, profile.in_circulation_minutes, profile.honour_minutes) == (
            690,
            60,
            750,
        )
        lines = desk.credit.passbook(one).lines
        assert [line.minutes for line in lines] == [600, 150, -60]
        assert lines[-1].balance == 690
        assert len(desk.services.lines(one)) == desk.services.count(one) == 2
        assert len(desk.vouchers.list(holder=one)) == desk.voucher_book.totals(holder=one.row)[0] == 1
        assert len(desk.people.search("")) == desk.people.count() == 4
        assert [each.number for each in desk.people.search(second)] == [first]
        assert first in {each.number for each in desk.people.search("", role="elder")}
        assert desk.people.count(role="elder") == 4
        (line,) = [each for each in desk.people.lines() if each.member.number == first]
        assert line.credit_minutes == 690


def test_each_station_shows_of_the_person_what_it_may_know(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    first, second = twice
    merge(hub)
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.people.find("王志强").number == first
    assert hub.people.find(second).details["phone"] == "13912345678"
    assert "phone" not in village.people.find(first).details
    village.people.change(
        village.people.find(first), PersonForm("王志强", ("volunteer", "elder"), address="村口")
    )
    assert village.people.find(first).details["address"] == "村口"
    carry(village, hub)
    assert hub.people.find(first).details["address"] == "村口"
    village.people.change(village.people.find(first), PersonForm("王志强", ("volunteer",), address="村口"))
    share(all_desks)
    assert [desk.people.find(second).roles for desk in all_desks] == [("volunteer",)] * 3


def test_what_is_spent_comes_from_all_that_the_person_has(
    hub: Desk, village: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    merge(hub)
    meet(tmp_path, all_desks)
    who = village.people.find(twice[1])
    with refused(village, "not_enough", available=690, needed=691):
        village.credit.move(who, None, 691, "捐赠")
    village.credit.move(who, None, 690, "捐赠")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert credit(desk, desk.people.find(twice[0])) == 0
        assert desk.cases.list(only_open=True) == [], (
            "the accounts of one person are below zero only together"
        )


def test_one_person_is_not_in_two_places_nor_serves_and_rates_twice(
    hub: Desk, centre: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    merge(hub)
    meet(tmp_path, all_desks)
    who, whom = centre.people.find(twice[0]), centre.people.find("002-00002")
    with refused(centre, "overlap"):
        serve(centre, who, whom, 60, start=LATER + timedelta(minutes=30))
    with refused(centre, "serves_self"):
        serve(centre, who, centre.people.find(twice[1]), 60)
    (record,) = [each for each in centre.services.lines(who) if each.minutes == 150]
    centre.services.rate(str(record.entry), who, 5)
    with refused(centre, "already_rated"):
        centre.services.rate(str(record.entry), centre.people.find(twice[1]), 4)
    agree([centre])


def test_only_a_hub_merges_and_parts(
    hub: Desk, centre: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    key = only(centre, "duplicate_person")
    assert centre.cases.evidence(key).choices == ("dismiss",)
    assert hub.cases.evidence(key).choices == ("merge", "dismiss")
    with refused(centre, "merge_at_hub"):
        centre.cases.resolve(key, "merge", "是同一个人")
    merge(hub)
    meet(tmp_path, all_desks)
    merger = centre.people.merger(centre.people.find(twice[0]))
    assert merger is not None
    with refused(centre, "merge_at_hub"):
        centre.services.reverse(str(merger), "认错了")


def test_parted_again_everyone_has_what_was_theirs_and_late_facts_about_either_find_their_account(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    """The village is away all the while and goes on logging under the number it gave."""
    first, second = twice
    key = merge(hub)
    meet(tmp_path, [hub, centre])
    serve(
        village,
        village.people.find(second),
        village.people.find("003-00001"),
        30,
        start=datetime(2026, 11, 19, 9),
    )
    serve(
        centre,
        centre.people.find(second),
        centre.people.find("002-00002"),
        40,
        start=datetime(2026, 11, 18, 9),
    )
    meet(tmp_path, all_desks)
    assert [credit(desk, desk.people.find(second)) for desk in all_desks] == [760] * 3
    merger = hub.people.merger(hub.people.find(first))
    hub.services.reverse(str(merger), "其实是两个人")
    serve(
        village,
        village.people.find(second),
        village.people.find("003-00001"),
        20,
        start=datetime(2026, 11, 17, 9),
    )
    meet(tmp_path, all_desks)
    for desk in all_desks:
        one, other = desk.people.find(first), desk.people.find(second)
        assert (one.number, one.also, other.number) == (first, (), second)
        # What the village logged while it did not know of the merger is its member's own; after, the standing one's.
        sums = credit(desk, one), credit(desk, other)
        assert sum(sums) == 780
        assert sums[1] in (120, 140)
        assert desk.people.merger(one) is None
        assert only(desk, "duplicate_person") == key
    hub.cases.resolve(key, "dismiss", "双胞胎，证件录错")
    meet(tmp_path, all_desks)
    assert [desk.cases.list(only_open=True) for desk in all_desks] == [[], [], []]


def test_a_merged_person_is_erased_whole(
    hub: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    merge(hub)
    meet(tmp_path, all_desks)
    hub.people.erase(hub.people.find(twice[0]), "本人要求")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.people.find(twice[1]).erased
        assert desk.people.search("王志强") == []
        assert desk.station.store.value("SELECT count(*) FROM person WHERE name = '王志强'") == 0


def test_a_third_number_joins_the_person(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    third = hub.people.register(PersonForm("王志强", ("volunteer",)))
    merge(hub)
    meet(tmp_path, all_desks)
    hub.people.change(third, PersonForm("王志强", ("volunteer",), id_number=DOCUMENT))
    key = only(hub, "duplicate_person")
    evidence = hub.cases.evidence(key)
    assert [each.member.number for each in evidence.people if each.stands] == [twice[0]]
    hub.cases.resolve(key, "merge", "还是他")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        found = desk.people.find(third.number)
        assert (found.number, set(found.also)) == (twice[0], {twice[1], third.number})
        assert credit(desk, found) == 690


def test_a_month_is_granted_once_to_one_person(hub: Desk, centre: Desk, twice: tuple[str, str]) -> None:
    merge(hub)
    row = hub.people.find(twice[1]).row
    refs = [each.ref for each in people_queries.each_member(hub.station.store, row)]
    tell(hub, AllowanceGranted(day_number(date(2026, 11, 1)), ((refs[1], 60, "r"),)))
    assert hub.people.profile(hub.people.find(twice[0])).allowance_minutes == 60


# Two decisions at once


def test_of_a_dismissal_and_a_merger_made_apart_the_first_in_the_networks_order_stands(
    hub: Desk, centre: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    key = only(hub, "duplicate_person")
    centre.cases.resolve(key, "dismiss", "两个人")
    elder(hub, "别人")  # so that the merger comes later in canonical order
    hub.cases.resolve(key, "merge", "一个人")
    assert hub.people.find(twice[1]).number == twice[0]
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.people.find(twice[1]).number == twice[1], "the merger came too late"
        evidence = desk.cases.evidence(key)
        assert (evidence.case.open, evidence.case.decision, evidence.merger) == (False, "dismiss", None)
        assert [(each.decision, each.too_late) for each in evidence.decisions] == [
            ("dismiss", False),
            ("merge", True),
        ]


def test_of_a_merger_and_a_dismissal_made_apart_the_merger_stands_where_it_is_first(
    hub: Desk, centre: Desk, all_desks: list[Desk], twice: tuple[str, str], tmp_path: Path
) -> None:
    key = only(hub, "duplicate_person")
    hub.cases.resolve(key, "merge", "一个人")
    for _ in range(3):
        elder(centre, "别人")
    centre.cases.resolve(key, "dismiss", "两个人")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.people.find(twice[1]).number == twice[0]
        evidence = desk.cases.evidence(key)
        assert (evidence.case.open, evidence.case.decision) == (False, "merge")
        assert [each.too_late for each in evidence.decisions] == [False, True]


@pytest.mark.parametrize(
    "decisions", [("charge_pool", "charge_pool"), ("dismiss", "charge_pool"), ("charge_pool", "dismiss")]
)
def test_the_pool_pays_an_overdraft_once_whoever_decides(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path, decisions: tuple[str, str]
) -> None:
    gives, gets = volunteer(centre), elder(centre)
    donor = volunteer(hub, "捐赠人")
    serve(hub, donor, elder(hub, "孙奶奶"), 600)
    hub.credit.move(donor, None, 600, "捐赠")
    serve(centre, gives, gets, 60)
    meet(tmp_path, all_desks)
    for desk in (centre, village):
        desk.vouchers.issue(IssueForm(desk.people.find(gives.number), 60))
    meet(tmp_path, all_desks)
    key = only(hub, "overdraft")
    assert key == only(centre, "overdraft") == only(village, "overdraft")
    centre.cases.resolve(key, decisions[0], "先处理")
    for _ in range(3):
        elder(village, "别人")
    village.cases.resolve(key, decisions[1], "后处理")
    meet(tmp_path, all_desks)
    paid = decisions[0] == "charge_pool"
    for desk in all_desks:
        assert desk.credit.pool_minutes() == (540 if paid else 600)
        assert credit(desk, desk.people.find(gives.number)) == (0 if paid else -60)
        evidence = desk.cases.evidence(key)
        assert (evidence.case.open, evidence.case.decision) == (False, decisions[0])
        assert [each.too_late for each in evidence.decisions] == [False, True]
    with refused(hub, "case_closed"):
        hub.cases.resolve(key, "dismiss", "再来一次")


def test_of_two_decisions_on_a_double_redemption_the_first_stands(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    code = doubled(hub, centre, village, tmp_path)
    key = only(hub, "double_redemption")
    centre.cases.resolve(key, "charge_holder", "持有人复印的")
    elder(village, "别人")
    village.cases.resolve(key, "forgive", "算了")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        evidence = desk.cases.evidence(key)
        assert evidence.case.decision == "charge_holder"
        assert [(each.decision, each.too_late) for each in evidence.decisions] == [
            ("charge_holder", False),
            ("forgive", True),
        ]
        assert desk.vouchers.verify(code).verdict == "redeemed"
    assert credit(hub, hub.people.find("001-00001")) == 600 - 60 - 60


def test_who_knew_of_a_decision_is_never_too_late() -> None:
    knows = {("b", "d"), ("a", "d")}
    assert overruled(["a", "b", "c", "d"], lambda first, second: (first, second) in knows) == [
        None,
        "a",
        "a",
        None,
    ]


def doubled(hub: Desk, centre: Desk, village: Desk, folder: Path) -> str:
    """A voucher of the hub, redeemed at the centre and at the village."""
    holder, first, second = volunteer(hub), elder(centre), elder(village, "钱奶奶")
    serve(hub, holder, elder(hub, "孙奶奶"), 600)
    (voucher,) = hub.vouchers.issue(IssueForm(holder, 60)).vouchers
    meet(folder, [hub, centre, village])
    centre.vouchers.redeem(voucher.code, first)
    village.vouchers.redeem(voucher.code, second)
    meet(folder, [hub, centre, village])
    return voucher.code


# Vouchers


def test_redeemed_three_times_all_three_were_served_and_two_are_decided(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    holder, at_home = volunteer(hub), elder(hub, "孙奶奶")
    serve(hub, holder, at_home, 600)
    (voucher,) = hub.vouchers.issue(IssueForm(holder, 60)).vouchers
    meet(tmp_path, all_desks)
    for desk in (centre, village):
        desk.vouchers.redeem(voucher.code, elder(desk))
    hub.vouchers.redeem(voucher.code, at_home)
    meet(tmp_path, all_desks)
    key = only(village, "double_redemption")
    for desk in all_desks:
        evidence = desk.cases.evidence(key)
        assert evidence.case.minutes == 120
        assert sorted(each.standing for each in evidence.redemptions) == ["settled", "suspense", "suspense"]
        (settled,) = [each for each in evidence.redemptions if each.standing == "settled"]
        assert settled.station == "街道中心", "the issuer's own redemption settles"
        assert credit(desk, desk.people.find("002-00001")) == 60, "a service given is never un-given"
    village.cases.resolve(key, "charge_holder", "持有人复印的")
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert credit(desk, desk.people.find(holder.number)) == 600 - 60 - 120
        assert desk.cases.list(only_open=True) == []


def test_void_here_while_redeemed_there_is_redeemed(
    hub: Desk, centre: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    holder = volunteer(hub)
    serve(hub, holder, elder(hub), 600)
    (voucher,) = hub.vouchers.issue(IssueForm(holder, 60)).vouchers
    meet(tmp_path, all_desks)
    hub.vouchers.void(voucher.code, "说是丢了")
    assert credit(hub, holder) == 600
    gets = elder(centre)
    centre.vouchers.redeem(voucher.code, gets)
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.vouchers.verify(voucher.code).verdict == "redeemed"
        assert (
            credit(desk, desk.people.find(holder.number)),
            credit(desk, desk.people.find(gets.number)),
        ) == (540, 60)
        assert desk.cases.list(only_open=True) == []


def test_a_station_that_knew_of_the_withdrawal_and_redeemed_all_the_same_is_a_case(
    hub: Desk, centre: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    holder, gets = volunteer(hub), elder(centre)
    serve(hub, holder, elder(hub), 600)
    (voucher,) = hub.vouchers.issue(IssueForm(holder, 60)).vouchers
    hub.vouchers.void(voucher.code, "丢失")
    meet(tmp_path, all_desks)
    with refused(centre, "void"):
        centre.vouchers.redeem(voucher.code, gets)
    tell(centre, VoucherRedeemed(voucher.serial, gets.ref, "account", day_number(date(2026, 11, 22))))
    meet(tmp_path, all_desks)
    for desk in all_desks:
        assert desk.vouchers.verify(voucher.code).verdict == "void"
        assert desk.cases.evidence(only(desk, "double_redemption")).case.minutes == 60


def test_expired_by_one_clock_and_not_by_another_is_redeemed(
    network: Network, clock: Clock, tmp_path: Path, hub: Desk, centre: Desk, village: Desk
) -> None:
    holder, gets = volunteer(hub), elder(centre)
    serve(hub, holder, elder(hub), 600)
    (voucher,) = hub.vouchers.issue(IssueForm(holder, 60, expires=date(2026, 11, 25))).vouchers
    meet(tmp_path, [hub, centre, village])
    clock.pass_time(days=4)  # at the hub it is the 26th
    assert hub.vouchers.expire() == [voucher.serial]
    clock.pass_time(days=-3)  # at the centre the 23rd
    centre.vouchers.redeem(voucher.code, gets)
    clock.pass_time(days=3)
    meet(tmp_path, [hub, centre, village])
    for desk in (hub, centre, village):
        assert desk.vouchers.verify(voucher.code).verdict == "redeemed"
        assert (
            credit(desk, desk.people.find(holder.number)),
            credit(desk, desk.people.find(gets.number)),
        ) == (540, 60)
        assert desk.cases.list(only_open=True) == []


# Services, clocks, edits, forks, revocations


def test_one_volunteer_in_two_places_is_a_case_until_one_record_is_taken_back(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    who, here, there = volunteer(centre), elder(centre), elder(village, "钱奶奶")
    meet(tmp_path, all_desks)
    serve(centre, who, here, 120)
    logged = serve(village, village.people.find(who.number), there, 120, start=datetime(2026, 11, 20, 10))
    meet(tmp_path, all_desks)
    key = only(hub, "overlap")
    evidence = hub.cases.evidence(key)
    assert (evidence.case.minutes, {each.station for each in evidence.services}) == (
        60,
        {"翠苑社区", "龙坞村"},
    )
    village.services.reverse(str(logged.entry), "记错时间")
    meet(tmp_path, all_desks)
    assert [desk.cases.list() for desk in all_desks] == [[], [], []]


def edited_apart(hub: Desk, centre: Desk) -> MemberRecord:
    """A person of the centre, whose phone the centre and the hub change without knowing of each other."""
    who = volunteer(centre, phone="13912345678")
    carry(centre, hub)
    centre.people.change(
        centre.people.find(who.number), PersonForm("王志强", ("volunteer",), phone="13912345600")
    )
    elder(hub)
    hub.people.change(
        hub.people.find(who.number), PersonForm("王志强", ("volunteer",), phone="13712345611", address="桥头")
    )
    return who


def test_two_changes_of_one_field_are_shown_side_by_side_with_the_one_set_aside(
    hub: Desk, centre: Desk, village: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    who = edited_apart(hub, centre)
    meet(tmp_path, all_desks)
    key = only(hub, "conflicting_edit")
    (field,) = hub.cases.evidence(key).fields
    assert field.field == "phone"
    assert [(each.station, each.value, each.shown) for each in field.values] == [
        ("翠苑社区", "13912345600", False),
        ("街道中心", "13712345611", True),
    ]
    assert hub.people.find(who.number).details["phone"] == "13712345611"
    said = [words(hub, "zh_CN").value(field, each) for each in field.values]
    assert said == ["139****5600", "137****5611"]
    (sealed,) = village.cases.evidence(key).fields
    assert [each.readable for each in sealed.values] == [False, False]
    assert words(village, "en").value(sealed, sealed.values[0]) == "(cannot be read at this station)"
    centre.cases.resolve(key, "dismiss", "后一个对")
    meet(tmp_path, all_desks)
    assert [desk.cases.list(only_open=True) for desk in all_desks] == [[], [], []]
    assert centre.people.find(who.number).details["phone"] == "13712345611"


def test_a_change_by_someone_who_knew_both_closes_the_case_by_itself(
    hub: Desk, centre: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    who = edited_apart(hub, centre)
    meet(tmp_path, all_desks)
    only(hub, "conflicting_edit")
    centre.people.change(
        centre.people.find(who.number), PersonForm("王志强", ("volunteer",), phone="13912345600")
    )
    meet(tmp_path, all_desks)
    assert [desk.cases.list() for desk in all_desks] == [[], [], []]


def test_erasing_takes_what_was_set_aside_as_well(
    hub: Desk, centre: Desk, all_desks: list[Desk], tmp_path: Path
) -> None:
    who = edited_apart(hub, centre)
    meet(tmp_path, all_desks)
    hub.people.erase(hub.people.find(who.number), "本人要求")
    meet(tmp_path, all_desks)
    assert [desk.cases.list() for desk in all_desks] == [[], [], []]


def test_a_clock_years_behind_is_shown_beside_the_record_that_its_station_knew(
    hub: Desk, centre: Desk, clock: Clock, all_desks: list[Desk], tmp_path: Path
) -> None:
    known = elder(hub)
    meet(tmp_path, all_desks)
    clock.moment = datetime(2003, 1, 1, 8, 0)
    volunteer(centre)
    clock.moment = datetime(2026, 11, 22, 10, 0)
    meet(tmp_path, all_desks)
    (key,) = [each.key for each in hub.cases.list() if each.key.startswith("implausible_clock-")]
    evidence = hub.cases.evidence(key)
    assert [(each.station, each.told.year) for each in evidence.entries] == [
        ("街道中心", 2026),
        ("翠苑社区", 2003),
    ]
    assert evidence.entries[0].entry.journal == known.ref.journal
    for language in LANGUAGES:
        said = words(hub, language).what(evidence)
        assert all(part in said for part in ("翠苑社区", "街道中心", "2003", "2026"))
    centre.cases.resolve(key, "dismiss", "换了电池")
    meet(tmp_path, all_desks)
    assert [desk.cases.find(key).open for desk in all_desks] == [False, False, False]


def test_both_ways_of_a_fork_are_shown_with_what_is_on_them(
    network: Network, tmp_path: Path, hub: Desk, village: Desk
) -> None:
    twin = network.copied_to(tmp_path / "twin")
    (twin.home(2) / "here.json").unlink(missing_ok=True)  # as when a whole disk is copied
    with network.desk(2) as centre:
        who = volunteer(centre)
        serve(centre, who, elder(centre), 60)
        carry(centre, hub)
    twin.clock.pass_time(minutes=1)
    with twin.desk(2) as copy:
        elder(copy, "钱奶奶")
        carry_branches(copy, hub)
    evidence = hub.cases.evidence(only(hub, "fork"))
    assert (evidence.station, evidence.cause) == ("翠苑社区", "")
    assert sorted(each.entries for each in evidence.branches) == [1, 3]
    both = {name for each in evidence.branches for line in each.lines for name in line.names}
    assert {"王志强", "赵奶奶", "钱奶奶"} <= both
    said = words(hub, "zh_CN").what(evidence)
    assert "翠苑社区" in said
    assert "4 条" in said


def test_a_copy_that_noticed_itself_is_shown_with_what_either_copy_wrote(
    network: Network, tmp_path: Path, hub: Desk
) -> None:
    with network.desk(2) as centre:
        elder(centre)
    twin = network.copied_to(tmp_path / "twin")
    with network.desk(2) as centre:
        serve(centre, volunteer(centre), centre.people.find("002-00001"), 60)
        carry(centre, hub)
    with twin.desk(2) as copy:
        with copy.station.intake() as intake:
            copy.station.begin_again(intake, "copied")
        elder(copy, "钱奶奶")
        carry_branches(copy, hub)
    evidence = hub.cases.evidence(only(hub, "fork"))
    assert (evidence.station, evidence.cause) == ("翠苑社区", "copied")
    assert [[line.kind for line in each.lines] for each in evidence.branches] == [
        ["MemberRegistered", "ServiceLogged"],
        ["MemberRegistered"],
    ]
    assert "复制" in words(hub, "zh_CN").what(evidence)


def carry_branches(source: Desk, target: Desk) -> None:
    """All that one station has, in a file that holds everything."""
    folder = source.station.home.parent
    file = source.exchange.export(folder / "all.tbx", full=True).file
    target.exchange.take([file])


def test_what_a_revoked_station_wrote_is_listed_so_that_it_can_be_entered_again(
    hub: Desk, centre: Desk, village: Desk, tmp_path: Path
) -> None:
    who, whom = volunteer(village), elder(village, "钱奶奶")
    meet(tmp_path, [hub, centre, village])
    revoke(hub.station, "龙坞村", reason="电脑被盗")
    serve(village, who, whom, 90)
    village.vouchers.issue(IssueForm(who, 30, count=2))
    volunteer(village, "新来的")
    file = village.exchange.export(tmp_path).file
    carry(hub, centre)
    (taken,) = hub.exchange.take([file])
    assert taken.code == "revoked_station"
    evidence = hub.cases.evidence(only(hub, "revoked_station"))
    (late,) = evidence.branches
    assert (evidence.station, evidence.case.minutes, late.entries) == ("龙坞村", 90, 3)
    say = words(hub, "zh_CN")
    said = [say.entry(each) for each in late.lines]
    assert all(part in said[0] for part in ("王志强 服务 钱奶奶", "2026年11月20日 09:00", "1 小时 30 分"))
    assert "2 张券" in said[1]
    assert "新来的" in said[2], "a person who is not on the books is named, where that may be known"
    assert "龙坞村" in say.what(evidence)
    assert hub.people.search("新来的") == []


# Words


def test_numbers_stay_hidden_but_where_they_differ(hub: Desk) -> None:
    def line(value: str) -> ValueLine:
        return ValueLine("", datetime(2026, 11, 22), True, value, True)

    field = FieldLine("phone", (line("13912345678"), line("13919345678")))
    assert [words(hub, "en").value(field, each) for each in field.values] == ["139*2**5678", "139*9**5678"]
    alone = FieldLine("phone", (line("13912345678"), line("")))
    assert words(hub, "en").value(alone, alone.values[0]) == "139****5678"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_decisions_and_each_says_what_it_means(
    hub: Desk, centre: Desk, village: Desk, tmp_path: Path, language: str
) -> None:
    assert set(DECISIONS) == set(KINDS)
    doubled(hub, centre, village, tmp_path)
    say = words(hub, language)
    for case in hub.cases.list():
        evidence = hub.cases.evidence(case.key)
        for kind in (*KINDS, "a_kind_of_the_future"):
            shaped = evidence._replace(case=case._replace(kind=kind), voucher=None)
            assert say.kind(kind)
            assert say.what(shaped)
            for decision in DECISIONS.get(kind, ("dismiss",)):
                assert say.means(decision, shaped)
                assert say.decision(decision) != decision


def test_a_decision_that_no_one_made_is_no_merger(hub: Desk, centre: Desk, twice: tuple[str, str]) -> None:
    """A resolution that names somebody else's merger does not decide about it."""
    merge(hub)
    merger = hub.people.merger(hub.people.find(twice[0]))
    assert merger is not None
    tell(centre, CaseResolved("duplicate_person-0", "dismiss", 0, (merger,)))
    carry(centre, hub)
    tell(centre, CaseResolved("duplicate_person-0", "merge", 0, (merger,)))
    carry(centre, hub)
    assert hub.people.find(twice[1]).number == twice[0]


def test_mergers_of_members_that_are_not_here_yet_wait_for_them(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    elder(village, "吴奶奶")
    first, second = volunteer(centre), elder(village, "钱奶奶")
    tell(hub, MembersMerged((first.ref, second.ref)))
    carry(centre, hub)
    assert hub.people.find(first.number).also == ()
    carry(village, hub)
    assert hub.people.find(second.number).number == first.number
    share([hub, centre, village])
    agree([hub, centre, village])


@pytest.mark.parametrize("seed", range(8))
def test_whatever_order_mergers_decisions_and_reversals_arrive_in_all_agree(
    network: Network, hub: Desk, centre: Desk, village: Desk, twice: tuple[str, str], seed: int
) -> None:
    """Decided apart at two hubs' worth of places, merged, overruled or reversed, and logged on meanwhile."""
    key, chance = only(hub, "duplicate_person"), Random(seed)
    before = heads(village)
    for _ in range(chance.randrange(3)):
        elder(centre, "别人")
    centre.cases.resolve(key, "dismiss", "两个人")
    for _ in range(chance.randrange(3)):
        elder(hub, "别人")
    hub.cases.resolve(key, "merge", "一个人")
    serve(hub, hub.people.find(twice[1]), hub.people.find("003-00001"), 30, start=datetime(2026, 11, 1, 9))
    if chance.random() < 0.4:
        hub.services.reverse(str(hub.people.merger(hub.people.find(twice[0]))), "看错了")
    carry(centre, hub)
    carry(hub, centre)
    ways = [list(run) for run in runs(hub, before).values()]
    while any(ways):
        way = chance.choice([each for each in ways if each])
        step = chance.randrange(1, 4)
        add(village, way[:step])
        del way[:step]
    assert credit(village, village.people.find(twice[0])) == credit(hub, hub.people.find(twice[0]))
    agree([hub, centre, village])


# The command line and reports


def test_from_a_shell_a_case_is_read_merged_and_parted(
    hub: Desk, network: Network, twice: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    key = only(hub, "duplicate_person")
    hub.close()

    def did(*arguments: str) -> dict[str, Any]:
        code = run(["--home", str(network.home(1)), "--json", *arguments], Front())
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code == 0, answer
        return answer

    shown = did("--lang", "en", "case", "show", key)
    assert "One document stands behind two numbers" in shown["sentence"]
    assert [each["decision"] for each in shown["choices"]] == ["merge", "dismiss"]
    assert {each["label"] for each in shown["evidence"]} == set(twice)
    merged = did("case", "resolve", key, "--with", "merge", "--reason", "本人来过")
    for number in twice:
        member = did("member", "show", number)
        assert (member["number"], member["also"], member["merged_by"]) == (
            twice[0],
            [twice[1]],
            merged["merger"],
        )
        assert member["credit_minutes"] == did("account", number)["credit_minutes"] == 690
    assert did("case", "show", key)["state"] == "closed"
    did("entry", "reverse", merged["merger"], "--reason", "认错了")
    assert did("member", "show", twice[1])["credit_minutes"] == 90
    assert did("case", "show", key)["state"] == "open"


def test_reports_count_a_merged_person_once(hub: Desk, twice: tuple[str, str]) -> None:
    span = (date(2026, 11, 1), date(2026, 11, 30))
    before = figures(hub, *span)
    merge(hub)
    after = figures(hub, *span)
    assert before["volunteers"] - after["volunteers"] == 1
    assert before["given"] == after["given"]
    assert before["active"] - after["active"] == 1


def figures(desk: Desk, start: date, end: date) -> dict[str, int]:
    """How many volunteers there are, how many served, and for how long."""
    volunteers = desk.people.search("", role="volunteer", limit=-1)
    hours = report_queries.hours(desk.station.store, day_number(start), day_number(end))
    return {
        "volunteers": len(volunteers),
        "active": len({each.volunteer for each in hours}),
        "given": sum(each.minutes for each in hours),
    }
