"""Which column of a table holds what: by its header, then checked and completed by its values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from timebank.roster import evidence
from timebank.roster.headers import EXACT, Meaning, Profile, unit_of
from timebank.roster.mapping import IGNORE, SEVERAL, Choice, DateOrder, in_order

_LEFT_ASIDE = frozenset(("", "other", "signature", "rating", "relation", "reason"))
_UNUSED = _LEFT_ASIDE | {
    f"{who}_{what}" for who in ("volunteer", "elder") for what in ("number", "signature")
}

_LIKELY = 75  # of 100: a header that is nearly the word itself
_HALF = 0.5  # of the values must fit, else the column is doubtful

Column = list[object]  # the values that are not blank
By = Literal["header", "content", "choice", ""]
Certainty = Literal["sure", "likely", "doubtful", "aside"]


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column was understood; ``field`` is "" for one that was left aside.

    ``why`` says what it was understood by: ``header``, ``header_part``, ``content``, ``chosen``,
    ``remembered``; of a doubtful one also ``values_differ`` and ``twice``; of one left aside ``disbelieved``,
    ``replaced``, ``not_needed``, ``unknown``, ``ignored``. ``place`` counts the columns of the table from 0.
    """

    sheet: str
    header: str
    field: str
    by: By
    certainty: Certainty = "sure"
    why: str = ""
    column: int = 0
    place: int = 0
    layout: str = ""


@dataclass(slots=True)
class Plan:
    """The columns of a table by field, best first, and the header of each column as in the file."""

    headers: dict[int, str]
    fields: dict[str, list[int]] = field(default_factory=dict)
    by_content: set[int] = field(default_factory=set)
    choice: Choice = field(default_factory=Choice)
    notes: dict[int, tuple[Certainty, str]] = field(default_factory=dict)
    """How surely and why, by column."""

    @property
    def places(self) -> dict[int, int]:
        """The place in the table of each column."""
        return {column: place for place, column in enumerate(sorted(self.headers))}

    @property
    def chosen(self) -> dict[int, str]:
        """What a person said of columns, by column."""
        said = self.choice.columns
        return {column: said[place] for column, place in self.places.items() if place in said}

    @property
    def dates(self) -> DateOrder:
        """The order of day, month and year, where a person said it."""
        return self.choice.dates

    def header(self, *names: str) -> str:
        """The header of the first of these fields that the table has, "" if none."""
        return next((self.headers[self.fields[name][0]] for name in names if name in self.fields), "")

    def unit(self, column: int) -> str | None:
        """The unit of length that was chosen, or that a column's header gives."""
        return self.choice.unit or unit_of(self.headers[column])

    def field_of(self, column: int) -> str:
        """The field of a column, "" if it has none."""
        return next((name for name, columns in self.fields.items() if column in columns), "")

    def give(self, column: int, name: str) -> None:
        """Take a column for a field because of its values."""
        for columns in self.fields.values():
            if column in columns:
                columns.remove(column)
        self.fields = {name: columns for name, columns in self.fields.items() if columns}
        self.fields.setdefault(name, []).append(column)
        self.by_content.add(column)

    def drop(self, column: int) -> None:
        """Leave a column aside: its values are not what its header seemed to say."""
        self.fields = {
            name: kept
            for name, columns in self.fields.items()
            if (kept := [other for other in columns if other != column])
        }

    def readings(self, sheet: str, layout: str = "") -> list[ColumnReading]:
        """What was understood of each column, left to right."""
        found = []
        for place, (column, header) in enumerate(sorted(self.headers.items())):
            name = self.field_of(column)
            name = "" if name in _UNUSED else name
            by: By = "content" if column in self.by_content else "header"
            by = "choice" if column in self.chosen else by
            certainty, why = self.notes.get(column, ("aside", "unknown"))
            found.append(
                ColumnReading(sheet, header, name, by if name else "", certainty, why, column, place, layout)
            )
        return found


def plan_columns(
    headers: dict[int, str],
    meanings: dict[int, Meaning | None],
    values: Callable[[int], Column],
    profile: Profile,
    choice: Choice | None = None,
) -> Plan:
    """The plan of a table from its headers, what they mean, the values below them, and what a person said."""
    plan = Plan(headers, choice=choice or Choice())
    said = plan.chosen
    understood = _understood(plan, {c: m for c, m in meanings.items() if c not in said}, values, profile)
    for column, name in said.items():
        understood.drop(column)
        if name != IGNORE and name not in SEVERAL:  # what was said goes before what was understood
            for other in [c for c in understood.fields.get(name, ()) if c not in said]:
                understood.drop(other)
    for column, name in sorted(said.items(), reverse=True):
        if name != IGNORE:
            understood.fields.setdefault(name, []).insert(0, column)
    _note(understood, meanings, values)
    return understood


