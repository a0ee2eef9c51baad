"""The promises of the design, on random stories of three stations. HYPOTHESIS_PROFILE=long tells more of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stations import Network
from world import STEPS, examples, told_on

from timebank.store.digest import state_digest

SMALL = st.integers(0, 255)
STORIES = st.lists(
    st.tuples(st.integers(0, STEPS - 1), st.integers(0, 2), SMALL, SMALL, SMALL), min_size=12, max_size=40
)


@examples(30)
@given(story=STORIES, order=st.integers(0, 1_000))
def test_same_facts_give_the_same_state_and_the_books_balance(
    inhabited: Network, story: list[tuple[int, ...]], order: int
) -> None:
    with told_on(inhabited) as world:
        for step in story:
            world.check(world.take(step))  # type: ignore[arg-type]
        world.meet_all()
        for desk in world.desks.values():
            world.check(desk)
        digests = {state_digest(desk.station.store) for desk in world.desks.values()}
        digests |= {world.folded_shuffled(order + more) for more in range(2)}
        assert len(digests) == 1


@examples(60)
@given(story=STORIES, order=st.integers(0, 1_000))
def test_what_stations_do_apart_comes_together_in_any_order(
    inhabited: Network, story: list[tuple[int, ...]], order: int
) -> None:
    with told_on(inhabited) as world:
        for step in story:
            world.take(step, alone=True)  # type: ignore[arg-type]
        world.meet_all()
        hub = world.desks[1]
        world.check(hub)
        digests = {state_digest(desk.station.store) for desk in world.desks.values()}
        digests |= {world.folded_shuffled(order + more) for more in range(4)}
        assert len(digests) == 1
