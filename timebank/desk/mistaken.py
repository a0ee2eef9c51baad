"""Registrations by mistake, of one person or of a whole wrong roster: taken back where nothing came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from timebank.desk.station import Station
from timebank.desk.taking import watching
from timebank.domain.credit import OPENING
from timebank.journal.facts import FactReversed, MemberErased
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.store import Store

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


class Mistaken(NamedTuple):
    """Whose registration goes, and whose stays because something came of it or it is another station's."""

    going: tuple[MemberRecord, ...]
    staying: tuple[MemberRecord, ...]


class Mistakes:
    """Takes registrations back: what is known of the people is erased, their numbers are not given again."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def of(self, members: Sequence[EntryRef]) -> Mistaken:
        """Which of these registrations could be taken back; who is erased already is in neither part."""
        store, own = self._station.store, self._station.number
        found = [people_queries.member_by_ref(store, each) for each in members]
        standing = [each for each in found if each is not None and not each.erased]
        touched = {row for (row,) in store.rows(_TOUCHED, (OPENING,))}
        going = tuple(
            each for each in standing if each.known and each.station == own and each.row not in touched
        )
        return Mistaken(going, tuple(each for each in standing if each not in going))

    def take_back(
        self,
        members: Sequence[EntryRef],
        reason: str,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Mistaken:
        """Take back, all at once, every one of these registrations that :meth:`of` would let go.

        Credit given on joining goes back with it. Refuses with ``reason_missing``, or ``nothing_mistaken``
        where none can go.
        """
        if not reason.strip():
            raise Refusal("reason_missing")
        said: dict[str, object] = {"reason": reason.strip()}
        watch = watching(cancelled)
        with self._station.recording(keep=not dry_run) as pen:
            sorted_out = self.of(members)
            if not sorted_out.going:
                raise Refusal("nothing_mistaken")
            for at, member in enumerate(sorted_out.going):
                watch()
                if progress is not None:
                    progress(at, len(sorted_out.going))
                for opening in _openings(self._station.store, member.row):
                    pen.tell(FactReversed(opening), said)
                pen.tell(MemberErased(member.ref), said, home=member.station)
            return sorted_out


_TOUCHED = """
SELECT elder FROM service UNION SELECT volunteer FROM credited UNION SELECT by FROM rating
UNION SELECT source FROM transfer UNION SELECT target FROM transfer
UNION SELECT holder FROM voucher UNION SELECT beneficiary FROM redemption
UNION SELECT elder FROM request UNION SELECT volunteer FROM request_volunteer
UNION SELECT member FROM adjustment WHERE cause <> ? UNION SELECT member FROM departure
UNION SELECT member FROM merged UNION SELECT stands FROM merged
"""
"""Members of whose registration something came, also where that was taken back since."""


def _openings(store: Store, member: int) -> list[EntryRef]:
    """The credit given on joining that still counts."""
    rows = store.rows(
        "SELECT entry FROM adjustment WHERE member = ? AND cause = ? AND counts", (member, OPENING)
    )
    return [book_queries.ref_of(store, row) for (row,) in rows]
