"""What DESIGN promises, asserted while the simulation goes and at its end."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from timebank.desk.upkeep import balances_match, fold_anew
from timebank.domain.cases import DECISIONS, DOUBLE_REDEMPTION
from timebank.domain.credit import CIRCULATION, SUSPENSE
from timebank.journal.facts import (
    FactReversed,
    JournalBegun,
    ServiceLogged,
    StationEnrolled,
    StationRevoked,
    VoucherRedeemed,
)
from timebank.journal.refs import EntryRef
from timebank.store import book_queries
from timebank.store.digest import _LOCAL, _ordered, canonical_rows
from timebank.store.store import Store

from .world import Place, Site, World

ROUNDS = 8
"""Within so many rounds of everyone to the hub and the hub to everyone all must be quiet."""


def at_a_glance(site: Site) -> None:
    """What can be asserted after every day: the books balance, and each voucher's minutes are in one place."""
    store = site.store
    for unit in (0, 1):
        total = store.value("SELECT coalesce(sum(minutes), 0) FROM balance WHERE unit = ?", (unit,))
        assert total == 0, f"{site}: unit {unit} is out of balance by {total}"
        out = store.value(
            "SELECT coalesce(sum(minutes), 0) FROM voucher"
            " WHERE unit = ? AND issue IS NOT NULL AND state = 'circulation'",
            (unit,),
        )
        kept = book_queries.balance(store, CIRCULATION, unit)
        assert kept == out, f"{site}: {kept} in circulation, {out} in vouchers"
        decided = DECISIONS[DOUBLE_REDEMPTION]
        doubled = store.value(
            "SELECT coalesce(sum(v.minutes), 0) FROM redemption r JOIN voucher v ON v.id = r.voucher"
            f" WHERE v.unit = ? AND v.issue IS NOT NULL AND r.standing = 'suspense'"
            f" AND r.decision NOT IN ({', '.join('?' * len(decided))})",
            (unit, *decided),
        )
        kept = book_queries.balance(store, SUSPENSE, unit)
        assert kept == -doubled, f"{site}: {kept} in suspense, {doubled} undecided"
    twice = store.rows(
        "SELECT voucher FROM redemption WHERE standing = 'settled' GROUP BY voucher HAVING count(*) > 1"
    )
    assert not twice, f"{site}: a voucher is settled twice"


def in_full(world: World, site: Site) -> None:
    """Every byte: nothing lost, nothing strange let in, every table as a fresh fold has it."""
    at_a_glance(site)
    entries = site.entries()
    assert site.knew <= entries, f"{site} lost {len(site.knew - entries)} entries that it had"
    assert site.acknowledged <= entries, f"{site} lost what its screen had confirmed"
    strange = entries - world.told.keys()
    assert not strange, f"{site} let in what nobody wrote: {strange}"
    site.knew = entries
    assert balances_match(site.store), f"{site}: balances differ from the ledger"
    report = site.desk.upkeep.check()
    assert report.ok, (
        f"{site}: {[each for each in report.findings if each.severity == 'error']} {_refolded(site)}"
    )
    what_was_given(world, site, entries)


def _refolded(site: Site) -> str:
    """Where the tables differ from a fresh fold of the entries."""
    fresh = Store(":memory:")
    try:
        fold_anew(site.store, fresh, site.desk.station.privacy)
        kept, folded = (_all_rows(store) for store in (site.store, fresh))
        return f"kept {_some(kept - folded)} / folded {_some(folded - kept)}"
    finally:
        fresh.close()


def _all_rows(store: Store) -> set[tuple[Any, ...]]:
    return {*canonical_rows(store), *_ordered(store, _LOCAL)}


def what_was_given(world: World, site: Site, entries: frozenset[Place]) -> None:
    """Nobody's hours are lost, and no voucher honoured is un-honoured: counted from the facts by other means."""
    last = _revocations(world, entries)
    if last.keys() & _forked(entries):
        return  # how far a branch counts is told by the names of branches, which this recount does not make
    facts = {
        EntryRef(*place): world.told[place][0]
        for place in entries
        if place[1] <= last.get(place[0], place[1])
    }
    taken_back = {fact.entry for fact in facts.values() if isinstance(fact, FactReversed)}
    given: Counter[EntryRef] = Counter()
    honoured = set()
    for ref, fact in facts.items():
        if ref in taken_back:
            continue
        if isinstance(fact, ServiceLogged):
            for volunteer in fact.volunteers:
                given[volunteer] += fact.minutes
        elif isinstance(fact, VoucherRedeemed):
            honoured.add(ref)
    place = 'j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
    kept = site.store.rows(f"SELECT h.minutes, {place} JOIN honour h ON h.member = e.id WHERE h.minutes <> 0")
    assert {EntryRef(*ref): minutes for minutes, *ref in kept} == {
        ref: minutes for ref, minutes in given.items() if minutes
    }, f"{site}: hours differ"
    stands = site.store.rows(
        f"SELECT {place} JOIN redemption r ON r.entry = e.id WHERE r.standing <> 'reversed'"
    )
    assert {EntryRef(*ref) for ref in stands} == honoured, f"{site}: redemptions differ"


