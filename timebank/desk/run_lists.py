"""The month's runs as lists to print and to save: who got how much and by which rule, what lapsed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from timebank.desk.months import Grant, GrantRun, Lapse, MonthEnd
from timebank.desk.network import network_name
from timebank.desk.policies import Policies
from timebank.desk.rule_words import meaning_text
from timebank.desk.rules import source_text
from timebank.desk.station import Station
from timebank.phrases import phrases
from timebank.policy.pack import Pack
from timebank.reports.table import Cell, Column, Minutes, Report, Table


def ground_text(grant: Grant, pack: Pack, language: str) -> str:
    """The rules by which somebody gets free hours, by name; why there are none where there are none."""
    due = grant.entitlement
    if due.excluded_by is not None:
        return due.excluded_by.name(language)
    names = {rule.id: rule.name(language) for rule in pack.allowance_rules}
    parts = [names.get(each, each) for each in (due.rule_id or "").split("+") if each]
    return " + ".join(parts) or phrases(language)("runs.no_ground")


class RunLists:
    """Makes a list of a run, in one language. It names people: it stays at the station."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    def granted(self, run: GrantRun, language: str, rows: Sequence[Grant] | None = None) -> Report:
        """Who gets how many free hours; ``rows`` are those to list, all that the run changes where not said."""
        say, pack = phrases(language), self._policies.in_force(run.month)
        listed = [*run.granted, *run.lower] if rows is None else rows
        columns = ("name", "number", "before", "more", "after", "ground", "source")
        lines: list[tuple[Cell, ...]] = [
            (
                each.member.name,
                each.member.number,
                Minutes(each.before),
                Minutes(each.more),
                Minutes(each.entitlement.minutes),
                ground_text(each, pack, language),
                source_text(each.entitlement.source, language) if each.entitlement.source else "",
            )
            for each in listed
        ]
        notes = (say("runs.kept_note"),) if run.lower and not run.recovered else ()
        table = Table(
            say("runs.list_grants"),
            tuple(Column(say(f"runs.column_{name}"), personal=True) for name in columns),
            tuple(lines),
            notes=notes,
            personal=True,
        )
        return self._report("grants", run.month, language, table)

    def lapsed(self, ended: MonthEnd, language: str, rows: Sequence[Lapse] | None = None) -> Report:
        """What lapses at the end of a month; ``rows`` as for :meth:`granted`."""
        say = phrases(language)
        columns = ("name", "number", "unit", "before", "lapses", "ground")
        lines: list[tuple[Cell, ...]] = [
            (
                each.member.name,
                each.member.number,
                say(f"people.unit_{each.unit}"),
                Minutes(each.before),
                Minutes(each.minutes),
                meaning_text(each.rule, language),
            )
            for each in (ended.lapsed if rows is None else rows)
        ]
        table = Table(
            say("runs.list_lapses"),
            tuple(Column(say(f"runs.column_{name}"), personal=True) for name in columns),
            tuple(lines),
            personal=True,
        )
        return self._report("lapses", ended.month, language, table)

    def _report(self, name: str, month: date, language: str, table: Table) -> Report:
        say, last = phrases(language), month.replace(day=monthrange(month.year, month.month)[1])
        heading = (
            say("reports.heading.period", start=month.isoformat(), end=last.isoformat()),
            say(
                "reports.heading.made",
                network=network_name(self._station.store),
                station=self._station.name,
                day=self._station.surroundings.today().isoformat(),
            ),
        )
        return Report(
            name,
            say(f"runs.title_{name}"),
            heading,
            month,
            last,
            language,
            upward=False,
            tables=(table,),
            page_text=say.text("reports.word.page"),
        )
