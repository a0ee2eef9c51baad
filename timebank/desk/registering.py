"""Writing people into the journal: who is known already, and what of a person differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from timebank.desk.person_form import PersonForm, said_records
from timebank.desk.station import Pen, Station
from timebank.domain.credit import OPENING
from timebank.domain.people import ROLES
from timebank.domain.records import RECORD_KINDS, assessed_now, categories_now, joined
from timebank.journal.facts import CREDIT, AccountsAdjusted, MemberChanged, MemberRegistered
from timebank.journal.keys import identity_tag
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.policy.pack import Pack
from timebank.store import people_queries
from timebank.store.people_queries import MemberRecord

OPENING_MINUTES = "credit.opening_minutes"


class Registry:
    """Registers people and changes what is known of them, within a transaction that the caller opened."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def known(self, personal: Mapping[str, Any]) -> MemberRecord | None:
        """Who a private part speaks of, where the person is registered; by document, else by name alone."""
        return self.by_document(personal) or self._by_name_alone(personal)

    def by_document(self, personal: Mapping[str, Any]) -> MemberRecord | None:
        """The member who is registered with the same document."""
        tag = self._tag(personal)
        if not tag:
            return None
        store = self._station.store
        matches = people_queries.members_by_identity(store, tag)
        own = [each for each in matches if each.station == self._station.number] or matches
        return next(iter(people_queries.standing(store, own)), None)

    def _by_name_alone(self, personal: Mapping[str, Any]) -> MemberRecord | None:
        """For a person without any document: the member of this name, birth and phone that also has none."""
        if personal.get("id_number") or personal.get("document"):
            return None
        store = self._station.store
        named = people_queries.members_by_name(store, personal["name"])
        for each in people_queries.standing(store, named):
            same = all(
                (each.details.get(key) or "") == (personal.get(key) or "")
                for key in ("birth", "phone", "address")
            )
            if same and not each.details.get("id_number") and not each.details.get("document"):
                return each
        return None

    def _tag(self, personal: Mapping[str, Any]) -> bytes:
        document = personal.get("document") or {}
        text = personal.get("id_number") or (
            f"{document.get('type', '')}:{document.get('number', '')}" if document else ""
        )
        return identity_tag(self._station.keys.secret, text) if text else b""

    def tell_registered(
        self,
        pen: Pen,
        personal: dict[str, Any],
        roles: tuple[str, ...],
        consents: tuple[str, ...],
        pack: Pack,
    ) -> EntryRef:
        """Register a person under the next number, with what the rules give on joining."""
        station = self._station
        number = f"{station.number:03d}-{people_queries.next_number(station.store, station.number):05d}"
        ref = pen.tell(MemberRegistered(number, roles, self._tag(personal), consents), personal)
        pen.intake.settle_people()
        opening = pack.value(OPENING_MINUTES)
        if opening:
            day = day_number(station.surroundings.today())
            pen.tell(AccountsAdjusted(OPENING, CREDIT, day, ((ref, opening, OPENING_MINUTES),)))
        return ref

    def tell_form(
        self, pen: Pen, member: MemberRecord, personal: dict[str, Any], form: PersonForm, today: date
    ) -> bool:
        """Change a person to what a form says: what it names and what it clears; False where nothing differs."""
        details, cleared = member.details, form.cleared
        said: dict[str, Any] = {**personal, **dict.fromkeys(cleared & _TEXTS, "")}
        if "document" in cleared:
            said["document"] = {}
        if form.care_level is not None or "care_level" in cleared:
            said["care"] = assessed_now(details.get("care"), form.care_level, today)
        if form.categories or "categories" in cleared:
            said["categories"] = categories_now(details.get("categories"), form.categories, today)
        said |= _joined_records(details, form, today)
        return self.tell_changed(pen, member, said, form.asked_roles)

    def tell_row(
        self, pen: Pen, member: MemberRecord, personal: dict[str, Any], form: PersonForm, today: date
    ) -> bool:
        """Add what a row of a roster says of a person, and blank nothing; False where nothing is new."""
        details, said = member.details, dict(personal)
        if form.care_level is not None and form.assessed is None:
            said["care"] = assessed_now(details.get("care"), form.care_level, today)
        if form.categories:
            said["categories"] = categories_now(details.get("categories"), form.categories, today, keep=True)
        said |= _joined_records(details, form, today)
        roles = tuple(each for each in ROLES if each in member.roles or each in form.asked_roles)
        return self.tell_changed(pen, member, said, roles)

    def tell_changed(
        self,
        pen: Pen,
        member: MemberRecord,
        said: Mapping[str, Any],
        roles: tuple[str, ...] | None = None,
    ) -> bool:
        """Record what of ``said`` differs from what is known; False where nothing does.

        A document that is another member's opens a case: a hub can join the two numbers.
        """
        if member.erased:
            raise Refusal("already_erased", number=member.number)
        details = member.details
        changes = {key: value for key, value in said.items() if (details.get(key) or "") != (value or "")}
        changes |= {
            key: value for key, value in said.items() if value is False and details.get(key) is not False
        }
        new_roles = None if roles is None or set(roles) == set(member.roles) else roles
        if not changes and new_roles is None:
            return False
        identity = None
        same = people_queries.each_member(self._station.store, member.row)
        if "id_number" in changes or "document" in changes:
            identity = self._tag({**details, **said})
        # What is said here of a person goes where this station reads it: with one of several numbers, the known one.
        home = next((each for each in same if each.known), member)
        fact = MemberChanged(home.ref, new_roles, identity, tuple(sorted(changes)))
        pen.tell(fact, changes or None, home=home.station)
        if new_roles is not None:
            for each in same:
                if each.ref != home.ref and set(each.roles) != set(new_roles):
                    pen.tell(MemberChanged(each.ref, new_roles))
        pen.intake.settle()
        return True


_TEXTS = frozenset(
    (
        *("id_number", "birth", "sex", "phone", "address", "community", "grid", "organisation", "skills"),
        *("guardian", "guardian_phone", "emergency_contact", "emergency_phone", "emergency_relation", "note"),
    )
)
"""The fields that can be blanked; a name is what one is found by."""
CLEARABLE = (*sorted(_TEXTS), "document", "care_level", "categories")
"""Everything that a change may take back."""


def _joined_records(details: Mapping[str, Any], form: PersonForm, today: date) -> dict[str, Any]:
    return {
        field: joined(RECORD_KINDS[field], details.get(field), records)
        for field, records in said_records(form, today).items()
    }
