"""Taking a month's run back, in random stories: the trial says what the deed then does, and writes nothing."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stations import Network, decide
from world import World, examples, steps_of, told_on

from timebank.desk.desk import Desk
from timebank.journal.facts import ALLOWANCE, CREDIT
from timebank.outcome import Refusal

NOVEMBER = date(2026, 11, 1)
SMALL = st.integers(0, 255)
STEPS = steps_of(
    *("register", "change", "serve", "meet", "grant", "end_month", "reverse", "resolve"),
    *("grant_regardless", "reverse_anything", "close_account"),
)
STORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 2), SMALL, SMALL, SMALL), min_size=8, max_size=30
)


@pytest.fixture(scope="module")
def december(inhabited: Network, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The network in December, under rules by which free hours lapse."""
    network = inhabited.copied_to(tmp_path_factory.mktemp("december") / "network")
    with network.desk(1) as hub:
        decide(hub, over="hangzhou", allowance__carry_over="lapse")
    network.clock.moment = datetime(2026, 12, 2, 9)
    world = World(network)
    world.meet_all()
    world.close()
    return network


@examples(30)
@given(story=STORIES)
def test_the_trial_of_taking_back_says_what_then_happens(
    december: Network, story: list[tuple[int, ...]]
) -> None:
    with told_on(december) as world:
        for step in story:
            world.take(step)  # type: ignore[arg-type]
        for desk in world.desks.values():
            for name in ("undo_end", "undo_grants"):
                _take_back(desk, name)
                world.check(desk)


def _take_back(desk: Desk, name: str) -> None:
    """Try to take November's run back, then do it, where there is one."""
    undo = getattr(desk.months, name)
    before, changes = _accounts(desk), desk.station.store.connection.total_changes
    try:
        tried = undo(NOVEMBER, "", dry_run=True)
    except Refusal:
        return
    assert desk.station.store.connection.total_changes == changes
    done = undo(NOVEMBER, "重来")
    assert done[:5] == tried[:5]
    assert len(done.entries) > 0
    after = _accounts(desk)
    comes = 1 if name == "undo_end" else -1
    for unit, minutes in ((CREDIT, done.credit), (ALLOWANCE, done.allowance)):
        moved = sum(after.get(at, 0) - before.get(at, 0) for at in before | after if at[1] == unit)
        assert comes * moved == minutes


def _accounts(desk: Desk) -> dict[tuple[int, int], int]:
    """What every member's account holds."""
    rows = desk.station.store.rows("SELECT account, unit, minutes FROM balance WHERE account > 0")
    return {(account, unit): minutes for account, unit, minutes in rows}
