"""A member: what everyone in the network may know, and the person whom only the entitled see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from timebank.domain.records import RECORD_KINDS
from timebank.domain.told import HappenedBefore, Told, in_order
from timebank.journal.facts import (
    ConsentChanged,
    MemberChanged,
    MemberErased,
    MemberLeft,
    MemberRegistered,
    MembersMerged,
)
from timebank.journal.refs import EntryRef

ROLES = ("volunteer", "elder")

PERSONAL_FIELDS = (
    "name",
    "id_number",
    "document",
    "birth",
    "sex",
    "phone",
    "address",
    "community",
    "grid",
    "organisation",
    "skills",
    "guardian",
    "guardian_phone",
    "emergency_contact",
    "emergency_phone",
    "emergency_relation",
    "registered_here",
    "lives_here",
    "note",
    *RECORD_KINDS,
)
"""What a private part may say of a person; the dated records are described in :mod:`timebank.domain.records`.
A field that is empty was taken back."""


class Member(NamedTuple):
    """The public state of a member."""

    station: int
    number: str
    roles: tuple[str, ...]
    identity: bytes
    consents: tuple[str, ...]
    erased: int | None
    """The local number of the erasing entry."""


def fold_member(registered: Told, later: list[Told]) -> Member:
    """The public state from the registration and later facts, in any order."""
    fact = registered.fact
    assert isinstance(fact, MemberRegistered)
    roles, identity, consents, erased = fact.roles, fact.identity, set(fact.consents), None
    for told in in_order(later):
        change = told.fact
        if isinstance(change, MemberChanged):
            roles = roles if change.roles is None else change.roles
            identity = identity if change.identity is None else change.identity
        elif isinstance(change, ConsentChanged):
            (consents.add if change.given else consents.discard)(change.purpose)
        elif isinstance(change, MemberErased) and erased is None:
            erased = told.row
    if erased is not None:
        identity = b""
    return Member(registered.station, fact.number, roles, identity, tuple(sorted(consents)), erased)


def departure(later: Iterable[Told]) -> Told | None:
    """Of the departures that stand, the first in canonical order."""
    return next((told for told in in_order(later) if isinstance(told.fact, MemberLeft)), None)


def conflicting_edits(later: list[Told], happened_before: HappenedBefore) -> list[Told]:
    """Changes of one field made without knowing of each other, and not looked at since, in canonical order.

    The last of them in canonical order is what the member shows; a later change of the field by someone
    who knew both settles it.
    """
    changes = [told for told in in_order(later) if isinstance(told.fact, MemberChanged)]
    conflicting: set[Told] = set()
    for at, second in enumerate(changes):
        for first in changes[:at]:
            if first.order[1] == second.order[1] and first.branch == second.branch:
                continue
            fields = changed_fields(first) & changed_fields(second)
            if not fields or happened_before(first, second):
                continue
            for since in changes[at + 1 :]:
                if happened_before(first, since) and happened_before(second, since):
                    fields -= changed_fields(since)
            if fields:
                conflicting |= {first, second}
    return in_order(conflicting)


def changed_fields(told: Told) -> set[str]:
    """The fields that a change of a member names."""
    fact = told.fact
    assert isinstance(fact, MemberChanged)
    named = set(fact.fields)
    if fact.roles is not None:
        named.add("roles")
    if fact.identity is not None:
        named.add("id_number")
    return named


def one_person(mergers: Iterable[Told]) -> list[set[EntryRef]]:
    """The members that are one person each, from the mergers that stand."""
    groups: list[set[EntryRef]] = []
    for told in mergers:
        assert isinstance(told.fact, MembersMerged)
        group = set(told.fact.members)
        apart = [each for each in groups if not each & group]
        groups = [*apart, group.union(*(each for each in groups if each & group))]
    return groups


@dataclass(frozen=True, slots=True)
class Duration:
    """A state that held from a date until another; empty text for an open end. ISO dates."""

    start: str
    until: str

    def covers(self, day: str) -> bool:
        """Whether ``day`` lies within; the last day is included."""
        return self.start <= day and (not self.until or day <= self.until)
