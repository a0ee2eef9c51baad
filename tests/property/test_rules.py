"""City rules on random stories: no sequence of intentions passes a limit, grants twice, or makes credit of free hours;
what stations apart passed together is a case; and no change of rules moves a posting."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stations import Network, decide
from world import World, examples, steps_of, told_on

from timebank.desk.desk import Desk
from timebank.journal.refs import day_number, day_of
from timebank.policy.allowance import entitlement
from timebank.store import people_queries

DAILY, HOLDING, REDEEMED = 90, 120, 45
LIMITS = {
    "daily_cap_minutes": DAILY,
    "credit__holding_cap_minutes": HOLDING,
    "credit__overflow": "donate",
    "credit__opening_minutes": 30,
    "voucher__daily_minutes": REDEEMED,
    "allowance__carry_over": "lapse",
}
INTENTIONS = steps_of(
    *("register", "change", "serve", "pay_by_voucher", "reverse", "move", "grant", "issue", "redeem", "void"),
    *("end_month", "close_account", "resolve", "serve_request", "ask"),
)
SERVE = steps_of("serve")
SMALL = st.integers(0, 255)
STORIES = st.lists(
    st.tuples(st.sampled_from(INTENTIONS + 3 * SERVE), st.integers(0, 2), SMALL, SMALL, SMALL),
    min_size=10,
    max_size=40,
)
BEGAN = date(2026, 11, 19)


@pytest.fixture(scope="module")
def limited(inhabited: Network, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A network whose stations have people and hours, and limits known to all from now on."""
    network = inhabited.copied_to(tmp_path_factory.mktemp("limited") / "network")
    now, network.clock.moment = network.clock.moment, datetime.combine(BEGAN, time(9))
    with network.desk(1) as hub:
        decide(hub, BEGAN, over="hangzhou", **LIMITS)
    network.clock.moment = now
    world = World(network)
    world.meet_all()
    world.close()
    return network


def served(desk: Desk) -> Counter[tuple[int, int]]:
    """Minutes credited, and kept, by (volunteer, day) of all records that stand."""
    rows = desk.station.store.rows(
        "SELECT c.volunteer, c.start / 1440, c.minutes - coalesce((SELECT sum(a.minutes) FROM adjustment a"
        " WHERE a.of = s.id AND a.member = c.volunteer AND a.counts), 0)"
        " FROM credited c JOIN service s ON s.id = c.service WHERE s.reversed IS NULL"
    )
    found: Counter[tuple[int, int]] = Counter()
    for volunteer, day, minutes in rows:
        found[volunteer, day] += minutes
    return found


def redeemed(desk: Desk) -> Counter[tuple[int, int]]:
    """Minutes of vouchers redeemed by (holder, day)."""
    found: Counter[tuple[int, int]] = Counter()
    for holder, day, minutes in desk.station.store.rows(
        "SELECT v.holder, r.day, v.minutes FROM redemption r JOIN voucher v ON v.id = r.voucher"
        " WHERE r.standing <> 'reversed' AND v.issue IS NOT NULL"
    ):
        found[holder, day] += minutes
    return found


def over_the_limits(desk: Desk) -> set[tuple[str, int]]:
    """(limit, member) wherever the books are past one, reckoned here from the tables alone."""
    since = day_number(BEGAN)
    found = {("daily", who) for (who, day), all_ in served(desk).items() if day >= since and all_ > DAILY}
    found |= {
        ("redeemed", who) for (who, day), all_ in redeemed(desk).items() if day >= since and all_ > REDEEMED
    }
    held = dict(
        desk.station.store.rows("SELECT account, minutes FROM balance WHERE unit = 0 AND account > 0")
    )
    before = dict(
        desk.station.store.rows(
            "SELECT account, sum(minutes) FROM posting WHERE unit = 0 AND account > 0 AND day < ? GROUP BY account",
            (since,),
        )
    )
    return found | {("held", who) for who, all_ in held.items() if all_ > max(HOLDING, before.get(who, 0))}


def minted(desk: Desk) -> tuple[int, int]:
    """Credit that came from nothing, and what may have made it: paid services of the network, and joining."""
    store = desk.station.store
    made = -int(
        store.value(
            "SELECT coalesce(sum(minutes), 0) FROM posting WHERE unit = 0 AND account = -1 AND what <> 'decided'"
        )
    )
    earned = store.value(
        "SELECT coalesce(sum(c.minutes), 0) FROM credited c JOIN service s ON s.id = c.service"
        " WHERE s.reversed IS NULL AND s.funding NOT IN ('account', 'pool', 'voucher')"
    )
    joined = store.value(
        "SELECT coalesce(sum(minutes), 0) FROM adjustment WHERE cause = 'opening' AND counts"
    )
    return made, int(earned) + int(joined)


