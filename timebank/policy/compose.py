"""Inheritance: a district's sheet over its city's over what every network shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from timebank.outcome import Refusal
from timebank.policy.lines import Path
from timebank.policy.pack import AllowanceRule, Entry, Exclusion, Pack
from timebank.policy.reading import LEVELS, Sheet

Find = Callable[[str], Sheet | None]
"""Gives the sheet of a pack id, or None where there is none."""


def lineage(sheet: Sheet, find: Find) -> list[Sheet]:
    """The sheet and all that it inherits, nearest first. Raises Refusal on an unknown parent or a cycle."""
    chain = [sheet]
    while chain[-1].inherits is not None:
        parent = chain[-1].inherits
        names = [each.id for each in chain]
        if parent in names:
            raise Refusal("policy_cycle", chain=" → ".join([*names, parent]))
        found = find(parent)
        if found is None:
            raise Refusal("policy_parent_unknown", parent=parent)
        chain.append(found)
    return chain


def compose(chain: Sequence[Sheet]) -> Pack:
    """One pack from a lineage: the nearer sheet's word counts, key by key and rule by rule (same id)."""
    entries: dict[str, Entry] = {}
    suggestions: dict[str, Entry] = {}
    rules: dict[str, AllowanceRule] = {}
    exclusions: dict[str, Exclusion] = {}
    for sheet in reversed(chain):
        for key in sheet.unset:
            entries.pop(key, None)
        entries |= sheet.entries
        suggestions |= sheet.suggestions
        rules |= {rule.id: rule for rule in sheet.rules}
        exclusions |= {each.id: each for each in sheet.exclusions}
    own = chain[0]
    return Pack(
        id=own.id,
        name=own.name,
        region=own.region,
        level=own.level,
        chain=tuple(sheet.id for sheet in chain),
        draft=own.draft,
        start=own.start,
        until=own.until,
        entries=entries,
        suggestions={key: entry for key, entry in suggestions.items() if key not in entries},
        allowance_rules=tuple(rules.values()),
        exclusions=tuple(exclusions.values()),
    )


def clashes(chain: Sequence[Sheet]) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """What only shows once the sheets lie on one another: path in the nearest sheet, code and facts."""
    own = chain[0]
    inherited = {rule.id: rule for sheet in reversed(chain[1:]) for rule in sheet.rules}
    for position, rule in enumerate(own.rules):
        floor = inherited.get(rule.id)
        if floor is None or not floor.floor:
            continue
        for grade, least in floor.grades.items():
            given = rule.grades.get(grade, rule.flat or 0)
            if given < least:
                facts = {"rule": rule.id, "level": grade, "given": given, "floor": least}
                yield ("allowance", position, "minutes"), "policy_below_floor", facts
        bands = (*floor.ages, *rule.ages)
        turns = {band.start for band in bands} | {band.end + 1 for band in bands if band.end is not None}
        for age in sorted(turns):
            least, given = _at(floor, age), _at(rule, age)
            if floor.ages and given < least:
                facts = {"rule": rule.id, "level": age, "given": given, "floor": least}
                yield ("allowance", position, "ages" if rule.ages else "minutes"), "policy_below_floor", facts
        if floor.flat is not None and _least(rule) < floor.flat:
            facts = {"rule": rule.id, "level": "all", "given": _least(rule), "floor": floor.flat}
            yield ("allowance", position, "minutes"), "policy_below_floor", facts
    above = chain[1].level if len(chain) > 1 else "any"
    if "any" not in (own.level, above) and LEVELS.index(own.level) < LEVELS.index(above):
        yield ("level",), "policy_level_above", {"level": own.level, "above": above, "parent": chain[1].id}
    pack = compose(chain)
    youngest, oldest = pack.value("younger_elder.from"), pack.value("younger_elder.to")
    if youngest is not None and oldest is not None and youngest > oldest:
        path = ("settings", "younger_elder", "to" if "younger_elder.to" in own.entries else "from")
        yield path, "policy_bands", {"start": youngest, "end": oldest}


def _at(rule: AllowanceRule, age: int) -> int:
    """Minutes that a rule gives at an age, where it goes by age; else to all."""
    return next((band.minutes for band in rule.ages if band.covers(age)), rule.flat or 0)


def _least(rule: AllowanceRule) -> int:
    """The least that a rule gives to anyone whom it covers."""
    return min([*rule.grades.values(), *(band.minutes for band in rule.ages)], default=rule.flat or 0)
