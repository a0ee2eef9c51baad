"""A voucher's life as a table: what happened, what is known of it, and what that makes of the minutes.

A story is a list of facts, each with the station that wrote it and the facts its writer knew of. Every
story is folded in many orders: the state may not depend on the order in which facts arrive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations
from random import Random

import pytest

from timebank.domain.credit import CIRCULATION, MINT, POOL, REDEEMED, SUSPENSE
from timebank.domain.told import Told
from timebank.domain.vouchers import Voucher, fold_voucher
from timebank.journal.facts import (
    CaseResolved,
    Fact,
    FactReversed,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef

SERIAL = b"serial01"
ISSUER, NEAR, FAR = 1, 2, 3
HOLDER, ANN, BEN, CAT = 10, 11, 12, 13
_PERSON = {member: EntryRef(b"members!", member, b"members!") for member in (HOLDER, ANN, BEN, CAT)}


@dataclass
class Story:
    """Facts about one voucher, told in canonical order."""

    told: list[Told] = field(default_factory=list)
    known: dict[int, set[int]] = field(default_factory=dict)

    def tell(self, station: int, fact: Fact, *, knows: tuple[Told, ...] = (), member: int = 0) -> Told:
        """Add a fact; a station always knows its own earlier ones."""
        row = len(self.told) + 1
        order = (row, b"journal%d" % station, row, b"%032d" % row)
        told = Told(order, row, station, 0, fact, member)
        own = {each.row for each in self.told if each.station == station}
        seen = {row for each in knows for row in (each.row, *self.known[each.row])}
        self.known[row] = own | seen | {row for mine in own for row in self.known[mine]}
        self.told.append(told)
        return told

    def issue(self, **changed: int) -> Told:
        fields = {"unit": 0, "minutes": 60, "issued": 100, "expires": 200, "lock": 0} | changed
        return self.tell(ISSUER, VouchersIssued(_PERSON[HOLDER], **fields, serials=(SERIAL,)), member=HOLDER)

    def redeem(self, station: int, who: int, *, knows: tuple[Told, ...] = (), use: str = "account") -> Told:
        return self.tell(station, VoucherRedeemed(SERIAL, _PERSON[who], use, 110), knows=knows, member=who)

    def reverse(self, station: int, what: Told, *, knows: tuple[Told, ...] = ()) -> Told:
        return self.tell(station, FactReversed(what.ref), knows=(what, *knows))

    def void(self, station: int = ISSUER, *, knows: tuple[Told, ...] = ()) -> Told:
        return self.tell(station, VouchersVoided((SERIAL,), 120), knows=knows)

    def expire(self, *, knows: tuple[Told, ...] = ()) -> Told:
        return self.tell(ISSUER, VouchersExpired((SERIAL,), 201), knows=knows)

    def settle(self, what: Told, station: int = ISSUER) -> Told:
        return self.tell(station, VouchersSettled(((SERIAL, what.ref),)), knows=(what,))

    def decide(self, decision: str, *about: Told, station: int = NEAR) -> Told:
        return self.tell(station, CaseResolved("case", decision, 130, tuple(each.ref for each in about)))

    def fold(self) -> Voucher:
        """The state, the same in whatever order the facts arrive."""

        def before(first: Told, second: Told) -> bool:
            return first.row in self.known[second.row]

        orders = list(permutations(self.told)) if len(self.told) <= 5 else []
        shuffle = Random(1)
        orders += [tuple(shuffle.sample(self.told, len(self.told))) for _ in range(20)]
        states = {fold_voucher(SERIAL, list(order), before) for order in orders}
        assert len(states) == 1
        return states.pop()


@pytest.fixture
def story() -> Story:
    return Story()


def accounts(voucher: Voucher) -> dict[int, int]:
    """What the voucher's movements leave on each account; they always sum to nothing."""
    left: Counter[int] = Counter()
    for account, unit, minutes in voucher.postings():
        assert unit == voucher.unit
        left[account] += minutes
    assert sum(left.values()) == 0
    return {account: minutes for account, minutes in left.items() if minutes}


def standings(voucher: Voucher) -> list[str]:
    return [each.standing for each in voucher.redemptions]


def test_issued_minutes_are_in_circulation(story: Story) -> None:
    story.issue()
    voucher = story.fold()
    assert (voucher.state, voucher.issuer, voucher.holder, voucher.minutes) == (
        "circulation",
        ISSUER,
        HOLDER,
        60,
    )
    assert accounts(voucher) == {HOLDER: -60, CIRCULATION: 60}


