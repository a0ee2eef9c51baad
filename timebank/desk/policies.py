"""The rules in force: adopting a pack, and reading it back from the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from timebank.desk.keyring import passphrase_from
from timebank.desk.rule_words import option_words
from timebank.desk.rules import source_text
from timebank.desk.station import Station
from timebank.desk.stations import network_name
from timebank.files import read_fault
from timebank.journal.facts import PolicyAdopted
from timebank.journal.refs import EntryRef, day_number, day_of
from timebank.outcome import Refusal
from timebank.phrases import phrases
from timebank.policy.answers import Question, carried, floor_of, questions, read_answers, with_answers
from timebank.policy.catalog import Beside, check, load, pack_ids, parse
from timebank.policy.pack import Difference, Pack, Source, diff, digest, from_resolved, resolved
from timebank.policy.settings import Words
from timebank.policy.validate import Finding

FALLBACK = "neutral"
"""Holds where nothing was adopted."""


class Adopted(NamedTuple):
    """A pack that was adopted, by its id, and the entry that says so."""

    pack: str
    entry: EntryRef


class Adoption(NamedTuple):
    """One adoption in the history: the pack, the day it holds from, and when it was adopted.

    ``pack`` is None where it needs a later version of the program.
    """

    id: str
    pack: Pack | None
    start: date
    decided: datetime
    entry: EntryRef
    in_force: bool


class Plan(NamedTuple):
    """A pack as it would be adopted: with its answers, and what that changes against the rules of that day."""

    pack: Pack
    start: date
    differences: tuple[Difference, ...]
    carried: tuple[str, ...]
    """The keys of the answers that were given at an earlier adoption."""
    before: Pack


def adoption(pack: Pack, day: date) -> PolicyAdopted:
    """The fact that ``pack`` holds from ``day`` on."""
    return PolicyAdopted(pack.id, day_number(day), resolved(pack), digest(pack))


class Policies:
    """Rule packs of this network."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._read: tuple[int, Pack] | None = None

    def ids(self) -> tuple[str, ...]:
        """The packs that come with the program."""
        return pack_ids()

    def in_force(self, day: date | None = None) -> Pack:
        """The pack that holds on ``day`` (today where not said): the last one adopted for it.

        The first pack that the network adopted covers the time before as well.
        """
        row = self._adoption(day)
        if row is None:
            return load(FALLBACK)
        if self._read is None or self._read[0] != row[0]:
            told = self._station.store.told(row[0])
            assert told is not None
            assert isinstance(told.fact, PolicyAdopted)
            self._read = (row[0], from_resolved(told.fact.values))
        return self._read[1]

    def adopted(self) -> str | None:
        """The id of the pack in force, None where none was adopted."""
        row = self._adoption(None)
        return None if row is None else row[1]

    def every(self) -> list[Pack]:
        """Every pack that was adopted, in the order of the facts."""
        told = (
            self._station.store.told(row) for (row,) in self._station.store.rows("SELECT entry FROM policy")
        )
        return [
            from_resolved(each.fact.values) for each in told if each and isinstance(each.fact, PolicyAdopted)
        ]

    def _adoption(self, day: date | None) -> tuple[int, str] | None:
        number = day_number(day or self._station.surroundings.today())
        row = self._station.store.row(
            "SELECT p.entry, p.pack FROM policy p CROSS JOIN entry e ON e.id = p.entry"  # the few first: entries are many
            " ORDER BY p.day <= ? DESC, CASE WHEN p.day <= ? THEN -p.day ELSE p.day END, e.lamport DESC, e.seq DESC"
            " LIMIT 1",
            (number, number),
        )
        return None if row is None else (row[0], row[1])

    def history(self) -> list[Adoption]:
        """Every adoption, the one that begins last first."""
        in_force = self._adoption(None)
        rows = self._station.store.rows(
            "SELECT p.entry, p.day FROM policy p CROSS JOIN entry e ON e.id = p.entry"
            " ORDER BY p.day DESC, e.lamport DESC, e.seq DESC"
        )
        return [self._adopted(row, day, row == (in_force or (0,))[0]) for row, day in rows]

    def _adopted(self, row: int, day: int, in_force: bool) -> Adoption:
        told = self._station.store.told(row)
        assert told is not None
        assert isinstance(told.fact, PolicyAdopted)
        try:
            pack = from_resolved(told.fact.values)
        except Refusal:  # it was adopted by a later program; this one can still say when
            pack = None
        decided = datetime.fromtimestamp(told.wall)
        return Adoption(told.fact.pack, pack, day_of(day), decided, told.ref, in_force)

    def named(self, policy: str, day: date | None = None) -> Pack:
        """The pack of an id or a file, as :func:`pack_named`; also one that was adopted from a file, by its id."""
        if policy not in pack_ids() and not policy.lower().endswith(".toml"):
            known = next((each.pack for each in self.history() if each.id == policy and each.pack), None)
            if known is not None:
                return known
        return pack_named(policy, day)

    # Adopting

    def questions(self, policy: str, day: date | None = None) -> tuple[Question, ...]:
        """What a pack asks, with the answers that the network gave when it adopted the rules in force."""
        start = day or self._station.surroundings.today()
        return questions(self.named(policy, start), self._earlier(start))

    def plan(
        self,
        policy: str,
        *,
        day: date | None = None,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> Plan:
        """What adopting a pack with these answers (texts by key, an empty one leaves it open) would come to.

        Answers given before are carried over. ``reason`` is a line of the coordinator's that travels with the
        new ones, for everyone to read. Refuses as :func:`timebank.policy.answers.read_answers`.
        """
        start = day or self._station.surroundings.today()
        pack, earlier = self.named(policy, start), self._earlier(start)
        kept = carried(pack, earlier) if earlier is not None else {}
        given = read_answers(pack, answers or {}, self._decision(reason), option_words)
        whole = with_answers(pack, {**kept, **given})
        before = self.in_force(start)
        return Plan(
            whole, start, tuple(diff(before, whole)), tuple(sorted(kept.keys() - given.keys())), before
        )

    def adopt(
        self,
        policy: str,
        *,
        day: date | None = None,
        answers: Mapping[str, str] | None = None,
        reason: str = "",
        passphrase_file: Path | None = None,
        passphrase: str = "",
    ) -> Adopted:
        """Let a pack hold from ``day`` (today) on, in the whole network. Only the root's holder can.

        ``policy`` is the id of a shipped pack, or the path of a pack file (``.toml``); answers as for :meth:`plan`.
        """
        plan = self.plan(policy, day=day, answers=answers, reason=reason)
        with self._station.root_recording(passphrase_from(passphrase, passphrase_file)) as pen:
            return Adopted(plan.pack.id, pen.tell(adoption(plan.pack, plan.start)))

    def _earlier(self, day: date) -> Pack | None:
        return None if self._adoption(day) is None else self.in_force(day)

    def _decision(self, reason: str) -> Callable[[str, object, Pack], Source]:
        """How an answer says where it comes from: who decided, when, and on what ground."""
        network, today = network_name(self._station.store), self._station.surroundings.today()

        def said(key: str, value: object, pack: Pack, language: str) -> str:
            say = phrases(language)
            entry, suggestion, floor = pack.entries.get(key), pack.suggestions.get(key), floor_of(pack, key)
            parts = [say("policy.decided_here", network=network, day=today.isoformat())]
            if suggestion is not None and suggestion.value == value:
                parts.append(say("policy.as_suggested", source=source_text(suggestion.source, language)))
            elif floor is not None and value is not None:
                parts.append(say("policy.above_floor", source=source_text(floor.rule.source, language)))
            elif entry is not None and entry.value == value:
                parts.append(say("policy.as_confirmed", source=source_text(entry.source, language)))
            elif value is None:
                parts.append(say("policy.left_open"))
            if reason.strip():
                parts.append(say("policy.with_reason", reason=reason.strip()))
            return ("" if language == "zh_CN" else " ").join(parts)

        return lambda key, value, pack: Source(
            "local", reason=Words(said(key, value, pack, "zh_CN"), said(key, value, pack, "en"))
        )


def pack_named(policy: str, day: date | None = None) -> Pack:
    """The shipped pack of an id, or the pack in a file (``.toml``), as it holds on ``day``.

    Refuses as :func:`timebank.policy.catalog.load` and ``parse`` do, and with ``policy_unreadable``.
    """
    if not policy.lower().endswith(".toml"):
        return load(policy, day)
    path = Path(policy)
    return parse(_text_of(path), path.name, day, _beside(path))


def read_pack_findings(path: Path) -> list[Finding]:
    """Everything wrong with a pack file; refuses with ``policy_unreadable`` for what is no text."""
    return check(_text_of(path), path.name, beside=_beside(path))


def _beside(path: Path) -> Beside:
    """The packs in the folder of a pack file, each under its id: a district's file lies beside its city's."""

    def text(policy: str) -> str | None:
        file = path.parent / f"{policy}.toml"
        return _text_of(file) if file.name == f"{policy}.toml" and file.is_file() else None

    return text


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # Windows' editor begins a file with a mark
    except OSError as error:
        raise read_fault(error, path) from error
    except UnicodeDecodeError as error:
        raise Refusal("policy_unreadable", file=path.name) from error
