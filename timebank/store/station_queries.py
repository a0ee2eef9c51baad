"""What is known of stations."""

from __future__ import annotations

from timebank.domain.cases import FORK
from timebank.store.store import Store


def there_twice(store: Store, station: int) -> bool:
    """Whether a station's folder exists more than once, as far as known, and no coordinator has closed the case."""
    found = store.value(
        "SELECT 1 FROM finding f JOIN json_each(f.facts) fact JOIN entry e ON e.id = fact.value"
        " JOIN journal j ON j.id = e.journal WHERE f.kind = ? AND j.station = ?"
        " AND f.key NOT IN (SELECT key FROM resolution) LIMIT 1",
        (FORK, station),
    )
    return found is not None