def test_nothing_moves_before_the_issue_is_known(story: Story) -> None:
    redeemed = story.redeem(NEAR, ANN)
    voucher = story.fold()
    assert (voucher.state, voucher.issue, voucher.redemptions[0].entry) == (
        "not_yet_known",
        None,
        redeemed.row,
    )
    assert accounts(voucher) == {}


def test_redeeming_at_the_issuer_is_final(story: Story) -> None:
    story.issue()
    story.redeem(ISSUER, ANN)
    voucher = story.fold()
    assert (voucher.state, voucher.final, standings(voucher)) == ("redeemed", True, ["settled"])
    assert accounts(voucher) == {HOLDER: -60, ANN: 60}


def test_redeeming_elsewhere_is_provisional_until_the_issuer_confirms(story: Story) -> None:
    issue = story.issue()
    redeemed = story.redeem(NEAR, ANN, knows=(issue,))
    assert (story.fold().state, story.fold().final) == ("redeemed", False)
    story.settle(redeemed)
    assert (story.fold().state, story.fold().final) == ("redeemed", True)
    assert accounts(story.fold()) == {HOLDER: -60, ANN: 60}


@pytest.mark.parametrize("use", ["reward", "service"])
def test_what_pays_for_something_is_redeemed_for_good(story: Story, use: str) -> None:
    story.issue()
    story.redeem(ISSUER, ANN, use=use)
    assert accounts(story.fold()) == {HOLDER: -60, REDEEMED: 60}


def test_a_reversed_redemption_puts_the_voucher_back_in_circulation(story: Story) -> None:
    story.issue()
    redeemed = story.redeem(ISSUER, ANN)
    story.reverse(ISSUER, redeemed)
    voucher = story.fold()
    assert (voucher.state, standings(voucher)) == ("circulation", ["reversed"])
    assert accounts(voucher) == {HOLDER: -60, CIRCULATION: 60}


@pytest.mark.parametrize("ending", ["void", "expired"])
def test_withdrawing_gives_the_minutes_back(story: Story, ending: str) -> None:
    story.issue()
    told = story.void() if ending == "void" else story.expire()
    voucher = story.fold()
    assert (voucher.state, voucher.withdrawn_by, voucher.withdrawn_on) == (ending, told.row, told.fact.day)  # type: ignore[attr-defined]
    assert accounts(voucher) == {}


def test_the_first_withdrawal_counts(story: Story) -> None:
    story.issue()
    first = story.void()
    story.expire()
    assert (story.fold().state, story.fold().withdrawn_by) == ("void", first.row)


def test_a_redemption_that_could_not_know_of_the_withdrawal_stands(story: Story) -> None:
    issue = story.issue()
    story.void()
    story.redeem(NEAR, ANN, knows=(issue,))
    voucher = story.fold()
    assert (voucher.state, voucher.withdrawn_by, standings(voucher)) == ("redeemed", None, ["settled"])
    assert accounts(voucher) == {HOLDER: -60, ANN: 60}


def test_a_redemption_that_knew_of_the_withdrawal_is_carried_by_suspense(story: Story) -> None:
    story.issue()
    void = story.void()
    story.redeem(NEAR, ANN, knows=(void,))
    voucher = story.fold()
    assert (voucher.state, standings(voucher)) == ("void", ["suspense"])
    assert accounts(voucher) == {SUSPENSE: -60, ANN: 60}


def test_withdrawn_again_once_the_unknowing_redemption_is_reversed(story: Story) -> None:
    issue = story.issue()
    story.void()
    redeemed = story.redeem(NEAR, ANN, knows=(issue,))
    story.reverse(NEAR, redeemed)
    assert story.fold().state == "void"
    assert accounts(story.fold()) == {}


def test_one_of_two_concurrent_redemptions_settles_and_the_other_is_in_suspense(story: Story) -> None:
    issue = story.issue()
    story.redeem(NEAR, ANN, knows=(issue,))
    story.redeem(FAR, BEN, knows=(issue,))
    voucher = story.fold()
    assert (voucher.state, voucher.final, standings(voucher)) == ("redeemed", False, ["settled", "suspense"])
    assert accounts(voucher) == {HOLDER: -60, ANN: 60, SUSPENSE: -60, BEN: 60}


def test_the_issuers_word_makes_the_later_one_settle(story: Story) -> None:
    issue = story.issue()
    story.redeem(NEAR, ANN, knows=(issue,))
    second = story.redeem(FAR, BEN, knows=(issue,))
    story.settle(second)
    voucher = story.fold()
    assert (voucher.final, standings(voucher)) == (True, ["suspense", "settled"])


