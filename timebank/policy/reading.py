"""Reads one pack file as written, before inheritance, and says precisely what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from timebank.outcome import Refusal
from timebank.policy import values
from timebank.policy.lines import Lines, Path
from timebank.policy.pack import SOURCE_KINDS, AgeBand, AllowanceRule, Entry, Exclusion, Source
from timebank.policy.settings import SETTINGS, Words, setting

LEVELS = ("nation", "province", "city", "county", "street", "community", "any")
"""How large a region a pack is written for, widest first; ``any`` for one that is not tied to a place."""


class Finding(msgspec.Struct, frozen=True):
    """One thing wrong in a pack file: where (file, dotted key, line from 1) and what (code and its facts)."""

    file: str
    key: str
    line: int
    code: str
    facts: dict[str, Any]


class Sheet(msgspec.Struct, frozen=True):
    """One pack file as written: its own decisions only, and the name of the pack that it inherits."""

    file: str
    id: str
    name: Words
    region: Words
    level: str
    draft: bool
    start: date | None
    until: date | None
    inherits: str | None
    unset: tuple[str, ...]
    entries: dict[str, Entry]
    suggestions: dict[str, Entry]
    rules: tuple[AllowanceRule, ...]
    exclusions: tuple[Exclusion, ...]


def read(text: str, file: str) -> tuple[Sheet | None, list[Finding]]:
    """The sheet in ``text`` and everything wrong with it; None where anything is."""
    try:
        tree = tomllib.loads(text)
        lines = Lines(text)
    except tomllib.TOMLDecodeError as error:
        return None, [Finding(file, "", _line_in(error, text), "policy_toml", {"detail": str(error)})]
    except RecursionError:
        return None, [Finding(file, "", 1, "policy_nested", {})]
    reader = _Reader(file, lines)
    sheet = reader.sheet(tree)
    return (None if reader.findings else sheet), sorted(reader.findings, key=lambda found: found.line)


def dotted(path: Path) -> str:
    """A path as people write it: ``allowance[0].minutes``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _line_in(error: tomllib.TOMLDecodeError, text: str) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else text.rstrip("\n").count("\n") + 1


_HEADINGS = (
    "id", "name", "region", "level", "draft", "from", "until", "inherits", "unset",
    "documents", "settings", "allowance", "exclusion",
)  # fmt: skip
_RULE_KEYS = (
    "id", "name", "registered_here", "lives_here", "categories", "impairments", "minutes", "ages",
    "floor", "from", "until", "source",
)  # fmt: skip


