"""Three stations that do random things and meet at random, for the promises to be tested on.

A step is a tuple of small numbers, so that a failing story shrinks to its few needed steps. Half of the
steps are intentions at a desk, which the rules may refuse; the others write facts past all rules, as a
station with other software might: what a fold makes of them has to be the same everywhere all the same.
"""

from __future__ import annotations

import random as chance
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from stations import (
    Network,
    Travelling,
    add,
    decide,
    elder,
    heads,
    identity,
    runs,
    serve,
    share,
    tell,
    volunteer,
)

from timebank.desk.closing import CAUSES
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.request_form import RequestForm
from timebank.desk.upkeep import balances_match
from timebank.desk.vouchers import IssueForm
from timebank.domain.cases import DECISIONS
from timebank.domain.credit import CAUSES as CREDIT_CAUSES
from timebank.domain.requests import NOTES, OUTCOMES
from timebank.domain.voucher_code import serial_text
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    Fact,
    FactReversed,
    MemberChanged,
    MemberErased,
    MemberLeft,
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceLogged,
    ServiceRated,
    ServiceRequested,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef, day_number, minute_number
from timebank.outcome import Refusal
from timebank.store import book_queries
from timebank.store.digest import canonical_rows, state_digest
from timebank.store.intake import fold_anew
from timebank.store.people_queries import MemberRecord, member_by_row
from timebank.store.store import Store

Step = tuple[int, int, int, int, int]
STATIONS = (1, 2, 3)
NAMES = ("王志强", "赵奶奶", "陈阿婆", "单田芳")
MONTH = date(2026, 11, 1)
NOWHERE = EntryRef(b"\7" * 8, 9, b"\7" * 8)
"""An entry that never arrives."""


def settle_in(network: Network) -> None:
    """Give every station two people and some hours, known everywhere, so that stories begin in the middle of life."""
    for number in STATIONS:
        with network.desk(number) as desk:
            gives = volunteer(desk, f"志愿{number}号", id_number=identity(number))
            gets = elder(
                desk, f"老人{number}号", birth=date(1938, 5, number), categories=("disabled", "dementia")
            )
            for day in range(3):
                serve(desk, gives, gets, 120, start=datetime(2026, 11, 10 + day, 9, 0))
            desk.months.grant(MONTH)
            desk.vouchers.issue(IssueForm(gives, 30, 2))
            desk.credit.move(gives, None, 60, "捐赠")
    desks = [network.desk(number) for number in STATIONS]
    share(desks)
    for desk in desks:
        desk.close()