def _forked(entries: frozenset[Place]) -> set[bytes]:
    """Journals in which two entries stand at one place."""
    places = Counter((journal, seq) for journal, seq, _ in entries)
    return {journal for (journal, _), count in places.items() if count > 1}


def _revocations(world: World, entries: frozenset[Place]) -> dict[bytes, int]:
    """The last entry that counts of every journal of a station that was revoked."""
    trust = entries & world.trust
    facts = [world.told[place][0] for place in trust]
    numbers = {fact.key: fact.station for fact in facts if isinstance(fact, StationEnrolled)}
    journals = {
        place[0]: numbers.get(fact.key)
        for place in trust
        if isinstance(fact := world.told[place][0], JournalBegun)
    }
    last: dict[bytes, int] = {}
    for fact in facts:
        if isinstance(fact, StationRevoked):
            named = dict(fact.last)
            last |= {ref: named.get(ref, 0) for ref, number in journals.items() if number == fact.station}
    return last


# The end


def until_quiet(world: World) -> None:
    """Everyone brings all to the hub, the hub to everyone, until nobody has any more news."""
    for clock in world.live:
        clock.offset *= 0
    for at in range(ROUNDS):
        news = sum(_gather(world, full=False))
        if not news and len({site.desk.upkeep.digest() for site in world.live}) == 1:
            world.note(None, "quiet", f"after {at + 1} rounds")
            return
    raise AssertionError(f"not quiet after {ROUNDS} rounds: {difference(world)}")


def _gather(world: World, *, full: bool) -> list[int]:
    news = []
    others = [site for site in world.live if site is not world.hub]
    for site in others:
        news.append(_bring(world, site, world.hub))
    path = world.export(world.hub)
    assert path is not None
    for site in others:
        taken = world.take(site, path, "last")
        assert taken is not None
        news.append(taken.new_entries + sum(each.new_entries for each in taken.also))
    return news


def _bring(world: World, site: Site, target: Site) -> int:
    path = world.export(site)
    assert path is not None
    taken = world.take(target, path, "last")
    assert taken is not None
    return taken.new_entries + sum(each.new_entries for each in taken.also)


def difference(world: World) -> str:
    """Where the states of two stations part, and who lacks what."""
    union = set[Place]().union(*(site.entries() for site in world.live))
    lacks = {site.name: len(union - site.entries()) for site in world.live}
    told = ", ".join(f"{name} lacks {count} entries" for name, count in lacks.items() if count)
    first, *others = world.live
    rows = set(canonical_rows(first.store))
    for other in others:
        theirs = set(canonical_rows(other.store))
        if theirs != rows:
            return (
                f"{told or 'all have all'}; {first} {_some(rows - theirs)} / {other} {_some(theirs - rows)}"
            )
    return told or "states are the same, but there is always news"


def _some(rows: set[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(islice(sorted(rows, key=str), 4))


def at_the_end(world: World) -> str:
    """All that was promised, once everyone has heard everything; returns the digest of them all."""
    until_quiet(world)
    digests = {site.desk.upkeep.digest() for site in world.live}
    assert len(digests) == 1, difference(world)
    cases = {tuple(case.key for case in site.desk.cases.list(only_open=True)) for site in world.live}
    assert len({tuple(sorted(each)) for each in cases}) == 1, "open cases differ"
    everything = set().union(*(site.acknowledged for site in world.live))
    for site in world.live:
        in_full(world, site)
        missing = everything - site.knew
        assert not missing, f"{site} lacks {len(missing)} confirmed entries"
    _flagged(world)
    (digest,) = digests
    some = world.rng.sample(world.live, min(3, len(world.live)))
    for site in some:
        assert site.desk.upkeep.rebuild()[1] == digest, f"{site}: a rebuild changed the state"
    return digest


def _flagged(world: World) -> None:
    """Two who wrote in one place, and what a revoked station wrote too late, are cases for a person to see."""
    cases = world.hub.desk.cases.list()
    for case in cases:
        world.outcomes[f"case {case.kind} {'open' if case.open else 'decided'}"] += 1
    kinds = {case.kind for case in cases}
    entries = world.hub.entries()
    if len({place[:2] for place in entries}) < len(entries):
        assert "fork" in kinds, "a fork shows no case"
    last = _revocations(world, entries)
    if any(place[1] > last.get(place[0], place[1]) for place in entries):
        assert "revoked_station" in kinds, "late entries of a revoked station show no case"
