"""Short simulations; the long ones are ``python -m tests.simulate --seeds 1-50``."""

from __future__ import annotations

import pytest

from .simulation import simulate


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_promise_holds_while_the_world_is_hostile(seed: int) -> None:
    told = simulate(seed, days=30, stations=6, every=10)
    assert not told.failure, "\n".join([f"seed {seed}", *told.last, told.failure])
    assert told.station_days > 80
    assert told.entries > 200
    assert told.faults.total() > 10


def test_one_seed_tells_one_story() -> None:
    first, second = (simulate(7, days=8, stations=4) for _ in range(2))
    assert not first.failure
    assert (first.log, first.digest, first.faults) == (second.log, second.digest, second.faults)
    assert simulate(8, days=8, stations=4).log != first.log
