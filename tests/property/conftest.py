"""What the random stories begin with."""

from __future__ import annotations

import pytest
from stations import Network
from world import settle_in


@pytest.fixture(scope="session")
def inhabited(founded: Network, tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The network with people, hours and vouchers of every station, known everywhere; stories work on copies."""
    network = founded.copied_to(tmp_path_factory.mktemp("inhabited") / "network")
    settle_in(network)
    return network