def test_only_the_issuer_has_the_last_word(story: Story) -> None:
    issue = story.issue()
    story.redeem(NEAR, ANN, knows=(issue,))
    second = story.redeem(FAR, BEN, knows=(issue,))
    story.settle(second, station=FAR)
    assert (story.fold().final, standings(story.fold())) == (False, ["settled", "suspense"])


def test_the_issuers_own_redemption_settles(story: Story) -> None:
    issue = story.issue()
    story.redeem(NEAR, ANN, knows=(issue,))
    story.redeem(ISSUER, BEN)
    assert (story.fold().final, standings(story.fold())) == (True, ["suspense", "settled"])


def test_the_issuers_first_word_stands(story: Story) -> None:
    issue = story.issue()
    first = story.redeem(NEAR, ANN, knows=(issue,))
    second = story.redeem(FAR, BEN, knows=(issue,))
    story.settle(first)
    story.settle(second)
    assert standings(story.fold()) == ["settled", "suspense"]


def test_a_redemption_settles_when_the_one_that_did_is_reversed(story: Story) -> None:
    issue = story.issue()
    first = story.redeem(NEAR, ANN, knows=(issue,))
    story.redeem(FAR, BEN, knows=(issue,))
    story.settle(first)
    story.reverse(NEAR, first)
    voucher = story.fold()
    assert (voucher.state, standings(voucher)) == ("redeemed", ["reversed", "settled"])
    assert accounts(voucher) == {HOLDER: -60, BEN: 60}


def test_three_ways_one_settles_and_two_are_in_suspense(story: Story) -> None:
    issue = story.issue()
    story.redeem(ISSUER, ANN)
    story.redeem(NEAR, BEN, knows=(issue,))
    story.redeem(FAR, CAT, knows=(issue,))
    voucher = story.fold()
    assert standings(voucher) == ["settled", "suspense", "suspense"]
    assert accounts(voucher) == {HOLDER: -60, ANN: 60, BEN: 60, CAT: 60, SUSPENSE: -120}


@pytest.mark.parametrize(
    ("decision", "bearer"),
    [("charge_holder", HOLDER), ("charge_beneficiary", BEN), ("charge_pool", POOL), ("forgive", MINT)],
)
def test_a_decision_moves_what_suspense_carries(story: Story, decision: str, bearer: int) -> None:
    issue = story.issue()
    first = story.redeem(NEAR, ANN, knows=(issue,))
    second = story.redeem(FAR, BEN, knows=(issue,))
    story.decide(decision, first, second)
    expected = Counter({HOLDER: -60, ANN: 60, BEN: 60})
    expected[bearer] -= 60
    assert accounts(story.fold()) == {account: minutes for account, minutes in expected.items() if minutes}


def test_the_first_decision_stands_and_one_about_others_says_nothing(story: Story) -> None:
    issue = story.issue()
    first = story.redeem(NEAR, ANN, knows=(issue,))
    second = story.redeem(FAR, BEN, knows=(issue,))
    story.decide("charge_pool", first)
    story.decide("forgive", second)
    story.decide("charge_holder", first, second)
    assert [each.decision for each in story.fold().redemptions] == ["charge_pool", "forgive"]
    assert accounts(story.fold()) == {HOLDER: -60, ANN: 60, BEN: 60, MINT: -60}


def test_a_decision_no_one_knows_leaves_suspense_as_it_was(story: Story) -> None:
    issue = story.issue()
    first = story.redeem(NEAR, ANN, knows=(issue,))
    story.decide("dismiss", first, story.redeem(FAR, BEN, knows=(issue,)))
    assert accounts(story.fold()) == {HOLDER: -60, ANN: 60, SUSPENSE: -60, BEN: 60}


def test_prints_are_counted(story: Story) -> None:
    issue = story.issue()
    story.tell(ISSUER, VouchersPrinted((SERIAL,)), knows=(issue,))
    story.tell(ISSUER, VouchersPrinted((SERIAL,), True))
    assert story.fold().printed == 2


def test_of_two_issues_of_one_serial_the_first_stands(story: Story) -> None:
    story.issue()
    story.tell(FAR, VouchersIssued(_PERSON[CAT], 1, 500, 100, 0, 0, (SERIAL,)), member=CAT)
    voucher = story.fold()
    assert (voucher.issuer, voucher.holder, voucher.minutes) == (ISSUER, HOLDER, 60)


def test_allowance_vouchers_move_allowance(story: Story) -> None:
    story.issue(unit=1)
    story.redeem(ISSUER, ANN, use="service")
    assert accounts(story.fold()) == {HOLDER: -60, REDEEMED: 60}
