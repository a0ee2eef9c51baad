"""Registering, finding and changing people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from timebank.desk.layouts import Layouts
from timebank.desk.person_form import (
    PersonForm,
    current_categories,
    current_level,
    first_records,
    form_of,
    personal_part,
    roles_of,
)
from timebank.desk.policies import Policies
from timebank.desk.registering import Registry
from timebank.desk.station import Pen, Station
from timebank.desk.taking import Evidence, RowUpdate, changed_fields, evidence_of, watching
from timebank.domain.identity import IdentityNumber, age_on
from timebank.domain.names import clean_name
from timebank.domain.wanted import EVERYONE, Wanted
from timebank.journal.facts import ConsentChanged, MemberErased
from timebank.journal.keys import identity_tag
from timebank.journal.refs import EntryRef, parse_ref
from timebank.outcome import Refusal
from timebank.policy.eligibility import is_younger_elder
from timebank.roster import PersonRow, RowProblem, read_people
from timebank.roster.mapping import Directions
from timebank.roster.sheets import OpenedFile
from timebank.store import book_queries, people_queries
from timebank.store.people_list import list_people, places
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import require_read

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class RosterOutcome:
    """What became of a roster's rows."""

    read: int
    registered: int
    updated: int
    unchanged: int
    rejected: tuple[RowProblem, ...]
    notices: tuple[RowProblem, ...] = ()
    """Doubts about rows that were taken all the same."""
    members: tuple[EntryRef, ...] = ()
    fresh: tuple[EntryRef, ...] = ()
    """Those of the members who were registered now."""
    updates: tuple[RowUpdate, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)


class PersonLine(NamedTuple):
    """A member as a list shows them, with the balances of today in minutes."""

    member: MemberRecord
    credit_minutes: int
    allowance_minutes: int
    care_level: int | None


class Profile(NamedTuple):
    """Everything the desk shows of a member."""

    member: MemberRecord
    age: int | None
    younger_elder: bool
    care_level: int | None
    categories: tuple[str, ...]
    credit_minutes: int
    allowance_minutes: int
    in_circulation_minutes: int
    honour_minutes: int


