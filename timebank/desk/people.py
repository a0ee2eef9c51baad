"""Registering, finding and changing people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from timebank.desk.policies import Policies
from timebank.desk.station import Pen, Station
from timebank.domain.categories import care_level, category
from timebank.domain.identity import IdentityNumber, age_on, normalise_phone
from timebank.domain.names import clean_name
from timebank.domain.people import ROLES
from timebank.journal.facts import ConsentChanged, MemberChanged, MemberErased, MemberRegistered
from timebank.journal.keys import identity_tag
from timebank.journal.refs import EntryRef, parse_ref
from timebank.outcome import Cancelled, Refusal
from timebank.policy.eligibility import is_younger_elder
from timebank.roster import PersonRow, RowProblem, read_people
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class PersonForm:
    """What a clerk or a roster row says of a person; empty values say nothing."""

    name: str
    roles: tuple[str, ...]
    id_number: str = ""
    document: dict[str, str] | None = None
    birth: date | None = None
    sex: str = ""
    phone: str = ""
    address: str = ""
    community: str = ""
    grid: str = ""
    organisation: str = ""
    skills: str = ""
    care_level: int | None = None
    categories: tuple[str, ...] = ()
    guardian: str = ""
    guardian_phone: str = ""
    emergency_contact: str = ""
    emergency_phone: str = ""
    registered_here: bool = True
    lives_here: bool = True
    note: str = ""
    consents: tuple[str, ...] = ()


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

    # Finding

    def find(self, text: str, role: str | None = None) -> MemberRecord:
        """The member meant by an id, a number or a name; with ``role`` namesakes in other roles do not count.

        Refuses with ``member_not_found`` or ``ambiguous_member`` (facts: candidates).
        """
        store = self._station.store
        matches = self._candidates(text.strip())
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
        if text.count("-") == 2:
            try:
                found = people_queries.member_by_ref(store, parse_ref(text))
            except Refusal:
                found = None
            if found is not None:
                return [found]
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
        return people_queries.members_by_identity(self._station.store, tag)

    def lines(
        self, text: str = "", *, role: str | None = None, limit: int = 200, offset: int = 0
    ) -> list[PersonLine]:
        """A page of the members that a search finds, each with balances."""
        members = self.search(text, role=role, limit=limit, offset=offset)
        balances = book_queries.balances(self._station.store, [each.row for each in members])
        today = self._station.surroundings.today()
        return [
            PersonLine(each, *balances.get(each.row, (0, 0)), current_level(each.details, today))
            for each in members
        ]

    def count(self, text: str = "", role: str | None = None) -> int:
        """How many members a search finds."""
        return people_queries.count_members(self._station.store, text, role)

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
        personal = self._personal(form)
        roles = _roles(form.roles)
        with self._station.recording() as pen:
            known = self._by_document(personal)
            if known is not None:
                raise Refusal(
                    "already_registered", member=str(known.ref), number=known.number, name=known.name
                )
            ref = self._tell_registered(pen, personal, roles, form.consents)
        return self._member(ref)

    def change(self, member: MemberRecord, form: PersonForm) -> MemberRecord:
        """Change what is known of a member; only what differs is recorded."""
        with self._station.recording() as pen:
            self._tell_changed(pen, member, self._personal(form), _roles(form.roles), replace=True)
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
        with self._station.recording() as pen:
            return pen.tell(MemberErased(member.ref), {"reason": reason.strip()})

    def read_roster(self, path: Path) -> list[PersonRow]:
        """The rows of a roster as they would be taken, for a preview."""
        return list(read_people(path, self._station.surroundings.today()).rows)

    def import_roster(
        self,
        path: Path,
        role: str,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> RosterOutcome:
        """Register or update everyone in a roster; all good rows go in together or, if stopped, none."""
        self._station.require_joined()
        (role,) = _roles((role,))
        roster = read_people(path, self._station.surroundings.today())
        counts = {"registered": 0, "updated": 0, "unchanged": 0}
        rejected = list(roster.rejected)
        refs: list[EntryRef] = []
        try:
            with self._station.recording() as pen:
                for at, row in enumerate(roster.rows):
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    if progress is not None:
                        progress(at, len(roster.rows))
                    try:
                        outcome, ref = self._take_row(pen, row, role)
                    except Refusal as refusal:
                        rejected.append(RowProblem(row.sheet, row.row, "", refusal.code, refusal.facts))
                        continue
                    counts[outcome] += 1
                    refs.append(ref)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            refs = []
        if progress is not None:
            progress(len(roster.rows), len(roster.rows))
        rejected.sort(key=lambda each: (each.sheet, each.row))
        notices = tuple(notice for row in roster.rows for notice in row.notices)
        return RosterOutcome(
            roster.read, rejected=tuple(rejected), notices=notices, members=tuple(refs), **counts
        )

    def _take_row(self, pen: Pen, row: PersonRow, role: str) -> tuple[str, EntryRef]:
        personal = self._personal(form_of(row, (role,)))
        known = self._by_document(personal) or self._by_name_alone(personal)
        if known is None:
            return "registered", self._tell_registered(pen, personal, (role,), ())
        if not known.known:
            raise Refusal(
                "registered_elsewhere", name=personal["name"], number=known.number, station=known.station
            )
        # A roster adds to what is known and never blanks it.
        roles = tuple(each for each in ROLES if each in known.roles or each == role)
        changed = self._tell_changed(pen, known, personal, roles, replace=False)
        return ("updated" if changed else "unchanged"), known.ref

    def _by_name_alone(self, personal: dict[str, Any]) -> MemberRecord | None:
        """For a person without any document: the member of this name, birth and phone that also has none."""
        if personal.get("id_number") or personal.get("document"):
            return None
        for each in people_queries.members_by_name(self._station.store, personal["name"]):
            same = all(
                (each.details.get(key) or "") == (personal.get(key) or "")
                for key in ("birth", "phone", "address")
            )
            if same and not each.details.get("id_number") and not each.details.get("document"):
                return each
        return None

    def _by_document(self, personal: dict[str, Any]) -> MemberRecord | None:
        tag = self._tag(personal)
        if not tag:
            return None
        matches = people_queries.members_by_identity(self._station.store, tag)
        own = [each for each in matches if each.station == self._station.number] or matches
        return own[0] if own else None

    def _tag(self, personal: dict[str, Any]) -> bytes:
        document = personal.get("document") or {}
        text = personal.get("id_number") or (
            f"{document.get('type', '')}:{document.get('number', '')}" if document else ""
        )
        return identity_tag(self._station.keys.secret, text) if text else b""

    def _tell_registered(
        self, pen: Pen, personal: dict[str, Any], roles: tuple[str, ...], consents: tuple[str, ...]
    ) -> EntryRef:
        station = self._station
        number = f"{station.number:03d}-{people_queries.next_number(station.store, station.number):05d}"
        fact = MemberRegistered(number, roles, self._tag(personal), consents)
        ref = pen.tell(fact, personal)
        pen.intake.settle_people()
        return ref

    def _tell_changed(
        self,
        pen: Pen,
        member: MemberRecord,
        personal: dict[str, Any],
        roles: tuple[str, ...],
        *,
        replace: bool,
    ) -> bool:
        if member.erased:
            raise Refusal("already_erased", number=member.number)
        today = self._station.surroundings.today().isoformat()
        details = member.details
        if "care" in personal:
            personal["care"] = _dated(details.get("care"), personal["care"], today, "level")
        if "categories" in personal:
            personal["categories"] = _dated(
                details.get("categories"), personal["categories"], today, "code", keep=not replace
            )
        changes = {key: value for key, value in personal.items() if details.get(key) != value}
        new_roles = None if set(roles) == set(member.roles) else roles
        if not changes and new_roles is None:
            return False
        tag = self._tag({**details, **personal})
        identity = tag if ("id_number" in changes or "document" in changes) else None
        fact = MemberChanged(member.ref, new_roles, identity, tuple(sorted(changes)))
        pen.tell(fact, changes or None, home=member.station)
        pen.intake.settle()
        return True

    def _personal(self, form: PersonForm) -> dict[str, Any]:
        """The private part for a form, checked; what the form leaves empty is left out."""
        today = self._station.surroundings.today()
        personal: dict[str, Any] = {"name": clean_name(form.name)}
        if not personal["name"]:
            raise Refusal("name_missing")
        if form.id_number:
            number = IdentityNumber.parse(form.id_number, today)
            personal |= {"id_number": number.number, "birth": number.birth.isoformat(), "sex": number.sex}
        elif form.birth is not None:
            if form.birth > today:
                raise Refusal("birth_in_future", date=form.birth.isoformat())
            personal["birth"] = form.birth.isoformat()
        if form.sex and "sex" not in personal:
            personal["sex"] = form.sex
        if form.document:
            personal["document"] = form.document
        for key in ("phone", "guardian_phone", "emergency_phone"):
            if getattr(form, key):
                personal[key] = normalise_phone(getattr(form, key))
        for key in (
            "address",
            "community",
            "grid",
            "organisation",
            "skills",
            "guardian",
            "emergency_contact",
            "note",
        ):
            if getattr(form, key):
                personal[key] = getattr(form, key).strip()
        if form.care_level is not None:
            personal["care"] = [{"level": form.care_level, "from": "", "until": ""}]
        if form.categories:
            personal["categories"] = [{"code": each, "from": "", "until": ""} for each in form.categories]
        if "elder" in form.roles:
            personal["registered_here"] = form.registered_here
            personal["lives_here"] = form.lives_here
        return personal

    def _member(self, ref: EntryRef) -> MemberRecord:
        member = people_queries.member_by_ref(self._station.store, ref)
        assert member is not None
        return member


class _DryRun(Exception):
    pass


def form_of(row: PersonRow, roles: tuple[str, ...]) -> PersonForm:
    """The form that a roster row fills in."""
    return PersonForm(
        name=row.name,
        roles=roles,
        id_number=row.id_number.number if row.id_number else "",
        document={"type": row.other_document.type, "number": row.other_document.number}
        if row.other_document
        else None,
        birth=row.birth,
        sex=row.gender or "",
        phone=row.phone,
        address=row.address,
        community=row.community,
        grid=row.grid,
        organisation=row.organisation,
        skills=row.skills,
        care_level=row.care_level,
        categories=row.categories,
        guardian=row.guardian,
        guardian_phone=row.guardian_phone,
        emergency_contact=row.emergency_contact,
        emergency_phone=row.emergency_phone,
        registered_here=row.registered_here is not False,
        lives_here=row.lives_here is not False,
        note=row.note,
    )


def _roles(roles: Iterable[str]) -> tuple[str, ...]:
    words = {
        "volunteer": "volunteer",
        "elder": "elder",
        "志愿者": "volunteer",
        "老人": "elder",
        "服务对象": "elder",
    }
    named = [words.get(role.strip().lower(), "") for role in roles]
    if not named or "" in named:
        raise Refusal("role_unknown", role=", ".join(roles))
    return tuple(role for role in ROLES if role in named)


def _dated(
    known: list[dict[str, Any]] | None,
    said: list[dict[str, Any]],
    today: str,
    key: str,
    *,
    keep: bool = False,
) -> list[dict[str, Any]]:
    """Dated states after ``said``: what still holds stays as it was, what is new begins today, the rest ends.

    What was said at registration has no beginning: it held before anyone asked.
    """
    before = [dict(each) for each in known or []]
    current = {each[key]: each for each in before if not each.get("until")}
    values = [each[key] for each in said]
    for value, state in current.items():
        if value not in values and not keep:
            state["until"] = today
    start = today if known else ""
    return before + [dict(each, **{"from": start}) for each in said if each[key] not in current]


def current_level(details: dict[str, Any], day: date) -> int | None:
    """The care level that holds on ``day``, None where none was ever assessed."""
    text = day.isoformat()
    levels = [
        each
        for each in details.get("care") or []
        if each["from"] <= text and (not each["until"] or text <= each["until"])
    ]
    return int(levels[-1]["level"]) if levels else None


def current_categories(details: dict[str, Any], day: date) -> tuple[str, ...]:
    """The categories that hold on ``day``."""
    text = day.isoformat()
    return tuple(
        each["code"]
        for each in details.get("categories") or []
        if each["from"] <= text and (not each["until"] or text <= each["until"])
    )


def parse_level(text: str) -> int:
    """A care level from 0–4 or a word."""
    return care_level(text)


def parse_category(text: str) -> str:
    """A category's code from a code or a word."""
    return category(text)
