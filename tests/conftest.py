"""What every test stands on: a clock and randomness under control, and how hard hypothesis looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from stations import Clock, Network, found_network

from timebank.desk.desk import Desk

_ALL = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
settings.register_profile(
    "quick", deadline=None, derandomize=True, suppress_health_check=_ALL, print_blob=True
)
settings.register_profile(
    "long", deadline=None, max_examples=1_000, suppress_health_check=_ALL, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A network with a hub, a centre and a village station, made once; tests work on copies."""
    return found_network(tmp_path_factory.mktemp("network"))


@pytest.fixture
def network(founded: Network, tmp_path: Path) -> Network:
    """A network of this test's own."""
    return founded.copied_to(tmp_path / "network")


@pytest.fixture
def clock(network: Network) -> Clock:
    """The clock on every desk of the network."""
    return network.clock


@pytest.fixture
def hub(network: Network) -> Iterator[Desk]:
    """The hub's desk, station 1, keeper of the root key."""
    with network.desk(1) as desk:
        yield desk


@pytest.fixture
def centre(network: Network) -> Iterator[Desk]:
    """A centre's desk, station 2."""
    with network.desk(2) as desk:
        yield desk


@pytest.fixture
def village(network: Network) -> Iterator[Desk]:
    """A village's desk, station 3."""
    with network.desk(3) as desk:
        yield desk
