"""What was said of a request, by whom and when; and which word of it can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from timebank.desk.request_lines import RequestLine
from timebank.desk.station import Station
from timebank.domain.requests import CONFIRMED, FOLLOWED_UP, FULFILLED
from timebank.domain.told import Told
from timebank.journal.facts import RequestAssigned, RequestClosed, RequestNoted, ServiceRequested
from timebank.journal.refs import EntryRef, minute_of
from timebank.outcome import Refusal
from timebank.store import book_queries, request_queries

Word = ServiceRequested | RequestAssigned | RequestNoted | RequestClosed
"""The facts that a clerk writes of a request."""
AFTERWARDS = (CONFIRMED, FOLLOWED_UP)
"""What is noted when the service was given."""


class Said(NamedTuple):
    """One word that stands: ``what`` is ``asked``, ``assigned``, a note or an outcome; times are local."""

    entry: EntryRef
    what: str
    at: datetime
    """The moment that a note is about; when it was written down, of everything else."""
    by: str
    """The operator, or the station of one whose name is not known here."""
    text: str
    """The note or the reason, where this station may read it."""


def story(station: Station, line: RequestLine) -> list[Said]:
    """What was said of a request and stands, in order; of each kind the last."""
    found: dict[str, Said] = {}
    for row in request_queries.standing(station.store, line.request.row):
        told = station.store.told(row)
        if told is not None and isinstance(told.fact, Word):
            said = _said(station, told, told.fact, line.elder.station)
            found.pop(said.what, None)
            found[said.what] = said
    return list(found.values())


def _said(station: Station, told: Told, fact: Word, home: int) -> Said:
    at = datetime.fromtimestamp(told.wall)
    match fact:
        case ServiceRequested():
            what = "asked"
        case RequestAssigned():
            what = "assigned"
        case RequestNoted():
            what, at = fact.what, minute_of(fact.at)
        case RequestClosed():
            what = fact.outcome
    sealed = station.store.value("SELECT sealed FROM private WHERE entry = ?", (told.row,))
    words = {} if sealed is None else station.privacy.open(sealed, home, told.station, station.number) or {}
    return Said(
        told.ref, what, at, _writer(station, told), str(words.get("note") or words.get("reason") or "")
    )


def _writer(station: Station, told: Told) -> str:
    entry = station.store.entry(told.row)
    assert entry is not None
    operator = (told.station, entry.header.operator)
    return str(
        station.store.value("SELECT name FROM operator WHERE station = ? AND number = ?", operator)
        or station.store.value("SELECT name FROM station WHERE number = ?", operator[:1])
        or ""
    )


def require_last(station: Station, row: int, word: EntryRef | None = None) -> EntryRef:
    """What was said last of a request, by its local number: that can be taken back, ``word`` only if it is the last.

    Of one that is fulfilled the service is taken back instead, and only what was noted afterwards can go.
    Refuses with ``reverse_the_service``, ``request_said_since`` or ``already_reversed``.
    """
    store = station.store
    request, rows = request_queries.request(store, row), request_queries.standing(store, row)
    assert request is not None
    last = store.told(rows[-1]) if rows else None
    afterwards = last is not None and isinstance(last.fact, RequestNoted) and last.fact.what in AFTERWARDS
    if request.state == FULFILLED and not afterwards:
        raise Refusal("reverse_the_service", entry=str(request.service))
    if last is None:
        raise Refusal("already_reversed", entry=str(request.entry))
    if word not in (None, last.ref):
        raise Refusal("request_said_since", entry=str(last.ref))
    return last.ref


def request_of(station: Station, told: Told) -> int | None:
    """The local number of the request that a fact asks for or speaks of, where that has arrived."""
    fact = told.fact
    if isinstance(fact, ServiceRequested):
        return told.row
    assert isinstance(fact, RequestAssigned | RequestNoted | RequestClosed)
    row = book_queries.row_of(station.store, fact.request)
    return None if row is None or request_queries.request(station.store, row) is None else row


def is_last(station: Station, row: int, word: EntryRef) -> bool:
    """Whether ``word`` is what can be taken back of a request now."""
    try:
        return require_last(station, row, word) == word
    except Refusal:
        return False