class World:
    """The stations with their doors open; every random choice comes out of a step."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.desks = {number: network.desk(number) for number in STATIONS}

    def close(self) -> None:
        """Close every station."""
        for desk in self.desks.values():
            desk.close()

    def take(self, step: Step, *, alone: bool = False) -> Desk:
        """Take one step; returns the desk at which something may have changed. ``alone`` skips the meetings."""
        what, where, a, b, c = step
        desk = self.desks[STATIONS[where % 3]]
        action = _STEPS[what % len(_STEPS)]
        if alone and action is World.meet:
            action = World.rest
        before = state_digest(desk.station.store)
        try:
            action(self, desk, a, b, c)
        except Refusal:
            assert state_digest(desk.station.store) == before, (
                f"{action.__name__} was refused and changed something"
            )
        return desk

    def rest(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Do nothing: what the steps of a failing story that do not matter shrink to."""

    # Meeting

    def meet(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Hear from another station: some of its journals, or parts of them, in a shuffled order."""
        source = self.desks[STATIONS[a % 3]]
        shuffle = chance.Random(b)
        found = runs(source, heads(desk))
        names = sorted(found, key=lambda ref: (_is_root(found[ref]), ref))
        chosen = [name for at, name in enumerate(names) if not (c >> at) & 1 or _is_root(found[name])]
        part = {
            name: found[name][: shuffle.randint(1, len(found[name])) if c & 64 else None] for name in chosen
        }
        add(desk, interleaved(part, shuffle, private=not c & 128))

    def meet_all(self) -> None:
        """Exchange until everyone knows everything."""
        for _ in range(2):
            for source in self.desks.values():
                for target in self.desks.values():
                    if source is not target:
                        add(target, interleaved(runs(source, heads(target)), chance.Random(0)))

    # Intentions

    def register(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Register one of a few people, who may be known elsewhere."""
        roles = (("volunteer",), ("elder",), ("volunteer", "elder"))[b % 3]
        desk.people.register(PersonForm(NAMES[a % 4], roles, id_number=identity(10 + a % 4)))

    def change(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Change what is known of a member: a phone, roles, or the document."""
        member = _member(desk, a)
        roles = (member.roles, ("volunteer", "elder"))[b % 2]
        number = identity(10 + c % 4) if c % 5 == 0 else ""
        desk.people.change(
            member, PersonForm(NAMES[c % 4], roles, phone=f"1390000{a % 10}{b % 10}00", id_number=number)
        )

    def consent(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Give or withdraw consent."""
        desk.people.consent(_member(desk, a), ("health", "photo")[b % 2], bool(c % 2))

    def erase(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Erase a member."""
        desk.people.erase(_member(desk, a), "本人要求")

    def serve(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Log a service at one of a few times, so that they overlap now and then."""
        first, second = _member(desk, a), _member(desk, a + b)
        team = (first, second) if b % 4 == 3 and first.row != second.row else first
        serve(
            desk,
            team,
            _member(desk, b),
            (30, 60, 90)[c % 3],
            start=datetime(2026, 11, 20, 9) + timedelta(minutes=30 * (c % 4)),
            funding=("platform", "account", "pool", "allowance")[a % 4],
            timed=c % 7 != 0,
        )

    def pay_by_voucher(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Log a service that a voucher pays."""
        serial = serial_text(_serial(desk, a))
        gives, gets, start = _member(desk, b), _member(desk, c), datetime(2026, 11, 21, 9 + c % 8)
        serve(desk, gives, gets, 30, start=start, funding="voucher", voucher=serial)

    def rate(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Rate a service."""
        desk.services.rate(str(_entry(desk, a, "ServiceLogged")), _member(desk, b), c % 6, "好")

    def reverse(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Take an entry back."""
        kinds = ("ServiceLogged", "CreditMoved", "VoucherRedeemed", "AllowanceGranted")
        desk.services.reverse(str(_entry(desk, a, kinds[b % 4])), "记错了")

    def move(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Move credit between members and the pool."""
        source = None if a % 4 == 0 else _member(desk, a)
        target = None if b % 3 == 0 else _member(desk, b)
        desk.credit.move(source, target, 30 * (c % 5), "赠与")

    def grant(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Grant a month's free minutes."""
        desk.months.grant((MONTH, date(2026, 12, 1))[a % 2])

    def end_month(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Let lapse what may, at the end of a month; or take a month's grants back."""
        if c % 3 == 0:
            desk.months.undo_grants(MONTH, "发错了", dry_run=bool(b % 2))
        else:
            self.network.clock.pass_time(days=7 * (b % 2))
            desk.months.end(date(2026, 11 - a % 2, 1), dry_run=b % 5 == 0)

    def close_account(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Somebody leaves; the credit goes to an heir, the pool, or nowhere."""
        heir = _member(desk, b) if c % 3 == 0 else None
        way = ("heir", "pool", "honour", "")[c % 4] if heir is None else ""
        desk.closing.close(_member(desk, a), CAUSES[b % 3], reason="家属来告知", way=way, heir=heir)

    def adopt_limits(self, desk: Desk, a: int, b: int, c: int) -> None:
        """The hub adopts rules that limit and move a good deal."""
        answers: dict[str, object] = {
            "daily_cap_minutes": (None, 90, 150)[a % 3],
            "credit.holding_cap_minutes": (None, 300, 420)[b % 3],
            "credit.overflow": (None, "donate", "honour", "refuse")[c % 4],
            "credit.opening_minutes": (None, 60)[a % 2],
            "credit.expiry_months": (None, 1)[b % 2],
            "allowance.carry_over": (None, "lapse")[c % 2],
            "voucher.daily_minutes": (None, 45)[c % 2],
        }
        given = {key: answer for key, answer in answers.items() if answer is not None}
        day = (date(2026, 1, 1), date(2026, 11, 20), date(2026, 11, 25))[c % 3]
        decide(self.desks[1], day, over="hangzhou", **given)

    def issue(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Issue vouchers, some with an early last day or a lock."""
        form = IssueForm(
            _member(desk, a),
            (30, 60)[b % 2],
            1 + b % 2,
            ("credit", "credit", "allowance")[c % 3],
            date(2026, 11, 23) if c % 5 == 1 else None,
            str(1 + c % 3) if c % 4 == 0 else "",
        )
        desk.vouchers.issue(form)

    def redeem(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Redeem a voucher that is known here."""
        desk.vouchers.redeem(serial_text(_serial(desk, a)), _member(desk, b))

    def void(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Withdraw a voucher."""
        desk.vouchers.void(serial_text(_serial(desk, a)), "丢失")

    def expire(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Let a day pass, and sweep what has lapsed."""
        self.network.clock.pass_time(days=a % 3)
        desk.vouchers.expire()

    def settle(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Confirm which redemptions settle this station's vouchers, as an export does."""
        waiting = book_queries.settled_elsewhere(desk.station.store, desk.station.number)
        if waiting:
            tell(desk, VouchersSettled(tuple(waiting)))

    def resolve(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Decide an open case."""
        cases = desk.cases.list(only_open=True)
        if cases:
            case = cases[a % len(cases)]
            decisions = DECISIONS.get(case.kind, ("dismiss",))
            desk.cases.resolve(case.key, decisions[b % len(decisions)], "商定")

    def rebuild(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Fold everything anew, and go on from there."""
        before = state_digest(desk.station.store)
        assert desk.upkeep.rebuild()[1] == before

    # Facts past all rules

    def redeem_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Redeem any voucher, used, void, locked or not."""
        use = ("account", "reward", "service")[c % 3]
        tell(desk, VoucherRedeemed(_serial(desk, a), _member(desk, b).ref, use, _today(self)))

    def withdraw_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Void, expire, print or settle any vouchers."""
        serials = (_serial(desk, a), _serial(desk, b))
        fact: Fact = VouchersVoided(serials, _today(self))
        if c % 4 == 1:
            fact = VouchersExpired(serials, _today(self))
        elif c % 4 == 2:
            fact = VouchersPrinted(serials, bool(c % 8))
        elif c % 4 == 3:
            fact = VouchersSettled(((serials[0], _entry(desk, b, "VoucherRedeemed")),))
        tell(desk, fact)

    def issue_again(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Issue a voucher whose serial is taken, or one serial twice."""
        serial = _serial(desk, a)
        tell(desk, VouchersIssued(_member(desk, b).ref, c % 2, 15, _today(self), 0, 0, (serial, serial)))

    def ask(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Ask for a service."""
        start = datetime(2026, 11, 23, 9) + timedelta(hours=c % 3)
        form = RequestForm(
            _member(desk, a), "visit", start, 60, c % 5 != 0, 1 + b % 2, c % 7 == 0, "门铃坏了"
        )
        desk.requests.ask(form)

    def assign(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Have nobody, somebody or two people go where an elder asked."""
        who = [_member(desk, b), _member(desk, b + 1)][: c % 3]
        desk.requests.assign(str(_entry(desk, a, "ServiceRequested")), who, "已电话联系")

    def serve_request(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Log what an elder asked for, on an earlier day."""
        request = _entry(desk, a, "ServiceRequested")
        form = desk.requests.prefilled(str(request))
        start = datetime(2026, 11, 20, 9) + timedelta(hours=c % 4)
        desk.requests.log(str(request), replace(form, volunteers=(_member(desk, b),), start=start))

    def end_request(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Note something of a request, close it, or take back what was said of it last."""
        request = str(_entry(desk, a, "ServiceRequested"))
        if c % 3 == 0:
            desk.requests.close(request, OUTCOMES[b % 3], "家人在")
        elif c % 3 == 1:
            desk.requests.take_back(request)
        else:
            desk.requests.note(request, NOTES[b % 4])

    def speak_of_request(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Say something of a request that may be none, with people and services that may be none."""
        request = NOWHERE if c % 11 == 0 else _entry(desk, a, "ServiceRequested" if c % 3 else "")
        facts: tuple[Fact, ...] = (
            ServiceRequested(_entry(desk, b), "visit", 14_160_000, 60),
            RequestAssigned(request, tuple(_entry(desk, b + more) for more in range(c % 3))),
            RequestNoted(request, (*NOTES, "nonsense")[b % 5], 14_160_000 + c),
            RequestClosed(request, (*OUTCOMES, "nonsense")[b % 4]),
            RequestFulfilled(request, _entry(desk, b, "ServiceLogged" if b % 3 else "")),
        )
        tell(desk, facts[(a + c) % 5], {"note": "张三说的"})

    def reverse_anything(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Reverse an entry of any kind, known or not."""
        tell(desk, FactReversed(NOWHERE if c % 9 == 0 else _entry(desk, a)))

    def resolve_anything(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Decide a case that may not exist, about any facts."""
        decision = ("charge_holder", "charge_beneficiary", "charge_pool", "forgive", "dismiss", "nonsense")[
            c % 6
        ]
        cases = desk.cases.list()
        name = cases[b % len(cases)].key if cases else "case"
        tell(
            desk,
            CaseResolved(name, decision, _today(self), (_entry(desk, a), _entry(desk, b, "VoucherRedeemed"))),
        )

    def move_anything(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Move minutes that nobody has, from and to anyone, even what is no member."""
        source = None if a % 5 == 0 else _entry(desk, a)
        target = None if b % 5 == 0 else (_member(desk, b).ref if c % 3 else NOWHERE)
        tell(desk, CreditMoved(source, target, (0, 45, 600)[c % 3], _today(self), c % 2))

    def serve_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Log a service that the rules would refuse: overlapping, twice the same volunteer, days long."""
        team = (_member(desk, a).ref, _member(desk, b).ref, _member(desk, a).ref)[: 1 + c % 3]
        team = team[::-1] if b % 2 else team
        start = minute_number(datetime(2026, 11, 18)) + 600 * (c % 5)
        minutes = (30, 700, 5_000)[a % 3]
        funding = ("platform", "account", "allowance", "voucher", "allowance_voucher", "nonsense")[b % 6]
        fact = ServiceLogged(
            team, _member(desk, c).ref, "visit", start, minutes, (30, 0, 20)[: len(team)], funding
        )
        tell(desk, fact)

    def adjust_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Give, take and let lapse by made-up rules, for ever the same period; or have anyone leave."""
        if c % 4 == 0:
            tell(
                desk,
                MemberLeft(_entry(desk, a) if b % 2 else _member(desk, a).ref, "moved", _today(self) - b % 3),
            )
            return
        cause = (*CREDIT_CAUSES, "nonsense")[a % 6]
        of = (None, _entry(desk, b), _entry(desk, b, "ServiceLogged"), NOWHERE)[c % 4]
        adjusted = tuple((_member(desk, each).ref, 15 * (each % 8), "rule") for each in (a, b))
        tell(desk, AccountsAdjusted(cause, c % 2, _today(self) - b % 2, adjusted, of))

    def rate_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Rate anything with any number of stars."""
        service = _entry(desk, a, "ServiceLogged") if c % 4 else _entry(desk, a)
        tell(desk, ServiceRated(service, _member(desk, b).ref, c % 8))

    def grant_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Grant anyone anything, twice in one run."""
        grants = tuple((_member(desk, each).ref, 60 * each, "rule") for each in (a % 4, b % 4, b % 4 + c % 2))
        tell(desk, AllowanceGranted(day_number(MONTH), grants))

    def change_regardless(self, desk: Desk, a: int, b: int, c: int) -> None:
        """Change, erase or register consent of what may be no member."""
        entry = _entry(desk, a) if c % 4 == 0 else _member(desk, a).ref
        facts = (
            MemberChanged(entry, ("elder",), b"%016d" % (b % 3)),
            MemberErased(entry),
            ConsentChanged(entry, "health", bool(b % 2)),
            MemberChanged(NOWHERE, None, b""),
        )
        tell(desk, facts[c % 4])

    # Promises

    def check(self, desk: Desk) -> None:
        """The promises that hold at every station after every step."""
        store = desk.station.store
        assert book_queries.ledger_sums(store) == (0, 0)
        assert balances_match(store)
        kept, folded = shared_and_local(store), self.folded_anew(desk)
        assert kept == folded
        desk.cases.list()  # never fails, whatever has not arrived yet
        for (account,) in store.rows("SELECT DISTINCT account FROM posting"):
            lines = book_queries.passbook(store, account)
            left = {line.unit: line.balance for line in lines}
            assert all(left.get(unit, 0) == book_queries.balance(store, account, unit) for unit in (0, 1))

    def folded_anew(self, desk: Desk) -> list[Any]:
        """The state that a fold of nothing but the entries gives."""
        fresh = Store(":memory:")
        try:
            fold_anew(desk.station.store, fresh, desk.station.privacy)
            return shared_and_local(fresh)
        finally:
            fresh.close()

    def folded_shuffled(self, seed: int) -> str:
        """The digest of all entries of station 1, folded in another order in several transactions."""
        desk, shuffle = self.desks[1], chance.Random(seed)
        waiting = interleaved(runs(desk, {}), shuffle)
        fresh = Store(":memory:")
        fresh.set_local("network", desk.station.network)
        try:
            from timebank.store.intake import Intake

            while waiting:
                size = shuffle.randint(1, 12)
                with fresh.transaction():
                    intake = Intake(fresh, desk.station.privacy)
                    for each in waiting[:size]:
                        intake.add(each.entry, each.sealed)
                    intake.settle()
                waiting = waiting[size:]
            return state_digest(fresh)
        finally:
            fresh.close()


_STEPS: tuple[Callable[[World, Desk, int, int, int], None], ...] = (
    World.rest,
    World.meet,
    World.meet,
    World.meet,
    World.meet,
    World.serve,
    World.serve,
    World.issue,
    World.issue,
    World.redeem,
    World.redeem,
    World.register,
    World.change,
    World.consent,
    World.erase,
    World.pay_by_voucher,
    World.rate,
    World.reverse,
    World.reverse,
    World.reverse,
    World.move,
    World.grant,
    World.void,
    World.expire,
    World.settle,
    World.resolve,
    World.rebuild,
    World.ask,
    World.assign,
    World.serve_request,
    World.end_request,
    World.speak_of_request,
    World.speak_of_request,
    World.redeem_regardless,
    World.redeem_regardless,
    World.withdraw_regardless,
    World.withdraw_regardless,
    World.issue_again,
    World.reverse_anything,
    World.resolve_anything,
    World.move_anything,
    World.serve_regardless,
    World.serve_regardless,
    World.rate_regardless,
    World.grant_regardless,
    World.end_month,
    World.end_month,
    World.close_account,
    World.adopt_limits,
    World.adjust_regardless,
    World.adjust_regardless,
    World.change_regardless,
)
STEPS = len(_STEPS)


def steps_of(*names: str) -> list[int]:
    """The numbers of steps by their names, for stories of one kind."""
    return [at for at, step in enumerate(_STEPS) if step.__name__ in names]


@contextmanager
def told_on(network: Network) -> Iterator[World]:
    """A world of one story's own."""
    with TemporaryDirectory() as folder:
        world = World(network.copied_to(Path(folder) / "network"))
        try:
            yield world
        finally:
            world.close()


def examples(quick: int) -> settings:
    """Few stories where time is short; the long profile tells as many as it says."""
    told = settings().max_examples
    return settings(max_examples=quick if told == 100 else told)


def interleaved(
    found: dict[bytes, list[Travelling]], shuffle: chance.Random, *, private: bool = True
) -> list[Travelling]:
    """The entries of several journals in a random order that keeps each journal's own; the root's come first."""
    line: list[Travelling] = []
    queues = []
    for run in found.values():
        if _is_root(run):
            line += run
        else:
            queues.append(list(run))
    while queues:
        queue = shuffle.choice(queues)
        line.append(queue.pop(0))
        queues = [each for each in queues if each]
    return line if private else [each._replace(sealed=None) for each in line]


def _is_root(run: list[Travelling]) -> bool:
    return run[0].entry.header.kind in (
        "NetworkFounded",
        "StationEnrolled",
        "StationRevoked",
        "PolicyAdopted",
    )


def shared_and_local(store: Store) -> list[Any]:
    """All shared state, and what else is folded here from facts: the persons and the operators."""
    persons = store.rows(
        'SELECT j.ref, e.seq, e."check", p.name, p.phone, p.birth, p.details'
        " FROM person p JOIN entry e ON e.id = p.member JOIN journal j ON j.id = e.journal ORDER BY 1, 2, 3"
    )
    operators = store.rows("SELECT station, number, role, name FROM operator ORDER BY 1, 2")
    return [*canonical_rows(store), *persons, *operators]


def _today(world: World) -> int:
    return day_number(world.network.clock().date())


def _member(desk: Desk, at: int) -> MemberRecord:
    """One of a few members, erased or not, so that stories meet in the same person."""
    rows = desk.station.store.rows("SELECT id FROM member ORDER BY number, id")
    member = member_by_row(desk.station.store, rows[at % min(len(rows), 5)][0])
    assert member is not None
    return member


def _entry(desk: Desk, at: int, kind: str = "") -> EntryRef:
    """One of the newest entries known here."""
    rows = desk.station.store.rows(
        'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
        " WHERE e.bytes IS NOT NULL AND (? = '' OR e.kind = ?) ORDER BY e.lamport DESC, j.ref, e.seq",
        (kind, kind),
    )
    return EntryRef(*rows[at % min(len(rows), 6)]) if rows else NOWHERE


def _serial(desk: Desk, at: int) -> bytes:
    """One of a few vouchers known here."""
    rows = desk.station.store.rows("SELECT serial FROM voucher ORDER BY serial")
    return bytes(rows[at % min(len(rows), 3)][0]) if rows else b"\1" * 8
