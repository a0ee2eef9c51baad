"""R3, communities with an active team of volunteers ÷ all communities.

A team is the organisation named at a volunteer's registration; it is active in a community where one of its
volunteers living there served within the period.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from timebank.reports.frame import Frame
from timebank.reports.table import Cell, Count, Share, Table
from timebank.reports.visits import percent_wanted
from timebank.store import report_queries

TEAMS = "targets.volunteer_teams"


@dataclass
class Community:
    """What one community has: volunteers and the teams they name, and of both what served in the period."""

    volunteers: int = 0
    active_volunteers: int = 0
    teams: set[str] = field(default_factory=set)
    active: set[str] = field(default_factory=set)


def communities(frame: Frame) -> dict[str, Community]:
    """Every community known here by name: of its members, and where an older population was entered."""
    frame.pace()
    served = {hour.volunteer for hour in report_queries.hours(frame.store, *frame.days)}
    found: dict[str, Community] = defaultdict(Community)
    for name in frame.population:
        found[name] = Community()
    for person in frame.members(frame.end):
        if not person.record.known:
            continue
        place = found[frame.community(person)]
        if "volunteer" not in person.record.roles:
            continue
        place.volunteers += 1
        place.active_volunteers += person.row in served
        team = str(person.record.details.get("organisation") or "").strip()
        if team:
            place.teams.add(team)
            if person.row in served:
                place.active.add(team)
    return dict(found)


def coverage(found: dict[str, Community]) -> Share:
    """Communities with an active team, of all."""
    return Share(sum(bool(each.active) for each in found.values()), len(found))


def teams(frame: Frame) -> tuple[Table, ...]:
    """Each community with its teams, and the share of communities that have an active one."""
    found = communities(frame)
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            Count(each.volunteers),
            Count(each.active_volunteers),
            len(each.teams),
            len(each.active),
            frame.say("word.yes" if each.active else "word.no"),
        )
        for name, each in sorted(found.items())
    ]
    share = coverage(found)
    columns = frame.columns(
        "community", "volunteers", "active_volunteers", "teams", "active_teams", "has_team"
    )
    rate = Table(
        frame.say("table.teams_rate"),
        frame.columns("communities", "with_team", "team_rate", "wanted"),
        ((share.whole, share.part, share, percent_wanted(frame, TEAMS)),) if found else (),
        (frame.say("note.teams"),),
    )
    return rate, Table(frame.say("table.teams"), columns, tuple(rows))
