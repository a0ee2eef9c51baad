"""Who works at this desk."""

from __future__ import annotations

from typing import NamedTuple

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

from timebank.desk.station import Station
from timebank.domain.names import clean_name
from timebank.journal.facts import OperatorAppointed
from timebank.outcome import Refusal

ROLES = ("clerk", "coordinator", "auditor", "keeper")
"""Auditors read all and write nothing; keepers manage stations and keys."""


class Operator(NamedTuple):
    """A person who may act at this desk; ``protected`` where signing in asks for a password."""

    number: int
    name: str
    role: str
    protected: bool


class Operators:
    """Operators of this station. Names stay at home; entries carry numbers."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def list(self) -> list[Operator]:
        """All operators of this station."""
        rows = self._station.store.rows(
            "SELECT number, coalesce(name, ''), role FROM operator WHERE station = ? ORDER BY number",
            (self._station.number,),
        )
        return [Operator(number, name, role, self._secret(number) is not None) for number, name, role in rows]

    def appoint(self, name: str, role: str = "coordinator", password: str = "") -> Operator:
        """Let a person act at this desk."""
        name = clean_name(name)
        if not name:
            raise Refusal("name_missing")
        if role not in ROLES:
            raise Refusal("role_unknown", role=role)
        if any(each.name == name for each in self.list()):
            raise Refusal("operator_exists", name=name)
        number = max((each.number for each in self.list()), default=0) + 1
        with self._station.recording() as pen:
            pen.tell(OperatorAppointed(number, role), {"name": name})
            if password:
                self._station.store.set_local(f"operator.{number}", argon2id.str(password.encode()))
        return Operator(number, name, role, bool(password))

    def sign_in(self, name: str, password: str = "") -> Operator:
        """Act as an operator from now on; refuses with ``operator_unknown`` or ``password_wrong``."""
        operator = next((each for each in self.list() if each.name == clean_name(name)), None)
        if operator is None:
            raise Refusal("operator_unknown", name=name)
        secret = self._secret(operator.number)
        if secret is not None:
            try:
                argon2id.verify(secret, password.encode())
            except InvalidkeyError as error:
                raise Refusal("password_wrong", name=name) from error
        self._act_as(operator)
        return operator

    def sign_out(self) -> None:
        """Nobody acts at this desk until someone signs in."""
        self._station.operator = 0
        self._station.reads_only = False

    def _act_as(self, operator: Operator) -> None:
        self._station.operator = operator.number
        self._station.reads_only = operator.role == "auditor"

    def named(self, name: str) -> Operator:
        """The operator a script names; one that is new is appointed, for the shell already holds the keys."""
        known = next((each for each in self.list() if each.name == clean_name(name)), None)
        operator = known or self.appoint(name)
        self._act_as(operator)
        return operator

    def _secret(self, number: int) -> bytes | None:
        secret = self._station.store.local(f"operator.{number}")
        return None if secret is None else bytes(secret)