def granted_no_more_than_due(desk: Desk) -> bool:
    """Whether no month of a member of this station counts more than once, or more than was due to anyone like them."""
    rows = desk.station.store.rows(
        "SELECT member, month, count(*), sum(minutes) FROM allowance_grant WHERE counts GROUP BY member, month"
    )
    for row, month, times, minutes in rows:
        member = people_queries.member_by_row(desk.station.store, row)
        if times > 1:
            return False
        if member is not None and member.known and not member.erased:
            from timebank.desk.credit import person_facts

            first = day_of(month)
            if minutes > entitlement(person_facts(member), first, desk.policies.in_force(first)).minutes:
                return False
    return True


@examples(40)
@given(story=STORIES)
def test_no_sequence_of_intentions_passes_a_limit(limited: Network, story: list[tuple[int, ...]]) -> None:
    with told_on(limited) as world:
        hub = world.desks[1]
        for step in story:
            world.take((step[0], 0, *step[2:]), alone=True)  # type: ignore[arg-type]
            assert over_the_limits(hub) == set()
            assert len(set(minted(hub))) == 1
        # Whose record has changed since keeps what was granted until it is taken back.
        for (month,) in hub.station.store.rows("SELECT DISTINCT month FROM allowance_grant"):
            hub.months.grant(day_of(month), recover=True)
        assert granted_no_more_than_due(hub)
        assert [each for each in hub.cases.list(only_open=True) if each.kind == "policy_breach"] == []


@examples(40)
@given(story=STORIES)
def test_after_a_merge_every_excess_is_a_case(limited: Network, story: list[tuple[int, ...]]) -> None:
    with told_on(limited) as world:
        for step in story:
            world.take(step, alone=True)  # type: ignore[arg-type]
        world.meet_all()
        for desk in world.desks.values():
            kinds = {"daily_cap_minutes": "daily", "voucher.daily_minutes": "redeemed"}
            said: dict[str, set[int]] = defaultdict(set)
            for each in desk.cases.list():
                if each.kind == "policy_breach":
                    said[kinds.get(each.key.split("-")[1], "held")] |= set(each.members)
            found = over_the_limits(desk)
            merged = {
                row
                for (row,) in desk.station.store.rows(
                    "SELECT member FROM merged UNION SELECT stands FROM merged"
                )
            }
            assert {each for each in found if each[1] not in merged} == {
                (limit, who) for limit, members in said.items() for who in members if who not in merged
            }


RULES = st.fixed_dictionaries(
    {},
    optional={
        "daily_cap_minutes": st.sampled_from((30, 90)),
        "credit__holding_cap_minutes": st.sampled_from((30, 120)),
        "credit__expiry_months": st.sampled_from((1, 6)),
        "credit__overflow": st.sampled_from(("donate", "honour", "refuse")),
        "allowance__carry_over": st.sampled_from(("lapse", "carry")),
        "step__minutes": st.sampled_from((15, 60)),
        "kinds__visit__weight": st.sampled_from(("1/2", "2")),
        "voucher__daily_minutes": st.sampled_from((15, 30)),
        "credit__opening_minutes": st.sampled_from((30, 600)),
    },
)


@examples(30)
@given(story=STORIES, rules=RULES, day=st.sampled_from((date(2026, 1, 1), BEGAN, date(2027, 1, 1))))
def test_a_change_of_rules_moves_no_posting(
    limited: Network, story: list[tuple[int, ...]], rules: dict[str, object], day: date
) -> None:
    with told_on(limited) as world:
        hub = world.desks[1]
        for step in story:
            world.take((step[0], 0, *step[2:]), alone=True)  # type: ignore[arg-type]
        before = sorted(hub.station.store.rows("SELECT * FROM posting"))
        balances = sorted(hub.station.store.rows("SELECT * FROM balance WHERE minutes <> 0"))
        decide(hub, day, over="hangzhou", **rules)
        assert sorted(hub.station.store.rows("SELECT * FROM posting")) == before
        assert sorted(hub.station.store.rows("SELECT * FROM balance WHERE minutes <> 0")) == balances
        hub.upkeep.rebuild()
        assert sorted(hub.station.store.rows("SELECT what, day, unit, minutes FROM posting")) == sorted(
            (what, on, unit, minutes) for _, what, on, _, unit, minutes in before
        )
