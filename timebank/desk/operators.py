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
"""Auditors read all and write nothing; keepers manage stations, keys and operators."""
KEEPER = "keeper"


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

    def find(self, name: str) -> Operator | None:
        """The operator of a name, if there is one."""
        return next((each for each in self.list() if each.name == clean_name(name)), None)

    def may_manage(self) -> bool:
        """Whether whoever is at the desk decides who works here: a keeper, or anyone while there is no keeper."""
        acting = self._station.operator
        keepers = [each.number for each in self.list() if each.role == KEEPER]
        return not acting or not keepers or acting in keepers

    def _require_keeper(self) -> None:
        if not self.may_manage():
            raise Refusal("keepers_only")

    def appoint(self, name: str, role: str = "coordinator", password: str = "") -> Operator:
        """Let a person act at this desk; refuses with ``keepers_only`` where :meth:`may_manage` says no."""
        self._require_keeper()
        return self._appoint(name, role, password)

    def _appoint(self, name: str, role: str = "coordinator", password: str = "") -> Operator:
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
                self._keep_secret(number, password)
        return Operator(number, name, role, bool(password))

    def change_role(self, name: str, role: str) -> Operator:
        """Give an operator another role; refuses with ``keepers_only``, or ``last_keeper`` for the only one."""
        self._require_keeper()
        if role not in ROLES:
            raise Refusal("role_unknown", role=role)
        before = self._named(name)
        keepers = [each for each in self.list() if each.role == KEEPER]
        if role != KEEPER and keepers == [before]:
            raise Refusal("last_keeper", name=before.name)
        if role != before.role:
            with self._station.recording() as pen:
                pen.tell(OperatorAppointed(before.number, role), {"name": before.name})
        changed = before._replace(role=role)
        if changed.number == self._station.operator:
            self._act_as(changed)
        return changed

    def set_password(self, name: str, password: str, old: str = "") -> Operator:
        """Have signing in ask for ``password``, or for none where it is empty.

        Everyone sets their own and gives the ``old`` one, where there is one; keepers set those of others.
        Refuses with ``keepers_only`` or ``password_wrong``.
        """
        self._station.require_writer()
        operator = self._named(name)
        if operator.number == self._station.operator:
            self._verify(operator, old)
        else:
            self._require_keeper()
        with self._station.store.transaction():
            self._keep_secret(operator.number, password)
        return operator._replace(protected=bool(password))

    def _named(self, name: str) -> Operator:
        operator = self.find(name)
        if operator is None:
            raise Refusal("operator_unknown", name=name)
        return operator

    def _keep_secret(self, number: int, password: str) -> None:
        secret = argon2id.str(password.encode()) if password else None
        self._station.store.set_local(f"operator.{number}", secret)

    def _verify(self, operator: Operator, password: str) -> None:
        secret = self._secret(operator.number)
        if secret is None:
            return
        try:
            argon2id.verify(secret, password.encode())
        except InvalidkeyError as error:
            raise Refusal("password_wrong", name=operator.name) from error

    def sign_in(self, name: str, password: str = "") -> Operator:
        """Act as an operator from now on; refuses with ``operator_unknown`` or ``password_wrong``."""
        operator = self._named(name)
        self._verify(operator, password)
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
        operator = self.find(name) or self._appoint(name)
        self._act_as(operator)
        return operator

    def _secret(self, number: int) -> bytes | None:
        secret = self._station.store.local(f"operator.{number}")
        return None if secret is None else bytes(secret)