def _understood(
    plan: Plan,
    meanings: Mapping[int, Meaning | None],
    values_of: Callable[[int], Column],
    profile: Profile,
) -> Plan:
    """What headers and values tell of the columns that nobody said anything of."""
    said = plan.chosen

    def values(column: int) -> Column:
        return [] if column in said else values_of(column)

    known = [(found.score, column, found.field) for column, found in meanings.items() if found]
    for _, column, name in sorted(known, key=lambda k: (-k[0], k[1])):
        plan.fields.setdefault(name, []).append(column)
    for score, column, name in known:
        if not _believable(name, score, values(column)):
            plan.drop(column)
    if profile == "people":
        _complete_people(plan, values)
    else:
        _complete_services(plan, values)
    return plan


def _note(plan: Plan, meanings: Mapping[int, Meaning | None], values: Callable[[int], Column]) -> None:
    """Note how surely each column was understood, and by what."""
    said = plan.chosen
    for column in plan.headers:
        name, found = plan.field_of(column), meanings.get(column)
        if column in said:
            why = "remembered" if plan.choice.remembered else "chosen"
            plan.notes[column] = ("aside", "ignored") if said[column] == IGNORE else ("sure", why)
        elif name in _UNUSED or name in _NOT_KEPT:
            plan.notes[column] = ("aside", _why_aside(name, found, values(column), said.values()))
        elif len(plan.fields[name]) > 1 and name not in SEVERAL and not name.startswith("flag:"):
            plan.notes[column] = ("doubtful", "twice")
        elif _differs(name, values(column), plan.dates):
            plan.notes[column] = ("doubtful", "values_differ")
        elif column in plan.by_content:
            plan.notes[column] = ("likely", "content")
        else:
            sure = found is not None and found.score >= _LIKELY
            plan.notes[column] = ("sure", "header") if sure else ("likely", "header_part")


def _why_aside(name: str, found: Meaning | None, column: Column, said: Collection[str]) -> str:
    if not name and found is not None and found.field not in _UNUSED | _NOT_KEPT:
        return "replaced" if found.field in said else "disbelieved"
    return "not_needed" if name or not column else "unknown"


_NOT_KEPT = frozenset(("serial", "age"))


def _differs(name: str, column: Column, dates: DateOrder) -> bool:
    """Whether fewer than half of the values are what the column is taken for."""
    fits = _FITS.get(name)
    if fits is None or not column:
        return False
    return evidence.share([in_order(value, dates) for value in column], fits) < _HALF


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) or evidence.is_length(value)


def _is_time(value: object) -> bool:
    """Anything that a clock may show: 9点, 9, 9:00-10:30, a spreadsheet's part of a day."""
    if isinstance(value, (int, float)):
        return 0 <= value <= 24
    bare = isinstance(value, str) and value.strip().isdigit()
    return bare or evidence.is_clock(value) or evidence.is_clock_range(value)


_FITS: dict[str, Callable[[object], bool]] = {
    "id_number": lambda value: len(str(value).strip()) >= 15,
    "phone": evidence.is_phone,
    "guardian_phone": evidence.is_phone,
    "emergency_phone": evidence.is_phone,
    "gender": evidence.is_gender,
    "date": evidence.is_date_like,
    "birth": evidence.is_date_like,
    "joined": evidence.is_date_like,
    "kind": evidence.is_kind,
    "start": _is_time,
    "end": _is_time,
    "time": _is_time,
    "length": lambda value: _is_amount(value) or evidence.is_amount(value),
}
"""What most values of a field look like; a column whose values do not is doubtful."""

_PROOFS: dict[str, Callable[[object], bool]] = {
    "categories": evidence.is_category,
    "registered_here": evidence.is_yes_or_no,
    "lives_here": evidence.is_yes_or_no,
    "gender": evidence.is_gender,
}


