"""The promises of the design, on random stories of three stations. HYPOTHESIS_PROFILE=long tells more of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stations import Network
from world import STEPS, World, settle_in

from timebank.store.digest import state_digest

SMALL = st.integers(0, 255)
STORIES = st.lists(
    st.tuples(st.integers(0, STEPS - 1), st.integers(0, 2), SMALL, SMALL, SMALL), min_size=12, max_size=40
)


@pytest.fixture(scope="module")
def inhabited(founded: Network, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The network with people and hours at every station, which do not know of each other's yet."""
    network = founded.copied_to(tmp_path_factory.mktemp("inhabited") / "network")
    settle_in(network)
    return network


@contextmanager
def told_on(network: Network) -> Iterator[World]:
    """A world of one story's own."""
    with TemporaryDirectory() as folder:
        world = World(network.copied_to(Path(folder) / "network"))
        try:
            yield world
        finally:
            world.close()


@settings(max_examples=40 if settings().max_examples == 100 else settings().max_examples)
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
        digests.add(world.folded_shuffled(order))
        assert len(digests) == 1