class People:
    """Members of the time bank, as this desk may know them."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies
        self._registry = Registry(station)

    # Finding

    def find(self, text: str, role: str | None = None) -> MemberRecord:
        """The person meant by an id, a number or a name; with ``role`` namesakes in other roles do not count.

        Refuses with ``member_not_found`` or ``ambiguous_member`` (facts: candidates).
        """
        store = self._station.store
        matches = people_queries.standing(store, self._candidates(text.strip()))
        matches = [each for each in matches if not each.erased] or matches
        if role is not None and len(matches) > 1:
            matches = [each for each in matches if role in each.roles] or matches
        if not matches:
            raise Refusal("member_not_found", text=text)
        if len(matches) > 1:
            raise Refusal(
                "ambiguous_member",
                text=text,
                candidates=[
                    {
                        "member": str(each.ref),
                        "number": each.number,
                        "name": each.name,
                        "roles": list(each.roles),
                        "birth": str(each.details.get("birth") or ""),
                    }
                    for each in matches
                ],
            )
        found = people_queries.member_by_row(store, matches[0].row)
        assert found is not None
        return found

    def _candidates(self, text: str) -> list[MemberRecord]:
        store = self._station.store
        ref = _ref_in(text)
        if ref is not None:
            found = people_queries.member_by_ref(store, ref)
            if found is not None:
                return [found]
            require_read(store, ref)
        return people_queries.members_by_number(store, text) or people_queries.members_by_name(
            store, clean_name(text)
        )

    def search(
        self, text: str, *, role: str | None = None, limit: int = 50, offset: int = 0
    ) -> list[MemberRecord]:
        """Members by any part of the name, pinyin, initials, number or last digits of the phone."""
        return people_queries.search_members(self._station.store, text, role=role, limit=limit, offset=offset)

    def by_identity(self, number: IdentityNumber) -> list[MemberRecord]:
        """Members registered with an identity number, for an identity card laid on the desk."""
        tag = identity_tag(self._station.keys.secret, number.number)
        store = self._station.store
        return people_queries.standing(store, people_queries.members_by_identity(store, tag))

    def lines(
        self, text: str = "", *, role: str | None = None, limit: int = 200, offset: int = 0
    ) -> list[PersonLine]:
        """A page of the members that a search finds, each with balances."""
        return self.lines_of([each.row for each in self.search(text, role=role, limit=limit, offset=offset)])

    def count(self, text: str = "", role: str | None = None) -> int:
        """How many members a search finds."""
        return people_queries.count_members(self._station.store, text, role)

    def listing(
        self, text: str = "", wanted: Wanted = EVERYONE, order: str = "", *, descending: bool = False
    ) -> list[int]:
        """The local numbers of everyone wanted, in one of :data:`~timebank.domain.wanted.ORDERS`."""
        return list_people(self._station.store, text, wanted, self._today, order, descending=descending)

    def lines_of(self, rows: Sequence[int]) -> list[PersonLine]:
        """These members with their balances, in the order given."""
        store = self._station.store
        members = people_queries.members_by_rows(store, rows)
        balances = book_queries.balances(store, [each.row for each in members])
        return [
            PersonLine(each, *balances.get(each.row, (0, 0)), current_level(each.details, self._today))
            for each in members
        ]

    def places(self) -> list[tuple[str, str]]:
        """Every (community, grid) on record."""
        return places(self._station.store)

    def profile(self, member: MemberRecord) -> Profile:
        """A member with age, care level and balances as of today."""
        store, today = self._station.store, self._station.surroundings.today()
        details = member.details
        birth = date.fromisoformat(details["birth"]) if details.get("birth") else None
        return Profile(
            member,
            None if birth is None else age_on(birth, today),
            is_younger_elder(birth, today, self._policies.in_force()),
            current_level(details, today),
            current_categories(details, today),
            book_queries.balance(store, member.row, 0),
            book_queries.balance(store, member.row, 1),
            book_queries.in_circulation(store, member.row),
            book_queries.honour(store, member.row),
        )

    # Registering

    def register(self, form: PersonForm) -> MemberRecord:
        """Register a person; refuses with ``already_registered`` where the document is known."""
        personal = personal_part(form, self._today) | first_records(form, self._today)
        roles = roles_of(form.roles)
        with self._station.recording() as pen:
            known = self._registry.by_document(personal)
            if known is not None:
                raise Refusal(
                    "already_registered", member=str(known.ref), number=known.number, name=known.name
                )
            ref = self._registry.tell_registered(
                pen, personal, roles, form.consents, self._policies.in_force()
            )
            pen.intake.settle()
            return self._member(ref)  # before it is committed: a disk that fails now still changes nothing

    def change(self, member: MemberRecord, form: PersonForm) -> MemberRecord:
        """Change what is known of a member to what the form says, and clear what it clears.

        Only what differs is recorded; a document that is another member's opens a case. Refuses with
        ``person_elsewhere`` where the person behind the number is not known.
        """
        require_known(member)
        with self._station.recording() as pen:
            self._registry.tell_form(pen, member, personal_part(form, self._today), form, self._today)
        return self._member(member.ref)

    def consent(self, member: MemberRecord, purpose: str, given: bool) -> EntryRef:
        """Record that a member gives or withdraws consent to a purpose."""
        if not purpose.strip():
            raise Refusal("purpose_missing")
        with self._station.recording() as pen:
            return pen.tell(ConsentChanged(member.ref, purpose.strip(), given))

    def erase(self, member: MemberRecord, reason: str) -> EntryRef:
        """Erase a member's personal data; hours and balances stay under the number."""
        if not reason.strip():
            raise Refusal("reason_missing")
        if member.erased:
            raise Refusal("already_erased", number=member.number)
        require_known(member)
        with self._station.recording() as pen:
            for each in people_queries.each_member(self._station.store, member.row)[1:]:
                if not each.erased:
                    pen.tell(MemberErased(each.ref), {"reason": reason.strip()}, home=each.station)
            return pen.tell(MemberErased(member.ref), {"reason": reason.strip()}, home=member.station)

    def merger(self, member: MemberRecord) -> EntryRef | None:
        """The last merger by which a member is one with others; taking it back parts them again."""
        refs = [each.ref for each in people_queries.each_member(self._station.store, member.row)]
        return people_queries.merger_of(self._station.store, refs) if len(refs) > 1 else None

    def read_roster(self, path: Path) -> list[PersonRow]:
        """The rows of a roster as they would be taken, for a preview."""
        return list(read_people(path, self._station.surroundings.today()).rows)

    def import_roster(
        self,
        source: Path | OpenedFile,
        role: str,
        *,
        directions: Directions | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> RosterOutcome:
        """Register or update everyone in a roster; all good rows go in together or, if stopped, none.

        ``directions`` correct how columns are understood; what was said earlier of the same layout holds too,
        and what is said now is remembered once rows were written.
        """
        self._station.require_joined()
        (role,) = roles_of((role,))
        layouts, watch = Layouts(self._station), watching(cancelled)
        today = self._station.surroundings.today()
        roster = read_people(source, today, layouts.with_known(directions, "people"), watch)
        counts = {"registered": 0, "updated": 0, "unchanged": 0}
        rejected = list(roster.rejected)
        updates: list[RowUpdate] = []
        refs: list[EntryRef] = []
        fresh: list[EntryRef] = []
        with self._station.recording(keep=not dry_run) as pen:
            for at, row in enumerate(roster.rows):
                watch()
                if progress is not None:
                    progress(at, len(roster.rows))
                before = len(pen.written)
                try:
                    outcome, ref, name = self._take_row(pen, row, role)
                except Refusal as refusal:
                    rejected.append(RowProblem(row.sheet, row.row, "", refusal.code, refusal.facts))
                    continue
                counts[outcome] += 1
                refs.append(ref)
                if outcome == "registered":
                    fresh.append(ref)
                if outcome == "updated":
                    fields = changed_fields(pen.written[before:])
                    was = "" if name == row.name else name
                    updates.append(RowUpdate(row.sheet, row.row, row.name, fields, was))
            if not dry_run:
                layouts.settle("people", directions, roster.layouts)
        if progress is not None:
            progress(len(roster.rows), len(roster.rows))
        rejected.sort(key=lambda each: (each.sheet, each.row))
        updates.sort(key=lambda each: not each.was)  # another name may be another person: look there first
        notices = tuple(notice for row in roster.rows for notice in row.notices)
        told: list[RowProblem | RowUpdate] = [*rejected, *notices, *updates]
        return RosterOutcome(
            roster.read,
            rejected=tuple(rejected),
            notices=notices,
            members=() if dry_run else tuple(refs),
            fresh=() if dry_run else tuple(fresh),
            updates=tuple(updates),
            evidence=evidence_of(roster.columns, roster.skipped_sheets, roster.as_read, told),
            **counts,
        )

    def _take_row(self, pen: Pen, row: PersonRow, role: str) -> tuple[str, EntryRef, str]:
        """What became of a row, of whom, and the name until then."""
        form = form_of(row, (role,))
        personal = personal_part(form, self._today)
        known = self._registry.known(personal)
        if known is None:
            personal |= first_records(form, self._today)
            told = self._registry.tell_registered(pen, personal, (role,), (), self._policies.in_force())
            return "registered", told, row.name
        if not known.known:
            raise Refusal(
                "registered_elsewhere", name=personal["name"], number=known.number, station=known.station
            )
        changed = self._registry.tell_row(pen, known, personal, form, self._today)
        return ("updated" if changed else "unchanged"), known.ref, known.name

    @property
    def _today(self) -> date:
        return self._station.surroundings.today()

    def _member(self, ref: EntryRef) -> MemberRecord:
        member = people_queries.member_by_ref(self._station.store, ref)
        assert member is not None
        return member


def _ref_in(text: str) -> EntryRef | None:
    try:
        return parse_ref(text)
    except Refusal:
        return None


def require_known(member: MemberRecord) -> None:
    """Only the home station and the hubs above it know a person, and so may change or erase what is known."""
    if not member.known and not member.erased:
        raise Refusal("person_elsewhere", number=member.number, station=member.station)
