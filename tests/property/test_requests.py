"""Requests in random stories of three stations: the same facts, the same state, whatever came when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stations import Network
from test_promises import SMALL
from world import examples, steps_of, told_on

from timebank.store.digest import state_digest

_STEPS = steps_of(
    *("meet", "ask", "assign", "serve_request", "end_request", "speak_of_request"),
    *("reverse", "reverse_anything", "erase", "rebuild"),
)
STORIES = st.lists(
    st.tuples(st.sampled_from(_STEPS), st.integers(0, 2), SMALL, SMALL, st.integers(0, 127)),
    min_size=10,
    max_size=40,
)
"""The last number below 128: at every meeting the private parts come along, so what is missing was erased."""


@examples(40)
@given(story=STORIES, order=st.integers(0, 1_000))
def test_requests_come_to_the_same_everywhere(
    inhabited: Network, story: list[tuple[int, ...]], order: int
) -> None:
    with told_on(inhabited) as world:
        for step in story:
            world.check(world.take(step))  # type: ignore[arg-type]
        world.meet_all()
        digests = {state_digest(desk.station.store) for desk in world.desks.values()}
        digests |= {world.folded_shuffled(order + more) for more in range(3)}
        assert len(digests) == 1
        sealed = [_sealed(world.desks[number].station.store.rows) for number in (1, 2, 3)]
        assert sealed[0] == sealed[1] == sealed[2]


def _sealed(rows: object) -> object:
    """What is still sealed at a station, by entry: what erasures leave is the same everywhere."""
    return rows(  # type: ignore[operator]
        'SELECT j.ref, e.seq, e."check" FROM private p JOIN entry e ON e.id = p.entry'
        " JOIN journal j ON j.id = e.journal ORDER BY 1, 2, 3"
    )
