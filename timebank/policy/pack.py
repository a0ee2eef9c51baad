"""A policy pack: what one city, district or network has decided, every value with where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from timebank.outcome import Refusal
from timebank.policy.settings import SETTINGS, Setting, Words, setting
from timebank.policy.values import Plain, plain, value_of

FORMAT = 1
"""Version of the resolved form that travels in an adoption; raised only when an old reader would go wrong."""

SOURCE_KINDS = ("clause", "reference", "local")


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a value comes from: a quoted ``clause``, an outside ``reference``, or a ``local`` decision."""

    kind: str
    title: str = ""
    number: str = ""
    clause: str = ""
    quote: str = ""
    reason: Words | None = None

    def __str__(self) -> str:
        """A short text for facts and scripts: the document's own words, or the reason in both languages."""
        if self.reason is not None:
            return " / ".join(dict.fromkeys((self.reason.zh_CN, self.reason.en)))
        quoted = f"“{self.quote}”" if self.quote else ""
        return " ".join(part for part in (self.title, self.number, self.clause, quoted) if part)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decided (or suggested) value in its plain form; ``origin`` is the pack that says so."""

    value: Any
    source: Source
    origin: str
    confirm: bool = False


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the coordinator said to a question at adoption, in plain form; None leaves it open.

    ``before`` is what the pack itself said there, by which the next adoption knows the same question again.
    """

    value: Any
    source: Source
    before: Any = None


class AgeBand(msgspec.Struct, frozen=True, omit_defaults=True):
    """Minutes a month from age ``start`` to age ``end`` inclusive; None is no upper bound."""

    start: int
    minutes: int
    end: int | None = None

    def covers(self, age: int) -> bool:
        """Whether a person of ``age`` full years falls into this band."""
        return self.start <= age and (self.end is None or age <= self.end)


class AllowanceRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One ground for free hours a month.

    Every condition named must hold; ``categories`` needs any one of them. The minutes come from exactly one
    of ``grades`` (by care grade), ``ages`` (by age band) or ``flat``. ``floor``: the source says 不少于.
    """

    id: str
    name: Words
    source: Source
    origin: str
    registered_here: bool = False
    lives_here: bool = False
    categories: tuple[str, ...] = ()
    impairments: tuple[str, ...] = ()
    grades: dict[str, int] = {}
    ages: tuple[AgeBand, ...] = ()
    flat: int | None = None
    floor: bool = False
    start: date | None = None
    until: date | None = None


class Exclusion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who draws the benefit ``id`` gets no free hours in that month."""

    id: str
    name: Words
    source: Source
    origin: str
    start: date | None = None
    until: date | None = None


class Explanation(msgspec.Struct, frozen=True):
    """All that there is to say about one setting in one pack."""

    setting: Setting
    entry: Entry | None
    suggestion: Entry | None


class Difference(msgspec.Struct, frozen=True):
    """A setting, rule or heading on which two packs differ, in plain values; None where one says nothing."""

    key: str
    before: Plain
    after: Plain


