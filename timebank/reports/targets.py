"""Every figure that the rule pack sets a target for: what was reached, by when, and where it is written."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.policy.pack import Source
from timebank.policy.settings import SETTINGS
from timebank.reports.frame import Frame
from timebank.reports.people import elder_volunteers
from timebank.reports.table import Cell, Count, Share, Table
from timebank.reports.teams import TEAMS, communities, coverage
from timebank.reports.visits import VISITS, WARM_NEST, month_visits

KEYS = tuple(key for key, setting in SETTINGS.items() if setting.shape == "target")
ELDER_VOLUNTEERS, ADVISERS = "targets.elder_volunteers", "targets.advisers"


class Aim(NamedTuple):
    """A target and what was reached. ``why`` says why there is no value: ``nobody``, ``no_population``, ``no_record``."""

    key: str
    percent: int
    by: date | None
    scope: str | None
    categories: tuple[str, ...]
    value: Share | None
    why: str
    source: Source | None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is nothing to measure."""
        if self.value is None or not self.value.whole:
            return None
        return 100 * self.value.part >= self.percent * self.value.whole


def aims(frame: Frame) -> list[Aim]:
    """The targets of the rule pack in force at the period's end, in the order of its settings."""
    pack = frame.pack(frame.end)
    found = []
    for key in KEYS:
        target = pack.value(key)
        if target is None:
            continue
        value, why = _reached(frame, key)
        found.append(
            Aim(
                key,
                target.percent,
                target.by,
                target.scope,
                tuple(target.categories),
                value,
                why,
                pack.source(key),
            )
        )
    return found


def _reached(frame: Frame, key: str) -> tuple[Share | None, str]:
    if key in (VISITS, WARM_NEST):
        months = [month_visits(frame, month, key) for month in frame.months]
        share = Share(sum(each.reached() for each in months), sum(len(each.targets) for each in months))
    elif key == ELDER_VOLUNTEERS:
        if not frame.population:
            return None, "no_population"
        share = Share(len(elder_volunteers(frame)), sum(frame.population.values()))
    elif key == TEAMS:
        share = coverage(communities(frame))
    else:
        return None, "no_record"
    return (share, "") if share.whole else (None, "nobody")


def targets(frame: Frame) -> tuple[Table, ...]:
    """One line for each target: what was reached, what is wanted, of whom, by when, and the source."""
    found = aims(frame)
    rows: list[tuple[Cell, ...]] = [
        (
            SETTINGS[each.key].meaning(frame.phrases.language),
            *_counted(each),
            each.value,
            f"{each.percent}%",
            frame.say(f"met.{_met(each)}"),
            _scope(frame, each),
            each.by,
            _source(each),
        )
        for each in found
    ]
    notes = [frame.say("note.targets")]
    notes += [
        frame.say(f"note.aim_{each.why}", what=SETTINGS[each.key].meaning(frame.phrases.language))
        for each in found
        if each.why
    ]
    columns = frame.columns("target", "part", "whole", "reached", "wanted", "met", "scope", "by", "source")
    return (Table(frame.say("table.targets"), columns, tuple(rows), tuple(notes)),)


def _counted(aim: Aim) -> tuple[Cell, Cell]:
    """Both numbers of a share; counts of people, which are hidden upward where small, or of communities."""
    if aim.value is None:
        return None, None
    part, whole = aim.value
    return (part, whole) if aim.key == TEAMS else (Count(part), Count(whole))


def _met(aim: Aim) -> str:
    if aim.met is None:
        return aim.why or "nobody"
    return "yes" if aim.met else "no"


def _scope(frame: Frame, aim: Aim) -> str:
    said = frame.say(f"scope.{aim.scope}") if aim.scope else ""
    groups = frame.say("word.list").join(map(frame.category, aim.categories))
    return f"{said}: {groups}" if said and groups else said or groups


def _source(aim: Aim) -> str:
    return "" if aim.source is None else str(aim.source)
