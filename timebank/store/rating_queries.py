"""Ratings of services, as one person gave and received them."""

from __future__ import annotations

from typing import NamedTuple

from timebank.journal.refs import EntryRef
from timebank.store import people_queries
from timebank.store.store import Store


class Received(NamedTuple):
    """How others rated the services that a person gave or received: how many, and the mean, None without any."""

    services: int
    stars: float | None


def received(store: Store, member: int) -> Received:
    """The ratings of a person's services by the other side."""
    rows = people_queries.one_person(store, member)
    marks = ", ".join("?" * len(rows))
    count, stars = store.row(
        "SELECT count(*), avg(r.stars) FROM rating r JOIN service s ON s.id = r.service AND s.reversed IS NULL"
        f" WHERE r.by NOT IN ({marks}) AND CASE WHEN s.elder IN ({marks}) THEN 1"
        # volunteers of one service do not rate each other: what is not the elder's word is not about them
        " ELSE r.by = s.elder AND EXISTS (SELECT 1 FROM credited c WHERE c.service = s.id"
        f" AND c.volunteer IN ({marks})) END",
        (*rows, *rows, *rows),
    ) or (0, None)
    return Received(count, stars)


def given(store: Store, member: int) -> dict[EntryRef, int]:
    """The stars that a person gave, by service."""
    rows = people_queries.one_person(store, member)
    return {
        EntryRef(journal, seq, check): stars
        for journal, seq, check, stars in store.rows(
            'SELECT j.ref, e.seq, e."check", r.stars FROM rating r JOIN entry e ON e.id = r.service'
            f" JOIN journal j ON j.id = e.journal WHERE r.by IN ({', '.join('?' * len(rows))})",
            rows,
        )
    }