class Pack(msgspec.Struct, frozen=True):
    """A resolved pack: its own decisions over those it inherits. ``chain`` names the packs, nearest first.

    ``answers`` are what a network said when it adopted the pack, by the key of the question; their values
    stand in ``entries`` and ``allowance_rules`` like all others.
    """

    id: str
    name: Words
    region: Words
    level: str
    chain: tuple[str, ...]
    draft: bool = False
    start: date | None = None
    until: date | None = None
    entries: dict[str, Entry] = {}
    suggestions: dict[str, Entry] = {}
    allowance_rules: tuple[AllowanceRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    format: int = FORMAT
    answers: dict[str, Answer] = {}

    def value(self, key: str) -> Any:
        """What the pack says for ``key``, or None where it says nothing. KeyError: no such setting."""
        entry = self.entries.get(key)
        found = _known(key)
        return None if entry is None else value_of(found, entry.value)

    def source(self, key: str) -> Source | None:
        """Where the value of ``key`` comes from, or None where it is unset."""
        entry = self.entries.get(key)
        return entry.source if entry else None

    def unset(self) -> tuple[str, ...]:
        """Every setting without a value; a ``kinds.*`` setting counts as unset while no kind has one."""
        decided = {found.key for key in self.entries if (found := setting(key))}
        return tuple(key for key in SETTINGS if key not in decided)

    def to_confirm(self) -> tuple[str, ...]:
        """The keys whose value is in use but waits for the coordinator's word."""
        return tuple(sorted(key for key, entry in self.entries.items() if entry.confirm))

    def explain(self, key: str) -> Explanation:
        """Meaning, value, source and suggestion for ``key``. KeyError: there is no such setting."""
        return Explanation(_known(key), self.entries.get(key), self.suggestions.get(key))

    def in_force(self, day: date) -> bool:
        """Whether the pack's own dates include ``day``."""
        return within(self.start, day, self.until)


def within(start: date | None, day: date, until: date | None) -> bool:
    """Whether ``day`` lies in a period, both ends included, None being no bound."""
    return (start is None or start <= day) and (until is None or day <= until)


def answered(pack: Pack, answers: Mapping[str, object], reason: Words) -> Pack:
    """The pack with the values a centre gave at adoption, each marked as its own decision.

    None withdraws a value. Raises Refusal ``policy_key_unknown`` or the code of a value that does not fit.
    """
    entries = dict(pack.entries)
    for key, answer in answers.items():
        found = setting(key)
        if found is None or "*" in key:
            raise Refusal("policy_key_unknown", key=key)
        if answer is None:
            entries.pop(key, None)
        else:
            entries[key] = Entry(plain(found, answer), Source("local", reason=reason), pack.id)
    return msgspec.structs.replace(pack, entries=entries)


def diff(before: Pack, after: Pack) -> list[Difference]:
    """What changes for people between two packs: headings, values, rules; not a mere change of source."""
    old, new = facets(before), facets(after)
    return [
        Difference(key, old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def facets(pack: Pack) -> dict[str, Plain]:
    """Everything in which a pack can differ from another, by key, in plain values: what people would notice."""
    return dict(_facets(pack))


def resolved(pack: Pack) -> dict[str, Plain]:
    """The whole pack in plain values (text, numbers, lists, dicts), fit for an adoption fact."""
    tree: dict[str, Plain] = msgspec.to_builtins(pack)
    return tree


def from_resolved(tree: Mapping[str, Plain]) -> Pack:
    """The pack that :func:`resolved` wrote down, from this program or a newer one.

    Settings that this version does not know are kept unread. Raises Refusal ``policy_resolved`` for anything
    that is not such a tree, ``policy_newer`` where an update of the program is needed to follow it.
    """
    version = tree.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise Refusal("policy_newer", policy=tree.get("id"))
    try:
        pack = msgspec.convert(tree, Pack)
    except msgspec.ValidationError as error:
        raise Refusal("policy_resolved", detail=str(error)) from error
    for key, entry in pack.entries.items():
        if not _sound(key, entry.value):
            raise Refusal("policy_resolved", detail=key)
    for key, answer in pack.answers.items():
        if answer.value is not None and not _sound(key, answer.value):
            raise Refusal("policy_resolved", detail=key)
    for rule in pack.allowance_rules:
        if min([*rule.grades.values(), *(band.minutes for band in rule.ages), rule.flat or 0], default=0) < 0:
            raise Refusal("policy_resolved", detail=rule.id)
    return pack


def _sound(key: str, value: Plain) -> bool:
    """Whether a value that arrived is one that this program would have written, as far as it knows the key."""
    found = setting(key)
    try:
        return found is None or bool(plain(found, value) == value)
    except Refusal:
        return False


def canonical_bytes(pack: Pack) -> bytes:
    """One byte sequence for one meaning: MessagePack with sorted keys."""
    return msgspec.msgpack.encode(resolved(pack), order="deterministic")


def digest(pack: Pack) -> bytes:
    """SHA-256 (32 bytes) of :func:`canonical_bytes`."""
    return hashlib.sha256(canonical_bytes(pack)).digest()


def _known(key: str) -> Setting:
    found = setting(key)
    if found is None:
        raise KeyError(key)
    return found


def _facets(pack: Pack) -> Iterator[tuple[str, Plain]]:
    tree = resolved(pack)
    for heading in ("id", "name", "region", "level", "draft", "start", "until"):
        yield heading, tree[heading]
    for key, entry in tree["entries"].items():
        yield key, entry["value"]
    for area, rules in (("allowance", tree["allowance_rules"]), ("exclusion", tree["exclusions"])):
        for rule in rules:
            yield (
                f"{area}.{rule['id']}",
                {k: v for k, v in rule.items() if k not in ("id", "source", "origin")},
            )