class _Reader:
    """Walks one parsed file; every ``take`` that fails leaves a finding and goes on."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._lines = lines
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._origin = ""

    def note(self, path: Path, code: str, **facts: object) -> None:
        self.findings.append(Finding(self._file, dotted(path), self._lines.of(path), code, dict(facts)))

    def take(
        self,
        node: Mapping[str, Any],
        path: Path,
        key: str,
        how: Callable[[Any], Any],
        *,
        required: bool = False,
        default: Any = None,
    ) -> Any:
        """``node[key]`` as ``how`` reads it; the default where it is absent or unreadable."""
        if key not in node:
            if required:
                self.note(path, "policy_key_missing", key=key)
            return default
        try:
            return how(node[key])
        except Refusal as refusal:
            self.note((*path, key), refusal.code, **refusal.facts)
            return default

    def only(self, node: Mapping[str, Any], path: Path, known: Collection[str]) -> None:
        for key in node:
            if key not in known:
                self.note((*path, key), "policy_key_unknown", key=key)

    def sheet(self, tree: Mapping[str, Any]) -> Sheet:
        self.only(tree, (), _HEADINGS)
        self._origin = self.take(tree, (), "id", _id, required=True, default="")
        name = self.take(tree, (), "name", _words, required=True)
        start, until = self._period(tree, ())
        self._read_documents(self.take(tree, (), "documents", _table, default={}))
        entries: dict[str, Entry] = {}
        suggestions: dict[str, Entry] = {}
        self._settings(
            self.take(tree, (), "settings", _table, default={}), ("settings",), "", entries, suggestions
        )
        unset = self.take(tree, (), "unset", lambda w: tuple(values.each_of(w, values.text)), default=())
        for position, key in enumerate(unset):
            if setting(key) is None:
                self.note(("unset", position), "policy_key_unknown", key=key)
            elif key in entries:
                self.note(("unset", position), "policy_set_and_unset", key=key)
        return Sheet(
            file=self._file,
            id=self._origin,
            name=name,
            region=self.take(tree, (), "region", _words, default=name),
            level=self.take(tree, (), "level", _one_of(LEVELS), required=True),
            draft=self.take(tree, (), "draft", values.flag, default=False),
            start=start,
            until=until,
            inherits=self.take(tree, (), "inherits", values.text),
            unset=unset,
            entries=entries,
            suggestions=suggestions,
            rules=self._several(tree, "allowance", lambda node, path: self._rule(node, path, start, until)),
            exclusions=self._several(
                tree, "exclusion", lambda node, path: self._exclusion(node, path, start, until)
            ),
        )

    def _period(self, node: Mapping[str, Any], path: Path) -> tuple[date | None, date | None]:
        start, until = self.take(node, path, "from", _day), self.take(node, path, "until", _day)
        if start and until and start > until:
            self.note((*path, "until"), "policy_dates", start=start, until=until)
        return start, until

    def _read_documents(self, documents: Mapping[str, Any]) -> None:
        for name, node in documents.items():
            path = ("documents", name)
            if not isinstance(node, Mapping):
                self.note(path, "policy_type", expected=f"[documents.{name}]")
                continue
            self.only(node, path, ("title", "number", "issued"))
            self.take(node, path, "title", values.text, required=True)
            self.take(node, path, "number", values.text)
            self.take(node, path, "issued", _day)
            self._documents[name] = node

    def _settings(
        self,
        node: Mapping[str, Any],
        path: Path,
        prefix: str,
        entries: dict[str, Entry],
        suggestions: dict[str, Entry],
    ) -> None:
        for name, child in node.items():
            here: Path = (*path, name)
            part = name
            if prefix == "kinds.":
                try:
                    part = values.kind_code(name)
                except Refusal as refusal:
                    self.note(here, refusal.code, **refusal.facts)
                    continue
            key = prefix + part
            pattern = "kinds.*." if prefix == "kinds." else key + "."
            if setting(key):
                self._entry(child, here, key, entries, suggestions)
            elif isinstance(child, Mapping) and any(known.startswith(pattern) for known in SETTINGS):
                self._settings(child, here, key + ".", entries, suggestions)
            else:
                self.note(here, "policy_key_unknown", key=key)

    def _entry(
        self, node: object, path: Path, key: str, entries: dict[str, Entry], suggestions: dict[str, Entry]
    ) -> None:
        if not isinstance(node, Mapping):
            self.note(path, "policy_type", expected="{ value = …, source = { … } }")
            return
        self.only(node, path, ("value", "suggest", "confirm", "source"))
        field = "suggest" if "suggest" in node else "value"
        found = setting(key)
        assert found is not None
        value = self.take(node, path, field, lambda written: values.plain(found, written), required=True)
        if "suggest" in node and "value" in node:
            self.note((*path, "suggest"), "policy_set_and_unset", key=key)
        confirm = self.take(node, path, "confirm", values.flag, default=False)
        source = self._source(node, path)
        into = suggestions if field == "suggest" else entries
        if key in into:
            self.note(path, "policy_key_twice", key=key)
        elif source is not None:
            into[key] = Entry(value, source, self._origin, confirm)

    def _source(self, node: Mapping[str, Any], path: Path) -> Source | None:
        if "source" not in node:
            self.note(path, "policy_source_missing", key=dotted(path))
            return None
        path = (*path, "source")
        written = node["source"]
        kind = written.get("kind") if isinstance(written, Mapping) else None
        if not isinstance(written, Mapping) or kind not in SOURCE_KINDS:
            self.note(path, "policy_source_kind", found=kind, choices=" / ".join(SOURCE_KINDS))
            return None
        match kind:
            case "clause":
                return self._clause(written, path)
            case "reference":
                self.only(written, path, ("kind", "title", "number", "clause"))
                title = self.take(written, path, "title", values.text, required=True)
                number = self.take(written, path, "number", values.text, default="")
                clause = self.take(written, path, "clause", values.text, default="")
                return Source(kind, title, number, clause)
        self.only(written, path, ("kind", "reason"))
        if "reason" not in written:
            self.note(path, "policy_reason_missing", key=dotted(path))
        return Source(kind, reason=self.take(written, path, "reason", _words))

    def _clause(self, written: Mapping[str, Any], path: Path) -> Source:
        self.only(written, path, ("kind", "document", "clause", "quote"))
        name = self.take(written, path, "document", values.text, required=True, default="")
        document = self._documents.get(name, {})
        if name and not document:
            self.note((*path, "document"), "policy_document_unknown", document=name)
        clause = self.take(written, path, "clause", values.text, required=True)
        if "quote" not in written:
            self.note(path, "policy_quote_missing", key=dotted(path))
        quote = self.take(written, path, "quote", values.text)
        return Source("clause", document.get("title", ""), document.get("number", ""), clause, quote)

    def _several(
        self, tree: Mapping[str, Any], area: str, one: Callable[[Mapping[str, Any], Path], Any]
    ) -> Any:
        nodes = tree.get(area, [])
        if not isinstance(nodes, list) or not all(isinstance(node, Mapping) for node in nodes):
            self.note((area,), "policy_type", expected=f"[[{area}]]")
            return ()
        found = [one(node, (area, position)) for position, node in enumerate(nodes)]
        seen: set[str] = set()
        for position, each in enumerate(found):
            if each.id in seen:
                self.note((area, position, "id"), "policy_rule_twice", rule=each.id)
            seen.add(each.id)
        return tuple(found)

    def _exclusion(
        self, node: Mapping[str, Any], path: Path, start: date | None, until: date | None
    ) -> Exclusion:
        self.only(node, path, ("id", "name", "from", "until", "source"))
        own_start, own_until = self._period(node, path)
        return Exclusion(
            id=self.take(node, path, "id", _id, required=True),
            name=self.take(node, path, "name", _words, required=True),
            source=self._source(node, path) or Source(""),
            origin=self._origin,
            start=own_start or start,
            until=own_until or until,
        )

    def _rule(
        self, node: Mapping[str, Any], path: Path, start: date | None, until: date | None
    ) -> AllowanceRule:
        self.only(node, path, _RULE_KEYS)
        rule_id = self.take(node, path, "id", _id, required=True)
        own_start, own_until = self._period(node, path)
        if ("minutes" in node) == ("ages" in node):
            self.note(path, "policy_rule_minutes", rule=rule_id)
        grades, flat = self._minutes(node, path)
        if grades and "impairments" not in node:
            self.note(path, "policy_key_missing", key="impairments")
        codes = lambda written: tuple(values.each_of(written, values.category_code))  # noqa: E731
        return AllowanceRule(
            id=rule_id,
            name=self.take(node, path, "name", _words, required=True),
            source=self._source(node, path) or Source(""),
            origin=self._origin,
            registered_here=self.take(node, path, "registered_here", values.flag, default=False),
            lives_here=self.take(node, path, "lives_here", values.flag, default=False),
            categories=self.take(node, path, "categories", codes, default=()),
            impairments=self.take(node, path, "impairments", _impairments, default=()),
            grades=grades,
            ages=self._ages(node, path),
            flat=flat,
            floor=self.take(node, path, "floor", values.flag, default=False),
            start=own_start or start,
            until=own_until or until,
        )

    def _minutes(self, node: Mapping[str, Any], path: Path) -> tuple[dict[str, int], int | None]:
        written = node.get("minutes")
        if not isinstance(written, Mapping):
            return {}, self.take(node, path, "minutes", values.minutes_in)
        grades = {}
        for word in written:
            here = (*path, "minutes")
            try:
                code = values.grade(word)
            except Refusal as refusal:
                self.note((*here, word), refusal.code, **refusal.facts)
                continue
            grades[code] = self.take(written, here, word, values.minutes_in, default=0)
        if not written:
            self.note((*path, "minutes"), "policy_type", expected='{ "中度" = "38 小时" }')
        return grades, None

    def _ages(self, node: Mapping[str, Any], path: Path) -> tuple[AgeBand, ...]:
        bands: list[AgeBand] = []
        written = self.take(node, path, "ages", lambda w: values.each_of(w, _table), default=[])
        for position, band in enumerate(written):
            here = (*path, "ages", position)
            self.only(band, here, ("from", "to", "minutes"))
            start = self.take(band, here, "from", values.whole, required=True, default=0)
            end = self.take(band, here, "to", values.whole)
            minutes = self.take(band, here, "minutes", values.minutes_in, required=True, default=0)
            before = bands[-1] if bands else None
            if (end is not None and end < start) or (before and (before.end is None or before.end >= start)):
                self.note(here, "policy_bands", start=start, end="∞" if end is None else end)
            bands.append(AgeBand(start, minutes, end))
        return tuple(bands)


_ID = re.compile(r"[\w.-]+")
_IMPAIRMENTS = {values.category_code(word): word for word in ("失能", "失智")}


def _id(written: object) -> str:
    """A name that commands can take: lower case, without spaces."""
    said = values.text(written)
    if not _ID.fullmatch(said) or said != said.lower():
        raise Refusal("policy_id", id=said)
    return said


def _impairments(written: object) -> tuple[str, ...]:
    """失能, 失智 or both, as codes."""

    def code_of(word: object) -> str:
        code = values.category_code(word)
        if code not in _IMPAIRMENTS:
            raise Refusal("policy_choice", found=word, choices=" / ".join(_IMPAIRMENTS.values()))
        return code

    return tuple(values.each_of(written, code_of))


def _words(written: object) -> Words:
    both = values.words(written)
    return Words(both["zh_CN"], both["en"])


def _table(written: object) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise Refusal("policy_type", expected="{ … }")
    return written


def _day(written: object) -> date:
    if not isinstance(written, date) or isinstance(written, datetime):
        raise Refusal("policy_type", expected="2020-11-10")
    return written


def _one_of(options: tuple[str, ...]) -> Callable[[object], str]:
    def choose(written: object) -> str:
        if written not in options:
            raise Refusal("policy_choice", found=written, choices=" / ".join(options))
        return str(written)

    return choose