def _believable(name: str, score: float, column: Column) -> bool:
    """Whether a column may be what its header says; soft fields need a value that proves it."""
    if name.startswith("flag:"):
        return not column or evidence.share(column, evidence.is_yes_or_no) > 0 or _repeats(column)
    proof = _PROOFS.get(name)
    if proof is None or not column or (score == EXACT and name != "categories"):
        return True
    return any(proof(value) for value in column)


def _repeats(column: Column) -> bool:
    """Whether a ticked column says one and the same word in every ticked row."""
    return len({str(value).strip() for value in column}) == 1 and not evidence.is_care_level(column[0])


def _complete_people(plan: Plan, values: Callable[[int], Column]) -> None:
    owned = [name for name in ("volunteer_name", "elder_name") if name in plan.fields]
    if len(owned) == 1 and "name" not in plan.fields:  # whose name it is goes without saying
        plan.fields["name"] = plan.fields.pop(owned[0])
    _find_identity_numbers(plan, values)
    for name, proof in (
        ("phone", evidence.is_phone),
        ("gender", evidence.is_gender),
        ("care_level", evidence.is_care_level),
        ("categories", evidence.is_category),
    ):
        _find(plan, values, name, proof)
    if not owned:
        _find(plan, values, "name", evidence.is_name)


def _find_identity_numbers(plan: Plan, values: Callable[[int], Column]) -> None:
    """A column of valid identity numbers is that column, whatever stands above it or above another one."""
    given = plan.fields.get("id_number", [])
    if any(evidence.share(values(column), evidence.is_identity_number) >= 0.3 for column in given):
        return
    for column in plan.headers:
        if (
            column not in given
            and evidence.share(values(column), evidence.is_identity_number) >= evidence.MOST
        ):
            for wrong in given[:]:
                plan.drop(wrong)
            plan.give(column, "id_number")
            return


def _complete_services(plan: Plan, values: Callable[[int], Column]) -> None:
    for owner in ("volunteer", "elder"):  # a number or a signature stands for a missing name
        for stand_in in (f"{owner}_number", f"{owner}_signature"):
            if owner not in plan.fields and stand_in in plan.fields:
                plan.fields[owner] = plan.fields.pop(stand_in)
    _settle_times(plan, values)
    _find(plan, values, "date", evidence.is_date)
    _find(plan, values, "kind", evidence.is_kind)
    if "name" in plan.fields:  # 姓名 alone: of whoever else is not named
        free = [owner for owner in ("volunteer", "elder") if owner not in plan.fields]
        for owner, column in zip(free, sorted(plan.fields.pop("name")), strict=False):
            plan.fields[owner] = [column]
    for owner in ("volunteer", "elder"):
        _find(plan, values, owner, evidence.is_name)
    if not plan.fields.keys() & {"time", "start", "length"}:
        _find(plan, values, "time", evidence.is_clock_range)
        _find(plan, values, "length", evidence.is_length)
    if not plan.fields.keys() & {"time", "start"}:
        _find(plan, values, "start", evidence.is_clock)
        _find(plan, values, "end", evidence.is_clock)


def _settle_times(plan: Plan, values: Callable[[int], Column]) -> None:
    """服务时间 may stand above a day, a stretch of a day, a beginning or a length: the values tell."""
    for column in [*plan.fields.get("time", [])]:
        cells = values(column)
        shares = {
            "time": evidence.share(cells, evidence.is_clock_range),
            "start": evidence.share(cells, evidence.is_clock),
            "date": evidence.share(cells, evidence.is_date),
            "length": evidence.share(cells, _is_amount),
        }
        settled = max(shares, key=lambda name: shares[name])
        if settled != "time" and shares[settled] >= evidence.MOST and settled not in plan.fields:
            plan.give(column, settled)
    for name in ("start", "end", "date", "length"):
        for column in [*plan.fields.get(name, [])]:
            if evidence.share(values(column), evidence.is_clock_range) >= evidence.MOST:
                plan.give(column, "time")


def _find(plan: Plan, values: Callable[[int], Column], name: str, proof: Callable[[object], bool]) -> None:
    """Give a field that no header named to the column whose values fit it best."""
    if name in plan.fields:
        return
    free = [column for column in plan.headers if plan.field_of(column) in _LEFT_ASIDE]
    best = max(free, key=lambda column: evidence.share(values(column), proof), default=None)
    if best is not None and evidence.share(values(best), proof) >= evidence.MOST:
        plan.give(best, name)
